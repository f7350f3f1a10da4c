/*
 * Recordings of devices in snmpsim's .snmprec format, one object a line: OID|TAG|VALUE.
 *
 * TAG is the number of the ASN.1 type (2 INTEGER, 4 OCTET STRING, 6 OID, 64 IpAddress, 65
 * Counter32, 66 Gauge32, 67 TimeTicks, 70 Counter64); an x behind it says that VALUE is in hex.
 * Text in, a sorted list out; nothing here opens a file. Recordings come from anywhere: lines that
 * cannot be read are counted and left out. Profiles use the same lines for their samples.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "proto/varbinds.h"

struct snmprec {
    struct varbinds list;
    uint8_t *octets; /* what the list points into */
    size_t refused;  /* lines that could not be read */
};

/* Reads a recording. root: OID in front of names that begin with a dot, NULL for none, where such
 * a dot means nothing. Blank lines and lines that begin with # are skipped.
 * Owns: *out until snmprec_free. Returns: 0 or -ENOMEM. */
BASE_MUST_CHECK int snmprec_parse(struct bytes text, const char *root, struct snmprec *out);

/* Frees what snmprec_parse made. */
void snmprec_free(struct snmprec *recording);

/* Writes one line with its line feed, NUL-terminated. Octets that are no printable ASCII are
 * written in hex.
 * Returns: its length; 0 when cap is too small, or the value is none that a device sends. */
size_t snmprec_put(const struct varbind *varbind, char *out, size_t cap);

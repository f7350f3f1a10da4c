/*
 * Recordings of devices in snmpsim's .snmprec format, one object a line: OID|TAG|VALUE.
 *
 * TAG is the number of the ASN.1 type (2 INTEGER, 4 OCTET STRING, 5 NULL, 6 OID, 64 IpAddress,
 * 65 Counter32, 66 Gauge32, 67 TimeTicks, 68 Opaque, 70 Counter64); an x after it says that VALUE
 * is in hex. Tags with a variation module (2:numeric) belong to programs of snmpsim's and are
 * skipped. Files come from anywhere: any bytes may stand in them; what cannot be read is complained
 * about with its line and left out. Order does not matter; of equal OIDs the last one counts.
 */
#pragma once

#include <stdio.h>

#include "bench/sim/mib.h"

/* Where complaints go; line counts from 1. */
struct sim_snmprec_report {
    void (*complain)(void *context, size_t line, const char *what);
    void *context;
};

/* Adds the objects of n bytes of text to a mib that was initialised, and finishes it.
 * Returns: 0 or -ENOMEM; lines that cannot be read are no error. */
SIM_MUST_CHECK int sim_snmprec_parse(const char *text, size_t n, struct sim_mib *mib,
                                     const struct sim_snmprec_report *report);

/* Reads a file as sim_snmprec_parse does; complaints go to `complaints` as FILE:LINE: sentence.
 * Returns: 0, -errno when it cannot be read, or -EFBIG above 64 MB. */
SIM_MUST_CHECK int sim_snmprec_read(const char *path, struct sim_mib *mib, FILE *complaints);

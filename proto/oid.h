/*
 * Object identifiers, kept as the content octets of their BER encoding (X.690 8.19).
 *
 * In that form equality and "is this instance inside that column" are memcmp, a name from a reply
 * needs no decoding, and a request copies it as it stands. An *index* (the arcs that follow a
 * column) is a slice of the same octets: plain base-128 arcs without the first-two-arcs rule.
 * Slices passed to these functions have passed the gate, or come from oid_from_text, except where
 * a function says that it validates.
 */
#pragma once

#include <string.h>

#include "core/base/base.h"
#include "core/base/bytes.h"

/* RFC 2578 section 3.5: at most 128 sub-identifiers, each at most 2^32-1 (five octets). */
#define OID_ARCS_MAX 128
#define OID_BER_MAX  (OID_ARCS_MAX * 5)
/* Enough for the text of any valid OID: 128 arcs of ten digits with dots, and the NUL. */
#define OID_TEXT_MAX (OID_ARCS_MAX * 11 + 1)

/* Parses dotted decimal ("1.3.6.1" or ".1.3.6.1") into BER content octets.
 * out: cap bytes; *size gets how many were written.
 * Returns: 0; BASE_EFORMAT for text that is no OID; BASE_ELIMIT above cap or 128 arcs. */
BASE_MUST_CHECK int oid_from_text(const char *text, uint8_t *out, size_t cap, size_t *size);

/* Writes the dotted decimal text of an OID, NUL-terminated. Validates.
 * Returns: 0; BASE_EFORMAT for octets that are no OID; BASE_ELIMIT when cap is too small. */
BASE_MUST_CHECK int oid_to_text(struct bytes oid, char *out, size_t cap);

/* As oid_to_text for an index: "1.5". An empty index gives "". */
BASE_MUST_CHECK int oid_index_to_text(struct bytes index, char *out, size_t cap);

/* Parses "1.5" into index octets. Returns as oid_from_text. */
BASE_MUST_CHECK int oid_index_from_text(const char *text, uint8_t *out, size_t cap, size_t *size);

/* Decodes the arcs of an index. arcs: cap entries; *count gets how many there are.
 * Returns: 0; BASE_EFORMAT; BASE_ELIMIT when there are more than cap. */
BASE_MUST_CHECK int oid_index_arcs(struct bytes index, uint32_t *arcs, size_t cap, size_t *count);

/* Compares two OIDs, or two indexes, in the order of SNMP: arc by arc, a prefix first.
 * Returns: < 0, 0, > 0. */
int oid_compare(struct bytes a, struct bytes b);

/* Says whether `oid` lies strictly below `column` (which is a whole OID). */
static inline bool oid_is_below(struct bytes oid, struct bytes column)
{
    return oid.size > column.size && memcmp(oid.data, column.data, column.size) == 0;
}

/* The arcs of `oid` after `column`; oid_is_below must hold. */
static inline struct bytes oid_index(struct bytes oid, struct bytes column)
{
    return bytes_of(oid.data + column.size, oid.size - column.size);
}

/* As oid_is_valid, for octets of any length and content. */
bool oid_check(struct bytes oid);

/* Says of most OIDs at once that they are valid: of 8 to 16 octets, each an arc of its own, as the
 * names of nearly all varbinds are. Of others it says nothing. */
static inline bool oid_is_plain(struct bytes oid)
{
    uint64_t head;
    uint64_t tail;
    if (oid.size < sizeof(head) || oid.size > sizeof(head) + sizeof(tail)) {
        return false;
    }
    memcpy(&head, oid.data, sizeof(head));
    memcpy(&tail, oid.data + oid.size - sizeof(tail), sizeof(tail));
    return ((head | tail) & UINT64_C(0x8080808080808080)) == 0;
}

/* Says whether the octets are a valid OID: 1 to 128 arcs, each at most 2^32-1, no octet 0x80 first
 * in an arc, the last octet ending its arc. */
static inline bool oid_is_valid(struct bytes oid)
{
    return oid_is_plain(oid) || oid_check(oid);
}

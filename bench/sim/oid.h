/*
 * Object identifiers, kept as their BER content bytes everywhere in the simulator.
 *
 * Byte order is not OID order when arcs take more than one byte, so comparing goes through
 * sim_oid_compare; equality and prefixes are memcmp. No state.
 */
#pragma once

#include "bench/sim/sim.h"

/* RFC 3416: an OID has at most 128 arcs, each below 2^32. */
#define SIM_OID_ARCS_MAX 128u

/* Content bytes of the longest OID: 127 times five. */
#define SIM_OID_BYTES_MAX 640u

/* Whether n bytes are a well-formed OID: minimal arcs below 2^32, at most 128 of them. */
bool sim_oid_is_valid(const uint8_t *bytes, size_t n);

/* Orders two well-formed OIDs. Returns: below, equal to or above 0 as a sorts before b. */
int sim_oid_compare(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length);

/* Writes one arc, at most five bytes; returns: the byte after it. */
uint8_t *sim_oid_put_arc(uint8_t *out, uint32_t arc);

/* Reads dotted text ("1.3.6.1", a leading dot is allowed) into out of SIM_OID_BYTES_MAX bytes.
 * Returns: 0, or -EINVAL when it is not an OID. */
SIM_MUST_CHECK int sim_oid_parse(const char *text, size_t text_length, uint8_t *out,
                                 size_t *out_length);

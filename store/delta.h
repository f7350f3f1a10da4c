/*
 * One value told by another one that is much like it: runs that are the same are copied from there,
 * the rest stands in the delta. Pure; it knows nothing of what the octets mean.
 *
 * A delta: the size of the value; then per step how many octets are copied, how many follow
 * literally, and how many of the other value are passed over, less the literal ones; then those.
 * Numbers are LEB128, the last one in zigzag.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

/* Writes `value` as a delta to `base` into out[cap].
 * Returns: octets of the delta; 0 when it takes more than cap.
 * Cost: of what is the same some instructions for every eight octets; of what differs some hundreds
 * for each place, and not more than DELTA_PLACES_MAX places are searched. */
size_t delta_put(struct bytes base, struct bytes value, uint8_t *out, size_t cap);

#define DELTA_PLACES_MAX 256

/* Reads the size of the value that a delta tells. Returns: 0; BASE_EFORMAT. */
BASE_MUST_CHECK int delta_size(struct bytes delta, size_t *size);

/* Writes the value into out, which holds what delta_size says. Takes any octets.
 * Returns: 0; BASE_EFORMAT. */
BASE_MUST_CHECK int delta_get(struct bytes base, struct bytes delta, uint8_t *out);

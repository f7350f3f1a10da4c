/*
 * A fast 64-bit hash of bytes: fingerprints that tell whether something has changed, and places in
 * an index. Not for hostile collisions: whoever chooses the bytes can make two of the same hash.
 *
 * The numbers are stored, so they are for ever: the same bytes give the same hash on every machine.
 * Any length, any alignment; some 10 bytes a nanosecond.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

/* Returns: the hash of the bytes and of their number; never 0, which can so stand for "none". */
uint64_t hash64(struct bytes data);

/* Returns: the hash of two hashes, in that order; never 0. */
uint64_t hash64_pair(uint64_t first, uint64_t second);

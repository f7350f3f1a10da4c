/*
 * A keyed permutation of 30-bit numbers: slot and generation go in, an unpredictable request-id
 * comes out, and a reply's id leads straight back to its slot. A Feistel network of eight rounds
 * over two 15-bit halves with 64-bit multiplicative round functions. It is no cipher for secrets:
 * it keeps an off-path attacker, who sees no id, from guessing the next one (RFC 3414 section
 * 1.5.1 and the practice of DNS id randomisation); who sees the traffic knows the id anyway.
 */
#pragma once

#include "core/base/base.h"

#define IDPERM_ROUNDS 8
#define IDPERM_BITS   30

struct idperm {
    uint64_t round_keys[IDPERM_ROUNDS];
};

/* Expands a 128-bit secret into round keys. */
void idperm_init(struct idperm *perm, const uint64_t secret[2]);

/* Permutes a number below 2^30. */
uint32_t idperm_seal(const struct idperm *perm, uint32_t number);

/* The inverse of idperm_seal; id must be below 2^30. */
uint32_t idperm_open(const struct idperm *perm, uint32_t id);

#include "core/base/idperm.h"

#define IDPERM_HALF_BITS (IDPERM_BITS / 2)
#define IDPERM_HALF_MASK ((1u << IDPERM_HALF_BITS) - 1)

/* SplitMix64's finaliser (Steele, Lea, Flood 2014): every output bit depends on every input bit. */
static uint64_t idperm_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

void idperm_init(struct idperm *perm, const uint64_t secret[2])
{
    for (unsigned i = 0; i < IDPERM_ROUNDS; i++) {
        uint64_t step = (i + 1) * 0x9e3779b97f4a7c15u;
        perm->round_keys[i] = idperm_mix(secret[0] + step) ^ idperm_mix(secret[1] - step);
    }
}

static uint32_t idperm_round(uint64_t key, uint32_t half)
{
    uint64_t x = (half ^ key) * 0xbf58476d1ce4e5b9u;
    x ^= x >> 32;
    x *= key | 1;
    return (uint32_t)(x >> 49) & IDPERM_HALF_MASK;
}

uint32_t idperm_seal(const struct idperm *perm, uint32_t number)
{
    uint32_t left = number >> IDPERM_HALF_BITS & IDPERM_HALF_MASK;
    uint32_t right = number & IDPERM_HALF_MASK;
    for (unsigned i = 0; i < IDPERM_ROUNDS; i++) {
        uint32_t swap = right;
        right = left ^ idperm_round(perm->round_keys[i], right);
        left = swap;
    }
    return left << IDPERM_HALF_BITS | right;
}

uint32_t idperm_open(const struct idperm *perm, uint32_t id)
{
    uint32_t left = id >> IDPERM_HALF_BITS & IDPERM_HALF_MASK;
    uint32_t right = id & IDPERM_HALF_MASK;
    for (unsigned i = IDPERM_ROUNDS; i-- > 0;) {
        uint32_t swap = left;
        left = right ^ idperm_round(perm->round_keys[i], left);
        right = swap;
    }
    return left << IDPERM_HALF_BITS | right;
}

#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/base/idperm.h"

#define LIMIT (1u << IDPERM_BITS)

static const uint64_t SECRET[2] = {0x0123456789abcdef, 0xfedcba9876543210};

Test(idperm, opens_what_it_sealed)
{
    struct idperm perm;
    idperm_init(&perm, SECRET);
    for (uint32_t number = 0; number < LIMIT; number += 997) {
        uint32_t id = idperm_seal(&perm, number);
        cr_assert_lt(id, LIMIT);
        cr_assert_eq(idperm_open(&perm, id), number);
        cr_assert_eq(idperm_seal(&perm, idperm_open(&perm, number)), number);
    }
    cr_assert_eq(idperm_open(&perm, idperm_seal(&perm, LIMIT - 1)), LIMIT - 1);
}

Test(idperm, gives_every_number_its_own_id)
{
    struct idperm perm;
    idperm_init(&perm, SECRET);
    uint8_t *seen = calloc(LIMIT / 8, 1);
    cr_assert_not_null(seen);
    for (uint32_t number = 0; number < 1u << 20; number++) {
        uint32_t id = idperm_seal(&perm, number);
        cr_assert_eq(seen[id / 8] >> (id % 8) & 1, 0, "id %u twice", id);
        seen[id / 8] |= (uint8_t)(1u << (id % 8));
    }
    free(seen);
}

Test(idperm, another_secret_gives_other_ids)
{
    static const uint64_t OTHER[2] = {0x0123456789abcdef, 0xfedcba9876543211};
    struct idperm one;
    struct idperm two;
    unsigned same = 0;
    idperm_init(&one, SECRET);
    idperm_init(&two, OTHER);
    for (uint32_t number = 0; number < 100000; number++) {
        same += idperm_seal(&one, number) == idperm_seal(&two, number) ? 1 : 0;
    }
    cr_assert_leq(same, 2);
}

Test(idperm, neighbours_differ_in_half_their_bits)
{
    struct idperm perm;
    uint64_t differing = 0;
    const uint32_t count = 100000;
    idperm_init(&perm, SECRET);
    for (uint32_t number = 0; number < count; number++) {
        uint32_t change = idperm_seal(&perm, number) ^ idperm_seal(&perm, number + 1);
        differing += (uint64_t)__builtin_popcount(change);
    }
    double bits = (double)differing / count;
    cr_assert(bits > 14.8 && bits < 15.2, "%.2f bits of 30", bits);
}

#include <stdio.h>

#include <criterion/criterion.h>

#include "core/base/hash64.h"

TestSuite(hash64, .timeout = 10);

Test(hash64, is_the_same_for_ever)
{
    cr_assert_eq(hash64(bytes_from_text("")), UINT64_C(0xd1beb76c478db018));
    cr_assert_eq(hash64(bytes_from_text("serial:xerox:A1")), UINT64_C(0x0f54573d4d5721fb));
}

Test(hash64, does_not_depend_on_alignment)
{
    char room[128];
    const char *text = "a text of more than one block of thirty-two octets, and a rest";
    for (size_t shift = 0; shift < 16; shift++) {
        memcpy(room + shift, text, strlen(text));
        cr_assert_eq(hash64(bytes_of(room + shift, strlen(text))), hash64(bytes_from_text(text)));
    }
}

Test(hash64, tells_zeros_of_different_number_apart)
{
    const uint8_t zeros[100] = {0};
    for (size_t size = 0; size < sizeof(zeros); size++) {
        for (size_t other = 0; other < size; other++) {
            cr_assert_neq(hash64(bytes_of(zeros, size)), hash64(bytes_of(zeros, other)));
        }
    }
}

Test(hash64, changes_with_every_bit)
{
    uint8_t data[67] = "any";
    uint64_t before = hash64(bytes_of(data, sizeof(data)));
    for (size_t bit = 0; bit < sizeof(data) * 8; bit++) {
        data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        cr_assert_neq(hash64(bytes_of(data, sizeof(data))), before, "bit %zu", bit);
        data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

Test(hash64, spreads_numbered_texts_over_the_upper_bits)
{
    enum { BUCKETS = 256, TEXTS = 25600 };
    unsigned fill[BUCKETS] = {0};
    for (int i = 0; i < TEXTS; i++) {
        char text[32];
        int size = snprintf(text, sizeof(text), "serial:hp:CN%06d", i);
        fill[hash64(bytes_of(text, (size_t)size)) >> 56]++;
    }
    for (size_t i = 0; i < BUCKETS; i++) { /* 100 expected, standard deviation 10 */
        cr_assert(fill[i] > 50 && fill[i] < 150, "bucket %zu has %u", i, fill[i]);
    }
}

Test(hash64, of_a_pair_minds_the_order)
{
    cr_assert_neq(hash64_pair(1, 2), hash64_pair(2, 1));
    cr_assert_neq(hash64_pair(0, 0), 0);
}

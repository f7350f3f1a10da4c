#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/base/crc32c.h"

/* RFC 3720 appendix B.4, and the check value that every catalogue of CRCs gives. */
static void expect_known_answers(uint32_t (*checksum)(uint32_t seed, struct bytes data))
{
    uint8_t block[32];
    cr_assert_eq(checksum(0, bytes_of(NULL, 0)), 0);
    cr_assert_eq(checksum(0, bytes_from_text("123456789")), 0xE3069283);
    memset(block, 0x00, sizeof block);
    cr_assert_eq(checksum(0, bytes_of(block, sizeof block)), 0x8A9136AA);
    memset(block, 0xFF, sizeof block);
    cr_assert_eq(checksum(0, bytes_of(block, sizeof block)), 0x62A8AB43);
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] = (uint8_t)i;
    }
    cr_assert_eq(checksum(0, bytes_of(block, sizeof block)), 0x46DD794E);
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] = (uint8_t)(31 - i);
    }
    cr_assert_eq(checksum(0, bytes_of(block, sizeof block)), 0x113FDB5C);
}

Test(crc32c, gives_the_known_answers)
{
    expect_known_answers(crc32c);
}

Test(crc32c, gives_the_known_answers_by_tables)
{
    expect_known_answers(crc32c_portable);
}

Test(crc32c, agrees_with_the_tables_at_every_length_and_alignment)
{
    uint8_t data[80];
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 37 + 11);
    }
    for (size_t start = 0; start < 9; start++) {
        for (size_t size = 0; size <= sizeof data - start; size++) {
            struct bytes part = bytes_of(data + start, size);
            cr_assert_eq(crc32c(7, part), crc32c_portable(7, part), "%zu + %zu", start, size);
        }
    }
}

static uint32_t bit_by_bit(uint32_t seed, struct bytes data)
{
    uint32_t crc = ~seed;
    for (size_t i = 0; i < data.size; i++) {
        crc ^= data.data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ ((crc & 1) != 0 ? UINT32_C(0x82F63B78) : 0);
        }
    }
    return ~crc;
}

/* Long data are summed in lanes; each length begins at another alignment. The copy ends where its
 * memory ends, so that a checker of memory sees what reads on. */
Test(crc32c, agrees_with_the_bitwise_one_at_every_length_up_to_2000)
{
    static uint8_t data[2000 + 8];
    uint64_t state = 1;
    for (size_t i = 0; i < sizeof data; i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        data[i] = (uint8_t)(state >> 56);
    }
    for (size_t size = 0; size <= 2000; size++) {
        size_t start = size % 8;
        uint8_t *copy = malloc(start + size + 1);
        cr_assert_not_null(copy);
        memcpy(copy + 1, data, start + size);
        struct bytes part = bytes_of(copy + 1 + start, size);
        uint32_t expected = bit_by_bit((uint32_t)size, part);
        cr_assert_eq(crc32c((uint32_t)size, part), expected, "%zu", size);
        cr_assert_eq(crc32c_portable((uint32_t)size, part), expected, "%zu by tables", size);
        free(copy);
    }
}

Test(crc32c, of_parts_is_that_of_the_whole)
{
    static const char TEXT[] = "The quick brown fox jumps over the lazy dog";
    struct bytes whole = bytes_from_text(TEXT);
    cr_assert_eq(crc32c(0, whole), 0x22620404);
    for (size_t cut = 0; cut <= whole.size; cut++) {
        uint32_t first = crc32c(0, bytes_of(TEXT, cut));
        cr_assert_eq(crc32c(first, bytes_of(TEXT + cut, whole.size - cut)), 0x22620404);
    }
}

Test(crc32c, sees_every_single_flipped_bit)
{
    uint8_t data[40] = {1, 2, 3};
    uint32_t before = crc32c(0, bytes_of(data, sizeof data));
    for (size_t bit = 0; bit < sizeof data * 8; bit++) {
        data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        cr_assert_neq(crc32c(0, bytes_of(data, sizeof data)), before, "bit %zu", bit);
        data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

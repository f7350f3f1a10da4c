#include <criterion/criterion.h>

#include "bench/sim/ber.h"

static bool take(const uint8_t *bytes, size_t n, size_t *content_length)
{
    struct sim_ber in = {bytes, bytes + n};
    struct sim_ber content;
    uint8_t tag;
    bool ok = sim_ber_take(&in, &tag, &content);

    *content_length = ok ? sim_ber_left(&content) : 0;
    return ok;
}

Test(sim_ber, takes_short_and_long_lengths)
{
    static const uint8_t brief[] = {4, 2, 1, 2};
    static const uint8_t padded[] = {4, 0x82, 0, 2, 1, 2};
    size_t n;

    cr_assert(take(brief, sizeof(brief), &n));
    cr_assert_eq(n, 2);
    cr_assert(take(padded, sizeof(padded), &n));
    cr_assert_eq(n, 2);
}

Test(sim_ber, refuses_what_is_cut_at_every_byte)
{
    static const uint8_t whole[] = {0x30, 0x81, 3, 2, 1, 5};
    size_t n;

    for (size_t length = 0; length < sizeof(whole); length++) {
        cr_assert_not(take(whole, length, &n), "%zu bytes", length);
    }
}

Test(sim_ber, refuses_indefinite_huge_and_high_tag_forms)
{
    static const uint8_t indefinite[] = {0x30, 0x80, 0, 0};
    static const uint8_t huge[] = {0x30, 0x84, 0x7f, 0xff, 0xff, 0xff};
    static const uint8_t high[] = {0x1f, 0x81, 1, 1, 0};
    size_t n;

    cr_assert_not(take(indefinite, sizeof(indefinite), &n));
    cr_assert_not(take(huge, sizeof(huge), &n));
    cr_assert_not(take(high, sizeof(high), &n));
}

Test(sim_ber, writes_numbers_in_the_fewest_bytes_and_reads_them_back)
{
    static const struct {
        int64_t value;
        size_t bytes;
    } cases[] = {{0, 1},    {127, 1},   {128, 2},   {-1, 1},        {-128, 1},
                 {-129, 2}, {32767, 2}, {32768, 3}, {INT32_MAX, 4}, {INT32_MIN, 4}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t bytes[16];
        uint8_t *end = sim_ber_put_int(bytes, SIM_TAG_INTEGER, cases[i].value);
        struct sim_ber in = {bytes, end};
        int32_t read;

        cr_assert_eq((size_t)(end - bytes), cases[i].bytes + 2);
        cr_assert(sim_ber_take_int(&in, &read));
        cr_assert_eq(read, cases[i].value);
    }
}

Test(sim_ber, writes_counters_above_the_sign_bit_with_a_leading_zero)
{
    uint8_t bytes[16];

    cr_assert_eq(sim_ber_put_uint(bytes, SIM_TAG_COUNTER, UINT32_MAX) - bytes, 7);
    cr_assert_eq(bytes[2], 0);
    cr_assert_eq(sim_ber_put_uint(bytes, SIM_TAG_COUNTER64, UINT64_MAX) - bytes, 11);
    cr_assert_eq(bytes[1], 9);
    cr_assert_eq(bytes[2], 0);
}

Test(sim_ber, refuses_integers_of_no_or_more_than_four_bytes)
{
    static const uint8_t empty[] = {2, 0};
    static const uint8_t wide[] = {2, 5, 0, 0, 0, 0, 1};
    struct sim_ber in = {empty, empty + sizeof(empty)};
    int32_t value;

    cr_assert_not(sim_ber_take_int(&in, &value));
    in = (struct sim_ber){wide, wide + sizeof(wide)};
    cr_assert_not(sim_ber_take_int(&in, &value));
}

Test(sim_ber, wraps_content_of_every_length_size)
{
    static const size_t lengths[] = {0, 127, 128, 255, 256, 65535, 65536};
    static uint8_t buffer[70000];

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        uint8_t *start = sim_ber_wrap(buffer + 100, 4, lengths[i]);
        struct sim_ber in = {start, buffer + 100 + lengths[i]};
        struct sim_ber content;

        cr_assert(sim_ber_take_tag(&in, 4, &content));
        cr_assert_eq(sim_ber_left(&content), lengths[i]);
        cr_assert_eq(sim_ber_left(&in), 0);
    }
}

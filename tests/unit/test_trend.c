#include <criterion/criterion.h>

#include "core/fleet/trend.h"

TestSuite(trend, .timeout = 60);

#define START (INT64_C(20000) * TREND_DAY_MS)

static uint32_t chance(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* Two years of daily and thirty days of hourly readings of a device with nine supplies. */
static void fill(struct trend *trend, int days, int64_t step_ms)
{
    uint32_t seed = 7;
    int64_t values[11] = {100000, 40000, 100, 90, 80, 70, 60, 50, 40, -2, -1};
    for (int64_t at = 0; at < days * TREND_DAY_MS; at += step_ms) {
        int64_t pages = chance(&seed) % (uint32_t)(400 * step_ms / TREND_DAY_MS + 2);
        values[0] += pages;
        values[1] += pages * 2 / 5;
        for (size_t i = 2; i < 9; i++) {
            uint32_t often = (uint32_t)(2 * TREND_DAY_MS / step_ms);
            values[i] -= chance(&seed) % often == 0;
            values[i] = values[i] < 0 ? 100 : values[i];
        }
        cr_assert_eq(trend_add(trend, START + at, values, 11), 0);
    }
}

static void same(const struct trend_series *a, const struct trend_series *b, size_t channels)
{
    cr_assert_eq(a->count, b->count);
    for (size_t row = 0; row < a->count; row++) {
        cr_assert_eq(a->at[row], b->at[row]);
        for (size_t i = 0; i < channels; i++) {
            cr_assert_eq(trend_value(a, row, i), trend_value(b, row, i), "row %zu channel %zu", row,
                         i);
        }
    }
}

static size_t pack_and_compare(struct trend *trend, size_t cap)
{
    static uint8_t bytes[1 << 16];
    struct trend read;
    size_t size = 0;
    cr_assert_eq(trend_pack(trend, bytes, cap, &size), 0);
    cr_assert_leq(size, cap);
    trend_init(&read);
    cr_assert_eq(trend_unpack(&read, bytes_of(bytes, size), TREND_DAYS_AND_HOURS), 0);
    cr_assert_eq(read.channels, trend->channels);
    same(&trend->days, &read.days, trend->channels);
    same(&trend->hours, &read.hours, trend->channels);
    trend_fini(&read);
    return size;
}

Test(trend, keeps_the_last_value_of_each_day_and_hour)
{
    struct trend trend;
    const int64_t first[3] = {10, TREND_ABSENT, 50};
    const int64_t second[3] = {12, TREND_ABSENT, 49};
    trend_init(&trend);
    cr_assert_eq(trend_add(&trend, START, first, 3), 0);
    cr_assert_eq(trend_add(&trend, START + TREND_HOUR_MS - 1, second, 3), 0);
    cr_assert_eq(trend.hours.count, 1);
    cr_assert_eq(trend_add(&trend, START + TREND_HOUR_MS, first, 3), 0);
    cr_assert_eq(trend.hours.count, 2);
    cr_assert_eq(trend.days.count, 1);
    cr_assert_eq(trend_value(&trend.hours, 0, 2), 49);
    cr_assert_eq(trend_value(&trend.days, 0, 0), 10);
    cr_assert_eq(trend_value(&trend.days, 0, 3), TREND_ABSENT);
    cr_assert_eq(trend_add(&trend, START - 1, second, 3), 0, "the past is left as it is");
    cr_assert_eq(trend.days.count, 1);
    trend_fini(&trend);
}

Test(trend, holds_two_years_of_days_and_thirty_days_of_hours_in_six_thousand_octets)
{
    struct trend trend;
    trend_init(&trend);
    fill(&trend, 731, TREND_HOUR_MS);
    int64_t now = START + 731 * TREND_DAY_MS - 1;
    trend_thin(&trend, now);
    cr_assert_eq(trend.days.count, TREND_DAYS_MAX);
    cr_assert_eq(trend.hours.count, TREND_HOURS_MAX);
    size_t size = pack_and_compare(&trend, 8000);
    cr_log_info("%zu octets", size);
    cr_assert_leq(size, 6000);
    cr_assert_eq(trend.days.count, TREND_DAYS_MAX, "nothing was dropped");
    trend_fini(&trend);
}

Test(trend, drops_what_is_old)
{
    struct trend trend;
    trend_init(&trend);
    fill(&trend, 900, TREND_DAY_MS);
    int64_t now = START + 900 * TREND_DAY_MS - 1;
    trend_thin(&trend, now);
    cr_assert_eq(trend.days.count, TREND_DAYS_MAX);
    cr_assert_eq(trend.days.at[0], 20000 + 900 - TREND_DAYS_MAX);
    cr_assert_eq(trend.hours.count, 30);
    trend_fini(&trend);
}

Test(trend, packs_gaps_leaps_and_any_value)
{
    struct trend trend;
    int64_t values[4] = {INT64_MAX, INT64_MIN, 0, -2};
    trend_init(&trend);
    pack_and_compare(&trend, 2000);
    cr_assert_eq(trend_add(&trend, START, values, 4), 0);
    values[0] = INT64_MIN;
    values[1] = 5;
    cr_assert_eq(trend_add(&trend, START + 400 * TREND_DAY_MS, values, 4), 0);
    values[0] = INT64_MAX;
    cr_assert_eq(trend_add(&trend, START + 401 * TREND_DAY_MS, values, 4), 0);
    pack_and_compare(&trend, 2000);
    trend_fini(&trend);
}

Test(trend, gives_up_hours_before_days_when_there_is_no_room)
{
    struct trend trend;
    trend_init(&trend);
    fill(&trend, 400, TREND_HOUR_MS);
    trend_thin(&trend, START + 400 * TREND_DAY_MS - 1);
    pack_and_compare(&trend, 3000);
    cr_assert_lt(trend.hours.count, TREND_HOURS_MAX);
    cr_assert_eq(trend.days.count, 400);
    pack_and_compare(&trend, 1024);
    cr_assert_lt(trend.days.count, 400);
    cr_assert_eq(trend.days.at[trend.days.count - 1], 20000 + 399, "the newest stay");
    trend_fini(&trend);
}

Test(trend, refuses_what_is_cut_and_what_it_does_not_know)
{
    static uint8_t bytes[8192];
    struct trend trend;
    struct trend read;
    size_t size = 0;
    trend_init(&trend);
    trend_init(&read);
    fill(&trend, 40, TREND_DAY_MS);
    cr_assert_eq(trend_pack(&trend, bytes, sizeof(bytes), &size), 0);
    for (size_t cut = 1; cut < size; cut++) {
        cr_assert_eq(trend_unpack(&read, bytes_of(bytes, cut), TREND_DAYS_AND_HOURS), BASE_EFORMAT);
        trend_fini(&read);
    }
    bytes[0] = 2;
    cr_assert_eq(trend_unpack(&read, bytes_of(bytes, size), TREND_DAYS_AND_HOURS), BASE_EVERSION);
    bytes[0] = 1;
    bytes[1] = TREND_CHANNELS_MAX + 1;
    cr_assert_eq(trend_unpack(&read, bytes_of(bytes, size), TREND_DAYS_AND_HOURS), BASE_EFORMAT);
    cr_assert_eq(trend_pack(&trend, bytes, TREND_BYTES_MIN - 1, &size), BASE_ELIMIT);
    trend_fini(&read);
    trend_fini(&trend);
}

Test(trend, survives_any_octets)
{
    static uint8_t bytes[4096];
    uint32_t seed = 11;
    struct trend trend;
    struct trend read;
    size_t size = 0;
    trend_init(&trend);
    fill(&trend, 60, TREND_DAY_MS);
    for (int round = 0; round < 2000; round++) {
        cr_assert_eq(trend_pack(&trend, bytes, sizeof(bytes), &size), 0);
        for (int flips = 0; flips < 3; flips++) {
            bytes[chance(&seed) % size] ^= (uint8_t)(1U << chance(&seed) % 8);
        }
        trend_init(&read);
        int rc = trend_unpack(&read, bytes_of(bytes, size), TREND_DAYS_AND_HOURS);
        cr_assert(rc == 0 || rc == BASE_EFORMAT || rc == BASE_EVERSION);
        trend_fini(&read);
    }
    trend_fini(&trend);
}

#include <criterion/criterion.h>

#include "core/base/pace.h"

#define SECOND_US 1000000

static struct pace pace;

/* Sends whenever allowed from `from_us`, never waiting longer than needed; writes the times. */
static void send_greedily(int64_t from_us, int64_t *times, size_t count)
{
    int64_t now_us = from_us;
    for (size_t i = 0; i < count; i++) {
        now_us = pace_when(&pace, now_us);
        pace_take(&pace, now_us);
        times[i] = now_us;
    }
}

/* The most packets of a sorted list within any second. */
static size_t most_in_a_second(const int64_t *times, size_t count)
{
    size_t most = 0;
    for (size_t from = 0, to = 0; to < count; to++) {
        while (times[to] - times[from] >= SECOND_US) {
            from++;
        }
        most = to - from + 1 > most ? to - from + 1 : most;
    }
    return most;
}

Test(pace, without_a_rate_everything_may_leave_at_once)
{
    pace_init(&pace, 0, 5);
    for (int i = 0; i < 1000; i++) {
        cr_assert_eq(pace_when(&pace, 7), 7);
        pace_take(&pace, 7);
    }
}

Test(pace, a_burst_leaves_at_once_and_the_rest_in_its_rhythm)
{
    int64_t times[8];
    pace_init(&pace, 1000, 4);
    send_greedily(5000000, times, 8);
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(times[i], 5000000);
    }
    for (size_t i = 4; i < 8; i++) {
        cr_assert_eq(times[i], 5000000 + (int64_t)(i - 3) * 1000);
    }
}

Test(pace, burst_zero_is_a_burst_of_one)
{
    int64_t times[3];
    pace_init(&pace, 10, 0);
    send_greedily(0, times, 3);
    cr_assert_eq(times[0], 0);
    cr_assert_eq(times[1], 100000);
    cr_assert_eq(times[2], 200000);
}

Test(pace, never_more_than_the_rate_and_a_burst_in_any_second)
{
    static int64_t times[20000];
    static const uint32_t RATES[] = {1, 3, 7, 100, 333, 1000, 4999};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(RATES); i++) {
        for (uint32_t burst = 1; burst <= 64; burst *= 4) {
            pace_init(&pace, RATES[i], burst);
            send_greedily(123456789, times, BASE_ARRAY_COUNT(times));
            cr_assert_leq(most_in_a_second(times, BASE_ARRAY_COUNT(times)), RATES[i] + burst);
        }
    }
}

Test(pace, keeps_its_rate_over_a_long_time)
{
    /* 3 a second do not divide a second of microseconds: no drift may add up. */
    static int64_t times[300001];
    pace_init(&pace, 3, 1);
    send_greedily(0, times, BASE_ARRAY_COUNT(times));
    int64_t late_us = times[300000] - 100000 * (int64_t)SECOND_US;
    cr_assert(late_us <= 0 && late_us > -1000, "%ld us", (long)late_us);
}

Test(pace, silence_saves_up_one_burst_and_no_more)
{
    int64_t times[10];
    pace_init(&pace, 10, 3);
    send_greedily(0, times, 10);
    send_greedily(3600 * (int64_t)SECOND_US, times, 10);
    cr_assert_eq(times[2], times[0]);
    cr_assert_eq(times[3], times[0] + 100000);
}

Test(pace, places_may_be_reserved_ahead)
{
    pace_init(&pace, 10, 1);
    for (int64_t i = 0; i < 50; i++) {
        int64_t at_us = pace_when(&pace, 0);
        cr_assert_eq(at_us, i * 100000);
        pace_take(&pace, at_us);
    }
}

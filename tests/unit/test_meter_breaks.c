#include <string.h>

#include <criterion/criterion.h>

#include "core/fleet/meter_breaks.h"

TestSuite(meter_breaks, .timeout = 60);

#define HOUR_MS    INT64_C(3600000)
#define HOUR_TICKS INT64_C(360000)
#define CAP        64

/* Readings an hour apart unless a test says otherwise, of a device that has been up for a month. */
static struct meter_sample samples[CAP];
static struct meter_verdict verdicts[CAP];
static size_t count;
static int64_t now_ms;
static int64_t uptime;

static void start(void)
{
    count = 0;
    now_ms = INT64_C(1700000000000);
    uptime = 30 * 24 * HOUR_TICKS;
}

static void pass(int64_t hours)
{
    now_ms += hours * HOUR_MS;
    uptime += hours * HOUR_TICKS;
}

static void add(int64_t value)
{
    pass(1);
    samples[count++] =
        (struct meter_sample){.unix_ms = now_ms, .value = value, .uptime_ticks = uptime};
}

/* Ten readings up to `value`, ten pages apart. */
static void run_up_to(int64_t value)
{
    for (int64_t i = 9; i >= 0; i--) {
        add(value - 10 * i);
    }
}

static int64_t sum(void)
{
    int64_t total = 0;
    meter_breaks_find(samples, count, true, verdicts);
    for (size_t i = 0; i < count; i++) {
        cr_assert_geq(verdicts[i].gain, 0, "gains are never negative");
        cr_assert_leq(verdicts[i].from, i);
        total += verdicts[i].gain;
    }
    return total;
}

/* The one break there is. */
static void check_break(size_t at, enum meter_cause cause, int64_t gain, size_t settled_by)
{
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(meter_breaks_begin(verdicts, i), i == at, "sample %zu is %s", i,
                     meter_cause_name(verdicts[i].cause));
    }
    cr_assert_eq(verdicts[at].cause, cause, "it is %s", meter_cause_name(verdicts[at].cause));
    cr_assert_eq(verdicts[at].gain, gain);
    cr_assert_eq(verdicts[at].settled_by, settled_by);
}

Test(meter_breaks, a_counter_that_counts_has_none)
{
    start();
    run_up_to(1000);
    add(1000);
    pass(24 * 60);
    add(90000);
    cr_assert_eq(sum(), 90000 - 910);
    for (size_t i = 0; i < count; i++) {
        cr_assert(!meter_breaks_begin(verdicts, i));
    }
    meter_breaks_find(samples, 0, true, verdicts);
}

Test(meter_breaks, a_value_near_0_is_a_reset_and_what_it_shows_is_counted)
{
    start();
    run_up_to(50000);
    add(12);
    cr_assert_eq(sum(), 90 + 12);
    check_break(10, METER_RESET, 12, SIZE_MAX);
    add(22);
    cr_assert_eq(sum(), 90 + 22);
    check_break(10, METER_RESET, 12, 11);
}

Test(meter_breaks, a_restart_to_an_older_value_is_a_reset_that_counts_nothing)
{
    start();
    run_up_to(50000);
    uptime = 0;
    add(49000);
    add(49010);
    cr_assert_eq(sum(), 90 + 10);
    check_break(10, METER_RESET, 0, 11);
}

Test(meter_breaks, another_key_is_a_swap_up_or_down)
{
    const uint32_t a = meter_identity("serial:hp:A1");
    const uint32_t b = meter_identity("serial:hp:B2");
    for (int i = 0; i < 2; i++) {
        start();
        run_up_to(50000);
        for (size_t j = 0; j < count; j++) {
            samples[j].identity = a;
        }
        add(i == 0 ? 100 : 50100);
        samples[10].identity = b;
        cr_assert_eq(sum(), 90);
        check_break(10, METER_SWAP, 0, 10);
    }
}

Test(meter_breaks, keys_of_two_kinds_do_not_differ)
{
    const uint32_t serial = meter_identity("serial:hp:A1");
    const uint32_t mac = meter_identity("mac:001ba9000001");
    cr_assert(meter_identity_differs(serial, meter_identity("serial:hp:B2")));
    cr_assert(!meter_identity_differs(serial, meter_identity("serial:hp:A1")));
    cr_assert(!meter_identity_differs(serial, mac));
    cr_assert(!meter_identity_differs(serial, 0));
    cr_assert(!meter_identity_differs(0, mac));
    cr_assert_eq(meter_identity(""), 0);
    cr_assert_neq(meter_identity("id:x"), 0);
}

Test(meter_breaks, an_uptime_that_cannot_be_is_another_device)
{
    start();
    run_up_to(50000);
    uptime += 1000 * HOUR_TICKS;
    add(30000);
    cr_assert_eq(sum(), 90);
    check_break(10, METER_SWAP, 0, SIZE_MAX);
    add(30010);
    cr_assert_eq(sum(), 100);
    check_break(10, METER_SWAP, 0, 11);
    samples[10].value = 55000; /* upwards it tells, too */
    samples[11].value = 55010;
    cr_assert_eq(sum(), 100);
    check_break(10, METER_SWAP, 0, 11);
}

Test(meter_breaks, a_value_that_stays_elsewhere_is_another_devices)
{
    start();
    run_up_to(50000);
    add(30000);
    cr_assert_eq(sum(), 90, "nothing until the next reading tells");
    check_break(10, METER_BAD_READ, 0, SIZE_MAX);
    add(30010);
    cr_assert_eq(sum(), 100);
    check_break(10, METER_SWAP, 0, 11);
}

Test(meter_breaks, wraps_at_the_numbers_of_known_counters)
{
    static const int64_t moduli[] = {1000000,    16777216,   10000000,  100000000,
                                     1000000000, 2147483648, 4294967296};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(moduli); i++) {
        start();
        run_up_to(moduli[i] - 4);
        add(6);
        add(16);
        cr_assert_eq(sum(), 110, "at %lld", (long long)moduli[i]);
        check_break(10, METER_WRAP, 10, 11);
    }
}

Test(meter_breaks, a_reset_far_from_a_wrap_is_no_wrap)
{
    start();
    run_up_to(995000);
    uptime = 0;
    add(6);
    add(16);
    cr_assert_eq(sum(), 90 + 16);
    check_break(10, METER_RESET, 6, 11);
    start();
    run_up_to(995000); /* the same distance, but at a pace that bridges it */
    for (size_t i = 0; i < 10; i++) {
        samples[i].value = 995000 - (int64_t)(9 - i) * 3000;
    }
    add(6);
    add(2006);
    cr_assert_eq(sum(), 27000 + 5006 + 2000);
    check_break(10, METER_WRAP, 5006, 11);
}

Test(meter_breaks, a_value_that_comes_back_is_a_bad_read)
{
    static const int64_t bad[] = {0, 12, 49000, 49999, 7, 900000000};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(bad); i++) {
        start();
        run_up_to(50000);
        add(bad[i]);
        add(50010);
        add(50020);
        cr_assert_eq(sum(), 110);
        check_break(10, METER_BAD_READ, 0, 11);
        cr_assert_eq(verdicts[11].from, 9);
        cr_assert_eq(verdicts[11].gain, 10);
    }
}

Test(meter_breaks, zeros_after_a_restart_are_a_bad_read_however_often)
{
    start();
    run_up_to(50000);
    uptime = 0;
    add(0);
    add(0);
    add(0);
    cr_assert_eq(sum(), 90);
    check_break(10, METER_RESET, 0, SIZE_MAX);
    add(50001);
    cr_assert_eq(sum(), 91);
    check_break(10, METER_BAD_READ, 0, 13);
    cr_assert_eq(verdicts[12].from, 10);
}

Test(meter_breaks, a_negative_counter_is_a_bad_read_at_once)
{
    start();
    add(-2);
    run_up_to(50000);
    cr_assert_eq(sum(), 90);
    check_break(0, METER_BAD_READ, 0, 0);
}

Test(meter_breaks, a_spike_is_the_bad_read_and_not_the_fall_after_it)
{
    start();
    run_up_to(50000);
    add(53000); /* could be, until the next reading */
    cr_assert_eq(sum(), 3090);
    add(50020);
    cr_assert_eq(sum(), 3090, "not told yet");
    add(50030);
    cr_assert_eq(sum(), 120);
    check_break(10, METER_BAD_READ, 0, 12);
}

Test(meter_breaks, a_spike_of_an_idle_device_is_no_dip_whenever_it_goes_on)
{
    start();
    run_up_to(50000);
    add(50000);
    add(53000);
    add(50000);
    pass(100);
    add(54000);
    cr_assert_eq(sum(), 4090);
    check_break(11, METER_BAD_READ, 0, 13);
    cr_assert_eq(verdicts[12].from, 10);
}

Test(meter_breaks, a_leap_counts_nothing_until_it_is_confirmed)
{
    start();
    run_up_to(50000);
    add(16000000);
    cr_assert_eq(sum(), 90);
    check_break(10, METER_BAD_READ, 0, SIZE_MAX);
    add(16000010);
    cr_assert_eq(sum(), 100);
    check_break(10, METER_SWAP, 0, 11);
    meter_breaks_find(samples, count, false, verdicts);
    cr_assert_eq(verdicts[10].gain, 15950000, "micrometres may leap");
}

Test(meter_breaks, a_small_counter_that_was_reset_is_told_by_its_pace)
{
    start();
    for (int i = 0; i < 5; i++) {
        add(5000 * (i + 1)); /* 5,000 an hour */
    }
    uptime = 0;
    add(10); /* reset, and on at the same pace */
    pass(5);
    add(30010);
    cr_assert_eq(sum(), 20000 + 30010, "what it shows now is new");
    cr_assert_eq(verdicts[5].cause, METER_RESET);
    start();
    for (int i = 0; i < 5; i++) {
        add(5000 * (i + 1));
    }
    uptime = 0;
    add(10);
    add(35000); /* two hours on in the old course */
    cr_assert_eq(sum(), 30000);
    cr_assert_eq(verdicts[5].cause, METER_BAD_READ);
}

Test(meter_breaks, without_a_restart_what_comes_back_was_a_bad_read_at_any_pace)
{
    start();
    for (int i = 0; i < 10; i++) {
        add(200 * (i + 1));
    }
    pass(10);
    add(400);
    add(2001); /* at that pace it would be 4,400 */
    cr_assert_eq(sum(), 1801);
    check_break(10, METER_BAD_READ, 0, 11);
}

Test(meter_breaks, a_fall_that_lasts_is_settled_without_another_value)
{
    start();
    run_up_to(50000);
    for (int i = 0; i < METER_SETTLE_READINGS; i++) {
        add(30000);
        cr_assert_eq(sum(), 90);
        check_break(10, METER_BAD_READ, 0, SIZE_MAX);
    }
    add(30000);
    sum();
    check_break(10, METER_SWAP, 0, 10 + METER_SETTLE_READINGS);
    start();
    run_up_to(50000);
    add(30000);
    pass(23);
    add(30000);
    sum();
    check_break(10, METER_SWAP, 0, 11);
}

Test(meter_breaks, an_uptime_that_began_anew_after_497_days_is_no_restart)
{
    start();
    run_up_to(50000);
    for (size_t i = 0; i < 10; i++) {
        samples[i].uptime_ticks = (INT64_C(1) << 32) - (int64_t)(10 - i) * HOUR_TICKS;
    }
    uptime = -HOUR_TICKS + 10;
    add(49000);
    add(49010);
    cr_assert_eq(samples[10].uptime_ticks, 10);
    sum();
    check_break(10, METER_SWAP, 0, 11);
}

Test(meter_breaks, unknown_uptimes_say_nothing)
{
    start();
    run_up_to(50000);
    add(20);
    add(30);
    for (size_t i = 0; i < count; i++) {
        samples[i].uptime_ticks = METER_ABSENT;
    }
    cr_assert_eq(sum(), 120);
    check_break(10, METER_RESET, 20, 11);
}

Test(meter_breaks, several_in_a_row_are_told_apart)
{
    start();
    run_up_to(999996);
    add(6); /* wrap */
    add(16);
    add(0); /* bad read */
    add(26);
    uptime = 0;
    add(3); /* reset */
    add(13);
    cr_assert_eq(sum(), 90 + 10 + 10 + 10 + 3 + 10);
    cr_assert_eq(verdicts[10].cause, METER_WRAP);
    cr_assert_eq(verdicts[12].cause, METER_BAD_READ);
    cr_assert_eq(verdicts[14].cause, METER_RESET);
}

Test(meter_breaks, what_was_settled_stays_whatever_comes_after)
{
    struct meter_verdict before[CAP];
    uint32_t seed = 1;
    for (int round = 0; round < 2000; round++) {
        int64_t value = 50000;
        start();
        for (size_t i = 0; i < 40; i++) {
            seed = seed * 1664525 + 1013904223;
            uint32_t dice = seed >> 24;
            value += dice & 15;
            value = dice == 255 ? 0 : dice == 254 ? 20000 : dice == 253 ? 80000 : value;
            uptime = dice == 255 ? 0 : uptime;
            add(dice > 245 && dice < 253 ? (int64_t)(seed & 0xFFFF) : value);
        }
        size_t all = count;
        for (count = 1; count <= all; count++) {
            memcpy(before, verdicts, sizeof(before));
            sum();
            for (size_t i = 0; i + 1 < count; i++) {
                bool was_settled = before[i].cause != METER_NO_BREAK && count > 1 &&
                                   before[i].settled_by < count - 1;
                cr_assert(!was_settled || (verdicts[i].cause == before[i].cause &&
                                           verdicts[i].settled_by == before[i].settled_by),
                          "round %d, sample %zu of %zu: %s, then %s", round, i, count,
                          meter_cause_name(before[i].cause), meter_cause_name(verdicts[i].cause));
            }
        }
        count = all;
    }
}

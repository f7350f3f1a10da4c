/*
 * The schedule on virtual time: places, order, back-off, restarts, jumps of the clock, summer time.
 */
#include <stdlib.h>
#include <time.h>

#include <criterion/criterion.h>

#include "core/base/hash64.h"
#include "core/fleet/schedule.h"

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)
#define START_MS  INT64_C(1800000000000)

static const struct schedule_rules usual = {
    .every_ms = 15 * MINUTE_MS, .offline_every_ms = 2 * HOUR_MS, .full_every_ms = DAY_MS};

static struct schedule_device device_of(uint32_t number, int64_t polled_at_ms)
{
    struct schedule_device device = {.polled_at_ms = polled_at_ms};
    device.address.v4.sin_family = AF_INET;
    device.address.v4.sin_addr.s_addr = htonl(0x0a000000 + number);
    device.address.v4.sin_port = htons(161);
    device.phase = hash64(bytes_of((const uint8_t *)&number, sizeof(number)));
    return device;
}

static uint32_t number_of(const union wire_address *address)
{
    return ntohl(address->v4.sin_addr.s_addr) - 0x0a000000;
}

static struct schedule *filled(uint32_t count, int64_t polled_at_ms, int64_t now_ms)
{
    struct schedule *schedule = schedule_new(&usual);
    cr_assert_not_null(schedule);
    for (uint32_t i = 0; i < count; i++) {
        struct schedule_device device = device_of(i, polled_at_ms);
        cr_assert_eq(schedule_put(schedule, &device, now_ms), 0);
    }
    return schedule;
}

/* Polls what is due from one time to another, second by second; a poll takes a second. */
static uint32_t run(struct schedule *schedule, int64_t from_ms, int64_t to_ms, uint32_t *most)
{
    uint32_t all = 0;
    uint32_t in_minute = 0;
    *most = 0;
    for (int64_t now_ms = from_ms; now_ms < to_ms; now_ms += SECOND_MS) {
        union wire_address address;
        in_minute = now_ms % MINUTE_MS == 0 ? 0 : in_minute;
        while (schedule_next(schedule, now_ms, &address)) {
            all++;
            in_minute++;
            schedule_ended(schedule, &address, 0, now_ms + SECOND_MS);
        }
        *most = in_minute > *most ? in_minute : *most;
    }
    return all;
}

Test(schedule, a_device_is_due_at_its_place_one_interval_after_the_last_poll)
{
    struct schedule_device device = device_of(7, START_MS);
    int64_t first_ms = schedule_due_ms(&usual, &device, START_MS);
    cr_assert_geq(first_ms, START_MS + usual.every_ms / 2);
    cr_assert_lt(first_ms, START_MS + 3 * usual.every_ms / 2);
    for (int i = 1; i < 100; i++) {
        device.polled_at_ms = first_ms + 3 * SECOND_MS; /* a little late */
        int64_t next_ms = schedule_due_ms(&usual, &device, device.polled_at_ms);
        cr_assert_eq(next_ms, first_ms + usual.every_ms);
        first_ms = next_ms;
    }
}

Test(schedule, what_was_missed_is_due_at_the_next_place_and_once)
{
    struct schedule_device device = device_of(7, START_MS);
    int64_t now_ms = START_MS + 10 * DAY_MS;
    int64_t due_ms = schedule_due_ms(&usual, &device, now_ms);
    cr_assert_geq(due_ms, now_ms);
    cr_assert_lt(due_ms, now_ms + usual.every_ms);
}

Test(schedule, a_poll_of_the_future_is_one_of_now)
{
    struct schedule_device device = device_of(7, START_MS + 300 * DAY_MS);
    cr_assert_lt(schedule_due_ms(&usual, &device, START_MS), START_MS + 2 * usual.every_ms);
}

Test(schedule, a_device_never_polled_is_due_at_once)
{
    struct schedule *schedule = filled(1, INT64_MIN, START_MS);
    union wire_address address;
    cr_assert_leq(schedule_wake_ms(schedule), START_MS);
    cr_assert(schedule_next(schedule, START_MS, &address));
    cr_assert_not(schedule_next(schedule, START_MS, &address), "it is being polled");
    schedule_free(schedule);
}

Test(schedule, the_oldest_is_handed_out_first)
{
    struct schedule *schedule = schedule_new(&usual);
    int64_t last_ms = 0;
    for (uint32_t i = 0; i < 16; i++) {
        struct schedule_device device = device_of(i * 37 % 16, START_MS);
        cr_assert_eq(schedule_put(schedule, &device, START_MS), 0);
    }
    for (int i = 0; i < 16; i++) {
        union wire_address address;
        int64_t wake_ms = schedule_wake_ms(schedule);
        cr_assert_geq(wake_ms, last_ms);
        cr_assert_not(schedule_next(schedule, wake_ms - 1, &address));
        cr_assert(schedule_next(schedule, wake_ms, &address));
        last_ms = wake_ms;
    }
    cr_assert_eq(schedule_wake_ms(schedule), INT64_MAX);
    schedule_free(schedule);
}

/* Polls for some intervals: each device once in each of them, and no minute has much more than its
 * fifteenth. */
static void expect_even(struct schedule *schedule, uint32_t devices, int64_t from_ms,
                        unsigned intervals)
{
    uint32_t most = 0;
    uint32_t all = run(schedule, from_ms, from_ms + intervals * usual.every_ms, &most);
    uint32_t wanted = devices * intervals;
    cr_assert(all > wanted - wanted / 100 && all <= wanted + wanted / 100, "%u", all);
    cr_assert_leq(most, devices / 15 * 130 / 100, "%u", most);
}

Test(schedule, polls_are_spread_over_the_interval)
{
    uint32_t most = 0;
    struct schedule *schedule = filled(10000, START_MS, START_MS);
    /* All have been polled at one time, as by a search. */
    run(schedule, START_MS, START_MS + 2 * usual.every_ms, &most);
    expect_even(schedule, 10000, START_MS + 2 * usual.every_ms, 8);
    schedule_free(schedule);
}

Test(schedule, a_large_fleet_is_polled_in_time_by_who_looks_once_a_second)
{
    struct schedule *schedule = filled(100000, START_MS - DAY_MS, START_MS);
    expect_even(schedule, 100000, START_MS, 1);
    schedule_free(schedule);
}

Test(schedule, a_restart_after_a_day_asks_no_faster)
{
    struct schedule *schedule = filled(10000, START_MS - DAY_MS, START_MS);
    expect_even(schedule, 10000, START_MS, 1);
    schedule_free(schedule);
}

Test(schedule, a_process_that_was_stopped_catches_up_without_a_burst)
{
    uint32_t most = 0;
    struct schedule *schedule = filled(10000, START_MS, START_MS);
    run(schedule, START_MS, START_MS + 2 * usual.every_ms, &most);
    run(schedule, START_MS + 6 * usual.every_ms, START_MS + 9 * usual.every_ms, &most);
    cr_assert_leq(most, 10000 / 15 * 130 / 100, "%u", most);
    schedule_free(schedule);
}

Test(schedule, the_silent_are_asked_less_and_less_down_to_a_bound)
{
    int64_t before_ms = 0;
    for (uint32_t failures = 0; failures < 100; failures++) {
        int64_t interval_ms = schedule_interval_ms(&usual, failures);
        cr_assert_geq(interval_ms, before_ms);
        cr_assert_leq(interval_ms, usual.offline_every_ms);
        cr_assert(failures > SCHEDULE_PATIENCE || interval_ms == usual.every_ms);
        before_ms = interval_ms;
    }
    cr_assert_eq(before_ms, usual.offline_every_ms);
    cr_assert_eq(schedule_interval_ms(&usual, 4), 30 * MINUTE_MS);
    /* A bound that is not twice as long. */
    struct schedule_rules near = {.every_ms = 15 * MINUTE_MS, .offline_every_ms = 20 * MINUTE_MS};
    cr_assert_eq(schedule_interval_ms(&near, 50), 20 * MINUTE_MS);
    near.offline_every_ms = near.every_ms;
    cr_assert_eq(schedule_interval_ms(&near, 50), near.every_ms);
}

Test(schedule, who_answers_again_is_back_at_the_usual_pace)
{
    struct schedule *schedule = filled(1, START_MS, START_MS);
    union wire_address address;
    int64_t now_ms = START_MS;
    for (uint32_t failures = 1; failures < 10; failures++) {
        now_ms = schedule_wake_ms(schedule);
        cr_assert(schedule_next(schedule, now_ms, &address));
        schedule_ended(schedule, &address, failures, now_ms + 5 * SECOND_MS);
    }
    cr_assert_geq(schedule_wake_ms(schedule), now_ms + HOUR_MS);
    now_ms = schedule_wake_ms(schedule);
    cr_assert(schedule_next(schedule, now_ms, &address));
    schedule_ended(schedule, &address, 0, now_ms);
    cr_assert_lt(schedule_wake_ms(schedule), now_ms + 2 * usual.every_ms);
    schedule_free(schedule);
}

Test(schedule, a_poll_by_somebody_else_counts)
{
    struct schedule *schedule = filled(1, START_MS, START_MS);
    int64_t due_ms = schedule_wake_ms(schedule);
    struct schedule_device device = device_of(0, due_ms - MINUTE_MS);
    cr_assert_eq(schedule_put(schedule, &device, due_ms - MINUTE_MS), 0);
    cr_assert_eq(schedule_wake_ms(schedule), due_ms + usual.every_ms);
    device.polled_at_ms = START_MS; /* an older one says nothing new */
    cr_assert_eq(schedule_put(schedule, &device, due_ms - MINUTE_MS), 0);
    cr_assert_eq(schedule_wake_ms(schedule), due_ms + usual.every_ms);
    cr_assert_eq(schedule_count(schedule), 1);
    schedule_free(schedule);
}

Test(schedule, other_rules_hold_at_once)
{
    uint32_t most = 0;
    struct schedule *schedule = filled(1000, START_MS, START_MS);
    struct schedule_rules faster = usual;
    faster.every_ms = MINUTE_MS;
    schedule_set_rules(schedule, &faster, START_MS);
    uint32_t all = run(schedule, START_MS + 2 * MINUTE_MS, START_MS + 12 * MINUTE_MS, &most);
    cr_assert(all > 9500 && all < 10500, "%u", all);
    schedule_free(schedule);
}

/* A pass that knows every second device of so many, from `first` on. */
static void pass(struct schedule *schedule, uint32_t first, uint32_t count)
{
    schedule_pass_begin(schedule);
    for (uint32_t i = first; i < count; i += 2) {
        struct schedule_device device = device_of(i, START_MS);
        cr_assert_eq(schedule_put(schedule, &device, START_MS), 0);
    }
    schedule_pass_end(schedule);
}

Test(schedule, what_a_pass_does_not_put_is_dropped)
{
    struct schedule *schedule = filled(10, START_MS, START_MS);
    pass(schedule, 0, 10);
    cr_assert_eq(schedule_count(schedule), 5);
    schedule_free(schedule);
}

Test(schedule, a_device_that_is_dropped_is_gone_after_its_poll)
{
    struct schedule *schedule = filled(1, INT64_MIN, START_MS);
    union wire_address address;
    cr_assert(schedule_next(schedule, START_MS, &address));
    pass(schedule, 1, 2);
    cr_assert_eq(schedule_count(schedule), 2, "it is being polled");
    schedule_ended(schedule, &address, 0, START_MS);
    cr_assert_eq(schedule_count(schedule), 1);
    cr_assert_null(schedule_find(schedule, &address));
    schedule_ended(schedule, &address, 0, START_MS); /* nobody's */
    cr_assert_eq(schedule_count(schedule), 1);
    schedule_free(schedule);
}

Test(schedule, of_several_devices_at_one_address_the_first_gives_the_place)
{
    struct schedule *schedule = filled(1, START_MS, START_MS);
    int64_t due_ms = schedule_wake_ms(schedule);
    for (int pass = 0; pass < 3; pass++) {
        struct schedule_device device = device_of(0, START_MS);
        schedule_pass_begin(schedule);
        cr_assert_eq(schedule_put(schedule, &device, START_MS), 0);
        device.phase += 1000;
        cr_assert_eq(schedule_put(schedule, &device, START_MS), 0);
        schedule_pass_end(schedule);
        cr_assert_eq(schedule_wake_ms(schedule), due_ms);
    }
    schedule_free(schedule);
}

Test(schedule, any_number_of_devices_come_and_go)
{
    struct schedule *schedule = schedule_new(&usual);
    for (uint32_t i = 0; i < 20000; i++) {
        struct schedule_device device = device_of(i, START_MS);
        cr_assert_eq(schedule_put(schedule, &device, START_MS), 0);
    }
    pass(schedule, 1, 20000);
    cr_assert_eq(schedule_count(schedule), 10000);
    for (uint32_t i = 0; i < 20000; i++) {
        struct schedule_device device = device_of(i, START_MS);
        const struct schedule_device *found = schedule_find(schedule, &device.address);
        cr_assert_eq(found != NULL, i % 2 == 1);
        cr_assert(found == NULL || number_of(&found->address) == i);
    }
    schedule_free(schedule);
}

Test(schedule, full_polls_are_spread_over_their_interval_too)
{
    uint32_t per_hour[24] = {0};
    for (uint32_t i = 0; i < 2400; i++) {
        uint64_t phase = device_of(i, 0).phase;
        int64_t full_at_ms = START_MS;
        for (int64_t now_ms = START_MS; now_ms < START_MS + 10 * DAY_MS; now_ms += HOUR_MS) {
            if (schedule_is_full_due(&usual, phase, full_at_ms, now_ms)) {
                cr_assert_geq(now_ms - full_at_ms, DAY_MS / 2);
                cr_assert_leq(now_ms - full_at_ms, 3 * DAY_MS / 2 + HOUR_MS);
                full_at_ms = now_ms;
                per_hour[(now_ms - START_MS) / HOUR_MS % 24] += now_ms > START_MS + 5 * DAY_MS;
            }
        }
    }
    for (int i = 0; i < 24; i++) {
        cr_assert(per_hour[i] > 350 && per_hour[i] < 650, "hour %d: %u", i, per_hour[i]);
    }
    cr_assert(schedule_is_full_due(&usual, 1, 0, START_MS), "never");
}

/* --- a job ------------------------------------------------------------------------------------ */

static int64_t at(const char *text)
{
    struct tm utc = {0};
    cr_assert_not_null(strptime(text, "%Y-%m-%d %H:%M", &utc));
    return (int64_t)timegm(&utc) * 1000;
}

static void live_in(const char *zone)
{
    cr_assert_eq(setenv("TZ", zone, 1), 0);
    tzset();
}

/* The times (UTC) at which a job begins between two times, if somebody asks every minute. */
static int begins(const struct schedule_job *job, int64_t began, const char *from, const char *to,
                  int64_t *times)
{
    int count = 0;
    for (int64_t now = at(from); now < at(to); now += MINUTE_MS) {
        if (schedule_job_wait_ms(job, began, now) == 0) {
            began = now;
            times[count++] = now;
            cr_assert_lt(count, 20);
        }
    }
    return count;
}

Test(schedule, a_job_never_done_is_due_at_once)
{
    const struct schedule_job daily = {.at_minute = 120};
    const struct schedule_job often = {.every_ms = DAY_MS};
    cr_assert_eq(schedule_job_wait_ms(&daily, 0, START_MS), 0);
    cr_assert_eq(schedule_job_wait_ms(&often, 0, START_MS), 0);
}

Test(schedule, a_job_by_interval_waits_for_the_rest_of_it)
{
    const struct schedule_job job = {.every_ms = DAY_MS};
    cr_assert_eq(schedule_job_wait_ms(&job, START_MS, START_MS + HOUR_MS), 23 * HOUR_MS);
    cr_assert_eq(schedule_job_wait_ms(&job, START_MS, START_MS + 9 * DAY_MS), 0);
    cr_assert_eq(schedule_job_wait_ms(&job, START_MS + 9 * DAY_MS, START_MS), DAY_MS);
}

Test(schedule, a_job_at_a_time_of_day_is_of_local_time)
{
    const struct schedule_job job = {.at_minute = 150};
    int64_t times[20];
    live_in("Europe/Berlin");
    cr_assert_eq(
        begins(&job, at("2026-07-01 12:00"), "2026-07-01 12:00", "2026-07-04 12:00", times), 3);
    cr_assert_eq(times[0], at("2026-07-02 00:30"));
    cr_assert_eq(times[2], at("2026-07-04 00:30"));
}

Test(schedule, a_job_whose_time_is_left_out_in_spring_runs_behind_the_gap)
{
    const struct schedule_job job = {.at_minute = 150};
    int64_t times[20];
    live_in("Europe/Berlin"); /* 2026-03-29: 02:00 becomes 03:00 */
    int count = begins(&job, at("2026-03-27 12:00"), "2026-03-27 12:00", "2026-03-31 12:00", times);
    cr_assert_eq(count, 4);
    cr_assert_eq(times[0], at("2026-03-28 01:30"));
    cr_assert(times[1] >= at("2026-03-29 01:00") && times[1] <= at("2026-03-29 01:30"));
    cr_assert_eq(times[2], at("2026-03-30 00:30"));
}

Test(schedule, a_job_whose_time_comes_twice_in_autumn_runs_once)
{
    const struct schedule_job job = {.at_minute = 150};
    int64_t times[20];
    live_in("Europe/Berlin"); /* 2026-10-25: 03:00 becomes 02:00 */
    int count = begins(&job, at("2026-10-23 12:00"), "2026-10-23 12:00", "2026-10-27 12:00", times);
    cr_assert_eq(count, 4);
    cr_assert_eq(times[1], at("2026-10-25 00:30"));
    cr_assert_eq(times[2], at("2026-10-26 01:30"));
}

Test(schedule, a_job_that_was_slept_through_waits_for_the_next_night)
{
    const struct schedule_job job = {.at_minute = 120};
    live_in("UTC");
    int64_t began = at("2026-07-01 02:00");
    cr_assert_eq(schedule_job_wait_ms(&job, began, at("2026-07-03 02:20")), 0);
    cr_assert_eq(schedule_job_wait_ms(&job, began, at("2026-07-03 09:00")), 17 * HOUR_MS);
    /* The clock is put back over the time: again, when it comes again. */
    cr_assert_eq(schedule_job_wait_ms(&job, began, at("2026-07-01 01:00")), HOUR_MS);
}

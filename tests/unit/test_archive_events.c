#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/memory.h"
#include "tests/unit/support_archive.h"

TestSuite(archive_events, .init = support_archive_setup, .fini = support_archive_teardown,
          .timeout = 110);

#define HOUR_MS INT64_C(3600000)

static int64_t now_ms = NOON;

static struct support_archive_says says = {.serial = "AB1234", .total = 100, .level = 90};

/* An hour later. Returns: events of that. */
static uint64_t poll(void)
{
    now_ms += HOUR_MS;
    says.at_unix_ms = now_ms;
    return support_archive_poll(says).event_rows;
}

static uint64_t level(int64_t percent)
{
    says.level = percent;
    return poll();
}

/* The names of all events of device 1, oldest first. */
struct heard {
    char names[2000];
    size_t size;
    unsigned count;
};

static bool hear(void *owner, int64_t unix_ms, struct bytes payload)
{
    struct heard *heard = owner;
    enum rows_event kind;
    (void)unix_ms;
    cr_assert_eq(rows_event(payload, &kind), 0);
    heard->size += (size_t)snprintf(heard->names + heard->size, sizeof(heard->names) - heard->size,
                                    "%s%s", heard->count++ > 0 ? " " : "", rows_event_name(kind));
    return true;
}

static void expect(const char *names)
{
    static struct heard heard;
    struct store_device device;
    uint64_t damaged = 0;
    heard = (struct heard){0};
    support_archive_device(1, &device);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(memory_events(txn, &device, hear, &heard, &damaged), 0);
    cr_assert_eq(damaged, 0);
    cr_assert_str_eq(heard.names, names);
    store_abort(txn);
}

Test(archive_events, tell_the_life_of_a_cartridge)
{
    cr_assert_eq(poll(), 1, "it is new");
    cr_assert_eq(level(29), 0);
    cr_assert_eq(level(29), 0);
    cr_assert_eq(level(15), 2);
    cr_assert_eq(level(6), 0);
    cr_assert_eq(level(1), 1);
    cr_assert_eq(level(100), 0);
    cr_assert_eq(level(100), 1);
    cr_assert_eq(level(99), 0);
    expect("new supply-low replenish supply-empty supply-replaced");
}

Test(archive_events, come_once_when_a_slice_is_stored_twice)
{
    poll();
    level(20);
    level(20);
    level(10);
    support_archive_add(says);
    cr_assert_eq(support_archive_commit().event_rows, 0, "the same poll again");
    expect("new supply-low replenish");
}

Test(archive_events, tell_silence_and_return)
{
    poll();
    struct support_archive_says silent = {.status = RECORD_TIMEOUT, .has_no_reading = true};
    for (int i = 1; i <= 5; i++) {
        now_ms += HOUR_MS;
        silent.at_unix_ms = now_ms;
        cr_assert_eq(support_archive_poll(silent).event_rows, i == 3 ? 1 : 0, "poll %d", i);
    }
    cr_assert_eq(poll(), 1);
    cr_assert_eq(poll(), 0);
    expect("new offline back");
}

Test(archive_events, take_their_thresholds_from_the_slice)
{
    struct events_rules rules = events_rules_usual;
    rules.low_percent = 50;
    archive_slice_rules(support_archive_slice, &rules);
    poll();
    level(60);
    level(60);
    cr_assert_eq(level(50), 2);
    expect("new supply-low replenish");
}

Test(archive_events, tell_another_credential)
{
    struct rows_access access = {.credential = bytes_from_text("one"), .rank = 1};
    says.access = &access;
    poll();
    access.credential = bytes_from_text("two");
    cr_assert_eq(poll(), 1);
    cr_assert_eq(poll(), 0);
    access.rank = 0;
    access.credential = bytes_from_text("three");
    cr_assert_eq(poll(), 1);
    expect("new credential-changed credential-downgraded");
}

Test(archive_events, order_before_the_lead_time_is_over_and_not_at_the_threshold)
{
    poll();
    uint64_t events = 0;
    for (int i = 0; i < 80; i++) { /* a point a day: 22 days before the end it is at 22 */
        now_ms += 23 * HOUR_MS;
        says.total += 100;
        events += level(90 - i);
    }
    cr_assert_eq(says.level, 11);
    cr_assert_eq(events, 1);
    expect("new supply-low");
    for (int i = 0; i < 5; i++) {
        now_ms += 23 * HOUR_MS;
        says.total += 100;
        events += level(10 - i);
    }
    cr_assert_eq(events, 2);
    expect("new supply-low replenish");
}

Test(archive_events, forget_nothing_when_what_they_remember_is_damaged)
{
    poll();
    level(20);
    level(20);
    level(10);
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_record_put(txn, 1, ARCHIVE_PART_EVENTS, bytes_from_text("?")), 0);
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_eq(level(9), 2, "told again rather than never");
    cr_assert_eq(level(8), 0);
}

Test(archive_events, keep_levels_and_counters_for_the_trend)
{
    struct store_device device;
    struct events_state state;
    struct trend trend;
    poll();
    for (int i = 0; i < 5; i++) {
        says.total += 10;
        level(89 - i);
    }
    now_ms++;
    says.at_unix_ms = now_ms;
    says.total += 10; /* within the hour a counter alone has no row */
    cr_assert_eq(support_archive_poll(says).history_rows, 0);
    support_archive_device(1, &device);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    trend_init(&trend);
    cr_assert_eq(memory_load_state(txn, 1, &state), 0);
    cr_assert_eq(memory_load_trend(txn, &device, TREND_DAYS_AND_HOURS, &trend), 0);
    cr_assert_eq(trend.hours.count, 6);
    cr_assert_eq(trend.days.count, 1);
    cr_assert_eq(trend_value(&trend.days, 0, TREND_TOTAL), 150);
    cr_assert_eq(trend_value(&trend.days, 0, TREND_SUPPLY), 85);
    cr_assert_eq(trend_value(&trend.hours, 0, TREND_SUPPLY), 90);
    trend_fini(&trend);
    store_abort(txn);
}

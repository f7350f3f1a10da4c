#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/fleet/compact.h"
#include "core/fleet/memory.h"
#include "tests/unit/support_archive.h"

TestSuite(compact, .init = support_archive_setup, .fini = support_archive_teardown, .timeout = 110);

#define HOUR_MS INT64_C(3600000)
#define DEVICES 30

static int64_t now_ms = NOON;

/* Some hours of a small fleet: every supply falls, now and then one is replaced or a jam comes. */
static void run_fleet(int hours)
{
    for (int hour = 0; hour < hours; hour++) {
        now_ms += HOUR_MS;
        for (int i = 0; i < DEVICES; i++) {
            int64_t age = (now_ms - NOON) / HOUR_MS + i * 7;
            char serial[16];
            char address[32];
            snprintf(serial, sizeof(serial), "S%06d", i);
            snprintf(address, sizeof(address), "10.0.0.%d:161", i);
            support_archive_add((struct support_archive_says){
                .address = address,
                .serial = serial,
                .at_unix_ms = now_ms,
                .total = 1000 + age * 10,
                .level = 100 - age % 97,
                .alerts = {age % 31 == 0 ? 8 : 0},
            });
        }
        support_archive_commit();
    }
}

static struct compact_figures compact(uint32_t devices_max, bool is_all)
{
    const struct compact_order order = {
        .now_unix_ms = now_ms, .devices_max = devices_max, .is_all = is_all};
    struct compact_figures figures;
    cr_assert_eq(compact_run(support_archive_store, &order, &figures), 0);
    return figures;
}

/* All that is remembered of a device, as text. */
struct story {
    char text[200000];
    size_t size;
};

static void say(struct story *story, int64_t a, int64_t b)
{
    story->size += (size_t)snprintf(story->text + story->size, sizeof(story->text) - story->size,
                                    "%lld=%lld ", (long long)a, (long long)b);
}

static bool say_event(void *owner, int64_t unix_ms, struct bytes payload)
{
    enum rows_event kind = ROWS_EVENT_COUNT;
    struct rows_change change;
    cr_assert_eq(rows_event(payload, &kind), 0);
    say(owner, unix_ms, (int64_t)kind);
    if (rows_get_change(payload, &change) == 0) {
        say(owner, change.since_unix_ms, change.value);
    }
    return true;
}

static void tell_series(struct story *story, const struct trend_series *series)
{
    for (size_t i = 0; i < series->count; i++) {
        say(story, series->at[i], trend_value(series, i, TREND_TOTAL));
        say(story, -1, trend_value(series, i, TREND_SUPPLY));
    }
}

static void tell_device(struct story *story, uint32_t number)
{
    struct events_state state;
    struct store_device device;
    struct trend trend;
    uint64_t damaged = 0;
    story->size = 0;
    trend_init(&trend);
    support_archive_device(number, &device);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(memory_events(txn, &device, say_event, story, &damaged), 0);
    cr_assert_eq(memory_load_state(txn, number, &state), 0);
    cr_assert_eq(memory_load_trend(txn, &device, TREND_DAYS_AND_HOURS, &trend), 0);
    tell_series(story, &trend.days);
    tell_series(story, &trend.hours);
    cr_assert_eq(damaged, 0);
    trend_fini(&trend);
    store_abort(txn);
}

static uint64_t rows(enum store_chain chain)
{
    struct store_row row;
    uint64_t sequence = 0;
    uint64_t count = 0;
    int status = 0;
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    while (store_chain_next(txn, chain, &sequence, &row, &status)) {
        count++;
    }
    cr_assert_eq(status, 0);
    store_abort(txn);
    return count;
}

static struct story before[DEVICES + 1];
static struct story after;

static void remember(void)
{
    for (uint32_t i = 1; i <= DEVICES; i++) {
        tell_device(&before[i], i);
    }
}

static void assert_nothing_is_lost(void)
{
    for (uint32_t i = 1; i <= DEVICES; i++) {
        tell_device(&after, i);
        cr_assert_eq(before[i].size, after.size, "device %u", i);
        cr_assert_str_eq(before[i].text, after.text, "device %u", i);
    }
}

Test(compact, loses_nothing_of_the_last_thirty_days)
{
    run_fleet(200);
    remember();
    uint64_t ledger = rows(STORE_LEDGER);
    uint64_t others = rows(STORE_HISTORY) + rows(STORE_EVENTS);
    struct compact_figures figures = compact(0, false);
    cr_assert_eq(figures.devices, DEVICES);
    cr_assert_eq(figures.devices_due, DEVICES);
    cr_assert_eq(figures.history_rows + figures.event_rows, others);
    cr_assert_eq(rows(STORE_HISTORY) + rows(STORE_EVENTS), 0);
    cr_assert_eq(rows(STORE_LEDGER), ledger);
    assert_nothing_is_lost();
    cr_assert_eq(compact(0, true).devices, 0, "nothing is left to do");
    assert_nothing_is_lost();
}

Test(compact, goes_on_where_rows_are_added_later)
{
    run_fleet(100);
    compact(0, true);
    run_fleet(100);
    remember();
    cr_assert_eq(compact(0, true).devices, DEVICES);
    assert_nothing_is_lost();
    run_fleet(2);
    struct store_device device;
    support_archive_device(1, &device);
    cr_assert_neq(device.history_head, 0);
}

Test(compact, leaves_what_is_not_due)
{
    run_fleet(3);
    cr_assert_eq(compact(0, false).devices_due, 0);
    now_ms += COMPACT_AGE_MS - 2 * HOUR_MS - 1;
    cr_assert_eq(compact(0, false).devices_due, 0);
    now_ms += HOUR_MS;
    cr_assert_eq(compact(0, false).devices_due, DEVICES);
}

Test(compact, takes_no_more_devices_than_it_is_told_to)
{
    run_fleet(50);
    remember();
    struct compact_figures figures = compact(10, true);
    cr_assert_eq(figures.devices, 10);
    cr_assert_eq(figures.devices_due, DEVICES);
    assert_nothing_is_lost();
    cr_assert_eq(compact(0, true).devices, DEVICES - 10);
    assert_nothing_is_lost();
}

Test(compact, only_counts_when_it_is_dry)
{
    run_fleet(50);
    uint64_t others = rows(STORE_HISTORY) + rows(STORE_EVENTS);
    const struct compact_order order = {.now_unix_ms = now_ms, .is_all = true, .is_dry = true};
    struct compact_figures figures;
    cr_assert_eq(compact_run(support_archive_store, &order, &figures), 0);
    cr_assert_eq(figures.devices_due, DEVICES);
    cr_assert_eq(figures.devices, 0);
    cr_assert_eq(figures.history_rows + figures.event_rows, others);
    cr_assert_gt(figures.row_bytes, 40 * others);
    cr_assert_eq(rows(STORE_HISTORY) + rows(STORE_EVENTS), others);
}

Test(compact, begins_anew_where_the_memory_is_damaged)
{
    run_fleet(30);
    compact(0, true);
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_record_put(txn, 1, ARCHIVE_PART_MEMORY, bytes_from_text("??")), 0);
    cr_assert_eq(store_commit(txn), 0);
    run_fleet(30);
    cr_assert_eq(compact(0, true).devices, DEVICES);
    tell_device(&after, 1);
    cr_assert_gt(after.size, 100);
}

Test(compact, does_not_let_a_wrong_clock_keep_out_what_follows)
{
    struct events_state state;
    struct store_device device;
    struct trend trend;
    struct support_archive_says says = {.serial = "A", .total = 10, .level = 50};
    says.at_unix_ms = NOON + 9000 * DAY_MS;
    support_archive_poll(says);
    now_ms = NOON;
    compact(0, true);
    says.at_unix_ms = NOON;
    says.total = 20;
    says.level = 49;
    support_archive_poll(says);
    compact(0, true);
    support_archive_device(1, &device);
    trend_init(&trend);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(memory_load_state(txn, 1, &state), 0);
    cr_assert_eq(memory_load_trend(txn, &device, TREND_DAYS_AND_HOURS, &trend), 0);
    cr_assert_eq(trend.days.count, 1);
    cr_assert_eq(trend.days.at[0], 20000);
    store_abort(txn);
    trend_fini(&trend);
}

/* Killed at any instant, each row is either still a row or taken up, and the next run finishes. */
Test(compact, loses_nothing_when_it_is_killed)
{
    uint32_t seed = 3;
    for (int round = 0; round < 12; round++) {
        run_fleet(20);
        remember();
        archive_slice_reset(support_archive_slice);
        store_close(support_archive_store);
        pid_t child = fork();
        cr_assert(child >= 0);
        if (child == 0) {
            struct compact_figures figures;
            const struct compact_order order = {
                .now_unix_ms = now_ms, .devices_max = 1, .is_all = true};
            struct store *store = support_store_open(STORE_READ_WRITE);
            while (compact_run(store, &order, &figures) == 0) {
            }
            _exit(1);
        }
        seed = seed * 1664525 + 1013904223;
        usleep((seed >> 8) % 60000);
        cr_assert_eq(kill(child, SIGKILL), 0);
        cr_assert_eq(waitpid(child, NULL, 0), child);
        support_archive_store = support_store_open(STORE_READ_WRITE);
        assert_nothing_is_lost();
    }
    compact(0, true);
    assert_nothing_is_lost();
    cr_assert_eq(rows(STORE_HISTORY), 0);
}

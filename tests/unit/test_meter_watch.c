#include <criterion/criterion.h>

#include "core/fleet/meter_breaks.h"
#include "core/fleet/meter_dispute.h"
#include "core/fleet/meter_watch.h"
#include "tests/unit/support_meters.h"

TestSuite(meter_watch, .init = support_archive_setup, .fini = support_archive_teardown,
          .timeout = 110);

#define HOUR_MS INT64_C(3600000)

static int64_t now_ms;

/* An hour later the total is this. */
static struct archive_figures poll(int64_t total)
{
    now_ms = now_ms == 0 ? NOON : now_ms + HOUR_MS;
    return support_meters_poll((struct support_meters){.at_unix_ms = now_ms, .total = total});
}

static void run_up_to(int64_t total)
{
    for (int64_t i = 9; i >= 0; i--) {
        cr_assert_eq(poll(total - 10 * i).event_rows, 0);
    }
}

/* The newest event; the store's transaction stays open in *txn. */
static struct rows_break newest_break(struct store_txn **txn)
{
    struct rows_break found;
    struct store_device device;
    struct store_row row;
    *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_device_get(*txn, 1, &device), 0);
    cr_assert_eq(store_chain_get(*txn, STORE_EVENTS, device.event_head, &row), 0);
    cr_assert_eq(rows_get_break(row.payload, &found), 0);
    return found;
}

static void check_break(enum meter_cause cause, int64_t before, int64_t value, int64_t gain,
                        uint64_t sequence)
{
    struct store_txn *txn = NULL;
    struct rows_break found = newest_break(&txn);
    cr_assert_eq(found.cause, cause, "%s", meter_cause_name((enum meter_cause)found.cause));
    cr_assert_eq(found.before, before);
    cr_assert_eq(found.meter.value, value);
    cr_assert_eq(found.gain, gain);
    cr_assert_eq(found.sequence, sequence);
    cr_assert_eq(found.unix_ms, NOON + (int64_t)(sequence - 1) * HOUR_MS);
    cr_assert(bytes_equal(found.meter.key, bytes_from_text("total")));
    cr_assert_neq(found.meter.object, 0);
    store_abort(txn);
}

Test(meter_watch, a_counter_that_counts_says_nothing)
{
    run_up_to(5000);
    cr_assert_eq(poll(5000 + 9999).event_rows, 0);
    cr_assert_eq(support_archive_rows_of(1, STORE_EVENTS), 1, "that it is new");
}

Test(meter_watch, each_cause_is_told_once_when_it_is_certain)
{
    run_up_to(50000);
    cr_assert_eq(poll(5).event_rows, 0, "a reset, or a bad read");
    cr_assert_eq(poll(15).event_rows, 1);
    check_break(METER_RESET, 50000, 5, 5, 11);
    cr_assert_eq(poll(25).event_rows, 0);
    cr_assert_eq(poll(0 + 1).event_rows, 0);
    cr_assert_eq(poll(35).event_rows, 1);
    check_break(METER_BAD_READ, 25, 1, 0, 14);
    cr_assert_eq(poll(45).event_rows, 0);
    cr_assert_eq(poll(16000000).event_rows, 0);
    cr_assert_eq(poll(16000010).event_rows, 1);
    check_break(METER_SWAP, 45, 16000000, 0, 17);
    cr_assert_eq(poll(16777210).event_rows, 0);
    cr_assert_eq(support_archive_rows_of(1, STORE_EVENTS), 4, "with that it is new");
}

Test(meter_watch, a_wrap_is_told)
{
    run_up_to(999995);
    cr_assert_eq(poll(3).event_rows, 0);
    cr_assert_eq(poll(13).event_rows, 1);
    check_break(METER_WRAP, 999995, 3, 8, 11);
    cr_assert_eq(poll(23).event_rows, 0);
}

Test(meter_watch, a_spike_is_told_when_the_course_goes_on)
{
    run_up_to(50000);
    cr_assert_eq(poll(53000).event_rows, 0);
    cr_assert_eq(poll(50020).event_rows, 0);
    cr_assert_eq(poll(50030).event_rows, 1);
    check_break(METER_BAD_READ, 50000, 53000, 0, 11);
    cr_assert_eq(poll(50040).event_rows, 0);
}

Test(meter_watch, a_fall_that_lasts_is_told_although_nothing_moves)
{
    run_up_to(50000);
    cr_assert_eq(poll(0 + 5).event_rows, 0);
    uint64_t events = 0;
    for (int i = 0; i < 5; i++) {
        now_ms += 25 * HOUR_MS; /* the daily rows of an idle device */
        events += poll(5).event_rows;
    }
    cr_assert_eq(events, 1);
}

Test(meter_watch, events_come_once_however_the_counter_falls)
{
    uint32_t seed = 7;
    int64_t total = 100000;
    uint64_t told = 0;
    for (int i = 0; i < 400; i++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t dice = seed >> 24;
        total += dice & 15;
        total = dice == 250 ? 1 : dice == 251 ? 40000 : dice == 252 ? 9000000 : total;
        told += poll(dice > 252 ? (int64_t)(seed & 0xFFFF) + 1 : total).event_rows;
    }
    cr_assert_gt(told, 4);
    uint64_t seen[500];
    size_t count = 0;
    struct store_device device;
    struct store_row row;
    struct rows_break found;
    support_archive_device(1, &device);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    for (uint64_t at = device.event_head; at != 0; at = row.previous) {
        cr_assert_eq(store_chain_get(txn, STORE_EVENTS, at, &row), 0);
        if (row.previous == 0) {
            break; /* that the device is new */
        }
        cr_assert_eq(rows_get_break(row.payload, &found), 0);
        for (size_t i = 0; i < count; i++) {
            cr_assert_neq(seen[i], found.sequence, "row %lu is told twice", found.sequence);
        }
        seen[count++] = found.sequence;
    }
    cr_assert_eq(count, told);
    store_abort(txn);
}

/* --- disputes --------------------------------------------------------------------------------- */

static uint64_t poll_two(int64_t total, int64_t private_total)
{
    now_ms = now_ms == 0 ? NOON : now_ms + HOUR_MS;
    return support_meters_poll((struct support_meters){.at_unix_ms = now_ms,
                                                       .total = total,
                                                       .private_total = private_total,
                                                       .mono = total})
        .event_rows;
}

Test(meter_watch, two_sources_that_disagree_are_told_once_for_ever)
{
    struct store_device device;
    struct store_row row;
    struct rows_dispute dispute;
    cr_assert_eq(poll_two(6466, 6462), 0);
    cr_assert_eq(poll_two(6470, 6466), 0);
    cr_assert_eq(poll_two(6480, 6476), 1);
    cr_assert_eq(poll_two(6490, 6486), 0);
    cr_assert_eq(poll_two(6491, 6491), 0);
    for (int i = 0; i < 5; i++) {
        cr_assert_eq(poll_two(7000 + i, 6900 + i), 0);
    }
    support_archive_device(1, &device);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_chain_get(txn, STORE_EVENTS, device.event_head, &row), 0);
    cr_assert_eq(rows_get_dispute(row.payload, &dispute), 0);
    cr_assert(dispute.chosen.value == 6476 && dispute.chosen.oid.size == 6);
    cr_assert(dispute.other.value == 6480 && dispute.other.object != 0);
    store_abort(txn);
}

Test(meter_watch, a_difference_of_a_moment_is_no_dispute)
{
    for (int64_t i = 0; i < 30; i++) {
        cr_assert_eq(poll_two(5000 + 10 * i, 5000 + 10 * i + i % 3), 0);
    }
}

Test(meter_watch, a_large_difference_may_grow)
{
    cr_assert_eq(poll_two(5000, 9000), 0);
    cr_assert_eq(poll_two(5010, 9020), 0);
    cr_assert_eq(poll_two(5020, 9040), 1);
    cr_assert_eq(poll_two(5030, 9060), 0);
}

Test(meter_watch, of_three_sources_each_is_held_against_the_first)
{
    const struct bytes key = bytes_from_text("total");
    const struct rows_meter meters[] = {{.key = key, .value = 100, .object = 1},
                                        {.key = key, .value = 100, .object = 2},
                                        {.key = key, .value = 104, .object = 3}};
    struct meter_list rows[METER_DISPUTE_ROWS] = {{meters, 3}, {meters, 3}, {meters, 3}};
    struct rows_dispute dispute;
    size_t at = 0;
    cr_assert(meter_dispute_next(&rows[0], &at, &dispute));
    cr_assert(dispute.chosen.object == 1 && dispute.other.object == 3);
    cr_assert(meter_dispute_stands(&dispute, rows));
    rows[2].count = 2;
    cr_assert(!meter_dispute_stands(&dispute, rows));
    cr_assert(!meter_dispute_next(&rows[0], &at, &dispute));
}

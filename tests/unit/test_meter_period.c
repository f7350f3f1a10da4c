#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/fleet/meter_period.h"
#include "tests/unit/support_meters.h"

TestSuite(meter_period, .init = support_archive_setup, .fini = support_archive_teardown,
          .timeout = 60);

#define HOUR_MS INT64_C(3600000)

static const struct meter_span all_times = {INT64_MIN, INT64_MAX};

static void poll(int64_t at_unix_ms, int64_t total)
{
    support_meters_poll((struct support_meters){.at_unix_ms = at_unix_ms, .total = total});
}

static struct meter_sum sum_of(struct meter_span span)
{
    struct store_txn *txn = NULL;
    struct meter_history history;
    struct meter_sum sum;
    support_meters_load(&txn, &history);
    cr_assert_eq(history.series_count, 1);
    cr_assert_eq(meter_period_sum(&history.series[0], span, &sum), 0);
    meter_history_fini(&history);
    store_abort(txn);
    return sum;
}

Test(meter_period, opens_and_closes_with_the_last_reading_at_or_before)
{
    for (int64_t i = 0; i < 10; i++) {
        poll(NOON + i * HOUR_MS, 1000 + 10 * i);
    }
    struct meter_sum sum = sum_of((struct meter_span){NOON + 2 * HOUR_MS, NOON + 5 * HOUR_MS});
    cr_assert(sum.opening == 1020 && sum.closing == 1050 && sum.delta == 30);
    cr_assert(sum.opening_unix_ms == NOON + 2 * HOUR_MS && !sum.is_opening_inside);
    sum = sum_of((struct meter_span){NOON + 3 * HOUR_MS - 1, NOON + 6 * HOUR_MS - 1});
    cr_assert(sum.opening == 1020 && sum.closing == 1050);
    sum = sum_of((struct meter_span){NOON - 1, NOON + HOUR_MS});
    cr_assert(sum.is_opening_inside && sum.opening == 1000 && sum.delta == 10);
    sum = sum_of((struct meter_span){NOON + 90 * HOUR_MS, NOON + 99 * HOUR_MS});
    cr_assert(sum.opening == 1090 && sum.delta == 0 && !sum.is_opening_inside);
    sum = sum_of(all_times);
    cr_assert(sum.delta == 90 && sum.break_count == 0);
}

Test(meter_period, before_the_first_reading_there_is_nothing)
{
    struct store_txn *txn = NULL;
    struct meter_history history;
    struct meter_sum sum;
    poll(NOON, 1000);
    support_meters_load(&txn, &history);
    cr_assert_eq(meter_period_sum(&history.series[0], (struct meter_span){0, NOON - 1}, &sum),
                 BASE_ENOTFOUND);
    cr_assert(!meter_period_chooses(&history, 0, (struct meter_span){0, NOON - 1}));
    meter_history_fini(&history);
    store_abort(txn);
}

Test(meter_period, bad_reads_neither_open_nor_close)
{
    const int64_t totals[] = {1000, 1010, 3, 1020, 1030, 2, 1040};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(totals); i++) {
        poll(NOON + (int64_t)i * HOUR_MS, totals[i]);
    }
    struct meter_sum sum = sum_of((struct meter_span){NOON + 2 * HOUR_MS, NOON + 5 * HOUR_MS});
    cr_assert(sum.opening == 1010 && sum.opening_unix_ms == NOON + HOUR_MS);
    cr_assert(sum.closing == 1030 && sum.delta == 20);
    cr_assert(sum.break_count == 2 && sum.breaks[METER_BAD_READ] == 2);
}

Test(meter_period, the_sums_of_the_parts_are_the_sum_of_the_whole)
{
    uint32_t seed = 3;
    int64_t total = 999500;
    for (int i = 0; i < 300; i++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t dice = seed >> 24;
        total = (total + (dice & 15)) % 1000000;
        total = dice == 250 ? 0 : dice == 251 ? 40000 : total;
        poll(NOON + i * HOUR_MS, dice > 252 ? (int64_t)(seed & 0xFFFF) + 1 : total + 1);
    }
    struct store_txn *txn = NULL;
    struct meter_history history;
    support_meters_load(&txn, &history);
    for (int64_t part = 1; part < 150; part += 7) {
        struct meter_sum sum;
        int64_t parts = 0;
        uint32_t breaks = 0;
        for (int64_t from = 0; from < 300; from += part) {
            struct meter_span span = {NOON + from * HOUR_MS, NOON + (from + part) * HOUR_MS};
            cr_assert_eq(meter_period_sum(&history.series[0], span, &sum), 0);
            cr_assert_geq(sum.delta, 0);
            parts += sum.delta;
            breaks += sum.break_count;
        }
        cr_assert_eq(meter_period_sum(&history.series[0], all_times, &sum), 0);
        cr_assert_eq(parts, sum.delta, "parts of %ld hours", part);
        cr_assert_geq(breaks, sum.break_count);
    }
    meter_history_fini(&history);
    store_abort(txn);
}

/* --- sources ---------------------------------------------------------------------------------- */

static int chosen_object(struct meter_span span)
{
    struct store_txn *txn = NULL;
    struct meter_history history;
    int object = -1;
    support_meters_load(&txn, &history);
    for (size_t i = 0; i < history.series_count; i++) {
        if (meter_period_chooses(&history, i, span) &&
            bytes_equal(history.series[i].meter.key, bytes_from_text("total"))) {
            cr_assert_eq(object, -1, "one source counts");
            object = history.series[i].meter.object != 0;
        }
    }
    meter_history_fini(&history);
    store_abort(txn);
    return object;
}

Test(meter_period, of_two_sources_the_first_listed_one_counts)
{
    for (int64_t i = 0; i < 4; i++) {
        support_meters_poll((struct support_meters){
            .at_unix_ms = NOON + i * HOUR_MS, .total = 104 + i, .private_total = 100 + i});
    }
    cr_assert_eq(chosen_object((struct meter_span){NOON + 1, NOON + 3 * HOUR_MS}), 0);
}

Test(meter_period, a_source_that_opens_the_period_counts_before_one_that_came_later)
{
    poll(NOON, 104);
    support_meters_poll(
        (struct support_meters){.at_unix_ms = NOON + HOUR_MS, .total = 105, .private_total = 101});
    support_meters_poll((struct support_meters){
        .at_unix_ms = NOON + 2 * HOUR_MS, .total = 106, .private_total = 102});
    cr_assert_eq(chosen_object((struct meter_span){NOON, NOON + 3 * HOUR_MS}), 1);
    cr_assert_eq(chosen_object((struct meter_span){NOON + HOUR_MS, NOON + 3 * HOUR_MS}), 0);
}

Test(meter_period, a_source_that_is_not_read_any_more_does_not_count)
{
    for (int64_t i = 0; i < 6; i++) {
        support_meters_poll((struct support_meters){.at_unix_ms = NOON + i * DAY_MS,
                                                    .total = 104 + i,
                                                    .private_total = i < 2 ? 100 + i : 0});
    }
    cr_assert_eq(chosen_object((struct meter_span){NOON, NOON + 2 * DAY_MS}), 0);
    cr_assert_eq(chosen_object((struct meter_span){NOON, NOON + 5 * DAY_MS}), 1);
}

/* --- gaps ------------------------------------------------------------------------------------- */

static void check_gaps(struct meter_span span, int64_t now, uint32_t gaps, uint32_t days)
{
    struct store_txn *txn = NULL;
    struct meter_history history;
    support_meters_load(&txn, &history);
    struct meter_gaps found = meter_period_gaps(&history, span, now);
    cr_assert(found.gaps == gaps && found.days == days, "%u gaps, %u days", found.gaps, found.days);
    meter_history_fini(&history);
    store_abort(txn);
}

Test(meter_period, whole_days_without_a_reading_are_gaps)
{
    static const int64_t days[] = {0, 1, 2, 5, 6, 10};
    const int64_t midnight = NOON - DAY_MS / 2;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(days); i++) {
        poll(NOON + days[i] * DAY_MS, 100 + (int64_t)i);
    }
    const struct meter_span month = {midnight - 10 * DAY_MS, midnight + 20 * DAY_MS - 1};
    check_gaps(month, midnight + 11 * DAY_MS - 1, 2, 5); /* 3, 4; 7, 8, 9 */
    check_gaps(month, midnight + 12 * DAY_MS, 3, 6);
    check_gaps(month, INT64_MAX, 3, 14);
    check_gaps((struct meter_span){midnight + 4 * DAY_MS, midnight + 8 * DAY_MS - 1}, INT64_MAX, 2,
               2);
    check_gaps((struct meter_span){midnight + 4 * DAY_MS + 1, midnight + 5 * DAY_MS}, INT64_MAX, 0,
               0);
    check_gaps((struct meter_span){midnight - 9 * DAY_MS, midnight - DAY_MS}, INT64_MAX, 0, 0);
}

/* --- times ------------------------------------------------------------------------------------ */

static void check_times(const int64_t *times, const int64_t *mended, size_t count)
{
    int64_t copy[16];
    size_t work[32];
    memcpy(copy, times, count * sizeof(*times));
    meter_history_mend_times(copy, count, work);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(copy[i], mended[i], "entry %zu: %ld", i, copy[i]);
    }
}

Test(meter_period, a_clock_that_was_wrong_moves_no_other_reading)
{
    check_times((int64_t[]){1, 2, 3}, (int64_t[]){1, 2, 3}, 3);
    check_times((int64_t[]){1, 2, 900, 3, 4}, (int64_t[]){1, 2, 2, 3, 4}, 5);
    check_times((int64_t[]){5, 6, 0, 7, 8}, (int64_t[]){5, 6, 6, 7, 8}, 5);
    check_times((int64_t[]){900, 901, 3, 4, 5}, (int64_t[]){3, 3, 3, 4, 5}, 5);
    check_times((int64_t[]){3, 4, 5, 0, 1}, (int64_t[]){3, 4, 5, 5, 5}, 5);
    check_times((int64_t[]){3, 3, 2, 3}, (int64_t[]){3, 3, 3, 3}, 4);
    meter_history_mend_times(NULL, 0, NULL);
}

Test(meter_period, readings_of_a_wrong_clock_count_where_they_stand)
{
    poll(NOON, 1000);
    poll(NOON + 400 * DAY_MS, 1010);
    poll(NOON + HOUR_MS, 1020);
    poll(NOON + 2 * HOUR_MS, 1030);
    struct meter_sum sum = sum_of((struct meter_span){NOON, NOON + HOUR_MS});
    cr_assert(sum.opening == 1010 && sum.delta == 10 && sum.break_count == 0);
    cr_assert_eq(sum_of(all_times).delta, 30);
}

Test(meter_period, units_that_run_fast_are_not_paced)
{
    cr_assert(meter_history_is_paced(bytes_from_text("impressions")));
    cr_assert(meter_history_is_paced((struct bytes){0}));
    cr_assert(!meter_history_is_paced(bytes_from_text("micrometers")));
}

Test(meter_period, what_is_damaged_is_counted_and_the_rest_is_there)
{
    struct store_txn *txn = NULL;
    struct meter_history history;
    for (int64_t i = 0; i < 4; i++) {
        poll(NOON + i * HOUR_MS, 1000 + i);
    }
    struct store_device device;
    support_archive_device(1, &device);
    txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_chain_append(txn, STORE_LEDGER, &device, NOON + 5 * HOUR_MS,
                                    bytes_from_text("no ledger row")),
                 0);
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_commit(txn), 0);
    support_meters_load(&txn, &history);
    cr_assert(history.damaged == 1 && history.row_count == 4);
    meter_history_fini(&history);
    cr_assert_eq(meter_history_load(txn, &device, 3, &history), 0);
    cr_assert(history.damaged == 1 && history.row_count == 2);
    meter_history_fini(&history);
    store_abort(txn);
}

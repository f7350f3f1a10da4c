/*
 * Sixty days of one printer, read every hour, that is reset, wraps, is exchanged, is misread and
 * cannot be reached for days: what the ledger sums up is what was printed, in every period; every
 * break has its cause and is told once; and the ledger is proven to the end.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/fleet/archive.h"
#include "core/fleet/meter_audit.h"
#include "core/fleet/meter_period.h"
#include "proto/object.h"

TestSuite(ledger, .timeout = 280);

#define HOUR_MS   INT64_C(3600000)
#define DAY_MS    (24 * HOUR_MS)
#define START     (INT64_C(20000) * DAY_MS)
#define DAYS      60
#define HOURS     (DAYS * 24)
#define MODULUS   16777216
#define SEEDS     25
#define QUIET_H   60 /* hours at the end in which nothing happens, so that all is settled */
#define BETWEEN_H 30 /* hours between two things that happen, at least */

/* The printer and what is known to be true of it. */
struct world {
    uint32_t seed;
    int64_t counter;
    int64_t printed;      /* pages that a reader can know of */
    int64_t uptime_ticks; /* at the end of the hour */
    int outage_h;         /* hours that it stays silent */
    int calm_h;           /* hours until something may happen again */
    bool is_tested;       /* whoever has put it up prints a page */
    uint32_t breaks[METER_CAUSE_COUNT];
    int64_t truth[HOURS + 1]; /* printed, at the last good reading up to the hour; -1 none */
    bool was_read[DAYS];
    uint64_t event_rows;
};

static struct world world;
static char path[64];
static struct store *store;
static struct archive_slice *slice;

static uint32_t roll(uint32_t sides)
{
    world.seed = world.seed * 1664525 + 1013904223;
    return (world.seed >> 8) % sides;
}

/* --- the store -------------------------------------------------------------------------------- */

static int remove_entry(const char *name, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info;
    (void)type;
    (void)ftw;
    return remove(name);
}

static void open_store(void)
{
    char message[512];
    snprintf(path, sizeof(path), "/tmp/platen-test-XXXXXX");
    cr_assert_not_null(mkdtemp(path));
    cr_assert_eq(store_open(path, STORE_READ_WRITE, &store, message, sizeof(message)), 0);
    cr_assert_eq(archive_slice_new(64, &slice), 0);
}

static void close_store(void)
{
    archive_slice_free(slice);
    store_close(store);
    cr_assert_eq(nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void commit(void)
{
    struct archive_figures figures;
    cr_assert_eq(archive_slice_commit(slice, store, &figures), 0);
    world.event_rows += figures.event_rows - figures.created; /* each is told to be new */
    archive_slice_reset(slice);
}

static void poll(int64_t at_unix_ms, int64_t total)
{
    uint8_t record[64];
    struct record_writer writer;
    const uint8_t octet = 1;
    const struct record_header header = {
        .part = RECORD_MOVING, .address_family = 4, .polled_at_unix_ms = at_unix_ms};
    struct reading_meter meter = {.key = "total",
                                  .value = total,
                                  .unit_name = "impressions",
                                  .object = OBJECT_MARKER_LIFE_COUNT,
                                  .index = "1.1"};
    struct reading reading = {
        .is_printer = true, .uptime_ticks = world.uptime_ticks, .meters = &meter, .meter_count = 1};
    snprintf(reading.identity.mac, sizeof(reading.identity.mac), "00:1b:a9:00:00:01");
    snprintf(reading.identity.id, sizeof(reading.identity.id), "printer");
    record_start(&writer, record, sizeof(record));
    cr_assert_eq(record_put(&writer, OBJECT_SYS_UPTIME, (struct bytes){0}, 2, bytes_of(&octet, 1)),
                 0);
    const struct archive_item item = {.address = "10.1.2.3:161",
                                      .status = RECORD_OK,
                                      .polled_at_unix_ms = at_unix_ms,
                                      .reading = &reading,
                                      .moving_part = record_finish(&writer, &header)};
    if (archive_slice_count(slice) == 64) {
        commit();
    }
    cr_assert_eq(archive_slice_add(slice, &item), 0);
}

/* --- the printer ------------------------------------------------------------------------------ */

/* An hour's pages: offices print by day, and not at weekends. */
static int64_t pages_of(int hour)
{
    int of_day = hour % 24;
    bool is_open = of_day >= 7 && of_day < 19 && hour / 24 % 7 < 5;
    return is_open ? (int64_t)roll(300) : roll(20) == 0 ? (int64_t)roll(30) : 0;
}

static void print_pages(int64_t pages)
{
    world.counter += pages;
    world.printed += pages;
    if (world.counter >= MODULUS) {
        world.counter -= MODULUS;
        world.breaks[METER_WRAP]++;
    }
}

/* What the poll of this hour is told, -1 nothing; *is_good: it is the counter. */
static int64_t live_an_hour(int hour, bool *is_good)
{
    const bool is_quiet = hour < 48 || hour > HOURS - QUIET_H || world.calm_h > 0;
    const uint32_t dice = is_quiet ? 100 : roll(100);
    *is_good = true;
    world.calm_h -= world.calm_h > 0;
    world.uptime_ticks += 360000;
    if (world.outage_h > 0) {
        world.outage_h--;
        print_pages(pages_of(hour));
        return -1;
    }
    if (dice < 8) {
        world.calm_h = BETWEEN_H;
    }
    if (dice < 1 && world.counter > 5000 && world.counter < MODULUS - 20000) {
        /* A new board counts from 0; it comes right after the poll before. */
        world.counter = 0;
        world.uptime_ticks = 100000;
        world.breaks[METER_RESET]++;
    } else if (dice < 3 && world.counter < MODULUS - 5000) {
        /* Another engine: its pages until it is first read are nobody's. */
        world.counter = world.counter < 1000000 ? world.counter + 2000000 : 500000 + roll(9000);
        world.uptime_ticks += roll(2) * 360000000;
        world.breaks[METER_SWAP]++;
        world.is_tested = true;
        return world.counter;
    } else if (dice < 5 && world.counter > 5000 && world.counter < MODULUS - 5000) {
        const int64_t wrong[] = {0, world.counter / 2, world.counter - 400, 15000000,
                                 world.counter + 3000};
        int64_t value = wrong[roll(BASE_ARRAY_COUNT(wrong))];
        print_pages(pages_of(hour));
        *is_good = false;
        world.breaks[METER_BAD_READ]++;
        return value;
    } else if (dice < 8) {
        world.outage_h = 2 + (int)roll(80);
        world.calm_h += world.outage_h;
    }
    print_pages(pages_of(hour) + world.is_tested);
    world.is_tested = false;
    return world.counter;
}

static void live(uint32_t seed)
{
    int64_t truth = -1;
    world = (struct world){.seed = seed * 2654435761U,
                           .counter = MODULUS - (seed % 2 == 0 ? 40000 : 2500),
                           .uptime_ticks = 100 * 24 * INT64_C(360000)};
    for (int hour = 0; hour < HOURS; hour++) {
        bool is_good = false;
        int64_t value = live_an_hour(hour, &is_good);
        if (value >= 0) {
            poll(START + hour * HOUR_MS, value);
            world.was_read[hour / 24] = true;
            truth = is_good ? world.printed : truth;
        }
        world.truth[hour] = truth;
    }
    world.truth[HOURS] = truth;
    commit();
}

/* --- what the ledger says of it --------------------------------------------------------------- */

static void check_period(const struct meter_history *history, int from_h, int to_h)
{
    const struct meter_span span = {START + from_h * HOUR_MS, START + to_h * HOUR_MS};
    struct meter_sum sum;
    struct meter_gaps gaps = meter_period_gaps(history, span, INT64_MAX);
    uint32_t days = 0;
    cr_assert_eq(meter_period_sum(&history->series[0], span, &sum), 0);
    cr_assert_eq(sum.delta, world.truth[to_h] - world.truth[from_h],
                 "hours %d to %d: %ld pages, but %ld were printed", from_h, to_h, sum.delta,
                 world.truth[to_h] - world.truth[from_h]);
    for (int day = (from_h + 23) / 24; day < to_h / 24; day++) {
        days += !world.was_read[day];
    }
    cr_assert_eq(gaps.days, days, "hours %d to %d: %u days of gaps, not %u", from_h, to_h,
                 gaps.days, days);
}

static void check_world(struct store_txn *txn)
{
    struct meter_history history;
    struct store_device device;
    struct meter_audit audit;
    struct meter_sum sum;
    cr_assert_eq(store_device_get(txn, 1, &device), 0);
    cr_assert_eq(meter_history_load(txn, &device, 0, &history), 0);
    cr_assert_eq(meter_history_judge(&history), 0);
    cr_assert_eq(history.series_count, 1);
    check_period(&history, 0, HOURS);
    for (int i = 0; i < 300; i++) {
        int from_h = (int)roll(HOURS);
        check_period(&history, from_h, from_h + (int)roll((uint32_t)(HOURS - from_h)));
    }
    for (int day = 0; day < DAYS; day++) {
        check_period(&history, 24 * day, 24 * day + 24);
    }
    const struct meter_span all = {START, START + HOURS * HOUR_MS};
    uint32_t breaks = 0;
    cr_assert_eq(meter_period_sum(&history.series[0], all, &sum), 0);
    for (int cause = METER_RESET; cause < METER_CAUSE_COUNT; cause++) {
        cr_assert_eq(sum.breaks[cause], world.breaks[cause], "%u times %s, not %u",
                     sum.breaks[cause], meter_cause_name((enum meter_cause)cause),
                     world.breaks[cause]);
        breaks += world.breaks[cause];
    }
    cr_assert_eq(world.event_rows, breaks, "%lu events of %u breaks", world.event_rows, breaks);
    meter_history_fini(&history);
    cr_assert_eq(meter_audit_run(txn, &audit), 0);
    cr_assert_eq(audit.devices[1].fault, METER_INTACT);
    cr_assert_eq(audit.devices[1].rows, audit.rows);
    meter_audit_fini(&audit);
}

Test(ledger, sums_are_what_was_printed_whatever_happened)
{
    uint32_t happened[METER_CAUSE_COUNT] = {0};
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct store_txn *txn = NULL;
        open_store();
        live(seed);
        cr_assert_eq(store_begin(store, false, &txn), 0);
        check_world(txn);
        store_abort(txn);
        close_store();
        for (int cause = 0; cause < METER_CAUSE_COUNT; cause++) {
            happened[cause] += world.breaks[cause];
        }
    }
    for (int cause = METER_RESET; cause < METER_CAUSE_COUNT; cause++) {
        cr_assert_geq(happened[cause], 10, "too few of %s",
                      meter_cause_name((enum meter_cause)cause));
    }
}

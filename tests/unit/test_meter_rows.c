/*
 * Whatever a device says, and however it changes, each row of its ledger reads as that; damage
 * takes what stands on it and nothing else.
 */
#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/meter_audit.h"
#include "core/fleet/meter_breaks.h"
#include "core/fleet/meter_history.h"
#include "proto/object.h"
#include "store/pack.h"
#include "tests/unit/support_ledger.h"
#include "tests/unit/support_meters.h"

TestSuite(meter_rows, .init = support_archive_setup, .fini = support_archive_teardown,
          .timeout = 110);

#define HOUR_MS INT64_C(3600000)

/* --- anything that a device may say ----------------------------------------------------------- */

#define POLLS      400
#define METERS_MAX 20

/* What was told in one poll. */
struct told {
    struct reading_meter meters[METERS_MAX];
    size_t count;
    char serial[16];
    int64_t at_unix_ms;
    int64_t uptime_ticks;
};

static struct told tells[POLLS];
static uint32_t seed;

static uint32_t roll(uint32_t sides)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % sides;
}

static void choose_meters(struct told *told)
{
    static const char *const units[] = {"impressions", "sheets", NULL, ""};
    static const uint8_t oids[METERS_MAX][3] = {{0x2b, 6, 1}, {0x2b, 6, 2}, {0x2b, 6, 3}};
    static char keys[METERS_MAX][8];
    told->count = 1 + roll(METERS_MAX);
    for (size_t i = 0; i < told->count; i++) {
        struct reading_meter *meter = &told->meters[i];
        snprintf(keys[i], sizeof(keys[i]), "key%u", (unsigned)(i / 2)); /* two sources of each */
        *meter = (struct reading_meter){.key = keys[i], .unit_name = units[roll(4)]};
        meter->object = roll(2) == 0 ? 0 : OBJECT_MARKER_LIFE_COUNT;
        snprintf(meter->index, sizeof(meter->index), "1.%zu", i);
        meter->oid = meter->object == 0 ? bytes_of(oids[i], 3) : (struct bytes){0};
        meter->value = (int64_t)roll(1U << (1 + roll(23)));
    }
}

/* Some stand at the largest number there is. */
static void count_on(int64_t *value, uint32_t pages)
{
    *value = (int64_t)((uint64_t)*value + pages);
}

static void go_on(struct told *told)
{
    for (size_t i = 0; i < told->count; i++) {
        int64_t *value = &told->meters[i].value;
        switch (roll(40)) {
        case 0:
            *value = (int64_t)roll(1000);
            break;
        case 1:
            *value = roll(2) == 0 ? INT64_MAX - (int64_t)roll(9) : -(int64_t)roll(9);
            break;
        case 2:
            count_on(value, roll(1U << 23));
            break;
        default:
            count_on(value, roll(3) == 0 ? roll(300) : 0);
        }
    }
    int64_t passed_ms = roll(30) == 0 ? -(int64_t)roll(100000000) : (int64_t)roll(40000000);
    told->at_unix_ms += passed_ms;
    if (roll(20) == 0) { /* it has restarted */
        told->uptime_ticks = (int64_t)roll(10000);
    } else if (roll(50) == 0) {
        told->uptime_ticks = READING_ABSENT;
    } else if (told->uptime_ticks != READING_ABSENT) {
        told->uptime_ticks += passed_ms / 10 + roll(3);
    }
    if (roll(25) == 0) {
        choose_meters(told);
    }
    if (roll(90) == 0) {
        snprintf(told->serial, sizeof(told->serial), "SERIAL%u", 1 + roll(2));
    }
}

static void live(uint32_t from)
{
    struct told now = {.serial = "SERIAL1", .at_unix_ms = NOON, .uptime_ticks = NOON / 10};
    seed = from;
    choose_meters(&now);
    for (size_t i = 0; i < POLLS; i++) {
        tells[i] = now;
        (void)support_meters_tell((struct support_meters){.serial = now.serial,
                                                          .at_unix_ms = now.at_unix_ms,
                                                          .uptime_ticks = now.uptime_ticks},
                                  now.meters, now.count);
        go_on(&now);
    }
}

/* What was told at a time; clocks that go back may tell one time twice, but not in these tests. */
static const struct told *find_told(int64_t unix_ms)
{
    for (size_t i = 0; i < POLLS; i++) {
        if (tells[i].at_unix_ms == unix_ms) {
            return &tells[i];
        }
    }
    return NULL;
}

static void check_row(const struct meter_rows *read, const struct store_row *row)
{
    const struct told *told = find_told(row->unix_ms);
    char key[40];
    cr_assert_not_null(told);
    snprintf(key, sizeof(key), "serial:maker:%s", told->serial);
    cr_assert(read->said->sequence == row->sequence && read->said->unix_ms == row->unix_ms);
    cr_assert_eq(read->said->uptime_ticks, told->uptime_ticks);
    cr_assert_eq(read->said->identity, meter_identity(key));
    cr_assert_eq(read->said->count, told->count);
    for (size_t i = 0; i < told->count; i++) {
        const struct rows_meter *meter = &read->meters[i];
        const struct reading_meter *said = &told->meters[i];
        cr_assert_eq(meter->value, said->value, "row %lu, meter %zu", row->sequence, i);
        cr_assert_eq(read->said->values[i], said->value);
        cr_assert(bytes_equal(meter->key, bytes_from_text(said->key)));
        cr_assert(bytes_equal(meter->unit,
                              bytes_from_text(said->unit_name == NULL ? "" : said->unit_name)));
        cr_assert_eq(meter->object, said->object);
        cr_assert(bytes_equal(meter->index, said->object == 0 ? (struct bytes){0}
                                                              : bytes_from_text(said->index)));
        cr_assert(bytes_equal(meter->oid, said->oid));
    }
}

Test(meter_rows, every_row_reads_as_it_was_told)
{
    for (uint32_t from = 1; from <= 4; from++) {
        if (from > 1) {
            support_archive_teardown();
            support_archive_setup();
        }
        live(from);
        struct store_txn *txn = support_store_begin(support_archive_store, false);
        static struct store_row rows[POLLS];
        struct meter_rows read;
        struct meter_audit audit;
        uint64_t sequence = 0;
        size_t count = 0;
        size_t brief = 0;
        int status = 0;
        meter_rows_init(&read, txn);
        while (store_chain_next(txn, STORE_LEDGER, &sequence, &rows[count], &status)) {
            brief += rows_is_short(rows[count].payload);
            cr_assert_eq(meter_rows_read(&read, &rows[count]), 0);
            check_row(&read, &rows[count++]);
        }
        cr_assert(status == 0 && count > POLLS * 3 / 4 && brief > count / 2,
                  "%zu of %zu rows are short", brief, count);
        for (size_t i = count; i-- > 0;) {
            cr_assert_eq(meter_rows_read(&read, &rows[i]), 0);
            check_row(&read, &rows[i]);
        }
        for (size_t i = 0; i < count; i++) { /* in any order, and none that was read before */
            size_t at = roll((uint32_t)count);
            if (roll(3) == 0) {
                meter_rows_init(&read, txn);
            }
            cr_assert_eq(meter_rows_read(&read, &rows[at]), 0);
            check_row(&read, &rows[at]);
        }
        cr_assert_eq(meter_audit_run(txn, &audit), 0);
        for (size_t i = 0; i < audit.count; i++) {
            cr_assert_eq(audit.devices[i].fault, METER_INTACT);
        }
        meter_audit_fini(&audit);
        store_abort(txn);
    }
}

/* --- when a row is whole ---------------------------------------------------------------------- */

static void poll(int64_t hour, int64_t total)
{
    cr_assert_eq(support_meters_poll((struct support_meters){.at_unix_ms = NOON + hour * HOUR_MS,
                                                             .total = total,
                                                             .mono = total / 2})
                     .ledger_rows,
                 1);
}

static bool is_whole(uint64_t sequence)
{
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    struct store_row row;
    cr_assert_eq(store_chain_get(txn, STORE_LEDGER, sequence, &row), 0);
    bool is_short = rows_is_short(row.payload);
    store_abort(txn);
    return !is_short;
}

Test(meter_rows, one_in_a_run_is_whole)
{
    for (int64_t i = 0; i < 2 * ROWS_METERS_RUN + 2; i++) {
        poll(i, 5000 + i);
        cr_assert_eq(is_whole((uint64_t)i + 1), i % ROWS_METERS_RUN == 0, "row %ld", i + 1);
    }
}

Test(meter_rows, what_is_not_a_value_makes_a_row_whole)
{
    struct support_meters says = {.at_unix_ms = NOON, .total = 5000, .mono = 7};
    uint64_t sequence = 0;
    (void)support_meters_poll(says);
    for (int i = 0; i < 2; i++) { /* the second time it is as it was: that is short */
        static const bool whole[] = {false, true, false, true, false};
        for (size_t n = 0; n < BASE_ARRAY_COUNT(whole); n++) {
            says.at_unix_ms += HOUR_MS;
            says.total++;
            says.mono = n == 1 || n == 2 ? 0 : 7;
            (void)support_meters_poll(says);
            sequence = sequence == 0 ? 2 : sequence + 1;
            cr_assert_eq(is_whole(sequence), whole[n], "row %lu", sequence);
        }
    }
}

Test(meter_rows, another_identity_makes_a_row_whole)
{
    struct support_archive_says says = {.serial = "AAA1", .mac = "00:00:5e:00:53:01", .total = 10};
    static const bool has_serial[] = {true, true, false, false, true};
    static const bool whole[] = {true, false, true, false, true};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(whole); i++) {
        says.at_unix_ms = NOON + (int64_t)i * HOUR_MS;
        says.total++;
        says.serial = has_serial[i] ? "AAA1" : NULL;
        cr_assert_eq(support_archive_poll(says).ledger_rows, 1);
        cr_assert_eq(is_whole(i + 1), whole[i], "row %zu", i + 1);
        struct store_txn *txn = support_store_begin(support_archive_store, false);
        struct store_row row;
        struct meter_rows read;
        meter_rows_init(&read, txn);
        cr_assert_eq(store_chain_get(txn, STORE_LEDGER, i + 1, &row), 0);
        cr_assert_eq(meter_rows_read(&read, &row), 0);
        cr_assert_eq(row.device, 1);
        cr_assert_eq(read.said->identity == meter_identity("serial:maker:AAA1"), has_serial[i]);
        store_abort(txn);
    }
}

/* --- damage ----------------------------------------------------------------------------------- */

static void write_row(uint64_t sequence, uint32_t device, struct bytes payload)
{
    uint8_t value[15 + ROWS_SHORT_BYTES_MAX] = {0}; /* the head as in store/chain.c */
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    pack_u32(value, device);
    bytes_copy(value + 15, payload);
    support_ledger_write(txn, sequence, bytes_of(value, 15 + payload.size));
    cr_assert_eq(store_commit(txn), 0);
}

static void damage(uint64_t sequence)
{
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    support_ledger_damage(txn, sequence);
    cr_assert_eq(store_commit(txn), 0);
}

/* Reads all rows by their sequence, each with a new reader. Returns: how many can be read. */
static size_t count_readable(uint64_t from, uint64_t to)
{
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    struct store_row row;
    size_t readable = 0;
    for (uint64_t sequence = from; sequence <= to; sequence++) {
        struct meter_rows read;
        meter_rows_init(&read, txn);
        int rc = store_chain_get(txn, STORE_LEDGER, sequence, &row);
        rc = rc == 0 ? meter_rows_read(&read, &row) : rc;
        cr_assert_eq(rc == 0 && read.said != NULL && read.said->values[0] > 0, rc == 0);
        cr_assert(rc == 0 || rc == BASE_ECHECKSUM, "row %lu: %d", sequence, rc);
        readable += rc == 0;
    }
    store_abort(txn);
    return readable;
}

Test(meter_rows, a_damaged_short_row_takes_nothing_else_with_it)
{
    for (int64_t i = 0; i < 100; i++) {
        poll(i, 5000 + i);
    }
    damage(30);
    cr_assert_eq(count_readable(1, 100), 99);
}

Test(meter_rows, a_damaged_whole_row_takes_what_stands_on_it_and_the_next_is_read)
{
    struct meter_history history;
    struct store_txn *txn = NULL;
    const size_t run = ROWS_METERS_RUN;
    for (size_t i = 0; i < 3 * run; i++) {
        poll((int64_t)i, 5000 + (int64_t)i);
    }
    damage(run + 1);
    cr_assert_eq(count_readable(1, run), run);
    cr_assert_eq(count_readable(run + 1, 2 * run), 0);
    cr_assert_eq(count_readable(2 * run + 1, 3 * run), run);
    /* What is older than the damaged one is not led to, as ever; all that is damaged is told. */
    support_meters_load(&txn, &history);
    cr_assert_eq(history.row_count, run);
    cr_assert_eq(history.damaged, run);
    meter_history_fini(&history);
    store_abort(txn);
}

Test(meter_rows, behind_what_cannot_be_read_stands_a_whole_row)
{
    poll(0, 5000);
    poll(1, 5001);
    damage(1);
    poll(2, 5002);
    poll(3, 5003);
    cr_assert(is_whole(3) && !is_whole(4));
    cr_assert_eq(count_readable(1, 4), 2);
    damage(4);
    poll(4, 5004);
    cr_assert(is_whole(5));
    cr_assert_eq(count_readable(3, 5), 2);
}

Test(meter_rows, a_short_row_stands_on_a_whole_one_of_its_device)
{
    static uint8_t brief[ROWS_SHORT_BYTES_MAX];
    struct rows_values whole = {.sequence = 100, .count = 2};
    poll(0, 5000); /* row 1 */
    poll(1, 5001); /* row 2 is short */
    support_archive_poll((struct support_archive_says){
        .address = "10.0.0.9:161", .serial = "OTHER", .total = 5}); /* row 3 of another one */
    static const struct {
        uint64_t back;
        int rc;
    } cases[] = {{9, 0},
                 {8, BASE_EVERSION},
                 {7, BASE_EFORMAT},
                 {6, BASE_EFORMAT},
                 {0, BASE_EFORMAT},
                 {10, BASE_EFORMAT},
                 {11, BASE_EFORMAT},
                 {UINT64_MAX, BASE_EFORMAT}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(cases); i++) {
        struct rows_values now = {.sequence = 100 + cases[i].back, .count = 2};
        struct meter_rows read;
        struct store_row row;
        write_row(10, 1, bytes_of(brief, rows_put_short(brief, &whole, &now)));
        struct store_txn *txn = support_store_begin(support_archive_store, false);
        meter_rows_init(&read, txn);
        cr_assert_eq(store_chain_get(txn, STORE_LEDGER, 10, &row), 0);
        cr_assert_eq(meter_rows_read(&read, &row), cases[i].rc, "back %lu", cases[i].back);
        cr_assert_eq(read.said == NULL, cases[i].rc != 0);
        /* The same with a reader that remembers another whole row. */
        cr_assert_eq(store_chain_get(txn, STORE_LEDGER, 3, &row), 0);
        cr_assert_eq(meter_rows_read(&read, &row), 0);
        cr_assert_eq(store_chain_get(txn, STORE_LEDGER, 10, &row), 0);
        cr_assert_eq(meter_rows_read(&read, &row), cases[i].rc);
        store_abort(txn);
    }
}

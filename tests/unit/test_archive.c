#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/fleet/archive.h"
#include "core/fleet/meter_rows.h"
#include "tests/unit/support_archive.h"

TestSuite(archive, .init = support_archive_setup, .fini = support_archive_teardown, .timeout = 60);

Test(archive, stores_a_device_that_answers)
{
    struct store_device read;
    struct record_header header;
    struct bytes out;
    struct archive_figures figures =
        support_archive_poll((struct support_archive_says){.serial = "AB1234",
                                                           .mac = "00:1b:a9:00:00:01",
                                                           .total = 500,
                                                           .level = 40,
                                                           .alerts = {503},
                                                           .learned = "state"});
    cr_assert_eq(figures.created, 1);
    cr_assert_eq(figures.static_records, 1);
    cr_assert_eq(figures.ledger_rows, 1);
    cr_assert_eq(figures.history_rows, 1);
    cr_assert_eq(figures.event_rows, 2, "new, and an alert");
    cr_assert_eq(support_archive_device(1, &read), 1);
    cr_assert_str_eq(read.id, "id-AB1234");
    cr_assert_str_eq(read.address, "10.1.2.3:161");
    cr_assert_eq(read.first_seen_unix_ms, NOON);
    cr_assert_eq(read.last_polled_unix_ms, NOON);
    cr_assert_eq(read.last_answered_unix_ms, NOON);
    cr_assert_eq(read.status, RECORD_OK);
    cr_assert_eq(read.failures, 0);
    cr_assert_eq(read.alerts_active, 1);
    cr_assert_eq(support_archive_find("serial:maker:AB1234"), 1);
    cr_assert_eq(support_archive_find("mac:001ba9000001"), 1);
    cr_assert_eq(support_archive_find("address:10.1.2.3:161"), 1);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_record_get(txn, 1, RECORD_STATIC, &out), 0);
    cr_assert_eq(record_open(out, &header), 0);
    cr_assert_eq(store_record_get(txn, 1, RECORD_MOVING, &out), 0);
    cr_assert_eq(record_open(out, &header), 0);
    cr_assert_eq(store_learned_get(txn, "10.1.2.3:161", &out), 0);
    cr_assert(bytes_equal(out, bytes_from_text("state")));
    store_abort(txn);
}

Test(archive, the_same_poll_counts_once)
{
    struct support_archive_says says = {
        .serial = "AB1234", .total = 500, .level = 40, .alerts = {503}};
    support_archive_poll(says);
    for (int i = 0; i < 3; i++) {
        struct archive_figures figures = support_archive_poll(says);
        cr_assert_eq(figures.duplicates, 1);
        cr_assert_eq(figures.ledger_rows + figures.history_rows + figures.event_rows, 0);
    }
    support_archive_add(says);
    support_archive_add(says);
    cr_assert_eq(support_archive_commit().duplicates, 2);
    cr_assert_eq(support_archive_rows_of(1, STORE_LEDGER), 1);
    cr_assert_eq(support_archive_rows_of(1, STORE_HISTORY), 1);
    cr_assert_eq(support_archive_rows_of(1, STORE_EVENTS), 2);
}

Test(archive, an_older_poll_that_comes_again_counts_once)
{
    struct support_archive_says first = {.serial = "AB1234", .total = 500};
    support_archive_poll(first);
    support_archive_poll(
        (struct support_archive_says){.serial = "AB1234", .total = 501, .at_unix_ms = NOON + 1000});
    support_archive_poll(
        (struct support_archive_says){.serial = "AB1234", .total = 502, .at_unix_ms = NOON + 2000});
    cr_assert_eq(support_archive_poll(first).duplicates, 1);
    cr_assert_eq(support_archive_rows_of(1, STORE_LEDGER), 3);
}

Test(archive, a_clock_that_went_back_loses_no_meter)
{
    support_archive_poll((struct support_archive_says){.serial = "AB1234", .total = 500});
    cr_assert_eq(support_archive_poll((struct support_archive_says){.serial = "AB1234",
                                                                    .total = 501,
                                                                    .at_unix_ms = NOON - 3600000})
                     .ledger_rows,
                 1);
    cr_assert_eq(support_archive_poll(
                     (struct support_archive_says){
                         .serial = "AB1234", .total = 502, .at_unix_ms = NOON - 400 * DAY_MS})
                     .ledger_rows,
                 1);
    cr_assert_eq(support_archive_rows_of(1, STORE_LEDGER), 3);
}

Test(archive, the_ledger_has_a_row_for_every_change_and_for_every_day)
{
    struct support_archive_says says = {.serial = "AB1234", .total = 500};
    support_archive_poll(says);
    says.at_unix_ms = NOON + DAY_MS / 2 - 1;
    cr_assert_eq(support_archive_poll(says).ledger_rows, 0, "the same day, the same meters");
    says.at_unix_ms = NOON + DAY_MS / 2;
    cr_assert_eq(support_archive_poll(says).ledger_rows, 1, "midnight");
    says.at_unix_ms++;
    cr_assert_eq(support_archive_poll(says).ledger_rows, 0);
    says.at_unix_ms++;
    says.total++;
    cr_assert_eq(support_archive_poll(says).ledger_rows, 1);
    says.at_unix_ms++;
    says.total--;
    cr_assert_eq(support_archive_poll(says).ledger_rows, 1,
                 "a counter that goes back is kept as it is");
    says.at_unix_ms++;
    says.total = 0;
    cr_assert_eq(support_archive_poll(says).ledger_rows, 0,
                 "no meter was read: nothing is invented");
    says.at_unix_ms += DAY_MS;
    cr_assert_eq(support_archive_poll(says).ledger_rows, 0);
    cr_assert_eq(support_archive_rows_of(1, STORE_LEDGER), 4);
}

Test(archive, a_ledger_row_holds_the_meters_as_read)
{
    struct store_row row;
    struct meter_rows read;
    support_archive_poll((struct support_archive_says){.serial = "AB1234", .total = 4294967295});
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_chain_get(txn, STORE_LEDGER, 1, &row), 0);
    cr_assert_eq(row.unix_ms, NOON);
    meter_rows_init(&read, txn);
    cr_assert_eq(meter_rows_read(&read, &row), 0);
    cr_assert_eq(read.said->uptime_ticks, NOON / 10);
    cr_assert_eq(read.said->count, 1);
    cr_assert_eq(read.meters[0].value, 4294967295);
    cr_assert(bytes_equal(read.meters[0].key, bytes_from_text("total")));
    store_abort(txn);
}

Test(archive, supplies_have_a_row_when_they_change)
{
    struct support_archive_says says = {.serial = "AB1234", .level = 40};
    cr_assert_eq(support_archive_poll(says).history_rows, 1);
    says.at_unix_ms = NOON + 2 * DAY_MS;
    cr_assert_eq(support_archive_poll(says).history_rows, 0);
    says.at_unix_ms++;
    says.level = 39;
    cr_assert_eq(support_archive_poll(says).history_rows, 1);
    says.at_unix_ms++;
    says.level = 10;
    says.failed_tables = 1U << OBJECT_TABLE_SUPPLY;
    cr_assert_eq(support_archive_poll(says).history_rows, 0,
                 "half a table is no change of supplies");
    says.at_unix_ms++;
    says.failed_tables = 0;
    says.level = 0;
    cr_assert_eq(support_archive_poll(says).history_rows, 0);
    cr_assert_eq(support_archive_rows_of(1, STORE_HISTORY), 2);
}

/* Checks the newest events of device 1, newest first: the code, negative when it was cleared. */
static void check_events(const int *codes, size_t count)
{
    struct store_device read;
    struct store_row row;
    struct rows_alert alert;
    support_archive_device(1, &read);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    uint64_t at = read.event_head;
    for (size_t i = 0; i < count; i++, at = row.previous) {
        bool was_raised = false;
        cr_assert_eq(store_chain_get(txn, STORE_EVENTS, at, &row), 0);
        cr_assert_eq(rows_get_event(row.payload, &was_raised, &alert), 0);
        cr_assert_eq(was_raised ? alert.code : -alert.code, codes[i], "event %zu", i);
    }
    store_abort(txn);
}

Test(archive, alerts_are_told_when_they_come_and_go)
{
    struct store_device read;
    struct support_archive_says says = {.serial = "AB1234", .alerts = {503, 1104}};
    cr_assert_eq(support_archive_poll(says).event_rows, 2);
    check_events((const int[]){503}, 1);
    support_archive_device(1, &read);
    cr_assert_eq(read.alerts_active, 1, "1104 is no fault here, and no event");
    says.at_unix_ms = NOON + 1;
    cr_assert_eq(support_archive_poll(says).event_rows, 0);
    says.at_unix_ms++;
    says.alerts[0] = 8;
    cr_assert_eq(support_archive_poll(says).event_rows, 2);
    check_events((const int[]){8, -503}, 2);
    says.at_unix_ms++;
    says.failed_tables = 1U << OBJECT_TABLE_ALERT;
    says.alerts[0] = 0;
    cr_assert_eq(support_archive_poll(says).event_rows, 0,
                 "alerts that could not be read have not gone");
    support_archive_device(1, &read);
    cr_assert_eq(read.alerts_active, 1);
    says.at_unix_ms++;
    says.failed_tables = 0;
    cr_assert_eq(support_archive_poll(says).event_rows, 1);
    check_events((const int[]){-8}, 1);
    support_archive_device(1, &read);
    cr_assert_eq(read.alerts_active, 0);
    cr_assert_eq(support_archive_rows_of(1, STORE_EVENTS), 5, "with that the device is new");
}

static struct bytes stored(struct store_txn *txn, uint8_t part)
{
    struct bytes out = {0};
    cr_assert_eq(store_record_get(txn, 1, part, &out), 0);
    return out;
}

Test(archive, a_poll_of_what_moves_keeps_the_static_record)
{
    support_archive_poll(
        (struct support_archive_says){.serial = "AB1234", .total = 1, .model = "first model"});
    support_archive_poll((struct support_archive_says){.serial = "AB1234",
                                                       .total = 2,
                                                       .model = "not sent",
                                                       .has_no_static = true,
                                                       .at_unix_ms = NOON + 1});
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    struct bytes record = stored(txn, RECORD_STATIC);
    cr_assert_not_null(memmem(record.data, record.size, "first model", 11));
    store_abort(txn);
}

Test(archive, a_static_record_that_cannot_be_read_is_written_anew)
{
    struct support_archive_says says = {.serial = "AB1234", .model = "model of one kind"};
    cr_assert_eq(support_archive_poll(says).static_records, 1);
    store_close(support_archive_store);
    cr_assert_geq(support_store_patch(bytes_from_text("model of one kind"),
                                      bytes_from_text("mOdel of one kind")),
                  1);
    support_archive_store = support_store_open(STORE_READ_WRITE);
    says.at_unix_ms = NOON + 1;
    cr_assert_eq(support_archive_poll(says).static_records, 1, "the same, and not readable");
    says.at_unix_ms = NOON + 2;
    cr_assert_eq(support_archive_poll(says).static_records, 0);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    struct bytes record = stored(txn, RECORD_STATIC);
    cr_assert_not_null(memmem(record.data, record.size, "model of one kind", 17));
    store_abort(txn);
}

Test(archive, the_static_record_is_written_when_its_entries_change)
{
    struct support_archive_says says = {.serial = "AB1234", .model = "model A"};
    cr_assert_eq(support_archive_poll(says).static_records, 1);
    says.at_unix_ms = NOON + 1;
    cr_assert_eq(support_archive_poll(says).static_records, 0,
                 "only the time in its header is another");
    says.at_unix_ms++;
    says.model = "model B";
    cr_assert_eq(support_archive_poll(says).static_records, 1);
    says.at_unix_ms++;
    says.model = "half of it";
    says.failed_tables = 1U << OBJECT_TABLE_INPUT;
    cr_assert_eq(support_archive_poll(says).static_records, 0,
                 "a whole one is not replaced by half of one");
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    struct bytes record = stored(txn, RECORD_STATIC);
    cr_assert_not_null(memmem(record.data, record.size, "model B", 7));
    store_abort(txn);
}

Test(archive, what_is_damaged_is_counted_and_stops_no_other)
{
    struct store_device broken = {.id = "x", .address = "<<the address of the broken one>>"};
    struct store_device read;
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_device_put(txn, &broken), 0);
    cr_assert_eq(store_device_key(txn, "serial:maker:AB1234", broken.number), 0);
    cr_assert_eq(store_commit(txn), 0);
    store_close(support_archive_store);
    cr_assert_eq(support_store_patch(bytes_from_text("of the broken one"),
                                     bytes_from_text("of the brOken one")),
                 1);
    support_archive_store = support_store_open(STORE_READ_WRITE);
    support_archive_add((struct support_archive_says){.serial = "AB1234", .total = 1});
    support_archive_add(
        (struct support_archive_says){.serial = "CD5678", .total = 1, .address = "10.1.2.4:161"});
    struct archive_figures figures = support_archive_commit();
    cr_assert_eq(figures.damaged, 1);
    cr_assert_eq(figures.created, 1);
    cr_assert_eq(support_archive_device(2, &read), 2);
    cr_assert_str_eq(read.id, "id-CD5678");
}

Test(archive, a_slice_refuses_what_it_cannot_hold)
{
    uint8_t *record = calloc(1, RECORD_BYTES_MAX);
    struct reading reading = {0};
    struct archive_item item = {.address = "",
                                .reading = &reading,
                                .static_part = bytes_of(record, RECORD_BYTES_MAX),
                                .moving_part = bytes_of(record, RECORD_BYTES_MAX)};
    char address[STORE_ADDRESS_MAX + 1];
    cr_assert_eq(archive_slice_add(support_archive_slice, &item), BASE_ERANGE);
    memset(address, 'a', sizeof(address));
    address[STORE_ADDRESS_MAX] = '\0';
    item.address = address;
    cr_assert_eq(archive_slice_add(support_archive_slice, &item), BASE_ERANGE);
    address[STORE_ADDRESS_MAX - 1] = '\0';
    cr_assert_eq(archive_slice_add(support_archive_slice, &item), 0);
    archive_slice_free(support_archive_slice);
    cr_assert_eq(archive_slice_new(1000, &support_archive_slice), 0);
    int rc = 0;
    size_t count = 0;
    for (; rc == 0; count++) {
        snprintf(address, sizeof(address), "10.1.2.3:%zu", count);
        rc = archive_slice_add(support_archive_slice, &item);
    }
    cr_assert_eq(rc, BASE_ELIMIT, "of hostile devices some hundred fill it");
    cr_assert(count > 100 && count < 130);
    cr_assert_eq(archive_slice_commit(support_archive_slice, support_archive_store, NULL), 0);
    archive_slice_reset(support_archive_slice);
    cr_assert_eq(archive_slice_add(support_archive_slice, &item), 0);
    free(record);
}

Test(archive, a_slice_of_full_count_refuses_more)
{
    for (int i = 0; i < 64; i++) {
        support_archive_add((struct support_archive_says){.at_unix_ms = NOON + i});
    }
    struct archive_item item = {.address = "10.1.2.3:161", .status = RECORD_TIMEOUT};
    cr_assert_eq(archive_slice_add(support_archive_slice, &item), BASE_ELIMIT);
    support_archive_commit();
    cr_assert_eq(archive_slice_add(support_archive_slice, &item), 0);
}

Test(archive, an_empty_slice_commits_nothing)
{
    struct store_figures before;
    struct store_figures after;
    cr_assert_eq(store_figures(support_archive_store, &before), 0);
    cr_assert_eq(support_archive_commit().polls, 0);
    cr_assert_eq(store_figures(support_archive_store, &after), 0);
    cr_assert_eq(after.commits, before.commits);
}

Test(archive, repeats_a_slice_for_which_the_map_was_too_small)
{
    uint8_t *record = calloc(1, RECORD_BYTES_MAX);
    struct store_device read;
    struct reading reading = {0};
    char address[32];
    struct archive_item item = {.address = address,
                                .reading = &reading,
                                .static_part = bytes_of(record, RECORD_BYTES_MAX),
                                .moving_part = bytes_of(record, RECORD_BYTES_MAX)};
    struct store_figures figures;
    int number = 0;
    do {
        for (int i = 0; i < 64; i++, number++) { /* 8 MiB */
            memcpy(record + RECORD_HEADER_BYTES, &number, sizeof(number));
            snprintf(address, sizeof(address), "10.1.2.3:%d", number);
            cr_assert_eq(archive_slice_add(support_archive_slice, &item), 0);
        }
        support_archive_commit();
        cr_assert_eq(store_figures(support_archive_store, &figures), 0);
    } while (number < 1280);
    cr_assert_geq(figures.growths, 1);
    cr_assert_eq(support_archive_device((uint32_t)number, &read), (uint64_t)number);
    free(record);
}

/* Two of the same number would not compile. */
static bool is_part(int part)
{
    switch (part) {
    case RECORD_STATIC:
    case RECORD_MOVING:
    case ARCHIVE_PART_KEYS:
    case ARCHIVE_PART_ALERTS:
    case ARCHIVE_PART_ACCESS:
    case ARCHIVE_PART_DISPUTES:
    case ARCHIVE_PART_EVENTS:
    case ARCHIVE_PART_MEMORY:
    case ARCHIVE_PART_LABELS:
    case ARCHIVE_PART_IDENTITY:
    case ARCHIVE_PART_LINEAGE:
    case ARCHIVE_PART_MERGED:
    case ARCHIVE_PART_PRINTERS:
        return true;
    default:
        return false;
    }
}

Test(archive, parts_have_a_number_each)
{
    cr_assert(is_part(ARCHIVE_PART_LABELS));
    cr_assert_not(is_part(0));
}

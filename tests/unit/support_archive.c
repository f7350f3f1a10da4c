#include "tests/unit/support_archive.h"

#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/learned.h"

struct store *support_archive_store;
struct archive_slice *support_archive_slice;

void support_archive_setup(void)
{
    support_store_setup();
    support_archive_store = support_store_open(STORE_READ_WRITE);
    cr_assert_eq(archive_slice_new(64, &support_archive_slice), 0);
}

void support_archive_teardown(void)
{
    archive_slice_free(support_archive_slice);
    store_close(support_archive_store);
    support_store_teardown();
}

static size_t make_record(uint8_t *out, enum record_part part,
                          const struct support_archive_says *says)
{
    struct record_writer writer;
    struct record_header header = {.part = part,
                                   .address_family = 4,
                                   .status = says->status,
                                   .failed_tables = says->failed_tables,
                                   .polled_at_unix_ms = says->at_unix_ms};
    const char *model = says->model == NULL ? "model" : says->model;
    const uint8_t total[2] = {(uint8_t)(says->total >> 8), (uint8_t)says->total};
    record_start(&writer, out, 512);
    if (part == RECORD_STATIC) {
        cr_assert_eq(
            record_put(&writer, OBJECT_SYS_DESCR, (struct bytes){0}, 4, bytes_from_text(model)), 0);
    } else {
        cr_assert_eq(
            record_put(&writer, OBJECT_SYS_UPTIME, (struct bytes){0}, 2, bytes_of(total, 2)), 0);
    }
    return record_finish(&writer, &header).size;
}

static void fill_reading(struct reading *reading, const struct support_archive_says *says)
{
    snprintf(reading->identity.mac, sizeof(reading->identity.mac), "%s",
             says->mac == NULL ? "" : says->mac);
    reading->identity.serial = says->serial;
    reading->identity.vendor = "Maker";
    snprintf(reading->identity.id, sizeof(reading->identity.id), "id-%s",
             says->serial != NULL ? says->serial
             : says->mac != NULL  ? says->mac
                                  : says->address);
    reading->header.failed_tables = says->failed_tables;
    reading->header.address_family = 4;
    reading->is_printer = true;
    reading->uptime_ticks = says->at_unix_ms / 10;
}

static size_t make_learned(uint8_t out[LEARNED_BYTES], const char *engine)
{
    struct learned learned;
    learned_init(&learned);
    learned.engine.size = (uint8_t)strlen(engine);
    memcpy(learned.engine.octets, engine, strlen(engine));
    learned_encode(&learned, out);
    return LEARNED_BYTES;
}

void support_archive_add(struct support_archive_says says)
{
    static uint8_t records[2][512];
    uint8_t learned[LEARNED_BYTES];
    struct reading_meter meter = {
        .key = "total", .value = says.total, .unit_name = "impressions", .index = "1.1"};
    struct reading_supply supply = {.index = "1.1",
                                    .name = "Black",
                                    .label = "Black",
                                    .level = says.level,
                                    .percent = (int)says.level};
    struct reading_alert alerts[4] = {0};
    struct reading reading = {.meters = &meter, .supplies = &supply, .alerts = alerts};
    says.at_unix_ms = says.at_unix_ms == 0 ? NOON : says.at_unix_ms;
    says.address = says.address == NULL ? "10.1.2.3:161" : says.address;
    fill_reading(&reading, &says);
    reading.meter_count = says.total != 0;
    reading.supply_count = says.level != 0;
    for (size_t i = 0; i < 4 && says.alerts[i] != 0; i++) {
        alerts[i].code = says.alerts[i];
        alerts[i].is_fault = says.alerts[i] < 1000;
        snprintf(alerts[i].index, sizeof(alerts[i].index), "1.%d", says.alerts[i]);
        reading.alert_count++;
    }
    struct archive_item item = {
        .address = says.address,
        .status = says.status,
        .polled_at_unix_ms = says.at_unix_ms,
        .reading = says.has_no_reading ? NULL : &reading,
        .static_part = bytes_of(records[0], make_record(records[0], RECORD_STATIC, &says)),
        .moving_part = bytes_of(records[1], make_record(records[1], RECORD_MOVING, &says)),
        .learned = bytes_from_text(says.learned == NULL ? "" : says.learned),
        .access = says.access,
        .printers = says.printers,
        .printer_count = says.printer_count,
        .printer = says.printer,
    };
    if (says.engine != NULL) {
        item.learned = bytes_of(learned, make_learned(learned, says.engine));
    }
    if (says.has_no_static) {
        item.static_part.size = 0;
    }
    cr_assert_eq(archive_slice_add(support_archive_slice, &item), 0);
}

struct archive_figures support_archive_commit(void)
{
    struct archive_figures figures;
    cr_assert_eq(archive_slice_commit(support_archive_slice, support_archive_store, &figures), 0);
    cr_assert_eq(figures.polls, archive_slice_count(support_archive_slice));
    archive_slice_reset(support_archive_slice);
    return figures;
}

struct archive_figures support_archive_poll(struct support_archive_says says)
{
    support_archive_add(says);
    return support_archive_commit();
}

uint64_t support_archive_device(uint32_t number, struct store_device *out)
{
    struct store_figures figures;
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_device_get(txn, number, out), 0);
    store_abort(txn);
    cr_assert_eq(store_figures(support_archive_store, &figures), 0);
    return figures.devices;
}

uint32_t support_archive_find(const char *key)
{
    uint32_t number = 0;
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    int rc = store_device_find(txn, key, &number);
    cr_assert(rc == 0 || rc == BASE_ENOTFOUND);
    store_abort(txn);
    return number;
}

int support_archive_rows_of(uint32_t number, enum store_chain chain)
{
    struct store_device read;
    struct store_row row;
    int count = 0;
    support_archive_device(number, &read);
    uint64_t heads[3] = {read.ledger_head, read.history_head, read.event_head};
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    for (uint64_t at = heads[chain]; at != 0; at = row.previous, count++) {
        cr_assert_eq(store_chain_get(txn, chain, at, &row), 0);
        cr_assert_eq(row.device, number);
    }
    store_abort(txn);
    return count;
}

#include "tests/unit/support_meters.h"

#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/meter_history.h"
#include "proto/object.h"

/* A moving record that says nothing of interest. */
static struct bytes make_record(uint8_t *out, size_t cap, int64_t at_unix_ms)
{
    struct record_writer writer;
    const uint8_t uptime = 1;
    const struct record_header header = {
        .part = RECORD_MOVING, .address_family = 4, .polled_at_unix_ms = at_unix_ms};
    record_start(&writer, out, cap);
    cr_assert_eq(record_put(&writer, OBJECT_SYS_UPTIME, (struct bytes){0}, 2, bytes_of(&uptime, 1)),
                 0);
    return record_finish(&writer, &header);
}

struct archive_figures support_meters_tell(struct support_meters says, struct reading_meter *meters,
                                           size_t count)
{
    struct archive_figures figures;
    struct reading reading = {.is_printer = true, .meters = meters, .meter_count = count};
    static uint8_t record[256];
    struct archive_item item = {.address = "10.1.2.3:161",
                                .status = RECORD_OK,
                                .polled_at_unix_ms = says.at_unix_ms,
                                .reading = &reading};
    reading.header.address_family = 4;
    item.moving_part = make_record(record, sizeof(record), says.at_unix_ms);
    reading.identity.vendor = "Maker";
    reading.identity.serial = says.serial == NULL ? "SERIAL1" : says.serial;
    snprintf(reading.identity.id, sizeof(reading.identity.id), "id-%s", reading.identity.serial);
    reading.uptime_ticks = says.uptime_ticks != 0 ? says.uptime_ticks : says.at_unix_ms / 10;
    cr_assert_eq(archive_slice_add(support_archive_slice, &item), 0);
    cr_assert_eq(archive_slice_commit(support_archive_slice, support_archive_store, &figures), 0);
    archive_slice_reset(support_archive_slice);
    figures.event_rows -= figures.created; /* that the device is new is another story */
    return figures;
}

struct archive_figures support_meters_poll(struct support_meters says)
{
    struct reading_meter meters[3];
    size_t count = 0;
    if (says.private_total != 0) {
        meters[count++] =
            (struct reading_meter){.key = "total",
                                   .value = says.private_total,
                                   .unit_name = "impressions",
                                   .oid = bytes_from_text("\x2b\x06\x01\x04\x01\x0b")};
    }
    if (says.total != 0) {
        meters[count++] = (struct reading_meter){.key = "total",
                                                 .value = says.total,
                                                 .unit_name = "impressions",
                                                 .object = OBJECT_MARKER_LIFE_COUNT,
                                                 .index = "1.1"};
    }
    if (says.mono != 0) {
        meters[count++] =
            (struct reading_meter){.key = "mono", .value = says.mono, .unit_name = "impressions"};
    }
    return support_meters_tell(says, meters, count);
}

void support_meters_load(struct store_txn **txn, struct meter_history *history)
{
    struct store_device device;
    *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_device_get(*txn, 1, &device), 0);
    cr_assert_eq(meter_history_load(*txn, &device, 0, history), 0);
    cr_assert_eq(meter_history_judge(history), 0);
}

#include "core/fleet/archive_meters.h"

#include "core/base/hash64.h"
#include "core/fleet/meter_breaks.h"
#include "core/fleet/meter_seal.h"
#include "core/fleet/meter_watch.h"
#include "core/fleet/rows.h"

#define DAY_MS INT64_C(86400000)

static uint32_t utc_day(int64_t unix_ms)
{
    return unix_ms < 0 ? 0 : (uint32_t)(unix_ms / DAY_MS);
}

/* Of the strongest key that the device gave in this poll. */
static uint32_t identity_of(const struct archive_slice *slice, const struct archive_entry *entry)
{
    struct bytes keys = archive_bytes(slice, entry->keys);
    return keys.size == 0 ? 0 : meter_identity((const char *)keys.data);
}

static int keep(struct store_txn *txn, struct store_device *device, const struct meter_watch *watch,
                int64_t unix_ms, struct archive_figures *figures)
{
    struct bytes event;
    size_t at = 0;
    int rc = 0;
    while (rc == 0 && meter_watch_next(watch, &at, &event)) {
        rc = store_chain_append(txn, STORE_EVENTS, device, unix_ms, event);
        figures->event_rows++;
    }
    if (rc == 0 && watch->told != NULL) {
        rc = store_record_put(txn, device->number, ARCHIVE_PART_DISPUTES,
                              bytes_of(watch->told, watch->told_size));
    }
    return rc;
}

static int append(struct store_txn *txn, const struct archive_slice *slice,
                  const struct archive_entry *entry, struct store_device *device,
                  struct archive_figures *figures)
{
    uint8_t *payload = slice->memory + entry->meters.at;
    const uint32_t identity = identity_of(slice, entry);
    struct meter_watch watch = {0};
    const struct store_row row = {.sequence = store_chain_upcoming(txn, STORE_LEDGER),
                                  .previous = device->ledger_head,
                                  .device = device->number,
                                  .unix_ms = entry->polled_at_unix_ms,
                                  .payload = archive_bytes(slice, entry->meters)};
    rows_set_meters_head(payload, 0, 0, identity);
    int rc = meter_watch_row(&watch, txn, device, &row);
    if (rc == 0) {
        meter_seal_apply(&device->marks, &row, payload,
                         watch.is_unsettled ? ROWS_METERS_UNSETTLED : 0, identity);
        rc = store_chain_append(txn, STORE_LEDGER, device, row.unix_ms, row.payload);
    }
    rc = rc == 0 ? keep(txn, device, &watch, row.unix_ms, figures) : rc;
    meter_watch_fini(&watch);
    return rc;
}

int archive_meters(struct store_txn *txn, const struct archive_slice *slice,
                   const struct archive_entry *entry, struct store_device *device,
                   struct archive_figures *figures)
{
    struct bytes meters = archive_bytes(slice, entry->meters);
    struct store_marks *marks = &device->marks;
    if (meters.size <= ROWS_METERS_HEAD_BYTES) {
        return 0;
    }
    uint64_t mark = hash64(
        bytes_of(meters.data + ROWS_METERS_HEAD_BYTES, meters.size - ROWS_METERS_HEAD_BYTES));
    uint32_t day = utc_day(entry->polled_at_unix_ms);
    if (mark == marks->meters && day == marks->meters_day) {
        return 0;
    }
    marks->meters = mark;
    marks->meters_day = day;
    figures->ledger_rows++;
    return append(txn, slice, entry, device, figures);
}

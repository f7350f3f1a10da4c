#include "core/fleet/archive_meters.h"

#include "core/base/hash64.h"
#include "core/fleet/archive_find.h"
#include "core/fleet/meter_breaks.h"
#include "core/fleet/meter_seal.h"
#include "core/fleet/meter_watch.h"

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

/* A row on its way into the ledger. */
struct fresh {
    struct store_row row;
    uint8_t *payload; /* of the row, to write to */
    uint32_t identity;
    struct meter_watch watch;
    uint8_t brief[ROWS_SHORT_BYTES_MAX];
};

/* Reads the row before. Returns: 0, before->said being NULL when there is none that can be read;
 * BASE_ESTORE. */
static int read_before(struct meter_rows *before, const struct store_device *device)
{
    struct store_row row;
    int rc = device->ledger_head == 0
                 ? BASE_ENOTFOUND
                 : store_chain_get(before->txn, STORE_LEDGER, device->ledger_head, &row);
    rc = rc == 0 ? meter_rows_read(before, &row) : rc;
    return archive_is_damage(rc) || rc == BASE_ENOTFOUND ? 0 : rc;
}

/* Holds the row, which is whole, against the one before; makes it a short one if that will do. */
static int compare(struct fresh *fresh, const struct store_device *device,
                   const struct meter_rows *before)
{
    struct meter_rows now;
    bool are_alike = false;
    meter_rows_init(&now, before->txn);
    int rc = meter_rows_read_like(&now, &fresh->row, before, &are_alike);
    rc = rc == 0 ? meter_watch_row(&fresh->watch, device, &now, before, are_alike) : rc;
    if (rc != 0) {
        return rc;
    }
    uint8_t flags = fresh->watch.is_unsettled ? ROWS_METERS_UNSETTLED : 0;
    if (are_alike && fresh->identity == before->whole.identity &&
        device->marks.sealed % ROWS_METERS_RUN != 0) {
        now.whole.flags = flags;
        fresh->payload = fresh->brief;
        fresh->row.payload =
            bytes_of(fresh->brief, rows_put_short(fresh->brief, &before->whole, &now.whole));
    } else {
        rows_set_meters_head(fresh->payload, flags, device->marks.sealed + 1, fresh->identity);
    }
    return 0;
}

static int append(struct store_txn *txn, const struct archive_slice *slice,
                  const struct archive_entry *entry, struct store_device *device,
                  struct archive_figures *figures)
{
    struct meter_rows before;
    struct fresh fresh;
    fresh.watch = (struct meter_watch){0};
    fresh.identity = identity_of(slice, entry);
    fresh.payload = slice->memory + entry->meters.at;
    fresh.row = (struct store_row){.sequence = store_chain_upcoming(txn, STORE_LEDGER),
                                   .previous = device->ledger_head,
                                   .device = device->number,
                                   .unix_ms = entry->polled_at_unix_ms,
                                   .payload = archive_bytes(slice, entry->meters)};
    rows_set_meters_head(fresh.payload, 0, device->marks.sealed + 1, fresh.identity);
    meter_rows_init(&before, txn);
    int rc = read_before(&before, device);
    if (rc == 0 && before.said != NULL) {
        rc = compare(&fresh, device, &before);
    }
    rc = rc == 0 ? meter_seal_apply(&device->marks, &fresh.row, fresh.payload) : rc;
    rc = rc == 0
             ? store_chain_append(txn, STORE_LEDGER, device, fresh.row.unix_ms, fresh.row.payload)
             : rc;
    rc = rc == 0 ? keep(txn, device, &fresh.watch, fresh.row.unix_ms, figures) : rc;
    meter_watch_fini(&fresh.watch);
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

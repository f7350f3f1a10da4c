#include "core/fleet/memory.h"

#include <errno.h>
#include <stdlib.h>

#include "core/fleet/archive.h"
#include "core/fleet/events_pack.h"
#include "core/fleet/rows_trend.h"

/* Layout: version u8, size of the journal u16 (little-endian), journal, trend. */
#define MEMORY_VERSION 1
#define HEAD_BYTES     3

int memory_open(struct bytes record, struct bytes *journal, struct bytes *trend)
{
    if (record.size < HEAD_BYTES) {
        return BASE_EFORMAT;
    }
    if (record.data[0] != MEMORY_VERSION) {
        return BASE_EVERSION;
    }
    size_t size = record.data[1] | (size_t)record.data[2] << 8;
    if (size > record.size - HEAD_BYTES) {
        return BASE_EFORMAT;
    }
    *journal = bytes_of(record.data + HEAD_BYTES, size);
    *trend = bytes_of(record.data + HEAD_BYTES + size, record.size - HEAD_BYTES - size);
    return 0;
}

int memory_put(struct journal *journal, struct trend *trend, int64_t now_unix_ms, uint8_t *out,
               size_t *size)
{
    const size_t room = MEMORY_BYTES_MAX - HEAD_BYTES;
    size_t packed = 0;
    journal_thin(journal, now_unix_ms, room - TREND_BYTES_MIN);
    trend_thin(trend, now_unix_ms);
    size_t wanted = journal->size < MEMORY_JOURNAL_LEAST ? journal->size : MEMORY_JOURNAL_LEAST;
    int rc = trend_pack(trend, out + HEAD_BYTES, room - wanted, &packed);
    if (rc != 0) {
        return rc;
    }
    if (journal->size > room - packed) {
        journal_thin(journal, now_unix_ms, room - packed);
    }
    memmove(out + HEAD_BYTES + journal->size, out + HEAD_BYTES, packed);
    if (journal->size > 0) {
        memcpy(out + HEAD_BYTES, journal->bytes, journal->size);
    }
    out[0] = MEMORY_VERSION;
    out[1] = (uint8_t)journal->size;
    out[2] = (uint8_t)(journal->size >> 8);
    *size = HEAD_BYTES + journal->size + packed;
    return 0;
}

/* --- from the store --------------------------------------------------------------------------- */

static bool is_missing(int rc)
{
    return rc == BASE_ENOTFOUND || rc == BASE_ECHECKSUM || rc == BASE_EFORMAT ||
           rc == BASE_EVERSION;
}

static int load_record(struct store_txn *txn, uint32_t device, struct bytes *journal,
                       struct bytes *trend)
{
    struct bytes record;
    *journal = (struct bytes){0};
    *trend = (struct bytes){0};
    int rc = store_record_get(txn, device, ARCHIVE_PART_MEMORY, &record);
    rc = rc == 0 ? memory_open(record, journal, trend) : rc;
    return is_missing(rc) ? 0 : rc;
}

int memory_load_state(struct store_txn *txn, uint32_t device, struct events_state *out)
{
    struct bytes record = {0};
    int rc = store_record_get(txn, device, ARCHIVE_PART_EVENTS, &record);
    if (rc != 0 || events_get_state(record, out) != 0) {
        int none = events_get_state((struct bytes){0}, out);
        BASE_REQUIRE(none == 0);
    }
    return is_missing(rc) ? 0 : rc;
}

/* Places of a device's rows in a chain, newest first. */
static int list_rows(struct store_txn *txn, enum store_chain chain, uint64_t head, uint64_t *places,
                     size_t *count, uint64_t *damaged)
{
    struct store_row row;
    *count = 0;
    while (head != 0 && *count < MEMORY_ROWS_MAX) {
        int rc = store_chain_get(txn, chain, head, &row);
        if (rc != 0) {
            *damaged += rc != BASE_ENOTFOUND; /* taken up already */
            return is_missing(rc) ? 0 : rc;
        }
        places[(*count)++] = head;
        head = row.previous < head ? row.previous : 0;
    }
    return 0;
}

static int add_rows(struct store_txn *txn, const uint64_t *places, size_t count, struct trend *out)
{
    int64_t values[TREND_CHANNELS_MAX];
    struct store_row row;
    size_t channels = 0;
    int rc = 0;
    while (rc == 0 && count-- > 0) {
        if (store_chain_get(txn, STORE_HISTORY, places[count], &row) == 0 &&
            rows_get_trend(row.payload, values, &channels) == 0) {
            rc = trend_add(out, row.unix_ms, values, channels);
        }
    }
    return rc;
}

int memory_load_trend(struct store_txn *txn, const struct store_device *device,
                      enum trend_part part, struct trend *out)
{
    uint64_t places[MEMORY_ROWS_MAX];
    struct bytes journal;
    struct bytes packed;
    uint64_t damaged = 0;
    size_t count = 0;
    int rc = load_record(txn, device->number, &journal, &packed);
    if (rc == 0) {
        rc = trend_unpack(out, packed, part);
        rc = rc == -ENOMEM ? rc : 0; /* what could be read of it is there */
    }
    rc = rc == 0 ? list_rows(txn, STORE_HISTORY, device->history_head, places, &count, &damaged)
                 : rc;
    return rc == 0 ? add_rows(txn, places, count, out) : rc;
}

int memory_events(struct store_txn *txn, const struct store_device *device,
                  bool (*each)(void *owner, int64_t unix_ms, struct bytes payload), void *owner,
                  uint64_t *damaged)
{
    uint64_t places[MEMORY_ROWS_MAX];
    struct journal_entry entry = {0};
    struct bytes journal;
    struct bytes packed;
    struct store_row row;
    size_t count = 0;
    size_t at = 0;
    bool goes_on = true;
    int rc = load_record(txn, device->number, &journal, &packed);
    while (rc == 0 && goes_on && journal_next(journal, &at, &entry)) {
        goes_on = each(owner, entry.unix_ms, entry.payload);
    }
    rc = rc == 0 ? list_rows(txn, STORE_EVENTS, device->event_head, places, &count, damaged) : rc;
    while (rc == 0 && goes_on && count-- > 0) {
        if (store_chain_get(txn, STORE_EVENTS, places[count], &row) == 0) {
            goes_on = each(owner, row.unix_ms, row.payload);
        }
    }
    return rc;
}

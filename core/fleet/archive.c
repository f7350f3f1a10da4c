#include "core/fleet/archive.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/hash64.h"
#include "core/fleet/archive_keys.h"
#include "core/fleet/archive_slice.h"
#include "core/fleet/events_pack.h"
#include "core/fleet/rows_meter.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

#define ADDRESS_PREFIX "address:"

/* First memory of a slice, for each poll that it may hold: a full poll of a usual device takes some
 * 4 KB. What is not used is not there either: it is mapped as it is touched. */
#define MEMORY_BYTES_POLL 4096

/* Memory of a slice that is mapped at once, some 40 polls. A slice smaller than this has none. */
#define READY_BYTES ((size_t)128 << 10)

int archive_slice_new(size_t capacity, struct archive_slice **out)
{
    BASE_REQUIRE(capacity > 0);
    struct archive_slice *slice = calloc(1, sizeof(*slice));
    if (slice == NULL) {
        return -ENOMEM;
    }
    slice->capacity = capacity;
    slice->rules = events_rules_usual;
    slice->entries = calloc(capacity, sizeof(*slice->entries));
    if (slice->entries == NULL) {
        free(slice);
        return -ENOMEM;
    }
    *out = slice;
    return 0;
}

void archive_slice_free(struct archive_slice *slice)
{
    if (slice == NULL) {
        return;
    }
    free(slice->entries);
    free(slice->memory);
    free(slice);
}

void archive_slice_rules(struct archive_slice *slice, const struct events_rules *rules)
{
    slice->rules = *rules;
}

void archive_slice_reset(struct archive_slice *slice)
{
    slice->count = 0;
    slice->used_bytes = 0;
}

size_t archive_slice_count(const struct archive_slice *slice)
{
    return slice->count;
}

/* Makes room for `bytes` more. */
static int reserve(struct archive_slice *slice, size_t bytes)
{
    size_t needed = slice->used_bytes + bytes;
    if (needed <= slice->memory_bytes) {
        return 0;
    }
    size_t wanted = slice->memory_bytes;
    if (wanted == 0) {
        wanted = slice->capacity * MEMORY_BYTES_POLL;
    }
    while (wanted < needed) {
        wanted *= 2;
    }
    uint8_t *memory = realloc(slice->memory, wanted);
    if (memory == NULL) {
        return -ENOMEM;
    }
    slice->memory = memory;
    slice->memory_bytes = wanted;
    return 0;
}

/* Has the pages that the next polls will fill mapped many at a time: one by one, as they are
 * touched, each costs an exception. That it may fail, as on an older kernel, does no harm. */
static void make_ready(struct archive_slice *slice)
{
    if (slice->used_bytes < slice->ready_bytes || slice->used_bytes < READY_BYTES) {
        return;
    }
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = ((uintptr_t)slice->memory + slice->used_bytes + page - 1) & ~(page - 1);
    uintptr_t end = (uintptr_t)slice->memory + slice->memory_bytes;
    slice->ready_bytes = slice->used_bytes + READY_BYTES;
    if (start + READY_BYTES <= end) {
        (void)madvise((void *)start, READY_BYTES, MADV_POPULATE_WRITE);
    }
}

/* Takes `size` bytes that were written at the end of the reserved memory. */
static struct archive_span take(struct archive_slice *slice, size_t size)
{
    struct archive_span span = {.at = (uint32_t)slice->used_bytes, .size = (uint32_t)size};
    slice->used_bytes += size;
    return span;
}

static uint8_t *end_of(struct archive_slice *slice)
{
    return slice->memory + slice->used_bytes;
}

static struct archive_span copy(struct archive_slice *slice, struct bytes bytes)
{
    if (bytes.size > 0) {
        memcpy(end_of(slice), bytes.data, bytes.size);
    }
    return take(slice, bytes.size);
}

static void put_address(struct archive_slice *slice, struct archive_entry *entry,
                        const struct archive_item *item)
{
    const size_t prefix_size = sizeof(ADDRESS_PREFIX) - 1;
    uint8_t *at = end_of(slice);
    size_t size = strlen(item->address) + 1;
    memcpy(at, ADDRESS_PREFIX, prefix_size);
    memcpy(at + prefix_size, item->address, size);
    entry->address = take(slice, prefix_size + size);
    entry->place = entry->address;
    entry->is_first = item->printer == 0;
    if (item->printer_count > 1) {
        entry->place = take(slice, archive_keys_place(item, (char *)end_of(slice)));
        entry->printers = take(slice, archive_keys_printers(item, end_of(slice)));
    }
}

static bool has_failed(const struct reading *reading, enum object_table_id table)
{
    return (reading->header.failed_tables >> table & 1U) != 0;
}

static uint64_t likeness(const struct reading_identity *identity)
{
    const char *model = identity->model != NULL ? identity->model : identity->object_id;
    return model != NULL && model[0] != '\0' ? hash64(bytes_from_text(model)) : 0;
}

static void put_identity(struct archive_slice *slice, struct archive_entry *entry,
                         const struct archive_item *item)
{
    const struct reading *reading = item->reading;
    entry->keys = take(slice, archive_keys_put(item, end_of(slice)));
    entry->macs = take(slice, archive_keys_macs(reading, end_of(slice)));
    entry->printer = archive_keys_printer(item);
    entry->like = likeness(&reading->identity);
    entry->is_whole = item->static_part.size > RECORD_HEADER_BYTES &&
                      !has_failed(reading, OBJECT_TABLE_GENERAL) &&
                      !has_failed(reading, OBJECT_TABLE_SYSTEM);
    memcpy(entry->id, reading->identity.id, sizeof(entry->id));
    entry->id[sizeof(entry->id) - 1] = '\0';
}

/* Copies out of the reading what the chains compare and keep. */
static void put_facts(struct archive_slice *slice, struct archive_entry *entry,
                      const struct reading *reading)
{
    if (reading->meter_count > 0) {
        entry->meters = take(slice, rows_put_meters(end_of(slice), reading));
    }
    entry->facts = take(slice, events_put_facts(end_of(slice), reading));
    if (!has_failed(reading, OBJECT_TABLE_ALERT)) {
        entry->alerts = take(slice, rows_put_alerts(end_of(slice), reading));
        for (size_t i = 0; i < reading->alert_count; i++) {
            entry->faults += reading->alerts[i].is_fault;
        }
    }
}

static size_t bound(const struct archive_item *item)
{
    size_t bytes = ARCHIVE_PLACE_BYTES_MAX + item->static_part.size + item->moving_part.size +
                   item->learned.size + ROWS_ACCESS_BYTES_MAX;
    if (item->reading != NULL) {
        bytes += ARCHIVE_KEYS_BYTES_MAX + rows_meters_bound(item->reading) +
                 events_facts_bound(item->reading) + rows_alerts_bound(item->reading);
    }
    return bytes;
}

int archive_slice_add(struct archive_slice *slice, const struct archive_item *item)
{
    size_t address_size = strlen(item->address);
    if (address_size == 0 || address_size >= STORE_ADDRESS_MAX) {
        return BASE_ERANGE;
    }
    size_t bytes = bound(item);
    if (slice->count == slice->capacity ||
        (slice->count > 0 && slice->used_bytes + bytes > ARCHIVE_SLICE_BYTES_MAX)) {
        return BASE_ELIMIT;
    }
    int rc = reserve(slice, bytes);
    if (rc != 0) {
        return rc;
    }
    make_ready(slice);
    struct archive_entry *entry = &slice->entries[slice->count];
    *entry = (struct archive_entry){
        .polled_at_unix_ms = item->polled_at_unix_ms,
        .order = (uint32_t)slice->count,
        .since_unix_ms = item->since_unix_ms,
        .printer = UINT32_MAX,
        .status = (uint8_t)item->status,
        .has_answered =
            item->reading != NULL && (item->status == RECORD_OK || item->status == RECORD_PARTIAL),
    };
    put_address(slice, entry, item);
    entry->learned = copy(slice, item->learned);
    if (entry->has_answered && item->reading != NULL) {
        entry->static_part = copy(slice, item->static_part);
        entry->moving_part = copy(slice, item->moving_part);
        if (item->access != NULL) {
            entry->access = take(slice, rows_put_access(end_of(slice), item->access));
        }
        put_identity(slice, entry, item);
        if (item->moving_part.size > 0) {
            put_facts(slice, entry, item->reading);
        }
    }
    slice->count++;
    return 0;
}

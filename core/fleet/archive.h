/*
 * The archive: takes finished polls and writes them to the store, many in one transaction.
 *
 * A slice collects polls on the loop's thread: archive_slice_add copies what is needed out of the
 * reading and the records into the slice's own memory. A full slice is handed to a worker thread,
 * which calls archive_slice_commit; meanwhile the loop fills another slice. A slice is used by one
 * thread at a time and only one slice of a store is committed at a time. Nothing here knows the
 * loop.
 *
 * What a poll changes:
 *   device    found by its strongest key, by the address only when nothing contradicts; created
 *             when it answered and is not known; without an answer only a known one is touched.
 *             Behind a print server each printer is one
 *   records   the static one when it has changed, the moving one always; an empty one keeps the old
 *   ledger    a row when any meter differs from the last row, and at least one per UTC day, sealed;
 *             most are short (rows_meter.h)
 *   history   a row of page counts and supply levels when a level changed, or a count and the hour
 *   events    a row per fault that came or went since the last poll that could read the alerts,
 *             one when the device answers to another credential, one when a counter broke and why
 *             is certain, one when two sources of a counter disagree, one each when a device is
 *             new, moved, contradicts itself, or shares its serial number; and those of events.h:
 *             supplies, service items, silence, firmware, and what is to be ordered
 *   access    how it is asked, when that has changed
 *   learned   what the engine learned, under the address
 * A poll that is given twice (same device, address and time) counts once.
 * Cost: see bench; per device one lookup, and one write per thing that changed.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/fleet/events.h"
#include "core/fleet/rows.h"
#include "proto/reading.h"
#include "store/store.h"

/* Parts of a device in the store's record table beside RECORD_STATIC and RECORD_MOVING. */
#define ARCHIVE_PART_KEYS     128 /* the device's identity keys, each with its NUL */
#define ARCHIVE_PART_ALERTS   129 /* the alerts that stand (rows_open_alerts) */
#define ARCHIVE_PART_ACCESS   130 /* how it is asked (rows_get_access) */
#define ARCHIVE_PART_DISPUTES 131 /* counters whose dispute has been told (meter_watch.c) */
#define ARCHIVE_PART_EVENTS   132 /* what has been told of supplies and silence (events_pack.h) */
#define ARCHIVE_PART_MEMORY   133 /* its trend and older events (memory.h) */
#define ARCHIVE_PART_LABELS   134 /* tags, and the scope set by hand (scope.h) */
#define ARCHIVE_PART_IDENTITY 140 /* doubts about who it is (rows_identity.h) */
#define ARCHIVE_PART_LINEAGE  141 /* the devices that were merged into it (lineage.c) */
#define ARCHIVE_PART_MERGED   142 /* which it was merged into, and how to take it back (same) */
#define ARCHIVE_PART_PRINTERS 143 /* of a print server: hrDeviceIndexes at its address, u32 each */

/* A slice that holds so much is full; hostile devices fill records to 64 KB each. */
#define ARCHIVE_SLICE_BYTES_MAX ((size_t)16 << 20)

struct archive_slice;

/* One finished poll. All borrowed during archive_slice_add only. */
struct archive_item {
    const char *address; /* with port: "10.1.2.3:161", "[fe80::1]:161" */
    enum record_status status;
    int64_t polled_at_unix_ms;
    const struct reading *reading; /* decoded from the two records; NULL when nothing was read */
    struct bytes static_part;      /* whole records; empty when this poll did not ask for them */
    struct bytes moving_part;
    struct bytes learned;             /* empty = keep what is stored */
    const struct rows_access *access; /* what it answered to; NULL = not known */
    /* Printers behind one address (printers.h): hrDeviceIndex of each in order, and which of them
     * this is about; every one of them is an item of its own. count 0 or 1: it is alone. */
    const uint32_t *printers;
    size_t printer_count;
    size_t printer;
    /* Since when two answers are side by side, so that no device can have moved between them: the
     * beginning of the sweep. 0 = not known. */
    int64_t since_unix_ms;
};

/* What a commit did. */
struct archive_figures {
    uint64_t polls;   /* of the slice */
    uint64_t created; /* devices seen for the first time */
    uint64_t unknown; /* no answer from an address that no device is known at */
    uint64_t not_printers;
    uint64_t duplicates; /* polls that were stored before */
    uint64_t damaged;    /* polls not stored: what the store has of the device is damaged */
    uint64_t static_records;
    uint64_t ledger_rows;
    uint64_t history_rows;
    uint64_t event_rows;
};

/* Makes an empty slice for `capacity` polls. Owns: *out is freed with archive_slice_free.
 * Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int archive_slice_new(size_t capacity, struct archive_slice **out);

/* Frees a slice; NULL is allowed. */
void archive_slice_free(struct archive_slice *slice);

/* Empties a slice and keeps its memory. */
void archive_slice_reset(struct archive_slice *slice);

/* Returns: polls in the slice. */
size_t archive_slice_count(const struct archive_slice *slice);

/* Sets the thresholds of events; a new slice has the usual ones. */
void archive_slice_rules(struct archive_slice *slice, const struct events_rules *rules);

/* Copies a poll into the slice. Returns: 0; BASE_ELIMIT when the slice is full (commit it and add
 * again); BASE_ERANGE when the address is empty or longer than the store takes; -ENOMEM. */
BASE_MUST_CHECK int archive_slice_add(struct archive_slice *slice, const struct archive_item *item);

/* Writes the slice in one transaction: all of it is stored durably, or nothing is and the slice can
 * be committed again. Repeats by itself when the store's map had to grow.
 * out: what was done; may be NULL.
 * Returns: 0; -ENOSPC; -EIO; BASE_ELIMIT (the map cannot grow while a reader of this process stays
 * open); BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int archive_slice_commit(struct archive_slice *slice, struct store *store,
                                         struct archive_figures *out);

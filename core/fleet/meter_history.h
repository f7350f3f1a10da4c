/*
 * A device's ledger in memory: its rows, oldest first, and for each counter the series of its
 * samples with the verdict on each (meter_breaks.h). A counter is a key from one source: where two
 * sources give the same key, there are two series, and the one that a row lists first is chosen.
 *
 * Rows stand in the order in which they were stored; a row whose time does not fit that order (a
 * clock was set) is dated as its neighbour. Texts are borrowed from the store's map: a history is
 * good until its transaction ends or the ledger is written.
 * Cost: 40 octets a row, 72 a sample; some 1 us a row of eight counters.
 */
#pragma once

#include "core/fleet/meter_breaks.h"
#include "core/fleet/meter_rows.h"
#include "store/store.h"

struct meter_row {
    uint64_t sequence;    /* 0 = not stored yet */
    int64_t unix_ms;      /* when it was read, in the order of the rows */
    int64_t said_unix_ms; /* as the row says it */
    int64_t uptime_ticks; /* METER_ABSENT */
    uint32_t identity;
    uint8_t flags;
};

struct meter_series {
    struct rows_meter meter; /* key, unit and source; the value is that of the last sample */
    struct meter_sample *samples;
    struct meter_verdict *verdicts; /* filled by meter_history_judge */
    size_t *rows;                   /* of each sample */
    size_t count;
    size_t cap;
    size_t rank; /* place in the row of the last sample: the lower comes first */
};

struct meter_history {
    struct meter_row *rows;
    size_t row_count;
    size_t row_cap;
    struct meter_series *series; /* in the order in which they appeared */
    size_t series_count;
    size_t series_cap;
    uint64_t damaged; /* rows that could not be read: 1 when the chain ends early */
};

/* Loads the newest rows of a device, rows_max of them or all (0).
 * Owns: meter_history_fini frees *out, also after a failure. Damage is counted, not a failure.
 * Returns: 0; BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int meter_history_load(struct store_txn *txn, const struct store_device *device,
                                       size_t rows_max, struct meter_history *out);

/* Adds the row that was read last behind the others, also one that is about to be stored. What its
 * texts are borrowed from lives as the history. Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int meter_history_add(struct meter_history *history, const struct meter_rows *read);

/* Puts the times in order and judges every series. To be called when all rows are there.
 * Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int meter_history_judge(struct meter_history *history);

/* Frees series and samples. */
void meter_history_fini(struct meter_history *history);

/* Says whether the counter counts pages, or what is as slow (meter_breaks_find's is_paced). */
bool meter_history_is_paced(struct bytes unit);

/* Makes times non-decreasing by changing as few of them as can be: each that does not fit gets the
 * one before it, those in front the first that fits. work: 2 * count entries. */
void meter_history_mend_times(int64_t *times, size_t count, size_t *work);

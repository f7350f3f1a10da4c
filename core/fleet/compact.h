/*
 * Compaction: takes what stands in rows of the history and of the events up into each device's
 * memory (memory.h) and cuts the rows. The ledger is not touched: what is billed on stays.
 *
 * A device is due when its rows take COMPACT_ROWS_BYTES or the oldest is COMPACT_AGE_MS old. Each
 * transaction takes up whole devices, so wherever a run ends, by its limit or by a kill, every row
 * is either still a row or taken up; the next run goes on with what is due then. For the thread
 * that writes. Cost: one pass over the rows, some 0.2 ms a device that is due.
 */
#pragma once

#include "core/base/base.h"
#include "store/store.h"

/* Octets of a device's rows that are worth the work. */
#define COMPACT_ROWS_BYTES 1200
#define COMPACT_AGE_MS     (INT64_C(7) * 86400000)

struct compact_order {
    int64_t now_unix_ms;
    uint32_t devices_max; /* 0 = all that are due */
    bool is_all;          /* due or not */
    bool is_dry;          /* only counts */
};

struct compact_figures {
    uint64_t devices_due;
    uint64_t devices; /* that were taken up */
    uint64_t history_rows;
    uint64_t event_rows;
    uint64_t row_bytes; /* that those took */
    uint64_t damaged;   /* rows that could not be read, and are cut */
};

/* Runs once. *out is filled also after a failure: what was committed stays.
 * Returns: 0; -ENOSPC; BASE_ESTORE; BASE_ELIMIT (the map cannot grow just now); -ENOMEM. */
BASE_MUST_CHECK int compact_run(struct store *store, const struct compact_order *order,
                                struct compact_figures *out);

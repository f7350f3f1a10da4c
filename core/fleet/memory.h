/*
 * What is remembered of a device over years, in one record of the store that fits two pages of it:
 * its trend (trend.h) and its journal (journal.h). And the newer part of both, which stands in rows
 * of the history and of the events until compaction (compact.h) takes it up.
 */
#pragma once

#include "core/fleet/journal.h"
#include "core/fleet/trend.h"
#include "store/store.h"

/* Octets of the record: two pages of the store less their heads. */
#define MEMORY_BYTES_MAX 8150
/* Octets that the journal may have in it whatever the trend takes; it gets what that leaves. */
#define MEMORY_JOURNAL_LEAST 2000

/* Rows of a device that are looked through for what is not taken up yet. */
#define MEMORY_ROWS_MAX 4096

/* Cuts a record into its two parts. Returns: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int memory_open(struct bytes record, struct bytes *journal, struct bytes *trend);

/* Thins both and writes them as one record; `out` holds MEMORY_BYTES_MAX.
 * Returns: 0; BASE_ELIMIT. */
BASE_MUST_CHECK int memory_put(struct journal *journal, struct trend *trend, int64_t now_unix_ms,
                               uint8_t *out, size_t *size);

/* Reads the trend of a device, record and rows, into an empty trend. What is damaged is left out.
 * part: of the record. Returns: 0; BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int memory_load_trend(struct store_txn *txn, const struct store_device *device,
                                      enum trend_part part, struct trend *out);

/* Reads what is remembered of a device's supplies; damage is an empty state.
 * Returns: 0; BASE_ESTORE. */
BASE_MUST_CHECK int memory_load_state(struct store_txn *txn, uint32_t device,
                                      struct events_state *out);

/* Gives all events of a device, oldest first, to `each`, until that returns false.
 * *damaged: counts what could not be read. Returns: 0; BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int memory_events(struct store_txn *txn, const struct store_device *device,
                                  bool (*each)(void *owner, int64_t unix_ms, struct bytes payload),
                                  void *owner, uint64_t *damaged);

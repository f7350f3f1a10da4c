/*
 * What a poll changes about a device's supplies, its silence and its firmware: the events of
 * events.h, once each, with what was told kept as ARCHIVE_PART_EVENTS; a row of the history with
 * page counts and levels (rows_trend.h) when a level changed, or a counter and the hour; and once a
 * day the request to replenish what will not last for the lead time (forecast.h).
 */
#pragma once

#include "core/fleet/archive_slice.h"

/* Appends what an answer gives. device: has a number; its heads and marks move.
 * answered_unix_ms: its last answer before, 0 = never: it is new. Returns: 0; what the store's
 * writes return; -ENOMEM. */
BASE_MUST_CHECK int archive_events_answer(struct store_txn *txn, const struct archive_slice *slice,
                                          const struct archive_entry *entry,
                                          struct store_device *device, int64_t answered_unix_ms,
                                          struct archive_figures *figures);

/* Appends what a poll without an answer gives; device->failures counts it already.
 * Returns as above. */
BASE_MUST_CHECK int archive_events_silence(struct store_txn *txn, const struct archive_slice *slice,
                                           const struct archive_entry *entry,
                                           struct store_device *device,
                                           struct archive_figures *figures);

/* Appends one event. Returns as above. */
BASE_MUST_CHECK int archive_events_tell(struct store_txn *txn, const struct archive_entry *entry,
                                        struct store_device *device,
                                        const struct rows_change *change,
                                        struct archive_figures *figures);

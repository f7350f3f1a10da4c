/*
 * What a poll changes in the ledger: a sealed row when a meter differs from the last row, and at
 * least one per UTC day, which is a short one where that will do (rows_meter.h); and the events
 * about counters: a break once its cause is certain, a dispute of two sources once for ever.
 */
#pragma once

#include "core/fleet/archive_slice.h"

/* Appends what the poll of an entry gives. device: has a number; its heads and marks move.
 * Returns: 0; what the store's writes return; -ENOMEM. */
BASE_MUST_CHECK int archive_meters(struct store_txn *txn, const struct archive_slice *slice,
                                   const struct archive_entry *entry, struct store_device *device,
                                   struct archive_figures *figures);

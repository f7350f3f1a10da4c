/*
 * What a new ledger row says that somebody should hear of: a counter that has broken, once its
 * cause is certain, and two sources that do not agree. Reads the store before the row is appended,
 * and gives the payloads of the events to append behind it. Most rows say nothing of the kind: that
 * costs one look at the row before.
 */
#pragma once

#include "core/fleet/meter_rows.h"
#include "store/store.h"

/* Events to append, and what is to be kept so that none comes twice. Zeros at first. */
struct meter_watch {
    uint8_t *events; /* count payloads, each behind its size as u16 in this machine's order */
    size_t size;
    size_t cap;
    size_t count;
    bool is_unsettled; /* a break has no certain cause yet: the row is flagged */
    uint8_t *told;     /* for ARCHIVE_PART_DISPUTES; NULL = it stays as it is */
    size_t told_size;
};

/* Looks at a row that is about to be appended: `now` and the row before it, both as they are read.
 * device: has its head. are_alike: both rows are of the same meters in the same order.
 * Returns: 0; BASE_ESTORE; -ENOMEM. Damaged rows tell nothing. */
BASE_MUST_CHECK int meter_watch_row(struct meter_watch *watch, const struct store_device *device,
                                    const struct meter_rows *now, const struct meter_rows *before,
                                    bool are_alike);

/* Gives the next event; start with *at = 0. Returns: false at the end. */
bool meter_watch_next(const struct meter_watch *watch, size_t *at, struct bytes *event);

/* Frees the events. */
void meter_watch_fini(struct meter_watch *watch);

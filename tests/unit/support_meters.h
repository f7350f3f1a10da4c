/*
 * Meters of one device for tests: polls with any counters, stored by the archive.
 */
#pragma once

#include "tests/unit/support_archive.h"

/* What the device says; support_meters_poll fills the rest. */
struct support_meters {
    const char *serial; /* NULL = SERIAL1 */
    int64_t at_unix_ms;
    int64_t uptime_ticks;  /* 0 = up since long before all tests */
    int64_t total;         /* of the standard; 0 = none of it */
    int64_t private_total; /* of a private OID, listed first; 0 = none of it */
    int64_t mono;
};

/* Stores a poll. Returns: what that did. */
struct archive_figures support_meters_poll(struct support_meters says);

/* The same of any counters, instead of those in `says`. */
struct archive_figures support_meters_tell(struct support_meters says, struct reading_meter *meters,
                                           size_t count);

/* Loads and judges the ledger of device 1 in *txn, a transaction that this begins. */
struct meter_history;
void support_meters_load(struct store_txn **txn, struct meter_history *history);

/*
 * The inside of `platen meters`, shared by its listings: the latest totals and the ledger
 * (cmd_meters.c), every counter (cmd_meters_long.c), the sums of a period (cmd_meters_period.c).
 */
#pragma once

#include "core/app/listing.h"
#include "core/fleet/meter_period.h"

struct meters_options {
    struct listing_options listing;
    int64_t at_unix_ms; /* INT64_MAX = now */
    int64_t limit;      /* rows of a device's ledger; 0 = all */
    const char *period; /* NULL = none */
    bool is_long;
    bool all_sources;
    struct meter_span span; /* of the period */
};

/* Calls `add` with the rows of a device's ledger at or before a time, the newest first, `limit` of
 * them or all (0). Damage is counted: rows that cannot be read, and where the chain ends early. */
void cmd_meters_rows(struct view *view, struct table *table, const struct store_device *device,
                     const struct meters_options *options,
                     void (*add)(struct table *table, const struct view *view,
                                 const struct store_device *device, const struct meter_rows *row,
                                 const struct meters_options *options));

/* Returns: seconds from a reading to the time that is asked about. */
int64_t cmd_meters_age(const struct view *view, const struct meters_options *options,
                       int64_t unix_ms);

/* Copies borrowed octets as text into `out`, cut to cap. Returns: out. */
const char *cmd_meters_text(struct bytes octets, char *out, size_t cap);

/* The source of a meter: "standard", "private" or "derived". */
const char *cmd_meters_source(const struct rows_meter *meter);

/* The listings: static, without options. */
const struct listing *cmd_meters_long(void);
const struct listing *cmd_meters_period(void);

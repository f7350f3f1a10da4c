/*
 * Events that are told in one shape: what changed about which part of a device, from what to what.
 * Supplies and service items, whether the device answers, address, firmware, credential. The other
 * events (alerts, downgrades, counters) have shapes of their own in rows.h.
 *
 * Layout: version octet, kind, index, name, before and now as texts, value and since as numbers.
 */
#pragma once

#include "core/fleet/rows.h"

/* Longest payload. */
#define ROWS_CHANGE_BYTES_MAX 1100

/* value of an event that has none */
#define ROWS_CHANGE_NOTHING INT64_MIN

struct rows_change {
    enum rows_event kind;
    struct bytes index;  /* of the supply in its table, "1.1"; empty for the device itself; the
                            other device's id where two are concerned */
    struct bytes name;   /* of the supply; of the key that tells who the device is: "serial" */
    struct bytes before; /* address, firmware, credential or key until now */
    struct bytes now;
    /* percent: low, empty, near its end: what is left; replaced: what was left in the old one;
     * days: replenish, what is expected to be left; ROWS_CHANGE_NOTHING */
    int64_t value;
    int64_t since_unix_ms; /* when it began, where that is not the time of the event; 0 */
};

/* Writes a payload; `out` holds ROWS_CHANGE_BYTES_MAX. Returns: its size. */
size_t rows_put_change(uint8_t *out, const struct rows_change *change);

/* Reads a payload; texts are slices of it. Returns: 0; BASE_EVERSION; BASE_EFORMAT, also for the
 * events of another shape. */
BASE_MUST_CHECK int rows_get_change(struct bytes payload, struct rows_change *out);

/* Returns: "supply-low", "alert-raised", ...; static. */
const char *rows_event_name(enum rows_event kind);

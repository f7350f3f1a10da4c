/*
 * What stands inside the rows of the store's chains: meters in the ledger, supplies in the history,
 * alerts in the events, and the list of alerts that stand. The store sees these payloads as bytes.
 *
 * Layout: a version octet; integers as zigzag LEB128; texts as one size octet and UTF-8, cut at
 * 255 octets. The readers take any bytes, never read past them, and give texts as slices of the
 * payload. The numbers and their order are for ever; a new layout gets a new version.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "proto/reading.h"

#define ROWS_VERSION 1
/* In front of the meters: version and uptime. What stands behind is equal for equal meters. */
#define ROWS_METERS_HEAD_BYTES 9

struct rows_meter {
    struct bytes key; /* "total", ... */
    int64_t value;
    struct bytes unit;  /* "impressions", empty = absent */
    uint8_t object;     /* enum object_id that it was read from */
    struct bytes index; /* dotted text */
};

struct rows_supply {
    struct bytes index;
    struct bytes name;  /* empty = absent */
    int64_t class_code; /* READING_ABSENT when the device did not say */
    int64_t unit_code;
    int64_t capacity;
    int64_t level;
    int percent;   /* -1 = cannot be known */
    uint8_t state; /* enum reading_supply_state */
};

struct rows_alert {
    struct bytes key; /* index, group, group index, code as stored: which alert it is */
    struct bytes index;
    int64_t group_code;
    int64_t group_index;
    int64_t code;
    int64_t severity_code;
    int64_t training;
    int64_t location;
    int64_t since_ticks;
    bool is_fault;
    struct bytes description;
    struct bytes whole; /* the alert as stored, to write it again */
};

/* Returns: bytes that the payload of this reading needs at most. */
size_t rows_meters_bound(const struct reading *reading);
size_t rows_supplies_bound(const struct reading *reading);
size_t rows_alerts_bound(const struct reading *reading);

/* Write a payload; `out` holds at least what the bound says. Return: its size. */
size_t rows_put_meters(uint8_t *out, const struct reading *reading);
size_t rows_put_supplies(uint8_t *out, const struct reading *reading);
size_t rows_put_alerts(uint8_t *out, const struct reading *reading);

/* Writes the payload of an event: the alert was raised or cleared. `out` holds
 * alert->whole.size + 2 bytes. Returns: its size. */
size_t rows_put_event(uint8_t *out, bool was_raised, const struct rows_alert *alert);

/* Read the head of a payload. *count: entries that follow, *offset: where the first one stands.
 * Return: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int rows_open_meters(struct bytes payload, int64_t *uptime_ticks, size_t *count,
                                     size_t *offset);
BASE_MUST_CHECK int rows_open_supplies(struct bytes payload, size_t *count, size_t *offset);
BASE_MUST_CHECK int rows_open_alerts(struct bytes payload, size_t *count, size_t *offset);

/* Read the entry at *offset and move behind it. Return: 0; BASE_EFORMAT. */
BASE_MUST_CHECK int rows_next_meter(struct bytes payload, size_t *offset, struct rows_meter *out);
BASE_MUST_CHECK int rows_next_supply(struct bytes payload, size_t *offset, struct rows_supply *out);
BASE_MUST_CHECK int rows_next_alert(struct bytes payload, size_t *offset, struct rows_alert *out);

/* Reads an event. Returns: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int rows_get_event(struct bytes payload, bool *was_raised, struct rows_alert *out);

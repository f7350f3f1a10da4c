/*
 * What is kept of a device's identity beside its keys: that its serial number is not its own, and
 * what it contradicted last. The events about that are of the shape of rows_change.h. Payloads as
 * in rows.h: a version octet, and the numbers are for ever.
 */
#pragma once

#include "core/fleet/rows.h"

/* What a device is known by. Stored: the numbers are for ever. */
enum rows_key {
    ROWS_KEY_NONE = 0,
    ROWS_KEY_SERIAL = 1,
    ROWS_KEY_MAC = 2,
    ROWS_KEY_ENGINE = 3, /* of SNMPv3 */
    ROWS_KEY_NAME = 4,
    ROWS_KEY_ADDRESS = 5,
};

/* Returns: "serial", "mac", "engine", "name", "address"; "" for none. */
const char *rows_key_name(enum rows_key key);

/* What stands of a device's identity beside its keys. */
struct rows_identity {
    bool is_duplicate;         /* another device gives the same serial number */
    bool is_proven;            /* both have answered side by side: they are two */
    bool is_apart;             /* they were split by hand: not to be merged by evidence again */
    bool is_serial_gone;       /* it gave a serial number and does not any more */
    enum rows_key changed;     /* what contradicted last; ROWS_KEY_NONE = nothing ever */
    uint32_t rival;            /* the device with the same serial number; 0 = several, or none */
    int64_t duplicate_unix_ms; /* since when */
    int64_t conflict_unix_ms;  /* when it last contradicted; 0 = never */
    struct bytes before;       /* its value then, and the one since */
    struct bytes now;
};

#define ROWS_IDENTITY_BYTES_MAX 600

/* Write and read the record ARCHIVE_PART_IDENTITY, as the two above. */
size_t rows_put_identity(uint8_t *out, const struct rows_identity *identity);
BASE_MUST_CHECK int rows_get_identity(struct bytes payload, struct rows_identity *out);

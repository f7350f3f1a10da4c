/*
 * Polls of devices for tests of the archive: a store and a slice, and what a device says in short.
 */
#pragma once

#include "core/fleet/archive.h"
#include "tests/unit/support_store.h"

#define DAY_MS INT64_C(86400000)
#define NOON   (INT64_C(20000) * DAY_MS + DAY_MS / 2)

/* Open between setup and teardown. */
extern struct store *support_archive_store;
extern struct archive_slice *support_archive_slice; /* of 64 polls */

/* What a device says in a test; everything has a default. */
struct support_archive_says {
    const char *address;
    const char *serial; /* NULL = none */
    const char *mac;
    enum record_status status;
    int64_t at_unix_ms; /* 0 = NOON */
    int64_t total;      /* meter; 0 = gives none */
    int64_t level;      /* of the supply; 0 = gives none */
    int alerts[4];      /* codes, 0 = the end */
    bool has_no_static;
    bool has_no_reading;
    uint32_t failed_tables;
    const char *model; /* in the static record */
    const char *learned;
    const char *engine; /* octets of its engine id, instead of `learned`; NULL = none */
    const struct rows_access *access;
    const uint32_t *printers; /* of a print server, as in struct archive_item */
    size_t printer_count;
    size_t printer;
};

/* Fixtures of a TestSuite. */
void support_archive_setup(void);
void support_archive_teardown(void);

/* Adds a poll to the slice. */
void support_archive_add(struct support_archive_says says);

/* Commits the slice and empties it. */
struct archive_figures support_archive_commit(void);

/* Both. */
struct archive_figures support_archive_poll(struct support_archive_says says);

/* Reads device `number`. Returns: how many devices there are. */
uint64_t support_archive_device(uint32_t number, struct store_device *out);

/* Returns: the device of a key, 0 = none. */
uint32_t support_archive_find(const char *key);

/* Returns: rows of a chain that belong to the device, following it back from its head. */
int support_archive_rows_of(uint32_t number, enum store_chain chain);

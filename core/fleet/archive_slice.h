/*
 * The inside of a slice, shared by archive.c, which fills it, and archive_commit.c, which stores
 * it.
 */
#pragma once

#include "core/fleet/archive.h"
#include "core/fleet/events.h"

/* A run of bytes in the slice's memory, which moves when it grows. */
struct archive_span {
    uint32_t at;
    uint32_t size;
};

struct archive_entry {
    int64_t polled_at_unix_ms;
    uint64_t like;                /* equal for devices of one model; 0 = not known */
    struct archive_span address;  /* "address:" and the address, with its NUL */
    struct archive_span place;    /* the same with "#2" behind, of printer 2 of a print server */
    struct archive_span keys;     /* strongest first, each with its NUL */
    struct archive_span macs;     /* of its other interfaces, as keys */
    struct archive_span printers; /* of a print server: as ARCHIVE_PART_PRINTERS; else empty */
    struct archive_span static_part;
    struct archive_span moving_part;
    struct archive_span learned;
    struct archive_span meters; /* payloads of rows.h; empty = nothing to say */
    struct archive_span facts;  /* events_pack.h; empty = what moves was not read */
    struct archive_span alerts; /* empty = the alerts could not be read */
    struct archive_span access; /* empty = not known */
    uint32_t faults;            /* alerts that are faults */
    uint32_t order;             /* of adding */
    uint32_t printer;           /* hrDeviceIndex; UINT32_MAX = not known */
    int64_t since_unix_ms;      /* two answers since then are side by side */
    uint8_t status;             /* enum record_status */
    bool has_answered;
    bool is_first; /* of the printers at its address */
    bool is_whole; /* what it did not give, it does not have */
    char id[STORE_ID_MAX];
};

struct archive_slice {
    struct events_rules rules;
    struct archive_entry *entries;
    size_t count;
    size_t capacity;
    uint8_t *memory;
    size_t used_bytes;
    size_t memory_bytes;
    size_t ready_bytes; /* of the memory, from its beginning: pages that are mapped */
};

/* Returns: a text of the slice, which has its NUL. */
static inline const char *archive_text(const struct archive_slice *slice, struct archive_span span)
{
    return (const char *)(slice->memory + span.at);
}

static inline struct bytes archive_bytes(const struct archive_slice *slice,
                                         struct archive_span span)
{
    return bytes_of(slice->memory + span.at, span.size);
}

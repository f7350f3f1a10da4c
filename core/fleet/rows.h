/*
 * What stands inside the rows of the store's chains: meters in the ledger, supplies in the history,
 * alerts, downgrades and counters' breaks in the events (all other events: rows_change.h); the list
 * of alerts that stand, and how a device is asked. The store sees these payloads as bytes. No
 * secret is in any of them.
 *
 * Layout: a version octet; integers as zigzag LEB128; texts as one size octet and UTF-8, cut at
 * 255 octets. The readers take any bytes, never read past them, and give texts as slices of the
 * payload. The numbers and their order are for ever; a new layout gets a new version.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/fleet/credential.h"
#include "proto/reading.h"

#define ROWS_VERSION 1

/* Longest payload of a struct rows_access, and of the event that it was downgraded. */
#define ROWS_ACCESS_BYTES_MAX 800

/* What an event is about. Stored: the numbers are for ever. */
enum rows_event {
    ROWS_ALERT_CLEARED = 0,
    ROWS_ALERT_RAISED = 1,
    ROWS_DOWNGRADED = 2, /* the device answers to a credential that protects less than before */
    ROWS_METER_BREAK = 3,
    ROWS_METER_DISPUTE = 4, /* two sources of one counter do not agree */
    /* What follows is a struct rows_change (rows_change.h). */
    ROWS_SUPPLY_LOW = 5,
    ROWS_SUPPLY_EMPTY = 6,
    ROWS_SUPPLY_REPLACED = 7,
    ROWS_SUPPLY_REPLACED_EARLY = 8, /* and much was left in the old one */
    ROWS_SERVICE_NEAR_END = 9,      /* drum, fuser, waste box: soon to be replaced */
    ROWS_OFFLINE = 10,
    ROWS_ASLEEP = 11, /* silent, and its last word was that it sleeps */
    ROWS_BACK = 12,
    ROWS_MOVED = 13, /* to another address */
    ROWS_FIRMWARE = 14,
    ROWS_CREDENTIAL = 15, /* answers to another one that protects as well or better */
    ROWS_NEW = 16,
    ROWS_GONE = 17,
    ROWS_REPLENISH = 18, /* to be ordered now, so that it comes before the old one is empty */
    /* Who a device is: name tells by which key, index the id of the other device. */
    ROWS_CONFLICT = 19,         /* it contradicts what it said: a board or a card was replaced */
    ROWS_DUPLICATE_SERIAL = 20, /* another device gives the same serial number */
    ROWS_MERGED = 21,           /* the device `before` is the device `now` */
    ROWS_SPLIT = 22,            /* that was taken back */
    ROWS_EVENT_COUNT
};

/* A counter as it was read. Rows of the ledger: rows_meter.h. */
struct rows_meter {
    struct bytes key; /* "total", ... */
    int64_t value;
    struct bytes unit;  /* "impressions", empty = absent */
    uint8_t object;     /* enum object_id that it was read from; 0 = no object of the standard */
    struct bytes index; /* dotted text; empty when object is 0 */
    struct bytes oid;   /* BER of the private instance; empty when it was derived from others */
};

/* A counter that did not count on. */
struct rows_break {
    uint8_t cause;           /* enum meter_cause */
    struct rows_meter meter; /* as it was read there; not `unit` */
    uint64_t sequence;       /* of the ledger row */
    int64_t unix_ms;         /* when that was read */
    int64_t before;          /* the last good value */
    int64_t gain;            /* pages counted all the same */
};

/* One key, two sources: the one that counts and the other. Units are not in it. */
struct rows_dispute {
    struct rows_meter chosen;
    struct rows_meter other;
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

/* How a device is asked. Texts of 255 octets at most. */
struct rows_access {
    struct bytes credential;       /* its name */
    uint8_t version;               /* enum pdu_version */
    uint8_t rank;                  /* credential_rank */
    struct bytes context;          /* of v3; empty = the default one */
    int64_t downgraded_at_unix_ms; /* last time that the rank fell; 0 = never */
    struct bytes downgraded_from;  /* name of the credential before that */
};

/* A rank that fell, or a community that is asked in v1 now: then both ranks are 0. */
struct rows_downgrade {
    uint8_t rank_before;
    uint8_t rank_now;
    struct bytes before; /* names of the credentials */
    struct bytes now;
};

/* Returns: bytes that the payload of this reading needs at most. */
size_t rows_alerts_bound(const struct reading *reading);

/* Write a payload; `out` holds at least what the bound says. Return: its size. */
size_t rows_put_alerts(uint8_t *out, const struct reading *reading);

/* Write the payload of an event; `out` holds ROWS_METER_EVENT_BYTES_MAX. Return: its size. */
#define ROWS_METER_EVENT_BYTES_MAX 1024
size_t rows_put_break(uint8_t *out, const struct rows_break *found);
size_t rows_put_dispute(uint8_t *out, const struct rows_dispute *dispute);

/* Writes the payload of an event: the alert was raised or cleared. `out` holds
 * alert->whole.size + 2 bytes. Returns: its size. */
size_t rows_put_event(uint8_t *out, bool was_raised, const struct rows_alert *alert);

/* Tells how a device is asked with a credential; the name is borrowed. */
struct rows_access rows_access_of(const struct credential *item, struct bytes context);

/* Write a payload; `out` holds ROWS_ACCESS_BYTES_MAX. Return: its size. */
size_t rows_put_access(uint8_t *out, const struct rows_access *access);
size_t rows_put_downgrade(uint8_t *out, const struct rows_downgrade *downgrade);

/* Read the head of a payload. *count: entries that follow, *offset: where the first one stands.
 * Return: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int rows_open_alerts(struct bytes payload, size_t *count, size_t *offset);

/* Read the entry at *offset and move behind it. Return: 0; BASE_EFORMAT. */
BASE_MUST_CHECK int rows_next_alert(struct bytes payload, size_t *offset, struct rows_alert *out);

/* Tells what an event is about. Returns: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int rows_event(struct bytes payload, enum rows_event *out);

/* Read a payload. Return: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int rows_get_access(struct bytes payload, struct rows_access *out);
BASE_MUST_CHECK int rows_get_downgrade(struct bytes payload, struct rows_downgrade *out);
BASE_MUST_CHECK int rows_get_break(struct bytes payload, struct rows_break *out);
BASE_MUST_CHECK int rows_get_dispute(struct bytes payload, struct rows_dispute *out);

/* Reads an event about an alert. Returns: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int rows_get_event(struct bytes payload, bool *was_raised, struct rows_alert *out);

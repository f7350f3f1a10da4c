/*
 * What happened to a device, told once each: pure, from what is remembered of it and what it says
 * now to a list of events and what is to be remembered next.
 *
 *   supplies    low, empty, replaced, replaced early; service items and waste boxes near their end
 *   silence     offline, asleep, back, gone
 *   firmware    another version than before
 * New devices, alerts, addresses, credentials and counters are told where they are compared
 * (archive_commit.c, archive_identity.c, archive_meters.c); replenish needs a forecast and is asked
 * for by events_request.
 *
 * A supply is told low and empty once until it is refilled. Refilled means a rise above the lowest
 * level of the filling, by EVENTS_RISE points to EVENTS_FULL or by EVENTS_RISE_PART points to
 * anything, or another cartridge serial. A rise, or a fall of EVENTS_FALL points, or one of more
 * than EVENTS_FALL_END points to empty, needs a second reading that agrees: cartridges are taken
 * out and put back, and levels are misread. Where a
 * device only says "some left" (-3), its alerts tell low and empty, and the end of both is the
 * refilling. Levels in coarse steps are recognised by what they have been.
 * Sleep is no fault: a device that said it sleeps and falls silent is asleep, not offline, for
 * EVENTS_ASLEEP_MS. Alerts count by group, code and severity, never by text.
 * Sources: RFC 3805 (levels, alert codes); Xerox devices repeat a warning only after 30 % of rise;
 * Canon 0/100 and Ricoh tenths as levels; Brother and Kyocera while asleep.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/fleet/rows_change.h"

/* Supplies of a device that are followed; a printer has 4 to 16. */
#define EVENTS_SUPPLIES_MAX 32
#define EVENTS_INDEX_MAX    24
#define EVENTS_NAME_MAX     64
#define EVENTS_TEXT_MAX     80

/* Points of percent. */
#define EVENTS_RISE      20
#define EVENTS_FULL      80
#define EVENTS_RISE_PART 30
#define EVENTS_FALL      15
#define EVENTS_FALL_END  5

/* A device that fell asleep and says nothing for so long is off. */
#define EVENTS_ASLEEP_MS INT64_C(86400000)

/* percent of a supply: 0..100, or */
#define EVENTS_UNKNOWN (-1)
#define EVENTS_SOME    (-2) /* some is left, the device does not say how much */
#define EVENTS_UNSAID  (-3) /* it said nothing of this supply */

struct events_rules {
    int low_percent;     /* consumables */
    int service_percent; /* drums, fusers, waste boxes */
    int empty_percent;
    int early_percent; /* more than this left in what was taken out is early */
    int offline_polls; /* failed in a row, and */
    int64_t offline_ms;
    int64_t gone_ms;
    int lead_days; /* from request to delivery */
};

/* 15 %, 10 %, 1 %, 20 %, 3 polls and 10 minutes, 30 days, 7 days. */
extern const struct events_rules events_rules_usual;

enum events_role {
    EVENTS_CONSUMABLE, /* toner, ink, staples: what people replace and order */
    EVENTS_SERVICE,    /* drum, developer, fuser, transfer, cleaner, maintenance kit */
    EVENTS_WASTE,      /* a receptacle; percent is what is free */
};

/* A supply as the device tells it now. Texts are borrowed. */
struct events_supply {
    struct bytes index;
    struct bytes name;
    struct bytes serial; /* of the cartridge; empty = not known */
    enum events_role role;
    int percent;
    bool is_low_by_alert;
    bool is_empty_by_alert;
};

/* What a device says now. */
struct events_facts {
    bool is_asleep;
    bool has_supplies; /* false: the table was not read */
    struct bytes firmware;
    int64_t total; /* pages; ROWS_CHANGE_NOTHING when it does not count */
    int64_t color;
    struct events_supply supplies[EVENTS_SUPPLIES_MAX];
    size_t supply_count;
};

/* What is remembered of a supply. */
struct events_slot {
    char index[EVENTS_INDEX_MAX]; /* zeros up to its end */
    char name[EVENTS_NAME_MAX];   /* as said in this step, cut; not kept */
    uint8_t role;
    uint8_t told;    /* bits of enum events_told */
    uint8_t grain;   /* greatest step that fits all levels seen; 0 = none seen */
    uint8_t changes; /* of the level; stops at 255 */
    uint8_t clear;   /* readings without the alerts that told low or empty */
    int8_t percent;  /* taken as true */
    int8_t lowest;   /* of this filling; EVENTS_UNKNOWN */
    int8_t pending;  /* waits for a second reading that agrees; EVENTS_UNKNOWN = none */
    int64_t pending_unix_ms;
    int64_t since_unix_ms; /* of this filling, or of the first reading */
    uint32_t serial;       /* hash of the cartridge's; 0 = not known */
    uint32_t rate_milli;   /* percent a day, times 1000, of late; 0 = not known */
    int64_t rate_unix_ms;  /* since when the level is measured ... */
    int8_t rate_percent;   /* ... and from which level */
    int16_t said;          /* percent as said in this step; EVENTS_UNSAID; not kept */
};

enum events_told {
    EVENTS_TOLD_LOW = 1,
    EVENTS_TOLD_EMPTY = 2,
    EVENTS_TOLD_REQUEST = 4,
    EVENTS_TOLD_BY_ALERT = 8, /* low or empty was told by an alert only */
};

enum events_silence {
    EVENTS_ANSWERS,
    EVENTS_ASLEEP,
    EVENTS_OFFLINE,
    EVENTS_GONE,
};

/* What is remembered of a device; zeros for one that is new. */
struct events_state {
    uint8_t silence; /* enum events_silence */
    bool was_asleep; /* said so with its last word */
    char firmware[EVENTS_TEXT_MAX];
    struct events_slot slots[EVENTS_SUPPLIES_MAX]; /* places never change */
    size_t slot_count;
};

/* What came out of a step. Texts are borrowed from facts and state. */
#define EVENTS_MAX (4 * EVENTS_SUPPLIES_MAX + 4)
struct events_list {
    struct rows_change events[EVENTS_MAX];
    size_t count;
    char before[EVENTS_TEXT_MAX]; /* what a text was before the state was changed */
};

/* Takes an answer of the device. silent_since_unix_ms: its last answer before this one.
 * state: moves on. out: what happened, empty when nothing did. */
void events_answer(const struct events_rules *rules, struct events_state *state,
                   const struct events_facts *facts, int64_t now_unix_ms,
                   int64_t silent_since_unix_ms, struct events_list *out);

/* Takes a poll without an answer. failures: in a row, with this one. */
void events_no_answer(const struct events_rules *rules, struct events_state *state,
                      uint32_t failures, int64_t now_unix_ms, int64_t answered_unix_ms,
                      struct events_list *out);

/* Says whether a forecast could tell that a supply is to be ordered: a cheap look before a dear
 * one. */
bool events_may_request(const struct events_rules *rules, const struct events_slot *slot);

/* Tells that a supply is to be ordered, unless that was told of this filling. days_left: expected;
 * ROWS_CHANGE_NOTHING = cannot be known, and then a supply that is low is ordered. */
void events_request(const struct events_rules *rules, struct events_slot *slot, int64_t days_left,
                    struct events_list *out);

/* Returns: the step in which the level moves, 1 when it is fine or not known yet. */
int events_grain(const struct events_slot *slot);

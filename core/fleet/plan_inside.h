/*
 * What plan.c, plan_ask.c and plan_accept.c share; for nobody else.
 */
#pragma once

#include "core/fleet/plan.h"

/* In plan->asked: from here on not objects of object_all but those of the vendor's, by their
 * numbers in plan->riders. */
#define PLAN_RIDER 128
/* In plan->asked: not an object but the root of the Printer-MIB, asked once of a new device. One
 * varbind tells whether anything lies below it (facts 2.2). */
#define PLAN_ROOT 0xff
/* The smallest reply that is asked for, by estimate. Every agent can make one of 484 octets (RFC
 * 1157 section 4); where that is too big, too, single strings are far longer than estimated. */
#define PLAN_REPLY_BYTES_MIN 400
/* In plan_table.last_size: the index is longer than what is kept. */
#define PLAN_LAST_UNKNOWN 0xff

/* What an open column becomes when it is looked at. */
enum plan_column_state {
    PLAN_OPEN,
    PLAN_ENDED,  /* walked to its end, or to the last row of its table */
    PLAN_BROKEN, /* given up: not increasing, too many rows, errors */
};

/* What asking and accepting need of an object, small enough to stay in the nearest cache. */
struct plan_item {
    uint64_t begin; /* first and last eight octets of the column, which overlap, as they lie in */
    uint64_t end;   /* memory; for has_words only */
    uint8_t object; /* enum object_id */
    uint8_t table;
    uint8_t part;          /* enum object_pace */
    uint8_t varbind_bytes; /* estimate of what its varbind takes in a reply */
    uint8_t column_size;
    bool is_key;
    bool has_words;      /* the column takes 8 to 16 octets, so that begin and end tell it */
    bool decides_asking; /* sysUpTime and prtGeneralConfigChanges */
};

_Static_assert(8 * sizeof(struct plan_set) <= PLAN_RIDER &&
                   PLAN_RIDER + LEARNED_PRIVATE_MAX <= PLAN_ROOT &&
                   PLAN_RIDER + LEARNED_PRIVATE_MAX <= OBJECT_ID_LIMIT,
               "positions, riders and the root are told apart, and fit lists by position");

/* The objects and what holds for all plans; built once. */
struct plan_shape {
    const struct object *objects;
    size_t count;
    struct plan_set all;
    struct plan_set keys;
    struct plan_set probe;     /* what a device never seen is asked for first */
    struct plan_set witnesses; /* moving keys of tables that have static objects, too */
    struct plan_set names;     /* static objects that tell one device from another */
    struct plan_set makers;    /* static objects that tell what device it is */
    struct plan_set tables[OBJECT_TABLE_COUNT];
    struct plan_item items[OBJECT_ID_LIMIT]; /* by position */
    struct bytes root;                       /* 1.3.6.1.2.1.43 */
};

/* Built by plan_start; nothing else works without it. */
extern struct plan_shape plan_shape;

static inline bool plan_set_has(const struct plan_set *set, size_t position)
{
    return (set->bits[position / 64] >> position % 64 & 1) != 0;
}

static inline void plan_set_add(struct plan_set *set, size_t position)
{
    set->bits[position / 64] |= UINT64_C(1) << position % 64;
}

static inline void plan_set_remove(struct plan_set *set, size_t position)
{
    set->bits[position / 64] &= ~(UINT64_C(1) << position % 64);
}

static inline bool plan_set_is_empty(const struct plan_set *set)
{
    return (set->bits[0] | set->bits[1]) == 0;
}

static inline struct plan_set plan_set_both(const struct plan_set *a, const struct plan_set *b)
{
    return (struct plan_set){{a->bits[0] & b->bits[0], a->bits[1] & b->bits[1]}};
}

static inline struct plan_set plan_set_either(const struct plan_set *a, const struct plan_set *b)
{
    return (struct plan_set){{a->bits[0] | b->bits[0], a->bits[1] | b->bits[1]}};
}

static inline struct plan_set plan_set_without(const struct plan_set *a, const struct plan_set *b)
{
    return (struct plan_set){{a->bits[0] & ~b->bits[0], a->bits[1] & ~b->bits[1]}};
}

/* Takes the lowest position out of a set. Returns false when it is empty. */
static inline bool plan_set_take(struct plan_set *set, size_t *position)
{
    size_t half = set->bits[0] != 0 ? 0 : 1;
    if (set->bits[half] == 0) {
        return false;
    }
    *position = half * 64 + (size_t)__builtin_ctzll(set->bits[half]);
    set->bits[half] &= set->bits[half] - 1;
    return true;
}

/* The columns of a table that are still walked. */
static inline struct plan_set plan_open_of(const struct plan *plan, unsigned table)
{
    return plan_set_both(&plan->open, &plan_shape.tables[table]);
}

/* Says whether keys of a table are still walked. */
static inline bool plan_has_open_keys(const struct plan *plan, unsigned table)
{
    struct plan_set open = plan_open_of(plan, table);
    open = plan_set_both(&open, &plan_shape.keys);
    return !plan_set_is_empty(&open);
}

/* Opens columns that were not wanted so far. */
void plan_open_columns(struct plan *plan, const struct plan_set *columns);

/* A probe is over: everything else is wanted of a printer. */
void plan_widen(struct plan *plan);

/* Closes an open column; the last key of a table tells its plain columns where to stop. */
void plan_close_column(struct plan *plan, size_t position, enum plan_column_state state);

/* Doubles the buffer of a record.
 * Returns: 0; BASE_ELIMIT when it is as large as records may be; -ENOMEM. */
BASE_MUST_CHECK int plan_grow(struct record_writer *part);

/* Value of the last entry of a column; empty when it has none. */
static inline struct bytes plan_last_value(const struct plan *plan, size_t position)
{
    size_t last = plan->columns[position].last;
    if (last == 0) {
        return bytes_of(NULL, 0);
    }
    /* Behind the index: tag, size in one octet or two, value. */
    const uint8_t *entry = plan->parts[plan_shape.items[position].part].data + last;
    const uint8_t *at = entry + 3 + entry[1];
    size_t size = at[0] < 0x80 ? at[0] : (size_t)(at[0] & 0x7f) << 8 | at[1];
    return bytes_of(at + (at[0] < 0x80 ? 1 : 2), size);
}

/* Index of the last entry of a column; empty when it has none. */
static inline struct bytes plan_last_index(const struct plan *plan, size_t position)
{
    size_t last = plan->columns[position].last;
    if (last == 0) {
        return bytes_of(NULL, 0);
    }
    /* An entry begins with object id, index size, index (proto/record.h). */
    const uint8_t *entry = plan->parts[plan_shape.items[position].part].data + last;
    return bytes_of(entry + 2, entry[1]);
}

/*
 * What plan.c, plan_ask.c and plan_accept.c share; for nobody else.
 */
#pragma once

#include "core/fleet/plan.h"

/* In plan->asked: not an object but the root of the Printer-MIB, asked once of a new device. One
 * varbind tells whether anything lies below it (facts 2.2). */
#define PLAN_ROOT 0xff
/* The smallest reply that is asked for, by estimate. Every agent can make one of 484 octets (RFC
 * 1157 section 4); where that is too big, too, single strings are far longer than estimated. */
#define PLAN_REPLY_BYTES_MIN 400
/* In plan_table.last_size: the index is longer than what is kept. */
#define PLAN_LAST_UNKNOWN 0xff

/* What the packing of questions needs of an object, small enough to stay in the nearest cache. */
struct plan_item {
    uint8_t table;
    uint8_t is_key;
    uint8_t varbind_bytes; /* estimate of what its varbind takes in a reply */
    uint8_t column_size;
};

/* The objects and where each table's begin and end in them; built once. */
struct plan_shape {
    const struct object *objects;
    size_t count;
    uint8_t first[OBJECT_TABLE_COUNT + 1]; /* objects of table t: first[t] .. first[t + 1] - 1 */
    struct plan_item items[OBJECT_ID_LIMIT]; /* by position */
    struct bytes root;                     /* 1.3.6.1.2.1.43 */
};

const struct plan_shape *plan_shape(void);

/* Opens a column that was not wanted so far. */
void plan_open_column(struct plan *plan, size_t position);

/* Closes an open column; the last key of a table tells its plain columns where to stop. */
void plan_close_column(struct plan *plan, size_t position, enum plan_column_state state);

/* Index of the last entry of a column; empty when it has none. */
struct bytes plan_last_index(const struct plan *plan, size_t position);

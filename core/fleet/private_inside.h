/*
 * What private.c, private_ride.c and private_take.c share; for nobody else.
 */
#pragma once

#include "core/fleet/private.h"

/* In learned.private_rows, of an instance: it is there, but only GET finds it. */
#define PRIVATE_BY_GET 2
/* Estimates of what one varbind takes in a reply besides its name: headers, and a value. */
#define PRIVATE_VARBIND_BYTES 14
/* What a column's row adds to the column's name. */
#define PRIVATE_INDEX_BYTES 4

static inline uint64_t private_bit(size_t object)
{
    return UINT64_C(1) << object;
}

static inline struct record_writer *private_part(struct private_walk *walk, size_t object)
{
    return &walk->parts[walk->objects[object].is_moving ? OBJECT_PACE_MOVING : OBJECT_PACE_STATIC];
}

/* The name of a column's last row; empty when it has none. */
static inline struct bytes private_last_name(const struct private_walk *walk, size_t object)
{
    const struct record_writer *part =
        &walk->parts[walk->objects[object].is_moving ? OBJECT_PACE_MOVING : OBJECT_PACE_STATIC];
    const uint8_t *entry = part->data + walk->last[object];
    return walk->last[object] == 0 ? bytes_of(NULL, 0) : bytes_of(entry + 2, entry[1]);
}

/* Rows that a column still has by what is known of it; 0 = nothing is. */
unsigned private_rows_known(const struct private_walk *walk, size_t object);

/* Takes one row of a column; closes the column where it ends. */
void private_take_row(struct private_walk *walk, size_t object, const struct gate_varbind *varbind);

/* Takes what answers for an instance. Returns: whether it was the instance. */
bool private_take_instance(struct private_walk *walk, size_t object,
                           const struct gate_varbind *varbind);

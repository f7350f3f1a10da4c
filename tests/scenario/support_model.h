/*
 * MIBs of virtual devices, made from the list of wanted objects, and the comparison of what a poll
 * has read with what the agent had to tell.
 */
#pragma once

#include "proto/object.h"
#include "tests/scenario/support_agent.h"
#include "tests/scenario/support_world.h"

/* Rows of each table; columns and cells are all there. */
struct model_shape {
    unsigned device; /* hrDeviceIndex of the printer */
    uint8_t rows[OBJECT_TABLE_COUNT];
};

/* An office printer with 277 wanted objects. */
struct model_shape model_office(void);

/* A printer of this shape, with objects beside and behind the wanted ones. */
struct agent_mib model_printer(const struct model_shape *shape);

/* A printer with random tables: gaps, rows without some cells, columns that are missing. */
struct agent_mib model_random(struct world *world);

/* A host that is no printer. */
struct agent_mib model_host(void);

/* "1.3.6.1.2.1.43.11.1.1": the root of a table's columns. */
const char *model_table(enum object_table_id table);

/* Adds a value of a wanted object. salt: the same gives the same value. */
void model_put(struct agent_mib *mib, enum object_id object, const char *index, unsigned salt);

/* Paces to compare. */
#define MODEL_STATIC 1u
#define MODEL_MOVING 2u

struct model_match {
    unsigned wanted; /* entries that the agent has, with an object of the list */
    unsigned read;
    unsigned missing; /* promised and not read */
    unsigned doubled;
    unsigned strange;        /* read, and not or otherwise at the agent */
    unsigned beyond;         /* read though behind the last row that a key told of */
    uint32_t missing_tables; /* bit per table */
    uint32_t strange_tables;
    uint64_t sum; /* of all that was read: the same for the same set */
    char first_missing[64];
};

/* Compares the records of a poll with the agent's table. Promised is: every scalar, every key
 * column, and of the other columns every row that is not behind the last row of the keys. In a poll
 * of what moves these are the keys that move; in tables without such keys, all. */
struct model_match model_compare(const struct agent_mib *mib, unsigned paces,
                                 struct bytes static_part, struct bytes moving_part);

/*
 * The sorted table of objects that one model, or one recording, answers with.
 *
 * A static object holds its whole varbind ready encoded. A dynamic one holds its name and says by
 * (value, arg) what value.c computes for the device at that instant. Names of two tables end in
 * arcs that differ per device: the row's alert index, or the device's own address (suffix).
 *
 * Life: sim_mib_init, any number of adds in any order, sim_mib_finish once, then read only.
 * Memory: one table per model, shared by all its devices. Not thread-safe while it is built.
 */
#pragma once

#include "bench/sim/sim.h"

enum sim_suffix {
    SIM_SUFFIX_NONE,
    SIM_SUFFIX_ALERT,   /* one arc: the index of alert row `arg`; no such row, no such object */
    SIM_SUFFIX_ADDRESS, /* four arcs: the device's IPv4 address */
};

struct sim_object {
    const uint8_t *name;    /* OID content bytes, without the suffix */
    const uint8_t *varbind; /* the whole encoded varbind; NULL when dynamic */
    uint32_t varbind_length;
    uint16_t name_length;
    uint16_t column_length; /* leading bytes of name that its column's other rows share */
    uint16_t value;         /* enum sim_value; 0 when static */
    uint8_t arg;            /* which row of the model's own lists the value is about */
    uint8_t suffix;         /* enum sim_suffix */
    bool is_counter64;      /* v1 cannot carry it */
};

struct sim_chunk;

struct sim_mib {
    struct sim_object *objects; /* sorted by OID after sim_mib_finish */
    size_t count;
    size_t capacity;
    struct sim_chunk *chunks; /* the memory behind names and varbinds */
    size_t duplicates;        /* objects dropped by sim_mib_finish: the last added one stays */
};

/* What sim_mib_add needs to know; every pointer is copied from. */
struct sim_mib_entry {
    const uint8_t *name;
    size_t name_length;
    size_t column_length;
    const uint8_t *value_tlv; /* NULL: dynamic */
    size_t value_length;
    uint16_t value;
    uint8_t arg;
    uint8_t suffix;
};

/* Makes it empty; frees its objects. */
void sim_mib_init(struct sim_mib *mib);
void sim_mib_fini(struct sim_mib *mib);

/* Returns: 0, -ENOMEM, or -E2BIG when name or varbind pass 65,000 bytes. */
SIM_MUST_CHECK int sim_mib_add(struct sim_mib *mib, const struct sim_mib_entry *entry);

/* Sorts, drops duplicates. Those with a suffix must have been added in the order of rows. */
void sim_mib_finish(struct sim_mib *mib);

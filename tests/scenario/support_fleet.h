/*
 * Sweeps over the devices of a world, as `platen poll` would run them: what was learned of a device
 * is kept from one sweep to the next, through its encoding.
 */
#pragma once

#include "core/fleet/sweep.h"
#include "tests/scenario/support_model.h"
#include "tests/scenario/support_world.h"

/* Wall time when the clock of the world stands at 0. */
#define FLEET_UNIX_MS INT64_C(1800000000000)

/* How the last poll of a device ended. */
struct fleet_end {
    unsigned times; /* in this sweep: must be 1 */
    enum record_status status;
    int error;
    uint32_t failed_tables;
    unsigned questions;
    uint8_t snmp_version;
    const struct credential *credential;
    bool is_jetdirect; /* read in that context */
    bool is_canceled;
    bool has_static;
    int64_t duration_us;
    int64_t at_us; /* since the beginning of the sweep */
    uint8_t *static_part;
    size_t static_size; /* 0 when there was none, or records are not kept */
    uint8_t *moving_part;
    size_t moving_size;
};

struct fleet {
    struct world *world;
    struct sweep_config config;
    const uint32_t *targets; /* NULL = all, in order */
    uint32_t target_count;
    unsigned verify_every; /* turns */
    bool keeps_records;
    void (*on_end)(struct fleet *fleet, uint32_t device); /* may be NULL */
    /* Of further printers at a device's address; NULL = there are none. */
    bool (*recall_place)(struct fleet *fleet, uint32_t device, const char *place,
                         struct learned *learned);
    void (*on_place)(struct fleet *fleet, uint32_t device, const struct sweep_result *result);
    void *owner; /* for these */
    struct learned *learned;
    bool *is_learned;
    struct fleet_end *ends;
    struct sweep *sweep; /* while it runs */
    uint32_t next;
    uint32_t ended;
    unsigned turns;
    int64_t started_us;
    int64_t until_us; /* fleet_run_until */
    int64_t took_us;
    struct sweep_counters counters; /* of the last sweep */
    struct engine_counters traffic;
};

/* A fleet of all devices of the world, nothing learned yet. */
struct fleet *fleet_new(struct world *world);
void fleet_free(struct fleet *fleet);

/* Runs one sweep. Every target must end exactly once. */
void fleet_sweep(struct fleet *fleet);

/* The same in steps: begin, run until a time or the end, finish. Abandoning frees the sweep as it
 * stands. */
void fleet_begin(struct fleet *fleet);
void fleet_run_until(struct fleet *fleet, int64_t until_us);
void fleet_finish(struct fleet *fleet);
void fleet_abandon(struct fleet *fleet);

/* Stops the sweep that runs; for world_at. */
void fleet_stop(void *fleet);

/* Compares what the last poll of a device read with its table; needs keeps_records. */
struct model_match fleet_compare(const struct fleet *fleet, uint32_t device, unsigned paces);

/* Fails the test unless the device was read whole: status ok, nothing missing, doubled, strange. */
void fleet_assert_whole(const struct fleet *fleet, uint32_t device);

/* As fleet_assert_whole, except that the status is partial and the tables of these bits may lack or
 * hold anything. */
void fleet_assert_whole_but(const struct fleet *fleet, uint32_t device, uint32_t tables);

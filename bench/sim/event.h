/*
 * Events of a device's life that are not caused by its meter: restarts, jams, service calls and
 * changes of its configuration.
 *
 * Time is cut into windows of a length of the device's own; each window holds one event at a place
 * of its own. So the newest event before any instant is found without a history.
 */
#pragma once

#include "bench/sim/device.h"

struct sim_event {
    uint64_t start_ms; /* of the newest event that has begun; 0 long ago when there is none */
    uint64_t end_ms;
    uint64_t ordinal; /* rises by one per event */
};

/* Return: the newest event of a kind that a device has had: it started, paper jammed, a technician
 * came. key: the device's. */
struct sim_event sim_event_boot(uint64_t key, uint64_t now_ms);
struct sim_event sim_event_jam(uint64_t key, uint64_t now_ms);
struct sim_event sim_event_service(uint64_t key, uint64_t now_ms);

/* Whether the cover stands open at now_ms: during the middle third of a jam. */
bool sim_event_cover_is_open(const struct sim_event *jam, uint64_t now_ms);

/* How often the cover was opened or closed during the jam up to now_ms: 0, 1 or 2. */
unsigned sim_event_cover_moves(const struct sim_event *jam, uint64_t now_ms);

/* prtGeneralConfigChanges: changes since the installation. */
uint32_t sim_event_config_changes(const struct sim_view *view);

/*
 * Keeps the schedule in step with the store: other programs find devices, poll them, merge them,
 * and set them out of scope while the agent runs. Goes over all devices again and again, a piece at
 * a time, so that the loop never stands still for it.
 */
#pragma once

#include "core/app/agent_clock.h"
#include "core/fleet/schedule.h"
#include "store/store.h"

struct agent_roster {
    struct store *store;
    struct schedule *schedule;
    const struct agent_clock *clock;
    /* Zeros at first. */
    uint32_t number; /* of the device that the pass has come to; 0 = none is under way */
    bool is_under_way;
    int64_t began_ms; /* on the time line */
    uint64_t damaged; /* devices that could not be read, of the last pass */
};

/* Goes on by a piece, when it is time. Call it once a second. Returns: 0; BASE_ESTORE; ... */
BASE_MUST_CHECK int agent_roster_step(struct agent_roster *roster);

/* Goes over all of them, now. Returns as above. */
BASE_MUST_CHECK int agent_roster_read(struct agent_roster *roster);

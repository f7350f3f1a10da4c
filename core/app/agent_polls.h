/*
 * The agent's polls: a sweep without end over what the schedule hands out. Opened once for each
 * settings; when these change, it begins nothing more, ends what is under way, and goes, while the
 * next one works already.
 */
#pragma once

#include <uv.h>

#include "core/app/agent_clock.h"
#include "core/app/agent_settings.h"
#include "store/store.h"

struct agent_polls;

/* What was polled since somebody last set it to zeros. */
struct agent_round {
    uint64_t polled;
    uint64_t answered; /* of them: something came */
    uint64_t by_status[RECORD_ERROR + 1];
    uint64_t left_out; /* out of scope */
    uint64_t damaged;  /* answers that could not be decoded: a mistake of ours */
    uint64_t took_us;  /* all that were answered together */
};

struct agent_polls_terms {
    uv_loop_t *loop;
    struct store *store;
    struct schedule *schedule;
    const struct agent_clock *clock;
    struct agent_round *round;
    struct agent_settings *settings; /* one user more */
    void *owner;
    /* All has ended and is stored; the caller frees it by agent_polls_free. status: 0, or why the
     * store could not be written. */
    void (*ended)(void *owner, struct agent_polls *polls, int status);
};

/* Begins. Returns: 0; -errno; BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int agent_polls_open(const struct agent_polls_terms *terms,
                                     struct agent_polls **out);

/* Begins no more. is_cut: those under way are canceled, else they come to their end. */
void agent_polls_end(struct agent_polls *polls, bool is_cut);

/* After `ended`. */
void agent_polls_free(struct agent_polls *polls);

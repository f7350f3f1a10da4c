/*
 * One search of the agent: resolves its targets on a worker thread, asks them beside the polls, at
 * half of the rate, and gives what it finds to the schedule. Goes by itself when it has ended.
 */
#pragma once

#include <uv.h>

#include "core/app/agent_clock.h"
#include "core/app/agent_settings.h"
#include "core/app/discover_search.h"

struct agent_search;

struct agent_search_terms {
    uv_loop_t *loop;
    struct store *store;
    struct schedule *schedule;
    const struct agent_clock *clock;
    struct agent_settings *settings; /* one user more; it searches */
    void *owner;
    /* It has ended, after agent_search_stop or at its end, and all is stored; what it came to is
     * borrowed. status: 0; else why it could not begin, or go on. */
    void (*ended)(void *owner, const struct agent_search *search, int status);
};

/* Begins. Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int agent_search_begin(const struct agent_search_terms *terms,
                                       struct agent_search **out);

/* Ends it soon; what was found is kept. */
void agent_search_stop(struct agent_search *search);

/* What it came to, or why it could not begin. */
const struct discover_sums *agent_search_sums(const struct agent_search *search);
uint64_t agent_search_created(const struct agent_search *search); /* devices never seen before */
const char *agent_search_message(const struct agent_search *search);
bool agent_search_was_stopped(const struct agent_search *search);

/*
 * What agent.c, the loop, and agent_start.c, its beginning and end, share; for nobody else.
 */
#pragma once

#include <limits.h>

#include "core/app/agent.h"
#include "core/app/agent_chores.h"
#include "core/app/agent_polls.h"
#include "core/app/agent_roster.h"
#include "core/app/agent_search.h"

struct agent {
    const struct agent_options *options;
    uv_loop_t loop;
    uv_signal_t signals[3]; /* hang up, interrupt, terminate */
    uv_timer_t ticker;
    int64_t tick_us; /* when the last tick was */
    struct store *store;
    int lock_fd;
    struct agent_clock clock;
    struct schedule *schedule;
    struct agent_roster roster;
    struct agent_chores chores;
    struct agent_settings *settings; /* in force */
    struct agent_polls *polls;       /* those in force; NULL while they rest */
    unsigned polls_alive;            /* with those that come to their end */
    struct agent_search *search;     /* under way; NULL = none */
    struct agent_round round;
    int64_t round_began_ms;  /* these: on the time line */
    int64_t search_began_ms; /* 0 = never, so it is due at once, but for: */
    int64_t search_rests_until_ms;
    int64_t rest_until_ms;
    struct agent_note note;
    bool is_noted; /* the note in the store is as this one */
    bool is_stopping;
    bool is_trimming;    /* a search has left memory that nobody needs for long */
    char path[PATH_MAX]; /* of the store */
};

/* The time of agent_clock.h. */
static inline int64_t agent_now_ms(const struct agent *agent)
{
    return agent_clock_ms(&agent->clock);
}

/* Sets a fact of the note, which is stored soon. */
static inline void agent_put(struct agent *agent, enum agent_note_fact fact, int64_t value)
{
    agent->note.facts[fact] = value;
    agent->is_noted = false;
}

/* Notes what the settings in force say about times. */
void agent_put_settings(struct agent *agent);

/* Runs the loop to its end. Everything is open; nothing of the loop is afterwards.
 * Returns: the exit code. */
int agent_loop(struct agent *agent, const struct command *command);

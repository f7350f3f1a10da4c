/*
 * One poll of one device: the conversation of a plan over the engine. For sweep.c only.
 */
#pragma once

#include "core/fleet/plan.h"
#include "core/fleet/plan_memo.h"
#include "core/fleet/sweep.h"

struct poll_work; /* plan and buffers: only for devices that answer */

struct poll {
    struct engine_peer peer;
    struct learned learned;
    struct sweep *sweep;
    struct poll_work *work;   /* NULL until the first answer */
    struct poll *next;        /* in the pool */
    struct poll *made_before; /* in the list of all polls of the sweep */
    int64_t started_us;
    int64_t waited_us;        /* for the device's answers, in all */
    uint32_t answers;
    int error;                /* what the engine said last, when it said no */
    uint8_t goal;             /* enum plan_goal */
    uint8_t version;          /* enum pdu_version in use */
    bool is_version_settled;  /* given, learned, or answered */
    bool is_last_try;         /* asked otherwise, because nothing had been heard */
    bool is_uptime_judged;
    bool is_refused;          /* the community may read nothing */
    bool is_struck;           /* this poll has hurt the device */
};

/* Starts a poll; `poll` holds address and learned state. Ends by poll_end, perhaps at once. */
void poll_start(struct poll *poll);

/* Puts the work of a poll, if it has one, back into the pool. */
void poll_give_work(struct poll *poll);

/* Frees a pool of works. */
void poll_work_free(struct poll_work *work);

/* The first question to a device never seen, and the plan that asked it: the same for all of them,
 * made once per version of SNMP. */
struct poll_opening {
    struct poll_work *work; /* NULL until it is needed */
    struct plan_question question;
};

/* Shared by the polls of a sweep; owned by it. */
struct poll_shared {
    struct poll_opening openings[2]; /* v1, v2c */
    struct plan_memo *memo;          /* NULL when memory is short: questions are packed each time */
    const struct sweep_config *config;
    struct engine *engine;
    struct poll_work *idle_works;
    struct plan_question question; /* scratch */
    struct sweep_counters *counters;
    bool is_stopped;               /* nothing more is asked */
};

struct poll_shared *poll_shared_of(struct sweep *sweep);

/* Called by a poll when it has ended; the sweep takes poll and work back. */
void poll_ended(struct poll *poll, const struct sweep_result *result);

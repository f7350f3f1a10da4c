/*
 * One poll of one device: the conversation of a plan over the engine, with the credential that
 * access finds. For sweep.c only.
 */
#pragma once

#include "core/fleet/access.h"
#include "core/fleet/plan.h"
#include "core/fleet/plan_memo.h"
#include "core/fleet/probe.h"
#include "core/fleet/sweep.h"

struct poll_work;    /* plan and buffers: only for devices that answer */
struct poll_places;  /* of the other printers at the address (poll_place.h) */
struct poll_session; /* keys and engine: only for devices that are asked in v3 */

struct poll {
    struct engine_peer peer;
    struct learned learned;
    struct sweep *sweep;
    struct access access;
    struct poll_session *session; /* NULL until it is asked in v3 */
    struct poll_work *work;       /* NULL until the first answer */
    struct poll_work *spare;      /* what one context gave, while the other is tried; else NULL */
    struct poll_places *places;   /* NULL until the address itself has ended, or it has none */
    struct poll *next;            /* in the pool */
    struct poll *made_before;     /* in the list of all polls of the sweep */
    int64_t started_us;
    int64_t waited_us;              /* for the device's answers, in all */
    uint32_t answers;               /* to the credential in use */
    const struct credential *asked; /* last; NULL until */
    int error;                      /* what the engine said last, when it said no */
    uint8_t hints;                  /* questions that ended by what nobody signed */
    uint8_t goal;                   /* enum plan_goal */
    uint8_t version;                /* enum pdu_version in use */
    uint8_t heard;                  /* as access_terms.heard */
    bool is_jetdirect;              /* asked in that context */
    bool has_switched;              /* both contexts have been asked */
    bool is_uptime_judged;
    bool is_limited; /* what the profile says of how to ask it is known */
    bool is_refused; /* the credential may read nothing */
    bool is_struck;  /* this poll has hurt the device */
    bool is_probing; /* the question under way is the probe (probe.h) */
    bool is_probed;  /* it has been answered */
    bool is_other;   /* by a device that is no printer */
};

/* Starts a poll; `poll` holds address and learned state. Ends by poll_end, perhaps at once. */
void poll_start(struct poll *poll);

/* Ends a poll without asking. */
void poll_start_dead(struct poll *poll, int error);

/* Ends a poll that was never started: a scan has not heard the address that it holds. */
void poll_end_unheard(struct poll *poll, int error);

/* Puts what a poll has borrowed, works and session, back into the pools. */
void poll_give_back(struct poll *poll);

/* Free a pool. */
void poll_work_free(struct poll_work *work);
void poll_session_free(struct poll_session *session);

/* The first question to a device never seen, and the plan that asked it: the same for all of them,
 * made once for v1 and once for the others. */
struct poll_opening {
    struct poll_work *work; /* NULL until it is needed */
    struct plan_question question;
};

/* Shared by the polls of a sweep; owned by it. */
struct poll_shared {
    struct poll_opening openings[2]; /* v1; v2c and v3 */
    struct plan_memo *memo;          /* NULL when memory is short: questions are packed each time */
    const struct sweep_config *config;
    struct engine *engine;
    struct poll_work *idle_works;
    struct poll_session *idle_sessions;
    struct usm_keyring *keyring;   /* NULL: keys are localised each time */
    struct plan_question question; /* scratch */
    struct record_writer probed;   /* of the device that ends by its probe */
    uint8_t probe_data[PROBE_RECORD_BYTES];
    struct sweep_counters *counters;
    bool is_stopped; /* nothing more is asked */
};

struct poll_shared *poll_shared_of(struct sweep *sweep);

/* Says whether places are polled at all; gives what was learned of one. */
bool poll_shared_has_places(const struct poll *poll);
bool poll_shared_recall(const struct poll *poll, const char *place, struct learned *learned);

/* Called by a poll when it has ended; the sweep takes poll and work back. */
void poll_ended(struct poll *poll, const struct sweep_result *result);

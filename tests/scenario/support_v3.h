/*
 * An SNMPv3 engine around a virtual device's agent: it opens questions, has the agent answer what
 * stands inside, and wraps the answer, honestly or bent on purpose. The messages are the fleet
 * simulator's, whose cryptography is not the product's.
 */
#pragma once

#include "bench/sim/usm.h"
#include "tests/scenario/support_world.h"

/* How an engine is wrong. */
enum v3_flaw {
    V3_HONEST,
    V3_FLIPPED_TAG, /* one bit of the digest */
    V3_SHORT_TAG,   /* the digest cut to one octet */
    V3_WRONG_KEY,   /* signed with the key of another engine */
    V3_LOWER_LEVEL, /* a Response without authentication */
    V3_WRONG_MSG_ID,
    V3_WRONG_USER,
    V3_OTHER_ENGINE,      /* signed rightly, by another engine */
    V3_LATE,              /* signed 200 s ago, as it says */
    V3_LATCHED,           /* boots at their end */
    V3_PROXY,             /* signed rightly, about another engine's context */
    V3_PLAIN,             /* says encrypted, is not */
    V3_REPLAY,            /* the first signed answer it ever gave, to every question */
    V3_REPORT_UNSIGNED,   /* a plain Report, v3_agent.report, instead of the answer */
    V3_REPORT_FIRST,      /* the same, and then the answer */
    V3_REPORT_EMPTY,      /* a plain Report without varbinds */
    V3_WINDOW_FOREVER,    /* an authentic notInTimeWindows to everything */
    V3_CLOCK_RESTARTS,    /* the same, its clock at another time in each */
    V3_ENGINE_FOREVER,    /* unknownEngineIDs to everything */
    V3_ENGINE_ALTERNATES, /* another engine id for each question */
    V3_NO_ENGINE,         /* its engine id is empty */
};

struct v3_agent {
    struct sim_usm *usm;
    struct sim_usm_engine engine; /* longer questions than its max_size get no answer */
    enum v3_flaw flaw;
    enum sim_usm_verdict report;
    const char *context; /* contextName that it answers in; NULL = any */
    /* What it shows in a context, NULL = a Report; instead of the two around it. */
    const struct agent_mib *(*choose)(void *chooser, struct bytes user, struct bytes context);
    void *chooser;
    const struct agent_mib *outside; /* what it shows in any other; NULL = a Report */
    bool has_communities;            /* answers v1 and v2c, too */
    int64_t booted_us;               /* when its clock began, on the world's clock */
    uint32_t questions;              /* that reached its agent */
    uint32_t discoveries;
    uint32_t counters[SIM_USM_COUNTERS];
    size_t replay_size;
    uint8_t *replay; /* V3_REPLAY only */
};

/* Opens a set of users for engines to share: as sim_usm_user_parse takes them, up to the first
 * NULL; borrowed. Closed by sim_usm_close. */
struct sim_usm *v3_users(const char *const *users, uint64_t seed);

/* Makes an engine for the world's device, which from now on answers v3 only. users: borrowed. */
struct v3_agent *v3_agent_new(struct world *world, uint32_t device, struct sim_usm *users);
void v3_agent_free(struct v3_agent *agent);

/* Starts it again: boots count up, the clock is at 0. */
void v3_agent_reboot(struct v3_agent *agent, int64_t now_us);

/* Gives it another engine id, as a new mainboard has one. */
void v3_agent_rename(struct v3_agent *agent, uint8_t tail);

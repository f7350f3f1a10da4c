/*
 * Requests put to an engine over a world, and how each of them ended.
 */
#pragma once

#include "core/engine/engine.h"
#include "tests/scenario/support_world.h"

struct asker;

/* One request: GETNEXT of the system group in v2c. */
struct question {
    struct asker *asker;
    uint32_t device;
    uint64_t handle;
    unsigned ends; /* must become 1 when accepted */
    bool is_accepted;
    int status;
    unsigned attempts;
    uint32_t rtt_us;
    int64_t submitted_us;
    int64_t ended_us;
};

/* Called within the callback of a question, which may ask and cancel. */
typedef void asker_reaction(struct asker *asker, struct question *question);

struct asker {
    struct world *world;
    struct engine *engine;
    struct engine_config config;
    struct engine_peer *peers; /* one per device */
    struct question *questions;
    size_t count;
    size_t cap;
    size_t ended;
    bool is_asking;           /* engine_submit or engine_cancel is on the stack: nothing may end */
    asker_reaction *reaction; /* may be NULL */
    int64_t until_us;
    bool verifies_rarely;
    unsigned turns;
};

/* Makes an engine on the world; the configuration is asker->config as filled here or changed by
 * `change` before the engine is made (NULL = as filled). cap: questions. */
struct asker *asker_new(struct world *world, size_t cap, void (*change)(struct engine_config *));
void asker_free(struct asker *asker);

/* Asks a device. Returns: what engine_submit returned. */
int asker_ask(struct asker *asker, uint32_t device);

/* Cancels a question, whatever its state. */
void asker_cancel(struct asker *asker, struct question *question);

/* Lets time pass until all questions have ended, or until a time. */
void asker_run(struct asker *asker);
void asker_run_until(struct asker *asker, int64_t until_us);

/* Fails unless every accepted question ended once and nothing is left in the engine. */
void asker_assert_all_ended(const struct asker *asker);

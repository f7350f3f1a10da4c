/*
 * Questions to the fleet simulator, built by hand and answered in the test's own process.
 */
#pragma once

#include "bench/sim/agent.h"
#include "bench/sim/fleet.h"

#define SUPPORT_SIM_VARBINDS_MAX 600

struct support_sim_varbind {
    char name[700]; /* dotted */
    uint8_t tag;
    struct sim_slice value; /* content */
};

/* An answer, cut; slices point into the message. */
struct support_sim_answer {
    int32_t version;
    int32_t id;
    int32_t error;
    int32_t index;
    uint8_t type;
    size_t size; /* bytes of the whole message */
    size_t count;
    struct support_sim_varbind varbinds[SUPPORT_SIM_VARBINDS_MAX];
};

struct support_sim_question {
    int32_t version;
    uint8_t type;
    int32_t first;  /* non-repeaters */
    int32_t second; /* max-repetitions */
    size_t count;
    const char *names[64];
};

/* Opens a fleet of `count` devices of the named models; aborts the test when it cannot. */
void support_sim_open(struct sim_fleet *fleet, const char *models, uint32_t count);

/* Encodes the question with community "public" and id 0x1234; returns its length. */
size_t support_sim_encode(const struct support_sim_question *question, uint8_t *out);

/* Cuts a message; aborts the test when it is not a well-formed answer. */
void support_sim_decode(struct sim_slice message, struct support_sim_answer *answer);

/* Asks device `number` at now_ms, without templates. The answer points into static memory. */
struct support_sim_answer *support_sim_ask(const struct sim_fleet *fleet, uint32_t number,
                                           uint64_t now_ms, size_t reply_max, unsigned flaws,
                                           const struct support_sim_question *question);

/* The integer that a value holds. */
int64_t support_sim_number(const struct support_sim_varbind *varbind);

/*
 * Engines of SNMPv3 that are broken, or whose answers somebody tampers with.
 *
 * A flawed device has one kind for ever. What a kind does to the engine, to the verdict about a
 * question and to the envelope of an answer is here; v3.c asks. A manager must be able to read the
 * devices of benign kinds; of the others it must take no reading, and name what is wrong.
 */
#pragma once

#include "bench/sim/usm.h"

enum sim_v3_flaw {
    SIM_V3_FLAW_CLOCK_FAST,
    SIM_V3_FLAW_CLOCK_STILL,
    SIM_V3_FLAW_SAME_ENGINE,
    SIM_V3_FLAW_REBOOTS,
    SIM_V3_FLAW_REBOOTS_ALWAYS,
    SIM_V3_FLAW_BOOTS_MAX,
    SIM_V3_FLAW_BOOTS_BACK,
    SIM_V3_FLAW_LOOP_ENGINE,
    SIM_V3_FLAW_LOOP_WINDOW,
    SIM_V3_FLAW_LOOP_ALTERNATE,
    SIM_V3_FLAW_LOOP_LEVEL,
    SIM_V3_FLAW_REPORT_EMPTY,
    SIM_V3_FLAW_REPORT_SPOOF,
    SIM_V3_FLAW_REPLAY,
    SIM_V3_FLAW_WRONG_DIGEST,
    SIM_V3_FLAW_SHORT_DIGEST,
    SIM_V3_FLAW_WRONG_MSGID,
    SIM_V3_FLAW_WRONG_USER,
    SIM_V3_FLAW_LOWER_LEVEL,
    SIM_V3_FLAW_PLAINTEXT,
    SIM_V3_FLAW_FORGED_ENGINE,
    SIM_V3_FLAW_COUNT,
};

struct sim_v3_flaw_kind {
    const char *name;  /* --v3-flaw takes it, --list prints it */
    const char *about; /* one line */
    bool is_benign;
};

/* Static storage. */
const struct sim_v3_flaw_kind *sim_v3_flaw_describe(enum sim_v3_flaw flaw);

/* Returns: the kind of n bytes of name, or -1. */
int sim_v3_flaw_find(const char *name, size_t n);

/* What a flawed engine remembers. */
struct sim_v3_past {
    uint32_t asked;     /* questions that came */
    uint32_t restarts;  /* that they caused */
    uint32_t restart_s; /* engine time of the last one */
};

/* Changes the engine, as it would honestly be elapsed_s after the start, before it looks at the
 * next question. */
void sim_v3_flaw_engine(enum sim_v3_flaw flaw, struct sim_v3_past *past, uint32_t elapsed_s,
                        struct sim_usm_engine *engine);

/* What the device says to a question that an honest one would give the verdict to; the engine may
 * become another one for the Report. */
enum sim_usm_verdict sim_v3_flaw_verdict(enum sim_v3_flaw flaw,
                                         const struct sim_usm_question *question,
                                         enum sim_usm_verdict verdict,
                                         struct sim_usm_engine *engine);

/* Tampers with the envelope of an answer. forged: SIM_USM_ENGINE_MAX bytes for an engine id, which
 * the envelope then borrows. */
void sim_v3_flaw_bend(enum sim_v3_flaw flaw, uint8_t *forged, struct sim_usm_envelope *envelope);

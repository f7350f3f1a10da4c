#include "bench/sim/v3_flaw.h"

#include <string.h>

/* How much too fast a fast clock runs: out of the window after some eight seconds. */
#define FAST 20u

/* Questions between two restarts of an engine that restarts. */
#define REBOOT_QUESTIONS 10u

static const struct sim_v3_flaw_kind kinds[SIM_V3_FLAW_COUNT] = {
    [SIM_V3_FLAW_CLOCK_FAST] = {"clock-fast", "engine time runs 20 times too fast", true},
    [SIM_V3_FLAW_CLOCK_STILL] = {"clock-still", "engine time stands still", true},
    [SIM_V3_FLAW_SAME_ENGINE] = {"same-engine", "all of them share one engine id", true},
    [SIM_V3_FLAW_REBOOTS] = {"reboots", "the engine restarts at each tenth question", true},
    [SIM_V3_FLAW_REBOOTS_ALWAYS] = {"reboots-always", "it restarts at each question", false},
    [SIM_V3_FLAW_BOOTS_MAX] = {"boots-max", "engine boots are latched at 2147483647", false},
    [SIM_V3_FLAW_BOOTS_BACK] = {"boots-back", "boots and time fall to 1 and 0 at question 10",
                                true},
    [SIM_V3_FLAW_LOOP_ENGINE] = {"loop-engine", "says unknownEngineIDs for ever", false},
    [SIM_V3_FLAW_LOOP_WINDOW] = {"loop-window", "says notInTimeWindows for ever, signed", false},
    [SIM_V3_FLAW_LOOP_ALTERNATE] = {"loop-alternate", "two engine ids take turns", false},
    [SIM_V3_FLAW_LOOP_LEVEL] = {"loop-level", "says unsupportedSecLevels for ever", false},
    [SIM_V3_FLAW_REPORT_EMPTY] = {"report-empty", "answers by a Report without varbinds", false},
    [SIM_V3_FLAW_REPORT_SPOOF] = {"report-spoof", "unsigned Reports before each answer", true},
    [SIM_V3_FLAW_REPLAY] = {"replay", "the answer before comes again before each answer", true},
    [SIM_V3_FLAW_WRONG_DIGEST] = {"wrong-digest", "one bit of the digest is wrong", false},
    [SIM_V3_FLAW_SHORT_DIGEST] = {"short-digest", "one right byte of the digest", false},
    [SIM_V3_FLAW_WRONG_MSGID] = {"wrong-msgid", "the msgID of another question", false},
    [SIM_V3_FLAW_WRONG_USER] = {"wrong-user", "another user's name, signed", false},
    [SIM_V3_FLAW_LOWER_LEVEL] = {"lower-level", "answers at noAuthNoPriv", false},
    [SIM_V3_FLAW_PLAINTEXT] = {"plaintext", "signed, but readable where it is secret", false},
    [SIM_V3_FLAW_FORGED_ENGINE] = {"forged-engine", "another engine's id, signed", false},
};

const struct sim_v3_flaw_kind *sim_v3_flaw_describe(enum sim_v3_flaw flaw)
{
    return &kinds[flaw];
}

int sim_v3_flaw_find(const char *name, size_t n)
{
    int at = SIM_V3_FLAW_COUNT - 1;

    while (at >= 0 && (strlen(kinds[at].name) != n || memcmp(kinds[at].name, name, n) != 0)) {
        at--;
    }
    return at;
}

static void restart_engine(struct sim_v3_past *past, struct sim_usm_engine *engine)
{
    past->restarts++;
    past->restart_s = engine->time;
}

void sim_v3_flaw_engine(enum sim_v3_flaw flaw, struct sim_v3_past *past, uint32_t elapsed_s,
                        struct sim_usm_engine *engine)
{
    static const char same[] = "same-again";
    bool restarts = false;

    past->asked++;
    switch ((int)flaw) {
    case SIM_V3_FLAW_CLOCK_FAST:
        engine->time += (FAST - 1) * elapsed_s;
        break;
    case SIM_V3_FLAW_CLOCK_STILL:
        engine->time -= elapsed_s < engine->time ? elapsed_s : engine->time;
        break;
    case SIM_V3_FLAW_SAME_ENGINE:
        /* Of Net-SNMP's enterprise, as a text (format 4). */
        memcpy(engine->id, "\x80\x00\x1f\x88\x04", 5);
        memcpy(engine->id + 5, same, sizeof(same) - 1);
        engine->id_length = 5 + sizeof(same) - 1;
        break;
    case SIM_V3_FLAW_REBOOTS:
        restarts = past->asked % REBOOT_QUESTIONS == 0;
        break;
    case SIM_V3_FLAW_REBOOTS_ALWAYS:
        restarts = true;
        break;
    case SIM_V3_FLAW_BOOTS_MAX:
        engine->boots = SIM_USM_BOOTS_MAX;
        break;
    case SIM_V3_FLAW_BOOTS_BACK:
        restarts = past->asked == REBOOT_QUESTIONS;
        break;
    default:
        break;
    }
    if (restarts) {
        restart_engine(past, engine);
    }
    if (past->restarts > 0) {
        engine->boots = flaw == SIM_V3_FLAW_BOOTS_BACK ? 1 : engine->boots + past->restarts;
        engine->time -= past->restart_s < engine->time ? past->restart_s : engine->time;
    }
}

enum sim_usm_verdict sim_v3_flaw_verdict(enum sim_v3_flaw flaw,
                                         const struct sim_usm_question *question,
                                         enum sim_usm_verdict verdict,
                                         struct sim_usm_engine *engine)
{
    if (flaw == SIM_V3_FLAW_LOOP_ALTERNATE && verdict != SIM_USM_MALFORMED &&
        verdict != SIM_USM_UNKNOWN_ENGINE) {
        /* Whichever it was asked for, it is the other one. */
        engine->id[engine->id_length - 1] ^= 1;
        return SIM_USM_UNKNOWN_ENGINE;
    }
    if (flaw == SIM_V3_FLAW_LOOP_ENGINE && verdict != SIM_USM_MALFORMED) {
        return SIM_USM_UNKNOWN_ENGINE;
    }
    if (flaw == SIM_V3_FLAW_LOOP_WINDOW && verdict == SIM_USM_FINE &&
        question->level != SIM_USM_NO_AUTH) {
        return SIM_USM_NOT_IN_WINDOW;
    }
    if (flaw == SIM_V3_FLAW_LOOP_LEVEL && verdict == SIM_USM_FINE) {
        return SIM_USM_UNSUPPORTED_LEVEL;
    }
    return verdict;
}

void sim_v3_flaw_bend(enum sim_v3_flaw flaw, uint8_t *forged, struct sim_usm_envelope *envelope)
{
    switch ((int)flaw) {
    case SIM_V3_FLAW_WRONG_DIGEST:
        envelope->bends |= SIM_USM_BEND_TAG;
        break;
    case SIM_V3_FLAW_SHORT_DIGEST:
        envelope->bends |= SIM_USM_BEND_SHORT;
        break;
    case SIM_V3_FLAW_WRONG_MSGID:
        envelope->msg_id ^= 1;
        break;
    case SIM_V3_FLAW_WRONG_USER:
        envelope->user = (struct sim_slice){(const uint8_t *)"somebody", 8};
        break;
    case SIM_V3_FLAW_LOWER_LEVEL:
        envelope->level = SIM_USM_NO_AUTH;
        break;
    case SIM_V3_FLAW_PLAINTEXT:
        envelope->bends |= SIM_USM_BEND_PLAIN;
        break;
    case SIM_V3_FLAW_FORGED_ENGINE:
        memcpy(forged, envelope->engine.bytes, envelope->engine.length);
        forged[envelope->engine.length - 1] ^= 1;
        envelope->engine.bytes = forged;
        envelope->context_engine = envelope->engine;
        break;
    default:
        break;
    }
}

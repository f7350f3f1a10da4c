/*
 * The half of hostile.c that changes varbinds: each is taken from an honest answer, changed and
 * written again. Only hostile.c uses it.
 */
#pragma once

#include "bench/sim/request.h"

enum sim_hostile_change {
    SIM_HOSTILE_INTEGER_EMPTY,
    SIM_HOSTILE_INTEGER_WIDE,
    SIM_HOSTILE_COUNTER_WIDE,
    SIM_HOSTILE_COUNTER_NEGATIVE,
    SIM_HOSTILE_COUNTER64_WIDE,
    SIM_HOSTILE_OID_EMPTY,
    SIM_HOSTILE_OID_129,
    SIM_HOSTILE_OID_OPEN,
    SIM_HOSTILE_OID_LEADING,
    SIM_HOSTILE_OID_HUGE,
    SIM_HOSTILE_OID_10K,
    SIM_HOSTILE_TYPES,
    SIM_HOSTILE_NUMBERS,
    SIM_HOSTILE_STRINGS,
    SIM_HOSTILE_SAME_OID,
    SIM_HOSTILE_OUTSIDE,
    SIM_HOSTILE_DECREASING,
    SIM_HOSTILE_REPEATED,
    SIM_HOSTILE_FIRST_ONLY,
    SIM_HOSTILE_INNER_LENGTH,
    SIM_HOSTILE_HIGH_TAG,
    SIM_HOSTILE_CONSTRUCTED,
    SIM_HOSTILE_INDEFINITE,
    SIM_HOSTILE_NO_VALUE,
};

/* Writes the varbinds of the honest answer, changed, into out of `room` bytes.
 * Returns: their length. */
size_t sim_hostile_varbind_list(enum sim_hostile_change change, const struct sim_request *request,
                                struct sim_slice honest, uint8_t *out, size_t room);

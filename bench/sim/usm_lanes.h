/*
 * CFB of AES-128 for several messages at once.
 *
 * CFB encryption is a chain: each block waits for the one before, so a processor's AES unit stands
 * idle most of the time. Eight messages side by side fill it: a quarter of the time or less.
 */
#pragma once

#include "bench/sim/usm_crypto.h"

/* Messages that go side by side. */
#define SIM_USM_LANES 8u

struct sim_usm_lane {
    const struct sim_usm_key *key; /* of SIM_USM_PRIV_AES */
    struct sim_usm_start start;
    uint8_t *bytes; /* encrypted in place */
    size_t length;
};

/* Whether this processor can. */
bool sim_usm_lanes_work(void);

/* Encrypts count lanes of 1 to SIM_USM_LANES, as sim_usm_encrypt would one by one; only where
 * sim_usm_lanes_work. */
void sim_usm_lanes_encrypt(const struct sim_usm_lane *lanes, size_t count);

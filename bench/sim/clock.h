/*
 * Real time, and the simulated time that devices live in: start + scale times what has passed.
 */
#pragma once

#include "bench/sim/options.h"

struct sim_clock {
    uint64_t start_us; /* real, monotonic */
    uint64_t epoch_ms; /* simulated Unix time at the start */
    double scale;      /* 0 = frozen */
};

/* Begins now, at the simulated time and pace of the options. */
void sim_clock_start(struct sim_clock *clock, const struct sim_options *options);

/* Real monotonic microseconds. */
uint64_t sim_clock_real_us(void);

/* Simulated Unix milliseconds at a real instant. */
uint64_t sim_clock_simulated_ms(const struct sim_clock *clock, uint64_t real_us);

#include "bench/sim/clock.h"

#include <time.h>

uint64_t sim_clock_real_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

void sim_clock_start(struct sim_clock *clock, const struct sim_options *options)
{
    clock->start_us = sim_clock_real_us();
    clock->epoch_ms = options->epoch_ms;
    clock->scale = options->clock == SIM_CLOCK_FROZEN ? 0 : options->time_scale;
}

uint64_t sim_clock_simulated_ms(const struct sim_clock *clock, uint64_t real_us)
{
    uint64_t passed_us = real_us > clock->start_us ? real_us - clock->start_us : 0;

    return clock->epoch_ms + (uint64_t)((double)passed_us * clock->scale / 1000);
}

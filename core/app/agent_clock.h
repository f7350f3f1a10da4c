/*
 * The agent's time line: milliseconds that never jump, whatever the wall clock does, beginning at
 * the wall time of its start. Schedules live on it; what the store tells in wall time is put on it
 * by what the two clocks differ in now.
 */
#pragma once

#include "core/base/clock.h"

struct agent_clock {
    int64_t start_ms; /* wall time minus monotonic time at the start */
};

/* Takes the wall clock as it is now; what is set later moves nothing. */
static inline void agent_clock_start(struct agent_clock *clock)
{
    clock->start_ms = clock_unix_ms() - clock_mono_us() / 1000;
}

/* Now, on the time line. */
static inline int64_t agent_clock_ms(const struct agent_clock *clock)
{
    return clock_mono_us() / 1000 + clock->start_ms;
}

/* Wall time as a time of the line. */
static inline int64_t agent_clock_of(const struct agent_clock *clock, int64_t unix_ms)
{
    return unix_ms + agent_clock_ms(clock) - clock_unix_ms();
}

/*
 * The two clocks of the program. Timers and timeouts live on the monotonic one, records carry the
 * wall clock; they are never mixed. Modules below core/app take time as an argument: only the
 * wire and the commands read a clock.
 */
#pragma once

#include <stdint.h>

/* Microseconds of the monotonic clock. */
int64_t clock_mono_us(void);

/* Milliseconds since 1970 of the wall clock. */
int64_t clock_unix_ms(void);

/* Microseconds of CPU (user and system, all threads) that this process has used. */
int64_t clock_cpu_us(void);

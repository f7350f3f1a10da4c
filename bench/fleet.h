/*
 * A platen-sim of our own, started for a benchmark and ended with it.
 */
#pragma once

#include <sys/types.h>

#include "bench/contest.h"

/* Starts platen-sim, which stands beside this program, and waits until it is ready.
 * extra: further options for it, NULL-terminated; may be NULL.
 * Returns: 0 or a negative code with a sentence on stderr. */
BASE_MUST_CHECK int fleet_start(const struct contest_fleet *fleet, const char *const *extra,
                                pid_t *pid);

/* Ends it and waits until it has ended. */
void fleet_stop(pid_t pid);

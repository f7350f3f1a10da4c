/*
 * The loop: takes questions off the sockets, lets the asked device answer or not, sends.
 *
 * One thread, one server a process. A question goes through: who is asked (fleet.h), does the
 * network lose it (impair.h), does the device hear it (its flaws), what does it say (template.h,
 * agent.h), what is wrong with that (hostile.h), when does it leave (impair.h).
 */
#pragma once

#include <signal.h>

#include "bench/sim/clock.h"
#include "bench/sim/fleet.h"
#include "bench/sim/stats.h"

struct sim_server;

/* Opens the sockets for a fleet; fleet and options are borrowed until sim_server_close.
 * Returns: 0, or -errno with a sentence in error. */
SIM_MUST_CHECK int sim_server_open(struct sim_server **server, struct sim_fleet *fleet,
                                   const struct sim_options *options, char *error,
                                   size_t error_size);
void sim_server_close(struct sim_server *server);

/* Answers until *stop is set (a signal handler may), or --run-seconds have passed. Whenever
 * *wake is set it is cleared and on_wake called.
 * Returns: 0, or -errno of a failed system call. */
SIM_MUST_CHECK int sim_server_run(struct sim_server *server, const volatile sig_atomic_t *stop,
                                  volatile sig_atomic_t *wake,
                                  void (*on_wake)(struct sim_server *));

/* Simulated Unix milliseconds now. */
uint64_t sim_server_now_ms(const struct sim_server *server);

/* The counters up to now; they stay valid until sim_server_close. */
const struct sim_stats *sim_server_stats(struct sim_server *server);

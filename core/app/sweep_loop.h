/*
 * A sweep on a loop of its own, from the first target to the last: sockets, signals, ticks. What
 * `platen poll` and the benchmarks run.
 */
#pragma once

#include <uv.h>

#include "core/base/base.h"
#include "core/engine/wire.h"
#include "core/fleet/sweep.h"

struct sweep_loop {
    uv_loop_t loop;
    struct wire_udp *wire;
    struct sweep *sweep;
    uv_signal_t interrupt;
    uv_signal_t terminate;
    uv_timer_t ticker;
    void (*tick)(void *owner); /* NULL = none */
    void *tick_owner;
    unsigned pending;    /* work outside the sweep that the end must wait for */
    bool is_interrupted; /* SIGINT or SIGTERM came: what was read is kept, the rest is not asked */
    bool is_closing;
};

/* Opens loop, sockets and sweep. `config.unix_ms_at_zero` is filled in here.
 * Returns: 0, -errno, -ENOMEM. On failure nothing is left open. */
BASE_MUST_CHECK int sweep_loop_open(struct sweep_loop *runner, const struct sweep_config *config,
                                    const struct sweep_events *events);

/* As sweep_loop_open, with something between the engine and the sockets: `tap` gets the wire of the
 * sockets and returns the one that the engine shall use. NULL = none. */
BASE_MUST_CHECK int sweep_loop_open_tapped(
    struct sweep_loop *runner, const struct sweep_config *config, const struct sweep_events *events,
    const struct wire *(*tap)(void *owner, const struct wire *below), void *tap_owner);

/* Calls `tick` every interval_ms while the loop runs, and once the sweep is done while something is
 * still pending: for progress, and for slices that wait. */
void sweep_loop_tick(struct sweep_loop *runner, unsigned interval_ms, void (*tick)(void *owner),
                     void *owner);

/* Runs until every target has ended and `pending` is 0. Call sweep_loop_check whenever `pending`
 * falls. */
void sweep_loop_run(struct sweep_loop *runner);

/* Ends the run if there is nothing left to wait for. */
void sweep_loop_check(struct sweep_loop *runner);

/* Frees everything; the loop must have run to its end, or never. */
void sweep_loop_close(struct sweep_loop *runner);

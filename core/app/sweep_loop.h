/*
 * A sweep on a loop: sockets, ticks, and what its end must wait for. With a loop and signals of its
 * own it runs from the first target to the last, as `platen poll` and the benchmarks do; beside
 * others on a loop of the caller's it is a part of the agent.
 */
#pragma once

#include <uv.h>

#include "core/base/base.h"
#include "core/engine/wire.h"
#include "core/fleet/sweep.h"

struct sweep_loop {
    uv_loop_t *loop; /* `own`, or the caller's */
    uv_loop_t own;
    struct wire_udp *wire;
    struct sweep *sweep;
    uv_signal_t interrupt;
    uv_signal_t terminate;
    uv_timer_t ticker;
    void (*tick)(void *owner); /* NULL = none */
    void *tick_owner;
    void (*ended)(void *owner); /* beside others: everything is closed but the sweep; NULL = none */
    void *ended_owner;
    unsigned pending;    /* work outside the sweep that the end must wait for */
    bool is_lasting;     /* the caller's to set: it goes on when all targets have ended */
    bool is_interrupted; /* SIGINT or SIGTERM came: what was read is kept, the rest is not asked */
    bool is_closing;
};

/* Puts something between the engine and the sockets: gets the wire of the sockets, returns the one
 * that the engine shall use. */
typedef const struct wire *sweep_loop_tap(void *owner, const struct wire *below);

/* Fills seed and secrets of the engine with random numbers. Returns: 0; -errno. */
BASE_MUST_CHECK int sweep_loop_seed(struct sweep_config *config);

/* Opens loop, sockets and sweep. `config.unix_ms_at_zero` is filled in here.
 * Returns: 0, -errno, -ENOMEM. On failure nothing is left open. */
BASE_MUST_CHECK int sweep_loop_open(struct sweep_loop *runner, const struct sweep_config *config,
                                    const struct sweep_events *events);

/* As sweep_loop_open, with a tap; NULL = none. */
BASE_MUST_CHECK int sweep_loop_open_tapped(struct sweep_loop *runner,
                                           const struct sweep_config *config,
                                           const struct sweep_events *events, sweep_loop_tap *tap,
                                           void *tap_owner);

/* Opens sockets and sweep on a loop that runs already, without signals. The runner must not move.
 * ended: called with events->owner when nothing is left to wait for and all is closed; the caller
 * then calls sweep_loop_close.
 * Returns: 0, -errno, -ENOMEM. */
BASE_MUST_CHECK int sweep_loop_open_beside(struct sweep_loop *runner, uv_loop_t *loop,
                                           const struct sweep_config *config,
                                           const struct sweep_events *events,
                                           void (*ended)(void *owner));

/* Calls `tick` every interval_ms while the loop runs, and once the sweep is done while something is
 * still pending: for progress, and for slices that wait. */
void sweep_loop_tick(struct sweep_loop *runner, unsigned interval_ms, void (*tick)(void *owner),
                     void *owner);

/* Runs until every target has ended and `pending` is 0. Call sweep_loop_check whenever `pending`
 * falls. */
void sweep_loop_run(struct sweep_loop *runner);

/* Ends the run if there is nothing left to wait for. */
void sweep_loop_check(struct sweep_loop *runner);

/* Frees everything; the loop must have run to its end, or never. Beside others: after `ended`. */
void sweep_loop_close(struct sweep_loop *runner);

#include "core/app/sweep_loop.h"

#include <errno.h>
#include <signal.h>
#include <sys/random.h>

#include "core/base/clock.h"

static void sweep_loop_received(void *owner, const union wire_address *from, struct bytes datagram,
                                int64_t now_us)
{
    struct sweep_loop *runner = owner;
    sweep_received(runner->sweep, from, datagram, now_us);
}

static void sweep_loop_unreachable(void *owner, const union wire_address *to, struct bytes datagram,
                                   int64_t now_us)
{
    struct sweep_loop *runner = owner;
    sweep_unreachable(runner->sweep, to, datagram, now_us);
}

static int64_t sweep_loop_turn(void *owner, int64_t now_us)
{
    struct sweep_loop *runner = owner;
    int64_t due_us = sweep_turn(runner->sweep, now_us);
    sweep_loop_check(runner);
    return due_us;
}

static void sweep_loop_on_signal(uv_signal_t *handle, int number)
{
    struct sweep_loop *runner = handle->data;
    (void)number;
    runner->is_interrupted = true;
    sweep_stop(runner->sweep);
    wire_udp_wake(runner->wire);
}

static void sweep_loop_on_tick(uv_timer_t *timer)
{
    struct sweep_loop *runner = timer->data;
    runner->tick(runner->tick_owner);
}

int sweep_loop_seed(struct sweep_config *config)
{
    if (getrandom(&config->engine.seed, sizeof(config->engine.seed), 0) < 0 ||
        getrandom(&config->engine.salt, sizeof(config->engine.salt), 0) < 0 ||
        getrandom(config->engine.id_secret, sizeof(config->engine.id_secret), 0) < 0) {
        return -errno;
    }
    return 0;
}

/* Opens sockets and sweep on runner->loop. After a failure the loop must run once more. */
static int sweep_loop_open_sweep(struct sweep_loop *runner, const struct sweep_config *config,
                                 const struct sweep_events *events, sweep_loop_tap *tap,
                                 void *tap_owner)
{
    struct sweep_config filled = *config;
    filled.unix_ms_at_zero = clock_unix_ms() - clock_mono_us() / 1000;
    const struct wire_udp_events wire_events = {.owner = runner,
                                                .received = sweep_loop_received,
                                                .unreachable = sweep_loop_unreachable,
                                                .turn = sweep_loop_turn};
    int status = wire_udp_open(runner->loop, &wire_events, &runner->wire);
    if (status != 0) {
        return status;
    }
    const struct wire *wire = wire_udp_sender(runner->wire);
    wire = tap != NULL ? tap(tap_owner, wire) : wire;
    runner->sweep = sweep_new(&filled, wire, events);
    if (runner->sweep == NULL) {
        wire_udp_close(runner->wire);
        return -ENOMEM;
    }
    uv_timer_init(runner->loop, &runner->ticker);
    runner->ticker.data = runner;
    return 0;
}

int sweep_loop_open(struct sweep_loop *runner, const struct sweep_config *config,
                    const struct sweep_events *events)
{
    return sweep_loop_open_tapped(runner, config, events, NULL, NULL);
}

int sweep_loop_open_tapped(struct sweep_loop *runner, const struct sweep_config *config,
                           const struct sweep_events *events, sweep_loop_tap *tap, void *tap_owner)
{
    *runner = (struct sweep_loop){.loop = &runner->own};
    int status = uv_loop_init(&runner->own);
    if (status != 0) {
        return status;
    }
    status = sweep_loop_open_sweep(runner, config, events, tap, tap_owner);
    if (status != 0) {
        uv_run(&runner->own, UV_RUN_DEFAULT);
        (void)uv_loop_close(&runner->own);
        return status;
    }
    uv_signal_init(&runner->own, &runner->interrupt);
    uv_signal_init(&runner->own, &runner->terminate);
    runner->interrupt.data = runner;
    runner->terminate.data = runner;
    uv_signal_start(&runner->interrupt, sweep_loop_on_signal, SIGINT);
    uv_signal_start(&runner->terminate, sweep_loop_on_signal, SIGTERM);
    return 0;
}

int sweep_loop_open_beside(struct sweep_loop *runner, uv_loop_t *loop,
                           const struct sweep_config *config, const struct sweep_events *events,
                           void (*ended)(void *owner))
{
    *runner = (struct sweep_loop){.loop = loop, .ended = ended, .ended_owner = events->owner};
    return sweep_loop_open_sweep(runner, config, events, NULL, NULL);
}

void sweep_loop_tick(struct sweep_loop *runner, unsigned interval_ms, void (*tick)(void *owner),
                     void *owner)
{
    runner->tick = tick;
    runner->tick_owner = owner;
    uv_timer_start(&runner->ticker, sweep_loop_on_tick, interval_ms, interval_ms);
}

/* The last handle of a runner beside others; the sockets have memory of their own. */
static void sweep_loop_on_closed(uv_handle_t *ticker)
{
    struct sweep_loop *runner = ticker->data;
    if (runner->ended != NULL) {
        runner->ended(runner->ended_owner);
    }
}

static void sweep_loop_shut(struct sweep_loop *runner)
{
    runner->is_closing = true;
    wire_udp_close(runner->wire);
    if (runner->loop == &runner->own) {
        uv_close((uv_handle_t *)&runner->interrupt, NULL);
        uv_close((uv_handle_t *)&runner->terminate, NULL);
    }
    uv_close((uv_handle_t *)&runner->ticker, sweep_loop_on_closed);
}

void sweep_loop_check(struct sweep_loop *runner)
{
    if (runner->is_closing || runner->is_lasting || !sweep_is_done(runner->sweep)) {
        return;
    }
    if (runner->pending > 0 && runner->tick != NULL) {
        runner->tick(runner->tick_owner);
    }
    if (runner->pending == 0) {
        sweep_loop_shut(runner);
    }
}

void sweep_loop_run(struct sweep_loop *runner)
{
    wire_udp_wake(runner->wire);
    uv_run(runner->loop, UV_RUN_DEFAULT);
}

void sweep_loop_close(struct sweep_loop *runner)
{
    bool is_own = runner->loop == &runner->own;
    if (is_own && !runner->is_closing) {
        sweep_loop_shut(runner);
        uv_run(runner->loop, UV_RUN_DEFAULT);
    }
    BASE_REQUIRE(runner->is_closing);
    sweep_free(runner->sweep);
    int status = is_own ? uv_loop_close(runner->loop) : 0;
    BASE_REQUIRE(status == 0);
}

#include "core/app/sweep_loop.h"

#include <signal.h>

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

int sweep_loop_open(struct sweep_loop *runner, const struct sweep_config *config,
                    const struct sweep_events *events)
{
    return sweep_loop_open_tapped(runner, config, events, NULL, NULL);
}

int sweep_loop_open_tapped(struct sweep_loop *runner, const struct sweep_config *config,
                           const struct sweep_events *events,
                           const struct wire *(*tap)(void *owner, const struct wire *below),
                           void *tap_owner)
{
    *runner = (struct sweep_loop){0};
    struct sweep_config filled = *config;
    filled.unix_ms_at_zero = clock_unix_ms() - clock_mono_us() / 1000;
    int status = uv_loop_init(&runner->loop);
    if (status != 0) {
        return status;
    }
    const struct wire_udp_events wire_events = {.owner = runner,
                                                .received = sweep_loop_received,
                                                .unreachable = sweep_loop_unreachable,
                                                .turn = sweep_loop_turn};
    status = wire_udp_open(&runner->loop, &wire_events, &runner->wire);
    if (status == 0) {
        const struct wire *wire = wire_udp_sender(runner->wire);
        wire = tap != NULL ? tap(tap_owner, wire) : wire;
        runner->sweep = sweep_new(&filled, wire, events);
        if (runner->sweep == NULL) {
            wire_udp_close(runner->wire);
            status = -ENOMEM;
        }
    }
    if (status != 0) {
        uv_run(&runner->loop, UV_RUN_DEFAULT);
        (void)uv_loop_close(&runner->loop);
        return status;
    }
    uv_signal_init(&runner->loop, &runner->interrupt);
    uv_signal_init(&runner->loop, &runner->terminate);
    uv_timer_init(&runner->loop, &runner->ticker);
    runner->interrupt.data = runner;
    runner->terminate.data = runner;
    runner->ticker.data = runner;
    uv_signal_start(&runner->interrupt, sweep_loop_on_signal, SIGINT);
    uv_signal_start(&runner->terminate, sweep_loop_on_signal, SIGTERM);
    return 0;
}

void sweep_loop_tick(struct sweep_loop *runner, unsigned interval_ms, void (*tick)(void *owner),
                     void *owner)
{
    runner->tick = tick;
    runner->tick_owner = owner;
    uv_timer_start(&runner->ticker, sweep_loop_on_tick, interval_ms, interval_ms);
}

static void sweep_loop_shut(struct sweep_loop *runner)
{
    runner->is_closing = true;
    wire_udp_close(runner->wire);
    uv_close((uv_handle_t *)&runner->interrupt, NULL);
    uv_close((uv_handle_t *)&runner->terminate, NULL);
    uv_close((uv_handle_t *)&runner->ticker, NULL);
}

void sweep_loop_check(struct sweep_loop *runner)
{
    if (runner->is_closing || !sweep_is_done(runner->sweep)) {
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
    uv_run(&runner->loop, UV_RUN_DEFAULT);
}

void sweep_loop_close(struct sweep_loop *runner)
{
    if (!runner->is_closing) {
        sweep_loop_shut(runner);
        uv_run(&runner->loop, UV_RUN_DEFAULT);
    }
    sweep_free(runner->sweep);
    int status = uv_loop_close(&runner->loop);
    BASE_REQUIRE(status == 0);
}

/*
 * Whole fleets: nobody waits for the dead, nobody is asked more than is polite, nothing is left
 * behind.
 */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "tests/scenario/support_fleet.h"

#define MS      INT64_C(1000)
#define RETRIES 2

static struct agent_mib office;

static void open_office(void)
{
    struct model_shape shape = model_office();
    office = model_printer(&shape);
}

static void close_office(void)
{
    agent_mib_free(&office);
}

TestSuite(fleet, .init = open_office, .fini = close_office, .timeout = 120);

/* Gives every device a delay of its own, the same for the same seed and device. */
static void set_links(struct world *world, int64_t delay_min_us, int64_t delay_max_us,
                      uint16_t loss_permille)
{
    for (uint32_t i = 0; i < world_count(world); i++) {
        uint32_t spread_us = (uint32_t)(delay_max_us - delay_min_us) + 1;
        int64_t delay_us = delay_min_us + world_below(world, spread_us);
        world_device(world, i)->link = (struct world_link){
            .delay_min_us = delay_us, .delay_max_us = delay_us, .loss_permille = loss_permille};
    }
}

static void assert_all_whole(const struct fleet *fleet)
{
    for (uint32_t i = 0; i < world_count(fleet->world); i++) {
        fleet_assert_whole(fleet, i);
    }
}

static int64_t slowest_us(const struct fleet *fleet)
{
    int64_t slowest = 0;
    for (uint32_t i = 0; i < world_count(fleet->world); i++) {
        if (fleet->ends[i].status == RECORD_OK && fleet->ends[i].duration_us > slowest) {
            slowest = fleet->ends[i].duration_us;
        }
    }
    return slowest;
}

Test(fleet, two_thousand_at_5_to_50_ms_and_1_percent_loss_take_as_long_as_the_slowest)
{
    struct world *world = world_new(7, 2000, &office);
    struct fleet *fleet = fleet_new(world);
    set_links(world, 5 * MS, 50 * MS, 5); /* 0.5 % each way */
    for (int i = 0; i < 3; i++) {
        fleet->config.is_full = i == 1;
        fleet_sweep(fleet);
        assert_all_whole(fleet);
        cr_assert_leq(2 * fleet->took_us, 3 * slowest_us(fleet), "%ld us, the slowest %ld us",
                      fleet->took_us, slowest_us(fleet));
        world_wait(world, 60 * WORLD_SECOND_US);
    }
    fleet_free(fleet);
    world_free(world);
}

/* When each living device is done, in a fleet where every tenth is dead (or left out). */
static void sweep_with_dead(uint32_t window, bool are_dead_swept, int64_t *done_us)
{
    static uint32_t targets[2000];
    uint32_t count = 0;
    struct world *world = world_new(11, 2000, &office);
    struct fleet *fleet = fleet_new(world);
    set_links(world, 5 * MS, 50 * MS, 0);
    for (uint32_t i = 0; i < 2000; i++) {
        bool is_dead = i % 10 == 3;
        world_device(world, i)->state = is_dead ? WORLD_DEAD : WORLD_ALIVE;
        if (!is_dead || are_dead_swept) {
            targets[count++] = i;
        }
    }
    fleet->targets = targets;
    fleet->target_count = count;
    fleet->config.window = window;
    fleet_sweep(fleet);
    for (uint32_t i = 0; i < 2000; i++) {
        if (world_device(world, i)->state == WORLD_ALIVE) {
            fleet_assert_whole(fleet, i);
            done_us[i] = fleet->ends[i].at_us;
        } else if (are_dead_swept) {
            cr_assert_eq(fleet->ends[i].status, RECORD_TIMEOUT);
        }
    }
    fleet_free(fleet);
    world_free(world);
}

/* How much later the last living device is done because of the dead ones, in percent. */
static int64_t delay_percent(uint32_t window)
{
    static int64_t without_us[2000];
    static int64_t with_us[2000];
    int64_t last_without_us = 0;
    int64_t last_with_us = 0;
    sweep_with_dead(window, false, without_us);
    sweep_with_dead(window, true, with_us);
    for (uint32_t i = 0; i < 2000; i++) {
        last_without_us = without_us[i] > last_without_us ? without_us[i] : last_without_us;
        last_with_us = with_us[i] > last_with_us ? with_us[i] : last_with_us;
    }
    return (last_with_us - last_without_us) * 100 / last_without_us;
}

Test(fleet, a_tenth_of_dead_addresses_delays_nobody)
{
    int64_t percent = delay_percent(2048);
    cr_assert_leq(percent, 1, "%ld %%", percent);
}

Test(fleet, in_a_small_window_a_dead_address_holds_up_no_more_than_a_living_one)
{
    int64_t percent = delay_percent(256);
    cr_assert_leq(percent, 10, "%ld %%", percent);
}

Test(fleet, a_thousand_silent_addresses_cost_their_retries_and_no_more)
{
    struct world *world = world_new(13, 1000, &office);
    struct fleet *fleet = fleet_new(world);
    for (uint32_t i = 0; i < 1000; i++) {
        world_device(world, i)->state = WORLD_DEAD;
    }
    fleet_sweep(fleet);
    for (uint32_t i = 0; i < 1000; i++) {
        cr_assert_eq(world_device(world, i)->heard, 1 + RETRIES);
        cr_assert_eq(fleet->ends[i].status, RECORD_TIMEOUT);
        cr_assert_eq(fleet->ends[i].error, BASE_ETIMEOUT);
    }
    cr_assert_eq(fleet->traffic.sent, 1000 * (1 + RETRIES));
    /* 1 s, twice that, and the last attempt of 1 s in v1, each with its jitter. */
    cr_assert_leq(fleet->took_us, 45 * WORLD_SECOND_US / 10);
    fleet_free(fleet);
    world_free(world);
}

Test(fleet, silent_addresses_cost_their_retries_in_one_version_too)
{
    static const enum sweep_version VERSIONS[] = {SWEEP_V1, SWEEP_V2C};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(VERSIONS); i++) {
        for (uint8_t retries = 0; retries < 4; retries++) {
            struct world *world = world_new(13, 10, &office);
            struct fleet *fleet = fleet_new(world);
            fleet->config.version = VERSIONS[i];
            fleet->config.engine.retries = retries;
            for (uint32_t device = 0; device < 10; device++) {
                world_device(world, device)->state = WORLD_DEAD;
            }
            fleet_sweep(fleet);
            cr_assert_eq(fleet->traffic.sent, 10u * (1u + retries));
            fleet_free(fleet);
            world_free(world);
        }
    }
}

Test(fleet, devices_of_v1_are_found_in_spite_of_losses)
{
    struct world *world = world_new(14, 300, &office);
    struct fleet *fleet = fleet_new(world);
    set_links(world, 5 * MS, 50 * MS, 10); /* 1 % each way */
    fleet->config.engine.retries = 3;
    for (uint32_t i = 0; i < 300; i++) {
        world_device(world, i)->agent.habits.is_v1_only = true;
    }
    fleet_sweep(fleet);
    assert_all_whole(fleet);
    fleet_free(fleet);
    world_free(world);
}

Test(fleet, an_unreachable_address_costs_one_datagram)
{
    struct world *world = world_new(17, 20, &office);
    struct fleet *fleet = fleet_new(world);
    set_links(world, 5 * MS, 5 * MS, 0);
    for (uint32_t i = 0; i < 10; i++) {
        world_device(world, i)->state = WORLD_UNREACHABLE;
    }
    fleet_sweep(fleet);
    for (uint32_t i = 0; i < 10; i++) {
        cr_assert_eq(world_device(world, i)->heard, 1);
        cr_assert_eq(fleet->ends[i].status, RECORD_ERROR);
        cr_assert_eq(fleet->ends[i].error, BASE_EUNREACHABLE);
        fleet_assert_whole(fleet, 10 + i);
    }
    cr_assert_lt(fleet->took_us, WORLD_SECOND_US);
    fleet_free(fleet);
    world_free(world);
}

Test(fleet, an_address_that_the_system_refuses_ends_with_the_systems_error)
{
    struct world *world = world_new(17, 2, &office);
    struct fleet *fleet = fleet_new(world);
    world_device(world, 0)->state = WORLD_REFUSED;
    fleet_sweep(fleet);
    cr_assert_eq(fleet->ends[0].status, RECORD_ERROR);
    cr_assert_lt(fleet->ends[0].error, 0);
    cr_assert_gt(fleet->ends[0].error, -2000);
    fleet_assert_whole(fleet, 1);
    fleet_free(fleet);
    world_free(world);
}

Test(fleet, a_full_socket_delays_and_loses_nothing)
{
    struct world *world = world_new(19, 100, &office);
    struct fleet *fleet = fleet_new(world);
    set_links(world, 5 * MS, 50 * MS, 0);
    world_block(world, 3, world_now_us(world) + WORLD_SECOND_US);
    fleet_sweep(fleet);
    assert_all_whole(fleet);
    cr_assert_gt(fleet->traffic.send_blocked, 0);
    cr_assert_eq(fleet->traffic.retries, 0);
    cr_assert_geq(fleet->took_us, WORLD_SECOND_US);
    fleet_free(fleet);
    world_free(world);
}

Test(fleet, ipv6_devices_are_read_beside_the_others)
{
    struct world *world = world_new(23, 40, &office);
    struct fleet *fleet = fleet_new(world);
    set_links(world, 5 * MS, 50 * MS, 10);
    for (uint32_t i = 0; i < 40; i += 2) {
        world_set_v6(world, i);
    }
    fleet_sweep(fleet);
    assert_all_whole(fleet);
    fleet_free(fleet);
    world_free(world);
}

Test(fleet, a_sleeping_device_is_woken_and_read)
{
    struct world *world = world_new(29, 20, &office);
    struct fleet *fleet = fleet_new(world);
    set_links(world, 5 * MS, 5 * MS, 0);
    for (uint32_t i = 0; i < 20; i++) {
        world_device(world, i)->sleep_after_us = 600 * WORLD_SECOND_US;
        world_device(world, i)->wake_us = 500 * MS;
    }
    for (int i = 0; i < 4; i++) {
        fleet_sweep(fleet);
        assert_all_whole(fleet);
        cr_assert_eq(fleet->ends[0].snmp_version, 1, "sweep %d", i);
        world_wait(world, 3600 * WORLD_SECOND_US);
    }
    fleet_free(fleet);
    world_free(world);
}

static void stop_at(int64_t after_us, uint32_t *canceled, uint32_t *whole)
{
    struct world *world = world_new(31, 300, &office);
    struct fleet *fleet = fleet_new(world);
    set_links(world, 5 * MS, 50 * MS, 20);
    for (uint32_t i = 0; i < 300; i += 3) {
        world_device(world, i)->state = WORLD_DEAD;
    }
    fleet->config.window = 64;
    world_at(world, world_now_us(world) + after_us, fleet_stop, fleet);
    fleet_sweep(fleet);
    cr_assert_lt(fleet->took_us, after_us + MS);
    *canceled = 0;
    *whole = 0;
    for (uint32_t i = 0; i < 300; i++) {
        const struct fleet_end *end = &fleet->ends[i];
        *canceled += end->is_canceled ? 1 : 0;
        if (end->times == 1 && !end->is_canceled && end->status == RECORD_OK) {
            fleet_assert_whole(fleet, i);
            (*whole)++;
        }
        cr_assert(end->times == 1 || i >= fleet->next);
    }
    cr_assert_eq(*canceled, fleet->counters.canceled);
    fleet_free(fleet);
    world_free(world);
}

Test(fleet, stopping_cancels_what_is_under_way_and_keeps_what_was_read)
{
    uint32_t canceled = 0;
    uint32_t whole = 0;
    stop_at(0, &canceled, &whole);
    cr_assert_eq(whole, 0);
    stop_at(400 * MS, &canceled, &whole);
    cr_assert_gt(canceled, 0);
    cr_assert_gt(whole, 0);
    for (int64_t after_ms = 1; after_ms < 3000; after_ms += 97) {
        stop_at(after_ms * MS, &canceled, &whole);
    }
}

static bool is_stopped;

static void stop_on_timeout(struct fleet *fleet, uint32_t device)
{
    if (fleet->ends[device].status == RECORD_TIMEOUT) {
        fleet_stop(fleet);
        is_stopped = true;
    }
}

static void expect_silence(void *owner, uint32_t device, struct bytes datagram, int64_t now_us)
{
    (void)owner;
    (void)datagram;
    (void)now_us;
    cr_assert_not(is_stopped, "device %u was asked after the stop", device);
}

Test(fleet, stopping_from_within_an_end_sends_nothing_more)
{
    struct world *world = world_new(37, 2, &office);
    struct fleet *fleet = fleet_new(world);
    set_links(world, 900 * MS, 900 * MS, 0);
    world_device(world, 0)->state = WORLD_DEAD;
    world_device(world, 1)->restart_after = 1; /* answers once, then is away */
    world_device(world, 1)->restart_us = 3600 * WORLD_SECOND_US;
    fleet->config.engine.retries = 1;
    fleet->on_end = stop_on_timeout;
    world_watch(world, expect_silence, NULL);
    fleet_begin(fleet);
    fleet_run_until(fleet, world_now_us(world) + WORLD_SECOND_US);
    /* The loop stands still for so long that the dead device ends in the same turn in which the
     * other one would be asked for less. */
    world_wait(world, 4 * WORLD_SECOND_US);
    fleet_run_until(fleet, world_now_us(world) + 1);
    world_wait(world, 30 * WORLD_SECOND_US);
    fleet_finish(fleet);
    cr_assert(is_stopped);
    cr_assert(fleet->ends[1].is_canceled);
    fleet_free(fleet);
    world_free(world);
}

Test(fleet, a_sweep_may_be_freed_with_polls_under_way)
{
    struct world *world = world_new(41, 20, &office);
    struct fleet *fleet = fleet_new(world);
    set_links(world, 5 * MS, 50 * MS, 0);
    fleet_begin(fleet);
    fleet_run_until(fleet, world_now_us(world) + 60 * MS);
    cr_assert_gt(sweep_counters(fleet->sweep)->active, 0);
    fleet_abandon(fleet);
    fleet_free(fleet);
    world_free(world);
}

Test(fleet, a_held_sweep_starts_nothing_and_finishes_what_it_began)
{
    struct world *world = world_new(43, 200, &office);
    struct fleet *fleet = fleet_new(world);
    set_links(world, 5 * MS, 50 * MS, 0);
    fleet->config.window = 20;
    fleet_begin(fleet);
    fleet_run_until(fleet, world_now_us(world) + 60 * MS);
    sweep_hold(fleet->sweep, true);
    uint64_t started = sweep_counters(fleet->sweep)->started;
    fleet_run_until(fleet, world_now_us(world) + 10 * WORLD_SECOND_US);
    cr_assert_eq(sweep_counters(fleet->sweep)->started, started);
    cr_assert_eq(sweep_counters(fleet->sweep)->active, 0);
    cr_assert_not(sweep_is_done(fleet->sweep));
    sweep_hold(fleet->sweep, false);
    fleet_finish(fleet);
    assert_all_whole(fleet);
    fleet_free(fleet);
    world_free(world);
}

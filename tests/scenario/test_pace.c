/*
 * Politeness: never more packets than allowed, in all and per subnet, one question per device, and
 * nobody waits because another subnet does.
 */
#include <errno.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "tests/scenario/support_asker.h"
#include "tests/scenario/support_fleet.h"
#include "tests/scenario/support_model.h"

#define MS        INT64_C(1000)
#define SENDS_MAX 200000

static struct agent_mib office;
static int64_t *sent_us; /* of the packets, in order */
static uint32_t *sent_to;
static size_t sent_count;

static void open_office(void)
{
    struct model_shape shape = model_office();
    office = model_printer(&shape);
    sent_us = calloc(SENDS_MAX, sizeof(*sent_us));
    sent_to = calloc(SENDS_MAX, sizeof(*sent_to));
    sent_count = 0;
}

static void close_office(void)
{
    agent_mib_free(&office);
    free(sent_us);
    free(sent_to);
}

TestSuite(pacing, .init = open_office, .fini = close_office, .timeout = 120);

static void note_send(void *owner, uint32_t device, struct bytes datagram, int64_t now_us)
{
    (void)owner;
    (void)datagram;
    cr_assert_lt(sent_count, SENDS_MAX);
    sent_us[sent_count] = now_us;
    sent_to[sent_count++] = device;
}

/* The most packets within any second, to the devices from..to-1. */
static size_t most_in_a_second(uint32_t from, uint32_t to)
{
    size_t most = 0;
    size_t in_second = 0;
    size_t first = 0;
    for (size_t i = 0; i < sent_count; i++) {
        in_second += sent_to[i] >= from && sent_to[i] < to ? 1 : 0;
        while (sent_us[i] - sent_us[first] >= WORLD_SECOND_US) {
            in_second -= sent_to[first] >= from && sent_to[first] < to ? 1 : 0;
            first++;
        }
        most = in_second > most ? in_second : most;
    }
    return most;
}

static struct fleet *fleet_over(uint64_t seed, uint32_t devices, uint16_t loss_permille)
{
    struct world *world = world_new(seed, devices, &office);
    for (uint32_t i = 0; i < devices; i++) {
        world_device(world, i)->link = (struct world_link){
            .delay_min_us = 2 * MS, .delay_max_us = 30 * MS, .loss_permille = loss_permille};
    }
    world_watch(world, note_send, NULL);
    return fleet_new(world);
}

static void close_fleet(struct fleet *fleet)
{
    struct world *world = fleet->world;
    fleet_free(fleet);
    world_free(world);
}

Test(pacing, a_sweep_never_sends_more_than_its_rate_and_a_burst)
{
    static const uint32_t RATES[] = {100, 333, 2000};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(RATES); i++) {
        struct fleet *fleet = fleet_over(i + 1, 60, 50);
        sent_count = 0;
        fleet->config.engine.packets_per_second = RATES[i];
        fleet->config.engine.burst = 16;
        fleet_sweep(fleet);
        cr_assert_leq(most_in_a_second(0, UINT32_MAX), RATES[i] + 16);
        for (uint32_t device = 0; device < 60; device++) {
            fleet_assert_whole(fleet, device);
        }
        close_fleet(fleet);
    }
}

Test(pacing, a_subnet_never_gets_more_than_its_rate_and_a_burst)
{
    struct fleet *fleet = fleet_over(5, 3 * 256, 20);
    fleet->config.engine.subnet_packets_per_second = 200;
    fleet->config.engine.burst = 8;
    fleet_sweep(fleet);
    for (uint32_t subnet = 0; subnet < 3; subnet++) {
        size_t most = most_in_a_second(subnet * 256, subnet * 256 + 256);
        cr_assert_leq(most, 200 + 8, "%zu packets", most);
        cr_assert_gt(most, 150);
    }
    close_fleet(fleet);
}

Test(pacing, a_slow_subnet_does_not_hold_up_the_others)
{
    static uint32_t targets[256 + 20];
    struct fleet *fleet = fleet_over(7, 256 + 20, 0);
    /* 256 devices of one subnet first, then 20 of another one. */
    for (uint32_t i = 0; i < BASE_ARRAY_COUNT(targets); i++) {
        targets[i] = i;
    }
    fleet->targets = targets;
    fleet->config.engine.subnet_packets_per_second = 20;
    fleet->config.engine.burst = 2;
    fleet_sweep(fleet);
    int64_t last_us = 0;
    for (uint32_t i = 256; i < 256 + 20; i++) {
        last_us = fleet->ends[i].at_us > last_us ? fleet->ends[i].at_us : last_us;
    }
    /* 20 devices, some nine questions each, at 20 a second. */
    cr_assert_leq(last_us, 11 * WORLD_SECOND_US);
    cr_assert_geq(fleet->took_us, 60 * WORLD_SECOND_US);
    close_fleet(fleet);
}

static void note_question(void *owner, uint32_t device, struct bytes datagram, int64_t now_us)
{
    struct asker *asker = owner;
    (void)datagram;
    (void)now_us;
    cr_assert_leq(asker->peers[device].outstanding, asker->config.per_device);
}

Test(pacing, a_device_has_one_question_at_a_time)
{
    struct world *world = world_new(9, 4, &office);
    struct asker *asker = asker_new(world, 100, NULL);
    world_watch(world, note_question, asker);
    for (uint32_t i = 0; i < 4; i++) {
        cr_assert_eq(asker_ask(asker, i), 0);
        cr_assert_eq(asker_ask(asker, i), -EAGAIN);
    }
    asker_run(asker);
    cr_assert_eq(asker_ask(asker, 0), 0);
    asker_run(asker);
    asker_assert_all_ended(asker);
    asker_free(asker);
    world_free(world);
}

static void three_per_device(struct engine_config *config)
{
    config->per_device = 3;
}

Test(pacing, a_device_has_more_where_that_is_configured)
{
    struct world *world = world_new(9, 1, &office);
    struct asker *asker = asker_new(world, 100, three_per_device);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(asker_ask(asker, 0), 0);
    }
    cr_assert_eq(asker_ask(asker, 0), -EAGAIN);
    asker_run(asker);
    asker_assert_all_ended(asker);
    asker_free(asker);
    world_free(world);
}

Test(pacing, a_full_engine_says_so_and_has_room_again_later)
{
    struct world *world = world_new(9, 100, &office);
    struct asker *asker = asker_new(world, 400, NULL);
    for (uint32_t i = 0; i < 64; i++) {
        cr_assert_eq(asker_ask(asker, i), 0);
    }
    cr_assert_eq(asker_ask(asker, 64), -EAGAIN);
    cr_assert_eq(asker->peers[64].outstanding, 0);
    asker_run(asker);
    for (uint32_t i = 36; i < 100; i++) {
        cr_assert_eq(asker_ask(asker, i), 0);
    }
    asker_run(asker);
    asker_assert_all_ended(asker);
    asker_free(asker);
    world_free(world);
}

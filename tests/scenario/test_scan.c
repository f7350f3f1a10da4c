/*
 * The scan of a search, where it is hard: losses, sleepers, slow lines, liars, floods, limits.
 */
#include <errno.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "tests/scenario/support_access.h"

#define MS        INT64_C(1000)
#define ADDRESSES 1024
#define RATE      400

static struct agent_mib office;
static struct credentials list;
static struct world *world;
static struct fleet *fleet;

/* Every 16th address is a printer's, every other one of them behind the second community. */
static bool is_printer(uint32_t index)
{
    return index % 16 == 3;
}

static void open_as(uint64_t seed, uint16_t loss_permille)
{
    struct model_shape shape = model_office();
    office = model_printer(&shape);
    list = (struct credentials){0};
    cr_assert_eq(credentials_add_community(&list, "a", bytes_from_text("public"), true, false), 0);
    cr_assert_eq(credentials_add_community(&list, "b", bytes_from_text("hidden"), true, false), 0);
    world = world_new(seed, ADDRESSES, &office);
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        struct world_device *device = world_device(world, i);
        device->state = is_printer(i) ? WORLD_ALIVE : WORLD_DEAD;
        device->link = (struct world_link){.delay_min_us = 5 * MS,
                                           .delay_max_us = 40 * MS,
                                           .duplicate_permille = loss_permille,
                                           .loss_permille = loss_permille};
        if (i % 32 == 3) {
            device->agent.community = bytes_from_text("hidden");
        }
    }
    fleet = fleet_new(world);
    fleet->config.is_search = true;
    fleet->config.credentials = &list;
    fleet->config.engine.initial_timeout_us = 300 * MS;
}

static void open_world(void)
{
    open_as(71, 0);
}

static void close_world(void)
{
    fleet_free(fleet);
    world_free(world);
    agent_mib_free(&office);
}

TestSuite(scan, .init = open_world, .fini = close_world, .timeout = 120);

/* Sweeps. All printers must be read, in the way that is theirs, and nobody else answers. */
static void assert_found(void)
{
    fleet_sweep(fleet);
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        const struct fleet_end *end = &fleet->ends[i];
        if (is_printer(i)) {
            cr_assert_eq(end->status, RECORD_OK, "%u: %s, %s", i, record_status_name(end->status),
                         base_strerror(end->error));
            cr_assert_eq(end->credential, &list.items[i % 32 == 3 ? 1 : 0]);
        } else {
            cr_assert_eq(end->status, RECORD_TIMEOUT, "%u", i);
        }
    }
}

/* --- losses and patience ---------------------------------------------------------------------- */

static void with_one_percent(uint64_t seed)
{
    close_world();
    open_as(seed, 5); /* each way */
    assert_found();
}

Test(scan, one_percent_of_loss_hides_nobody)
{
    world_for_seeds(20, with_one_percent);
}

static void with_five_percent(uint64_t seed)
{
    close_world();
    open_as(seed, 25);
    fleet->config.engine.retries = 4;
    assert_found();
}

Test(scan, five_percent_of_loss_hide_nobody_from_five_attempts)
{
    world_for_seeds(20, with_five_percent);
}

/* The first attempt wakes it, the last one comes when it can answer: a way's attempts are as far
 * apart as all ways together allow. */
Test(scan, a_device_that_takes_a_second_and_a_half_to_wake_is_found)
{
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        world_device(world, i)->silent_until_us = world_now_us(world) + 1600 * MS;
    }
    assert_found();
}

Test(scan, a_device_that_answers_after_a_second_is_found)
{
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        world_device(world, i)->link =
            (struct world_link){.delay_min_us = 1000 * MS, .delay_max_us = 1100 * MS};
    }
    assert_found();
}

Test(scan, an_address_that_a_router_calls_unreachable_costs_one_packet)
{
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        world_device(world, i)->state = WORLD_UNREACHABLE;
    }
    fleet_sweep(fleet);
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        cr_assert_eq(world_device(world, i)->heard, 1);
        cr_assert_eq(fleet->ends[i].status, RECORD_ERROR);
        cr_assert_eq(fleet->ends[i].error, BASE_EUNREACHABLE);
    }
    cr_assert_lt(fleet->took_us, 500 * MS);
}

Test(scan, what_the_system_refuses_to_send_ends_with_its_error)
{
    world_device(world, 0)->state = WORLD_REFUSED;
    fleet_sweep(fleet);
    cr_assert_eq(fleet->ends[0].error, -EPERM);
    cr_assert_eq(fleet->ends[0].status, RECORD_ERROR);
    cr_assert_eq(fleet->ends[3].status, RECORD_OK);
}

Test(scan, a_socket_that_takes_few_packets_at_a_time_loses_nothing)
{
    world_block(world, 7, 0);
    assert_found();
}

Test(scan, addresses_of_ipv6_are_found_as_well)
{
    for (uint32_t i = 0; i < ADDRESSES; i += 2) {
        world_set_v6(world, i + 1);
    }
    assert_found();
}

/* --- limits ----------------------------------------------------------------------------------- */

static int64_t last_us[ADDRESSES];
static unsigned asked[ADDRESSES];
static int64_t sent_us[8 * ADDRESSES];
static size_t sent_count;

/* Round by round, an address has 0.3, 0.6 and 1.2 s for the answer to each of its two ways. */
static void watch_silent(void *owner, uint32_t device, struct bytes datagram, int64_t now_us)
{
    static const int64_t WAITS_US[] = {0, 300 * MS, 300 * MS, 600 * MS, 600 * MS, 1200 * MS};
    (void)owner;
    (void)datagram;
    if (!is_printer(device)) {
        cr_assert_lt(asked[device], BASE_ARRAY_COUNT(WAITS_US));
        cr_assert_geq(now_us - last_us[device], WAITS_US[asked[device]]);
        last_us[device] = now_us;
        asked[device]++;
    }
    if (sent_count < BASE_ARRAY_COUNT(sent_us)) {
        sent_us[sent_count++] = now_us;
    }
}

Test(scan, an_address_has_one_question_at_a_time)
{
    world_watch(world, watch_silent, NULL);
    assert_found();
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        cr_assert_eq(asked[i], is_printer(i) ? 0 : 6);
    }
    cr_assert_lt(fleet->took_us, 4500 * MS);
}

Test(scan, polls_and_scan_together_keep_to_the_pace)
{
    fleet->config.engine.packets_per_second = RATE;
    world_watch(world, watch_silent, NULL);
    assert_found();
    for (size_t i = RATE + fleet->config.engine.burst; i < sent_count; i++) {
        cr_assert_geq(sent_us[i] - sent_us[i - RATE - fleet->config.engine.burst], WORLD_SECOND_US);
    }
    /* 960 silent addresses cost six packets each, 64 printers at least two. */
    cr_assert_gt(fleet->took_us, 5900 * WORLD_SECOND_US / RATE);
}

/* The four subnets take RATE packets a second each. */
Test(scan, polls_and_scan_together_keep_to_the_pace_of_each_subnet)
{
    fleet->config.engine.subnet_packets_per_second = RATE;
    world_watch(world, watch_silent, NULL);
    assert_found();
    size_t most = 4 * (RATE + (size_t)fleet->config.engine.burst);
    for (size_t i = most; i < sent_count; i++) {
        cr_assert_geq(sent_us[i] - sent_us[i - most], WORLD_SECOND_US);
    }
    cr_assert_gt(fleet->took_us, 5900 * WORLD_SECOND_US / RATE / 4);
    cr_assert_lt(fleet->took_us, 9000 * WORLD_SECOND_US / RATE / 4 + 3 * WORLD_SECOND_US);
}

Test(scan, a_small_window_only_takes_longer)
{
    fleet->config.window = 40;
    assert_found();
    cr_assert_geq(fleet->took_us, ADDRESSES / 40 * 200 * MS);
}

/* So many addresses that all groups of the scan are taken, if each is full: nobody waits for the
 * first ones to end. */
Test(scan, a_network_of_the_largest_size_is_asked_at_once)
{
    enum { MANY = 60000 };
    struct world *large = world_new(72, MANY, &office);
    struct fleet *search = fleet_new(large);
    for (uint32_t i = 0; i < MANY; i++) {
        world_device(large, i)->state = i % 16 == 3 ? WORLD_ALIVE : WORLD_DEAD;
    }
    search->config = fleet->config;
    search->config.window = 8192;
    fleet_sweep(search);
    cr_assert_lt(search->took_us, 6200 * MS, "%ld", search->took_us);
    fleet_free(search);
    world_free(large);
}

Test(scan, stopped_it_ends_everybody_soon)
{
    fleet->config.engine.packets_per_second = RATE;
    world_at(world, world_now_us(world) + 700 * MS, fleet_stop, fleet);
    fleet_begin(fleet);
    fleet_run_until(fleet, INT64_MAX);
    cr_assert_lt(world_now_us(world) - fleet->started_us, 800 * MS);
    cr_assert_gt(fleet->ended, 300);
    unsigned canceled = 0;
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        cr_assert_eq(fleet->ends[i].times, i < fleet->next ? 1 : 0);
        canceled += fleet->ends[i].is_canceled ? 1 : 0;
    }
    cr_assert_gt(canceled, 250);
    fleet_abandon(fleet);
}

/* --- liars ------------------------------------------------------------------------------------ */

Test(scan, what_strangers_send_makes_nobody_of_an_address)
{
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        struct world_device *device = world_device(world, i);
        device->forgeries = (1u << WORLD_FORGERIES) - 1;
        if (!is_printer(i)) {
            device->state = WORLD_ALIVE;
            device->is_answerless = true;
        }
    }
    assert_found();
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        cr_assert(is_printer(i) || world_device(world, i)->heard == 6);
    }
    cr_assert_gt(fleet->traffic.wrong_source, 10000);
    cr_assert_gt(fleet->traffic.wrong_id, 5000);
    cr_assert_gt(fleet->traffic.wrong_version, 5000);
    cr_assert_gt(fleet->traffic.wrong_community, 5000);
    cr_assert_gt(fleet->traffic.wrong_pdu, 5000);
}

/* Answers each question so often. */
#define FLOOD 300

static size_t flood(struct world_device *device, struct bytes question, int64_t now_us,
                    unsigned again, struct support_octets *out)
{
    return again < FLOOD ? agent_answer(&device->agent, question, now_us, out) : 0;
}

Test(scan, a_flood_of_answers_is_one_answer)
{
    world_device(world, 19)->answer = flood;
    world_device(world, 35)->answer = flood;
    assert_found();
    cr_assert_gt(fleet->traffic.wrong_id, 2 * (FLOOD - 1));
}

static uint8_t first_answer[65536];
static size_t first_size;

/* Answers everything with the first answer that it ever gave. */
static size_t replay(struct world_device *device, struct bytes question, int64_t now_us,
                     unsigned again, struct support_octets *out)
{
    if (first_size == 0) {
        first_size = agent_answer(&device->agent, question, now_us, out);
        memcpy(first_answer, out->data, first_size);
    }
    memcpy(out->data, first_answer, first_size);
    out->size = first_size;
    return again == 0 ? first_size : 0;
}

Test(scan, whoever_replays_its_first_answer_is_read_no_further)
{
    world_device(world, 19)->answer = replay;
    fleet_sweep(fleet);
    cr_assert_eq(fleet->ends[19].status, RECORD_TIMEOUT);
    cr_assert_leq(world_device(world, 19)->heard, 1 + 4 + 3);
    cr_assert_geq(fleet->traffic.wrong_id, world_device(world, 19)->heard - 1);
    cr_assert_eq(fleet->ends[3].status, RECORD_OK);
}

static void with_damage(uint64_t seed)
{
    close_world();
    open_as(seed, 5);
    for (uint32_t i = 19; i < ADDRESSES; i += 32) {
        world_device(world, i)->is_hostile = true;
    }
    fleet_sweep(fleet);
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        cr_assert_eq(fleet->ends[i].times, 1);
        cr_assert(i % 32 != 3 || fleet->ends[i].status == RECORD_OK);
    }
}

Test(scan, damaged_answers_harm_nobody_else)
{
    world_for_seeds(10, with_damage);
}

/* --- preference ------------------------------------------------------------------------------- */

static void open_access(void)
{
    access_open_few();
    access_fleet->config.is_search = true;
    access_fleet->config.engine.initial_timeout_us = 300 * MS;
    for (uint32_t i = 0; i < ACCESS_FEW; i++) {
        access_agents[i]->has_communities = true;
    }
}

TestSuite(scan_access, .init = open_access, .fini = access_close_world, .timeout = 120);

Test(scan_access, users_are_found_and_cost_one_discovery_more)
{
    access_add_admin();
    access_add_community("public");
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    cr_assert_eq(access_fleet->traffic.sent, access_questions() + 2 * ACCESS_FEW);
}

Test(scan_access, what_protects_better_gets_another_chance_when_its_packet_was_lost)
{
    access_add_admin();
    access_add_community("public");
    for (uint32_t i = 0; i < ACCESS_FEW; i++) {
        world_device(access_world, i)->silent_until_us = world_now_us(access_world) + 100 * MS;
    }
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
}

/* A device answers any discovery, whoever its users are: it says nothing against a community whose
 * packet was lost. */
Test(scan_access, a_community_that_was_lost_is_tried_again_when_the_users_are_unknown)
{
    access_add_community("public");
    access_add_user("nobody", USM_SHA256, "authpass1", USM_AES128, "privpass1");
    for (uint32_t i = 0; i < ACCESS_FEW; i++) {
        world_device(access_world, i)->silent_until_us = world_now_us(access_world) + 400 * MS;
    }
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
}

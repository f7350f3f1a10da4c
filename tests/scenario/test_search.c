/*
 * Searches: networks in which hardly anybody lives. All printers are found and read, nothing else
 * is called one, and nobody waits for the addresses that are empty.
 */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/fleet/search_price.h"
#include "tests/scenario/support_fleet.h"

#define MS        INT64_C(1000)
#define ADDRESSES 4096
#define ATTEMPTS  3

enum kind { NOBODY, PRINTER, OLD_PRINTER, OTHER_SECRET, BROKEN_BULK, MUTE_SYSTEM, HOST, OLD_HOST };

static struct agent_mib office;
static struct agent_mib host;
static struct agent_mib bare; /* a printer that keeps sysObjectID and sysDescr to itself */
static struct credentials list;

static void open_all(void)
{
    static const char linux_id[] = {0x2b, 6, 1, 4, 1, (char)0xbf, 8, 3, 2, 10};
    struct model_shape shape = model_office();
    office = model_printer(&shape);
    bare = model_printer(&shape);
    agent_mib_drop(&bare, "1.3.6.1.2.1.1");
    agent_mib_sort(&bare);
    host = model_host();
    agent_mib_drop(&host, "1.3.6.1.2.1.25.3.2.1.2");
    agent_mib_drop(&host, "1.3.6.1.2.1.1.2");
    agent_mib_put(&host, "1.3.6.1.2.1.1.2", "0", 6, bytes_of(linux_id, sizeof(linux_id)));
    agent_mib_sort(&host);
    list = (struct credentials){0};
    cr_assert_eq(credentials_add_community(&list, "a", bytes_from_text("public"), true, true), 0);
    cr_assert_eq(credentials_add_community(&list, "b", bytes_from_text("hidden"), true, true), 0);
}

static void close_all(void)
{
    agent_mib_free(&office);
    agent_mib_free(&host);
    agent_mib_free(&bare);
}

TestSuite(search, .init = open_all, .fini = close_all, .timeout = 120);

/* Every 20th address is somebody's: 205 devices, each kind in turn. */
static enum kind kind_of(uint32_t device)
{
    return device % 20 == 7 ? (enum kind)(PRINTER + device / 20 % (OLD_HOST - PRINTER + 1))
                            : NOBODY;
}

static bool is_printer(enum kind kind)
{
    return kind != NOBODY && kind != HOST && kind != OLD_HOST;
}

static struct world *new_world(uint64_t seed, uint16_t loss_permille)
{
    struct world *world = world_new(seed, ADDRESSES, &office);
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        struct world_device *device = world_device(world, i);
        enum kind kind = kind_of(i);
        int64_t delay_us = 5 * MS + world_below(world, 45 * MS);
        device->state = kind == NOBODY ? WORLD_DEAD : WORLD_ALIVE;
        device->link = (struct world_link){
            .delay_min_us = delay_us, .delay_max_us = delay_us, .loss_permille = loss_permille};
        device->agent.habits.is_v1_only = kind == OLD_PRINTER || kind == OLD_HOST;
        device->agent.habits.is_bulk_silent = kind == BROKEN_BULK;
        if (kind == OTHER_SECRET) {
            device->agent.community = bytes_from_text("hidden");
        } else if (kind == HOST || kind == OLD_HOST) {
            device->agent.mib = &host;
        } else if (kind == MUTE_SYSTEM) {
            device->agent.mib = &bare;
        }
    }
    return world;
}

static struct fleet *new_search(struct world *world)
{
    struct fleet *fleet = fleet_new(world);
    fleet->config.is_search = true;
    fleet->config.credentials = &list;
    fleet->config.window = 8192;
    fleet->config.engine.initial_timeout_us = 300000;
    fleet->config.engine.retries = ATTEMPTS - 1;
    return fleet;
}

static void assert_found(const struct fleet *fleet)
{
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        const struct fleet_end *end = &fleet->ends[i];
        enum kind kind = kind_of(i);
        cr_assert_eq(end->times, 1);
        if (is_printer(kind)) {
            cr_assert_eq(end->status, RECORD_OK, "printer %u of kind %d: %s, %s", i, (int)kind,
                         record_status_name(end->status), base_strerror(end->error));
        } else if (kind == NOBODY) {
            cr_assert_eq(end->status, RECORD_TIMEOUT, "%u", i);
        } else {
            cr_assert_eq(end->status, RECORD_NOTPRINTER, "host %u", i);
        }
    }
}

Test(search, finds_every_printer_and_nothing_else)
{
    struct world *world = new_world(51, 0);
    struct fleet *fleet = new_search(world);
    fleet_sweep(fleet);
    assert_found(fleet);
    fleet_assert_whole(fleet, 7);
    fleet_free(fleet);
    world_free(world);
}

static void with_losses(uint64_t seed)
{
    struct world *world = new_world(seed, 5); /* 0.5 % each way */
    struct fleet *fleet = new_search(world);
    fleet_sweep(fleet);
    assert_found(fleet);
    fleet_free(fleet);
    world_free(world);
}

Test(search, finds_them_in_spite_of_losses)
{
    world_for_seeds(5, with_losses);
}

Test(search, an_empty_address_costs_the_attempts_of_each_way)
{
    struct world *world = new_world(53, 0);
    struct fleet *fleet = new_search(world);
    struct target nobody;
    struct search_price price = {.config = &fleet->config};
    cr_assert_eq(target_parse("10.0.0.1:161", &nobody), 0);
    search_price_add(&price, &nobody);
    /* Two communities, each in two versions, each with two attempts. */
    cr_assert_eq(price.packets, 8);
    fleet_sweep(fleet);
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        if (kind_of(i) == NOBODY) {
            cr_assert_eq(world_device(world, i)->heard, price.packets);
        }
    }
    fleet_free(fleet);
    world_free(world);
}

/* The scan's, and the one whose answer is looked at. */
Test(search, a_host_costs_two_packets)
{
    struct world *world = new_world(54, 0);
    struct fleet *fleet = new_search(world);
    fleet_sweep(fleet);
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        if (kind_of(i) == HOST) {
            cr_assert_eq(world_device(world, i)->heard, 2);
            cr_assert_eq(fleet->ends[i].questions, 1);
            cr_assert(fleet->ends[i].has_static);
            cr_assert_not(fleet->learned[i].is_printer);
            cr_assert_gt(fleet->learned[i].full_at_unix_ms, 0);
        }
    }
    fleet_free(fleet);
    world_free(world);
}

/* Each way of an empty address waits 0.3 and 0.6 s, and a little; the ways come one after another.
 * Whoever is there is found in the same time and read in a second more. */
Test(search, nobody_waits_for_empty_addresses)
{
    struct world *world = new_world(55, 0);
    struct fleet *fleet = new_search(world);
    int64_t last_us = 0;
    fleet_sweep(fleet);
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        enum kind kind = kind_of(i);
        if (kind == PRINTER || kind == MUTE_SYSTEM) {
            int64_t at_us = fleet->ends[i].at_us;
            last_us = at_us > last_us ? at_us : last_us;
        }
    }
    cr_assert_lt(last_us, 1500 * MS, "the last printer that answers at once: %ld us", last_us);
    cr_assert_lt(fleet->took_us, 7 * WORLD_SECOND_US, "%ld us", fleet->took_us);
    fleet_free(fleet);
    world_free(world);
}

Test(search, what_is_known_is_read_again_and_a_new_device_in_its_place_is_found)
{
    struct world *world = new_world(56, 0);
    struct fleet *fleet = new_search(world);
    fleet_sweep(fleet);
    /* Another printer, with another secret, has got the first one's address. */
    world_device(world, 7)->agent.community = bytes_from_text("hidden");
    world_wait(world, 3600 * WORLD_SECOND_US);
    fleet->config.is_full = true;
    fleet_sweep(fleet);
    assert_found(fleet);
    fleet_free(fleet);
    world_free(world);
}

/*
 * A third of a fleet is hostile: it sends damaged, forged, endless, evil answers. The others are
 * read whole, the sweep ends, and nothing that the hostile ones say costs more than its bounds.
 */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/fleet/plan.h"
#include "tests/scenario/support_fleet.h"

#define MS      INT64_C(1000)
#define DEVICES 90

static struct agent_mib office;
static struct agent_mib bombs;

/* A printer whose values are of all the wrong types and sizes. */
static void plant_bombs(void)
{
    static uint8_t huge[60000];
    struct model_shape shape = model_office();
    bombs = model_printer(&shape);
    memset(huge, 'A', sizeof(huge));
    for (size_t i = 0; i < bombs.count; i++) {
        struct agent_entry *entry = &bombs.entries[i];
        const uint8_t *value = huge;
        static const uint8_t TAGS[] = {0x02, 0x04, 0x05, 0x06, 0x40, 0x41, 0x43, 0x44, 0x46};
        static const uint16_t SIZES[] = {0,   1,   3,   4,    5,    8,    9,
                                         200, 255, 256, 1023, 1024, 1400, 60000};
        entry->tag = TAGS[i % BASE_ARRAY_COUNT(TAGS)];
        entry->value_size = i % 5 == 0 ? SIZES[i / 5 % BASE_ARRAY_COUNT(SIZES)] : 2;
        entry->source = AGENT_FIXED;
        free(entry->value);
        entry->value = malloc(entry->value_size + 1u);
        memcpy(entry->value, value, entry->value_size);
    }
}

static void open_models(void)
{
    struct model_shape shape = model_office();
    office = model_printer(&shape);
    plant_bombs();
}

static void close_models(void)
{
    agent_mib_free(&office);
    agent_mib_free(&bombs);
}

TestSuite(hostile, .init = open_models, .fini = close_models, .timeout = 120);

static void turn_hostile(struct world *world, struct world_device *device)
{
    static const enum agent_walk WALKS[] = {AGENT_WALK_REPEATS,  AGENT_WALK_BACKWARD,
                                            AGENT_WALK_ENDLESS,  AGENT_WALK_DEEPENS,
                                            AGENT_WALK_TO_START, AGENT_WALK_GENERR};
    struct agent_habits *habits = &device->agent.habits;
    habits->index = (enum agent_index)world_below(world, 4);
    switch (world_below(world, 8)) {
    case 0:
        device->is_hostile = true;
        break;
    case 1:
        device->forgeries = (1u << WORLD_FORGERIES) - 1;
        device->is_answerless = world_chance(world, 500);
        break;
    case 2:
        habits->walk = WALKS[world_below(world, BASE_ARRAY_COUNT(WALKS))];
        habits->wrong_root = "1.3.6.1.2.1";
        break;
    case 3:
        habits->is_empty = true;
        break;
    case 4:
        device->agent.mib = &bombs;
        break;
    case 5:
        habits->names_max = 1;
        habits->too_big_above = 100;
        break;
    case 6:
        habits->bulk_varbinds = 1;
        device->link.delay_max_us = 900 * MS;
        break;
    default:
        device->restart_after = 1 + world_below(world, 6);
        device->restart_us = 3 * WORLD_SECOND_US;
        device->is_hostile = world_chance(world, 500);
        break;
    }
    if (world_chance(world, 300)) {
        device->is_hostile = true;
    }
}

static void sweep_among_enemies(uint64_t seed)
{
    struct world *world = world_new(seed, DEVICES, &office);
    struct fleet *fleet = fleet_new(world);
    fleet->config.engine.retries = 3;
    for (uint32_t i = 0; i < DEVICES; i++) {
        struct world_device *device = world_device(world, i);
        device->link = (struct world_link){
            .delay_min_us = 5 * MS, .delay_max_us = 50 * MS, .loss_permille = 5};
        if (i % 3 == 0) {
            turn_hostile(world, device);
        }
    }
    for (int poll = 0; poll < 3; poll++) {
        fleet_sweep(fleet);
        for (uint32_t i = 0; i < DEVICES; i++) {
            cr_assert_eq(fleet->ends[i].times, 1);
            cr_assert_leq(fleet->ends[i].questions, PLAN_QUESTIONS_MAX);
            if (i % 3 != 0) {
                fleet_assert_whole(fleet, i);
                cr_assert_lt(fleet->ends[i].at_us, 8 * WORLD_SECOND_US);
            }
        }
        cr_assert_lt(fleet->took_us, 400 * WORLD_SECOND_US);
        world_wait(world, 3600 * WORLD_SECOND_US);
    }
    fleet_free(fleet);
    world_free(world);
}

Test(hostile, a_third_of_a_fleet_harms_nobody_else)
{
    world_for_seeds(20, sweep_among_enemies);
}

static void sweep_of_enemies(uint64_t seed)
{
    struct world *world = world_new(seed, 200, &office);
    struct fleet *fleet = fleet_new(world);
    for (uint32_t i = 0; i < 200; i++) {
        world_device(world, i)->link = (struct world_link){.delay_max_us = 5 * MS};
        turn_hostile(world, world_device(world, i));
    }
    fleet_sweep(fleet);
    fleet_free(fleet);
    world_free(world);
}

Test(hostile, a_fleet_of_nothing_else_is_survived)
{
    world_for_seeds(20, sweep_of_enemies);
}

/*
 * What a poll reads: every wanted object that the agent has, once, in few questions, in whatever
 * way the agent lets itself be asked.
 *
 * Promised are the scalars, the key columns, and of the other columns of a table the rows up to the
 * last row of its keys. What a plain column holds behind that row belongs to no row that Platen
 * could show; it may be read (with the answer that holds the last wanted one) or not.
 */
#include <criterion/criterion.h>

#include "core/fleet/plan.h"
#include "tests/scenario/support_fleet.h"

#define MS INT64_C(1000)

/* A way of asking, and an agent that forces it. */
struct mode {
    const char *name;
    enum sweep_version version;
    struct agent_habits habits;
    uint16_t delay_ms;
    uint16_t loss_permille;
};

static const struct mode MODES[] = {
    {.name = "bulk"},
    {.name = "v1", .version = SWEEP_V1},
    {.name = "v1 by silence", .habits = {.is_v1_only = true}},
    {.name = "v1, end without index", .version = SWEEP_V1, .habits = {.index = AGENT_INDEX_ZERO}},
    {.name = "v1, end with index 99", .version = SWEEP_V1, .habits = {.index = AGENT_INDEX_99}},
    {.name = "v1, end with negative index",
     .version = SWEEP_V1,
     .habits = {.index = AGENT_INDEX_NEGATIVE}},
    {.name = "too big above 484", .habits = {.too_big_above = 484}},
    {.name = "too big above 900", .habits = {.too_big_above = 900}},
    {.name = "v1, too big above 484", .version = SWEEP_V1, .habits = {.too_big_above = 484}},
    {.name = "silent above 900", .habits = {.silent_above = 900}},
    {.name = "silent above 1300", .habits = {.silent_above = 1300}},
    {.name = "bulk cut to 20", .habits = {.bulk_varbinds = 20}},
    {.name = "bulk cut to 8", .habits = {.bulk_varbinds = 8}},
    {.name = "loss", .delay_ms = 20, .loss_permille = 30},
};

static struct fleet *fleet;
static struct world *world;
static struct agent_mib mib;

static void open_device(uint64_t seed)
{
    world = world_new(seed, 1, NULL);
    mib = model_random(world);
    world_device(world, 0)->agent.mib = &mib;
    fleet = fleet_new(world);
}

static void close_device(void)
{
    fleet_free(fleet);
    world_free(world);
    agent_mib_free(&mib);
}

static void set_mode(const struct mode *mode)
{
    world_device(world, 0)->agent.habits = mode->habits;
    world_device(world, 0)->link = (struct world_link){.delay_min_us = mode->delay_ms * MS / 2,
                                                       .delay_max_us = mode->delay_ms * MS,
                                                       .loss_permille = mode->loss_permille};
    fleet->config.version = mode->version;
    fleet->config.engine.retries = mode->loss_permille > 0 ? 7 : 2;
}

static unsigned polls;
static unsigned cut_polls;

/* A random device may be too much for its own bad habits: the poll is then cut, and says so. */
static bool is_cut(void)
{
    struct model_match match = fleet_compare(fleet, 0, MODEL_STATIC | MODEL_MOVING);
    polls++;
    if (fleet->ends[0].questions < PLAN_QUESTIONS_MAX) {
        return false;
    }
    cut_polls++;
    cr_assert_eq(fleet->ends[0].status, RECORD_PARTIAL);
    cr_assert_eq(match.doubled + match.strange, 0);
    cr_assert_eq(match.missing_tables & ~fleet->ends[0].failed_tables, 0);
    return true;
}

static void read_in_all_modes(uint64_t seed)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(MODES); i++) {
        open_device(seed);
        set_mode(&MODES[i]);
        for (int poll = 0; poll < 4; poll++) {
            fleet->config.is_full = poll == 1;
            fleet_sweep(fleet);
            if (is_cut()) {
                break;
            }
            cr_assert_eq(fleet->ends[0].status, RECORD_OK, "seed %lu, %s, poll %d: %s", seed,
                         MODES[i].name, poll, record_status_name(fleet->ends[0].status));
            fleet_assert_whole(fleet, 0);
            struct model_match match = fleet_compare(fleet, 0, MODEL_STATIC | MODEL_MOVING);
            if (poll == 0 && match.beyond == 0) {
                cr_assert(sum == 0 || match.sum == sum, "seed %lu: %s reads another set", seed,
                          MODES[i].name);
                sum = match.sum;
            }
            world_wait(world, 60 * WORLD_SECOND_US);
        }
        close_device();
    }
}

Test(plan, reads_every_wanted_object_once_in_every_mode, .timeout = 120)
{
    world_for_seeds(20, read_in_all_modes);
    cr_assert_leq(cut_polls * 100, polls);
}

#define FLEET_DEVICES 40

static bool is_cut_one(const struct fleet *all, uint32_t device)
{
    return all->ends[device].questions >= PLAN_QUESTIONS_MAX;
}

/* Devices of many models side by side: what one of them answered must not lead another's questions
 * astray. Some share a model. */
static void read_many_models(uint64_t seed)
{
    static struct agent_mib mibs[FLEET_DEVICES];
    struct world *place = world_new(seed, FLEET_DEVICES, NULL);
    struct fleet *all = fleet_new(place);
    for (uint32_t i = 0; i < FLEET_DEVICES; i++) {
        struct world_device *device = world_device(place, i);
        mibs[i] = model_random(place);
        device->agent.mib = &mibs[i - (i > 0 && world_chance(place, 300) ? 1 : 0)];
        device->agent.habits = MODES[world_below(place, BASE_ARRAY_COUNT(MODES))].habits;
        device->agent.habits.silent_above = 0; /* with losses beside it, not every poll succeeds */
        device->link = (struct world_link){
            .delay_min_us = 1 * MS, .delay_max_us = 30 * MS, .loss_permille = 5};
    }
    all->config.engine.retries = 7; /* so that no poll is lost by chance */
    for (int poll = 0; poll < 5; poll++) {
        all->config.is_full = poll == 2;
        fleet_sweep(all);
        for (uint32_t i = 0; i < FLEET_DEVICES; i++) {
            if (!is_cut_one(all, i)) {
                fleet_assert_whole(all, i);
            }
        }
        world_wait(place, 60 * WORLD_SECOND_US);
    }
    fleet_free(all);
    world_free(place);
    for (uint32_t i = 0; i < FLEET_DEVICES; i++) {
        agent_mib_free(&mibs[i]);
    }
}

Test(plan, models_of_a_fleet_are_not_mixed_up, .timeout = 120)
{
    world_for_seeds(10, read_many_models);
}

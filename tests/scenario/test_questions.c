/*
 * How many questions a device takes, the vendor's private objects included: at most 14 the first
 * time, 9 for all of a known device, 4 for what moves. The devices are those of the simulator, each
 * model many times over, and recordings of real printers; all of them are read whole.
 */
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/app/profiles.h"
#include "tests/scenario/support_fleet.h"
#include "tests/scenario/support_simulated.h"

#define FIRST_MOST  14
#define FULL_MOST   9
#define MOVING_MOST 4
/* Wanted objects of the devices that the limits are about. */
#define OBJECTS_MOST 300

static struct simulated simulated;
static struct profile_set set;
static struct fleet *fleet;

static void open_devices(uint64_t seed, uint32_t count, const char *recordings)
{
    char folder[1024];
    const char *root = getenv("PLATEN_SOURCE_DIR");

    snprintf(folder, sizeof(folder), "%s/proto/profiles", root != NULL ? root : ".");
    cr_assert_eq(setenv("PLATEN_PROFILES", folder, 1), 0);
    cr_assert_eq(setenv("XDG_CONFIG_HOME", "/nonexistent", 1), 0);
    cr_assert_eq(profiles_open(&set, NULL), 0);
    simulated_open(&simulated, seed, count, recordings);
    fleet = fleet_new(simulated.world);
    fleet->config.profiles = &set;
}

static void close_devices(void)
{
    fleet_free(fleet);
    simulated_close(&simulated);
    profile_set_fini(&set);
}

static size_t count_entries(const uint8_t *part, size_t size)
{
    struct record_entry entry;
    size_t offset = 0;
    size_t count = 0;

    while (size > 0 && record_next(bytes_of(part, size), &offset, &entry)) {
        count++;
    }
    return count;
}

/* Asks all devices, an hour after the last time. */
static void sweep(bool is_full)
{
    world_wait(simulated.world, 3600 * WORLD_SECOND_US);
    for (uint32_t i = 0; i < world_count(simulated.world); i++) {
        world_device(simulated.world, i)->heard = 0;
    }
    fleet->config.is_full = is_full;
    fleet_sweep(fleet);
}

/* Holds every device to a number of questions. What turned out to have changed is read in full. */
static void expect(const char *what, unsigned most)
{
    for (uint32_t i = 0; i < world_count(simulated.world); i++) {
        const struct fleet_end *end = &fleet->ends[i];
        const char *name = simulated_name(&simulated, i);
        bool is_more = most == MOVING_MOST && end->has_static;
        cr_expect_leq(world_device(simulated.world, i)->heard, is_more ? FIRST_MOST : most,
                      "%s %u, %s: %u questions", name, i, what,
                      world_device(simulated.world, i)->heard);
        cr_expect_eq(end->status, RECORD_OK, "%s %u, %s: status %d", name, i, what,
                     (int)end->status);
    }
}

static void hold_models(uint64_t seed)
{
    open_devices(seed, 300, NULL);
    sweep(false);
    expect("first", FIRST_MOST);
    for (int day = 0; day < 2; day++) {
        sweep(true);
        expect("full", FULL_MOST);
        sweep(false);
        expect("moving", MOVING_MOST);
        sweep(false);
        expect("moving again", MOVING_MOST);
    }
    close_devices();
}

Test(questions, models_take_at_most_14_then_9_and_4, .timeout = 120)
{
    world_for_seeds(3, hold_models);
}

/* A recording that has more than the limits are about is told, not judged. */
static void hold_recording(uint32_t device, const char *what, unsigned most)
{
    const struct fleet_end *end = &fleet->ends[device];
    unsigned heard = world_device(simulated.world, device)->heard;
    size_t objects = count_entries(end->static_part, end->static_size) +
                     count_entries(end->moving_part, end->moving_size);

    if (end->status == RECORD_NOTPRINTER || (most == MOVING_MOST && end->has_static)) {
        return;
    }
    if (objects > OBJECTS_MOST) {
        cr_log_info("%s, %zu objects: %s %u questions", simulated_name(&simulated, device), objects,
                    what, heard);
        return;
    }
    cr_expect_leq(heard, most, "%s, %s: %u questions", simulated_name(&simulated, device), what,
                  heard);
}

Test(questions, recordings_take_no_more, .timeout = 60)
{
    static const struct {
        const char *what;
        unsigned most;
        bool is_full;
    } polls[] = {
        {"first", FIRST_MOST, false}, {"full", FULL_MOST, true}, {"moving", MOVING_MOST, false}};
    const char *root = getenv("PLATEN_RECORDINGS");
    char folder[1024];

    if (root == NULL || root[0] == '\0') {
        cr_skip("no recordings");
    }
    snprintf(folder, sizeof(folder), "%s/printers", root);
    open_devices(1, 0, folder);
    for (size_t k = 0; k < BASE_ARRAY_COUNT(polls); k++) {
        sweep(polls[k].is_full);
        for (uint32_t i = 0; i < world_count(simulated.world); i++) {
            hold_recording(i, polls[k].what, polls[k].most);
        }
    }
    close_devices();
}

/*
 * A day of a large fleet: polled every hour, with losses, restarts, outages and changes of
 * configuration. Nothing drifts and nothing grows.
 */
#include <malloc.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "tests/scenario/support_fleet.h"

#define MS      INT64_C(1000)
#define HOUR_US (3600 * WORLD_SECOND_US)

/* With a sanitizer everything takes ten times as long. */
#ifdef __SANITIZE_ADDRESS__
#define DEVICES 1000
#else
#define DEVICES 10000
#endif

static void set_up(struct world *world)
{
    for (uint32_t i = 0; i < DEVICES; i++) {
        world_device(world, i)->link = (struct world_link){
            .delay_min_us = 2 * MS, .delay_max_us = 60 * MS, .loss_permille = 2};
    }
}

/* What happens to a fleet within an hour; returns how many devices are away. */
static uint32_t live_for_an_hour(struct world *world)
{
    uint32_t away = 0;
    for (uint32_t i = 0; i < DEVICES; i++) {
        struct world_device *device = world_device(world, i);
        bool was_away = device->state == WORLD_DEAD;
        device->state = world_chance(world, was_away ? 500 : 5)
                            ? (was_away ? WORLD_ALIVE : WORLD_DEAD)
                            : device->state;
        bool is_back = was_away && device->state == WORLD_ALIVE;
        if (is_back || world_chance(world, 5)) {
            device->agent.booted_us = world_now_us(world) - HOUR_US / 2;
        }
        device->agent.config_changes += world_chance(world, 10) ? 1 : 0;
        device->agent.pages += world_below(world, 100);
        away += device->state == WORLD_DEAD ? 1 : 0;
    }
    return away;
}

Test(day, ten_thousand_devices_are_polled_every_hour, .timeout = 280)
{
    struct model_shape shape = model_office();
    struct agent_mib office = model_printer(&shape);
    struct world *world = world_new(2026, DEVICES, &office);
    struct fleet *fleet = fleet_new(world);
    size_t used_after_first = 0;
    uint64_t questions = 0;
    uint64_t read = 0;
    set_up(world);
    fleet->keeps_records = false;
    fleet->config.engine.retries = 3;
    fleet->config.static_max_age_ms = 24 * 3600 * INT64_C(1000);
    int64_t midnight_us = world_now_us(world);
    for (int hour = 0; hour < 24; hour++) {
        uint32_t away = hour == 0 ? 0 : live_for_an_hour(world);
        fleet_sweep(fleet);
        cr_assert_eq(fleet->counters.started, DEVICES);
        cr_assert_eq(fleet->counters.by_status[RECORD_TIMEOUT], away, "hour %d", hour);
        cr_assert_eq(fleet->counters.by_status[RECORD_OK] + away, DEVICES, "hour %d", hour);
        questions += hour > 0 ? fleet->counters.questions : 0;
        read += hour > 0 ? fleet->counters.by_status[RECORD_OK] : 0;
        if (hour == 0) {
            used_after_first = mallinfo2().uordblks;
        } else {
            cr_assert_leq(mallinfo2().uordblks, used_after_first + 1024 * 1024);
        }
        world_wait(world, midnight_us + (hour + 1) * HOUR_US - world_now_us(world));
    }
    /* One poll in forty reads the static part, too. */
    cr_assert_leq(questions, read * 5);
    fleet_free(fleet);
    world_free(world);
    agent_mib_free(&office);
}

/*
 * A day of a service on the virtual clock: ten thousand devices polled by their schedule, some of
 * which go silent, a search at its time beside the polls, and a device that it finds.
 */
#include <stdlib.h>
#include <time.h>

#include <criterion/criterion.h>

#include "core/base/hash64.h"
#include "core/fleet/schedule.h"
#include "tests/scenario/support_fleet.h"

#define MS        INT64_C(1000)
#define MINUTE_US (60 * WORLD_SECOND_US)
#define HOUR_US   (60 * MINUTE_US)
#define HOUR_MS   (HOUR_US / 1000)

/* With a sanitizer everything takes ten times as long. */
#ifdef __SANITIZE_ADDRESS__
#define DEVICES 1000
#define HASTE   170 /* so few do not spread so evenly */
#else
#define DEVICES 10000
#define HASTE   130
#endif
#define EMPTY   200 /* addresses behind them where nobody is at first */
#define ALL     (DEVICES + EMPTY)
#define NEWCOME (DEVICES + 77)

/* The service: what core/app does with sockets and a store. */
struct service {
    struct world *world;
    struct schedule *schedule;
    struct schedule_rules rules;
    struct sweep *polls;
    struct sweep *search; /* NULL = none is under way */
    uint32_t search_next;
    struct schedule_job job;
    int64_t search_began_ms;
    int64_t started_us;
    int64_t until_us;
    struct learned learned[ALL];
    bool is_learned[ALL];
    uint32_t failures[ALL];
    uint32_t polled[ALL];      /* in all */
    uint32_t polled_late[ALL]; /* in the last twelve hours but two */
    uint32_t polled_full[ALL]; /* with names and capacities */
    int64_t first_us[ALL];     /* when it was polled first */
    uint32_t per_minute[24 * 60];
    uint32_t searches;
    uint32_t found;
    int64_t found_us;
};

static struct service service;

static int64_t line_ms(const struct service *it)
{
    return FLEET_UNIX_MS + (world_now_us(it->world) - it->started_us) / 1000;
}

static struct schedule_device entry_of(const struct service *it, uint32_t index)
{
    struct schedule_device device = {.address = world_device(it->world, index)->address,
                                     .polled_at_ms = line_ms(it)};
    device.phase = hash64(bytes_of((const uint8_t *)&index, sizeof(index)));
    return device;
}

/* --- polls ------------------------------------------------------------------------------------ */

static bool next_poll(void *owner, union wire_address *address)
{
    struct service *it = owner;
    return schedule_next(it->schedule, line_ms(it), address);
}

static bool recall(void *owner, const union wire_address *address, struct learned *learned)
{
    struct service *it = owner;
    uint32_t index = world_find(it->world, address);
    cr_assert_lt(index, ALL);
    *learned = it->learned[index];
    if (it->is_learned[index] &&
        schedule_is_full_due(&it->rules, hash64(bytes_of((const uint8_t *)&index, sizeof(index))),
                             learned->full_at_unix_ms, line_ms(it))) {
        learned->full_at_unix_ms = 0;
    }
    return it->is_learned[index];
}

static void poll_ended_event(void *owner, const struct sweep_result *result)
{
    struct service *it = owner;
    uint32_t index = world_find(it->world, result->address);
    int64_t at_us = world_now_us(it->world) - it->started_us;
    bool is_ok = result->header.status == RECORD_OK;
    it->learned[index] = *result->learned;
    it->is_learned[index] = true;
    it->failures[index] = is_ok ? 0 : it->failures[index] + 1;
    it->polled[index]++;
    it->polled_late[index] += at_us >= 10 * HOUR_US && at_us < 22 * HOUR_US;
    it->polled_full[index] += result->static_part.size > 0;
    it->first_us[index] = it->polled[index] == 1 ? at_us : it->first_us[index];
    it->per_minute[at_us / MINUTE_US < 24 * 60 ? at_us / MINUTE_US : 24 * 60 - 1]++;
    schedule_ended(it->schedule, result->address, it->failures[index], line_ms(it));
}

/* --- the search ------------------------------------------------------------------------------- */

static bool next_search(void *owner, union wire_address *address)
{
    struct service *it = owner;
    if (it->search_next == ALL) {
        return false;
    }
    *address = world_device(it->world, it->search_next++)->address;
    return true;
}

static void search_ended_event(void *owner, const struct sweep_result *result)
{
    struct service *it = owner;
    uint32_t index = world_find(it->world, result->address);
    if (index < DEVICES || result->header.status != RECORD_OK) {
        return;
    }
    struct schedule_device device = entry_of(it, index);
    cr_assert_eq(index, NEWCOME);
    it->learned[index] = *result->learned;
    it->is_learned[index] = true;
    it->found++;
    it->found_us = world_now_us(it->world) - it->started_us;
    cr_assert_eq(schedule_put(it->schedule, &device, line_ms(it)), 0);
}

static struct sweep *open_sweep(struct service *it, bool is_search)
{
    const struct sweep_config config = {
        .engine = {.max_inflight = 4096,
                   .per_device = 1,
                   .packets_per_second = 5000,
                   .sends_per_turn = 256,
                   .burst = 32,
                   .initial_timeout_us = is_search ? 300000 : 1000000,
                   .retries = is_search ? 2 : 3,
                   .seed = is_search ? 7 : 8,
                   .id_secret = {is_search ? 70 : 80, 9}},
        .window = 2048,
        .community = bytes_from_text("public"),
        .is_full = is_search,
        .is_search = is_search,
        .static_max_age_ms = INT64_C(20) * 366 * 24 * HOUR_MS,
        .unix_ms_at_zero = FLEET_UNIX_MS - it->started_us / 1000};
    const struct sweep_events events = {.owner = it,
                                        .next = is_search ? next_search : next_poll,
                                        .recall = recall,
                                        .ended = is_search ? search_ended_event : poll_ended_event};
    struct sweep *sweep = sweep_new(&config, world_wire(it->world), &events);
    cr_assert_not_null(sweep);
    return sweep;
}

static int64_t check_search(struct service *it)
{
    int64_t wait_ms = schedule_job_wait_ms(&it->job, it->search_began_ms, line_ms(it));
    if (it->search == NULL && wait_ms == 0) {
        it->search_began_ms = line_ms(it);
        it->search_next = 0;
        it->searches++;
        it->search = open_sweep(it, true);
    } else if (it->search != NULL && sweep_is_done(it->search)) {
        sweep_free(it->search);
        it->search = NULL;
    }
    return world_now_us(it->world) + (wait_ms > 0 ? wait_ms * 1000 : MINUTE_US);
}

/* --- the loop --------------------------------------------------------------------------------- */

static void received(void *owner, const union wire_address *from, struct bytes datagram,
                     int64_t now_us)
{
    struct service *it = owner;
    sweep_received(it->polls, from, datagram, now_us);
    if (it->search != NULL) {
        sweep_received(it->search, from, datagram, now_us);
    }
}

static void unreachable(void *owner, const union wire_address *to, struct bytes datagram,
                        int64_t now_us)
{
    struct service *it = owner;
    sweep_unreachable(it->polls, to, datagram, now_us);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t turn(void *owner, int64_t now_us)
{
    struct service *it = owner;
    int64_t next_us = check_search(it);
    if (schedule_wake_ms(it->schedule) <= line_ms(it)) {
        sweep_more(it->polls);
    }
    next_us = least(next_us, sweep_turn(it->polls, now_us));
    if (it->search != NULL) {
        next_us = least(next_us, sweep_turn(it->search, now_us));
    }
    int64_t wake_ms = schedule_wake_ms(it->schedule);
    if (wake_ms != INT64_MAX) {
        next_us = least(next_us, it->started_us + (wake_ms - FLEET_UNIX_MS) * 1000);
    }
    return least(next_us > now_us ? next_us : now_us + 1, it->until_us);
}

static bool is_done(void *owner)
{
    struct service *it = owner;
    return world_now_us(it->world) >= it->until_us;
}

static void run_until(struct service *it, int64_t hours_us)
{
    const struct world_client client = {.owner = it,
                                        .received = received,
                                        .unreachable = unreachable,
                                        .turn = turn,
                                        .is_done = is_done};
    it->until_us = it->started_us + hours_us;
    world_run(it->world, &client);
}

/* --- the day ---------------------------------------------------------------------------------- */

static void begin(struct service *it, const struct agent_mib *office)
{
    /* It is eight in the morning, and everything has just been found. */
    cr_assert_eq(setenv("TZ", "UTC", 1), 0);
    tzset();
    it->world = world_new(2026, ALL, office);
    it->started_us = world_now_us(it->world);
    it->rules = (struct schedule_rules){
        .every_ms = HOUR_MS, .offline_every_ms = 4 * HOUR_MS, .full_every_ms = 24 * HOUR_MS};
    it->schedule = schedule_new(&it->rules);
    it->job.at_minute = 120;
    it->search_began_ms = line_ms(it);
    for (uint32_t i = 0; i < ALL; i++) {
        struct world_device *device = world_device(it->world, i);
        device->link = (struct world_link){
            .delay_min_us = 2 * MS, .delay_max_us = 60 * MS, .loss_permille = 2};
        device->state = i < DEVICES ? WORLD_ALIVE : WORLD_DEAD;
        struct schedule_device entry = entry_of(it, i);
        cr_assert(i >= DEVICES || schedule_put(it->schedule, &entry, line_ms(it)) == 0);
    }
    it->polls = open_sweep(it, false);
}

static bool dies(uint32_t index)
{
    return index < DEVICES && index % 20 == 3;
}

static void check_counts(const struct service *it)
{
    for (uint32_t i = 0; i < DEVICES; i++) {
        if (dies(i)) {
            /* Ten to twenty-two o'clock of the run: every four hours. */
            cr_assert(it->polled_late[i] >= 2 && it->polled_late[i] <= 4, "device %u: %u", i,
                      it->polled_late[i]);
        } else {
            cr_assert(it->polled[i] >= 23 && it->polled[i] <= 25, "device %u: %u", i,
                      it->polled[i]);
            cr_assert_lt(it->first_us[i], 3 * HOUR_US / 2);
            cr_assert(it->polled_full[i] >= 1 && it->polled_full[i] <= 3, "device %u: %u", i,
                      it->polled_full[i]);
        }
    }
}

/* Once every device has come to its place. */
static void check_minutes(const struct service *it)
{
    uint64_t sum = 0;
    uint32_t most = 0;
    for (uint32_t i = 90; i < 240; i++) {
        sum += it->per_minute[i];
        most = it->per_minute[i] > most ? it->per_minute[i] : most;
    }
    cr_assert_leq(most * 100 * 150, sum * HASTE, "%u in a minute, %lu in 150", most,
                  (unsigned long)sum);
    for (uint32_t i = 0; i < 24 * 60; i++) {
        cr_assert_leq(it->per_minute[i], most * 115 / 100, "minute %u: %u", i, it->per_minute[i]);
    }
}

Test(schedule_day, ten_thousand_devices_are_polled_as_often_as_they_shall, .timeout = 290)
{
    struct model_shape shape = model_office();
    struct agent_mib office = model_printer(&shape);
    struct service *it = &service;
    begin(it, &office);
    run_until(it, 4 * HOUR_US);
    for (uint32_t i = 0; i < DEVICES; i++) {
        world_device(it->world, i)->state = dies(i) ? WORLD_DEAD : WORLD_ALIVE;
    }
    run_until(it, 10 * HOUR_US);
    world_device(it->world, NEWCOME)->state = WORLD_ALIVE;
    run_until(it, 24 * HOUR_US);
    check_counts(it);
    check_minutes(it);
    /* Two in the morning is 18 hours later. */
    cr_assert_eq(it->searches, 1);
    cr_assert_eq(it->found, 1);
    cr_assert_geq(it->found_us, 18 * HOUR_US);
    cr_assert_lt(it->found_us, 18 * HOUR_US + 5 * MINUTE_US);
    cr_assert(it->polled[NEWCOME] >= 5 && it->polled[NEWCOME] <= 6, "%u", it->polled[NEWCOME]);
    sweep_free(it->polls);
    schedule_free(it->schedule);
    world_free(it->world);
    agent_mib_free(&office);
}

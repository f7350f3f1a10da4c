#include "core/app/agent_polls.h"

#include <errno.h>
#include <stdlib.h>

#include "core/app/keeper.h"
#include "core/app/result_read.h"
#include "core/app/service.h"
#include "core/fleet/address.h"

/* How often it is looked whether something is due, and slices are written. */
#define TICK_MS 250

/* Two answers so near to each other are of two devices: none moves so fast. */
#define BESIDE_MS 60000

struct agent_polls {
    struct agent_polls_terms terms;
    struct sweep_loop runner;
    struct keeper *keeper;
    struct reading reading;
    bool is_ending;
};

static int64_t now_ms(const struct agent_polls *polls)
{
    return agent_clock_ms(polls->terms.clock);
}

static bool next_address(void *owner, union wire_address *address)
{
    struct agent_polls *polls = owner;
    struct schedule *schedule = polls->terms.schedule;
    struct scoping *scoping = &polls->terms.settings->scoping;
    while (!polls->is_ending && schedule_next(schedule, now_ms(polls), address)) {
        if (!scoping_leaves_out(scoping, polls->terms.store, address)) {
            return true;
        }
        const struct schedule_device *device = schedule_find(schedule, address);
        polls->terms.round->left_out++;
        schedule_ended(schedule, address, device != NULL ? device->failures : 0, now_ms(polls));
    }
    return false;
}

static bool recall(void *owner, const union wire_address *address, struct learned *learned)
{
    struct agent_polls *polls = owner;
    const struct schedule_device *device = schedule_find(polls->terms.schedule, address);
    bool is_known = keeper_recall(polls->keeper, address, learned);
    if (is_known && device != NULL &&
        schedule_is_full_due(&polls->terms.settings->poll, device->phase, learned->full_at_unix_ms,
                             clock_unix_ms())) {
        learned->full_at_unix_ms = 0; /* older than any age: names and capacities are read, too */
    }
    return is_known;
}

static bool recall_place(void *owner, const union wire_address *address, const char *place,
                         struct learned *learned)
{
    struct agent_polls *polls = owner;
    return keeper_recall_place(polls->keeper, address, place, learned);
}

static void count(struct agent_polls *polls, const struct sweep_result *result)
{
    struct agent_round *round = polls->terms.round;
    round->polled++;
    round->by_status[result->header.status]++;
    if (result->header.pdu_count > 0) {
        round->answered++;
        round->took_us += (uint64_t)result->duration_us;
    }
}

static void ended(void *owner, const struct sweep_result *result)
{
    struct agent_polls *polls = owner;
    struct schedule *schedule = polls->terms.schedule;
    const struct schedule_device *device = schedule_find(schedule, result->address);
    const struct reading *reading = NULL;
    char address[ADDRESS_PLACE_MAX];
    uint32_t failures = device != NULL ? device->failures : 0;
    if (!result->is_canceled) {
        count(polls, result);
        if (result->header.pdu_count > 0 &&
            result_read(polls->keeper, result, &polls->reading) == 0) {
            reading = &polls->reading;
        } else if (result->header.pdu_count > 0) {
            polls->terms.round->damaged++;
        }
        keeper_add(polls->keeper, result, reading, bytes_of(NULL, 0));
        enum record_status status = result->header.status;
        bool has_answered = reading != NULL && (status == RECORD_OK || status == RECORD_PARTIAL);
        failures = has_answered ? 0 : failures + 1;
        address_format_place(result->address, result->place, address, sizeof(address));
        service_log(SERVICE_DEBUG, "polled %s: %s in %d ms", address, record_status_name(status),
                    (int)(result->duration_us / 1000));
    }
    if (result->place[0] == '\0') { /* the others at the address follow it */
        schedule_ended(schedule, result->address, failures, now_ms(polls));
    }
}

static void tick(void *owner)
{
    struct agent_polls *polls = owner;
    sweep_set_clock(polls->runner.sweep, clock_unix_ms() - clock_mono_us() / 1000);
    keeper_since(polls->keeper, clock_unix_ms() - BESIDE_MS);
    keeper_flush(polls->keeper);
    if (keeper_status(polls->keeper) != 0 && !polls->is_ending) {
        agent_polls_end(polls, true);
    }
    if (!polls->is_ending && schedule_wake_ms(polls->terms.schedule) <= now_ms(polls)) {
        sweep_more(polls->runner.sweep);
        wire_udp_wake(polls->runner.wire);
    }
}

static void all_ended(void *owner)
{
    struct agent_polls *polls = owner;
    if (polls->keeper == NULL) { /* it has never begun, as agent_polls_open has told */
        agent_polls_free(polls);
    } else {
        polls->terms.ended(polls->terms.owner, polls, keeper_status(polls->keeper));
    }
}

static int open_sweep(struct agent_polls *polls)
{
    struct sweep_config config = polls->terms.settings->poll_config;
    const struct sweep_events events = {.owner = polls,
                                        .next = next_address,
                                        .recall = recall,
                                        .recall_place = recall_place,
                                        .ended = ended};
    int status = sweep_loop_seed(&config);
    return status != 0 ? status
                       : sweep_loop_open_beside(&polls->runner, polls->terms.loop, &config, &events,
                                                all_ended);
}

int agent_polls_open(const struct agent_polls_terms *terms, struct agent_polls **out)
{
    struct agent_polls *polls = calloc(1, sizeof(*polls));
    if (polls == NULL) {
        return -ENOMEM;
    }
    polls->terms = *terms;
    (void)agent_settings_take(terms->settings);
    int status = reading_init(&polls->reading);
    if (status == 0) {
        reading_use_profiles(&polls->reading, &terms->settings->profiles);
        status = open_sweep(polls);
    }
    if (status != 0) {
        agent_polls_free(polls);
        return status;
    }
    polls->runner.is_lasting = true;
    status = keeper_open(terms->store, &polls->runner, NULL, &polls->keeper);
    if (status != 0) {
        agent_polls_end(polls, true);
        return status;
    }
    keeper_rules(polls->keeper, &terms->settings->rules);
    sweep_loop_tick(&polls->runner, TICK_MS, tick, polls);
    *out = polls;
    return 0;
}

void agent_polls_end(struct agent_polls *polls, bool is_cut)
{
    polls->is_ending = true;
    polls->runner.is_lasting = false;
    if (is_cut) {
        sweep_stop(polls->runner.sweep);
    }
    sweep_more(polls->runner.sweep); /* so that it asks, and hears that there are none */
    wire_udp_wake(polls->runner.wire);
}

void agent_polls_free(struct agent_polls *polls)
{
    if (polls == NULL) {
        return;
    }
    if (polls->runner.sweep != NULL) {
        sweep_loop_close(&polls->runner);
    }
    keeper_close(polls->keeper);
    reading_fini(&polls->reading);
    agent_settings_drop(polls->terms.settings);
    free(polls);
}

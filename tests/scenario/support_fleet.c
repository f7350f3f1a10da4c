#include "tests/scenario/support_fleet.h"

#include <stdlib.h>

#include <criterion/criterion.h>

struct fleet *fleet_new(struct world *world)
{
    uint32_t count = world_count(world);
    struct fleet *fleet = calloc(1, sizeof(*fleet));
    BASE_REQUIRE(fleet != NULL);
    fleet->world = world;
    fleet->learned = calloc(count, sizeof(*fleet->learned));
    fleet->is_learned = calloc(count, sizeof(*fleet->is_learned));
    fleet->ends = calloc(count, sizeof(*fleet->ends));
    BASE_REQUIRE(fleet->learned != NULL && fleet->is_learned != NULL && fleet->ends != NULL);
    fleet->target_count = count;
    fleet->verify_every = count <= 64 ? 1 : 1009;
    fleet->keeps_records = count <= 4096;
    fleet->config = (struct sweep_config){
        .engine = {.max_inflight = count < 64 ? 64 : 8192,
                   .per_device = 1,
                   .sends_per_turn = 256,
                   .burst = 64,
                   .initial_timeout_us = 1000000,
                   .retries = 2,
                   .seed = world_seed(world),
                   .id_secret = {world_seed(world) * 77, 88}},
        .window = 2048,
        .community = bytes_from_text("public"),
        .version = SWEEP_AUTO,
        .unix_ms_at_zero = FLEET_UNIX_MS,
    };
    return fleet;
}

static void forget_records(struct fleet_end *end)
{
    free(end->static_part);
    free(end->moving_part);
    *end = (struct fleet_end){0};
}

void fleet_free(struct fleet *fleet)
{
    for (uint32_t i = 0; i < world_count(fleet->world); i++) {
        forget_records(&fleet->ends[i]);
    }
    free(fleet->learned);
    free(fleet->is_learned);
    free(fleet->ends);
    free(fleet);
}

static bool next_target(void *owner, union wire_address *address)
{
    struct fleet *fleet = owner;
    if (fleet->next == fleet->target_count) {
        return false;
    }
    uint32_t index = fleet->targets != NULL ? fleet->targets[fleet->next] : fleet->next;
    fleet->next++;
    *address = world_device(fleet->world, index)->address;
    return true;
}

static bool recall(void *owner, const union wire_address *address, struct learned *learned)
{
    const struct fleet *fleet = owner;
    uint32_t index = world_find(fleet->world, address);
    cr_assert_neq(index, UINT32_MAX);
    if (fleet->is_learned[index]) {
        *learned = fleet->learned[index];
    }
    return fleet->is_learned[index];
}

static bool recall_place(void *owner, const union wire_address *address, const char *place,
                         struct learned *learned)
{
    struct fleet *fleet = owner;
    return fleet->recall_place(fleet, world_find(fleet->world, address), place, learned);
}

/* As the store does: what does not survive the encoding is lost. */
static void keep_learned(struct fleet *fleet, uint32_t index, const struct learned *learned)
{
    uint8_t encoded[LEARNED_BYTES];
    learned_encode(learned, encoded);
    cr_assert_eq(learned_decode(bytes_of(encoded, sizeof(encoded)), &fleet->learned[index]), 0);
    fleet->is_learned[index] = true;
}

static size_t keep_record(struct bytes record, enum record_part part, uint8_t **copy)
{
    struct record_header header;
    if (record.size == 0) {
        return 0;
    }
    cr_assert_eq(record_open(record, &header), 0);
    cr_assert_eq(header.part, part);
    cr_assert_leq(record.size, RECORD_BYTES_MAX);
    *copy = malloc(record.size);
    BASE_REQUIRE(*copy != NULL);
    memcpy(*copy, record.data, record.size);
    return record.size;
}

static void target_ended(void *owner, const struct sweep_result *result)
{
    struct fleet *fleet = owner;
    uint32_t index = world_find(fleet->world, result->address);
    cr_assert_neq(index, UINT32_MAX);
    if (result->place[0] != '\0') {
        fleet->on_place(fleet, index, result);
        return;
    }
    struct fleet_end *end = &fleet->ends[index];
    cr_assert_eq(end->times, 0, "seed %lu: device %u ended twice", world_seed(fleet->world), index);
    end->times = 1;
    end->status = result->header.status;
    end->error = result->header.error;
    end->failed_tables = result->header.failed_tables;
    end->questions = result->header.pdu_count;
    end->snmp_version = result->header.snmp_version;
    end->credential = result->credential;
    end->is_jetdirect = bytes_equal(result->context, bytes_from_text("Jetdirect"));
    end->is_canceled = result->is_canceled;
    end->has_static = result->static_part.size > 0;
    end->duration_us = result->duration_us;
    end->at_us = world_now_us(fleet->world) - fleet->started_us;
    if (fleet->keeps_records) {
        end->static_size = keep_record(result->static_part, RECORD_STATIC, &end->static_part);
        end->moving_size = keep_record(result->moving_part, RECORD_MOVING, &end->moving_part);
    }
    if (!result->is_canceled) {
        keep_learned(fleet, index, result->learned);
    }
    fleet->ended++;
    if (fleet->on_end != NULL) {
        fleet->on_end(fleet, index);
    }
}

static void received(void *owner, const union wire_address *from, struct bytes datagram,
                     int64_t now_us)
{
    struct fleet *fleet = owner;
    sweep_received(fleet->sweep, from, datagram, now_us);
}

static void unreachable(void *owner, const union wire_address *to, struct bytes datagram,
                        int64_t now_us)
{
    struct fleet *fleet = owner;
    sweep_unreachable(fleet->sweep, to, datagram, now_us);
}

static int64_t turn(void *owner, int64_t now_us)
{
    struct fleet *fleet = owner;
    fleet->turns++;
    int64_t next_us = sweep_turn(fleet->sweep, now_us);
    return next_us < fleet->until_us ? next_us : fleet->until_us;
}

static bool is_done(void *owner)
{
    const struct fleet *fleet = owner;
    return sweep_is_done(fleet->sweep) || world_now_us(fleet->world) >= fleet->until_us;
}

static void verify(void *owner)
{
    const struct fleet *fleet = owner;
    if (fleet->turns % fleet->verify_every == 0) {
        engine_verify(sweep_engine(fleet->sweep));
    }
}

void fleet_begin(struct fleet *fleet)
{
    const struct sweep_events events = {.owner = fleet,
                                        .next = next_target,
                                        .recall = recall,
                                        .recall_place =
                                            fleet->on_place != NULL ? recall_place : NULL,
                                        .ended = target_ended};
    for (uint32_t i = 0; i < world_count(fleet->world); i++) {
        forget_records(&fleet->ends[i]);
    }
    fleet->next = 0;
    fleet->ended = 0;
    fleet->turns = 0;
    fleet->started_us = world_now_us(fleet->world);
    fleet->sweep = sweep_new(&fleet->config, world_wire(fleet->world), &events);
    cr_assert_not_null(fleet->sweep);
}

void fleet_run_until(struct fleet *fleet, int64_t until_us)
{
    const struct world_client client = {.owner = fleet,
                                        .received = received,
                                        .unreachable = unreachable,
                                        .turn = turn,
                                        .is_done = is_done,
                                        .verify = verify};
    fleet->until_us = until_us;
    world_run(fleet->world, &client);
}

void fleet_finish(struct fleet *fleet)
{
    fleet_run_until(fleet, INT64_MAX);
    fleet->took_us = world_now_us(fleet->world) - fleet->started_us;
    fleet->counters = *sweep_counters(fleet->sweep);
    fleet->traffic = *engine_counters(sweep_engine(fleet->sweep));
    engine_verify(sweep_engine(fleet->sweep));
    cr_assert_eq(engine_inflight(sweep_engine(fleet->sweep)), 0);
    cr_assert_eq(fleet->ended, fleet->counters.started);
    cr_assert_eq(fleet->ended, fleet->next);
    fleet_abandon(fleet);
}

void fleet_abandon(struct fleet *fleet)
{
    sweep_free(fleet->sweep);
    fleet->sweep = NULL;
}

void fleet_sweep(struct fleet *fleet)
{
    fleet_begin(fleet);
    fleet_finish(fleet);
}

void fleet_stop(void *owner)
{
    struct fleet *fleet = owner;
    sweep_stop(fleet->sweep);
}

struct model_match fleet_compare(const struct fleet *fleet, uint32_t device, unsigned paces)
{
    const struct fleet_end *end = &fleet->ends[device];
    return model_compare(world_device(fleet->world, device)->agent.mib, paces,
                         bytes_of(end->static_part, end->static_size),
                         bytes_of(end->moving_part, end->moving_size));
}

void fleet_assert_whole_but(const struct fleet *fleet, uint32_t device, uint32_t tables)
{
    const struct fleet_end *end = &fleet->ends[device];
    unsigned long seed = world_seed(fleet->world);
    struct model_match match =
        fleet_compare(fleet, device, end->has_static ? MODEL_STATIC | MODEL_MOVING : MODEL_MOVING);
    cr_assert_eq(end->times, 1, "seed %lu: device %u ended %u times", seed, device, end->times);
    cr_assert_eq(end->failed_tables & ~tables, 0, "seed %lu: device %u: tables %x", seed, device,
                 end->failed_tables);
    cr_assert_eq(match.doubled, 0, "seed %lu: device %u: %u doubled", seed, device, match.doubled);
    cr_assert_eq(match.strange_tables & ~tables, 0, "seed %lu: device %u: %u strange", seed, device,
                 match.strange);
    cr_assert_eq(match.missing_tables & ~tables, 0,
                 "seed %lu: device %u: %u of %u missing, first %s", seed, device, match.missing,
                 match.wanted, match.first_missing);
    cr_assert_eq(end->status, tables == 0 ? RECORD_OK : RECORD_PARTIAL,
                 "seed %lu: device %u: status %d, error %d", seed, device, (int)end->status,
                 end->error);
}

void fleet_assert_whole(const struct fleet *fleet, uint32_t device)
{
    fleet_assert_whole_but(fleet, device, 0);
}

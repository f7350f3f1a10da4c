#include "tests/scenario/support_asker.h"

#include <stdlib.h>

#include <criterion/criterion.h>

struct asker *asker_new(struct world *world, size_t cap, void (*change)(struct engine_config *))
{
    struct asker *asker = calloc(1, sizeof(*asker));
    BASE_REQUIRE(asker != NULL);
    asker->world = world;
    asker->cap = cap;
    asker->peers = calloc(world_count(world), sizeof(*asker->peers));
    asker->questions = calloc(cap, sizeof(*asker->questions));
    BASE_REQUIRE(asker->peers != NULL && asker->questions != NULL);
    for (uint32_t i = 0; i < world_count(world); i++) {
        asker->peers[i].address = world_device(world, i)->address;
    }
    asker->config = (struct engine_config){.max_inflight = 64,
                                           .per_device = 1,
                                           .burst = 1,
                                           .sends_per_turn = 256,
                                           .initial_timeout_us = 1000000,
                                           .retries = 2,
                                           .seed = world_seed(world),
                                           .id_secret = {world_seed(world), 99}};
    if (change != NULL) {
        change(&asker->config);
    }
    asker->engine = engine_new(&asker->config, world_wire(world));
    cr_assert_not_null(asker->engine);
    return asker;
}

void asker_free(struct asker *asker)
{
    engine_free(asker->engine);
    free(asker->peers);
    free(asker->questions);
    free(asker);
}

static void question_ended(void *argument, const struct engine_reply *reply)
{
    struct question *question = argument;
    struct asker *asker = question->asker;
    unsigned long seed = world_seed(asker->world);
    cr_assert_not(asker->is_asking, "seed %lu: ended inside submit or cancel", seed);
    cr_assert(question->is_accepted, "seed %lu: ended without having been accepted", seed);
    cr_assert_eq(question->ends, 0, "seed %lu: ended twice", seed);
    question->ends++;
    question->status = reply->status;
    question->attempts = reply->attempts;
    question->rtt_us = reply->rtt_us;
    question->ended_us = world_now_us(asker->world);
    asker->ended++;
    if (reply->status == 0) {
        cr_assert_gt(reply->count, 0);
        cr_assert_gt(reply->rtt_us, 0);
    }
    if (asker->reaction != NULL) {
        asker->reaction(asker, question);
    }
}

int asker_ask(struct asker *asker, uint32_t device)
{
    static const struct bytes NAME = {(const uint8_t *)"\x2b\x06\x01\x02\x01\x01\x01", 7};
    const struct pdu_request pdu = {.version = PDU_V2C,
                                    .pdu = GATE_GETNEXT,
                                    .community = bytes_from_text("public"),
                                    .names = &NAME,
                                    .count = 1};
    BASE_REQUIRE(asker->count < asker->cap);
    struct question *question = &asker->questions[asker->count];
    const struct engine_request request = {.peer = &asker->peers[device],
                                           .pdu = &pdu,
                                           .max_varbinds = 1,
                                           .retries = -1,
                                           .callback = question_ended,
                                           .argument = question};
    *question = (struct question){
        .asker = asker, .device = device, .submitted_us = world_now_us(asker->world)};
    bool was_asking = asker->is_asking;
    asker->is_asking = true;
    int status =
        engine_submit(asker->engine, &request, world_now_us(asker->world), &question->handle);
    asker->is_asking = was_asking;
    if (status == 0) {
        question->is_accepted = true;
        asker->count++;
    }
    return status;
}

void asker_cancel(struct asker *asker, struct question *question)
{
    bool was_asking = asker->is_asking;
    asker->is_asking = true;
    engine_cancel(asker->engine, question->handle);
    asker->is_asking = was_asking;
}

static void received(void *owner, const union wire_address *from, struct bytes datagram,
                     int64_t now_us)
{
    struct asker *asker = owner;
    engine_receive(asker->engine, from, datagram, now_us);
}

static void unreachable(void *owner, const union wire_address *to, struct bytes datagram,
                        int64_t now_us)
{
    struct asker *asker = owner;
    engine_unreachable(asker->engine, to, datagram, now_us);
}

static int64_t turn(void *owner, int64_t now_us)
{
    struct asker *asker = owner;
    asker->turns++;
    engine_expire(asker->engine, now_us);
    engine_flush(asker->engine, now_us);
    int64_t next_us = engine_deadline_us(asker->engine, now_us);
    return next_us < asker->until_us ? next_us : asker->until_us;
}

static bool is_done(void *owner)
{
    const struct asker *asker = owner;
    bool is_over = world_now_us(asker->world) >= asker->until_us;
    return is_over || (asker->until_us == INT64_MAX && asker->ended == asker->count);
}

static void verify(void *owner)
{
    const struct asker *asker = owner;
    if (!asker->verifies_rarely || asker->turns % 100 == 0) {
        engine_verify(asker->engine);
    }
}

void asker_run_until(struct asker *asker, int64_t until_us)
{
    const struct world_client client = {.owner = asker,
                                        .received = received,
                                        .unreachable = unreachable,
                                        .turn = turn,
                                        .is_done = is_done,
                                        .verify = verify};
    asker->until_us = until_us;
    world_run(asker->world, &client);
}

void asker_run(struct asker *asker)
{
    asker_run_until(asker, INT64_MAX);
}

void asker_assert_all_ended(const struct asker *asker)
{
    unsigned long seed = world_seed(asker->world);
    for (size_t i = 0; i < asker->count; i++) {
        cr_assert_eq(asker->questions[i].ends, 1, "seed %lu: question %zu ended %u times", seed, i,
                     asker->questions[i].ends);
    }
    const struct engine_counters *counters = engine_counters(asker->engine);
    cr_assert_eq(engine_inflight(asker->engine), 0);
    cr_assert_eq(engine_silent(asker->engine), 0);
    cr_assert_eq(engine_queued(asker->engine), 0);
    cr_assert_eq(counters->requests, asker->count);
    for (uint32_t i = 0; i < world_count(asker->world); i++) {
        cr_assert_eq(asker->peers[i].outstanding, 0);
    }
    engine_verify(asker->engine);
}

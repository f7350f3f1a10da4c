/*
 * The engine over a bad network: each request ends once, at the right time, for the right reason.
 */
#include <errno.h>

#include <criterion/criterion.h>

#include "tests/scenario/support_asker.h"
#include "tests/scenario/support_model.h"

#define MS INT64_C(1000)

static struct agent_mib mib;

static void open_mib(void)
{
    struct model_shape shape = {.device = 1, .rows = {[OBJECT_TABLE_SYSTEM] = 1}};
    mib = model_printer(&shape);
}

static void close_mib(void)
{
    agent_mib_free(&mib);
}

TestSuite(engine, .init = open_mib, .fini = close_mib, .timeout = 120);

static struct asker *asker_over(uint64_t seed, uint32_t devices, struct world_link link,
                                void (*change)(struct engine_config *))
{
    struct world *world = world_new(seed, devices, &mib);
    for (uint32_t i = 0; i < devices; i++) {
        world_device(world, i)->link = link;
    }
    return asker_new(world, 20000, change);
}

static void close_asker(struct asker *asker)
{
    struct world *world = asker->world;
    asker_free(asker);
    world_free(world);
}

/* --- every request ends once ----------------------------------------------------------------- */

static void react_wildly(struct asker *asker, struct question *question)
{
    struct world *world = asker->world;
    unsigned moves = world_below(world, 4);
    (void)question;
    for (unsigned i = 0; i < moves && asker->count < 3000; i++) {
        uint32_t device = world_below(world, world_count(world));
        int status = asker_ask(asker, device);
        cr_assert(status == 0 || status == -EAGAIN);
        if (world_chance(world, 300)) {
            /* Any question at all: under way, ended long ago, or just asked. */
            asker_cancel(asker, &asker->questions[world_below(world, (uint32_t)asker->count)]);
        }
    }
}

static void live_wildly(uint64_t seed)
{
    struct world_link link = {.delay_min_us = 1 * MS,
                              .delay_max_us = 40 * MS,
                              .loss_permille = 150,
                              .duplicate_permille = 200,
                              .late_permille = 50,
                              .late_us = 3000 * MS};
    struct asker *asker = asker_over(seed, 100, link, NULL);
    for (uint32_t i = 0; i < 10; i++) {
        world_device(asker->world, i)->state = WORLD_DEAD;
        world_device(asker->world, 10 + i)->state = WORLD_UNREACHABLE;
        world_device(asker->world, 20 + i)->state = WORLD_REFUSED;
        world_device(asker->world, 30 + i)->forgeries = (1u << WORLD_FORGERIES) - 1;
        world_device(asker->world, 40 + i)->is_hostile = true;
    }
    world_block(asker->world, seed % 2 == 0 ? 5 : 0, 0);
    asker->reaction = react_wildly;
    for (uint32_t i = 0; i < 60; i++) {
        cr_assert_eq(asker_ask(asker, i), 0);
    }
    asker_run(asker);
    asker_assert_all_ended(asker);
    close_asker(asker);
}

Test(engine, every_request_ends_once_whatever_happens)
{
    world_for_seeds(20, live_wildly);
}

static void cancel_everything(struct asker *asker, struct question *question)
{
    (void)question;
    engine_cancel_all(asker->engine);
}

Test(engine, cancelling_all_from_within_an_end_ends_all_once)
{
    struct world_link link = {.delay_min_us = 1 * MS, .delay_max_us = 40 * MS};
    struct asker *asker = asker_over(1, 50, link, NULL);
    asker->reaction = cancel_everything;
    for (uint32_t i = 0; i < 50; i++) {
        cr_assert_eq(asker_ask(asker, i), 0);
    }
    asker_run(asker);
    asker_assert_all_ended(asker);
    cr_assert_eq(engine_counters(asker->engine)->answered, 1);
    cr_assert_eq(engine_counters(asker->engine)->canceled, 49);
    close_asker(asker);
}

Test(engine, a_canceled_request_ends_as_canceled_and_its_answer_is_dropped)
{
    struct world_link link = {.delay_min_us = 10 * MS, .delay_max_us = 10 * MS};
    struct asker *asker = asker_over(1, 2, link, NULL);
    cr_assert_eq(asker_ask(asker, 0), 0);
    cr_assert_eq(asker_ask(asker, 1), 0);
    asker_run_until(asker, world_now_us(asker->world) + 5 * MS);
    asker_cancel(asker, &asker->questions[0]);
    cr_assert_eq(asker->questions[0].ends, 0); /* not within cancel */
    asker_cancel(asker, &asker->questions[0]);
    asker_run(asker);
    asker_run_until(asker, world_now_us(asker->world) + 100 * MS);
    asker_assert_all_ended(asker);
    cr_assert_eq(asker->questions[0].status, BASE_ECANCELED);
    cr_assert_eq(asker->questions[1].status, 0);
    cr_assert_eq(engine_counters(asker->engine)->wrong_id, 1);
    close_asker(asker);
}

/* --- late answers, timeouts ------------------------------------------------------------------ */

Test(engine, a_late_answer_after_a_retry_is_accepted_and_the_second_one_is_not)
{
    /* The answer to the first attempt takes 1.5 s; by then the second attempt has left. */
    struct world_link link = {.delay_min_us = 1500 * MS, .delay_max_us = 1500 * MS};
    struct asker *asker = asker_over(1, 1, link, NULL);
    cr_assert_eq(asker_ask(asker, 0), 0);
    asker_run(asker);
    cr_assert_eq(asker->questions[0].status, 0);
    cr_assert_eq(asker->questions[0].attempts, 2);
    cr_assert_eq(asker->questions[0].ended_us - asker->questions[0].submitted_us, 1500 * MS);
    asker_run_until(asker, world_now_us(asker->world) + 5000 * MS);
    cr_assert_eq(engine_counters(asker->engine)->received, 2);
    cr_assert_eq(engine_counters(asker->engine)->wrong_id, 1);
    asker_assert_all_ended(asker);
    close_asker(asker);
}

Test(engine, an_answer_to_a_retried_request_is_no_sample)
{
    struct world_link link = {.delay_min_us = 1500 * MS, .delay_max_us = 1500 * MS};
    struct asker *asker = asker_over(1, 1, link, NULL);
    cr_assert_eq(asker_ask(asker, 0), 0);
    asker_run(asker);
    cr_assert_eq(asker->peers[0].rto.srtt_us, 0);
    /* The doubled timeout has stayed: this one is answered in time, and is a sample. */
    cr_assert_eq(asker_ask(asker, 0), 0);
    asker_run(asker);
    cr_assert_eq(asker->questions[1].attempts, 1);
    cr_assert_eq(asker->peers[0].rto.srtt_us, 1500 * MS);
    close_asker(asker);
}

static int64_t sent_at[16];
static unsigned sent_count;

static void note_send(void *owner, uint32_t device, struct bytes datagram, int64_t now_us)
{
    (void)owner;
    (void)device;
    (void)datagram;
    if (sent_count < BASE_ARRAY_COUNT(sent_at)) {
        sent_at[sent_count] = now_us;
    }
    sent_count++;
}

static void retry_often(struct engine_config *config)
{
    config->retries = 7;
}

static void time_out(uint64_t seed)
{
    struct asker *asker = asker_over(seed, 1, (struct world_link){0}, retry_often);
    world_device(asker->world, 0)->state = WORLD_DEAD;
    sent_count = 0;
    world_watch(asker->world, note_send, NULL);
    cr_assert_eq(asker_ask(asker, 0), 0);
    asker_run(asker);
    cr_assert_eq(asker->questions[0].status, BASE_ETIMEOUT);
    cr_assert_eq(sent_count, 8);
    sent_at[8] = asker->questions[0].ended_us;
    for (unsigned i = 0; i < 8; i++) {
        int64_t waited_us = sent_at[i + 1] - sent_at[i];
        int64_t nominal_us = 1000000 << i;
        nominal_us = nominal_us < RTO_MAX_US ? nominal_us : RTO_MAX_US;
        /* The first one is never shortened, none is longer than the cap. */
        int64_t least_us = i == 0 ? nominal_us : nominal_us * 9 / 10 - 1;
        cr_assert(waited_us >= least_us && waited_us <= nominal_us * 11 / 10 + 1,
                  "seed %lu: attempt %u waited %ld us", seed, i, waited_us);
        cr_assert_leq(waited_us, RTO_MAX_US);
    }
    close_asker(asker);
}

Test(engine, timeouts_double_with_jitter_up_to_a_cap)
{
    world_for_seeds(20, time_out);
}

Test(engine, a_request_is_silent_after_a_fifth_of_a_second)
{
    struct asker *asker = asker_over(1, 1, (struct world_link){0}, NULL);
    world_device(asker->world, 0)->state = WORLD_DEAD;
    cr_assert_eq(asker_ask(asker, 0), 0);
    asker_run_until(asker, world_now_us(asker->world) + 199 * MS);
    cr_assert_eq(engine_silent(asker->engine), 0);
    asker_run_until(asker, world_now_us(asker->world) + 2 * MS);
    cr_assert_eq(engine_silent(asker->engine), 1);
    cr_assert_eq(engine_counters(asker->engine)->sent, 1);
    asker_run(asker);
    cr_assert_eq(engine_silent(asker->engine), 0);
    cr_assert_eq(engine_counters(asker->engine)->sent, 3);
    close_asker(asker);
}

Test(engine, a_loop_that_stood_still_does_not_lose_the_answers_that_came_meanwhile)
{
    struct world_link link = {.delay_min_us = 10 * MS, .delay_max_us = 10 * MS};
    struct asker *asker = asker_over(1, 1, link, NULL);
    cr_assert_eq(asker_ask(asker, 0), 0);
    engine_flush(asker->engine, world_now_us(asker->world));
    /* Much later than all timeouts, receiving goes before expiring. */
    asker->until_us = 0;
    world_skip(asker->world, 60 * WORLD_SECOND_US);
    asker_run(asker);
    cr_assert_eq(asker->questions[0].status, 0);
    close_asker(asker);
}

/* --- what is no answer ----------------------------------------------------------------------- */

static uint64_t counted(const struct engine_counters *counters, uint32_t forgery)
{
    switch (forgery) {
    case WORLD_FORGE_ADDRESS:
    case WORLD_FORGE_PORT:
        return counters->wrong_source;
    case WORLD_FORGE_ID:
        return counters->wrong_id;
    case WORLD_FORGE_VERSION:
        return counters->wrong_version;
    case WORLD_FORGE_COMMUNITY:
        return counters->wrong_community;
    case WORLD_FORGE_PDU:
        return counters->wrong_pdu;
    case WORLD_FORGE_GARBAGE:
    case WORLD_FORGE_CUT:
        return counters->refused[GATE_REFUSED_BER] + counters->refused[GATE_REFUSED_WIDTH] +
               counters->refused[GATE_REFUSED_VERSION] + counters->refused[GATE_REFUSED_PDU];
    default:
        return 1; /* an ICMP error of another request is nothing at all */
    }
}

static void forge(uint64_t seed, uint32_t forgery, bool is_answered)
{
    struct world_link link = {.delay_min_us = 50 * MS, .delay_max_us = 50 * MS};
    struct asker *asker = asker_over(seed, 1, link, NULL);
    struct world_device *device = world_device(asker->world, 0);
    int64_t asked_us = world_now_us(asker->world);
    device->forgeries = forgery;
    device->is_answerless = !is_answered;
    cr_assert_eq(asker_ask(asker, 0), 0);
    asker_run(asker);
    const struct question *question = &asker->questions[0];
    cr_assert_gt(counted(engine_counters(asker->engine), forgery), 0, "seed %lu, forgery %x", seed,
                 forgery);
    if (is_answered) {
        cr_assert_eq(question->status, 0);
        cr_assert_eq(question->attempts, 1);
    } else {
        /* As if nothing had come: all attempts, at the same times. */
        int64_t took_us = question->ended_us - asked_us;
        cr_assert_eq(question->status, BASE_ETIMEOUT);
        cr_assert_eq(question->attempts, 3);
        cr_assert(took_us >= 6400 * MS && took_us <= 7700 * MS, "seed %lu: %ld us", seed, took_us);
        cr_assert_eq(asker->peers[0].rto.srtt_us, 0);
    }
    close_asker(asker);
}

static void forge_all(uint64_t seed)
{
    for (unsigned i = 0; i < WORLD_FORGERIES; i++) {
        forge(seed, 1u << i, false);
        forge(seed, 1u << i, true);
    }
}

Test(engine, what_is_no_answer_is_counted_and_moves_no_deadline)
{
    world_for_seeds(20, forge_all);
}

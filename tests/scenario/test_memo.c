/*
 * Questions out of the memory are those that would have been packed. Plans are driven without an
 * engine, side by side: one packs for itself, the other asks the memory that all of them share.
 */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/fleet/plan_memo.h"
#include "proto/gate.h"
#include "tests/scenario/support_model.h"

#define MODELS 12

struct driver {
    struct plan plan;
    struct plan_question question;
    struct learned learned;
    uint8_t encoded[1472];
    size_t size;
};

static struct driver alone;
static struct driver sharing;
static unsigned asked;

static void start(struct driver *driver, enum plan_goal goal, bool is_v1)
{
    cr_assert_eq(plan_start(&driver->plan, goal, &driver->learned, is_v1), 0);
}

/* Makes the next question of a driver. Returns false when there is none. */
static bool ask(struct driver *driver, struct plan_memo *memo, bool is_v1)
{
    bool has_question = plan_memo_ask(memo, &driver->plan, &driver->question);
    if (has_question) {
        driver->question.pdu.version = is_v1 ? PDU_V1 : PDU_V2C;
        driver->question.pdu.community = bytes_from_text("public");
        cr_assert_eq(pdu_encode(&driver->question.pdu, 77, driver->encoded, sizeof(driver->encoded),
                                &driver->size),
                     0);
    }
    return has_question;
}

static void take(struct driver *driver, struct bytes answer)
{
    static struct gate_varbind varbinds[PLAN_VARBINDS_MAX];
    struct gate_message message;
    size_t count = 0;
    cr_assert_eq(gate_open(answer, &message), GATE_PASSED);
    cr_assert_eq(gate_varbinds(&message, varbinds, driver->question.max_varbinds, &count),
                 GATE_PASSED);
    if (message.error_status != 0) {
        plan_refused(&driver->plan, message.error_status, message.error_index);
    } else {
        plan_accept(&driver->plan, varbinds, count);
    }
}

/* One poll by both drivers. */
static void poll_both(struct agent *agent, struct plan_memo *memo, enum plan_goal goal, bool is_v1)
{
    static struct support_octets answer;
    start(&alone, goal, is_v1);
    start(&sharing, goal, is_v1);
    for (;;) {
        bool has_question = ask(&alone, NULL, is_v1);
        cr_assert_eq(ask(&sharing, memo, is_v1), has_question);
        if (!has_question) {
            break;
        }
        asked++;
        cr_assert(bytes_equal(bytes_of(alone.encoded, alone.size),
                              bytes_of(sharing.encoded, sharing.size)));
        cr_assert_eq(alone.question.max_varbinds, sharing.question.max_varbinds);
        size_t size =
            agent_answer(agent, bytes_of(alone.encoded, alone.size), WORLD_START_US, &answer);
        if (size == 0) {
            cr_assert_eq(plan_silence(&alone.plan), plan_silence(&sharing.plan));
            if (alone.plan.silences >= 3) {
                break;
            }
            continue;
        }
        take(&alone, bytes_of(answer.data, size));
        take(&sharing, bytes_of(answer.data, size));
    }
    plan_learn(&alone.plan, &alone.learned);
    plan_learn(&sharing.plan, &sharing.learned);
    cr_assert_eq(alone.plan.failed_tables, sharing.plan.failed_tables);
    cr_assert_eq(alone.plan.questions, sharing.plan.questions);
}

static void drive(uint64_t seed)
{
    static struct agent_mib mibs[MODELS];
    struct world *world = world_new(seed, MODELS, NULL);
    struct plan_memo *memo = plan_memo_new(seed);
    cr_assert_not_null(memo);
    for (uint32_t i = 0; i < MODELS; i++) {
        mibs[i] = model_random(world);
    }
    for (unsigned poll = 0; poll < 60; poll++) {
        struct agent *agent = &world_device(world, world_below(world, MODELS))->agent;
        bool is_v1 = world_chance(world, 200);
        agent->mib = &mibs[world_below(world, MODELS)];
        agent->habits = (struct agent_habits){
            .too_big_above = (uint16_t)(world_chance(world, 200) ? 484 : 0),
            .bulk_varbinds = (uint16_t)(world_chance(world, 200) ? 30 : 0),
            .is_bulk_generr = world_chance(world, 50),
        };
        learned_init(&alone.learned);
        learned_init(&sharing.learned);
        poll_both(agent, memo, PLAN_FIRST, is_v1);
        poll_both(agent, memo, PLAN_FULL, is_v1);
        agent->mib = &mibs[world_below(world, MODELS)]; /* perhaps another one by now */
        poll_both(agent, memo, PLAN_MOVING, is_v1);
    }
    plan_memo_free(memo);
    for (uint32_t i = 0; i < MODELS; i++) {
        agent_mib_free(&mibs[i]);
    }
    world_free(world);
}

Test(memo, gives_the_questions_that_would_have_been_packed, .timeout = 120)
{
    alone.plan.columns = calloc(plan_column_count(), sizeof(*alone.plan.columns));
    sharing.plan.columns = calloc(plan_column_count(), sizeof(*sharing.plan.columns));
    world_for_seeds(10, drive);
    cr_assert_gt(asked, 1000);
    plan_fini(&alone.plan);
    plan_fini(&sharing.plan);
    free(alone.plan.columns);
    free(sharing.plan.columns);
}

Test(memo, nothing_to_free_is_no_harm)
{
    plan_memo_free(NULL);
}

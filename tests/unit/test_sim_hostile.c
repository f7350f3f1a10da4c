#include <string.h>

#include <criterion/criterion.h>

#include "bench/sim/hostile.h"
#include "tests/unit/support_sim.h"

static struct {
    unsigned count;
    size_t bytes;
    size_t largest;
    uint8_t last[70000];
    size_t last_length;
    uint32_t later_us;
} sent;

static void take(void *context, const uint8_t *bytes, size_t length, uint32_t later_us)
{
    (void)context;
    cr_assert_leq(length, SIM_DATAGRAM_MAX);
    sent.count++;
    sent.bytes += length;
    sent.largest = length > sent.largest ? length : sent.largest;
    sent.later_us = later_us;
    memcpy(sent.last, bytes, length);
    sent.last_length = length;
}

static struct sim_request request;

/* Lets a device of that kind answer the question. */
static void answer(unsigned kind, const struct support_sim_question *question, uint64_t draw)
{
    static uint8_t bytes[5000];
    static uint8_t buffer[SIM_ANSWER_BYTES(SIM_REPLY_MAX)];
    static uint8_t work[SIM_HOSTILE_BYTES];
    static struct sim_plan plan;
    struct sim_fleet fleet;
    struct sim_identity identity;
    struct sim_view view;
    struct sim_slice honest;
    struct sim_hostile_sink sink = {take, NULL};
    size_t n = support_sim_encode(question, bytes);

    support_sim_open(&fleet, "xerox-c8045", 1);
    cr_assert_eq(sim_request_head(&request, bytes, n), SIM_REFUSAL_NONE);
    cr_assert(sim_request_names(&request));
    sim_fleet_identify(&fleet, 0, &identity);
    sim_device_view(&view, &identity, SIM_EPOCH_MS, 0);
    sim_agent_plan(&identity.model->mib, &view, &request, SIM_REPLY_MAX, 0, &plan);
    (void)sim_agent_write(&view, &request, &plan, 0, (struct sim_room){buffer, SIM_REPLY_MAX},
                          &honest);
    memset(&sent, 0, sizeof(sent));
    sim_hostile_answer(kind, &request, honest, draw, work, &sink);
    sim_fleet_close(&fleet);
}

static const struct support_sim_question supplies = {
    1, SIM_TAG_GETBULK,
    1, 4,
    3, {"1.3.6.1.2.1.1.3", "1.3.6.1.2.1.43.11.1.1.6", "1.3.6.1.2.1.43.11.1.1.9"}};

static unsigned kind_of(const char *name)
{
    int kind = sim_hostile_find(name);

    cr_assert_geq(kind, 0, "%s", name);
    return (unsigned)kind;
}

Test(sim_hostile, sends_every_kind_of_answer_to_every_kind_of_question)
{
    static const struct support_sim_question questions[] = {
        {1, SIM_TAG_GETBULK, 0, 20, 1, {"1.3.6.1.2.1.43"}},
        {1, SIM_TAG_GET, 0, 0, 2, {"1.3.6.1.2.1.1.1.0", "1.3"}},
        {0, SIM_TAG_GETNEXT, 0, 0, 1, {"1.3.6.1.2.1.1"}},
        {0, SIM_TAG_GET, 0, 0, 1, {"1.3.6.1.9"}},
        {1, SIM_TAG_GETBULK, 0, 0, 0, {NULL}},
    };

    for (unsigned kind = 0; kind < sim_hostile_count(); kind++) {
        for (size_t q = 0; q < sizeof(questions) / sizeof(questions[0]); q++) {
            for (uint64_t draw = 0; draw < 40; draw++) {
                answer(kind, &questions[q], sim_mix(draw));
            }
        }
        answer(kind, &supplies, 5);
        cr_assert_geq(sent.count, 1, "%s", sim_hostile_describe(kind)->name);
    }
}

Test(sim_hostile, has_kinds_with_names_of_their_own)
{
    for (unsigned i = 0; i < sim_hostile_count(); i++) {
        cr_assert_eq(sim_hostile_find(sim_hostile_describe(i)->name), (int)i);
    }
    cr_assert_eq(sim_hostile_find("nonsense"), -1);
    cr_assert_leq(sim_hostile_count(), 256);
}

Test(sim_hostile, sends_the_largest_datagram)
{
    answer(kind_of("largest"), &supplies, 0);
    cr_assert_gt(sent.largest, 65400);
    answer(kind_of("varbind-bomb"), &supplies, 0);
    cr_assert_gt(sent.largest, 60000);
}

Test(sim_hostile, changes_the_id_and_nothing_else)
{
    struct support_sim_answer decoded;

    answer(kind_of("wrong-id"), &supplies, 0);
    support_sim_decode((struct sim_slice){sent.last, sent.last_length}, &decoded);
    cr_assert_neq(decoded.id, 0x1234);
    cr_assert_eq(decoded.count, 9);
}

Test(sim_hostile, stays_readable_where_it_is_benign)
{
    struct support_sim_answer decoded;

    for (unsigned kind = 0; kind < sim_hostile_count(); kind++) {
        if (sim_hostile_describe(kind)->is_benign) {
            answer(kind, &supplies, 3);
            support_sim_decode((struct sim_slice){sent.last, sent.last_length}, &decoded);
            cr_assert_eq(decoded.id, 0x1234);
            cr_assert_eq(decoded.count, 9);
        }
    }
}

Test(sim_hostile, copies_and_delays)
{
    answer(kind_of("copies"), &supplies, 0);
    cr_assert_eq(sent.count, 200);
    answer(kind_of("late"), &supplies, 0);
    cr_assert_eq(sent.later_us, 4000000);
    answer(kind_of("empty"), &supplies, 0);
    cr_assert_eq(sent.count, 1);
    cr_assert_eq(sent.bytes, 0);
}

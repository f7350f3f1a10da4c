#include <string.h>

#include <criterion/criterion.h>

#include "bench/sim/template.h"
#include "tests/unit/support_sim.h"

/* Questions of every shape: columns, scalars, whole walks, exceptions, names with suffixes. */
static const struct support_sim_question questions[] = {
    {1,
     SIM_TAG_GETBULK,
     0,
     4,
     6,
     {"1.3.6.1.2.1.43.11.1.1.6", "1.3.6.1.2.1.43.11.1.1.8", "1.3.6.1.2.1.43.11.1.1.9",
      "1.3.6.1.2.1.43.8.2.1.9", "1.3.6.1.2.1.43.8.2.1.10", "1.3.6.1.2.1.43.8.2.1.13"}},
    {1,
     SIM_TAG_GETBULK,
     2,
     3,
     5,
     {"1.3.6.1.2.1.1.3", "1.3.6.1.2.1.1.5", "1.3.6.1.2.1.43.18.1.1.2", "1.3.6.1.2.1.43.18.1.1.8",
      "1.3.6.1.2.1.43.18.1.1.9"}},
    {1, SIM_TAG_GETBULK, 0, 60, 1, {"1.3.6.1.2.1.1"}},
    {1, SIM_TAG_GETBULK, 0, 200, 1, {"1.3.6.1.2.1.43.10"}},
    {1, SIM_TAG_GETBULK, 0, 50, 2, {"1.3.6.1.2.1.43.17", "1.3.6.1.4.1"}},
    {1, SIM_TAG_GETBULK, 0, 3, 2, {"1.3.6.1.2.1.4.20.1.1", "1.3.6.1.2.1.4.20.1.2"}},
    {1, SIM_TAG_GETBULK, 0, 3, 2, {"1.3.6.1.2.1.43.18.1.1.2.1.40", "1.3.6.1.2.1.43.18.1.1.9"}},
    {1,
     SIM_TAG_GET,
     0,
     0,
     6,
     {"1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.25.3.2.1.5.1", "1.3.6.1.2.1.25.3.5.1.2.1",
      "1.3.6.1.2.1.43.5.1.1.19.1", "1.3.6.1.2.1.43.5.1.1.17.1", "1.3.6.1.2.1.99.0"}},
    {1, SIM_TAG_GET, 0, 0, 2, {"1.3.6.1.2.1.43.10.2.1.4.1.1", "1.3.6.1.2.1.43.16.5.1.2.1.1"}},
    {1,
     SIM_TAG_GETNEXT,
     0,
     0,
     3,
     {"1.3.6.1.2.1.43.17.6.1.5.1.99", "1.3.6.1.2.1.43.18.1.1.9.1.4000000", "1.4"}},
    {0, SIM_TAG_GET, 0, 0, 2, {"1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.43.5.1.1.17.1"}},
    {0, SIM_TAG_GETNEXT, 0, 0, 2, {"1.3.6.1.2.1.43.11.1.1.9", "1.3.6.1.2.1.43.18"}},
    {1, SIM_TAG_GETBULK, 0, 0, 1, {"1.3.6.1"}},
};

#define QUESTIONS (sizeof(questions) / sizeof(questions[0]))

static struct sim_request request;
static struct sim_plan plan;

/* Both ways for one device and question; returns whether a template gave the answer. */
static bool both(const struct sim_fleet *fleet, struct sim_templates *templates, uint32_t number,
                 uint64_t now_ms, size_t reply_max, const uint8_t *bytes, size_t n)
{
    static uint8_t kept[SIM_ANSWER_BYTES(8000)];
    static uint8_t made[SIM_ANSWER_BYTES(8000)];
    struct sim_identity identity;
    struct sim_view view;
    struct sim_slice from_kept;
    struct sim_slice from_made;
    bool hit;

    cr_assert_eq(sim_request_head(&request, bytes, n), SIM_REFUSAL_NONE);
    sim_fleet_identify(fleet, number, &identity);
    sim_device_view(&view, &identity, now_ms, 0);
    hit = sim_template_answer(templates, &identity.model->mib, &view, &request,
                              (struct sim_room){kept, reply_max}, &from_kept);
    sim_device_view(&view, &identity, now_ms, 0);
    cr_assert(sim_request_names(&request));
    sim_agent_plan(&identity.model->mib, &view, &request, reply_max, 0, &plan);
    if (!hit) {
        sim_template_keep(templates, &identity.model->mib, &view, &request, &plan, reply_max);
    }
    (void)sim_agent_write(&view, &request, &plan, 0, (struct sim_room){made, reply_max},
                          &from_made);
    if (hit) {
        cr_assert_eq(from_kept.length, from_made.length, "device %u, %zu bytes at most", number,
                     reply_max);
        cr_assert_eq(memcmp(from_kept.bytes, from_made.bytes, from_made.length), 0,
                     "device %u, %zu bytes at most", number, reply_max);
    }
    return hit;
}

static size_t compare_all(size_t reply_max, size_t templates_max)
{
    struct sim_fleet fleet;
    struct sim_templates *templates;
    size_t hits = 0;

    support_sim_open(&fleet, "all", 16 * 60);
    cr_assert_eq(sim_template_open(&templates, templates_max), 0);
    for (size_t q = 0; q < QUESTIONS; q++) {
        uint8_t bytes[1000];
        size_t n = support_sim_encode(&questions[q], bytes);

        for (uint32_t number = 0; number < fleet.count; number++) {
            /* Different days, so that alerts and configurations differ. */
            uint64_t now_ms = SIM_EPOCH_MS + (uint64_t)number * 7919u * 60000u;

            hits += both(&fleet, templates, number, now_ms, reply_max, bytes, n);
        }
    }
    sim_template_close(templates);
    sim_fleet_close(&fleet);
    return hits;
}

Test(sim_template, gives_the_same_bytes_as_answering_step_by_step)
{
    cr_assert_gt(compare_all(SIM_REPLY_MAX, 16384), 16 * 60 * 8);
}

Test(sim_template, gives_the_same_bytes_at_every_size)
{
    static const size_t sizes[] = {484, 500, 700, 1000, 1471, 1473, 2000, 8000};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        cr_assert_gt(compare_all(sizes[i], 16384), 1000);
    }
}

Test(sim_template, stays_right_when_it_is_full_all_the_time)
{
    (void)compare_all(SIM_REPLY_MAX, 3);
}

Test(sim_template, keeps_no_answer_that_holds_for_one_device_only)
{
    struct sim_fleet fleet;
    struct sim_templates *templates;
    struct support_sim_question question = {
        1, SIM_TAG_GETNEXT, 0, 0, 1, {"1.3.6.1.2.1.4.20.1.1.127.1.0.5"}};
    uint8_t bytes[200];
    size_t n = support_sim_encode(&question, bytes);

    support_sim_open(&fleet, "xerox-c8045", 10);
    cr_assert_eq(sim_template_open(&templates, 100), 0);
    for (uint32_t number = 0; number < 10; number++) {
        cr_assert_not(both(&fleet, templates, number, SIM_EPOCH_MS, SIM_REPLY_MAX, bytes, n));
    }
    sim_template_close(templates);
    sim_fleet_close(&fleet);
}

Test(sim_template, tells_version_type_and_community_apart)
{
    struct sim_fleet fleet;
    struct sim_templates *templates;
    struct support_sim_question question = {1, SIM_TAG_GETNEXT, 0, 0, 1, {"1.3.6.1.2.1.1.1.0"}};
    uint8_t bytes[200];
    size_t n = support_sim_encode(&question, bytes);

    support_sim_open(&fleet, "xerox-c8045", 2);
    cr_assert_eq(sim_template_open(&templates, 100), 0);
    cr_assert_not(both(&fleet, templates, 0, SIM_EPOCH_MS, SIM_REPLY_MAX, bytes, n));
    cr_assert(both(&fleet, templates, 1, SIM_EPOCH_MS, SIM_REPLY_MAX, bytes, n));
    question.type = SIM_TAG_GET;
    n = support_sim_encode(&question, bytes);
    cr_assert_not(both(&fleet, templates, 1, SIM_EPOCH_MS, SIM_REPLY_MAX, bytes, n));
    question.version = 0;
    n = support_sim_encode(&question, bytes);
    cr_assert_not(both(&fleet, templates, 1, SIM_EPOCH_MS, SIM_REPLY_MAX, bytes, n));
    cr_assert(both(&fleet, templates, 0, SIM_EPOCH_MS, SIM_REPLY_MAX, bytes, n));
    sim_template_close(templates);
    sim_fleet_close(&fleet);
}

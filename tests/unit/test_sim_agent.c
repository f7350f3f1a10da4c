#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/unit/support_sim.h"

#define NOW SIM_EPOCH_MS

static struct sim_fleet fleet;

static void open_fleet(void)
{
    support_sim_open(&fleet, "all", 160);
}

static void close_fleet(void)
{
    sim_fleet_close(&fleet);
}

TestSuite(sim_agent, .init = open_fleet, .fini = close_fleet);

static struct support_sim_answer *ask(uint32_t number, const struct support_sim_question *question)
{
    return support_sim_ask(&fleet, number, NOW, SIM_REPLY_MAX, 0, question);
}

/* Walks everything by one name at a time; returns how many objects there are. */
static size_t walk(uint32_t number, int32_t version, uint8_t type, int32_t repetitions,
                   char (*names)[64], size_t names_max)
{
    char last[700] = "1.3";
    size_t count = 0;

    for (;;) {
        struct support_sim_answer *answer =
            ask(number, &(struct support_sim_question){.version = version,
                                                       .type = type,
                                                       .second = repetitions,
                                                       .count = 1,
                                                       .names = {last}});

        if (answer->error == SIM_ERROR_NO_SUCH_NAME) {
            return count;
        }
        cr_assert_eq(answer->error, 0);
        cr_assert_gt(answer->count, 0);
        for (size_t i = 0; i < answer->count; i++) {
            if (answer->varbinds[i].tag == SIM_TAG_END_OF_VIEW) {
                cr_assert_str_eq(answer->varbinds[i].name, last);
                return count;
            }
            cr_assert_lt(count, names_max);
            cr_assert_lt(snprintf(names[count], 64, "%s", answer->varbinds[i].name), 64);
            count++;
            (void)snprintf(last, sizeof(last), "%s", answer->varbinds[i].name);
        }
    }
}

Test(sim_agent, walks_the_same_by_getnext_getbulk_and_v1)
{
    static char by_next[700][64];
    static char by_bulk[700][64];
    static char by_v1[700][64];

    for (uint32_t number = 0; number < 48; number++) {
        size_t n = walk(number, 1, SIM_TAG_GETNEXT, 0, by_next, 700);

        cr_assert_gt(n, 120);
        cr_assert_eq(walk(number, 1, SIM_TAG_GETBULK, 17, by_bulk, 700), n);
        cr_assert_eq(walk(number, 0, SIM_TAG_GETNEXT, 0, by_v1, 700), n);
        for (size_t i = 0; i < n; i++) {
            cr_assert_str_eq(by_next[i], by_bulk[i]);
            cr_assert_str_eq(by_next[i], by_v1[i]);
        }
    }
}

Test(sim_agent, answers_a_get_of_every_name_it_walks)
{
    static char names[700][64];
    size_t n = walk(3, 1, SIM_TAG_GETNEXT, 0, names, 700);

    for (size_t i = 0; i < n; i++) {
        struct support_sim_answer *answer =
            ask(3, &(struct support_sim_question){
                       .version = 1, .type = SIM_TAG_GET, .count = 1, .names = {names[i]}});

        cr_assert_eq(answer->error, 0);
        cr_assert_eq(answer->count, 1);
        cr_assert_str_eq(answer->varbinds[0].name, names[i]);
        cr_assert_lt(answer->varbinds[0].tag, 0x80, "%s", names[i]);
    }
}

Test(sim_agent, tells_missing_objects_from_missing_instances_in_v2c)
{
    struct support_sim_answer *answer =
        ask(0, &(struct support_sim_question){.version = 1,
                                              .type = SIM_TAG_GET,
                                              .count = 4,
                                              .names = {"1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.1.7",
                                                        "1.3.6.1.2.1.1.99.0",
                                                        "1.3.6.1.2.1.43.11.1.1.9.1.77"}});

    cr_assert_eq(answer->error, 0);
    cr_assert_eq(answer->count, 4);
    cr_assert_eq(answer->varbinds[0].tag, SIM_TAG_OCTETS);
    cr_assert_eq(answer->varbinds[1].tag, SIM_TAG_NO_INSTANCE);
    cr_assert_eq(answer->varbinds[2].tag, SIM_TAG_NO_OBJECT);
    cr_assert_eq(answer->varbinds[3].tag, SIM_TAG_NO_INSTANCE);
}

Test(sim_agent, fails_a_v1_get_as_a_whole_and_names_the_culprit)
{
    struct support_sim_answer *answer =
        ask(0, &(struct support_sim_question){
                   .type = SIM_TAG_GET,
                   .count = 3,
                   .names = {"1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.99.0", "1.3.6.1.2.1.1.3.0"}});

    cr_assert_eq(answer->error, SIM_ERROR_NO_SUCH_NAME);
    cr_assert_eq(answer->index, 2);
    cr_assert_eq(answer->count, 3);
    cr_assert_eq(answer->varbinds[0].tag, SIM_TAG_NULL);
}

Test(sim_agent, interleaves_the_columns_of_a_getbulk)
{
    struct support_sim_answer *answer = ask(
        0, &(struct support_sim_question){
               .version = 1,
               .type = SIM_TAG_GETBULK,
               .first = 1,
               .second = 2,
               .count = 3,
               .names = {"1.3.6.1.2.1.1.3", "1.3.6.1.2.1.43.11.1.1.8", "1.3.6.1.2.1.43.11.1.1.9"}});
    static const char *const want[] = {"1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.43.11.1.1.8.1.1",
                                       "1.3.6.1.2.1.43.11.1.1.9.1.1", "1.3.6.1.2.1.43.11.1.1.8.1.2",
                                       "1.3.6.1.2.1.43.11.1.1.9.1.2"};

    cr_assert_eq(answer->count, 5);
    for (size_t i = 0; i < 5; i++) {
        cr_assert_str_eq(answer->varbinds[i].name, want[i]);
    }
}

Test(sim_agent, answers_getbulk_without_repetitions_or_names)
{
    struct support_sim_question question = {.version = 1,
                                            .type = SIM_TAG_GETBULK,
                                            .first = 0,
                                            .second = 0,
                                            .count = 1,
                                            .names = {"1.3.6.1"}};

    cr_assert_eq(ask(0, &question)->count, 0);
    question.second = -5;
    cr_assert_eq(ask(0, &question)->count, 0);
    question.first = 9;
    cr_assert_eq(ask(0, &question)->count, 1);
    question.count = 0;
    question.second = 10;
    cr_assert_eq(ask(0, &question)->count, 0);
}

Test(sim_agent, cuts_a_getbulk_to_the_size_and_calls_a_get_too_big)
{
    struct support_sim_question bulk = {.version = 1,
                                        .type = SIM_TAG_GETBULK,
                                        .second = 1000,
                                        .count = 1,
                                        .names = {"1.3.6.1.2.1.43"}};
    struct support_sim_answer *answer;
    size_t last = 0;

    for (size_t reply_max = 484; reply_max < 3000; reply_max += 61) {
        answer = support_sim_ask(&fleet, 0, NOW, reply_max, 0, &bulk);
        cr_assert_eq(answer->error, 0);
        cr_assert_leq(answer->size, reply_max);
        cr_assert_geq(answer->count, last);
        last = answer->count;
    }
    bulk.type = SIM_TAG_GET;
    bulk.count = 12;
    for (size_t i = 0; i < 12; i++) {
        bulk.names[i] = "1.3.6.1.2.1.1.1.0";
    }
    answer = support_sim_ask(&fleet, 0, NOW, 484, 0, &bulk);
    cr_assert_eq(answer->error, SIM_ERROR_TOO_BIG);
    cr_assert_eq(answer->count, 0);
    bulk.version = 0;
    answer = support_sim_ask(&fleet, 0, NOW, 484, 0, &bulk);
    cr_assert_eq(answer->error, SIM_ERROR_TOO_BIG);
    cr_assert_eq(answer->count, 12);
}

Test(sim_agent, says_too_big_to_getbulk_when_the_device_does_so)
{
    struct support_sim_question bulk = {.version = 1,
                                        .type = SIM_TAG_GETBULK,
                                        .second = 50,
                                        .count = 1,
                                        .names = {"1.3.6.1.2.1.43"}};

    cr_assert_eq(support_sim_ask(&fleet, 0, NOW, 484, SIM_FLAW_BULK_TOO_BIG, &bulk)->error,
                 SIM_ERROR_TOO_BIG);
    bulk.second = 2;
    cr_assert_eq(support_sim_ask(&fleet, 0, NOW, 484, SIM_FLAW_BULK_TOO_BIG, &bulk)->error, 0);
}

Test(sim_agent, lets_nothing_be_set)
{
    struct support_sim_question set = {
        .version = 1, .type = SIM_TAG_SET, .count = 1, .names = {"1.3.6.1.2.1.1.5.0"}};

    cr_assert_eq(ask(0, &set)->error, SIM_ERROR_NO_ACCESS);
    set.version = 0;
    cr_assert_eq(ask(0, &set)->error, SIM_ERROR_NO_SUCH_NAME);
}

Test(sim_agent, goes_round_in_circles_when_the_flaw_is_nonincreasing)
{
    struct support_sim_answer *answer =
        support_sim_ask(&fleet, 0, NOW, SIM_REPLY_MAX, SIM_FLAW_NONINCREASING,
                        &(struct support_sim_question){.version = 1,
                                                       .type = SIM_TAG_GETBULK,
                                                       .second = 12,
                                                       .count = 1,
                                                       .names = {"1.3.6.1.2.1.43.11.1.1.8"}});

    cr_assert_eq(answer->count, 12);
    cr_assert_str_eq(answer->varbinds[0].name, "1.3.6.1.2.1.43.11.1.1.8.1.1");
    cr_assert_str_eq(answer->varbinds[1].name, "1.3.6.1.2.1.43.11.1.1.8.1.2");
    cr_assert_str_eq(answer->varbinds[2].name, "1.3.6.1.2.1.43.11.1.1.8.1.1");
}

Test(sim_agent, never_ends_the_alert_table_when_the_flaw_is_endless)
{
    char name[700] = "1.3.6.1.2.1.43.18.1.1.2";
    uint32_t last = 0;

    for (int i = 0; i < 300; i++) {
        struct support_sim_answer *answer = support_sim_ask(
            &fleet, 1, NOW, SIM_REPLY_MAX, SIM_FLAW_ENDLESS,
            &(struct support_sim_question){
                .version = 1, .type = SIM_TAG_GETNEXT, .count = 1, .names = {name}});
        uint32_t row = (uint32_t)strtoul(strrchr(answer->varbinds[0].name, '.') + 1, NULL, 10);

        cr_assert_eq(strncmp(answer->varbinds[0].name, "1.3.6.1.2.1.43.18.1.1.2.1.", 26), 0);
        cr_assert_gt(row, last);
        last = row;
        (void)snprintf(name, sizeof(name), "%s", answer->varbinds[0].name);
    }
}

Test(sim_agent, skips_counter64_for_v1)
{
    struct sim_mib mib;
    static struct sim_request request;
    static struct sim_plan plan;
    struct sim_view view = {0};
    uint8_t bytes[200];
    uint8_t tlv[16];

    sim_mib_init(&mib);
    for (uint8_t i = 1; i <= 3; i++) {
        uint8_t name[] = {0x2b, 6, 1, i};
        uint8_t *end = sim_ber_put_uint(tlv, i == 2 ? SIM_TAG_COUNTER64 : SIM_TAG_COUNTER, i);
        struct sim_mib_entry entry = {.name = name,
                                      .name_length = 4,
                                      .column_length = 3,
                                      .value_tlv = tlv,
                                      .value_length = (size_t)(end - tlv)};

        cr_assert_eq(sim_mib_add(&mib, &entry), 0);
    }
    sim_mib_finish(&mib);
    for (int32_t version = 0; version < 2; version++) {
        struct support_sim_question next = {
            .version = version, .type = SIM_TAG_GETNEXT, .count = 1, .names = {"1.3.6.1.1"}};
        size_t n = support_sim_encode(&next, bytes);

        cr_assert_eq(sim_request_head(&request, bytes, n), SIM_REFUSAL_NONE);
        cr_assert(sim_request_names(&request));
        sim_agent_plan(&mib, &view, &request, SIM_REPLY_MAX, 0, &plan);
        cr_assert_eq(plan.items[0].object, &mib.objects[version == 0 ? 2 : 1]);
    }
    sim_mib_fini(&mib);
}

Test(sim_agent, survives_questions_with_any_byte_changed)
{
    static struct sim_request request;
    static struct sim_plan plan;
    static uint8_t buffer[SIM_ANSWER_BYTES(SIM_REPLY_MAX)];
    struct support_sim_question bulk = {.version = 1,
                                        .type = SIM_TAG_GETBULK,
                                        .second = 5,
                                        .count = 3,
                                        .names = {"1.3.6.1.2.1.43.11.1.1.8",
                                                  "1.3.6.1.2.1.43.18.1.1.2.1.5",
                                                  "1.3.6.1.2.1.4.20.1.2"}};
    uint8_t bytes[300];
    size_t n = support_sim_encode(&bulk, bytes);
    struct sim_identity identity;
    struct sim_view view;
    struct sim_slice message;

    sim_fleet_identify(&fleet, 5, &identity);
    for (size_t at = 0; at < n; at++) {
        for (unsigned value = 0; value < 256; value++) {
            uint8_t *exact = malloc(n);

            memcpy(exact, bytes, n);
            exact[at] = (uint8_t)value;
            if (sim_request_head(&request, exact, n) == SIM_REFUSAL_NONE &&
                sim_request_names(&request)) {
                sim_device_view(&view, &identity, NOW, 0);
                sim_agent_plan(&identity.model->mib, &view, &request, SIM_REPLY_MAX, 0, &plan);
                (void)sim_agent_write(&view, &request, &plan, 0,
                                      (struct sim_room){buffer, SIM_REPLY_MAX}, &message);
                cr_assert_leq(message.length, SIM_REPLY_MAX);
            }
            free(exact);
        }
    }
}

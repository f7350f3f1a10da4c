#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "core/fleet/plan.h"
#include "proto/oid.h"

/* The smallest printer there is: names in the order of SNMP, each with a value of one octet. All
 * arcs are below 128, so that the order of the octets is that of the names. */
static const char *const PRINTER[] = {"1.3.6.1.2.1.1.1.0",
                                      "1.3.6.1.2.1.1.2.0",
                                      "1.3.6.1.2.1.1.3.0",
                                      "1.3.6.1.2.1.1.5.0",
                                      "1.3.6.1.2.1.25.3.2.1.2.1",
                                      "1.3.6.1.2.1.25.3.2.1.3.1",
                                      "1.3.6.1.2.1.25.3.5.1.1.1",
                                      "1.3.6.1.2.1.43.5.1.1.1.1",
                                      "1.3.6.1.2.1.43.5.1.1.17.1",
                                      "1.3.6.1.2.1.43.10.2.1.4.1.1",
                                      "1.3.6.1.2.1.43.11.1.1.6.1.1",
                                      "1.3.6.1.2.1.43.11.1.1.6.1.2",
                                      "1.3.6.1.2.1.43.11.1.1.7.1.1",
                                      "1.3.6.1.2.1.43.11.1.1.7.1.2",
                                      "1.3.6.1.2.1.43.11.1.1.9.1.1",
                                      "1.3.6.1.2.1.43.11.1.1.9.1.2",
                                      "1.3.6.1.4.1.1.1.0"};
#define HOST_NAMES 6 /* of them what a host without Printer-MIB has */
#define NAMES      2 /* of them what is asked each time to see that it is the same device */

struct name {
    uint8_t octets[OID_BER_MAX];
    size_t size;
};

static struct name names[BASE_ARRAY_COUNT(PRINTER)];
static size_t name_count;
static struct plan plan;
static struct plan_question question;
static struct learned learned;
static struct gate_varbind varbinds[PLAN_VARBINDS_MAX];
static size_t varbind_count;

static void open_plan(void)
{
    name_count = BASE_ARRAY_COUNT(PRINTER);
    for (size_t i = 0; i < name_count; i++) {
        cr_assert_eq(
            oid_from_text(PRINTER[i], names[i].octets, sizeof(names[i].octets), &names[i].size), 0);
    }
    plan.columns = calloc(plan_column_count(), sizeof(*plan.columns));
    cr_assert_not_null(plan.columns);
    learned_init(&learned);
}

static void close_plan(void)
{
    free(plan.columns);
    plan_fini(&plan);
}

TestSuite(plan, .init = open_plan, .fini = close_plan);

static void start(enum plan_goal goal, bool is_v1)
{
    cr_assert_eq(plan_start(&plan, goal, &learned, is_v1), 0);
}

static int compare(struct bytes a, struct bytes b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = memcmp(a.data, b.data, common);
    return order != 0 ? order : (a.size < b.size ? -1 : (a.size > b.size ? 1 : 0));
}

/* Adds what comes after a name, and returns that. */
static struct bytes put_next(struct bytes name)
{
    static const uint8_t VALUE = 7;
    struct gate_varbind *varbind = &varbinds[varbind_count++];
    for (size_t i = 0; i < name_count; i++) {
        struct bytes candidate = bytes_of(names[i].octets, names[i].size);
        if (compare(candidate, name) > 0) {
            *varbind = (struct gate_varbind){.name = candidate.data,
                                             .name_size = (uint16_t)candidate.size,
                                             .value = &VALUE,
                                             .value_size = 1,
                                             .tag = GATE_INTEGER};
            return candidate;
        }
    }
    *varbind = (struct gate_varbind){
        .name = name.data, .name_size = (uint16_t)name.size, .tag = GATE_END_OF_MIB_VIEW};
    return name;
}

/* Fills varbinds with the device's answer to the question. */
static void answer(void)
{
    struct bytes at[PLAN_NAMES_MAX];
    size_t singles =
        question.pdu.pdu == GATE_GETBULK ? (size_t)question.pdu.non_repeaters : question.pdu.count;
    varbind_count = 0;
    for (size_t i = 0; i < question.pdu.count; i++) {
        at[i] = question.pdu.names[i];
    }
    for (size_t i = 0; i < singles; i++) {
        put_next(at[i]);
    }
    for (int32_t row = 0; row < question.pdu.max_repetitions; row++) {
        for (size_t i = singles; i < question.pdu.count; i++) {
            at[i] = put_next(at[i]);
        }
    }
}

/* Asks and answers until there is nothing more to ask. Returns: questions. */
static unsigned converse(void)
{
    unsigned questions = 0;
    while (plan_ask(&plan, &question)) {
        answer();
        cr_assert_leq(varbind_count, question.max_varbinds);
        plan_accept(&plan, varbinds, varbind_count);
        questions++;
    }
    return questions;
}

static size_t entries_of(unsigned part)
{
    size_t count = 0;
    size_t offset = 0;
    struct record_entry entry;
    struct record_header header = {.part = part == 0 ? RECORD_STATIC : RECORD_MOVING,
                                   .address_family = 4};
    struct bytes record = record_finish(&plan.parts[part], &header);
    while (record_next(record, &offset, &entry)) {
        count++;
    }
    return count;
}

/* --- the first questions ---------------------------------------------------------------------- */

Test(plan, the_first_question_is_small_and_tells_whether_it_is_a_printer)
{
    start(PLAN_FIRST, false);
    cr_assert(plan_ask(&plan, &question));
    cr_assert_eq(question.pdu.pdu, GATE_GETBULK);
    cr_assert_leq(question.pdu.count, 16);
    bool has_root = false;
    for (size_t i = 0; i < question.pdu.count; i++) {
        static const uint8_t ROOT[] = {0x2b, 6, 1, 2, 1, 43};
        has_root = has_root || bytes_equal(question.pdu.names[i], bytes_of(ROOT, sizeof(ROOT)));
    }
    cr_assert(has_root);
}

Test(plan, a_printer_is_read_whole_and_known_then)
{
    start(PLAN_FIRST, false);
    cr_assert_leq(converse(), 5);
    cr_assert_eq(entries_of(0) + entries_of(1), BASE_ARRAY_COUNT(PRINTER) - 1);
    cr_assert_eq(plan.failed_tables, 0);
    cr_assert_not(plan_is_not_printer(&plan));
    plan_learn(&plan, &learned);
    cr_assert(learned.is_known);
    cr_assert(learned.is_printer);
    cr_assert_eq(learned.rows[OBJECT_TABLE_SUPPLY], 2);
    cr_assert_eq(learned.uptime_ticks, 7);
    cr_assert_eq(learned.config_changes, 7);
    cr_assert(learned_is_absent(&learned, OBJECT_SYS_LOCATION));
    cr_assert(learned_is_absent(&learned, OBJECT_SUPPLY_CLASS));
    cr_assert_not(learned_is_absent(&learned, OBJECT_SUPPLY_LEVEL));
    /* An empty table says nothing of its columns. */
    cr_assert_not(learned_is_absent(&learned, OBJECT_ALERT_CODE));
}

Test(plan, a_known_printer_is_asked_for_what_it_has)
{
    start(PLAN_FIRST, false);
    converse();
    size_t both = entries_of(0) + entries_of(1);
    plan_learn(&plan, &learned);
    start(PLAN_FULL, false);
    cr_assert_leq(converse(), 3);
    cr_assert_eq(entries_of(0) + entries_of(1), both);
    start(PLAN_MOVING, false);
    cr_assert_leq(converse(), 2);
    cr_assert_eq(entries_of(0), NAMES);
    cr_assert_gt(entries_of(1), 0);
    cr_assert_not(plan_has_other_rows(&plan, &learned));
}

Test(plan, v1_is_asked_with_getnext_and_gives_the_same)
{
    start(PLAN_FIRST, false);
    converse();
    size_t both = entries_of(0) + entries_of(1);
    start(PLAN_FIRST, true);
    cr_assert(plan_ask(&plan, &question));
    cr_assert_eq(question.pdu.pdu, GATE_GETNEXT);
    cr_assert_eq(question.pdu.non_repeaters, 0);
    cr_assert_eq(question.pdu.max_repetitions, 0);
    answer();
    plan_accept(&plan, varbinds, varbind_count);
    converse();
    cr_assert_eq(entries_of(0) + entries_of(1), both);
}

Test(plan, a_host_is_told_from_a_printer_by_the_first_answer)
{
    name_count = HOST_NAMES;
    start(PLAN_FIRST, false);
    cr_assert_leq(converse(), 2);
    cr_assert(plan_is_not_printer(&plan));
    cr_assert_eq(entries_of(0), 3); /* sysDescr, sysObjectID, sysName */
    plan_learn(&plan, &learned);
    cr_assert_not(learned.is_known);
    cr_assert_not(learned.is_printer);
}

Test(plan, a_printer_without_rows_any_more_is_not_known_any_more)
{
    start(PLAN_FIRST, false);
    converse();
    plan_learn(&plan, &learned);
    cr_assert(learned.is_known);
    name_count = HOST_NAMES;
    start(PLAN_FULL, false);
    converse();
    plan_learn(&plan, &learned);
    cr_assert_not(learned.is_known);
}

/* --- refusals and silence --------------------------------------------------------------------- */

Test(plan, too_big_asks_for_less_until_one_value_is_left)
{
    unsigned before = UINT16_MAX;
    unsigned refusals = 0;
    start(PLAN_FIRST, false);
    while (plan_ask(&plan, &question) && question.max_varbinds > 1) {
        cr_assert_leq(question.max_varbinds, before);
        before = question.max_varbinds;
        plan_refused(&plan, PDU_TOO_BIG, 0);
        cr_assert_leq(++refusals, 20);
    }
    cr_assert_eq(question.max_varbinds, 1);
}

Test(plan, a_device_for_which_all_is_too_big_is_given_up)
{
    unsigned questions = 0;
    start(PLAN_FULL, false);
    while (plan_ask(&plan, &question)) {
        plan_refused(&plan, PDU_TOO_BIG, 0);
        cr_assert_leq(++questions, PLAN_QUESTIONS_MAX);
    }
    cr_assert_neq(plan.failed_tables, 0);
    cr_assert_eq(entries_of(0) + entries_of(1), 0);
}

Test(plan, no_such_name_ends_the_column_it_names)
{
    start(PLAN_FIRST, true);
    cr_assert(plan_ask(&plan, &question));
    size_t count = question.pdu.count;
    plan_refused(&plan, PDU_NO_SUCH_NAME, (int32_t)count);
    cr_assert(plan_ask(&plan, &question));
    cr_assert_eq(question.pdu.count, count - 1);
    cr_assert_eq(plan.failed_tables, 0);
}

Test(plan, another_error_breaks_the_column_it_names)
{
    start(PLAN_FIRST, true);
    cr_assert(plan_ask(&plan, &question));
    size_t count = question.pdu.count;
    plan_refused(&plan, PDU_GEN_ERR, (int32_t)count);
    cr_assert_neq(plan.failed_tables, 0);
    cr_assert(plan_ask(&plan, &question));
    cr_assert_eq(question.pdu.count, count - 1);
}

Test(plan, an_error_that_names_nobody_halves_the_question)
{
    static const int32_t INDEXES[] = {0, -1, 99, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(INDEXES); i++) {
        start(PLAN_FIRST, true);
        cr_assert(plan_ask(&plan, &question));
        size_t count = question.pdu.count;
        plan_refused(&plan, PDU_GEN_ERR, INDEXES[i]);
        cr_assert(plan_ask(&plan, &question));
        cr_assert_eq(question.pdu.count, count / 2);
        cr_assert_eq(plan.failed_tables, 0);
    }
}

Test(plan, refused_getbulk_gives_way_to_getnext)
{
    start(PLAN_FIRST, false);
    while (plan_ask(&plan, &question) && question.pdu.pdu == GATE_GETBULK) {
        plan_refused(&plan, PDU_GEN_ERR, 0);
    }
    cr_assert_eq(question.pdu.pdu, GATE_GETNEXT);
    answer();
    plan_accept(&plan, varbinds, varbind_count);
    converse();
    cr_assert_eq(plan.failed_tables, 0);
    plan_learn(&plan, &learned);
    cr_assert(learned.is_bulk_broken);
    start(PLAN_FULL, false);
    cr_assert(plan_ask(&plan, &question));
    cr_assert_eq(question.pdu.pdu, GATE_GETNEXT);
}

Test(plan, silence_asks_for_less_and_then_gives_up)
{
    start(PLAN_FULL, false);
    cr_assert(plan_ask(&plan, &question));
    unsigned at_first = question.max_varbinds;
    cr_assert(plan_silence(&plan));
    cr_assert(plan_ask(&plan, &question));
    cr_assert_lt(question.max_varbinds, at_first / 2);
    cr_assert(plan_silence(&plan));
    cr_assert(plan_ask(&plan, &question));
    cr_assert_not(plan_silence(&plan));
    plan_abandon(&plan);
    cr_assert_neq(plan.failed_tables, 0);
    plan_learn(&plan, &learned);
    cr_assert_gt(learned.reply_bytes, 0);
    cr_assert_lt(learned.reply_bytes, PLAN_REPLY_BYTES);
}

Test(plan, an_answer_between_them_forgives_silences)
{
    start(PLAN_FULL, false);
    for (int i = 0; i < 3; i++) {
        cr_assert(plan_ask(&plan, &question));
        cr_assert(plan_silence(&plan));
        cr_assert(plan_ask(&plan, &question));
        answer();
        plan_accept(&plan, varbinds, varbind_count);
    }
}

/* --- what is kept ----------------------------------------------------------------------------- */

Test(plan, any_size_that_was_kept_leads_to_a_question_that_fits)
{
    static const uint16_t SIZES[] = {1, 63, 64, 65, 100, 399, 1400, 1401, 30000, 40000, 65535};
    learned.is_known = true;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(SIZES); i++) {
        for (int goal = PLAN_FIRST; goal <= PLAN_MOVING; goal++) {
            learned.reply_bytes = SIZES[i];
            start((enum plan_goal)goal, false);
            cr_assert(plan_ask(&plan, &question));
            cr_assert_leq(question.max_varbinds, PLAN_VARBINDS_MAX);
            cr_assert_leq(plan.asked_bytes, PLAN_REPLY_BYTES);
            cr_assert(SIZES[i] > 100 || question.max_varbinds < 30, "%u varbinds for %u octets",
                      question.max_varbinds, SIZES[i]);
        }
    }
}

Test(plan, any_number_of_rows_that_was_kept_is_survived)
{
    learned.is_known = true;
    memset(learned.rows, 255, sizeof(learned.rows));
    start(PLAN_FULL, false);
    cr_assert_leq(converse(), 120);
    cr_assert_eq(entries_of(0) + entries_of(1), BASE_ARRAY_COUNT(PRINTER) - 1);
    memset(learned.absent, 255, sizeof(learned.absent));
    start(PLAN_MOVING, false);
    cr_assert_eq(converse(), 0);
    cr_assert_eq(plan.failed_tables, 0);
}

Test(plan, escalating_adds_the_static_objects_once)
{
    start(PLAN_FIRST, false);
    converse();
    size_t static_entries = entries_of(0);
    size_t moving_entries = entries_of(1);
    plan_learn(&plan, &learned);
    start(PLAN_MOVING, false);
    cr_assert(plan_ask(&plan, &question));
    answer();
    plan_accept(&plan, varbinds, varbind_count);
    plan_escalate(&plan);
    plan_escalate(&plan);
    converse();
    cr_assert_eq(entries_of(0), static_entries);
    cr_assert_eq(entries_of(1), moving_entries);
    plan_learn(&plan, &learned);
    cr_assert(learned.is_known);
}

Test(plan, other_rows_are_seen)
{
    start(PLAN_FIRST, false);
    converse();
    plan_learn(&plan, &learned);
    /* The second supply is now the fourth. */
    for (size_t i = 0; i < name_count; i++) {
        if (strstr(PRINTER[i], "43.11.1.1") != NULL && names[i].octets[names[i].size - 1] == 2) {
            names[i].octets[names[i].size - 1] = 4;
        }
    }
    start(PLAN_MOVING, false);
    converse();
    cr_assert(plan_has_other_rows(&plan, &learned));
    plan_escalate(&plan);
    converse();
    cr_assert_not(plan_has_other_rows(&plan, &learned));
    plan_learn(&plan, &learned);
    start(PLAN_MOVING, false);
    converse();
    cr_assert_not(plan_has_other_rows(&plan, &learned));
}

Test(plan, one_plan_serves_many_polls)
{
    for (int i = 0; i < 50; i++) {
        learned_init(&learned);
        start(PLAN_FIRST, i % 2 == 0);
        converse();
        cr_assert_eq(entries_of(0) + entries_of(1), BASE_ARRAY_COUNT(PRINTER) - 1);
    }
}

/*
 * Devices with bad habits, one at a time: each is read as far as it lets itself be read, within
 * bounds, and what was learned spares the next poll.
 */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/fleet/plan.h"
#include "tests/scenario/support_fleet.h"

#define MS INT64_C(1000)

static struct agent_mib office;
static struct world *world;
static struct fleet *fleet;

static void open_device(void)
{
    struct model_shape shape = model_office();
    office = model_printer(&shape);
    world = world_new(3, 1, &office);
    fleet = fleet_new(world);
    world_device(world, 0)->link =
        (struct world_link){.delay_min_us = 5 * MS, .delay_max_us = 9 * MS};
}

static void close_device(void)
{
    fleet_free(fleet);
    world_free(world);
    agent_mib_free(&office);
}

TestSuite(habits, .init = open_device, .fini = close_device, .timeout = 60);

static struct agent_habits *habits(void)
{
    return &world_device(world, 0)->agent.habits;
}

static const struct fleet_end *poll_once(void)
{
    fleet_sweep(fleet);
    world_wait(world, 60 * WORLD_SECOND_US);
    return &fleet->ends[0];
}

static const struct fleet_end *poll_fully(void)
{
    fleet->config.is_full = true;
    const struct fleet_end *end = poll_once();
    fleet->config.is_full = false;
    return end;
}

static void poll_whole(void)
{
    poll_once();
    fleet_assert_whole(fleet, 0);
}

/* --- how many questions ---------------------------------------------------------------------- */

Test(habits, an_office_printer_costs_14_questions_at_first_9_known_4_for_what_moves)
{
    struct model_match match;
    cr_assert_leq(poll_once()->questions, 14);
    fleet_assert_whole(fleet, 0);
    match = fleet_compare(fleet, 0, MODEL_STATIC | MODEL_MOVING);
    cr_assert_geq(match.wanted, 270);
    cr_assert_leq(poll_fully()->questions, 9);
    fleet_assert_whole(fleet, 0);
    cr_assert_leq(poll_once()->questions, 4);
    fleet_assert_whole(fleet, 0);
    cr_assert_leq(poll_fully()->questions, 9);
}

Test(habits, a_device_of_another_index_costs_no_more)
{
    struct model_shape shape = model_office();
    shape.device = 65535;
    agent_mib_free(&office);
    office = model_printer(&shape);
    cr_assert_leq(poll_once()->questions, 14);
    fleet_assert_whole(fleet, 0);
    cr_assert_leq(poll_once()->questions, 4);
}

Test(habits, a_host_without_printer_mib_costs_two_questions_and_shows_its_system)
{
    agent_mib_free(&office);
    office = model_host();
    const struct fleet_end *end = poll_once();
    cr_assert_eq(end->status, RECORD_NOTPRINTER);
    cr_assert_leq(end->questions, 2);
    cr_assert_geq(fleet_compare(fleet, 0, MODEL_STATIC | MODEL_MOVING).read, 7);
    cr_assert_eq(poll_once()->status, RECORD_NOTPRINTER);
}

Test(habits, a_host_with_nothing_but_printer_scalars_is_no_trap)
{
    agent_mib_drop(&office, "1.3.6.1.2.1.1");
    agent_mib_drop(&office, "1.3.6.1.2.1.25");
    agent_mib_drop(&office, "1.3.6.1.2.1.2");
    poll_whole();
    poll_whole();
}

/* --- versions -------------------------------------------------------------------------------- */

Test(habits, a_device_of_v1_is_found_and_remembered)
{
    habits()->is_v1_only = true;
    poll_whole();
    cr_assert_eq(fleet->ends[0].snmp_version, 0);
    cr_assert_gt(fleet->traffic.retries, 0);
    poll_whole();
    cr_assert_eq(fleet->traffic.retries, 0);
    cr_assert_eq(fleet->traffic.sent, fleet->counters.questions);
}

Test(habits, a_device_that_learned_another_version_is_found_again)
{
    habits()->is_v1_only = true;
    poll_whole();
    habits()->is_v1_only = false;
    habits()->is_v2_only = true;
    cr_assert_eq(poll_once()->status, RECORD_TIMEOUT);
    poll_whole();
    cr_assert_eq(fleet->ends[0].snmp_version, 1);
}

Test(habits, a_reply_in_another_version_is_no_reply)
{
    habits()->is_v1_answered_in_v2 = true;
    cr_assert_eq(poll_once()->status, RECORD_TIMEOUT);
    cr_assert_gt(fleet->traffic.wrong_version, 0);
}

Test(habits, another_community_is_silence)
{
    world_device(world, 0)->agent.community = bytes_from_text("secret");
    cr_assert_eq(poll_once()->status, RECORD_TIMEOUT);
}

Test(habits, a_device_that_lets_nobody_read_says_so_at_once)
{
    habits()->is_closed = true;
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(poll_once()->status, RECORD_AUTH);
        cr_assert_eq(fleet->ends[0].questions, 1);
    }
    habits()->is_closed = false;
    poll_whole();
    habits()->is_closed = true;
    cr_assert_eq(poll_once()->status, RECORD_AUTH);
    habits()->is_closed = false;
    poll_whole();
}

Test(habits, a_device_deaf_to_bulk_is_read_without)
{
    habits()->is_bulk_silent = true;
    poll_whole();
    poll_whole();
    cr_assert_eq(fleet->traffic.retries, 0);
}

Test(habits, a_device_that_fails_at_bulk_is_read_without_and_remembered)
{
    habits()->is_bulk_generr = true;
    poll_whole();
    poll_whole();
    uint32_t before = world_device(world, 0)->agent.questions;
    poll_whole();
    cr_assert_leq(world_device(world, 0)->agent.questions - before, 16);
}

/* --- sizes ----------------------------------------------------------------------------------- */

/* Nothing is said twice, and nothing is refused: what was learned of sizes is enough. */
static void poll_smoothly(void)
{
    uint32_t before = world_device(world, 0)->agent.questions;
    poll_whole();
    cr_assert_eq(fleet->traffic.retries, 0);
    cr_assert_leq(fleet->ends[0].questions, 10);
    cr_assert_eq(world_device(world, 0)->agent.questions - before, fleet->ends[0].questions);
}

static void bear_less(uint16_t bytes, bool is_silent)
{
    habits()->too_big_above = is_silent ? 0 : bytes;
    habits()->silent_above = is_silent ? bytes : 0;
    poll_whole();
    for (int i = 0; i < 4; i++) {
        poll_fully();
        fleet_assert_whole(fleet, 0);
        cr_assert_lt(fleet->learned[0].reply_bytes, bytes + bytes / 3);
        cr_assert_gt(fleet->learned[0].reply_bytes, 0);
        poll_whole();
        poll_smoothly();
    }
}

Test(habits, a_device_for_which_much_is_too_big_is_asked_for_less)
{
    bear_less(500, false);
}

Test(habits, a_device_for_which_a_little_less_is_too_big_is_asked_for_a_little_less)
{
    bear_less(1100, false);
    cr_assert_geq(fleet->learned[0].reply_bytes, 500);
}

Test(habits, a_device_that_drops_large_replies_is_asked_for_less)
{
    bear_less(700, true);
}

Test(habits, a_device_that_cuts_bulk_short_is_read_on)
{
    for (uint16_t varbinds = 60; varbinds > 5; varbinds /= 2) {
        habits()->bulk_varbinds = varbinds;
        poll_whole();
        poll_fully();
        fleet_assert_whole(fleet, 0);
    }
}

Test(habits, a_device_that_bears_few_names_is_asked_for_few)
{
    habits()->names_max = 4;
    poll_whole();
    poll_whole();
}

Test(habits, long_strings_do_not_break_a_device_of_484_octets)
{
    static char text[100];
    memset(text, 'x', sizeof(text));
    for (size_t i = 0; i < office.count; i++) {
        struct agent_entry *entry = &office.entries[i];
        if (entry->tag == 0x04 && entry->object != 0 && entry->value_size > 6 &&
            entry->value_size < sizeof(text)) {
            entry->value = realloc(entry->value, sizeof(text));
            memcpy(entry->value, text, sizeof(text));
            entry->value_size = sizeof(text);
        }
    }
    habits()->too_big_above = 484;
    poll_whole();
    cr_assert_lt(fleet->ends[0].questions, PLAN_QUESTIONS_MAX);
}

Test(habits, answers_without_varbinds_end_the_poll)
{
    habits()->is_empty = true;
    const struct fleet_end *end = poll_once();
    cr_assert(end->status == RECORD_PARTIAL || end->status == RECORD_NOTPRINTER);
    cr_assert_leq(end->questions, PLAN_QUESTIONS_MAX);
    cr_assert_eq(fleet_compare(fleet, 0, MODEL_STATIC | MODEL_MOVING).read, 0);
}

/* --- walks that go wrong --------------------------------------------------------------------- */

/* The table ends as broken, all others are whole, and the search has its bounds. */
static void walk_wrongly(enum agent_walk walk, enum object_table_id table, unsigned bulk_max,
                         unsigned v1_max)
{
    uint32_t tables = 1u << table;
    habits()->walk = walk;
    habits()->wrong_root = model_table(table);
    for (int version = 0; version < 2; version++) {
        unsigned most = version == 0 ? bulk_max : v1_max;
        fleet->config.version = version == 0 ? SWEEP_AUTO : SWEEP_V1;
        fleet->is_learned[0] = false;
        const struct fleet_end *end = poll_once();
        fleet_assert_whole_but(fleet, 0, tables);
        cr_assert_leq(end->questions, most, "%u questions", end->questions);
        cr_assert_neq(end->failed_tables, 0);
        end = poll_once();
        fleet_assert_whole_but(fleet, 0, tables);
        cr_assert_leq(end->questions, most, "%u questions", end->questions);
    }
}

Test(habits, a_walk_that_repeats_ends_its_table)
{
    walk_wrongly(AGENT_WALK_REPEATS, OBJECT_TABLE_INPUT, 12, 30);
    walk_wrongly(AGENT_WALK_REPEATS, OBJECT_TABLE_ALERT, 12, 30);
}

Test(habits, a_walk_that_goes_back_ends_its_table)
{
    walk_wrongly(AGENT_WALK_BACKWARD, OBJECT_TABLE_SUPPLY, 12, 30);
}

Test(habits, a_table_without_end_ends)
{
    walk_wrongly(AGENT_WALK_ENDLESS, OBJECT_TABLE_ALERT, 50, PLAN_QUESTIONS_MAX);
}

Test(habits, a_large_table_without_end_leaves_the_others_their_share)
{
    walk_wrongly(AGENT_WALK_ENDLESS, OBJECT_TABLE_INPUT, 50, PLAN_QUESTIONS_MAX);
    walk_wrongly(AGENT_WALK_ENDLESS, OBJECT_TABLE_HR_DEVICE, 50, PLAN_QUESTIONS_MAX);
}

Test(habits, names_that_grow_do_not_get_far)
{
    habits()->walk = AGENT_WALK_DEEPENS;
    habits()->wrong_root = model_table(OBJECT_TABLE_SUPPLY);
    const struct fleet_end *end = poll_once();
    struct model_match match = fleet_compare(fleet, 0, MODEL_STATIC | MODEL_MOVING);
    /* Such names do increase: they are taken for rows until they end. */
    cr_assert_eq(end->status, RECORD_OK);
    cr_assert_eq(match.missing_tables & ~(1u << OBJECT_TABLE_SUPPLY), 0);
    cr_assert_eq(match.strange_tables, 1u << OBJECT_TABLE_SUPPLY);
    cr_assert_leq(end->questions, 100);
}

Test(habits, an_error_in_a_table_ends_that_table)
{
    walk_wrongly(AGENT_WALK_GENERR, OBJECT_TABLE_OUTPUT, 25, 40);
}

Test(habits, an_error_that_names_nobody_is_found_by_halving)
{
    habits()->index = AGENT_INDEX_ZERO;
    walk_wrongly(AGENT_WALK_GENERR, OBJECT_TABLE_COVER, 30, 50);
    habits()->index = AGENT_INDEX_99;
    walk_wrongly(AGENT_WALK_GENERR, OBJECT_TABLE_COVER, 30, 50);
    habits()->index = AGENT_INDEX_NEGATIVE;
    walk_wrongly(AGENT_WALK_GENERR, OBJECT_TABLE_COVER, 30, 50);
}

Test(habits, a_mib_that_begins_again_at_its_end_is_read_whole)
{
    habits()->walk = AGENT_WALK_TO_START;
    habits()->wrong_root = "1.3.6.1.2.1.43";
    poll_whole();
    fleet->config.version = SWEEP_V1;
    fleet->is_learned[0] = false;
    poll_whole();
}

/*
 * Polls of a known device: what moves is read, and the static part only when something says that it
 * is due. And the breaker: who is hurt by our questions is left alone.
 */
#include <criterion/criterion.h>

#include "tests/scenario/support_fleet.h"

#define MS      INT64_C(1000)
#define HOUR_US (3600 * WORLD_SECOND_US)
#define DAY_MS  (INT64_C(24) * 3600 * 1000)

static struct agent_mib office;
static struct agent_mib changed;
static struct world *world;
static struct fleet *fleet;

static void open_device(void)
{
    struct model_shape shape = model_office();
    office = model_printer(&shape);
    world = world_new(5, 1, &office);
    fleet = fleet_new(world);
    world_device(world, 0)->link =
        (struct world_link){.delay_min_us = 5 * MS, .delay_max_us = 9 * MS};
}

static void close_device(void)
{
    fleet_free(fleet);
    world_free(world);
    agent_mib_free(&office);
    agent_mib_free(&changed);
}

TestSuite(moving, .init = open_device, .fini = close_device, .timeout = 60);
TestSuite(breaker_of_a_device, .init = open_device, .fini = close_device, .timeout = 60);

static struct agent *agent(void)
{
    return &world_device(world, 0)->agent;
}

/* The device has other rows from now on. */
static void change_rows(enum object_table_id table, int by)
{
    struct model_shape shape = model_office();
    shape.rows[table] = (uint8_t)(shape.rows[table] + by);
    changed = model_printer(&shape);
    agent()->mib = &changed;
}

static const struct fleet_end *poll_after(int64_t us)
{
    world_wait(world, us);
    fleet_sweep(fleet);
    return &fleet->ends[0];
}

static void poll_moving(void)
{
    poll_after(HOUR_US);
    fleet_assert_whole(fleet, 0);
    cr_assert_not(fleet->ends[0].has_static, "the static part was read without need");
    cr_assert_leq(fleet->ends[0].questions, 4);
}

static void poll_escalated(void)
{
    poll_after(HOUR_US);
    cr_assert(fleet->ends[0].has_static, "the static part was not read");
    fleet_assert_whole(fleet, 0);
    cr_assert_leq(fleet->ends[0].questions, 14);
}

static void poll_first(void)
{
    poll_after(0);
    fleet_assert_whole(fleet, 0);
    cr_assert(fleet->ends[0].has_static);
}

Test(moving, polls_of_a_known_device_leave_the_static_part_out)
{
    poll_first();
    for (int i = 0; i < 50; i++) {
        agent()->pages += 17;
        poll_moving();
    }
}

Test(moving, a_bump_of_config_changes_brings_the_static_part)
{
    poll_first();
    poll_moving();
    agent()->config_changes++;
    poll_escalated();
    poll_moving();
}

Test(moving, config_changes_that_fall_bring_it_too)
{
    poll_first();
    agent()->config_changes = 0;
    poll_escalated();
    poll_moving();
}

Test(moving, a_restart_brings_the_static_part)
{
    poll_first();
    agent()->booted_us = world_now_us(world) + HOUR_US - 60 * WORLD_SECOND_US;
    poll_escalated();
    poll_moving();
}

Test(moving, a_restart_that_left_a_longer_uptime_than_before_is_seen)
{
    /* Up for ten minutes at the first poll, and for 50 at the next one, an hour later. */
    agent()->booted_us = world_now_us(world) - 600 * WORLD_SECOND_US;
    poll_first();
    agent()->booted_us = world_now_us(world) + 600 * WORLD_SECOND_US;
    poll_escalated();
    poll_moving();
}

Test(moving, an_uptime_that_wraps_brings_it_at_most_once)
{
    agent()->booted_us = world_now_us(world) - INT64_C(42949672950000) + HOUR_US / 4;
    poll_first();
    poll_after(HOUR_US);
    fleet_assert_whole(fleet, 0);
    poll_moving();
    cr_assert_eq(fleet->learned[0].breaker.strikes, 0);
}

Test(moving, another_printer_at_the_address_is_noticed)
{
    struct model_shape shape = model_office();
    shape.device = 2;
    poll_first();
    poll_moving();
    changed = model_printer(&shape);
    agent()->mib = &changed;
    agent()->booted_us -= 1000 * HOUR_US; /* it has been up for longer */
    poll_escalated();
    poll_moving();
}

Test(moving, a_new_supply_brings_its_static_part)
{
    poll_first();
    change_rows(OBJECT_TABLE_SUPPLY, 1);
    poll_escalated();
    poll_moving();
}

Test(moving, a_supply_that_is_gone_brings_the_static_part)
{
    poll_first();
    change_rows(OBJECT_TABLE_SUPPLY, -1);
    poll_escalated();
    poll_moving();
}

Test(moving, a_new_tray_brings_its_static_part)
{
    poll_first();
    change_rows(OBJECT_TABLE_INPUT, 2);
    poll_escalated();
    poll_moving();
}

Test(moving, alerts_come_and_go_without_the_static_part)
{
    static const int CHANGES[] = {9, -3, 0, 30};
    poll_first();
    for (size_t i = 0; i < BASE_ARRAY_COUNT(CHANGES); i++) {
        agent_mib_free(&changed);
        change_rows(OBJECT_TABLE_ALERT, CHANGES[i]);
        poll_after(HOUR_US);
        fleet_assert_whole(fleet, 0);
        cr_assert_not(fleet->ends[0].has_static);
        cr_assert_leq(fleet->ends[0].questions, CHANGES[i] > 10 ? 16 : 6);
    }
}

Test(moving, rows_that_only_some_columns_have_change_nothing)
{
    /* The fifth device has no status and the third tray no level: seen at every poll. */
    agent_mib_drop(&office, "1.3.6.1.2.1.25.3.2.1.5.5");
    agent_mib_drop(&office, "1.3.6.1.2.1.25.3.2.1.6.5");
    agent_mib_drop(&office, "1.3.6.1.2.1.43.8.2.1.10.1.3");
    poll_first();
    for (int i = 0; i < 5; i++) {
        poll_moving();
    }
}

Test(moving, the_static_part_is_read_again_by_age)
{
    fleet->config.static_max_age_ms = DAY_MS;
    poll_first();
    for (int i = 0; i < 23; i++) {
        poll_moving();
    }
    poll_after(HOUR_US);
    cr_assert(fleet->ends[0].has_static);
    fleet_assert_whole(fleet, 0);
    poll_moving();
}

Test(moving, a_device_taken_for_v1_by_chance_gets_another_chance)
{
    fleet->config.static_max_age_ms = DAY_MS;
    world_device(world, 0)->silent_until_us = world_now_us(world) + 2500 * MS;
    poll_first();
    cr_assert_eq(fleet->ends[0].snmp_version, 0);
    poll_after(HOUR_US);
    cr_assert_eq(fleet->ends[0].snmp_version, 0);
    poll_after(25 * HOUR_US);
    cr_assert_eq(fleet->ends[0].snmp_version, 1);
    fleet_assert_whole(fleet, 0);
    poll_moving();
    cr_assert_eq(fleet->ends[0].snmp_version, 1);
}

Test(moving, a_device_of_v1_costs_its_attempts_once_a_day_to_find_out)
{
    fleet->config.static_max_age_ms = DAY_MS;
    agent()->habits.is_v1_only = true;
    poll_first();
    for (int i = 0; i < 3; i++) {
        poll_after(25 * HOUR_US);
        fleet_assert_whole(fleet, 0);
        cr_assert_eq(fleet->ends[0].snmp_version, 0);
        cr_assert_leq(fleet->traffic.retries, 1);
        poll_after(HOUR_US);
        fleet_assert_whole(fleet, 0);
        cr_assert_eq(fleet->traffic.retries, 0);
    }
}

Test(moving, a_device_that_was_away_is_polled_as_before)
{
    poll_first();
    world_device(world, 0)->state = WORLD_DEAD;
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(poll_after(HOUR_US)->status, RECORD_TIMEOUT);
    }
    world_device(world, 0)->state = WORLD_ALIVE;
    poll_moving();
}

Test(moving, a_device_that_became_slow_is_still_read)
{
    poll_first();
    for (int i = 0; i < 5; i++) {
        poll_moving();
    }
    /* It answers after 1.5 s now: longer than all attempts of a fast device together. */
    world_device(world, 0)->link =
        (struct world_link){.delay_min_us = 1500 * MS, .delay_max_us = 1500 * MS};
    poll_after(HOUR_US);
    poll_after(HOUR_US);
    fleet_assert_whole(fleet, 0);
}

Test(moving, a_device_that_became_slow_is_not_asked_everything_twice)
{
    poll_first();
    for (int i = 0; i < 5; i++) {
        poll_moving();
    }
    /* Within the attempts, but later than the first timeout. */
    world_device(world, 0)->link =
        (struct world_link){.delay_min_us = 300 * MS, .delay_max_us = 300 * MS};
    fleet->config.is_full = true;
    poll_after(HOUR_US);
    fleet_assert_whole(fleet, 0);
    cr_assert_leq(fleet->traffic.retries, 2);
}

/* Each answer takes half as long again as the one before, and comes before its timeout. */
static void drip(void *owner, uint32_t device, struct bytes datagram, int64_t now_us)
{
    struct world_link *link = &world_device(owner, device)->link;
    (void)datagram;
    (void)now_us;
    int64_t delay_us = link->delay_max_us + link->delay_max_us / 2;
    link->delay_min_us = delay_us < 25 * WORLD_SECOND_US ? delay_us : 25 * WORLD_SECOND_US;
    link->delay_max_us = link->delay_min_us;
}

Test(moving, a_device_that_drips_its_answers_does_not_hold_up_the_sweep)
{
    agent()->habits.bulk_varbinds = 1;
    world_device(world, 0)->link.delay_max_us = 100 * MS;
    world_watch(world, drip, world);
    cr_assert_eq(poll_after(0)->status, RECORD_PARTIAL);
    cr_assert_eq(fleet->ends[0].error, BASE_ETIMEOUT);
    cr_assert_leq(fleet->took_us, 180 * WORLD_SECOND_US);
    cr_assert_gt(fleet_compare(fleet, 0, MODEL_STATIC | MODEL_MOVING).read, 0);
}

Test(moving, a_poll_that_was_cut_short_is_not_taken_for_known)
{
    world_device(world, 0)->restart_after = 4;
    world_device(world, 0)->restart_us = HOUR_US / 2;
    cr_assert_eq(poll_after(0)->status, RECORD_PARTIAL);
    cr_assert_not(fleet->learned[0].is_known);
    world_device(world, 0)->restart_after = 0;
    poll_after(HOUR_US);
    cr_assert(fleet->ends[0].has_static);
    fleet_assert_whole(fleet, 0);
    cr_assert(fleet->learned[0].is_known);
}

Test(moving, a_printer_that_became_a_host_is_no_printer)
{
    poll_first();
    changed = model_host();
    agent()->mib = &changed;
    agent()->booted_us = world_now_us(world);
    poll_after(HOUR_US);
    poll_after(HOUR_US);
    cr_assert_eq(fleet->ends[0].status, RECORD_NOTPRINTER);
}

/* --- the breaker ----------------------------------------------------------------------------- */

/* Polls hourly a device that dies of the fourth question. */
Test(breaker_of_a_device, silence_after_a_question_twice_opens_it)
{
    world_device(world, 0)->restart_after = 4;
    world_device(world, 0)->restart_us = 600 * WORLD_SECOND_US;
    cr_assert_eq(poll_after(0)->status, RECORD_PARTIAL);
    cr_assert_eq(poll_after(HOUR_US)->status, RECORD_PARTIAL);
    uint32_t heard = world_device(world, 0)->heard;
    cr_assert_eq(poll_after(600 * WORLD_SECOND_US)->status, RECORD_ERROR);
    cr_assert_eq(fleet->ends[0].error, BASE_EBREAKER);
    cr_assert_eq(fleet->counters.breaker_skipped, 1);
    cr_assert_eq(world_device(world, 0)->heard, heard);
    fleet->config.is_forced = true;
    cr_assert_eq(poll_after(0)->status, RECORD_PARTIAL);
}

/* It restarts with every answer, and is back before the next question is given up. */
Test(breaker_of_a_device, a_poll_ends_that_makes_it_restart_again_and_again)
{
    world_device(world, 0)->restart_after = 1;
    world_device(world, 0)->restart_us = 5 * WORLD_SECOND_US;
    cr_assert_eq(poll_after(0)->status, RECORD_PARTIAL);
    /* A few silences of four datagrams each: far from all that a poll asks. */
    cr_assert_leq(world_device(world, 0)->heard, 32);
    cr_assert_eq(fleet->learned[0].breaker.strikes, 1);
}

Test(breaker_of_a_device, each_further_hurt_doubles_its_rest)
{
    int64_t rest_ms = 0;
    world_device(world, 0)->restart_after = 4;
    world_device(world, 0)->restart_us = 600 * WORLD_SECOND_US;
    for (int i = 0; i < 8; i++) {
        poll_after(HOUR_US + rest_ms * MS);
        cr_assert_eq(fleet->ends[0].status, RECORD_PARTIAL, "poll %d: status %d", i,
                     (int)fleet->ends[0].status);
        int64_t now_ms = world_now_us(world) / 1000 + FLEET_UNIX_MS;
        int64_t rest_now_ms = fleet->learned[0].breaker.open_until_unix_ms - now_ms;
        cr_assert(i < 2 || rest_now_ms >= 2 * rest_ms - 1 || rest_now_ms >= DAY_MS - 1);
        rest_ms = i < 1 ? 0 : rest_now_ms;
    }
}

Test(breaker_of_a_device, a_good_poll_forgives)
{
    world_device(world, 0)->restart_after = 4;
    world_device(world, 0)->restart_us = 600 * WORLD_SECOND_US;
    poll_after(0);
    poll_after(HOUR_US);
    cr_assert_eq(fleet->learned[0].breaker.strikes, 2);
    world_device(world, 0)->restart_after = 0;
    poll_after(HOUR_US);
    fleet_assert_whole(fleet, 0);
    cr_assert_eq(fleet->learned[0].breaker.strikes, 0);
}

/* The device answers to the end, and restarts soon after each poll. */
static void poll_until_open(bool is_full)
{
    poll_first();
    fleet->config.is_full = is_full;
    for (int i = 0; i < 2; i++) {
        agent()->booted_us = world_now_us(world) + 30 * WORLD_SECOND_US;
        poll_after(HOUR_US);
        cr_assert_eq(fleet->ends[0].status, RECORD_OK);
    }
    cr_assert_eq(poll_after(60 * WORLD_SECOND_US)->error, BASE_EBREAKER);
}

Test(breaker_of_a_device, restarts_right_after_our_polls_open_it)
{
    poll_until_open(false);
}

Test(breaker_of_a_device, restarts_right_after_our_full_polls_open_it)
{
    poll_until_open(true);
}

Test(breaker_of_a_device, restarts_at_other_times_do_not)
{
    poll_first();
    for (int i = 0; i < 6; i++) {
        agent()->booted_us = world_now_us(world) + HOUR_US / 2;
        poll_after(HOUR_US);
        cr_assert_eq(fleet->ends[0].status, RECORD_OK);
        cr_assert_eq(fleet->learned[0].breaker.strikes, 0);
    }
}

Test(breaker_of_a_device, being_switched_off_between_polls_does_not)
{
    poll_first();
    for (int i = 0; i < 6; i++) {
        world_device(world, 0)->state = i % 2 == 0 ? WORLD_DEAD : WORLD_ALIVE;
        poll_after(HOUR_US);
        cr_assert_eq(fleet->learned[0].breaker.strikes, 0);
    }
}

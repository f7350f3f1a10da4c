#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/events.h"
#include "tests/unit/support_events.h"

TestSuite(events, .init = setup, .timeout = 60);

static void level(int percent)
{
    facts.supplies[0].percent = percent;
    step();
}

/* Says several levels, an hour apart; counts the events of a kind on the way. */
static unsigned levels(enum rows_event kind, const int *percents, size_t count)
{
    unsigned found = 0;
    for (size_t i = 0; i < count; i++) {
        level(percents[i]);
        for (size_t n = 0; n < list.count; n++) {
            found += list.events[n].kind == kind;
        }
    }
    return found;
}

#define LEVELS(kind, ...)                                                                          \
    levels((kind), (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static void expect(enum rows_event kind, int64_t value)
{
    cr_assert_eq(list.count, 1, "%zu events", list.count);
    cr_assert_eq(list.events[0].kind, kind, "%s", rows_event_name(list.events[0].kind));
    cr_assert_eq(list.events[0].value, value);
}

/* --- low and empty ---------------------------------------------------------------------------- */

Test(events, tell_a_supply_low_once)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_LOW, 17, 16, 15, 14, 13, 16, 15, 14, 17, 10), 1);
}

Test(events, tell_at_the_threshold_and_not_above)
{
    level(16);
    cr_assert_eq(list.count, 0);
    level(15);
    expect(ROWS_SUPPLY_LOW, 15);
    cr_assert(bytes_equal(list.events[0].index, bytes_from_text("1.1")));
    cr_assert(bytes_equal(list.events[0].name, bytes_from_text("Black Toner")));
}

Test(events, tell_a_supply_empty_once)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_EMPTY, 5, 2, 1, 0, 0, 1, 2, 0), 1);
}

Test(events, tell_only_the_worse_when_it_is_empty_at_once)
{
    level(20);
    level(0);
    cr_assert_eq(list.count, 0);
    level(0);
    expect(ROWS_SUPPLY_EMPTY, 0);
    level(3);
    cr_assert_eq(list.count, 0);
}

Test(events, tell_what_stands_already_at_the_first_reading)
{
    level(9);
    expect(ROWS_SUPPLY_LOW, 9);
}

Test(events, tell_again_once_it_is_refilled)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_LOW, 20, 10, 100, 100, 50, 15, 14), 2);
}

Test(events, believe_a_great_fall_only_twice)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_EMPTY, 80, 0, 80, 79), 0);
    cr_assert_eq(LEVELS(ROWS_SUPPLY_EMPTY, 20, 0, 20, 12, 0, 12), 0, "misread");
    cr_assert_eq(LEVELS(ROWS_SUPPLY_EMPTY, 0, 0), 1);
}

Test(events, tell_nothing_of_supplies_when_their_table_was_not_read)
{
    facts.has_supplies = false;
    level(0);
    cr_assert_eq(list.count, 0);
    cr_assert_eq(state.slot_count, 0);
}

Test(events, follow_every_supply_by_its_index)
{
    facts.supply_count = 2;
    facts.supplies[0].percent = 10;
    facts.supplies[1] = (struct events_supply){.index = bytes_from_text("1.2"), .percent = 10};
    step();
    cr_assert_eq(list.count, 2);
    struct events_supply first = facts.supplies[0];
    facts.supplies[0] = facts.supplies[1]; /* rows in another order */
    facts.supplies[1] = first;
    step();
    cr_assert_eq(list.count, 0);
}

Test(events, follow_no_more_supplies_than_there_is_room_for)
{
    char index[16];
    facts.supplies[0].percent = 10;
    for (int i = 0; i < EVENTS_SUPPLIES_MAX + 5; i++) {
        snprintf(index, sizeof(index), "2.%d", i);
        facts.supplies[0].index = bytes_from_text(index);
        step();
        cr_assert_eq(list.count, i < EVENTS_SUPPLIES_MAX ? 1 : 0);
    }
}

/* --- thresholds and steps --------------------------------------------------------------------- */

Test(events, take_coarse_levels_as_low_at_their_last_step)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_LOW, 100, 75, 75, 50, 50, 25, 25, 0), 1);
    cr_assert_eq(events_grain(&state.slots[0]), 25);
}

Test(events, do_not_take_a_fine_level_for_a_coarse_one)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_LOW, 25, 25, 25, 24, 20), 0);
    cr_assert_eq(events_grain(&state.slots[0]), 1);
}

Test(events, follow_tenths)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_LOW, 100, 90, 80, 70, 60, 50, 40, 30, 20), 0);
    cr_assert_eq(LEVELS(ROWS_SUPPLY_LOW, 10, 10, 0), 1);
    cr_assert_eq(events_grain(&state.slots[0]), 10);
}

Test(events, take_their_thresholds_from_the_rules)
{
    struct events_rules rules = events_rules_usual;
    rules.low_percent = 30;
    facts.supplies[0].percent = 30;
    events_answer(&rules, &state, &facts, now, now, &list);
    expect(ROWS_SUPPLY_LOW, 30);
}

/* --- service items ---------------------------------------------------------------------------- */

Test(events, tell_a_service_item_near_its_end_and_not_low)
{
    facts.supplies[0].role = EVENTS_SERVICE;
    cr_assert_eq(LEVELS(ROWS_SUPPLY_LOW, 20, 14, 12), 0);
    level(10);
    expect(ROWS_SERVICE_NEAR_END, 10);
    cr_assert_eq(LEVELS(ROWS_SERVICE_NEAR_END, 9, 8, 5), 0);
    level(1);
    expect(ROWS_SUPPLY_EMPTY, 1);
}

Test(events, tell_a_waste_box_near_its_end)
{
    facts.supplies[0].role = EVENTS_WASTE;
    cr_assert_eq(LEVELS(ROWS_SERVICE_NEAR_END, 30, 20, 11, 9, 5, 100, 100, 50, 50, 20, 20, 8), 2);
}

/* --- replaced --------------------------------------------------------------------------------- */

Test(events, tell_a_supply_replaced_when_a_second_reading_agrees)
{
    level(4);
    level(100);
    cr_assert_eq(list.count, 0);
    int64_t first = now;
    level(99);
    expect(ROWS_SUPPLY_REPLACED, 4);
    cr_assert_eq(list.events[0].since_unix_ms, first);
    level(98);
    cr_assert_eq(list.count, 0);
}

Test(events, do_not_take_a_cartridge_that_was_put_back_for_a_new_one)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED, 40, 100, 40, 39, 100, 38), 0);
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED_EARLY, 37, 100, 36), 0);
}

Test(events, do_not_take_a_shaken_cartridge_for_a_new_one)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED, 10, 18, 17, 18, 15), 0);
}

Test(events, tell_one_that_was_replaced_early)
{
    level(45);
    level(100);
    level(100);
    expect(ROWS_SUPPLY_REPLACED_EARLY, 45);
}

Test(events, tell_twenty_percent_left_as_in_time_and_more_as_early)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED, 20, 100, 100), 1);
    setup();
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED_EARLY, 21, 100, 100), 1);
}

Test(events, do_not_call_early_what_coarse_levels_cannot_tell)
{
    LEVELS(ROWS_SUPPLY_LOW, 100, 75, 75, 50, 50, 25, 25);
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED_EARLY, 100, 100), 0);
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED_EARLY, 75, 75, 50, 50, 100, 100), 1);
}

Test(events, take_a_partial_filling_as_one)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED, 12, 60, 60), 1);
}

Test(events, know_a_new_cartridge_by_its_serial_at_once)
{
    facts.supplies[0].serial = bytes_from_text("A1");
    level(60);
    facts.supplies[0].serial = bytes_from_text("B2");
    level(63);
    expect(ROWS_SUPPLY_REPLACED_EARLY, 60);
    level(62);
    cr_assert_eq(list.count, 0);
    facts.supplies[0].serial = (struct bytes){0}; /* not read */
    level(61);
    cr_assert_eq(list.count, 0);
}

Test(events, know_a_refill_by_a_reading_long_after_the_first)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED_EARLY, 45, 99, 70, 69), 1);
}

Test(events, know_what_was_left_in_a_cartridge_that_was_seen_once)
{
    facts.supplies[0].serial = bytes_from_text("A1");
    LEVELS(ROWS_SUPPLY_LOW, 10, 9);
    facts.supplies[0].serial = bytes_from_text("B2");
    level(70);
    facts.supplies[0].serial = bytes_from_text("C3");
    level(99);
    expect(ROWS_SUPPLY_REPLACED_EARLY, 70);
}

Test(events, do_not_call_early_what_was_seen_empty_once)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED, 26, 0, 98, 98), 1);
}

Test(events, know_a_refill_when_a_level_is_told_again_behind_an_alert)
{
    facts.supplies[0].is_empty_by_alert = true;
    LEVELS(ROWS_SUPPLY_EMPTY, EVENTS_UNKNOWN, EVENTS_UNKNOWN);
    facts.supplies[0].is_empty_by_alert = false;
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED, 99, 99, 98), 1);
    cr_assert_eq(LEVELS(ROWS_SUPPLY_LOW, 97, 90, 80, 70, 60, 50, 40, 30, 20, 14, 13), 1);
}

Test(events, measure_the_rise_from_the_lowest_level)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED, 10, 24, 39, 55, 56), 1);
}

/* --- levels that are words -------------------------------------------------------------------- */

Test(events, tell_some_left_empty_when_it_is)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_EMPTY, EVENTS_SOME, EVENTS_SOME, 0, 0), 1);
}

Test(events, tell_it_replaced_when_some_is_left_again_for_two_readings)
{
    LEVELS(ROWS_SUPPLY_EMPTY, EVENTS_SOME, 0);
    level(EVENTS_SOME);
    cr_assert_eq(list.count, 0);
    level(EVENTS_SOME);
    expect(ROWS_SUPPLY_REPLACED, 0);
    level(EVENTS_SOME);
    cr_assert_eq(list.count, 0);
}

Test(events, take_the_alerts_of_a_supply_that_tells_no_level)
{
    facts.supplies[0].is_low_by_alert = true;
    level(EVENTS_SOME);
    expect(ROWS_SUPPLY_LOW, ROWS_CHANGE_NOTHING);
    cr_assert_eq(LEVELS(ROWS_SUPPLY_LOW, EVENTS_SOME, EVENTS_SOME), 0);
    facts.supplies[0].is_low_by_alert = false;
    facts.supplies[0].is_empty_by_alert = true;
    level(EVENTS_SOME);
    expect(ROWS_SUPPLY_EMPTY, ROWS_CHANGE_NOTHING);
    facts.supplies[0].is_empty_by_alert = false;
    cr_assert_eq(LEVELS(ROWS_SUPPLY_REPLACED, EVENTS_SOME, EVENTS_SOME, EVENTS_SOME), 1);
}

Test(events, do_not_take_a_gap_between_two_alerts_for_a_refill)
{
    facts.supplies[0].is_low_by_alert = true;
    level(EVENTS_SOME);
    facts.supplies[0].is_low_by_alert = false;
    level(EVENTS_SOME);
    facts.supplies[0].is_low_by_alert = true;
    cr_assert_eq(LEVELS(ROWS_SUPPLY_LOW, EVENTS_SOME, EVENTS_SOME), 0);
}

Test(events, do_not_believe_an_alert_about_a_full_cartridge)
{
    facts.supplies[0].is_low_by_alert = true;
    level(95);
    cr_assert_eq(list.count, 0);
    level(30);
    level(29);
    expect(ROWS_SUPPLY_LOW, 29);
}

Test(events, tell_nothing_of_a_level_that_nobody_knows)
{
    cr_assert_eq(LEVELS(ROWS_SUPPLY_EMPTY, EVENTS_UNKNOWN, EVENTS_UNKNOWN), 0);
    cr_assert_eq(state.slots[0].percent, EVENTS_UNKNOWN);
}

/* --- ordering --------------------------------------------------------------------------------- */

static unsigned request(int64_t days)
{
    list.count = 0;
    events_request(&events_rules_usual, &state.slots[0], days, &list);
    return (unsigned)list.count;
}

Test(events, request_a_supply_once_when_its_days_fall_through_the_lead_time)
{
    level(50);
    cr_assert_eq(request(8), 0);
    cr_assert_eq(request(7), 1);
    expect(ROWS_REPLENISH, 7);
    cr_assert_eq(request(9), 0);
    cr_assert_eq(request(6), 0);
    cr_assert_eq(request(0), 0);
}

Test(events, request_again_only_after_a_refill)
{
    level(20);
    cr_assert_eq(request(3), 1);
    level(30);
    level(31);
    cr_assert_eq(request(3), 0);
    level(100);
    cr_assert_eq(request(3), 0, "not yet certain that it was refilled");
    level(100);
    cr_assert_eq(request(3), 1);
}

Test(events, request_what_is_low_when_the_days_cannot_be_known)
{
    level(20);
    cr_assert_eq(request(ROWS_CHANGE_NOTHING), 0);
    level(15);
    cr_assert_eq(request(ROWS_CHANGE_NOTHING), 1);
    cr_assert_eq(request(ROWS_CHANGE_NOTHING), 0);
}

Test(events, request_what_is_empty_whatever_a_forecast_says)
{
    level(4);
    level(0);
    cr_assert_eq(request(90), 1);
}

Test(events, look_at_a_forecast_only_where_it_can_matter)
{
    level(90);
    cr_assert_not(events_may_request(&events_rules_usual, &state.slots[0]), "no pace is known");
    for (int day = 0; day < 20; day++) { /* one point a day */
        now += 23 * HOUR_MS;
        level(90 - day);
    }
    cr_assert_not(events_may_request(&events_rules_usual, &state.slots[0]), "71 days are left");
    for (int day = 20; day < 71; day++) {
        now += 23 * HOUR_MS;
        level(90 - day);
    }
    cr_assert(events_may_request(&events_rules_usual, &state.slots[0]), "20 days are left");
    request(5);
    cr_assert_not(events_may_request(&events_rules_usual, &state.slots[0]), "it is requested");
}

#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/events.h"
#include "tests/unit/support_events.h"

TestSuite(events_device, .init = setup, .timeout = 60);

static void expect(enum rows_event kind, int64_t value)
{
    cr_assert_eq(list.count, 1, "%zu events", list.count);
    cr_assert_eq(list.events[0].kind, kind, "%s", rows_event_name(list.events[0].kind));
    cr_assert_eq(list.events[0].value, value);
}

/* --- silence ---------------------------------------------------------------------------------- */

static void silent(uint32_t failures, int64_t after_ms)
{
    events_no_answer(&events_rules_usual, &state, failures, now + after_ms, now, &list);
}

Test(events_device, tell_offline_after_three_polls_and_ten_minutes)
{
    step();
    silent(2, HOUR_MS);
    cr_assert_eq(list.count, 0);
    silent(3, 599999);
    cr_assert_eq(list.count, 0);
    silent(3, 600000);
    expect(ROWS_OFFLINE, ROWS_CHANGE_NOTHING);
    cr_assert_eq(list.events[0].since_unix_ms, now);
    silent(4, HOUR_MS);
    cr_assert_eq(list.count, 0);
}

Test(events_device, tell_back_once_with_when_it_fell_silent)
{
    step();
    int64_t last = now;
    silent(3, HOUR_MS);
    now += 2 * HOUR_MS;
    events_answer(&events_rules_usual, &state, &facts, now, last, &list);
    expect(ROWS_BACK, ROWS_CHANGE_NOTHING);
    cr_assert_eq(list.events[0].since_unix_ms, last);
    step();
    cr_assert_eq(list.count, 0);
}

Test(events_device, do_not_tell_back_what_was_not_told_away)
{
    step();
    silent(2, HOUR_MS);
    step();
    cr_assert_eq(list.count, 0);
}

Test(events_device, take_silence_after_sleep_for_sleep)
{
    facts.is_asleep = true;
    step();
    cr_assert_eq(list.count, 0, "sleep is no event while it answers");
    silent(3, HOUR_MS);
    expect(ROWS_ASLEEP, ROWS_CHANGE_NOTHING);
    silent(9, 23 * HOUR_MS);
    cr_assert_eq(list.count, 0);
    silent(10, 24 * HOUR_MS);
    expect(ROWS_OFFLINE, ROWS_CHANGE_NOTHING);
}

Test(events_device, tell_gone_once_after_thirty_days)
{
    step();
    silent(3, HOUR_MS);
    silent(90, 30 * DAY_MS - 1);
    cr_assert_eq(list.count, 0);
    silent(91, 30 * DAY_MS);
    expect(ROWS_GONE, ROWS_CHANGE_NOTHING);
    silent(92, 31 * DAY_MS);
    cr_assert_eq(list.count, 0);
    step();
    expect(ROWS_BACK, ROWS_CHANGE_NOTHING);
}

/* --- firmware --------------------------------------------------------------------------------- */

Test(events_device, tell_a_change_of_firmware_with_both_versions)
{
    facts.firmware = bytes_from_text("1.2");
    step();
    cr_assert_eq(list.count, 0);
    facts.firmware = (struct bytes){0}; /* not asked */
    step();
    cr_assert_eq(list.count, 0);
    facts.firmware = bytes_from_text("1.3");
    step();
    expect(ROWS_FIRMWARE, ROWS_CHANGE_NOTHING);
    cr_assert(bytes_equal(list.events[0].before, bytes_from_text("1.2")));
    cr_assert(bytes_equal(list.events[0].now, bytes_from_text("1.3")));
    step();
    cr_assert_eq(list.count, 0);
}

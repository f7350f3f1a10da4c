#include <math.h>

#include <criterion/criterion.h>

#include "core/fleet/forecast.h"

#define START (INT64_C(20000) * TREND_DAY_MS)

static struct trend trend;
static struct forecast_question question;
static struct forecast forecast;

static void setup(void)
{
    trend_init(&trend);
    question = (struct forecast_question){.channel = TREND_SUPPLY, .grain = 1};
}

static void teardown(void)
{
    trend_fini(&trend);
}

TestSuite(forecast, .init = setup, .fini = teardown, .timeout = 60);

/* A reading at noon of a day; level or total TREND_ABSENT: not told. */
static void day(int number, int64_t total, int64_t level)
{
    const int64_t values[3] = {total, TREND_ABSENT, level};
    int64_t at = START + number * TREND_DAY_MS + TREND_DAY_MS / 2;
    cr_assert_eq(trend_add(&trend, at, values, 3), 0);
    question.now_unix_ms = at;
}

/* A device that prints `pages` a day and whose supply lasts `yield` pages. */
static void even(int days, int pages, int yield)
{
    for (int i = 0; i < days; i++) {
        int64_t used = (int64_t)i * pages;
        day(i, 1000 + used, 100 - used * 100 / yield % 100);
    }
}

static void ask(void)
{
    struct forecast_device device;
    forecast_device_make(&device, &trend);
    forecast_supply(&device, &question, &forecast);
}

static void expect_reason(enum forecast_reason reason)
{
    ask();
    cr_assert_eq(forecast.reason, reason, "%s", forecast_reason_name(forecast.reason));
}

static void expect_days(double days, double tolerance)
{
    expect_reason(FORECAST_KNOWN);
    cr_assert(fabs(forecast.days - days) <= tolerance, "%.1f days", forecast.days);
    cr_assert_leq(forecast.low, forecast.days);
    cr_assert_geq(forecast.high, forecast.days);
}

/* --- what can be known ------------------------------------------------------------------------ */

Test(forecast, sees_the_end_of_an_even_use)
{
    even(41, 100, 10000); /* 40 days used of 100 */
    expect_days(60, 1.5);
    cr_assert(fabs(forecast.pages_per_day - 100) < 0.01);
    cr_assert(fabs(forecast.percent_per_day - 1) < 0.05);
    cr_assert(fabs(forecast.pages_per_filling - 10000) < 300);
    cr_assert_eq(forecast.percent, 60);
    cr_assert_eq(forecast.data_days, 41);
    cr_assert(fabs(forecast.pages_left - 6000) < 150, "%.0f pages", forecast.pages_left);
    cr_assert_lt(forecast.high - forecast.low, 15, "nothing here was left to chance");
}

Test(forecast, works_without_a_page_counter)
{
    for (int i = 0; i < 41; i++) {
        day(i, TREND_ABSENT, 100 - i);
    }
    expect_days(60, 2);
    cr_assert_eq(forecast.pages_per_day, -1);
}

/* Fillings of 100 days in steps of ten, `up` from where in a step it stands to what it says. */
static void tenths(int days, int up)
{
    question.grain = 10;
    for (int i = 0; i < days; i++) {
        day(i, 1000 + 100 * i, (100 - i % 100 + up) / 10 * 10);
    }
}

Test(forecast, knows_where_in_a_tenth_a_level_stands)
{
    tenths(60, 9);
    expect_days(41, 2); /* it says 50 since a day: between 40 and 50 is left, nearer to 41 */
    teardown();
    setup();
    tenths(56, 9);
    expect_days(45, 2); /* nine days before it said 60 */
}

Test(forecast, learns_that_tenths_are_cut_and_not_rounded_up)
{
    tenths(355, 0); /* 55 into the fourth, it says 40: from 40 to 50 is left */
    expect_days(46, 4);
    cr_assert_gt(forecast.days, 42);
}

Test(forecast, learns_from_the_filling_before)
{
    for (int i = 0; i < 102; i++) {
        day(i, 1000 + 100 * i, 100 - i % 100);
    }
    expect_days(99, 3); /* a day after the refill */
}

Test(forecast, begins_where_the_filling_began)
{
    for (int i = 0; i < 30; i++) {
        day(i, 1000 + 100 * i, i < 10 ? 50 - i : 65 - (i - 10)); /* a rise of 24, half filled */
    }
    question.since_unix_ms = START + 10 * TREND_DAY_MS;
    expect_days(46, 2);
}

Test(forecast, knows_the_days_of_the_week)
{
    /* Five days of 100 pages, none on the weekend; 14,000 pages in all. */
    int64_t used = 0;
    for (int i = 0; i < 62; i++) {
        used += i % 7 < 5 ? 100 : 0;
        day(i, 1000 + used, 100 - used * 100 / 14000);
    }
    double left = (14000 - (double)used) / 100; /* working days */
    int64_t whole = 0;
    for (int i = 62; left > 0; i++, whole++) {
        left -= i % 7 < 5 ? 1 : 0;
    }
    expect_days((double)whole * 1.03, 3); /* holidays will come, though none was seen yet */
}

Test(forecast, takes_a_quiet_week_for_no_habit)
{
    /* Five days of 100 pages; nobody is there for the eight working days before the last. */
    int64_t used = 0;
    for (int i = 0; i < 98; i++) {
        used += i % 7 < 5 && (i < 84 || i >= 96) ? 100 : 0;
        day(i, 1000 + used, 100 - used * 100 / 10000);
    }
    double weeks = (10000 - (double)used) / 500;
    expect_days(7 * weeks * 1.1, 4); /* a quiet week in fourteen comes again now and then */
}

Test(forecast, knows_no_holidays_where_there_is_no_weekend)
{
    for (int i = 0; i < 98; i++) {
        day(i, 1000 + 100 * i, 100 - i / 2);
    }
    expect_days(104, 2);
}

Test(forecast, follows_a_pace_that_has_changed)
{
    int64_t used = 0;
    for (int i = 0; i < 160; i++) {
        used += i < 80 ? 50 : 100;
        day(i, 1000 + used, 100 - used * 100 / 15000);
    }
    double left = 15000 - (double)used;
    expect_reason(FORECAST_KNOWN);
    cr_assert(forecast.days < left / 80 && forecast.days > left / 101, "%.1f days of %.1f",
              forecast.days, left / 100);
}

Test(forecast, tells_days_one_by_one_only_as_far_as_they_can_be_known)
{
    even(41, 100, 10000);
    ask();
    cr_assert(!forecast_is_exact(&forecast), "%.1f days", forecast.days);
    cr_assert(forecast.low > 45 && forecast.low < 60, "%.1f", forecast.low);
    even(62, 100, 10000);
    ask();
    cr_assert(forecast_is_exact(&forecast), "%.1f days", forecast.days);
    forecast.reason = FORECAST_STALE;
    cr_assert(!forecast_is_exact(&forecast));
}

Test(forecast, is_wider_where_use_is_uneven)
{
    even(60, 100, 10000);
    ask();
    double even_width = forecast.high - forecast.low;
    teardown();
    setup();
    int64_t used = 0;
    for (int i = 0; i < 60; i++) {
        used += i % 10 == 0 ? 1000 : 0;
        day(i, 1000 + used, 100 - used * 100 / 10000);
    }
    expect_reason(FORECAST_KNOWN);
    cr_assert_gt(forecast.high - forecast.low, 2 * even_width);
}

Test(forecast, does_not_believe_a_misread_counter)
{
    for (int i = 0; i < 41; i++) {
        day(i, i == 20 ? 900000000 : 1000 + 100 * i, 100 - i);
    }
    expect_reason(FORECAST_KNOWN);
    cr_assert(forecast.days > 30 && forecast.days < 120, "%.1f days", forecast.days);
}

Test(forecast, takes_a_counter_that_fell_for_one_that_goes_on)
{
    for (int i = 0; i < 41; i++) {
        day(i, i < 20 ? 50000 + 100 * i : 100 * i - 1900, 100 - i);
    }
    expect_days(60, 4);
}

Test(forecast, spreads_what_was_used_while_nobody_asked)
{
    for (int i = 0; i < 41; i++) {
        if (i < 10 || i > 20) {
            day(i, 1000 + 100 * i, 100 - i);
        }
    }
    expect_days(60, 2);
}

Test(forecast, says_none_left_when_it_is_empty)
{
    for (int i = 0; i < 110; i++) {
        day(i, 1000 + 100 * i, i < 100 ? 100 - i : 0);
    }
    expect_days(0, 0);
}

Test(forecast, counts_from_now)
{
    even(41, 100, 10000);
    question.now_unix_ms += 3 * TREND_DAY_MS;
    expect_days(57, 1.5);
}

Test(forecast, ends_at_two_years)
{
    for (int i = 0; i < 400; i++) {
        day(i, 1000 + 100 * i, 100 - i / 50);
    }
    expect_reason(FORECAST_KNOWN);
    cr_assert_eq(forecast.days, FORECAST_DAYS_MOST);
}

/* --- what cannot ------------------------------------------------------------------------------ */

Test(forecast, cannot_know_what_tells_no_level)
{
    expect_reason(FORECAST_NO_LEVEL);
    for (int i = 0; i < 41; i++) {
        day(i, 1000 + 100 * i, EVENTS_SOME);
    }
    expect_reason(FORECAST_NO_LEVEL);
    day(41, 6000, 40); /* now it does, for a day */
    expect_reason(FORECAST_YOUNG);
}

Test(forecast, cannot_know_under_fourteen_days)
{
    even(13, 200, 10000);
    expect_reason(FORECAST_YOUNG);
    even(16, 200, 10000);
    expect_reason(FORECAST_KNOWN);
}

Test(forecast, cannot_know_coarse_levels)
{
    for (int i = 0; i < 90; i++) {
        day(i, 1000 + 100 * i, i < 30 ? 100 : i < 60 ? 75 : 50);
    }
    question.grain = 25;
    expect_reason(FORECAST_COARSE);
    question.grain = 1; /* not seen to be coarse yet, but two levels are no slope */
    teardown();
    setup();
    for (int i = 0; i < 90; i++) {
        day(i, 1000 + 100 * i, i < 60 ? 100 : 0);
    }
    expect_reason(FORECAST_COARSE);
}

Test(forecast, cannot_know_a_level_that_does_not_move)
{
    for (int i = 0; i < 90; i++) {
        day(i, 1000 + 100 * i, 100);
    }
    expect_reason(FORECAST_CONSTANT);
}

Test(forecast, cannot_know_a_device_that_does_not_print)
{
    for (int i = 0; i < 120; i++) {
        day(i, 1000 + (i < 40 ? 100 * i : 4000), i < 40 ? 100 - i : 60);
    }
    expect_reason(FORECAST_CONSTANT);
}

Test(forecast, cannot_know_a_first_filling_that_is_hardly_used)
{
    for (int i = 0; i < 20; i++) {
        day(i, 1000 + 10 * i, 100 - i / 10);
    }
    expect_reason(FORECAST_REFILLED);
}

Test(forecast, cannot_know_from_old_readings)
{
    even(41, 100, 10000);
    question.now_unix_ms += 7 * TREND_DAY_MS;
    expect_reason(FORECAST_KNOWN);
    question.now_unix_ms += TREND_DAY_MS;
    expect_reason(FORECAST_STALE);
}

Test(forecast, has_a_name_and_a_sentence_for_every_reason)
{
    for (int i = 0; i < FORECAST_REASON_COUNT; i++) {
        cr_assert_not_null(forecast_reason_name((enum forecast_reason)i));
        cr_assert_not_null(forecast_reason_text((enum forecast_reason)i));
        cr_assert(i == FORECAST_KNOWN || forecast_reason_text((enum forecast_reason)i)[0] != '\0');
    }
}

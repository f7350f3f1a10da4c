#include <criterion/criterion.h>

#include "core/engine/breaker.h"

#define NOW_MS INT64_C(1800000000000)

static struct breaker breaker;

static int64_t strike(unsigned times)
{
    breaker = (struct breaker){0};
    for (unsigned i = 0; i < times; i++) {
        breaker_strike(&breaker, NOW_MS);
    }
    return breaker.open_until_unix_ms - NOW_MS;
}

Test(breaker, is_closed_for_a_new_device)
{
    breaker = (struct breaker){0};
    cr_assert_not(breaker_is_open(&breaker, NOW_MS));
    cr_assert_not(breaker_is_open(&breaker, 0));
}

Test(breaker, one_strike_is_forgiven)
{
    strike(1);
    cr_assert_not(breaker_is_open(&breaker, NOW_MS));
}

Test(breaker, two_strikes_open_it_for_a_quarter_of_an_hour)
{
    cr_assert_eq(strike(2), BREAKER_REST_MIN_MS);
    cr_assert(breaker_is_open(&breaker, NOW_MS));
    cr_assert(breaker_is_open(&breaker, NOW_MS + BREAKER_REST_MIN_MS - 1));
    cr_assert_not(breaker_is_open(&breaker, NOW_MS + BREAKER_REST_MIN_MS));
}

Test(breaker, every_further_strike_doubles_the_rest_up_to_a_day)
{
    int64_t rest_ms = BREAKER_REST_MIN_MS;
    for (unsigned strikes = 2; strikes < 1000; strikes++) {
        cr_assert_eq(strike(strikes), rest_ms, "%u strikes", strikes);
        rest_ms = 2 * rest_ms < BREAKER_REST_MAX_MS ? 2 * rest_ms : BREAKER_REST_MAX_MS;
    }
    cr_assert_eq(breaker.strikes, UINT8_MAX);
}

Test(breaker, forgiving_forgets_all)
{
    strike(9);
    breaker_forgive(&breaker);
    cr_assert_not(breaker_is_open(&breaker, NOW_MS));
    breaker_strike(&breaker, NOW_MS);
    cr_assert_not(breaker_is_open(&breaker, NOW_MS));
}

Test(breaker, a_clock_set_back_does_not_keep_a_device_out)
{
    strike(20);
    cr_assert(breaker_is_open(&breaker, NOW_MS));
    cr_assert_not(breaker_is_open(&breaker, NOW_MS - 1));
    cr_assert_not(breaker_is_open(&breaker, 0));
}

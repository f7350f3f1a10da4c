#include <criterion/criterion.h>

#include "core/base/rto.h"

#define INITIAL_US 1000000

Test(rto, first_sample_is_taken_whole)
{
    struct rto rto = {0};
    rto_sample(&rto, 40000);
    cr_assert_eq(rto.srtt_us, 40000);
    cr_assert_eq(rto.rttvar_us, 20000);
}

Test(rto, later_samples_move_by_an_eighth_and_a_quarter)
{
    struct rto rto = {0};
    rto_sample(&rto, 40000);
    rto_sample(&rto, 80000);
    cr_assert_eq(rto.rttvar_us, 25000); /* 3/4 * 20000 + 1/4 * |40000 - 80000| */
    cr_assert_eq(rto.srtt_us, 45000);   /* 7/8 * 40000 + 1/8 * 80000 */
}

Test(rto, steady_samples_bring_the_variance_down)
{
    struct rto rto = {0};
    for (int i = 0; i < 100; i++) {
        rto_sample(&rto, 50000);
    }
    cr_assert_lt(rto.rttvar_us, 10);
    cr_assert(rto.srtt_us > 49900 && rto.srtt_us <= 50000);
}

Test(rto, a_sample_of_nothing_is_still_a_sample)
{
    struct rto rto = {0};
    rto_sample(&rto, 0);
    cr_assert_neq(rto.srtt_us, 0);
    for (int i = 0; i < 100; i++) {
        rto_sample(&rto, 0);
        cr_assert_neq(rto.srtt_us, 0);
    }
}

Test(rto, huge_samples_do_not_overflow)
{
    struct rto rto = {0};
    for (int i = 0; i < 100; i++) {
        rto_sample(&rto, UINT32_MAX);
        rto_sample(&rto, 1);
        cr_assert_eq(rto_timeout_us(&rto, INITIAL_US, 0, 0), RTO_MAX_US);
    }
}

Test(rto, a_new_device_gets_the_initial_timeout)
{
    struct rto rto = {0};
    cr_assert_eq(rto_timeout_us(&rto, INITIAL_US, 0, 0), INITIAL_US);
}

Test(rto, a_known_device_gets_its_round_trip_and_four_variances)
{
    struct rto rto = {.srtt_us = 300000, .rttvar_us = 50000};
    cr_assert_eq(rto_timeout_us(&rto, INITIAL_US, 0, 0), 500000);
}

Test(rto, a_steady_device_gets_its_round_trip_and_the_clock_grain)
{
    struct rto rto = {.srtt_us = 300000, .rttvar_us = 0};
    cr_assert_eq(rto_timeout_us(&rto, INITIAL_US, 0, 0), 301000);
}

Test(rto, a_fast_device_gets_the_floor)
{
    struct rto rto = {.srtt_us = 500, .rttvar_us = 100};
    cr_assert_eq(rto_timeout_us(&rto, INITIAL_US, 0, 0), RTO_MIN_US);
}

Test(rto, an_initial_timeout_below_the_floor_is_honoured)
{
    struct rto rto = {.srtt_us = 500, .rttvar_us = 100};
    cr_assert_eq(rto_timeout_us(&rto, 50000, 0, 0), 50000);
}

Test(rto, the_first_attempt_is_never_shortened)
{
    struct rto rto = {.srtt_us = 300000, .rttvar_us = 50000};
    for (uint64_t random = 0; random <= UINT32_MAX; random += 65521) {
        uint32_t timeout_us = rto_timeout_us(&rto, INITIAL_US, 0, (uint32_t)random);
        cr_assert(timeout_us >= 500000 && timeout_us <= 550000);
    }
}

Test(rto, retries_double_with_a_tenth_of_jitter_both_ways)
{
    struct rto rto = {.srtt_us = 300000, .rttvar_us = 50000};
    for (unsigned attempt = 1; attempt < 5; attempt++) {
        uint32_t smallest = UINT32_MAX;
        uint32_t largest = 0;
        uint32_t nominal = 500000u << attempt;
        for (uint64_t random = 0; random <= UINT32_MAX; random += 65521) {
            uint32_t timeout_us = rto_timeout_us(&rto, INITIAL_US, attempt, (uint32_t)random);
            smallest = timeout_us < smallest ? timeout_us : smallest;
            largest = timeout_us > largest ? timeout_us : largest;
        }
        cr_assert(smallest >= nominal / 10 * 9 && smallest < nominal / 100 * 91);
        cr_assert(largest <= nominal / 10 * 11 && largest > nominal / 100 * 109);
    }
}

Test(rto, is_capped_however_many_attempts)
{
    struct rto rto = {.srtt_us = 300000, .rttvar_us = 50000};
    for (unsigned attempt = 7; attempt < 300; attempt++) {
        uint32_t timeout_us = rto_timeout_us(&rto, INITIAL_US, attempt, UINT32_MAX);
        cr_assert_eq(timeout_us, RTO_MAX_US);
        timeout_us = rto_timeout_us(&rto, INITIAL_US, attempt, 0);
        cr_assert(timeout_us >= RTO_MAX_US / 10 * 9 && timeout_us <= RTO_MAX_US);
    }
}

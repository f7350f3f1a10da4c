#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/access.h"
#include "tests/unit/support_access.h"

TestSuite(access, .init = begin);

/* --- nobody is there ------------------------------------------------------------------------- */

Test(access, one_community_gets_half_of_the_attempts_in_each_version)
{
    static const uint8_t HALVES[][2] = {{1, 1}, {2, 1}, {2, 2}, {3, 2}};
    with("C");
    for (uint8_t attempts = 2; attempts <= 5; attempts++) {
        terms.attempts = attempts;
        expect(start(), ACCESS_ASK, 0, HALVES[attempts - 2][0]);
        expect(silence(), ACCESS_ASK, 1, HALVES[attempts - 2][1]);
        expect_end(silence(), BASE_ETIMEOUT);
    }
}

Test(access, with_one_attempt_the_other_version_is_not_asked)
{
    with("C");
    terms.attempts = 1;
    expect(start(), ACCESS_ASK, 0, 1);
    expect_end(silence(), BASE_ETIMEOUT);
}

Test(access, one_version_gets_all_attempts_and_a_known_device_a_knock)
{
    with("2");
    expect(start(), ACCESS_ASK, 0, 4);
    expect_end(silence(), BASE_ETIMEOUT);
    terms.is_known = true;
    terms.attempts = 3;
    expect(start(), ACCESS_ASK, 0, 2);
    expect(silence(), ACCESS_KNOCK, 0, 1);
    expect_end(silence(), BASE_ETIMEOUT);
    terms.attempts = 1;
    expect(start(), ACCESS_ASK, 0, 1);
    expect_end(silence(), BASE_ETIMEOUT);
    cr_assert_null(access_blamed(&access_state)); /* silence is nobody's fault */
}

Test(access, the_last_way_to_a_known_device_is_a_knock)
{
    with("C");
    terms.is_known = true;
    expect(start(), ACCESS_ASK, 0, 2);
    expect(silence(), ACCESS_KNOCK, 1, 2);
    expect_end(silence(), BASE_ETIMEOUT);
}

/* Lets everything fail by silence. Returns: the datagrams that it cost. */
static unsigned cost(void)
{
    unsigned datagrams = 0;
    for (enum access_step step = start(); step != ACCESS_END; step = silence()) {
        datagrams += access_state.attempts;
    }
    cr_assert_eq(access_state.error, BASE_ETIMEOUT);
    return datagrams;
}

Test(access, an_address_where_nobody_is_costs_its_attempts_or_one_for_each_way)
{
    static const struct {
        const char *kinds;
        unsigned ways;
    } cases[] = {{"2", 1},    {"C", 2},   {"pppp", 1}, {"pC", 3},  {"22", 2},   {"2222", 4},
                 {"p2p2", 3}, {"pCC", 5}, {"1", 1},    {"anp", 1}, {"ppC2", 4}, {"22222222", 8}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(cases); i++) {
        begin();
        with(cases[i].kinds);
        for (uint8_t attempts = 2; attempts < 8; attempts++) {
            for (int is_known = 0; is_known < 2; is_known++) {
                unsigned wanted = cases[i].ways > attempts ? cases[i].ways : attempts;
                terms.attempts = attempts;
                terms.is_known = is_known != 0;
                cr_assert_eq(cost(), wanted, "%s with %u attempts", cases[i].kinds, attempts);
            }
        }
    }
}

Test(access, one_discovery_speaks_for_all_users)
{
    with("ppapC");
    expect(start(), ACCESS_DISCOVER, 0, 2);
    expect(silence(), ACCESS_ASK, 4, 1);
    expect(silence(), ACCESS_ASK, 5, 1);
    expect_end(silence(), BASE_ETIMEOUT);
}

Test(access, the_order_of_the_list_is_that_of_the_ways)
{
    with("2p1p");
    expect(start(), ACCESS_ASK, 0, 2);
    expect(silence(), ACCESS_DISCOVER, 1, 1);
    expect(silence(), ACCESS_ASK, 2, 1);
    expect_end(silence(), BASE_ETIMEOUT);
}

Test(access, an_unreachable_address_is_not_asked_again)
{
    with("pC");
    expect(start(), ACCESS_DISCOVER, 0, 2);
    expect_end(fail(BASE_EUNREACHABLE), BASE_EUNREACHABLE);
    expect(start(), ACCESS_DISCOVER, 0, 2);
    expect_end(fail(-13), -13);
}

Test(access, only_what_covers_the_address_is_asked)
{
    struct target_range subnet = {.first = address, .count = 1};
    struct credential item = {.version = PDU_V2C, .name = "there"};
    subnet.first.address[3] = 77;
    cr_assert_eq(credentials_add(&list, &item, &subnet, 1), 0);
    expect_end(start(), BASE_ECREDENTIAL);
    cr_assert_null(access_blamed(&access_state));
    with("p");
    expect(start(), ACCESS_DISCOVER, 1, 4);
    address.address[3] = 77;
    expect(start(), ACCESS_ASK, 0, 2);
}

Test(access, an_empty_list_asks_nobody)
{
    expect_end(start(), BASE_ECREDENTIAL);
}

/* --- a device that speaks v3 ----------------------------------------------------------------- */

Test(access, after_discovery_a_question_has_all_attempts)
{
    with("pC");
    expect(start(), ACCESS_DISCOVER, 0, 2);
    cr_assert_not(access_state.has_engine);
    expect(access_discovered(&access_state), ACCESS_ASK, 0, 4);
    cr_assert(access_state.has_engine);
}

Test(access, what_the_device_says_against_a_user_moves_on_to_the_next_at_once)
{
    static const int ERRORS[] = {BASE_EREPORT_USER,    BASE_EREPORT_DIGEST, BASE_EREPORT_LEVEL,
                                 BASE_EREPORT_DECRYPT, BASE_EREPORT_OTHER,  BASE_EUSM_DIGEST,
                                 BASE_EUSM_LEVEL,      BASE_EUSM_DECRYPT,   BASE_EUSM_CONTEXT,
                                 BASE_EUSM_USER,       BASE_EUSM_PARSE,     BASE_EUSM_MODEL};
    with("pan");
    for (size_t i = 0; i < BASE_ARRAY_COUNT(ERRORS); i++) {
        expect(start(), ACCESS_DISCOVER, 0, 4);
        expect(access_discovered(&access_state), ACCESS_ASK, 0, 4);
        expect(fail(ERRORS[i]), ACCESS_ASK, 1, 4);
        expect(fail(ERRORS[i]), ACCESS_ASK, 2, 4);
        expect_end(fail(ERRORS[i]), ERRORS[i]);
        cr_assert_eq(access_blamed(&access_state), &list.items[0]);
    }
}

Test(access, a_device_that_speaks_v3_is_asked_by_all_users_before_communities)
{
    with("p2p");
    expect(start(), ACCESS_DISCOVER, 0, 2);
    expect(access_discovered(&access_state), ACCESS_ASK, 0, 4);
    expect(fail(BASE_EREPORT_USER), ACCESS_ASK, 2, 4);
    expect(fail(BASE_EREPORT_USER), ACCESS_ASK, 1, 2);
    expect_end(silence(), BASE_EREPORT_USER);
}

Test(access, users_that_are_left_unanswered_cost_less)
{
    with("ppp2");
    expect(start(), ACCESS_DISCOVER, 0, 2);
    expect(access_discovered(&access_state), ACCESS_ASK, 0, 4);
    expect(silence(), ACCESS_ASK, 1, 2);
    expect(silence(), ACCESS_ASK, 2, 2);
    expect(silence(), ACCESS_ASK, 3, 2);
    expect_end(silence(), BASE_EUSM_SILENCE);
    cr_assert_eq(access_blamed(&access_state), &list.items[0]);
}

Test(access, the_error_that_tells_most_is_kept)
{
    with("ppp2");
    (void)start();
    (void)access_discovered(&access_state);
    (void)fail(BASE_EREPORT_USER);
    (void)fail(BASE_EREPORT_DIGEST);
    (void)fail(BASE_EREPORT_USER);
    expect_end(silence(), BASE_EREPORT_DIGEST);
    cr_assert_eq(access_blamed(&access_state), &list.items[1]);
}

Test(access, a_clock_is_set_anew_once)
{
    with("ap2n");
    expect(start(), ACCESS_DISCOVER, 0, 2);
    expect(access_discovered(&access_state), ACCESS_ASK, 0, 4);
    expect(fail(BASE_EREPORT_WINDOW), ACCESS_RETIME, 0, 4);
    /* All who sign would be told the same. */
    expect(fail(BASE_EREPORT_WINDOW), ACCESS_ASK, 3, 4);
    expect(fail(BASE_EREPORT_USER), ACCESS_ASK, 2, 2);
    expect_end(silence(), BASE_EREPORT_WINDOW);
    cr_assert_eq(access_blamed(&access_state), &list.items[0]);
}

Test(access, latched_boots_are_not_asked_again_by_any_who_sign)
{
    with("pa");
    (void)start();
    (void)access_discovered(&access_state);
    expect_end(fail(BASE_EUSM_LATCHED), BASE_EUSM_LATCHED);
}

Test(access, a_new_engine_is_discovered_once)
{
    with("pp2");
    remember(1, true);
    expect(start(), ACCESS_ASK, 1, 4);
    cr_assert(access_state.has_engine);
    expect(fail(BASE_EREPORT_ENGINE), ACCESS_REDISCOVER, 1, 4);
    cr_assert_not(access_state.has_engine);
    expect(access_discovered(&access_state), ACCESS_ASK, 1, 4);
    expect(fail(BASE_EREPORT_ENGINE), ACCESS_ASK, 2, 4);
    expect_end(silence(), BASE_EREPORT_ENGINE);
}

Test(access, a_rediscovery_that_is_not_answered_leaves_the_communities)
{
    with("pp2");
    remember(0, true);
    (void)start();
    expect(fail(BASE_EUSM_ENGINE), ACCESS_REDISCOVER, 0, 4);
    expect(silence(), ACCESS_ASK, 2, 4);
}

Test(access, an_engine_without_an_id_is_no_engine)
{
    with("pp2");
    expect(start(), ACCESS_DISCOVER, 0, 2);
    expect(fail(BASE_EUSM_ENGINE), ACCESS_ASK, 2, 2);
    expect_end(silence(), BASE_EUSM_ENGINE);
}

Test(access, an_interruption_is_mended_once_for_each_reason)
{
    with("p");
    (void)start();
    (void)access_discovered(&access_state);
    cr_assert_eq(access_interrupted(&access_state, BASE_EUSM_LATCHED), ACCESS_END);
    cr_assert_eq(access_interrupted(&access_state, BASE_EREPORT_WINDOW), ACCESS_RETIME);
    cr_assert_eq(access_interrupted(&access_state, BASE_EUSM_WINDOW), ACCESS_END);
    cr_assert_eq(access_interrupted(&access_state, BASE_EUSM_ENGINE), ACCESS_REDISCOVER);
    cr_assert_eq(access_interrupted(&access_state, BASE_EREPORT_ENGINE), ACCESS_END);
    cr_assert_eq(access_interrupted(&access_state, BASE_EREPORT_DIGEST), ACCESS_END);
}

Test(access, a_question_that_is_too_long_is_made_short_once)
{
    with("pC");
    remember(0, true);
    expect_end(((void)start(), fail(BASE_ELIMIT)), BASE_ELIMIT);
    terms.is_known = true;
    (void)start();
    expect(fail(BASE_ELIMIT), ACCESS_KNOCK, 0, 4);
    expect_end(fail(BASE_ELIMIT), BASE_ELIMIT);
}

/* --- refused --------------------------------------------------------------------------------- */

Test(access, a_refused_community_is_not_asked_in_the_other_version)
{
    with("C");
    (void)start();
    expect_end(access_refused(&access_state), BASE_EREFUSED);
    cr_assert_eq(access_blamed(&access_state), &list.items[0]);
}

Test(access, whoever_is_refused_is_followed_by_the_next)
{
    with("pCa2");
    (void)start();
    (void)access_discovered(&access_state);
    expect(access_refused(&access_state), ACCESS_ASK, 3, 4);
    expect(access_refused(&access_state), ACCESS_ASK, 1, 1);
    expect(access_refused(&access_state), ACCESS_ASK, 4, 2);
    expect_end(silence(), BASE_EREFUSED);
    cr_assert_eq(access_blamed(&access_state), &list.items[0]);
}

/* --- remembered ------------------------------------------------------------------------------ */

Test(access, what_worked_is_asked_alone_and_with_all_attempts)
{
    with("p2C");
    remember(1, false);
    expect(start(), ACCESS_ASK, 1, 4);
    expect_end(silence(), BASE_ETIMEOUT);
    terms.is_known = true;
    expect(start(), ACCESS_ASK, 1, 2);
    expect(silence(), ACCESS_KNOCK, 1, 2);
    expect_end(silence(), BASE_ETIMEOUT);
}

Test(access, a_remembered_user_needs_no_discovery)
{
    with("2ap");
    remember(2, true);
    terms.is_known = true;
    expect(start(), ACCESS_ASK, 2, 2);
    cr_assert(access_state.has_engine);
    expect(silence(), ACCESS_REDISCOVER, 2, 2); /* is anybody there? */
    expect_end(silence(), BASE_ETIMEOUT);
}

Test(access, a_known_user_that_is_not_answered_by_who_is_there_gives_way_and_is_named)
{
    with("2ap");
    remember(2, true);
    terms.is_known = true;
    expect(start(), ACCESS_ASK, 2, 2);
    expect(silence(), ACCESS_REDISCOVER, 2, 2);
    expect(access_discovered(&access_state), ACCESS_KNOCK, 2, 2);
    expect(silence(), ACCESS_ASK, 1, 2);
    expect(silence(), ACCESS_KNOCK, 0, 4);
    expect_end(silence(), BASE_EUSM_SILENCE);
    cr_assert_eq(access_blamed(&access_state), &list.items[2]);
}

Test(access, a_known_device_may_answer_a_small_question_after_all)
{
    with("p2");
    remember(0, true);
    terms.is_known = true;
    (void)start();
    (void)silence();
    expect(access_discovered(&access_state), ACCESS_KNOCK, 0, 2);
    cr_assert(access_state.is_knocking);
}

Test(access, an_engine_that_was_asked_anew_a_moment_ago_is_not_asked_again)
{
    with("pp2");
    remember(1, true);
    terms.is_rediscovered = true;
    expect(start(), ACCESS_ASK, 1, 4);
    expect(fail(BASE_EREPORT_ENGINE), ACCESS_ASK, 2, 4);
    expect_end(silence(), BASE_EREPORT_ENGINE);
    (void)start();
    cr_assert_eq(access_interrupted(&access_state, BASE_EUSM_ENGINE), ACCESS_END);
}

Test(access, a_remembered_user_without_engine_is_discovered_alone)
{
    with("2ap");
    remember(2, false);
    expect(start(), ACCESS_DISCOVER, 2, 4);
    expect_end(silence(), BASE_ETIMEOUT);
}

Test(access, a_remembered_user_that_is_refused_gives_way_to_the_others_in_order)
{
    with("2ap1");
    remember(2, true);
    (void)start();
    expect(fail(BASE_EREPORT_DIGEST), ACCESS_ASK, 1, 4);
    expect(fail(BASE_EREPORT_USER), ACCESS_ASK, 0, 2);
    expect(silence(), ACCESS_ASK, 3, 2);
    expect_end(silence(), BASE_EREPORT_DIGEST);
    cr_assert_eq(access_blamed(&access_state), &list.items[2]);
}

Test(access, after_a_silence_the_list_begins_anew)
{
    with("2ap");
    remember(2, true);
    learned.is_doubted = true;
    expect(start(), ACCESS_ASK, 0, 2);
    cr_assert_not(access_state.has_engine);
    expect(silence(), ACCESS_DISCOVER, 2, 2); /* of the users the one that worked comes first */
    expect(access_discovered(&access_state), ACCESS_ASK, 2, 4);
    expect(fail(BASE_EREPORT_USER), ACCESS_ASK, 1, 4);
}

Test(access, a_version_is_remembered_from_before_credentials_had_names)
{
    with("C");
    learned.snmp_version = PDU_V1;
    expect(start(), ACCESS_ASK, 1, 4);
    learned.snmp_version = PDU_V2C;
    expect(start(), ACCESS_ASK, 0, 4);
    learned.snmp_version = LEARNED_NO_VERSION;
    expect(start(), ACCESS_ASK, 0, 2);
}

Test(access, what_is_no_more_in_the_list_is_forgotten)
{
    with("C");
    learned.credential = 12345;
    learned.snmp_version = PDU_V1;
    expect(start(), ACCESS_ASK, 0, 2);
}

Test(access, any_failures_in_any_order_come_to_an_end)
{
    static const int STATUSES[] = {BASE_ETIMEOUT,       BASE_EREPORT_USER,   BASE_EREPORT_WINDOW,
                                   BASE_EREPORT_ENGINE, BASE_EREPORT_DIGEST, BASE_EUSM_ENGINE,
                                   BASE_EUSM_WINDOW};
    uint32_t random = 12345;
    with("p2aCn1p");
    for (unsigned round = 0; round < 20000; round++) {
        unsigned steps = 0;
        terms.attempts = (uint8_t)(1 + round % 7);
        terms.is_known = round % 2 == 0;
        learned.is_doubted = round % 3 == 0;
        remember(round % 8, round % 5 != 0);
        enum access_step step = start();
        while (step != ACCESS_END) {
            random = random * 1664525 + 1013904223;
            unsigned pick = random >> 16;
            bool may_discover = step == ACCESS_DISCOVER || step == ACCESS_REDISCOVER;
            cr_assert(access_state.attempts > 0 && access_state.attempts <= terms.attempts);
            cr_assert_lt(++steps, 32);
            if (may_discover && pick % 4 != 0) {
                step = access_discovered(&access_state);
            } else if (!may_discover && pick % 16 == 0) {
                step = access_refused(&access_state);
            } else {
                step = fail(STATUSES[pick % BASE_ARRAY_COUNT(STATUSES)]);
            }
        }
        cr_assert_lt(access_state.error, 0);
    }
}

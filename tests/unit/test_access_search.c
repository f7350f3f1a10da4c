/* How an address is asked where hardly anybody is expected, and what is tried again daily. */
#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/access.h"
#include "tests/unit/support_access.h"

TestSuite(access_search, .init = begin);

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

Test(access_search,
     in_a_search_each_way_has_the_attempts_and_both_versions_of_a_community_share_one_more)
{
    static const struct {
        const char *kinds;
        unsigned prices[4]; /* of 1 to 4 attempts */
    } cases[] = {{"2", {1, 2, 3, 4}},  {"C", {1, 4, 4, 6}},  {"22", {2, 4, 6, 8}},
                 {"p", {1, 2, 3, 4}},  {"pa", {1, 2, 3, 4}}, {"22p", {3, 6, 9, 12}},
                 {"Cp", {2, 6, 7, 10}}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(cases); i++) {
        begin();
        with(cases[i].kinds);
        terms.is_search = true;
        for (uint8_t attempts = 1; attempts <= 4; attempts++) {
            terms.attempts = attempts;
            cr_assert_eq(cost(), cases[i].prices[attempts - 1], "%s with %u attempts: %u",
                         cases[i].kinds, attempts, cost());
        }
    }
}

Test(access_search, in_a_search_what_worked_last_time_is_only_the_first)
{
    with("22p");
    terms.is_search = true;
    terms.is_known = true;
    terms.attempts = 3;
    remember(1, false);
    expect(start(), ACCESS_ASK, 1, 2);
    expect(silence(), ACCESS_KNOCK, 1, 1);
    expect(silence(), ACCESS_KNOCK, 0, 3);
    expect(silence(), ACCESS_DISCOVER, 2, 3);
    expect_end(silence(), BASE_ETIMEOUT);
}

static void heard(unsigned index)
{
    terms.is_search = true;
    terms.attempts = 3;
    terms.heard = (uint8_t)(1 + index);
}

Test(access_search, what_a_scan_has_heard_is_asked_first_and_the_others_when_it_fails)
{
    with("222");
    heard(1);
    expect(start(), ACCESS_ASK, 1, 4);
    expect(silence(), ACCESS_ASK, 0, 3);
    expect(access_refused(&access_state), ACCESS_ASK, 2, 3);
    expect_end(silence(), BASE_EREFUSED);
}

Test(access_search, before_what_was_heard_comes_once_what_protects_better)
{
    with("2p1C");
    heard(3);
    expect(start(), ACCESS_DISCOVER, 1, 1);
    expect(silence(), ACCESS_ASK, 3, 4);
    expect(access_refused(&access_state), ACCESS_ASK, 0, 3);
    begin();
    with("2C");
    heard(2); /* the v1 of a community that is tried as v2c, too */
    expect(start(), ACCESS_ASK, 0, 1);
    expect(silence(), ACCESS_ASK, 1, 1);
    expect(silence(), ACCESS_ASK, 2, 4);
    expect_end(silence(), BASE_ETIMEOUT);
}

Test(access_search, all_users_are_tried_on_an_engine_that_was_heard)
{
    with("2pa");
    heard(1);
    expect(start(), ACCESS_DISCOVER, 1, 4);
    expect(access_discovered(&access_state), ACCESS_ASK, 1, 3);
    expect(fail(BASE_EREPORT_USER), ACCESS_ASK, 2, 3);
    expect(fail(BASE_EREPORT_USER), ACCESS_ASK, 0, 3);
    expect_end(silence(), BASE_EREPORT_USER);
}

Test(access_search, an_address_that_no_credential_is_meant_for_costs_nothing)
{
    struct target_range subnet = {.first = address, .count = 1};
    struct credential item = {.version = PDU_V2C, .name = "there"};
    subnet.first.address[3] = 77;
    cr_assert_eq(credentials_add(&list, &item, &subnet, 1), 0);
    terms.is_search = true;
    cr_assert_eq(start(), ACCESS_END);
}

/* One name may stand for a community in v2c and another one in v1. */
Test(access_search, two_communities_of_one_name_are_two_ways_of_asking)
{
    struct credential item = {.name = "office", .version = PDU_V2C, .community_size = 1};
    item.community[0] = 'x';
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    item.version = PDU_V1;
    item.community[0] = 'y';
    cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    expect(start(), ACCESS_ASK, 0, 2);
    expect(access_refused(&access_state), ACCESS_ASK, 1, 2);
    terms.attempts = 1;
    expect(start(), ACCESS_ASK, 0, 1);
    expect(silence(), ACCESS_ASK, 1, 1);
}

Test(access_search, the_daily_poll_gives_a_higher_version_another_chance)
{
    with("pC");
    terms.is_review = true;
    remember(2, false);
    expect(start(), ACCESS_DISCOVER, 0, 2);
    begin();
    with("pp");
    terms.is_review = true;
    remember(1, true);
    expect(start(), ACCESS_ASK, 1, 4);
    begin();
    with("1p");
    terms.is_review = true;
    remember(1, true);
    expect(start(), ACCESS_ASK, 1, 4);
}

Test(access_search, the_daily_poll_gives_a_user_that_protects_better_another_chance)
{
    with("pan");
    terms.is_review = true;
    remember(2, true);
    expect(start(), ACCESS_DISCOVER, 0, 4);
    expect(access_discovered(&access_state), ACCESS_ASK, 0, 4);
    expect(fail(BASE_EREPORT_DIGEST), ACCESS_ASK, 1, 4);
    expect(fail(BASE_EREPORT_LEVEL), ACCESS_ASK, 2, 4);
    begin();
    with("nap");
    terms.is_review = true;
    remember(1, true);
    expect(start(), ACCESS_ASK, 1, 4); /* what comes later in the list is not wanted more */
    begin();
    with("2pn");
    terms.is_review = true;
    remember(2, true);
    expect(start(), ACCESS_ASK, 0, 2); /* the better one need not be the first */
}

/* Canon iR-ADV C5250: v2c times out. */
Test(access_search, a_device_that_must_be_asked_in_v1_gets_no_other_chance_every_day)
{
    with("C2");
    remember(1, false);
    terms.is_known = true;
    terms.is_review = true;
    learned.limits.version = 1;
    expect(start(), ACCESS_ASK, 1, 2);
    learned.is_doubted = true;
    expect(start(), ACCESS_ASK, 0, 2);
}

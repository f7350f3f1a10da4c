/*
 * Sweeps with credentials: who is asked with what, in which order, and what is remembered.
 */
#include <criterion/criterion.h>

#include "tests/scenario/support_access.h"

#define RETRIES 2
#define DEVICES ACCESS_FEW

TestSuite(access, .init = access_open_few, .fini = access_close_world, .timeout = 120);

/* --- order ----------------------------------------------------------------------------------- */

Test(access, a_device_is_discovered_once_and_read)
{
    access_add_admin();
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    cr_assert_eq(access_fleet->traffic.usm_discoveries, DEVICES);
    cr_assert_eq(access_fleet->traffic.sent, access_questions() + DEVICES);
    cr_assert_eq(access_fleet->traffic.retries, 0);
}

Test(access, every_level_reads_as_much)
{
    static const struct {
        const char *user;
        enum usm_auth auth;
        enum usm_priv priv;
    } levels[] = {{"admin", USM_SHA256, USM_AES128},
                  {"reader", USM_MD5, USM_NO_PRIV},
                  {"guest", USM_NO_AUTH, USM_NO_PRIV}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(levels); i++) {
        access_list = (struct credentials){0};
        access_add_user(levels[i].user, levels[i].auth, i == 0 ? "authpass1" : "authpass2",
                        levels[i].priv, "privpass1");
        for (int sweep = 0; sweep < 2; sweep++) {
            fleet_sweep(access_fleet);
            access_assert_all_read(&access_list.items[0]);
            world_wait(access_world, 60 * WORLD_SECOND_US);
        }
    }
}

Test(access, wrong_users_are_told_at_once_and_cost_one_datagram_each)
{
    access_add_user("nobody", USM_SHA256, "authpass1", USM_AES128, "privpass1");
    access_add_user("reader", USM_MD5, "no pass 2", USM_NO_PRIV, NULL);
    access_add_user("reader", USM_MD5, "authpass2", USM_AES128,
                    "privpass1"); /* it has no privacy */
    access_add_admin();
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[3]);
    cr_assert_eq(access_fleet->traffic.sent, access_questions() + 4 * DEVICES);
    cr_assert_lt(access_fleet->ends[0].duration_us, 20 * WORLD_SECOND_US);
    cr_assert_eq(access_fleet->traffic.usm_discoveries, DEVICES);
}

Test(access, what_worked_is_asked_first_without_discovery)
{
    access_add_user("nobody", USM_SHA256, "authpass1", USM_AES128, "privpass1");
    access_add_admin();
    fleet_sweep(access_fleet);
    for (int sweep = 0; sweep < 3; sweep++) {
        world_wait(access_world, 3600 * WORLD_SECOND_US);
        access_fleet->config.engine.salt += 1000000;
        fleet_sweep(access_fleet);
        access_assert_all_read(&access_list.items[1]);
        cr_assert_eq(access_fleet->traffic.sent, access_questions());
        cr_assert_eq(access_fleet->traffic.usm_discoveries, 0);
        cr_assert_eq(access_fleet->traffic.usm_resyncs, 0);
    }
}

Test(access, the_list_may_change_its_order_between_polls)
{
    struct credential first;
    access_add_user("nobody", USM_SHA256, "authpass1", USM_AES128, "privpass1");
    access_add_admin();
    fleet_sweep(access_fleet);
    first = access_list.items[0];
    access_list.items[0] = access_list.items[1];
    access_list.items[1] = first;
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    cr_assert_eq(access_fleet->traffic.sent, access_questions());
}

Test(access, all_wrong_users_end_as_auth_and_name_the_one_that_came_furthest)
{
    access_add_user("nobody", USM_SHA256, "authpass1", USM_AES128, "privpass1");
    access_add_user("admin", USM_SHA256, "wrongpass", USM_AES128, "privpass1");
    access_add_user("somebody", USM_SHA1, "authpass1", USM_NO_PRIV, NULL);
    fleet_sweep(access_fleet);
    access_assert_all_denied(BASE_EREPORT_DIGEST, &access_list.items[1]);
    cr_assert_eq(access_fleet->traffic.sent, 4 * DEVICES);
    cr_assert(!access_fleet->learned[0].is_known);
    cr_assert_eq(access_fleet->learned[0].credential, 0);
}

Test(access, a_wrong_privacy_password_is_no_silence_of_an_address)
{
    access_add_user("admin", USM_SHA256, "authpass1", USM_AES128, "wrongpass");
    fleet_sweep(access_fleet);
    for (uint32_t i = 0; i < DEVICES; i++) {
        cr_assert_eq(access_fleet->ends[i].status, RECORD_AUTH);
        cr_assert_eq(access_fleet->ends[i].error, BASE_EUSM_SILENCE);
    }
}

/* Most devices drop what they cannot decrypt. Discovery tells that they are there. */
Test(access, a_privacy_password_that_was_changed_is_named_and_others_are_tried)
{
    struct credential *admin = &access_list.items[0];
    access_add_admin();
    fleet_sweep(access_fleet);
    access_assert_all_read(admin);
    usm_password_key(USM_SHA256, bytes_from_text("wrongpass"), admin->user.priv_key);
    admin->user.number += 100;
    fleet_sweep(access_fleet);
    access_assert_all_denied(BASE_EUSM_SILENCE, admin);
    memset(access_fleet->is_learned, 0, DEVICES * sizeof(*access_fleet->is_learned));
    usm_password_key(USM_SHA256, bytes_from_text("privpass1"), admin->user.priv_key);
    admin->user.number += 100;
    access_add_user("reader", USM_MD5, "authpass2", USM_NO_PRIV, NULL);
    fleet_sweep(access_fleet);
    access_assert_all_read(admin);
    usm_password_key(USM_SHA256, bytes_from_text("wrongpass"), admin->user.priv_key);
    admin->user.number += 100;
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[1]);
}

Test(access, a_device_that_shows_nothing_is_refused)
{
    access_add_admin();
    for (uint32_t i = 0; i < DEVICES; i++) {
        world_device(access_world, i)->agent.habits.is_closed = true;
        access_agents[i]->engine.id[3] = 99; /* no HP */
    }
    fleet_sweep(access_fleet);
    access_assert_all_denied(BASE_EREFUSED, &access_list.items[0]);
    cr_assert_eq(access_fleet->traffic.sent, 2 * DEVICES);
}

/* --- nobody is there ------------------------------------------------------------------------- */

Test(access, an_address_where_nobody_is_costs_its_attempts_however_many_users)
{
    for (uint32_t i = 0; i < DEVICES; i++) {
        world_device(access_world, i)->state = WORLD_DEAD;
    }
    access_add_admin();
    access_add_user("reader", USM_MD5, "authpass2", USM_NO_PRIV, NULL);
    access_add_user("guest", USM_NO_AUTH, NULL, USM_NO_PRIV, NULL);
    fleet_sweep(access_fleet);
    access_assert_all_silent();
    cr_assert_eq(access_fleet->traffic.sent, (1 + RETRIES) * DEVICES);
    access_add_community("public");
    fleet_sweep(access_fleet);
    access_assert_all_silent();
    cr_assert_eq(access_fleet->traffic.sent, (1 + RETRIES) * DEVICES);
    access_add_community("private");
    fleet_sweep(access_fleet);
    access_assert_all_silent();
    cr_assert_eq(access_fleet->traffic.sent, 5 * DEVICES);
}

Test(access, a_sleeping_device_is_called_by_what_it_answers_to_and_nothing_else)
{
    access_add_admin();
    access_add_community("public");
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    for (uint32_t i = 0; i < DEVICES; i++) {
        world_device(access_world, i)->state = WORLD_DEAD;
    }
    access_community_datagrams = 0;
    fleet_sweep(access_fleet);
    access_assert_all_silent();
    cr_assert_eq(access_fleet->traffic.sent, (1 + RETRIES) * DEVICES);
    cr_assert_eq(access_community_datagrams, 0);
    for (uint32_t i = 0; i < DEVICES; i++) {
        world_device(access_world, i)->state = WORLD_ALIVE;
    }
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    cr_assert_eq(access_community_datagrams, 0);
}

Test(access, an_address_without_a_credential_is_not_asked)
{
    struct target_range elsewhere = {.count = 1};
    struct credential item = {.version = PDU_V2C, .name = "elsewhere", .community_size = 1};
    cr_assert_eq(target_parse("192.0.2.1:161", &elsewhere.first), 0);
    cr_assert_eq(credentials_add(&access_list, &item, &elsewhere, 1), 0);
    fleet_sweep(access_fleet);
    cr_assert_eq(access_fleet->traffic.sent, 0);
    for (uint32_t i = 0; i < DEVICES; i++) {
        cr_assert_eq(access_fleet->ends[i].status, RECORD_AUTH);
        cr_assert_eq(access_fleet->ends[i].error, BASE_ECREDENTIAL);
    }
}

/* --- versions -------------------------------------------------------------------------------- */

Test(access, a_device_of_communities_is_found_behind_the_users)
{
    for (uint32_t i = 0; i < DEVICES; i++) {
        world_device(access_world, i)->answer = NULL;
    }
    access_add_admin();
    access_add_community("public");
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[1]);
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[1]);
    cr_assert_eq(access_fleet->traffic.sent, access_questions());
}

Test(access, a_device_whose_users_are_gone_is_read_by_its_community)
{
    access_add_admin();
    access_add_community("public");
    fleet_sweep(access_fleet);
    for (uint32_t i = 0; i < DEVICES; i++) {
        access_agents[i]->has_communities = true;
        access_agents[i]->flaw = V3_REPORT_UNSIGNED;
        access_agents[i]->report = SIM_USM_UNKNOWN_USER;
    }
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[1]);
    for (uint32_t i = 0; i < DEVICES; i++) {
        cr_assert_eq(access_fleet->learned[i].engine.size, 0);
    }
}

Test(access, v3_that_was_turned_off_and_on_again_is_found_again)
{
    access_add_admin();
    access_add_community("public");
    fleet_sweep(access_fleet);
    for (uint32_t i = 0; i < DEVICES; i++) {
        world_device(access_world, i)->answer = NULL;
    }
    fleet_sweep(access_fleet);
    access_assert_all_silent();
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[1]);
    for (uint32_t i = 0; i < DEVICES; i++) {
        struct v3_agent *fresh = v3_agent_new(access_world, i, access_users);
        v3_agent_free(access_agents[i]);
        access_agents[i] = fresh;
        access_agents[i]->has_communities = true;
    }
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[1]);
    /* The daily poll gives the users another chance. */
    access_fleet->config.static_max_age_ms = 3600000;
    world_wait(access_world, 2 * 3600 * WORLD_SECOND_US);
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
}

/* A Report that anybody can have sent must not leave a device without authentication for ever. */
Test(access, a_user_that_protects_less_gives_way_again_to_a_better_one)
{
    access_add_admin();
    access_add_user("guest", USM_NO_AUTH, NULL, USM_NO_PRIV, NULL);
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    for (uint32_t i = 0; i < DEVICES; i++) {
        access_agents[i]->flaw = V3_FLIPPED_TAG;
    }
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[1]);
    for (uint32_t i = 0; i < DEVICES; i++) {
        access_agents[i]->flaw = V3_HONEST;
    }
    access_fleet->config.static_max_age_ms = 3600000;
    world_wait(access_world, 2 * 3600 * WORLD_SECOND_US);
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
}

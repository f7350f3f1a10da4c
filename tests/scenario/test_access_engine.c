/*
 * Sweeps of devices whose engine or clock changes or is broken, and of printers that stand in a
 * context of their own.
 */
#include <criterion/criterion.h>

#include "tests/scenario/support_access.h"

#define MS      INT64_C(1000)
#define DEVICES ACCESS_FEW

TestSuite(access_engine, .init = access_open_few, .fini = access_close_world, .timeout = 120);

/* --- engines that change --------------------------------------------------------------------- */

Test(access_engine, after_a_reboot_the_clock_is_set_anew_without_discovery)
{
    access_add_admin();
    fleet_sweep(access_fleet);
    world_wait(access_world, 600 * WORLD_SECOND_US);
    for (uint32_t i = 0; i < DEVICES; i++) {
        v3_agent_reboot(access_agents[i], world_now_us(access_world) - 7 * WORLD_SECOND_US);
    }
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    cr_assert_eq(access_fleet->traffic.usm_discoveries, 0);
    cr_assert_eq(access_fleet->traffic.usm_resyncs, DEVICES);
    cr_assert_eq(access_fleet->traffic.sent, access_questions() + DEVICES);
    world_wait(access_world, 600 * WORLD_SECOND_US);
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    cr_assert_eq(access_fleet->traffic.sent, access_questions());
}

/* What factory settings and dead batteries do to a clock: nothing of it is later than before. */
Test(access_engine, boots_and_time_may_go_back)
{
    static const uint32_t BOOTS_BACK[] = {0, 2};
    access_add_admin();
    for (size_t i = 0; i < BASE_ARRAY_COUNT(BOOTS_BACK); i++) {
        fleet_sweep(access_fleet);
        world_wait(access_world, 600 * WORLD_SECOND_US);
        for (uint32_t device = 0; device < DEVICES; device++) {
            access_agents[device]->engine.boots -= BOOTS_BACK[i];
            access_agents[device]->booted_us = world_now_us(access_world);
        }
        fleet_sweep(access_fleet);
        access_assert_all_read(&access_list.items[0]);
        cr_assert_eq(access_fleet->traffic.usm_discoveries, 0);
        fleet_sweep(access_fleet);
        access_assert_all_read(&access_list.items[0]);
        cr_assert_eq(access_fleet->traffic.sent, access_questions());
    }
}

Test(access_engine, a_new_engine_id_is_discovered_in_the_same_poll)
{
    access_add_admin();
    fleet_sweep(access_fleet);
    for (uint32_t i = 0; i < DEVICES; i++) {
        v3_agent_rename(access_agents[i], 0x77);
    }
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    cr_assert_eq(access_fleet->traffic.usm_discoveries, DEVICES);
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    cr_assert_eq(access_fleet->traffic.sent, access_questions());
}

static void change_under_way(void (*change)(uint32_t device), int64_t after_us)
{
    fleet_begin(access_fleet);
    fleet_run_until(access_fleet, world_now_us(access_world) + after_us);
    for (uint32_t i = 0; i < DEVICES; i++) {
        change(i);
    }
    fleet_finish(access_fleet);
}

/* RFC 3414 knows no signed way to tell another engine id: who forges one makes us ask anew. */
Test(access_engine, an_engine_is_asked_anew_at_most_once_a_minute)
{
    access_add_admin();
    fleet_sweep(access_fleet);
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < DEVICES; i++) {
            v3_agent_rename(access_agents[i], (uint8_t)(0x77 + round));
        }
        fleet_sweep(access_fleet);
        cr_assert_eq(access_fleet->traffic.usm_discoveries, round == 0 ? DEVICES : 0);
    }
    access_assert_all_denied(BASE_EREPORT_ENGINE, &access_list.items[0]);
    world_wait(access_world, 60 * WORLD_SECOND_US);
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    cr_assert_eq(access_fleet->traffic.usm_discoveries, DEVICES);
}

static void lie(uint32_t device)
{
    access_agents[device]->flaw = V3_REPORT_UNSIGNED;
    access_agents[device]->report = SIM_USM_WRONG_DIGEST;
}

/* Anybody on the way can send a Report, and when the answer is lost, too, the question ends under
 * the Report's name. It is a question that was not answered, no more. */
Test(access_engine, a_forged_report_and_a_lost_answer_do_not_end_a_poll)
{
    access_add_admin();
    for (int is_full = 0; is_full < 2; is_full++) {
        access_fleet->config.is_full = is_full != 0;
        fleet_begin(access_fleet);
        fleet_run_until(access_fleet, world_now_us(access_world) + 45 * MS);
        for (uint32_t i = 0; i < DEVICES; i++) {
            lie(i);
        }
        fleet_run_until(access_fleet, world_now_us(access_world) + 30 * MS);
        for (uint32_t i = 0; i < DEVICES; i++) {
            access_agents[i]->flaw = V3_HONEST;
        }
        fleet_finish(access_fleet);
        access_assert_all_read(&access_list.items[0]);
        cr_assert_gt(access_fleet->traffic.usm_reports[BASE_EREPORT_LEVEL - BASE_EREPORT_DIGEST],
                     0);
    }
}

/* When it never ends, what was read before is kept. */
Test(access_engine, what_was_read_before_reports_without_end_is_kept_as_partial)
{
    access_add_admin();
    change_under_way(lie, 45 * MS);
    for (uint32_t i = 0; i < DEVICES; i++) {
        const struct fleet_end *end = &access_fleet->ends[i];
        cr_assert_eq(end->status, RECORD_PARTIAL);
        cr_assert_eq(end->error, BASE_EREPORT_DIGEST, "%s", base_strerror(end->error));
        cr_assert_gt(end->static_size, RECORD_HEADER_BYTES);
    }
}

Test(access_engine, our_clock_may_have_jumped)
{
    static const int64_t JUMPS_MS[] = {3600000, -3600000, -INT64_C(86400000) * 365};
    access_add_admin();
    fleet_sweep(access_fleet);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(JUMPS_MS); i++) {
        access_fleet->config.unix_ms_at_zero += JUMPS_MS[i];
        fleet_sweep(access_fleet);
        access_assert_all_read(&access_list.items[0]);
        cr_assert_eq(access_fleet->traffic.usm_discoveries, 0);
    }
}

static void reboot(uint32_t device)
{
    v3_agent_reboot(access_agents[device], world_now_us(access_world));
}

static void rename_engine(uint32_t device)
{
    v3_agent_rename(access_agents[device], (uint8_t)(access_agents[device]->engine.id[6] + 1));
}

Test(access_engine, an_engine_may_change_while_it_is_read)
{
    access_add_admin();
    for (int64_t after_ms = 5; after_ms < 100; after_ms += 15) {
        access_fleet->config.is_full = true;
        change_under_way(reboot, after_ms * MS);
        access_assert_all_read(&access_list.items[0]);
        change_under_way(rename_engine, after_ms * MS);
        access_assert_all_read(&access_list.items[0]);
        world_wait(access_world, 60 * WORLD_SECOND_US);
    }
}

static void forge_engine(uint32_t device)
{
    v3_agent_rename(access_agents[device], 0x99);
    access_agents[device]->flaw = V3_ENGINE_ALTERNATES;
}

/* Anybody can send a Report that names an engine. Until one of its messages was signed, it is not
 * the device's: neither for the next poll nor for what the device is known by. */
Test(access_engine, an_engine_id_that_nobody_signed_is_not_kept)
{
    access_add_admin();
    fleet_sweep(access_fleet);
    struct learned before[DEVICES];
    memcpy(before, access_fleet->learned, sizeof(before));
    access_fleet->config.is_full = true;
    change_under_way(forge_engine, 30 * MS);
    for (uint32_t i = 0; i < DEVICES; i++) {
        const struct learned *learned = &access_fleet->learned[i];
        cr_assert_eq(access_fleet->ends[i].status, RECORD_PARTIAL);
        cr_assert_eq(memcmp(&learned->engine, &before[i].engine, sizeof(learned->engine)), 0);
        cr_assert_eq(learned->engine_boots, before[i].engine_boots);
        cr_assert_gt(learned->engine_at_unix_ms, 0);
    }
}

Test(access_engine, broken_engines_end_as_auth_and_start_no_storm)
{
    static const enum v3_flaw FLAWS[] = {V3_LATCHED,        V3_WINDOW_FOREVER,    V3_CLOCK_RESTARTS,
                                         V3_ENGINE_FOREVER, V3_ENGINE_ALTERNATES, V3_NO_ENGINE,
                                         V3_FLIPPED_TAG,    V3_OTHER_ENGINE};
    access_add_admin();
    access_add_user("admin", USM_SHA256, "wrongpass", USM_AES128, "privpass1");
    access_add_community("public");
    for (size_t i = 0; i < BASE_ARRAY_COUNT(FLAWS); i++) {
        for (uint32_t device = 0; device < DEVICES; device++) {
            access_agents[device]->flaw = FLAWS[i];
            access_agents[device]->engine.boots = 3;
        }
        fleet_sweep(access_fleet);
        for (uint32_t device = 0; device < DEVICES; device++) {
            const struct fleet_end *end = &access_fleet->ends[device];
            cr_assert_eq(end->status, RECORD_AUTH, "flaw %d: %d, %s", (int)FLAWS[i],
                         (int)end->status, base_strerror(end->error));
            cr_assert(base_is_security(end->error));
        }
        cr_assert_leq(access_fleet->traffic.sent, 16u * DEVICES, "flaw %d: %lu", (int)FLAWS[i],
                      access_fleet->traffic.sent);
        cr_assert_leq(access_fleet->took_us, 40 * WORLD_SECOND_US);
    }
}

/* Cloned firmware: one engine id, and clocks that have nothing to do with each other. */
Test(access_engine, devices_of_one_engine_id_keep_their_own_clocks)
{
    access_add_admin();
    for (uint32_t device = 0; device < DEVICES; device++) {
        memcpy(access_agents[device]->engine.id, access_agents[0]->engine.id,
               sizeof(access_agents[0]->engine.id));
        access_agents[device]->engine.boots = 100 - device * 7;
        access_agents[device]->booted_us -= device * 1000 * WORLD_SECOND_US;
    }
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    world_wait(access_world, 600 * WORLD_SECOND_US);
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    cr_assert_eq(access_fleet->traffic.sent, access_questions());
    for (uint32_t device = 0; device < DEVICES; device++) {
        cr_assert_eq(access_fleet->learned[device].engine_boots, 100 - device * 7);
    }
}

Test(access_engine, engines_that_take_short_messages_only_are_read)
{
    access_add_admin();
    for (uint32_t device = 0; device < DEVICES; device++) {
        access_agents[device]->engine.max_size = 484;
    }
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
}

/* --- contexts -------------------------------------------------------------------------------- */

static void hide_printers(const struct agent_mib *outside)
{
    for (uint32_t i = 0; i < DEVICES; i++) {
        access_agents[i]->context = "Jetdirect";
        access_agents[i]->outside = outside;
    }
}

static void assert_found_in_jetdirect(void)
{
    access_assert_all_read(&access_list.items[0]);
    for (uint32_t i = 0; i < DEVICES; i++) {
        cr_assert(access_fleet->ends[i].is_jetdirect);
    }
}

Test(access_engine, a_printer_in_the_context_jetdirect_is_found_and_remembered)
{
    static const struct agent_mib nothing;
    const struct agent_mib *outsides[] = {&access_empty, &nothing, NULL};
    access_add_admin();
    for (size_t i = 0; i < BASE_ARRAY_COUNT(outsides); i++) {
        memset(access_fleet->is_learned, 0, DEVICES * sizeof(*access_fleet->is_learned));
        hide_printers(outsides[i]);
        fleet_sweep(access_fleet);
        assert_found_in_jetdirect();
        fleet_sweep(access_fleet);
        assert_found_in_jetdirect();
        cr_assert_eq(access_fleet->traffic.sent, access_questions());
    }
}

Test(access_engine, a_printer_that_leaves_the_context_is_found_in_the_other)
{
    access_add_admin();
    hide_printers(&access_empty);
    fleet_sweep(access_fleet);
    for (uint32_t i = 0; i < DEVICES; i++) {
        access_agents[i]->context = "";
        access_agents[i]->outside = NULL;
    }
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[0]);
    cr_assert_not(access_fleet->ends[0].is_jetdirect);
}

/* The guest may look nowhere; the printer is in the default context for the others. */
static const struct agent_mib *choose_by_user(void *chooser, struct bytes user,
                                              struct bytes context)
{
    bool is_guest = bytes_equal(user, bytes_from_text("guest"));
    return !is_guest && context.size == 0 ? chooser : NULL;
}

Test(access_engine, each_user_is_asked_as_configured_before_the_other_context)
{
    access_add_user("guest", USM_NO_AUTH, NULL, USM_NO_PRIV, NULL);
    access_add_admin();
    for (uint32_t i = 0; i < DEVICES; i++) {
        struct v3_agent *agent = access_agents[i];
        agent->choose = choose_by_user;
        agent->chooser = (void *)(uintptr_t)world_device(access_world, i)->agent.mib;
    }
    fleet_sweep(access_fleet);
    access_assert_all_read(&access_list.items[1]);
    cr_assert_not(access_fleet->ends[0].is_jetdirect);
}

Test(access_engine, other_makers_are_not_asked_in_jetdirect)
{
    access_add_admin();
    hide_printers(&access_empty);
    for (uint32_t i = 0; i < DEVICES; i++) {
        access_agents[i]->engine.id[3] = 99;
    }
    fleet_sweep(access_fleet);
    for (uint32_t i = 0; i < DEVICES; i++) {
        cr_assert_eq(access_fleet->ends[i].status, RECORD_NOTPRINTER);
        cr_assert_not(access_fleet->ends[i].is_jetdirect);
    }
}

Test(access_engine, what_is_no_printer_in_either_context_keeps_what_it_said)
{
    const char *const contexts[] = {NULL, ""};
    access_add_admin();
    for (size_t i = 0; i < BASE_ARRAY_COUNT(contexts); i++) {
        for (uint32_t device = 0; device < DEVICES; device++) {
            world_device(access_world, device)->agent.mib = &access_empty;
            access_agents[device]->context = contexts[i];
        }
        fleet_sweep(access_fleet);
        for (uint32_t device = 0; device < DEVICES; device++) {
            const struct fleet_end *end = &access_fleet->ends[device];
            cr_assert_eq(end->status, RECORD_NOTPRINTER, "%d", (int)end->status);
            cr_assert_eq(end->error, 0);
            cr_assert_not(end->is_jetdirect);
            cr_assert_gt(end->static_size, RECORD_HEADER_BYTES);
        }
    }
}

/* --- many ------------------------------------------------------------------------------------ */

static void open_many(void)
{
    access_open_world(ACCESS_MANY);
}

TestSuite(access_many, .init = open_many, .fini = access_close_world, .timeout = 120);

Test(access_many, losses_lose_nobody)
{
    access_add_admin();
    access_fleet->config.engine.retries = 3;
    for (uint32_t i = 0; i < ACCESS_MANY; i++) {
        world_device(access_world, i)->link = (struct world_link){.delay_min_us = 5 * MS,
                                                                  .delay_max_us = 50 * MS,
                                                                  .loss_permille = 10,
                                                                  .duplicate_permille = 50};
    }
    for (int sweep = 0; sweep < 3; sweep++) {
        fleet_sweep(access_fleet);
        access_assert_all_read(&access_list.items[0]);
        world_wait(access_world, 600 * WORLD_SECOND_US);
    }
}

Test(access_many, stopping_and_freeing_leave_nothing_behind)
{
    access_add_user("nobody", USM_SHA256, "authpass1", USM_AES128, "privpass1");
    access_add_admin();
    hide_printers(&access_empty);
    for (int64_t after_ms = 0; after_ms < 200; after_ms += 7) {
        memset(access_fleet->is_learned, 0, ACCESS_MANY * sizeof(*access_fleet->is_learned));
        fleet_begin(access_fleet);
        fleet_run_until(access_fleet, world_now_us(access_world) + after_ms * MS);
        if (after_ms % 2 == 0) {
            sweep_stop(access_fleet->sweep);
            fleet_finish(access_fleet);
        } else {
            fleet_abandon(access_fleet);
        }
        world_wait(access_world, WORLD_SECOND_US);
    }
}

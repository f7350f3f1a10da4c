/*
 * Whole fleets in SNMPv3: broken engines hold up nobody, and a sweep that knows the engines asks no
 * more than one in v2c.
 */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "tests/scenario/support_fleet.h"
#include "tests/scenario/support_v3.h"

#define MS      INT64_C(1000)
#define DEVICES 10000

static const char *const USERS[] = {"admin:sha256:authpass1:aes:privpass1", NULL};

/* What stands in the way of an answer, or of trust in it. */
static const enum v3_flaw FLAWS[] = {
    V3_FLIPPED_TAG, V3_SHORT_TAG,         V3_WRONG_KEY,      V3_LOWER_LEVEL,    V3_WRONG_MSG_ID,
    V3_WRONG_USER,  V3_OTHER_ENGINE,      V3_LATE,           V3_LATCHED,        V3_PLAIN,
    V3_REPLAY,      V3_REPORT_EMPTY,      V3_WINDOW_FOREVER, V3_CLOCK_RESTARTS, V3_ENGINE_FOREVER,
    V3_NO_ENGINE,   V3_ENGINE_ALTERNATES,
};

static struct agent_mib office;
static struct sim_usm *users;
static struct credentials credentials;
static struct v3_agent *agents[DEVICES];
static int64_t alone_us[DEVICES];

static void open_office(void)
{
    struct model_shape shape = model_office();
    struct credential item = {.name = "admin", .version = PDU_V3};
    struct usm_user *user = &item.user;
    office = model_printer(&shape);
    users = v3_users(USERS, 7);
    *user = (struct usm_user){.number = 1, .auth = USM_SHA256, .priv = USM_AES128, .name_size = 5};
    memcpy(user->name, "admin", 5);
    usm_password_key(user->auth, bytes_from_text("authpass1"), user->auth_key);
    usm_password_key(user->auth, bytes_from_text("privpass1"), user->priv_key);
    cr_assert_eq(credentials_add(&credentials, &item, NULL, 0), 0);
}

static void close_office(void)
{
    sim_usm_close(users);
    agent_mib_free(&office);
}

TestSuite(v3_fleet, .init = open_office, .fini = close_office, .timeout = 280);

static struct fleet *v3_fleet(uint32_t count)
{
    struct world *world = world_new(7, count, &office);
    struct fleet *fleet = fleet_new(world);
    fleet->config.credentials = &credentials;
    for (uint32_t i = 0; i < count; i++) {
        int64_t delay_us = 5 * MS + world_below(world, 45 * MS);
        agents[i] = v3_agent_new(world, i, users);
        world_device(world, i)->link =
            (struct world_link){.delay_min_us = delay_us, .delay_max_us = delay_us};
    }
    return fleet;
}

static void close_fleet(struct fleet *fleet, uint32_t count)
{
    struct world *world = fleet->world;
    for (uint32_t i = 0; i < count; i++) {
        v3_agent_free(agents[i]);
    }
    fleet_free(fleet);
    world_free(world);
}

static bool is_broken(uint32_t device)
{
    return device % 20 == 7;
}

Test(v3_fleet, five_percent_of_broken_engines_delay_nobody_else)
{
    for (int with_broken = 0; with_broken < 2; with_broken++) {
        struct fleet *fleet = v3_fleet(DEVICES);
        unsigned refused = 0;
        for (uint32_t i = 0; i < DEVICES && with_broken != 0; i++) {
            if (is_broken(i)) {
                agents[i]->flaw = FLAWS[i / 20 % BASE_ARRAY_COUNT(FLAWS)];
            }
        }
        fleet->verify_every = 100000;
        fleet_sweep(fleet);
        for (uint32_t i = 0; i < DEVICES; i++) {
            const struct fleet_end *end = &fleet->ends[i];
            if (with_broken != 0 && is_broken(i)) {
                cr_assert(end->status == RECORD_AUTH || end->status == RECORD_TIMEOUT ||
                              end->status == RECORD_PARTIAL,
                          "flaw %d: status %d, %s", (int)agents[i]->flaw, (int)end->status,
                          base_strerror(end->error));
                refused++;
                continue;
            }
            cr_assert_eq(end->status, RECORD_OK, "device %u: %s", i, base_strerror(end->error));
            if (with_broken == 0) {
                alone_us[i] = end->duration_us;
            } else {
                cr_assert_leq(end->duration_us, alone_us[i] + 1 * MS,
                              "device %u: %ld us, %ld us "
                              "without the broken ones",
                              i, end->duration_us, alone_us[i]);
            }
        }
        cr_assert_eq(refused, with_broken != 0 ? DEVICES / 20 : 0);
        close_fleet(fleet, DEVICES);
    }
}

Test(v3_fleet, a_restart_of_platen_needs_no_discovery)
{
    struct fleet *fleet = v3_fleet(50);
    fleet_sweep(fleet);
    uint64_t first = fleet->traffic.sent;
    cr_assert_eq(fleet->traffic.usm_discoveries, 50);
    for (uint32_t i = 0; i < 50; i++) {
        fleet_assert_whole(fleet, i);
        fleet->learned[i].is_known = false; /* so that the same is asked again */
        cr_assert_eq(agents[i]->discoveries, 1);
    }
    world_wait(fleet->world, 3600 * WORLD_SECOND_US);
    fleet_sweep(fleet);
    cr_assert_eq(fleet->traffic.usm_discoveries, 0);
    cr_assert_eq(fleet->traffic.usm_resyncs, 0);
    cr_assert_eq(fleet->traffic.sent, first - 50);
    close_fleet(fleet, 50);
}

Test(v3_fleet, devices_that_rebooted_or_have_a_new_engine_are_read_in_the_same_sweep)
{
    struct fleet *fleet = v3_fleet(60);
    fleet_sweep(fleet);
    world_wait(fleet->world, 600 * WORLD_SECOND_US);
    for (uint32_t i = 0; i < 60; i++) {
        if (i % 3 == 0) {
            v3_agent_reboot(agents[i], world_now_us(fleet->world));
        } else if (i % 3 == 1) {
            v3_agent_rename(agents[i], 0x77);
        }
    }
    fleet_sweep(fleet);
    for (uint32_t i = 0; i < 60; i++) {
        cr_assert_eq(fleet->ends[i].status, RECORD_OK, "device %u: %s", i,
                     base_strerror(fleet->ends[i].error));
    }
    cr_assert_eq(fleet->traffic.usm_resyncs, 20);
    cr_assert_eq(fleet->traffic.usm_discoveries, 20);
    close_fleet(fleet, 60);
}

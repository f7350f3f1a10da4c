#include "tests/scenario/support_access.h"

#include <stdio.h>

#include <criterion/criterion.h>

#define MS INT64_C(1000)

static const char *const USERS[] = {"admin:sha256:authpass1:aes:privpass1", "reader:md5:authpass2",
                                    "guest", NULL};

struct sim_usm *access_users;
static struct agent_mib office;
struct agent_mib access_empty;
struct credentials access_list;
struct world *access_world;
struct fleet *access_fleet;
struct v3_agent *access_agents[ACCESS_MANY];
unsigned access_community_datagrams;

static void watch(void *owner, uint32_t device, struct bytes datagram, int64_t now_us)
{
    (void)owner;
    (void)device;
    (void)now_us;
    access_community_datagrams += usm_is_v3(datagram) ? 0 : 1;
}

/* A world of devices that speak v3 and nothing else. */
void access_open_world(uint32_t count)
{
    struct model_shape shape = model_office();
    const struct model_shape none = {.device = 1, .rows = {[OBJECT_TABLE_SYSTEM] = 1}};
    office = model_printer(&shape);
    access_empty = model_printer(&none);
    agent_mib_drop(&access_empty, "1.3.6.1.2.1.43");
    agent_mib_drop(&access_empty, "1.3.6.1.2.1.25");
    access_users = v3_users(USERS, 5);
    access_world = world_new(5, count, &office);
    access_fleet = fleet_new(access_world);
    access_list = (struct credentials){0};
    access_fleet->config.credentials = &access_list;
    access_fleet->config.engine.salt = 4711;
    for (uint32_t i = 0; i < count; i++) {
        access_agents[i] = v3_agent_new(access_world, i, access_users);
        world_device(access_world, i)->link =
            (struct world_link){.delay_min_us = 10 * MS, .delay_max_us = 10 * MS};
    }
    world_watch(access_world, watch, NULL);
}

void access_close_world(void)
{
    for (uint32_t i = 0; i < world_count(access_world); i++) {
        v3_agent_free(access_agents[i]);
    }
    sim_usm_close(access_users);
    fleet_free(access_fleet);
    world_free(access_world);
    agent_mib_free(&office);
    agent_mib_free(&access_empty);
}

void access_open_few(void)
{
    access_open_world(ACCESS_FEW);
}

void access_add_user(const char *user, enum usm_auth auth, const char *auth_password,
                     enum usm_priv priv, const char *priv_password)
{
    struct credential item = {.version = PDU_V3, .user = {.auth = auth, .priv = priv}};
    snprintf(item.name, sizeof(item.name), "%s %zu", user, access_list.count);
    item.user.name_size = (uint8_t)strlen(user);
    memcpy(item.user.name, user, strlen(user));
    if (auth != USM_NO_AUTH) {
        usm_password_key(auth, bytes_from_text(auth_password), item.user.auth_key);
    }
    if (priv != USM_NO_PRIV) {
        usm_password_key(auth, bytes_from_text(priv_password), item.user.priv_key);
    }
    cr_assert_eq(credentials_add(&access_list, &item, NULL, 0), 0);
}

void access_add_admin(void)
{
    access_add_user("admin", USM_SHA256, "authpass1", USM_AES128, "privpass1");
}

void access_add_community(const char *name)
{
    cr_assert_eq(credentials_add_community(&access_list, name, bytes_from_text(name), true, true),
                 0);
}

void access_assert_all_read(const struct credential *by)
{
    for (uint32_t i = 0; i < world_count(access_world); i++) {
        fleet_assert_whole(access_fleet, i);
        cr_assert_eq(access_fleet->ends[i].credential, by, "device %u by %s", i,
                     access_fleet->ends[i].credential->name);
        cr_assert_eq(access_fleet->ends[i].snmp_version, by->version);
    }
}

void access_assert_all_denied(int error, const struct credential *by)
{
    for (uint32_t i = 0; i < world_count(access_world); i++) {
        cr_assert_eq(access_fleet->ends[i].status, RECORD_AUTH);
        cr_assert_eq(access_fleet->ends[i].error, error, "%s",
                     base_strerror(access_fleet->ends[i].error));
        cr_assert_eq(access_fleet->ends[i].credential, by);
    }
}

void access_assert_all_silent(void)
{
    for (uint32_t i = 0; i < world_count(access_world); i++) {
        cr_assert_eq(access_fleet->ends[i].status, RECORD_TIMEOUT);
        cr_assert_eq(access_fleet->ends[i].error, BASE_ETIMEOUT);
        cr_assert_null(access_fleet->ends[i].credential);
    }
}

uint64_t access_questions(void)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < world_count(access_world); i++) {
        sum += access_fleet->ends[i].questions;
    }
    return sum;
}

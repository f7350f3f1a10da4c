/*
 * A world of devices that speak SNMPv3, a list of credentials, and sweeps over the one with the
 * other.
 */
#pragma once

#include "tests/scenario/support_fleet.h"
#include "tests/scenario/support_v3.h"

#define ACCESS_FEW  8
#define ACCESS_MANY 200

extern struct world *access_world;
extern struct fleet *access_fleet;
extern struct v3_agent *access_agents[ACCESS_MANY];
extern struct sim_usm *access_users;        /* "admin", "reader" and "guest": one a level */
extern struct credentials access_list;      /* what the fleet is asked with; empty at first */
extern struct agent_mib access_empty;       /* a device that is no printer */
extern unsigned access_community_datagrams; /* sent so far that are not v3 */

/* Makes the world; its devices are printers. access_close_world frees all. */
void access_open_world(uint32_t count);
void access_open_few(void);
void access_close_world(void);

/* Adds to the list. Passwords of protocols that are not used may be NULL. */
void access_add_user(const char *user, enum usm_auth auth, const char *auth_password,
                     enum usm_priv priv, const char *priv_password);
void access_add_admin(void);
void access_add_community(const char *name);

/* Say how all polls of the last sweep ended, else the test fails. */
void access_assert_all_read(const struct credential *by);
void access_assert_all_denied(int error, const struct credential *by);
void access_assert_all_silent(void);

/* Returns: questions of the last sweep that plans asked, without discoveries and repeats. */
uint64_t access_questions(void);

/*
 * The users of SNMPv3 that all engines of a process know, and their keys on each engine.
 *
 * A user's passwords are hashed once, when the set is opened. The key on an engine is made when it
 * is first asked for and kept in a table of at most 64 MB; when that is full, all are thrown away.
 */
#pragma once

#include "bench/sim/usm_lanes.h"

/* Users of one process at most. */
#define SIM_USM_USERS_MAX 8u

/* Bytes of the longest msgUserName (RFC 3414). */
#define SIM_USM_NAME_MAX 32u

/* Bytes of the longest contextName that is known. */
#define SIM_USM_CONTEXT_MAX 32u

/* The bits of msgFlags that are the security level. */
enum sim_usm_level {
    SIM_USM_NO_AUTH = 0,
    SIM_USM_AUTH = 1,
    SIM_USM_PRIV = 3,
};

struct sim_usm_user {
    struct sim_slice name;
    enum sim_usm_auth auth;
    enum sim_usm_priv priv;
    struct sim_slice auth_password;
    struct sim_slice priv_password;
    unsigned number; /* in its set */
    uint8_t auth_ku[SIM_USM_KEY_MAX];
    uint8_t priv_ku[SIM_USM_KEY_MAX];
};

/* Cuts USER[:AUTH:AUTHPASS[:PRIV:PRIVPASS]]; the slices stay borrowed from text, keys are not made.
 * An AUTHPASS holds no colon. Returns: false when a protocol is unknown, a password is shorter than
 * 8 bytes or the name is not 1 to 32 bytes long. */
SIM_MUST_CHECK bool sim_usm_user_parse(const char *text, struct sim_usm_user *user);

/* The highest level of a user. */
enum sim_usm_level sim_usm_user_level(const struct sim_usm_user *user);

struct sim_usm;

/* Opens a set of users as sim_usm_user_parse takes them; the texts stay borrowed. seed: where the
 * salts start. Returns: 0, -ENOMEM, -E2BIG above SIM_USM_USERS_MAX, -EINVAL for a malformed one. */
SIM_MUST_CHECK int sim_usm_open(struct sim_usm **usm, const char *const *users, size_t count,
                                uint64_t seed);
void sim_usm_close(struct sim_usm *usm);

/* Returns: the user of that name, or NULL. */
const struct sim_usm_user *sim_usm_user_find(const struct sim_usm *usm, struct sim_slice name);

/* Returns: the key of a user on an engine, valid until the next call; NULL when memory is short. */
const struct sim_usm_key *sim_usm_user_key(struct sim_usm *usm, const struct sim_usm_user *user,
                                           struct sim_slice engine);

/* A salt that this process has not used: for DES the boots and a counter (RFC 3414 section
 * 8.1.1.1), for AES a counter. */
void sim_usm_salt(struct sim_usm *usm, enum sim_usm_priv priv, uint32_t boots,
                  uint8_t salt[SIM_USM_SALT_BYTES]);

/* A message whose last two steps wait: encryption and the tag. */
struct sim_usm_job {
    struct sim_usm_lane lane; /* length 0: nothing is encrypted */
    struct sim_slice message; /* with zeros where the tag goes */
    uint8_t *tag;
    size_t tag_bytes; /* 0: no tag */
    bool is_bent;     /* one bit of the tag is wrong */
};

/* Does these steps now. */
void sim_usm_job_do(const struct sim_usm_job *job);

/* Keeps a job until sim_usm_seal, or until so many wait that they may be done at once. Its bytes
 * must stay where they are. */
void sim_usm_job_keep(struct sim_usm *usm, const struct sim_usm_job *job);

/* Does all that waits, several messages side by side. */
void sim_usm_seal(struct sim_usm *usm);

/* Keys that are in the table. */
size_t sim_usm_key_count(const struct sim_usm *usm);

/*
 * Credentials: with what a device is asked, an ordered list of communities and SNMPv3 users, each
 * for every address or for some subnets only. Filled by the command from files (core/app), read by
 * polls; immutable while a sweep runs. Knows no file, no protocol message and no device.
 *
 * The order of the list is the order of trying. What worked for a device is remembered by name
 * (credential_key) and tried first; whether a change was a downgrade is told by credential_rank.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/fleet/target.h"
#include "proto/pdu.h"
#include "proto/usm.h"

#define CREDENTIALS_MAX          64
#define CREDENTIAL_SUBNETS_MAX   256 /* of all credentials of a list together */
#define CREDENTIAL_NAME_MAX      63
#define CREDENTIAL_COMMUNITY_MAX 128

/* One way of asking. Secrets stand inside: cleared by credentials_clear, printed nowhere. */
struct credential {
    char name[CREDENTIAL_NAME_MAX + 1]; /* how users and events call it; not secret */
    enum pdu_version version;
    uint8_t community_size; /* v1 and v2c */
    uint8_t community[CREDENTIAL_COMMUNITY_MAX];
    struct usm_user user; /* v3 */
    uint8_t context_size; /* v3: contextName; 0 = the default context */
    uint8_t context[USM_CONTEXT_MAX];
    struct usm_engine_id context_engine; /* v3; size 0 = the device's own */
    uint16_t first_subnet;               /* into subnets of the list */
    uint16_t subnet_count;               /* 0 = every address */
};

struct credentials {
    size_t count;
    size_t subnet_count;
    struct credential items[CREDENTIALS_MAX];
    struct target_range subnets[CREDENTIAL_SUBNETS_MAX]; /* ports are not looked at */
};

/* Adds a copy; subnets: subnet_count ranges, borrowed during the call.
 * Returns: 0; BASE_ELIMIT when the list is full; BASE_EEXISTS when the name is taken by an item of
 * the same version (one name may stand for a v2c and a v1 way of asking). */
BASE_MUST_CHECK int credentials_add(struct credentials *list, const struct credential *item,
                                    const struct target_range *subnets, size_t subnet_count);

/* Adds a community as v2c, v1, or both (v2c first) under one name; for lists without a file.
 * Returns: as credentials_add; BASE_ERANGE for an empty or too long community. */
BASE_MUST_CHECK int credentials_add_community(struct credentials *list, const char *name,
                                              struct bytes community, bool with_v2c, bool with_v1);

/* Says whether the credential may be used for the address. */
bool credential_covers(const struct credentials *list, size_t index, const struct target *address);

/* Stable over restarts: from name and version; never 0. What the store remembers of a device. */
uint32_t credential_key(const struct credential *item);

/* How well it protects: 0 community, 1 noAuthNoPriv, 2 authNoPriv, 3 authPriv. A device that is
 * read with a lower rank than before has been downgraded. */
unsigned credential_rank(const struct credential *item);

/* Overwrites all secrets and empties the list. */
void credentials_clear(struct credentials *list);

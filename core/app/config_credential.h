/*
 * One credential of a file, from its mapping to what devices are asked with:
 *
 *   - name: office
 *     version: 3                     # 1, 2c, 3; left out: 3 with a user, else 2c and then 1
 *     user: platen
 *     auth: {protocol: SHA-256, password_file: office.auth}
 *     priv: {protocol: AES-128, password: ...}
 *     context: Jetdirect
 *     context_engine_id: 80001f88...
 *     subnets: [10.1.0.0/16, 10.2.0.1-10.2.0.99]
 *   - name: old
 *     version: 2c
 *     community_file: old.community
 */
#pragma once

#include "core/app/config.h"
#include "core/app/config_read.h"
#include "core/app/config_secret.h"
#include "core/base/base.h"
#include "core/fleet/credential.h"

/* Octets of a name; what the two ways of extending a key are told apart by still fits behind it. */
#define CONFIG_CREDENTIAL_NAME_MAX 48
/* RFC 3414 section 11.2: a password is at least so long. */
#define CONFIG_PASSWORD_MIN 8

/* Sets of versions. */
#define CONFIG_USES_V1  0x1U
#define CONFIG_USES_V2C 0x2U
#define CONFIG_USES_V3  0x4U
#define CONFIG_USES_ALL 0x7U

/* Where the credentials of one file go. */
struct config_binder {
    struct config_place place;
    struct config_file *file; /* that they stand in */
    bool is_approved_only;
    unsigned uses; /* CONFIG_USES_*; credentials of other versions are checked and left out */
    struct config_secret_keys *keys;
    struct credentials *out;
};

/* Adds what one mapping says; reports whatever is wrong with it. With a hash that is shorter than
 * the key and no way of extending named, two are added: "NAME/reeder", then "NAME/blumenthal". */
void config_credential_add(const struct config_binder *binder, const struct config_node *node);

/* Says how SNMPv3's protocols of a user are called together: "authPriv". Static. */
const char *config_credential_level(const struct usm_user *user);

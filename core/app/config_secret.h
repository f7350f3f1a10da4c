/*
 * One secret of a credential: written in the file, or in a file of its own (KEY_file), which may
 * be one of systemd's ("credential:NAME"). And the keys made of passwords, each password expanded
 * once however many credentials have it.
 */
#pragma once

#include "core/app/config.h"
#include "core/app/config_read.h"
#include "core/base/base.h"
#include "core/fleet/credential.h"

/* Octets of the longest secret. */
#define CONFIG_SECRET_MAX 255

struct config_secret {
    size_t size;
    uint8_t octets[CONFIG_SECRET_MAX];
};

/* A key and what it was made of. */
struct config_secret_key {
    enum usm_auth auth;
    struct config_secret password;
    uint8_t key[USM_KEY_MAX];
};

/* The keys made so far; starts zeroed, in memory of secret_guard_new. Two for each credential. */
struct config_secret_keys {
    size_t count;
    size_t made; /* expansions, for tests */
    struct config_secret_key items[2 * CREDENTIALS_MAX];
};

/* Reads the secret of `key` ("password") or key_file ("password_file") in a mapping; one of them
 * must be there. A secret in the file itself wants that only its owner can read it.
 * Returns: 0; BASE_EUSAGE, reported. */
BASE_MUST_CHECK int config_secret_read(const struct config_place *place, struct config_file *file,
                                       const struct config_node *map, const char *key,
                                       const char *key_file, struct config_secret *out);

/* Writes Ku of a password: usm_key_size(auth) octets. */
void config_secret_make_key(struct config_secret_keys *keys, enum usm_auth auth,
                            const struct config_secret *password, uint8_t out[USM_KEY_MAX]);

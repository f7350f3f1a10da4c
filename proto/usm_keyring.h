/*
 * Localised keys, computed once per user and engine: a bounded table in memory that forgets the
 * pair not used for longest. A user is known by its number, so a number must never be given to
 * another user while the table lives. Keys leave the process never; freeing overwrites them.
 */
#pragma once

#include "core/base/base.h"
#include "proto/usm.h"

struct usm_keyring;

/* The keys of one user at one engine. */
struct usm_local_keys {
    uint8_t auth_key[USM_KEY_MAX];
    uint8_t crypt_key[USM_CRYPT_KEY_MAX];
};

struct usm_keyring_counters {
    uint64_t hits;
    uint64_t misses;
    uint64_t evictions;
};

/* capacity: pairs kept at most, 1 at least; some 160 octets each, allocated at once.
 * Returns: NULL when memory is short. */
struct usm_keyring *usm_keyring_new(uint32_t capacity);

/* Overwrites and frees; NULL is allowed. */
void usm_keyring_free(struct usm_keyring *ring);

/* Gives the keys of a user at an engine, from the table or made now: 1 us, but 0.5 to 3 ms where
 * Reeder's extension is needed (usm_crypt_key). Octets that a protocol does not use are 0; a user
 * without authentication has no keys and is not counted.
 * ring: NULL computes without keeping. engine: a known one. */
void usm_keyring_get(struct usm_keyring *ring, const struct usm_user *user,
                     const struct usm_engine_id *engine, struct usm_local_keys *out);

/* What became of the questions for keys so far. */
const struct usm_keyring_counters *usm_keyring_counters(const struct usm_keyring *ring);

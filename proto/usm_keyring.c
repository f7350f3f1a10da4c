#include "proto/usm_keyring.h"

#include <stdlib.h>

#include "core/base/hash64.h"

#define NO_ENTRY UINT32_MAX

/* A pair; it hangs in the chain of its bucket and in the row from newest to oldest. */
struct entry {
    uint64_t hash; /* of the pair */
    uint32_t chain;
    uint32_t newer;
    uint32_t older;
    uint32_t user;
    struct usm_engine_id engine;
    struct usm_local_keys keys;
};

struct usm_keyring {
    struct usm_keyring_counters counters;
    uint32_t capacity; /* of entries, and as many buckets */
    uint32_t count;
    uint32_t newest;
    uint32_t oldest;
    uint32_t *buckets; /* first entries of the chains; behind the entries, in the same block */
    struct entry entries[];
};

static size_t ring_bytes(uint32_t capacity)
{
    return sizeof(struct usm_keyring) + capacity * (sizeof(struct entry) + sizeof(uint32_t));
}

struct usm_keyring *usm_keyring_new(uint32_t capacity)
{
    BASE_REQUIRE(capacity > 0 && capacity < NO_ENTRY);
    struct usm_keyring *ring = calloc(1, ring_bytes(capacity));
    if (ring == NULL) {
        return NULL;
    }
    ring->capacity = capacity;
    ring->newest = NO_ENTRY;
    ring->oldest = NO_ENTRY;
    ring->buckets = (void *)&ring->entries[capacity];
    memset(ring->buckets, 0xff, capacity * sizeof *ring->buckets); /* NO_ENTRY everywhere */
    return ring;
}

void usm_keyring_free(struct usm_keyring *ring)
{
    if (ring != NULL) {
        usm_forget(ring, ring_bytes(ring->capacity));
        free(ring);
    }
}

static void make_keys(const struct usm_user *user, struct bytes engine, struct usm_local_keys *out)
{
    memset(out, 0, sizeof *out);
    usm_localise(user->auth, user->auth_key, engine, out->auth_key);
    if (user->priv != USM_NO_PRIV) {
        uint8_t localised[USM_KEY_MAX];
        usm_localise(user->auth, user->priv_key, engine, localised);
        usm_crypt_key(user->auth, user->priv, localised, engine, out->crypt_key);
        usm_forget(localised, sizeof localised);
    }
}

static uint32_t *bucket_of(struct usm_keyring *ring, uint64_t hash)
{
    return &ring->buckets[(hash >> 32) * ring->capacity >> 32];
}

static uint32_t find(struct usm_keyring *ring, uint64_t hash, uint32_t user, struct bytes engine)
{
    uint32_t at = *bucket_of(ring, hash);
    while (at != NO_ENTRY) {
        const struct entry *entry = &ring->entries[at];
        if (entry->hash == hash && entry->user == user &&
            bytes_equal(bytes_of(entry->engine.octets, entry->engine.size), engine)) {
            break;
        }
        at = entry->chain;
    }
    return at;
}

static void row_leave(struct usm_keyring *ring, uint32_t at)
{
    const struct entry *entry = &ring->entries[at];
    *(entry->newer == NO_ENTRY ? &ring->newest : &ring->entries[entry->newer].older) = entry->older;
    *(entry->older == NO_ENTRY ? &ring->oldest : &ring->entries[entry->older].newer) = entry->newer;
}

static void row_join(struct usm_keyring *ring, uint32_t at)
{
    struct entry *entry = &ring->entries[at];
    entry->newer = NO_ENTRY;
    entry->older = ring->newest;
    *(ring->newest == NO_ENTRY ? &ring->oldest : &ring->entries[ring->newest].newer) = at;
    ring->newest = at;
}

/* Returns: a place for another pair, the oldest one's when there is no other. */
static uint32_t make_room(struct usm_keyring *ring)
{
    if (ring->count < ring->capacity) {
        return ring->count++;
    }
    uint32_t at = ring->oldest;
    uint32_t *link = bucket_of(ring, ring->entries[at].hash);
    while (*link != at) {
        link = &ring->entries[*link].chain;
    }
    *link = ring->entries[at].chain;
    row_leave(ring, at);
    ring->counters.evictions++;
    return at;
}

static uint32_t add(struct usm_keyring *ring, uint64_t hash, const struct usm_user *user,
                    const struct usm_engine_id *engine)
{
    uint32_t at = make_room(ring);
    struct entry *entry = &ring->entries[at];
    uint32_t *bucket = bucket_of(ring, hash);
    entry->hash = hash;
    entry->user = user->number;
    entry->engine = *engine;
    entry->chain = *bucket;
    *bucket = at;
    make_keys(user, bytes_of(engine->octets, engine->size), &entry->keys);
    return at;
}

void usm_keyring_get(struct usm_keyring *ring, const struct usm_user *user,
                     const struct usm_engine_id *engine, struct usm_local_keys *out)
{
    BASE_REQUIRE(engine->size > 0 && engine->size <= USM_ENGINE_ID_MAX);
    struct bytes id = bytes_of(engine->octets, engine->size);
    if (user->auth == USM_NO_AUTH) {
        memset(out, 0, sizeof *out);
        return;
    }
    if (ring == NULL) {
        make_keys(user, id, out);
        return;
    }
    uint64_t hash = hash64_pair(hash64(id), user->number);
    uint32_t at = find(ring, hash, user->number, id);
    if (at != NO_ENTRY) {
        ring->counters.hits++;
        row_leave(ring, at);
    } else {
        ring->counters.misses++;
        at = add(ring, hash, user, engine);
    }
    row_join(ring, at);
    *out = ring->entries[at].keys;
}

const struct usm_keyring_counters *usm_keyring_counters(const struct usm_keyring *ring)
{
    return &ring->counters;
}

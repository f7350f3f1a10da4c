#include <malloc.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "proto/usm_keyring.h"
#include "tests/unit/support_free.h"

TestSuite(usm_keyring, .timeout = 30);

static struct usm_user user_of(uint32_t number, enum usm_auth auth, enum usm_priv priv)
{
    struct usm_user user = {.number = number, .auth = auth, .priv = priv};
    for (size_t i = 0; i < USM_KEY_MAX; i++) {
        user.auth_key[i] = (uint8_t)(number + i);
        user.priv_key[i] = (uint8_t)(number + i * 3 + 1);
    }
    return user;
}

static struct usm_engine_id engine_of(uint32_t number)
{
    struct usm_engine_id id = {.size = 9, .octets = {0x80, 0, 0, 11, 5}};
    for (size_t i = 0; i < 4; i++) {
        id.octets[5 + i] = (uint8_t)(number >> 8 * i);
    }
    return id;
}

/* Asks the ring and says whether it answered from its table; the keys must be right anyhow. */
static bool is_hit(struct usm_keyring *ring, const struct usm_user *user,
                   const struct usm_engine_id *engine)
{
    struct usm_local_keys found;
    struct usm_local_keys expected;
    uint64_t hits = usm_keyring_counters(ring)->hits;
    uint64_t asked = hits + usm_keyring_counters(ring)->misses;
    memset(&found, 0xee, sizeof found);
    memset(&expected, 0xdd, sizeof expected);
    usm_keyring_get(ring, user, engine, &found);
    usm_keyring_get(NULL, user, engine, &expected);
    cr_assert_eq(memcmp(&found, &expected, sizeof found), 0);
    cr_assert_eq(usm_keyring_counters(ring)->hits + usm_keyring_counters(ring)->misses, asked + 1);
    return usm_keyring_counters(ring)->hits > hits;
}

Test(usm_keyring, gives_the_localised_keys_of_both_passwords)
{
    struct usm_user user = user_of(1, USM_SHA1, USM_AES256);
    struct usm_engine_id engine = engine_of(1);
    struct bytes id = bytes_of(engine.octets, engine.size);
    struct usm_local_keys keys;
    uint8_t expected[USM_KEY_MAX];
    usm_keyring_get(NULL, &user, &engine, &keys);
    usm_localise(USM_SHA1, user.auth_key, id, expected);
    cr_assert_arr_eq(keys.auth_key, expected, 20);
    for (size_t i = 20; i < USM_KEY_MAX; i++) {
        cr_assert_eq(keys.auth_key[i], 0);
    }
    usm_localise(USM_SHA1, user.priv_key, id, expected);
    cr_assert_arr_eq(keys.crypt_key, expected, 20);
    usm_crypt_key(USM_SHA1, USM_AES256, expected, id, expected);
    cr_assert_arr_eq(keys.crypt_key, expected, 32);
}

Test(usm_keyring, makes_no_privacy_key_without_privacy)
{
    struct usm_user user = user_of(1, USM_SHA512, USM_NO_PRIV);
    struct usm_engine_id engine = engine_of(1);
    struct usm_local_keys keys;
    memset(&keys, 0xee, sizeof keys);
    usm_keyring_get(NULL, &user, &engine, &keys);
    cr_assert_neq(keys.auth_key[0] | keys.auth_key[63], 0);
    for (size_t i = 0; i < sizeof keys.crypt_key; i++) {
        cr_assert_eq(keys.crypt_key[i], 0);
    }
}

Test(usm_keyring, has_no_keys_for_a_user_without_authentication)
{
    struct usm_keyring *ring = usm_keyring_new(4);
    struct usm_user user = user_of(1, USM_NO_AUTH, USM_NO_PRIV);
    struct usm_engine_id engine = engine_of(1);
    struct usm_local_keys none = {{0}, {0}};
    struct usm_local_keys keys;
    memset(&keys, 0xee, sizeof keys);
    usm_keyring_get(ring, &user, &engine, &keys);
    cr_assert_eq(memcmp(&keys, &none, sizeof keys), 0);
    cr_assert_eq(usm_keyring_counters(ring)->misses, 0);
    usm_keyring_free(ring);
}

Test(usm_keyring, computes_once_and_then_remembers)
{
    struct usm_keyring *ring = usm_keyring_new(16);
    struct usm_user user = user_of(1, USM_SHA256, USM_AES128);
    struct usm_engine_id engine = engine_of(1);
    cr_assert_not(is_hit(ring, &user, &engine));
    cr_assert(is_hit(ring, &user, &engine));
    cr_assert(is_hit(ring, &user, &engine));
    cr_assert_eq(usm_keyring_counters(ring)->hits, 2);
    cr_assert_eq(usm_keyring_counters(ring)->misses, 1);
    cr_assert_eq(usm_keyring_counters(ring)->evictions, 0);
    usm_keyring_free(ring);
}

Test(usm_keyring, tells_users_of_the_same_engine_apart)
{
    struct usm_keyring *ring = usm_keyring_new(16);
    struct usm_user alice = user_of(1, USM_SHA256, USM_AES128);
    struct usm_user bob = user_of(2, USM_SHA256, USM_AES128);
    struct usm_engine_id engine = engine_of(1);
    for (int round = 0; round < 2; round++) {
        cr_assert_eq(is_hit(ring, &alice, &engine), round > 0);
        cr_assert_eq(is_hit(ring, &bob, &engine), round > 0);
    }
    usm_keyring_free(ring);
}

Test(usm_keyring, tells_engines_of_any_length_apart)
{
    struct usm_keyring *ring = usm_keyring_new(64);
    struct usm_user user = user_of(1, USM_MD5, USM_DES);
    struct usm_engine_id shorter = {.size = 5, .octets = {0x80, 0, 0, 11, 5}};
    struct usm_engine_id longer = {.size = 6, .octets = {0x80, 0, 0, 11, 5}};
    struct usm_engine_id longest = {.size = 32, .octets = {0x80, 0, 0, 11, 5}};
    for (int round = 0; round < 2; round++) {
        cr_assert_eq(is_hit(ring, &user, &shorter), round > 0);
        cr_assert_eq(is_hit(ring, &user, &longer), round > 0);
        cr_assert_eq(is_hit(ring, &user, &longest), round > 0);
    }
    usm_keyring_free(ring);
}

Test(usm_keyring, looks_at_the_octets_of_the_id_only)
{
    struct usm_keyring *ring = usm_keyring_new(64);
    struct usm_user user = user_of(1, USM_MD5, USM_DES);
    struct usm_engine_id engine = engine_of(1);
    cr_assert_not(is_hit(ring, &user, &engine));
    engine.octets[engine.size] = 0xee;
    cr_assert(is_hit(ring, &user, &engine));
    usm_keyring_free(ring);
}

Test(usm_keyring, forgets_the_pair_not_used_for_longest)
{
    struct usm_keyring *ring = usm_keyring_new(3);
    struct usm_user user = user_of(1, USM_SHA256, USM_AES128);
    struct usm_engine_id engine[4];
    for (uint32_t i = 0; i < 4; i++) {
        engine[i] = engine_of(i);
    }
    for (uint32_t i = 0; i < 3; i++) {
        cr_assert_not(is_hit(ring, &user, &engine[i]));
    }
    cr_assert(is_hit(ring, &user, &engine[0]));
    cr_assert_eq(usm_keyring_counters(ring)->evictions, 0);
    cr_assert_not(is_hit(ring, &user, &engine[3])); /* in the place of 1 */
    cr_assert_eq(usm_keyring_counters(ring)->evictions, 1);
    cr_assert(is_hit(ring, &user, &engine[0]));
    cr_assert(is_hit(ring, &user, &engine[2]));
    cr_assert(is_hit(ring, &user, &engine[3]));
    cr_assert_not(is_hit(ring, &user, &engine[1]));
    cr_assert_eq(usm_keyring_counters(ring)->evictions, 2);
    usm_keyring_free(ring);
}

Test(usm_keyring, keeps_one_pair_when_told_so)
{
    struct usm_keyring *ring = usm_keyring_new(1);
    struct usm_user user = user_of(1, USM_SHA256, USM_AES128);
    struct usm_engine_id first = engine_of(1);
    struct usm_engine_id second = engine_of(2);
    cr_assert_not(is_hit(ring, &user, &first));
    cr_assert(is_hit(ring, &user, &first));
    cr_assert_not(is_hit(ring, &user, &second));
    cr_assert_not(is_hit(ring, &user, &first));
    usm_keyring_free(ring);
}

Test(usm_keyring, keeps_as_many_pairs_as_it_has_room_for)
{
    static const uint32_t CAPACITIES[] = {1, 2, 7, 100, 2000};
    for (size_t k = 0; k < BASE_ARRAY_COUNT(CAPACITIES); k++) {
        struct usm_keyring *ring = usm_keyring_new(CAPACITIES[k]);
        const struct usm_keyring_counters *counters = usm_keyring_counters(ring);
        struct usm_user user = user_of(1, USM_MD5, USM_NO_PRIV);
        struct usm_local_keys keys;
        for (uint32_t i = 0; i < 3 * CAPACITIES[k]; i++) {
            struct usm_engine_id engine = engine_of(i % CAPACITIES[k]);
            usm_keyring_get(ring, &user, &engine, &keys);
        }
        cr_assert_eq(counters->misses, CAPACITIES[k]);
        cr_assert_eq(counters->hits, 2 * CAPACITIES[k]);
        cr_assert_eq(counters->evictions, 0);
        usm_keyring_free(ring);
    }
}

/* Against a row of the most recent pairs that is searched from end to end. */
Test(usm_keyring, remembers_exactly_the_most_recent_pairs)
{
    enum { CAPACITY = 9, PAIRS = 14, ROUNDS = 5000 };
    struct usm_keyring *ring = usm_keyring_new(CAPACITY);
    uint32_t recent[CAPACITY];
    size_t count = 0;
    uint32_t random = 1;
    for (int round = 0; round < ROUNDS; round++) {
        random = random * 1664525 + 1013904223;
        uint32_t pair = (random >> 24) % PAIRS;
        struct usm_user user = user_of(pair % 3, USM_MD5, USM_DES);
        struct usm_engine_id engine = engine_of(pair / 3);
        size_t place = 0;
        while (place < count && recent[place] != pair) {
            place++;
        }
        cr_assert_eq(is_hit(ring, &user, &engine), place < count, "round %d", round);
        count += place == count && count < CAPACITY;
        place = place < count ? place : count - 1;
        memmove(recent + 1, recent, place * sizeof recent[0]);
        recent[0] = pair;
    }
    cr_assert_gt(usm_keyring_counters(ring)->hits, ROUNDS / 3);
    cr_assert_gt(usm_keyring_counters(ring)->evictions, ROUNDS / 5);
    usm_keyring_free(ring);
}

Test(usm_keyring, freeing_nothing_is_allowed)
{
    usm_keyring_free(NULL);
}

#if !defined(HAS_OWN_FREE)
static void *watched;
static size_t watched_size;
static size_t secret_octets;

void free(void *memory)
{
    if (memory != NULL && memory == watched) {
        for (size_t i = 0; i < watched_size; i++) {
            secret_octets += ((const uint8_t *)memory)[i] != 0;
        }
        watched = NULL;
    }
    __libc_free(memory);
}

Test(usm_keyring, overwrites_its_memory_before_giving_it_back)
{
    struct usm_keyring *ring = usm_keyring_new(8);
    struct usm_user user = user_of(1, USM_SHA256, USM_AES128);
    for (uint32_t i = 0; i < 20; i++) {
        struct usm_engine_id engine = engine_of(i);
        struct usm_local_keys keys;
        usm_keyring_get(ring, &user, &engine, &keys);
    }
    watched = ring;
    watched_size = 8 * sizeof(struct usm_local_keys);
    cr_assert_geq(malloc_usable_size(ring), watched_size);
    watched_size = malloc_usable_size(ring);
    usm_keyring_free(ring);
    cr_assert_null(watched, "it was never freed");
    cr_assert_eq(secret_octets, 0);
}
#endif

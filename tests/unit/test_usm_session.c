#include <criterion/criterion.h>

#include "proto/usm.h"
#include "proto/usm_keyring.h"
#include "tests/unit/support_usm.h"

static struct usm_user user;
static struct usm_session session;

static const struct usm_engine_id OTHER = {.size = 6, .octets = {0x80, 0, 0, 9, 1, 2}};

static struct usm_message discovery(struct bytes engine_id, uint32_t boots, uint32_t time_s)
{
    return (struct usm_message){.engine_id = engine_id, .boots = boots, .time_s = time_s};
}

/* Says whether the session's keys are those that its user has at its engine. */
static bool has_right_keys(void)
{
    struct usm_local_keys keys;
    struct usm_mac mac;
    uint8_t found[USM_TAG_MAX];
    uint8_t expected[USM_TAG_MAX];
    struct bytes text = bytes_from_text("whatever");
    usm_keyring_get(NULL, session.user, &session.engine.id, &keys);
    usm_mac_init(&mac, session.user->auth, keys.auth_key);
    usm_mac_tag(&mac, &text, 1, expected);
    usm_mac_tag(&session.mac, &text, 1, found);
    return session.has_keys && memcmp(found, expected, usm_tag_size(session.user->auth)) == 0;
}

static bool is_all_zero(const void *octets, size_t size)
{
    const uint8_t *at = octets;
    for (size_t i = 0; i < size; i++) {
        if (at[i] != 0) {
            return false;
        }
    }
    return true;
}

Test(usm_session, starts_with_nothing)
{
    memset(&session, 0x5a, sizeof session);
    usm_session_init(&session, NULL);
    cr_assert_null(session.user);
    cr_assert_eq(session.engine.id.size, 0);
    cr_assert_not(session.has_keys);
    cr_assert_not(session.engine.is_timed);
}

Test(usm_session, localises_keys_when_user_and_engine_are_known_in_either_order)
{
    struct usm_engine engine = {.id = SUPPORT_USM_ENGINE};
    support_usm_user(&user, USM_SHA256, USM_AES128);
    usm_session_init(&session, NULL);
    cr_assert_eq(usm_session_user(&session, &user, bytes_of(NULL, 0), NULL), 0);
    cr_assert_not(session.has_keys);
    usm_session_engine(&session, &engine);
    cr_assert(has_right_keys());

    usm_session_init(&session, NULL);
    usm_session_engine(&session, &engine);
    cr_assert_not(session.has_keys);
    cr_assert_eq(usm_session_user(&session, &user, bytes_of(NULL, 0), NULL), 0);
    cr_assert(has_right_keys());
}

Test(usm_session, has_other_keys_for_another_user_and_another_engine)
{
    static struct usm_user second;
    struct usm_engine engine = {.id = OTHER};
    support_usm_user(&user, USM_SHA256, USM_AES128);
    support_usm_user(&second, USM_SHA1, USM_DES);
    support_usm_session(&session, &user);
    cr_assert_eq(usm_session_user(&session, &second, bytes_of(NULL, 0), NULL), 0);
    cr_assert(has_right_keys());
    usm_session_engine(&session, &engine);
    cr_assert(has_right_keys());
}

Test(usm_session, has_no_keys_for_a_user_without_authentication)
{
    static struct usm_user second;
    support_usm_user(&user, USM_SHA256, USM_AES128);
    support_usm_user(&second, USM_NO_AUTH, USM_NO_PRIV);
    support_usm_session(&session, &user);
    cr_assert_eq(usm_session_user(&session, &second, bytes_of(NULL, 0), NULL), 0);
    cr_assert_not(session.has_keys);
    cr_assert(is_all_zero(&session.mac, sizeof session.mac));
}

Test(usm_session, asks_the_key_ring_once_per_engine)
{
    struct usm_keyring *ring = usm_keyring_new(16);
    struct usm_engine engine = {.id = SUPPORT_USM_ENGINE};
    cr_assert_not_null(ring);
    support_usm_user(&user, USM_SHA256, USM_AES128);
    usm_session_init(&session, ring);
    cr_assert_eq(usm_session_user(&session, &user, bytes_of(NULL, 0), NULL), 0);
    usm_session_engine(&session, &engine);
    usm_session_engine(&session, &engine);
    cr_assert(has_right_keys());
    cr_assert_eq(usm_keyring_counters(ring)->misses, 1);
    cr_assert_eq(usm_keyring_counters(ring)->hits, 0);
    usm_keyring_free(ring);
}

Test(usm_session, takes_contexts_of_up_to_32_octets)
{
    static const char LONG[] = "0123456789abcdef0123456789abcdefX";
    support_usm_user(&user, USM_NO_AUTH, USM_NO_PRIV);
    usm_session_init(&session, NULL);
    cr_assert_eq(usm_session_user(&session, &user, bytes_of(LONG, 33), NULL), BASE_ERANGE);
    cr_assert_null(session.user);
    cr_assert_eq(usm_session_user(&session, &user, bytes_of(LONG, 32), &OTHER), 0);
    cr_assert_eq(session.context_size, 32);
    cr_assert_eq(memcmp(session.context, LONG, 32), 0);
    cr_assert_eq(session.context_engine.size, OTHER.size);
    cr_assert_eq(usm_session_user(&session, &user, bytes_from_text("Jetdirect"), NULL), 0);
    cr_assert_eq(session.context_size, 9);
    cr_assert_eq(session.context_engine.size, 0);
}

Test(usm_session, believes_no_engine_id_that_no_engine_may_have)
{
    static const uint8_t ZEROS[40];
    uint8_t ones[32];
    memset(ones, 0xff, sizeof ones);
    cr_assert(usm_engine_id_is_valid(support_usm_id(&SUPPORT_USM_ENGINE)));
    cr_assert(usm_engine_id_is_valid(bytes_of("\x80\x00\x00\x00\x01", 5)));
    cr_assert(usm_engine_id_is_valid(bytes_of("\0\0\0\0\0\0\0\0\0\0\0\2", 12)));
    cr_assert(usm_engine_id_is_valid(bytes_of("0123456789abcdef0123456789abcdef", 32)));
    cr_assert_not(usm_engine_id_is_valid(bytes_of("0123456789abcdef0123456789abcdef0", 33)));
    cr_assert_not(usm_engine_id_is_valid(bytes_of("\x80\x00\x00\x09", 4)));
    cr_assert_not(usm_engine_id_is_valid(bytes_of(NULL, 0)));
    cr_assert_not(usm_engine_id_is_valid(bytes_of(ZEROS, 5)));
    cr_assert_not(usm_engine_id_is_valid(bytes_of(ZEROS, 32)));
    cr_assert_not(usm_engine_id_is_valid(bytes_of(ones, 5)));
    cr_assert_not(usm_engine_id_is_valid(bytes_of(ones, 32)));
    cr_assert_not(usm_engine_id_is_valid(bytes_of("\x80\x00\x00\x00\x06", 5)));
}

Test(usm_session, takes_from_the_store_only_what_an_engine_may_have)
{
    struct usm_engine engine = {.id = SUPPORT_USM_ENGINE,
                                .is_timed = true,
                                .boots = 1,
                                .time_s = INT32_MAX,
                                .max_size = 484};
    support_usm_user(&user, USM_SHA256, USM_NO_PRIV);
    support_usm_session(&session, &user);
    usm_session_engine(&session, &engine);
    cr_assert(session.engine.is_timed);
    cr_assert_eq(session.engine.time_s, INT32_MAX);
    cr_assert_eq(session.engine.max_size, 484);
    engine.time_s = (uint32_t)INT32_MAX + 1;
    engine.max_size = 483;
    usm_session_engine(&session, &engine);
    cr_assert_not(session.engine.is_timed);
    cr_assert_eq(session.engine.boots, 0);
    cr_assert_eq(session.engine.time_s, 0);
    cr_assert_eq(session.engine.max_size, 0);
    cr_assert(has_right_keys());
    engine.time_s = 0;
    engine.boots = USM_BOOTS_LATCHED; /* no clock could ever be set again */
    usm_session_engine(&session, &engine);
    cr_assert_not(session.engine.is_timed);
    cr_assert_eq(session.engine.boots, 0);
    engine.id.size = 255;
    usm_session_engine(&session, &engine);
    cr_assert_eq(session.engine.id.size, 0);
    cr_assert_not(session.has_keys);
}

Test(usm_session, takes_id_and_hint_from_a_discovery)
{
    struct usm_message found = discovery(support_usm_id(&SUPPORT_USM_ENGINE), 3, 500);
    support_usm_user(&user, USM_SHA256, USM_AES128);
    usm_session_init(&session, NULL);
    cr_assert_eq(usm_session_user(&session, &user, bytes_of(NULL, 0), NULL), 0);
    cr_assert_eq(usm_session_discovered(&session, &found, 5000000), 0);
    cr_assert_eq(session.engine.id.size, 13);
    cr_assert_not(session.engine.is_timed);
    cr_assert_eq(session.engine.boots, 3);
    cr_assert_eq(usm_engine_time_s(&session.engine, 7000000), 502);
    cr_assert(has_right_keys());
}

Test(usm_session, lets_a_discovery_replace_a_hint_and_nothing_else)
{
    struct usm_message found = discovery(support_usm_id(&SUPPORT_USM_ENGINE), 9, 9);
    support_usm_user(&user, USM_SHA256, USM_AES128);
    support_usm_session(&session, &user);
    cr_assert_eq(usm_session_discovered(&session, &found, 0), 0);
    cr_assert_eq(session.engine.boots, 7); /* its clock came with a signature */
    cr_assert(session.engine.is_timed);
    usm_session_forget_time(&session);
    cr_assert_eq(usm_session_discovered(&session, &found, 0), 0);
    cr_assert_eq(session.engine.boots, 9);
    found = discovery(support_usm_id(&OTHER), 1, 1);
    cr_assert_eq(usm_session_discovered(&session, &found, 0), BASE_EUSM_ENGINE);
    cr_assert_eq(session.engine.boots, 9);
    cr_assert_eq(session.engine.id.size, 13);
    usm_session_forget_engine(&session);
    cr_assert_eq(usm_session_discovered(&session, &found, 0), 0);
    cr_assert_eq(session.engine.id.size, OTHER.size);
    cr_assert(has_right_keys());
}

Test(usm_session, takes_no_hint_of_latched_boots)
{
    struct usm_message found =
        discovery(support_usm_id(&SUPPORT_USM_ENGINE), USM_BOOTS_LATCHED, 500);
    usm_session_init(&session, NULL);
    cr_assert_eq(usm_session_discovered(&session, &found, 0), 0);
    cr_assert_eq(session.engine.id.size, SUPPORT_USM_ENGINE.size);
    cr_assert_eq(session.engine.boots, 0);
    cr_assert_eq(usm_engine_time_s(&session.engine, 0), 0);
}

Test(usm_session, refuses_a_discovery_without_an_id)
{
    struct usm_message found = discovery(bytes_of(NULL, 0), 1, 1);
    usm_session_init(&session, NULL);
    cr_assert_eq(usm_session_discovered(&session, &found, 0), BASE_EUSM_ENGINE);
    found = discovery(bytes_of("\x80\x00\x00\x00\x06", 5), 1, 1);
    cr_assert_eq(usm_session_discovered(&session, &found, 0), BASE_EUSM_ENGINE);
    cr_assert_eq(session.engine.id.size, 0);
    cr_assert_eq(session.engine.boots, 0);
}

Test(usm_session, forgets_the_time_and_keeps_the_keys)
{
    support_usm_user(&user, USM_SHA256, USM_AES128);
    support_usm_session(&session, &user);
    usm_session_forget_time(&session);
    cr_assert_not(session.engine.is_timed);
    cr_assert_eq(usm_engine_time_s(&session.engine, 999000000), 0);
    cr_assert(has_right_keys());
}

Test(usm_session, overwrites_its_keys_when_it_forgets_the_engine)
{
    support_usm_user(&user, USM_SHA256, USM_AES128);
    support_usm_session(&session, &user);
    cr_assert_not(is_all_zero(&session.cipher, sizeof session.cipher));
    usm_session_forget_engine(&session);
    cr_assert(is_all_zero(&session.mac, sizeof session.mac));
    cr_assert(is_all_zero(&session.cipher, sizeof session.cipher));
    cr_assert_not(session.has_keys);
    cr_assert_eq(session.engine.id.size, 0);
    cr_assert_eq(session.user, &user);
}

Test(usm_session, lets_the_engines_time_pass)
{
    struct usm_engine engine = {.is_timed = true, .boots = 1, .time_s = 100, .at_us = 1000000};
    cr_assert_eq(usm_engine_time_s(&engine, 1000000), 100);
    cr_assert_eq(usm_engine_time_s(&engine, 1999999), 100);
    cr_assert_eq(usm_engine_time_s(&engine, 2000000), 101);
    cr_assert_eq(usm_engine_time_s(&engine, 0), 100);
    engine.at_us = -9000000;
    cr_assert_eq(usm_engine_time_s(&engine, 1000000), 110);
    engine.time_s = INT32_MAX;
    cr_assert_eq(usm_engine_time_s(&engine, 1000000), INT32_MAX);
    engine.at_us = INT64_MIN;
    cr_assert_eq(usm_engine_time_s(&engine, INT64_MAX), INT32_MAX);
    engine = (struct usm_engine){.boots = 0};
    cr_assert_eq(usm_engine_time_s(&engine, 999000000), 0);
}

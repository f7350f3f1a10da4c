/* Answers that are none: each is refused by its name, gives no PDU and changes nothing. */
#include <criterion/criterion.h>

#include "proto/usm.h"
#include "tests/unit/support_usm.h"

#define SYS_DESCR   "2b 06 01 02 01 01 01 00"
#define NOT_IN_TIME "2b 06 01 06 03 0f 01 01 02 00"

static struct usm_user user;
static struct usm_user other;
static struct usm_session session;
static struct support_ber pdu;
static struct support_ber octets;
static struct support_usm_forgery forgery;
static uint8_t scratch[USM_SCRATCH_BYTES];
static uint8_t other_id[USM_ENGINE_ID_MAX + 1] = {0x80, 0, 0, 9, 1, 2, 3};

static void start(enum usm_auth auth, enum usm_priv priv)
{
    support_usm_user(&user, auth, priv);
    support_usm_session(&session, &user);
    support_usm_pdu(&pdu, GATE_RESPONSE, SYS_DESCR, 40);
    support_usm_answer(&forgery, &session, support_ber_bytes(&pdu));
}

static void start_auth_priv(void)
{
    start(USM_SHA256, USM_AES128);
}

/* The verdict on a datagram, at time 0 but for what is late. */
static int judge_octets(struct bytes datagram, int64_t now_us)
{
    struct usm_message message;
    struct usm_answer answer;
    struct usm_answer untouched;
    struct usm_session before = session;
    memset(&answer, 0x5a, sizeof answer);
    untouched = answer;
    int status = usm_open(datagram, &message);
    if (status == 0) {
        status = usm_accept(&session, &message, now_us, scratch, &answer);
    }
    if (status != 0) {
        cr_assert_eq(memcmp(&before, &session, sizeof session), 0);
        cr_assert_eq(memcmp(&untouched, &answer, sizeof answer), 0);
    }
    return status;
}

/* The verdict on what the forgery says. */
static int judge(void)
{
    support_usm_forge(&forgery, &octets);
    return judge_octets(support_ber_bytes(&octets), 0);
}

static void lower_to(uint8_t flags)
{
    forgery.flags = flags;
    forgery.salt_size = 0;
    if (flags == 0) {
        forgery.tag_size = 0;
    }
}

Test(usm_refuse, another_engine)
{
    static const size_t SIZES[] = {0, 1, 4, 5, 13, 32};
    start_auth_priv();
    for (size_t i = 0; i < BASE_ARRAY_COUNT(SIZES); i++) {
        forgery.engine_id = bytes_of(other_id, SIZES[i]);
        cr_assert_eq(judge(), BASE_EUSM_ENGINE, "%zu octets", SIZES[i]);
    }
    forgery.engine_id = bytes_of(other_id, 33);
    cr_assert_eq(judge(), BASE_EUSM_PARSE);
}

Test(usm_refuse, another_engines_signed_report)
{
    start_auth_priv();
    support_usm_pdu(&pdu, GATE_REPORT, NOT_IN_TIME, 0);
    forgery.pdu = support_ber_bytes(&pdu);
    forgery.engine_id = bytes_of(other_id, 7);
    cr_assert_eq(judge(), BASE_EUSM_ENGINE);
}

Test(usm_refuse, any_answer_before_the_engine_is_known)
{
    start_auth_priv();
    usm_session_forget_engine(&session);
    forgery.engine_id = support_usm_id(&SUPPORT_USM_ENGINE);
    cr_assert_eq(judge(), BASE_EUSM_ENGINE);
    lower_to(0);
    cr_assert_eq(judge(), BASE_EUSM_ENGINE);
}

Test(usm_refuse, any_answer_before_the_user_is_known)
{
    struct usm_engine engine = {.id = SUPPORT_USM_ENGINE};
    start_auth_priv();
    usm_session_init(&session, NULL);
    usm_session_engine(&session, &engine);
    cr_assert_eq(judge(), BASE_EUSM_USER);
    lower_to(0);
    cr_assert_eq(judge(), BASE_EUSM_USER);
}

Test(usm_refuse, another_user)
{
    start_auth_priv();
    forgery.user = bytes_from_text("Platen");
    cr_assert_eq(judge(), BASE_EUSM_USER);
    forgery.user = bytes_of(NULL, 0);
    cr_assert_eq(judge(), BASE_EUSM_USER);
    forgery.user = bytes_from_text("platen2");
    cr_assert_eq(judge(), BASE_EUSM_USER);
}

Test(usm_refuse, a_lower_level)
{
    start_auth_priv();
    lower_to(USM_FLAG_AUTH);
    cr_assert_eq(judge(), BASE_EUSM_LEVEL);
    lower_to(0);
    cr_assert_eq(judge(), BASE_EUSM_LEVEL);
    start(USM_SHA256, USM_NO_PRIV);
    lower_to(0);
    cr_assert_eq(judge(), BASE_EUSM_LEVEL);
}

Test(usm_refuse, a_higher_level)
{
    start_auth_priv();
    support_usm_user(&other, USM_SHA256, USM_NO_PRIV);
    cr_assert_eq(usm_session_user(&session, &other, bytes_of(NULL, 0), NULL), 0);
    cr_assert_eq(judge(), BASE_EUSM_LEVEL);
    support_usm_user(&other, USM_NO_AUTH, USM_NO_PRIV);
    cr_assert_eq(usm_session_user(&session, &other, bytes_of(NULL, 0), NULL), 0);
    cr_assert_eq(judge(), BASE_EUSM_LEVEL);
}

Test(usm_refuse, privacy_without_authentication)
{
    start_auth_priv();
    forgery.flags = USM_FLAG_PRIV;
    forgery.priv = USM_AES128;
    forgery.tag_size = 0;
    cr_assert_eq(judge(), BASE_EUSM_LEVEL);
}

Test(usm_refuse, another_authentication_key)
{
    start_auth_priv();
    support_usm_user(&other, USM_SHA256, USM_AES128);
    other.auth_key[31] ^= 1;
    forgery.auth_key = other.auth_key;
    cr_assert_eq(judge(), BASE_EUSM_DIGEST);
}

Test(usm_refuse, another_authentication_protocol)
{
    start(USM_SHA1, USM_NO_PRIV); /* its tag has 12 octets, as MD5's has */
    support_usm_user(&other, USM_MD5, USM_NO_PRIV);
    forgery.auth = USM_MD5;
    forgery.auth_key = other.auth_key;
    cr_assert_eq(judge(), BASE_EUSM_DIGEST);
}

/* One octet of a tag is guessed in 256 attempts (CVE-2008-0960). */
Test(usm_refuse, a_tag_of_any_length_but_the_protocols)
{
    static const enum usm_auth AUTHS[] = {USM_MD5,    USM_SHA1,   USM_SHA224,
                                          USM_SHA256, USM_SHA384, USM_SHA512};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(AUTHS); i++) {
        start(AUTHS[i], USM_NO_PRIV);
        for (forgery.tag_size = 0; forgery.tag_size <= 64; forgery.tag_size++) {
            bool is_right = forgery.tag_size == usm_tag_size(AUTHS[i]);
            cr_assert_eq(judge(), is_right ? 0 : BASE_EUSM_DIGEST, "%zu", forgery.tag_size);
        }
        forgery.tag_size = 255;
        cr_assert_eq(judge(), BASE_EUSM_DIGEST);
    }
}

Test(usm_refuse, another_privacy_key)
{
    static const enum usm_priv PRIVS[] = {USM_DES, USM_AES128, USM_AES192, USM_AES256};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(PRIVS); i++) {
        start(USM_SHA1, PRIVS[i]);
        support_usm_user(&other, USM_SHA1, PRIVS[i]);
        other.priv_key[0] ^= 1;
        forgery.priv_key = other.priv_key;
        cr_assert_eq(judge(), BASE_EUSM_DECRYPT);
    }
}

Test(usm_refuse, another_privacy_protocol)
{
    start(USM_SHA1, USM_AES256);
    forgery.priv = USM_AES256_REEDER;
    cr_assert_eq(judge(), BASE_EUSM_DECRYPT);
    forgery.priv = USM_DES;
    cr_assert_eq(judge(), BASE_EUSM_DECRYPT);
}

Test(usm_refuse, a_salt_of_any_length_but_eight)
{
    start_auth_priv();
    for (forgery.salt_size = 0; forgery.salt_size <= 16; forgery.salt_size++) {
        cr_assert_eq(judge(), forgery.salt_size == 8 ? 0 : BASE_EUSM_DECRYPT);
    }
}

/* So little behind the salt that eight octets of it would reach past the message. */
Test(usm_refuse, a_short_salt_at_the_end_of_the_message)
{
    start_auth_priv();
    forgery.salt_size = 0;
    forgery.instead = bytes_of("0", 1);
    support_usm_forge(&forgery, &octets);
    uint8_t *exact = malloc(octets.size);
    cr_assert_not_null(exact);
    memcpy(exact, octets.data, octets.size);
    cr_assert_eq(judge_octets(bytes_of(exact, octets.size), 0), BASE_EUSM_DECRYPT);
    free(exact);
}

Test(usm_refuse, ciphertext_of_des_that_is_no_whole_blocks)
{
    /* Made for AES, whose ciphertext is as long as the plaintext, and signed for DES. */
    start(USM_SHA1, USM_DES);
    forgery.priv = USM_AES128;
    support_usm_pdu(&pdu, GATE_RESPONSE, SYS_DESCR, 41);
    for (size_t i = 0; i < 8; i++) {
        forgery.pdu = support_ber_bytes(&pdu);
        forgery.padding_size = i;
        cr_assert_eq(judge(), BASE_EUSM_DECRYPT);
    }
}

Test(usm_refuse, plaintext_that_is_no_scoped_pdu)
{
    static const char *const PLAIN[] = {
        "00",
        "30",
        "30 01",
        "30 00",
        "30 02 05 00",
        "30 80 04 00 04 00 00 00",
        "30 02 04 00",
        "30 05 04 00 04 05 41",
        "31 04 04 00 04 00",
        "a2 0b 02 01 01 02 01 00 02 01 00 30 00",
    };
    static struct support_ber plain;
    start_auth_priv();
    for (size_t i = 0; i < BASE_ARRAY_COUNT(PLAIN); i++) {
        plain.size = 0;
        support_ber_hex(&plain, PLAIN[i]);
        forgery.instead = support_ber_bytes(&plain);
        cr_assert_eq(judge(), BASE_EUSM_DECRYPT, "%s", PLAIN[i]);
    }
}

Test(usm_refuse, a_scoped_pdu_in_the_open_that_is_none)
{
    static struct support_ber plain;
    support_ber_hex(&plain, "30 05 04 00 04 05 41");
    start(USM_SHA256, USM_NO_PRIV);
    forgery.instead = support_ber_bytes(&plain);
    cr_assert_eq(judge(), BASE_EUSM_PARSE);
    lower_to(0);
    cr_assert_eq(judge(), BASE_EUSM_PARSE);
}

Test(usm_refuse, octets_behind_a_scoped_pdu_in_the_open)
{
    start(USM_SHA256, USM_NO_PRIV);
    forgery.padding_size = 1;
    cr_assert_eq(judge(), BASE_EUSM_PARSE);
}

Test(usm_refuse, a_pdu_that_the_gate_refuses)
{
    static struct support_ber broken;
    start_auth_priv();
    support_ber_hex(&broken, "a2 0c 02 01 01 02 01 00 02 01 00 30 02 05");
    forgery.pdu = support_ber_bytes(&broken);
    cr_assert_eq(judge(), BASE_EUSM_PARSE);
    forgery.pdu = bytes_of(NULL, 0);
    forgery.instead = bytes_of("\x30\x04\x04\x00\x04\x00", 6); /* none at all */
    cr_assert_eq(judge(), BASE_EUSM_PARSE);
}

/* Also our own question when somebody sends it back: it has our signature, but is no answer, and
 * its time is what we believe, not what the device says. */
Test(usm_refuse, our_own_question)
{
    static uint8_t sealed[512];
    struct usm_message hint = {
        .engine_id = support_usm_id(&SUPPORT_USM_ENGINE), .boots = 2000000, .time_s = 70000};
    size_t size;
    start_auth_priv();
    usm_session_forget_engine(&session);
    cr_assert_eq(usm_session_discovered(&session, &hint, 0), 0);
    support_usm_pdu(&pdu, GATE_GET, SYS_DESCR, 0);
    cr_assert_eq(
        usm_seal(&session, 77, support_ber_bytes(&pdu), 1, 0, sealed, sizeof sealed, &size), 0);
    cr_assert_eq(judge_octets(bytes_of(sealed, size), 0), BASE_EUSM_PARSE);
    cr_assert_not(session.engine.is_timed);
}

Test(usm_refuse, pdus_that_only_a_manager_sends)
{
    static const uint8_t PDUS[] = {GATE_GET, GATE_GETNEXT, GATE_GETBULK};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(PDUS); i++) {
        start_auth_priv();
        support_usm_pdu(&pdu, PDUS[i], SYS_DESCR, 0);
        cr_assert_eq(judge(), BASE_EUSM_PARSE);
        start(USM_NO_AUTH, USM_NO_PRIV);
        support_usm_pdu(&pdu, PDUS[i], SYS_DESCR, 0);
        cr_assert_eq(judge(), BASE_EUSM_PARSE);
    }
}

Test(usm_refuse, another_context)
{
    start_auth_priv();
    forgery.context = bytes_from_text("Jetdirect");
    cr_assert_eq(judge(), BASE_EUSM_CONTEXT);
    start_auth_priv();
    forgery.context_engine = bytes_of(NULL, 0);
    cr_assert_eq(judge(), BASE_EUSM_PROXY);
    start(USM_NO_AUTH, USM_NO_PRIV);
    forgery.context = bytes_from_text("Jetdirect");
    cr_assert_eq(judge(), BASE_EUSM_CONTEXT);
}

Test(usm_refuse, another_security_model_and_other_headers)
{
    start_auth_priv();
    forgery.model = 2;
    cr_assert_eq(judge(), BASE_EUSM_MODEL);
    forgery.model = 3;
    forgery.max_size = 483;
    cr_assert_eq(judge(), BASE_EUSM_PARSE);
}

/* The same octets again: not before the window has passed, since whoever asks compares the msgID
 * (R18), but never after it, nor after a reboot. */
Test(usm_refuse, what_was_recorded_before)
{
    static struct support_ber recorded;
    start_auth_priv();
    support_usm_forge(&forgery, &recorded);
    cr_assert_eq(judge_octets(support_ber_bytes(&recorded), 0), 0);
    cr_assert_eq(judge_octets(support_ber_bytes(&recorded), 151 * (int64_t)1000000),
                 BASE_EUSM_WINDOW);
    forgery.boots++;
    cr_assert_eq(judge(), 0);
    cr_assert_eq(judge_octets(support_ber_bytes(&recorded), 0), BASE_EUSM_WINDOW);
}

Test(usm_refuse, what_was_recorded_with_a_new_message_id)
{
    start_auth_priv();
    support_usm_forge(&forgery, &octets);
    uint8_t *msg_id = memchr(octets.data, 77, octets.size);
    cr_assert_not_null(msg_id);
    *msg_id = 78;
    cr_assert_eq(judge_octets(support_ber_bytes(&octets), 0), BASE_EUSM_DIGEST);
}

/* Flips every bit of a right answer. Of the statuses, each octet may give only those that its place
 * in the message can give. */
static void flip_every_bit(void)
{
    size_t counts[BASE_EUSM_PARSE - BASE_EUSM_CONTEXT + 1] = {0};
    support_usm_forge(&forgery, &octets);
    cr_assert_eq(judge_octets(support_ber_bytes(&octets), 0), 0);
    support_usm_session(&session, &user); /* the engine's largest message is not known again */
    for (size_t bit = 0; bit < 8 * octets.size; bit++) {
        octets.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        int status = judge_octets(support_ber_bytes(&octets), 0);
        octets.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        cr_assert(status <= BASE_EUSM_PARSE && status >= BASE_EUSM_CONTEXT, "octet %zu bit %zu: %d",
                  bit / 8, bit % 8, status);
        cr_assert_neq(status, BASE_EUSM_WINDOW, "octet %zu: judged before the digest", bit / 8);
        cr_assert_neq(status, BASE_EUSM_DECRYPT, "octet %zu: judged before the digest", bit / 8);
        cr_assert_neq(status, BASE_EUSM_CONTEXT, "octet %zu: judged before the digest", bit / 8);
        counts[BASE_EUSM_PARSE - status]++;
    }
    cr_log_info("%zu octets: parse %zu, model %zu, level %zu, engine %zu, user %zu, digest %zu",
                octets.size, counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
    cr_assert_geq(counts[5], 8 * 60); /* the content at least */
}

Test(usm_refuse, every_flipped_bit_at_every_level)
{
    for (size_t i = 1; i < SUPPORT_USM_LEVEL_COUNT; i++) {
        start(SUPPORT_USM_LEVELS[i].auth, SUPPORT_USM_LEVELS[i].priv);
        flip_every_bit();
    }
}

/* Where a flipped bit is found out: by the place of the octet. */
Test(usm_refuse, a_flipped_bit_by_the_name_of_its_place)
{
    start_auth_priv();
    support_usm_forge(&forgery, &octets);
    struct usm_message message;
    cr_assert_eq(usm_open(support_ber_bytes(&octets), &message), 0);
    const struct {
        struct bytes place;
        int status;
    } PLACES[] = {
        {message.engine_id, BASE_EUSM_ENGINE}, {message.user, BASE_EUSM_USER},
        {message.tag, BASE_EUSM_DIGEST},       {message.salt, BASE_EUSM_DIGEST},
        {message.data, BASE_EUSM_DIGEST},
    };
    for (size_t i = 0; i < BASE_ARRAY_COUNT(PLACES); i++) {
        size_t first = (size_t)(PLACES[i].place.data - octets.data);
        for (size_t bit = 0; bit < 8 * PLACES[i].place.size; bit++) {
            uint8_t *octet = &octets.data[first + bit / 8];
            *octet ^= (uint8_t)(1u << bit % 8);
            cr_assert_eq(judge_octets(support_ber_bytes(&octets), 0), PLACES[i].status);
            *octet ^= (uint8_t)(1u << bit % 8);
        }
    }
}

Test(usm_refuse, every_cut)
{
    static const struct support_usm_level LEVELS[] = {
        {USM_NO_AUTH, USM_NO_PRIV}, {USM_SHA256, USM_NO_PRIV}, {USM_SHA256, USM_AES128}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(LEVELS); i++) {
        start(LEVELS[i].auth, LEVELS[i].priv);
        support_usm_forge(&forgery, &octets);
        for (size_t size = 0; size < octets.size; size++) {
            /* A block of exactly this size, so that a sanitizer sees one octet too far. */
            uint8_t *cut = malloc(size > 0 ? size : 1);
            cr_assert_not_null(cut);
            memcpy(cut, octets.data, size);
            cr_assert_eq(judge_octets(bytes_of(cut, size), 0), BASE_EUSM_PARSE, "%zu", size);
            free(cut);
        }
    }
}

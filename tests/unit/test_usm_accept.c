#include <criterion/criterion.h>

#include "proto/usm.h"
#include "tests/unit/support_usm.h"

#define SYS_DESCR   "2b 06 01 02 01 01 01 00"
#define NOT_IN_TIME "2b 06 01 06 03 0f 01 01 02 00"
#define UNKNOWN_ID  "2b 06 01 06 03 0f 01 01 04 00"
#define US_PER_S    1000000

static struct usm_user user;
static struct usm_session session;
static struct support_ber pdu;
static struct support_ber message_octets;
static struct support_usm_forgery forgery;
static struct usm_message message;
static struct usm_answer answer;
static uint8_t scratch[USM_SCRATCH_BYTES];

/* Makes a session at this level, and the right Response to its question. */
static void start(enum usm_auth auth, enum usm_priv priv)
{
    support_usm_user(&user, auth, priv);
    support_usm_session(&session, &user);
    support_usm_pdu(&pdu, GATE_RESPONSE, SYS_DESCR, 40);
    support_usm_answer(&forgery, &session, support_ber_bytes(&pdu));
}

/* Sends what the forgery says; the verdict at this time. */
static int judge(int64_t now_us)
{
    support_usm_forge(&forgery, &message_octets);
    int status = usm_open(support_ber_bytes(&message_octets), &message);
    return status != 0 ? status : usm_accept(&session, &message, now_us, scratch, &answer);
}

/* Makes the Response a Report with this name. */
static void report(const char *name_hex)
{
    support_usm_pdu(&pdu, GATE_REPORT, name_hex, 0);
    forgery.pdu = support_ber_bytes(&pdu);
}

Test(usm_accept, takes_the_right_answer_at_every_level)
{
    for (size_t i = 0; i < SUPPORT_USM_LEVEL_COUNT; i++) {
        const struct support_usm_level *level = &SUPPORT_USM_LEVELS[i];
        struct gate_varbind varbind;
        size_t count = 0;
        start(level->auth, level->priv);
        cr_assert_eq(judge(0), 0, "%s %s", usm_auth_name(level->auth), usm_priv_name(level->priv));
        cr_assert_eq(answer.is_authentic, level->auth != USM_NO_AUTH);
        cr_assert_eq(answer.pdu.version, 3);
        cr_assert_eq(answer.pdu.pdu, GATE_RESPONSE);
        cr_assert_eq(answer.pdu.request_id, 0x01020304);
        cr_assert_eq(message.msg_id, 77);
        cr_assert_eq(gate_varbinds(&answer.pdu, &varbind, 1, &count), GATE_PASSED);
        cr_assert_eq(count, 1);
        cr_assert_eq(varbind.value_size, 40);
        cr_assert_eq(varbind.value[39], 'x');
    }
}

Test(usm_accept, takes_every_length_of_padding_that_agents_add)
{
    static const enum usm_priv PRIVS[] = {USM_DES, USM_AES128};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(PRIVS); i++) {
        start(USM_SHA256, PRIVS[i]);
        for (size_t value_size = 0; value_size < 40; value_size++) {
            support_usm_pdu(&pdu, GATE_RESPONSE, SYS_DESCR, value_size);
            forgery.pdu = support_ber_bytes(&pdu);
            for (forgery.padding_size = 0; forgery.padding_size <= 9; forgery.padding_size++) {
                cr_assert_eq(judge(0), 0, "%zu %zu", value_size, forgery.padding_size);
            }
        }
    }
    forgery.padding_size = 16;
    cr_assert_eq(judge(0), 0);
    forgery.padding_size = 17;
    cr_assert_eq(judge(0), BASE_EUSM_DECRYPT);
}

Test(usm_accept, takes_an_answer_of_the_largest_datagram)
{
    start(USM_SHA256, USM_AES128);
    support_usm_pdu(&pdu, GATE_RESPONSE, SYS_DESCR, 65000);
    forgery.pdu = support_ber_bytes(&pdu);
    cr_assert_eq(judge(0), 0);
    cr_assert_gt(answer.pdu.varbinds.size, 65000);
}

Test(usm_accept, takes_messages_149_and_150_seconds_late_and_not_151)
{
    static const struct {
        uint32_t late_s;
        int status;
    } CASES[] = {{149, 0}, {150, 0}, {151, BASE_EUSM_WINDOW}, {1000, BASE_EUSM_WINDOW}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(CASES); i++) {
        start(USM_SHA256, USM_NO_PRIV);
        forgery.time_s = 1100 - CASES[i].late_s; /* 100 s after it was 1000 */
        cr_assert_eq(judge(100 * (int64_t)US_PER_S), CASES[i].status, "%u", CASES[i].late_s);
        cr_assert_eq(session.engine.time_s, 1000);
        cr_assert_eq(session.engine.boots, 7);
    }
}

Test(usm_accept, takes_messages_from_the_future_and_sets_the_clock_by_them)
{
    start(USM_SHA256, USM_NO_PRIV);
    forgery.time_s = 1000000;
    cr_assert_eq(judge(5 * US_PER_S), 0);
    cr_assert_eq(session.engine.time_s, 1000000);
    cr_assert_eq(session.engine.at_us, 5 * US_PER_S);
    forgery.time_s = INT32_MAX;
    cr_assert_eq(judge(5 * US_PER_S), 0);
    forgery.boots = 8;
    forgery.time_s = 0;
    cr_assert_eq(judge(6 * US_PER_S), 0);
    cr_assert_eq(session.engine.boots, 8);
    cr_assert_eq(session.engine.time_s, 0);
}

/* RFC 3414 3.2 7b sets the clock before it compares. */
Test(usm_accept, hears_a_device_again_whose_clock_stood_still)
{
    start(USM_SHA256, USM_NO_PRIV);
    forgery.time_s = 1001;
    cr_assert_eq(judge(3600 * (int64_t)US_PER_S), 0);
    cr_assert_eq(usm_engine_time_s(&session.engine, 3600 * (int64_t)US_PER_S), 1001);
}

Test(usm_accept, keeps_the_clock_when_an_older_message_comes_in_time)
{
    start(USM_SHA256, USM_NO_PRIV);
    forgery.time_s = 1000;
    cr_assert_eq(judge(20 * US_PER_S), 0);
    cr_assert_eq(session.engine.at_us, 0);
    forgery.time_s = 990;
    cr_assert_eq(judge(20 * US_PER_S), 0);
    cr_assert_eq(session.engine.time_s, 1000);
    cr_assert_eq(session.engine.at_us, 0);
}

Test(usm_accept, refuses_messages_of_an_earlier_boot)
{
    start(USM_SHA256, USM_NO_PRIV);
    forgery.boots = 6;
    forgery.time_s = 5000;
    cr_assert_eq(judge(0), BASE_EUSM_WINDOW);
    cr_assert_eq(session.engine.boots, 7);
}

Test(usm_accept, refuses_an_engine_whose_boots_are_latched)
{
    start(USM_SHA256, USM_NO_PRIV);
    forgery.boots = USM_BOOTS_LATCHED - 1;
    cr_assert_eq(judge(0), 0);
    forgery.boots = USM_BOOTS_LATCHED;
    cr_assert_eq(judge(0), BASE_EUSM_LATCHED);
    cr_assert_eq(session.engine.boots, USM_BOOTS_LATCHED - 1);
    usm_session_forget_time(&session);
    cr_assert_eq(judge(0), BASE_EUSM_LATCHED);
    cr_assert_not(session.engine.is_timed);
    session.engine.is_timed = true;
    session.engine.boots = USM_BOOTS_LATCHED;
    cr_assert_eq(judge(0), BASE_EUSM_LATCHED);
}

Test(usm_accept, settles_a_hint_by_the_first_authentic_answer_later_or_earlier)
{
    struct usm_message found = {
        .engine_id = support_usm_id(&SUPPORT_USM_ENGINE), .boots = 5000, .time_s = 70000};
    start(USM_SHA256, USM_AES128);
    usm_session_forget_engine(&session);
    cr_assert_eq(usm_session_discovered(&session, &found, 0), 0);
    cr_assert_eq(judge(US_PER_S), 0);
    cr_assert(session.engine.is_timed);
    cr_assert_eq(session.engine.boots, 7);
    cr_assert_eq(session.engine.time_s, 1000);
    cr_assert_eq(session.engine.at_us, US_PER_S);
}

Test(usm_accept, learns_the_largest_message_of_the_engine)
{
    start(USM_SHA256, USM_AES128);
    cr_assert_eq(session.engine.max_size, 0);
    forgery.max_size = 484;
    cr_assert_eq(judge(0), 0);
    cr_assert_eq(session.engine.max_size, 484);
    forgery.max_size = INT32_MAX;
    cr_assert_eq(judge(0), 0);
    cr_assert_eq(session.engine.max_size, INT32_MAX);
}

Test(usm_accept, takes_a_signed_report_encrypted_or_not)
{
    start(USM_SHA256, USM_AES128);
    report(NOT_IN_TIME);
    cr_assert_eq(judge(0), 0);
    cr_assert(answer.is_authentic);
    cr_assert_eq(answer.pdu.pdu, GATE_REPORT);
    forgery.flags = USM_FLAG_AUTH;
    forgery.salt_size = 0;
    forgery.boots = 9;
    cr_assert_eq(judge(0), 0);
    cr_assert(answer.is_authentic);
    cr_assert_eq(session.engine.boots, 9);
}

Test(usm_accept, takes_a_report_about_any_context)
{
    start(USM_SHA256, USM_AES128);
    cr_assert_eq(usm_session_user(&session, &user, bytes_from_text("Jetdirect"), NULL), 0);
    report(NOT_IN_TIME);
    forgery.context_engine = bytes_of(NULL, 0);
    forgery.context = bytes_from_text("another");
    cr_assert_eq(judge(0), 0);
}

Test(usm_accept, takes_an_unsigned_report_as_a_hint_that_changes_nothing)
{
    static const uint8_t OTHER[] = {0x80, 0, 0, 9, 1, 2, 3};
    start(USM_SHA256, USM_AES128);
    report(UNKNOWN_ID);
    forgery.flags = 0;
    forgery.tag_size = 0;
    forgery.salt_size = 0;
    forgery.engine_id = bytes_of(OTHER, sizeof OTHER);
    forgery.user = bytes_of(NULL, 0);
    forgery.boots = 900;
    forgery.time_s = 900000;
    forgery.max_size = 484;
    struct usm_session before = session;
    cr_assert_eq(judge(5 * US_PER_S), 0);
    cr_assert_not(answer.is_authentic);
    cr_assert_eq(answer.pdu.pdu, GATE_REPORT);
    cr_assert_eq(memcmp(&before, &session, sizeof session), 0);
}

Test(usm_accept, takes_the_report_of_a_discovery_before_user_and_engine_are_known)
{
    start(USM_NO_AUTH, USM_NO_PRIV);
    report(UNKNOWN_ID);
    forgery.engine_id = support_usm_id(&SUPPORT_USM_ENGINE);
    usm_session_init(&session, NULL);
    cr_assert_eq(judge(0), 0);
    cr_assert_not(answer.is_authentic);
    cr_assert_eq(usm_session_discovered(&session, &message, 0), 0);
    cr_assert_eq(session.engine.id.size, SUPPORT_USM_ENGINE.size);
}

Test(usm_accept, takes_an_answer_about_the_context_that_was_asked)
{
    static const struct usm_engine_id behind = {.size = 5, .octets = {0x80, 0, 0, 9, 1}};
    start(USM_SHA256, USM_AES128);
    cr_assert_eq(usm_session_user(&session, &user, bytes_from_text("Jetdirect"), &behind), 0);
    support_usm_answer(&forgery, &session, support_ber_bytes(&pdu));
    cr_assert_eq(judge(0), 0);
    cr_assert(answer.is_foreign, "legal, and told");
    forgery.context = bytes_of(NULL, 0);
    cr_assert_eq(judge(0), BASE_EUSM_CONTEXT);
    forgery.context = bytes_from_text("jetdirect");
    cr_assert_eq(judge(0), BASE_EUSM_CONTEXT);
    forgery.context = bytes_from_text("Jetdirect");
    forgery.context_engine = support_usm_id(&SUPPORT_USM_ENGINE);
    cr_assert_eq(judge(0), BASE_EUSM_PROXY);
    start(USM_SHA256, USM_AES128);
    cr_assert_eq(judge(0), 0);
    cr_assert_not(answer.is_foreign);
    forgery.context_engine = support_usm_id(&behind);
    cr_assert_eq(judge(0), BASE_EUSM_PROXY);
}

Test(usm_accept, takes_a_response_in_the_open_in_a_session_without_authentication)
{
    start(USM_NO_AUTH, USM_NO_PRIV);
    forgery.boots = 900;
    struct usm_session before = session;
    cr_assert_eq(judge(0), 0);
    cr_assert_not(answer.is_authentic);
    cr_assert_eq(memcmp(&before, &session, sizeof session), 0);
}

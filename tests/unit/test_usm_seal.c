#include <criterion/criterion.h>

#include "proto/usm.h"
#include "tests/unit/support_usm.h"

#define SYS_DESCR "2b 06 01 02 01 01 01 00"
#define MSG_ID    0x12345678

static struct usm_user user;
static struct usm_session session;
static struct support_ber pdu;
static struct support_usm_question question;
static uint8_t out[2048];
static size_t size;

/* Makes a session at this level and a GET whose PDU has 30 octets and value_size. */
static void start(enum usm_auth auth, enum usm_priv priv, size_t value_size)
{
    support_usm_user(&user, auth, priv);
    support_usm_session(&session, &user);
    support_usm_pdu(&pdu, GATE_GET, SYS_DESCR, value_size);
}

/* Seals at time 0 with salt 1 and reads what comes out as the device does. */
static bool seal_and_read(void)
{
    size = 0;
    return usm_seal(&session, MSG_ID, support_ber_bytes(&pdu), 1, 0, out, sizeof out, &size) == 0 &&
           support_usm_read(bytes_of(out, size), &user, &question);
}

Test(usm_seal, is_read_by_an_agent_at_every_level)
{
    for (size_t i = 0; i < SUPPORT_USM_LEVEL_COUNT; i++) {
        const struct support_usm_level *level = &SUPPORT_USM_LEVELS[i];
        const char *auth = usm_auth_name(level->auth);
        const char *priv = usm_priv_name(level->priv);
        start(level->auth, level->priv, 20);
        cr_assert(seal_and_read(), "%s %s", auth, priv);
        cr_assert(question.is_tag_right, "%s %s", auth, priv);
        cr_assert_eq(question.tag.size, usm_tag_size(level->auth));
        cr_assert_eq(question.msg_id, MSG_ID);
        cr_assert_eq(question.max_size, USM_OUR_MAX_SIZE);
        cr_assert_eq(question.flags, support_usm_flags(&user) | USM_FLAG_REPORTABLE);
        cr_assert(bytes_equal(question.engine_id, support_usm_id(&SUPPORT_USM_ENGINE)));
        cr_assert(bytes_equal(question.user, bytes_from_text("platen")));
        cr_assert(bytes_equal(question.context_engine, support_usm_id(&SUPPORT_USM_ENGINE)));
        cr_assert_eq(question.context.size, 0);
        cr_assert(bytes_equal(question.pdu, support_ber_bytes(&pdu)), "%s %s", auth, priv);
        cr_assert_leq(question.padding_size, level->priv == USM_DES ? 7 : 0);
    }
}

Test(usm_seal, is_read_at_every_length)
{
    /* Over the lengths at which BER needs a second and a third octet, and DES every padding. */
    start(USM_SHA256, USM_DES, 0);
    for (size_t value_size = 0; value_size < 400; value_size++) {
        support_usm_pdu(&pdu, GATE_GET, SYS_DESCR, value_size);
        cr_assert(seal_and_read(), "%zu", value_size);
        cr_assert(question.is_tag_right, "%zu", value_size);
        cr_assert(bytes_equal(question.pdu, support_ber_bytes(&pdu)), "%zu", value_size);
    }
}

Test(usm_seal, keeps_to_its_overhead)
{
    struct usm_engine engine = {.id = {.size = 32}, .boots = INT32_MAX, .time_s = INT32_MAX};
    memset(engine.id.octets, 0x80, sizeof engine.id.octets);
    for (size_t i = 0; i < SUPPORT_USM_LEVEL_COUNT; i++) {
        start(SUPPORT_USM_LEVELS[i].auth, SUPPORT_USM_LEVELS[i].priv, 0);
        user.name_size = USM_NAME_MAX;
        cr_assert_eq(usm_session_user(&session, &user,
                                      bytes_of("0123456789abcdef0123456789abcdef", 32), &engine.id),
                     0);
        size_t unknown = usm_overhead(&session);
        usm_session_engine(&session, &engine);
        cr_assert_leq(usm_overhead(&session), unknown + 32);
        for (size_t value_size = 250; value_size < 280; value_size++) {
            support_usm_pdu(&pdu, GATE_GET, SYS_DESCR, value_size);
            cr_assert(seal_and_read());
            cr_assert_leq(size, pdu.size + usm_overhead(&session));
            cr_assert_geq(size + 16, pdu.size + usm_overhead(&session));
        }
    }
}

Test(usm_seal, has_no_less_overhead_before_engine_and_user_are_known)
{
    start(USM_SHA256, USM_AES128, 0);
    size_t known = usm_overhead(&session);
    usm_session_forget_engine(&session);
    cr_assert_geq(usm_overhead(&session), known);
    usm_session_init(&session, NULL);
    cr_assert_gt(usm_overhead(&session), 0);
}

Test(usm_seal, tells_the_engines_time_as_it_is_now)
{
    start(USM_SHA256, USM_AES128, 20);
    cr_assert_eq(
        usm_seal(&session, 1, support_ber_bytes(&pdu), 1, 90000000, out, sizeof out, &size), 0);
    cr_assert(support_usm_read(bytes_of(out, size), &user, &question));
    cr_assert_eq(question.boots, 7);
    cr_assert_eq(question.time_s, 1090);
}

Test(usm_seal, tells_no_time_without_authentication)
{
    start(USM_NO_AUTH, USM_NO_PRIV, 20);
    cr_assert(seal_and_read());
    cr_assert_eq(question.boots, 0);
    cr_assert_eq(question.time_s, 0);
}

Test(usm_seal, tells_0_and_0_to_an_engine_whose_time_is_not_known)
{
    start(USM_SHA256, USM_NO_PRIV, 20);
    usm_session_forget_time(&session);
    cr_assert_eq(
        usm_seal(&session, 1, support_ber_bytes(&pdu), 1, 90000000, out, sizeof out, &size), 0);
    cr_assert(support_usm_read(bytes_of(out, size), &user, &question));
    cr_assert(question.is_tag_right);
    cr_assert_eq(question.boots, 0);
    cr_assert_eq(question.time_s, 0);
}

Test(usm_seal, puts_a_hint_into_the_next_question)
{
    struct usm_message found = {
        .engine_id = support_usm_id(&SUPPORT_USM_ENGINE), .boots = 300, .time_s = 70000};
    start(USM_SHA256, USM_NO_PRIV, 20);
    usm_session_forget_engine(&session);
    cr_assert_eq(usm_session_discovered(&session, &found, 0), 0);
    cr_assert(seal_and_read());
    cr_assert_eq(question.boots, 300);
    cr_assert_eq(question.time_s, 70000);
}

Test(usm_seal, writes_the_salt_of_each_protocol)
{
    start(USM_SHA256, USM_AES128, 20);
    cr_assert_eq(usm_seal(&session, 1, support_ber_bytes(&pdu), 0x0102030405060708, 0, out,
                          sizeof out, &size),
                 0);
    cr_assert(support_usm_read(bytes_of(out, size), &user, &question));
    cr_assert(bytes_equal(question.salt, bytes_of("\1\2\3\4\5\6\7\10", 8)));
    start(USM_SHA256, USM_DES, 20);
    cr_assert_eq(usm_seal(&session, 1, support_ber_bytes(&pdu), 0x0102030405060708, 0, out,
                          sizeof out, &size),
                 0);
    cr_assert(support_usm_read(bytes_of(out, size), &user, &question));
    cr_assert(bytes_equal(question.salt, bytes_of("\0\0\0\7\5\6\7\10", 8))); /* boots first */
}

Test(usm_seal, encrypts_the_same_question_in_another_way_each_time)
{
    static uint8_t second[sizeof out];
    size_t second_size = 0;
    start(USM_SHA256, USM_AES128, 100);
    cr_assert(seal_and_read());
    cr_assert_eq(usm_seal(&session, MSG_ID, support_ber_bytes(&pdu), 2, 0, second, sizeof second,
                          &second_size),
                 0);
    cr_assert_eq(second_size, size);
    size_t same = 0;
    for (size_t i = size - 128; i < size; i++) {
        same += out[i] == second[i];
    }
    cr_assert_lt(same, 16);
}

Test(usm_seal, names_context_and_context_engine)
{
    static const struct usm_engine_id behind = {.size = 5, .octets = {0x80, 0, 0, 9, 1}};
    start(USM_SHA256, USM_AES128, 20);
    cr_assert_eq(usm_session_user(&session, &user, bytes_from_text("Jetdirect"), &behind), 0);
    cr_assert(seal_and_read());
    cr_assert(bytes_equal(question.context, bytes_from_text("Jetdirect")));
    cr_assert(bytes_equal(question.context_engine, support_usm_id(&behind)));
    cr_assert(bytes_equal(question.engine_id, support_usm_id(&SUPPORT_USM_ENGINE)));
}

Test(usm_seal, fits_exactly_or_not_at_all)
{
    start(USM_SHA256, USM_AES128, 100);
    cr_assert(seal_and_read());
    size_t exact = size;
    uint8_t *tight = malloc(exact);
    cr_assert_not_null(tight);
    size = 0;
    cr_assert_eq(usm_seal(&session, MSG_ID, support_ber_bytes(&pdu), 1, 0, tight, exact - 1, &size),
                 BASE_ELIMIT);
    cr_assert_eq(size, 0);
    cr_assert_eq(usm_seal(&session, MSG_ID, support_ber_bytes(&pdu), 1, 0, tight, exact, &size), 0);
    cr_assert_eq(memcmp(tight, out, exact), 0);
    free(tight);
}

Test(usm_seal, never_exceeds_what_the_engine_takes)
{
    start(USM_SHA256, USM_AES128, 100);
    cr_assert(seal_and_read());
    session.engine.max_size = (uint32_t)size;
    cr_assert(seal_and_read());
    session.engine.max_size = (uint32_t)size - 1;
    cr_assert_eq(usm_seal(&session, MSG_ID, support_ber_bytes(&pdu), 1, 0, out, sizeof out, &size),
                 BASE_ELIMIT);
}

Test(usm_seal, refuses_a_pdu_that_fits_no_datagram)
{
    static uint8_t large[140000];
    start(USM_NO_AUTH, USM_NO_PRIV, 0);
    size_t over = USM_OUR_MAX_SIZE - 60;
    cr_assert_eq(usm_seal(&session, 1, bytes_of(large, over), 1, 0, large + 66000, 70000, &size),
                 BASE_ELIMIT);
    cr_assert_eq(usm_seal(&session, 1, bytes_of(large, 65508), 1, 0, large + 66000, 70000, &size),
                 BASE_ELIMIT);
}

Test(usm_seal, needs_engine_and_user)
{
    start(USM_SHA256, USM_AES128, 20);
    usm_session_forget_engine(&session);
    cr_assert_eq(usm_seal(&session, 1, support_ber_bytes(&pdu), 1, 0, out, sizeof out, &size),
                 BASE_EUSAGE);
    struct usm_engine engine = {.id = SUPPORT_USM_ENGINE};
    usm_session_init(&session, NULL);
    usm_session_engine(&session, &engine);
    cr_assert_eq(usm_seal(&session, 1, support_ber_bytes(&pdu), 1, 0, out, sizeof out, &size),
                 BASE_EUSAGE);
}

/* The discovery of RFC 3414 section 4: nobody, nothing, and please report. */
Test(usm_seal, discovers_with_a_question_of_nobody)
{
    static const char EXPECTED[] =
        "30 3e  02 01 03  30 11  02 04 12 34 56 78  02 03 00 ff e3  04 01 04  02 01 03"
        "04 10  30 0e  04 00  02 01 00  02 01 00  04 00  04 00  04 00"
        "30 14  04 00  04 00  a0 0e  02 04 12 34 56 78  02 01 00  02 01 00  30 00";
    static struct support_ber expected;
    support_ber_hex(&expected, EXPECTED);
    cr_assert_eq(usm_seal_discovery(MSG_ID, out, sizeof out, &size), 0);
    cr_assert(bytes_equal(bytes_of(out, size), support_ber_bytes(&expected)));
    cr_assert_eq(usm_seal_discovery(MSG_ID, out, size - 1, &size), BASE_ELIMIT);
    cr_assert_eq(usm_seal_discovery(0, out, sizeof out, &size), 0);
    cr_assert_eq(usm_seal_discovery(INT32_MAX, out, sizeof out, &size), 0);
}

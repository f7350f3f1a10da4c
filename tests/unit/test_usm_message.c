#include <criterion/criterion.h>

#include "proto/usm.h"
#include "tests/unit/support_ber.h"

/* A message as its elements, each written in hexadecimal; every test changes one of them. */
struct parts {
    const char *version;
    const char *msg_id;
    const char *max_size;
    const char *flags;
    const char *model;
    const char *engine_id;
    const char *boots;
    const char *time;
    const char *user;
    const char *tag;
    const char *salt;
    const char *data;
};

#define SCOPED "30 17 04 05 80 00 1f 88 04 04 00 a2 0c 02 01 01 02 01 00 02 01 00 30 01 05"

static const struct parts RIGHT = {
    .version = "02 01 03",
    .msg_id = "02 02 12 34",
    .max_size = "02 02 05 dc",
    .flags = "04 01 01",
    .model = "02 01 03",
    .engine_id = "04 05 80 00 1f 88 04",
    .boots = "02 01 07",
    .time = "02 02 03 e8",
    .user = "04 06 70 6c 61 74 65 6e",
    .tag = "04 0c 00 01 02 03 04 05 06 07 08 09 0a 0b",
    .salt = "04 00",
    .data = SCOPED,
};

static struct support_ber ber;
static struct support_ber global;
static struct support_ber security;
static struct support_ber sequence;
static struct support_ber content;
static struct usm_message message;

/* Makes the whole of the security parameters' sequence and the message around it. */
static void wrap(const struct parts *parts)
{
    global.size = 0;
    support_ber_hex(&global, parts->msg_id);
    support_ber_hex(&global, parts->max_size);
    support_ber_hex(&global, parts->flags);
    support_ber_hex(&global, parts->model);
    content.size = 0;
    support_ber_hex(&content, parts->version);
    support_ber_element(&content, GATE_SEQUENCE, support_ber_bytes(&global));
    support_ber_element(&content, GATE_OCTET_STRING, support_ber_bytes(&sequence));
    support_ber_hex(&content, parts->data);
    ber.size = 0;
    support_ber_element(&ber, GATE_SEQUENCE, support_ber_bytes(&content));
}

static void build(const struct parts *parts)
{
    security.size = 0;
    support_ber_hex(&security, parts->engine_id);
    support_ber_hex(&security, parts->boots);
    support_ber_hex(&security, parts->time);
    support_ber_hex(&security, parts->user);
    support_ber_hex(&security, parts->tag);
    support_ber_hex(&security, parts->salt);
    sequence.size = 0;
    support_ber_element(&sequence, GATE_SEQUENCE, support_ber_bytes(&security));
    wrap(parts);
}

static int open_parts(const struct parts *parts)
{
    build(parts);
    return usm_open(support_ber_bytes(&ber), &message);
}

static int open_hex(const char *hex)
{
    ber.size = 0;
    support_ber_hex(&ber, hex);
    return usm_open(support_ber_bytes(&ber), &message);
}

/* The verdict on the right message with one element in place of another. */
#define OPEN_WITH(field, hex) open_with(offsetof(struct parts, field), hex)
static int open_with(size_t offset, const char *hex)
{
    struct parts parts = RIGHT;
    memcpy((char *)&parts + offset, &hex, sizeof hex);
    return open_parts(&parts);
}

/* An element with so many octets of 0x41, in hexadecimal. */
static const char *filled(const char *header, size_t size)
{
    static char hex[2048];
    size_t at = strlen(header);
    memcpy(hex, header, at);
    for (size_t i = 0; i < size; i++) {
        memcpy(hex + at + 2 * i, "41", 2);
    }
    hex[at + 2 * size] = '\0';
    return hex;
}

Test(usm_message, reads_every_field)
{
    cr_assert_eq(open_parts(&RIGHT), 0);
    cr_assert_eq(message.msg_id, 0x1234);
    cr_assert_eq(message.max_size, 1500);
    cr_assert_eq(message.flags, USM_FLAG_AUTH);
    cr_assert_eq(message.boots, 7);
    cr_assert_eq(message.time_s, 1000);
    cr_assert(bytes_equal(message.engine_id, bytes_of("\x80\x00\x1f\x88\x04", 5)));
    cr_assert(bytes_equal(message.user, bytes_from_text("platen")));
    cr_assert_eq(message.tag.size, 12);
    cr_assert_eq(message.tag.data[11], 0x0b);
    cr_assert_eq(message.salt.size, 0);
    cr_assert_eq(message.data.size, 25);
    cr_assert_eq(message.data.data + message.data.size, ber.data + ber.size);
    cr_assert(bytes_equal(message.whole, support_ber_bytes(&ber)));
}

Test(usm_message, reads_ciphertext_out_of_its_octet_string)
{
    struct parts parts = RIGHT;
    parts.flags = "04 01 03";
    parts.salt = "04 08 01 02 03 04 05 06 07 08";
    parts.data = "04 03 aa bb cc";
    cr_assert_eq(open_parts(&parts), 0);
    cr_assert_eq(message.flags, USM_FLAG_AUTH | USM_FLAG_PRIV);
    cr_assert_eq(message.salt.size, 8);
    cr_assert(bytes_equal(message.data, bytes_of("\xaa\xbb\xcc", 3)));
}

Test(usm_message, refuses_every_cut_and_never_reads_past_it)
{
    build(&RIGHT);
    for (size_t size = 0; size < ber.size; size++) {
        uint8_t *cut = malloc(size > 0 ? size : 1);
        cr_assert_not_null(cut);
        memcpy(cut, ber.data, size);
        cr_assert_eq(usm_open(bytes_of(cut, size), &message), BASE_EUSM_PARSE, "%zu", size);
        cr_assert(!usm_is_v3(bytes_of(cut, size)) || size >= 5, "%zu", size);
        free(cut);
    }
    cr_assert_eq(usm_open(bytes_of(NULL, 0), &message), BASE_EUSM_PARSE);
    cr_assert_not(usm_is_v3(bytes_of(NULL, 0)));
}

Test(usm_message, refuses_every_length_that_is_one_too_many_or_too_few)
{
    static const size_t LENGTHS[] = {1, 3, 6, 8, 12, 16, 19, 22, 24, 26, 33, 36, 40, 48, 62, 64};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(LENGTHS); i++) {
        size_t at = LENGTHS[i];
        for (int change = -1; change <= 1; change += 2) {
            build(&RIGHT);
            ber.data[at] = (uint8_t)(ber.data[at] + change);
            cr_assert_eq(usm_open(support_ber_bytes(&ber), &message), BASE_EUSM_PARSE,
                         "octet %zu %+d", at, change);
        }
    }
}

Test(usm_message, refuses_octets_behind_the_message_and_behind_its_data)
{
    build(&RIGHT);
    support_ber_hex(&ber, "00");
    cr_assert_eq(usm_open(support_ber_bytes(&ber), &message), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(data, SCOPED " 05 00"), BASE_EUSM_PARSE);
}

Test(usm_message, refuses_another_version)
{
    cr_assert_eq(OPEN_WITH(version, "02 01 01"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(version, "02 01 02"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(version, "02 01 83"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(version, "02 05 01 00 00 00 03"), BASE_EUSM_PARSE);
}

Test(usm_message, takes_message_ids_from_0_to_2147483647)
{
    cr_assert_eq(OPEN_WITH(msg_id, "02 01 00"), 0);
    cr_assert_eq(OPEN_WITH(msg_id, "02 04 7f ff ff ff"), 0);
    cr_assert_eq(message.msg_id, INT32_MAX);
    cr_assert_eq(OPEN_WITH(msg_id, "02 05 00 7f ff ff ff"), 0);
    cr_assert_eq(OPEN_WITH(msg_id, "02 05 00 80 00 00 00"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(msg_id, "02 04 80 00 00 00"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(msg_id, "02 01 ff"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(msg_id, "02 00"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(msg_id, "02 05 01 00 00 00 00"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(msg_id, "41 01 01"), BASE_EUSM_PARSE);
}

Test(usm_message, takes_maximum_sizes_from_484)
{
    cr_assert_eq(OPEN_WITH(max_size, "02 02 01 e4"), 0);
    cr_assert_eq(OPEN_WITH(max_size, "02 02 01 e3"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(max_size, "02 04 7f ff ff ff"), 0);
    cr_assert_eq(OPEN_WITH(max_size, "02 02 ff e3"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(max_size, "02 05 00 ff ff ff ff"), BASE_EUSM_PARSE);
}

Test(usm_message, takes_flags_of_one_octet_and_ignores_the_upper_five)
{
    cr_assert_eq(OPEN_WITH(flags, "04 01 f9"), 0);
    cr_assert_eq(message.flags, USM_FLAG_AUTH);
    cr_assert_eq(OPEN_WITH(flags, "04 01 05"), 0);
    cr_assert_eq(message.flags, USM_FLAG_AUTH | USM_FLAG_REPORTABLE);
    cr_assert_eq(OPEN_WITH(flags, "04 01 00"), 0);
    cr_assert_eq(OPEN_WITH(flags, "04 00"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(flags, "04 02 01 01"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(flags, "02 01 01"), BASE_EUSM_PARSE);
}

Test(usm_message, refuses_privacy_without_authentication)
{
    cr_assert_eq(OPEN_WITH(flags, "04 01 02"), BASE_EUSM_LEVEL);
    cr_assert_eq(OPEN_WITH(flags, "04 01 06"), BASE_EUSM_LEVEL);
    cr_assert_eq(OPEN_WITH(flags, "04 01 fa"), BASE_EUSM_LEVEL);
}

Test(usm_message, refuses_other_security_models)
{
    cr_assert_eq(OPEN_WITH(model, "02 01 01"), BASE_EUSM_MODEL);
    cr_assert_eq(OPEN_WITH(model, "02 01 02"), BASE_EUSM_MODEL);
    cr_assert_eq(OPEN_WITH(model, "02 01 63"), BASE_EUSM_MODEL);
    cr_assert_eq(OPEN_WITH(model, "02 04 7f ff ff ff"), BASE_EUSM_MODEL);
    cr_assert_eq(OPEN_WITH(model, "02 01 00"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(model, "02 01 83"), BASE_EUSM_PARSE);
}

Test(usm_message, takes_engine_ids_of_up_to_32_octets)
{
    cr_assert_eq(OPEN_WITH(engine_id, "04 00"), 0);
    cr_assert_eq(OPEN_WITH(engine_id, "04 04 01 02 03 04"), 0);
    cr_assert_eq(OPEN_WITH(engine_id, filled("04 20", 32)), 0);
    cr_assert_eq(message.engine_id.size, 32);
    cr_assert_eq(OPEN_WITH(engine_id, filled("04 21", 33)), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(engine_id, filled("04 81 ff", 255)), BASE_EUSM_PARSE);
}

Test(usm_message, takes_boots_and_time_from_0_to_2147483647)
{
    cr_assert_eq(OPEN_WITH(boots, "02 01 00"), 0);
    cr_assert_eq(OPEN_WITH(boots, "02 04 7f ff ff ff"), 0);
    cr_assert_eq(message.boots, INT32_MAX);
    cr_assert_eq(OPEN_WITH(boots, "02 05 00 80 00 00 00"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(boots, "02 01 ff"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(boots, "02 08 00 00 00 01 00 00 00 00"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(time, "02 01 00"), 0);
    cr_assert_eq(OPEN_WITH(time, "02 04 7f ff ff ff"), 0);
    cr_assert_eq(OPEN_WITH(time, "02 04 80 00 00 00"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(time, "02 05 01 00 00 00 00"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(time, "43 02 03 e8"), BASE_EUSM_PARSE);
}

Test(usm_message, takes_user_names_of_0_to_32_octets)
{
    cr_assert_eq(OPEN_WITH(user, "04 00"), 0);
    cr_assert_eq(OPEN_WITH(user, filled("04 20", 32)), 0);
    cr_assert_eq(OPEN_WITH(user, filled("04 21", 33)), BASE_EUSM_PARSE);
}

Test(usm_message, leaves_the_length_of_tag_and_salt_to_the_judgement)
{
    cr_assert_eq(OPEN_WITH(tag, "04 00"), 0);
    cr_assert_eq(OPEN_WITH(tag, filled("04 81 ff", 255)), 0);
    cr_assert_eq(message.tag.size, 255);
    cr_assert_eq(OPEN_WITH(salt, "04 07 01 02 03 04 05 06 07"), 0);
    cr_assert_eq(message.salt.size, 7);
}

Test(usm_message, takes_long_lengths_with_leading_zeros)
{
    cr_assert_eq(OPEN_WITH(engine_id, "04 83 00 00 05 80 00 1f 88 04"), 0);
    cr_assert_eq(message.engine_id.size, 5);
    cr_assert_eq(OPEN_WITH(boots, "02 81 01 07"), 0);
    cr_assert_eq(message.boots, 7);
    cr_assert_eq(OPEN_WITH(user, "04 84 00 00 00 01 41"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(user, "04 83 01 00 00 41"), BASE_EUSM_PARSE);
}

Test(usm_message, refuses_indefinite_lengths_and_constructed_strings)
{
    cr_assert_eq(OPEN_WITH(user, "04 80 41 00 00"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(data, "30 80 04 00 04 00 00 00"), BASE_EUSM_PARSE);
    cr_assert_eq(open_hex("30 80 02 01 03 00 00"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(user, "24 03 04 01 41"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(tag, "24 0c 00 01 02 03 04 05 06 07 08 09 0a 0b"), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(flags, "24 03 04 01 01"), BASE_EUSM_PARSE);
}

Test(usm_message, refuses_security_parameters_that_do_not_nest)
{
    build(&RIGHT);
    support_ber_hex(&sequence, "05 00"); /* something behind the sequence in the string */
    wrap(&RIGHT);
    cr_assert_eq(usm_open(support_ber_bytes(&ber), &message), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(salt, "04 00 05 00"), BASE_EUSM_PARSE); /* behind its last field */
    cr_assert_eq(OPEN_WITH(salt, ""), BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(model, "02 01 03 05 00"), BASE_EUSM_PARSE);
    sequence.size = 0;
    wrap(&RIGHT);
    cr_assert_eq(usm_open(support_ber_bytes(&ber), &message), BASE_EUSM_PARSE);
}

/* A length of the security parameters that is larger than what is left, larger than the message,
 * and an engine id that reaches past both: net-snmp 5.9 has read memory behind the datagram so. */
Test(usm_message, refuses_parameters_that_reach_past_the_message)
{
    cr_assert_eq(open_hex("30 1e 02 01 03  30 0d 02 01 01 02 02 05 dc 04 01 04 02 01 03"
                          "04 08 30 2e 04 20 80 00 1f 88"),
                 BASE_EUSM_PARSE);
    cr_assert_eq(open_hex("30 1e 02 01 03  30 0d 02 01 01 02 02 05 dc 04 01 04 02 01 03"
                          "04 30 30 2e 04 20 80 00 1f 88"),
                 BASE_EUSM_PARSE);
    cr_assert_eq(OPEN_WITH(engine_id, "04 20 80 00 1f 88 04"), BASE_EUSM_PARSE);
}

Test(usm_message, refuses_data_of_the_kind_that_the_flags_deny)
{
    struct parts parts = RIGHT;
    parts.data = "04 03 aa bb cc";
    cr_assert_eq(open_parts(&parts), BASE_EUSM_PARSE);
    parts = RIGHT;
    parts.flags = "04 01 03";
    cr_assert_eq(open_parts(&parts), BASE_EUSM_PARSE);
}

Test(usm_message, refuses_more_than_a_datagram)
{
    static uint8_t large[SUPPORT_BER_CAP];
    struct parts parts = RIGHT;
    parts.flags = "04 01 03";
    parts.data = "04 83 00 00 00";
    for (size_t over = 0; over <= 1; over++) {
        build(&parts);
        size_t size = 65535 + over;
        size_t filling = size - 5 - content.size;
        uint8_t *length = content.data + content.size - 3;
        length[1] = (uint8_t)(filling >> 8);
        length[2] = (uint8_t)filling;
        const uint8_t head[] = {0x30, 0x83, (uint8_t)((size - 5) >> 16), (uint8_t)((size - 5) >> 8),
                                (uint8_t)(size - 5)};
        memcpy(large, head, sizeof head);
        memcpy(large + sizeof head, content.data, content.size);
        cr_assert_eq(usm_open(bytes_of(large, size), &message), over == 0 ? 0 : BASE_EUSM_PARSE);
    }
}

Test(usm_message, writes_nothing_when_it_refuses)
{
    memset(&message, 0x5a, sizeof message);
    struct usm_message before = message;
    cr_assert_eq(OPEN_WITH(model, "02 01 02"), BASE_EUSM_MODEL);
    cr_assert_eq(OPEN_WITH(salt, ""), BASE_EUSM_PARSE);
    cr_assert_eq(memcmp(&before, &message, sizeof message), 0);
}

static bool is_v3(const char *hex)
{
    ber.size = 0;
    support_ber_hex(&ber, hex);
    return usm_is_v3(support_ber_bytes(&ber));
}

Test(usm_message, knows_version_3_from_its_first_octets)
{
    cr_assert(is_v3("30 40 02 01 03"));
    cr_assert(is_v3("30 81 90 02 01 03"));
    cr_assert(is_v3("30 82 01 90 02 01 03"));
    cr_assert(is_v3("30 83 00 01 90 02 01 03"));
    cr_assert(is_v3("30 40 02 02 00 03"));
    cr_assert_not(is_v3("30 40 02 01 00"));
    cr_assert_not(is_v3("30 40 02 01 01"));
    cr_assert_not(is_v3("30 40 04 01 03"));
    cr_assert_not(is_v3("31 40 02 01 03"));
    cr_assert_not(is_v3("30 80 02 01 03"));
    cr_assert_not(is_v3("30 84 00 00 01 90 02 01 03"));
    cr_assert_not(is_v3("30 82 01"));
    cr_assert_not(is_v3("30"));
}

/* What a Report with this name says. */
static int report(const char *name_hex)
{
    ber.size = 0;
    support_ber_hex(&ber, name_hex);
    struct gate_varbind varbind = {.name = ber.data, .name_size = (uint16_t)ber.size};
    return usm_report_status(&varbind, 1);
}

Test(usm_message, names_what_a_report_is_about)
{
    cr_assert_eq(report("2b 06 01 06 03 0f 01 01 01 00"), BASE_EREPORT_LEVEL);
    cr_assert_eq(report("2b 06 01 06 03 0f 01 01 02 00"), BASE_EREPORT_WINDOW);
    cr_assert_eq(report("2b 06 01 06 03 0f 01 01 03 00"), BASE_EREPORT_USER);
    cr_assert_eq(report("2b 06 01 06 03 0f 01 01 04 00"), BASE_EREPORT_ENGINE);
    cr_assert_eq(report("2b 06 01 06 03 0f 01 01 05 00"), BASE_EREPORT_DIGEST);
    cr_assert_eq(report("2b 06 01 06 03 0f 01 01 06 00"), BASE_EREPORT_DECRYPT);
    cr_assert_eq(report("2b 06 01 06 03 0f 01 01 02"), BASE_EREPORT_WINDOW);
}

Test(usm_message, says_other_of_every_other_report)
{
    cr_assert_eq(report("2b 06 01 06 03 0f 01 01 00 00"), BASE_EREPORT_OTHER);
    cr_assert_eq(report("2b 06 01 06 03 0f 01 01 07 00"), BASE_EREPORT_OTHER);
    cr_assert_eq(report("2b 06 01 06 03 0f 01 01 02 01"), BASE_EREPORT_OTHER);
    cr_assert_eq(report("2b 06 01 06 03 0f 01 01 02 00 00"), BASE_EREPORT_OTHER);
    cr_assert_eq(report("2b 06 01 06 03 0f 01 02 02 00"), BASE_EREPORT_OTHER);
    cr_assert_eq(report("2b 06 01 06 03 0f 01 01"), BASE_EREPORT_OTHER);
    cr_assert_eq(report("2b 06 01 06 03 0b 02 01 03 00"), BASE_EREPORT_OTHER);
    cr_assert_eq(report("2b"), BASE_EREPORT_OTHER);
    cr_assert_eq(usm_report_status(NULL, 0), BASE_EREPORT_OTHER);
}

#include <criterion/criterion.h>

#include "proto/gate.h"
#include "proto/oid.h"
#include "tests/unit/support_ber.h"

/* sysDescr.0, sysUpTime.0 and prtMarkerLifeCount.1.1 */
#define SYS_DESCR    "2b 06 01 02 01 01 01 00"
#define SYS_UPTIME   "2b 06 01 02 01 01 03 00"
#define LIFE_COUNT   "2b 06 01 02 01 2b 0a 02 01 04 01 01"
#define VARBINDS_CAP 64

static struct support_ber ber;
static struct support_ber list;
static struct gate_message message;
static struct gate_varbind varbinds[VARBINDS_CAP];
static size_t count;

/* Passes the whole datagram through both steps. */
static enum gate_refusal pass(size_t cap)
{
    enum gate_refusal refusal = gate_open(support_ber_bytes(&ber), &message);
    return refusal != GATE_PASSED ? refusal : gate_varbinds(&message, varbinds, cap, &count);
}

/* The verdict on a v2c Response (version 1) with one varbind of this value. */
static enum gate_refusal pass_value(uint8_t version, uint8_t tag, const char *hex)
{
    struct support_ber_varbind varbind = {SYS_DESCR, tag, hex};
    support_ber_reply(&ber, version, &varbind, 1);
    return pass(1);
}

/* The verdict on a v2c Response whose varbind list has these octets. */
static enum gate_refusal pass_list(const char *hex)
{
    list.size = 0;
    support_ber_hex(&list, hex);
    support_ber_wrap(&ber, 1, support_ber_bytes(&list));
    return pass(VARBINDS_CAP);
}

/* The verdict on a whole datagram. */
static enum gate_refusal pass_hex(const char *hex)
{
    ber.size = 0;
    support_ber_hex(&ber, hex);
    return pass(VARBINDS_CAP);
}

Test(gate, passes_an_ordinary_reply)
{
    static const struct support_ber_varbind REPLY[] = {
        {SYS_DESCR, GATE_OCTET_STRING, "58 65 72 6f 78"},
        {SYS_UPTIME, GATE_TIMETICKS, "01 02 03"},
        {LIFE_COUNT, GATE_NO_SUCH_INSTANCE, ""},
    };
    support_ber_reply(&ber, 1, REPLY, 3);
    cr_assert_eq(pass(3), GATE_PASSED);
    cr_assert_eq(message.version, 1);
    cr_assert(bytes_equal(message.community, bytes_from_text("public")));
    cr_assert_eq(message.pdu, GATE_RESPONSE);
    cr_assert_eq(message.request_id, 0x01020304);
    cr_assert_eq(message.error_status, 0);
    cr_assert_eq(message.error_index, 0);
    cr_assert_eq(count, 3);
    cr_assert_eq(varbinds[0].tag, GATE_OCTET_STRING);
    cr_assert(
        bytes_equal(bytes_of(varbinds[0].value, varbinds[0].value_size), bytes_from_text("Xerox")));
    cr_assert_eq(varbinds[1].tag, GATE_TIMETICKS);
    cr_assert_eq(varbinds[1].value_size, 3);
    cr_assert_eq(varbinds[2].tag, GATE_NO_SUCH_INSTANCE);
    cr_assert_eq(varbinds[2].name_size, 12);
    cr_assert_eq(varbinds[2].name[11], 1);
}

Test(gate, passes_a_reply_without_varbinds)
{
    cr_assert_eq(pass_list(""), GATE_PASSED);
    cr_assert_eq(count, 0);
}

Test(gate, refuses_every_reply_that_is_cut_and_never_reads_past_it)
{
    static const struct support_ber_varbind REPLY[] = {
        {SYS_DESCR, GATE_OCTET_STRING, "58 65 72 6f 78"},
        {LIFE_COUNT, GATE_COUNTER32, "01 02 03"},
    };
    support_ber_reply(&ber, 1, REPLY, 2);
    for (size_t size = 0; size < ber.size; size++) {
        /* A block of exactly this size, so that a sanitizer sees one octet too far. */
        uint8_t *cut = malloc(size > 0 ? size : 1);
        cr_assert_not_null(cut);
        memcpy(cut, ber.data, size);
        cr_assert_eq(gate_open(bytes_of(cut, size), &message), GATE_REFUSED_BER, "%zu", size);
        free(cut);
    }
    cr_assert_eq(gate_open(bytes_of(NULL, 0), &message), GATE_REFUSED_BER);
}

Test(gate, refuses_a_cut_varbind_list_and_never_reads_past_it)
{
    static const struct support_ber_varbind REPLY[] = {
        {SYS_DESCR, GATE_OCTET_STRING, "58 65 72 6f 78"},
        {LIFE_COUNT, GATE_COUNTER32, "01 02 03"},
    };
    list.size = 0;
    support_ber_varbind(&list, &REPLY[0]);
    size_t first = list.size;
    support_ber_varbind(&list, &REPLY[1]);
    for (size_t size = 1; size < list.size; size++) {
        uint8_t *cut = malloc(size);
        cr_assert_not_null(cut);
        memcpy(cut, list.data, size);
        struct gate_message part = {.version = 1, .varbinds = bytes_of(cut, size)};
        enum gate_refusal expected = size == first ? GATE_PASSED : GATE_REFUSED_BER;
        cr_assert_eq(gate_varbinds(&part, varbinds, VARBINDS_CAP, &count), expected, "%zu", size);
        free(cut);
    }
}

Test(gate, refuses_octets_after_the_message)
{
    pass_value(1, GATE_NULL, "");
    support_ber_hex(&ber, "00");
    cr_assert_eq(pass(1), GATE_REFUSED_BER);
}

Test(gate, refuses_octets_after_an_inner_part)
{
    /* after the PDU, after the varbind list, after the value */
    cr_assert_eq(pass_hex("30 15 02 01 01 04 01 70 a2 0b 02 01 01 02 01 00 02 01 00 30 00 05 00"),
                 GATE_REFUSED_BER);
    cr_assert_eq(pass_hex("30 15 02 01 01 04 01 70 a2 0d 02 01 01 02 01 00 02 01 00 30 00 05 00"),
                 GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 09 06 03 2b 06 01 05 00 05 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_hex("30 13 02 01 01 04 01 70 a2 0b 02 01 01 02 01 00 02 01 00 30 00"),
                 GATE_PASSED);
}

Test(gate, refuses_lengths_one_too_long_or_too_short)
{
    cr_assert_eq(pass_list("30 07 06 03 2b 06 01 05 00"), GATE_PASSED);
    cr_assert_eq(pass_list("30 08 06 03 2b 06 01 05 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 06 06 03 2b 06 01 05 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 07 06 04 2b 06 01 05 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 07 06 02 2b 06 01 05 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 07 06 7f 2b 06 01 05 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 07 06 03 2b 06 01 04 01"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 07 06 05 2b 06 01 04 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 02 06 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 05 06 03 2b 06 01"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 06 06 03 2b 06 01 05"), GATE_REFUSED_BER);
}

Test(gate, passes_long_lengths_with_leading_zeros)
{
    cr_assert_eq(pass_list("30 81 07 06 03 2b 06 01 05 00"), GATE_PASSED);
    cr_assert_eq(pass_list("30 82 00 07 06 03 2b 06 01 05 00"), GATE_PASSED);
    cr_assert_eq(pass_list("30 83 00 00 07 06 03 2b 06 01 05 00"), GATE_PASSED);
    cr_assert_eq(pass_list("30 09 06 82 00 03 2b 06 01 05 00"), GATE_PASSED);
    cr_assert_eq(pass_list("30 0b 06 03 2b 06 01 04 82 00 02 61 62"), GATE_PASSED);
    cr_assert_eq(count, 1);
    cr_assert_eq(varbinds[0].value_size, 2);
    cr_assert_eq(varbinds[0].value[1], 0x62);
    cr_assert_eq(
        pass_hex("30 82 00 15 02 01 01 04 01 70 a2 81 0c 02 01 01 02 01 00 02 01 00 30 81 00"),
        GATE_PASSED);
}

Test(gate, refuses_length_bombs)
{
    cr_assert_eq(pass_list("30 84 00 00 00 07 06 03 2b 06 01 05 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 84 7f ff ff ff 06 03 2b 06 01 05 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 88 ff ff ff ff ff ff ff ff"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 ff 06 03 2b 06 01 05 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 83 ff ff ff 06 03 2b 06 01 05 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 82 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 81"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 0b 06 03 2b 06 01 04 84 00 00 00 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_hex("30 84 7f ff ff ff"), GATE_REFUSED_BER);
    cr_assert_eq(pass_hex("30 88 ff ff ff ff ff ff ff ff"), GATE_REFUSED_BER);
}

Test(gate, refuses_indefinite_lengths)
{
    cr_assert_eq(pass_list("30 80 06 03 2b 06 01 05 00 00 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 0b 06 03 2b 06 01 04 80 61 62 00 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_hex("30 80 02 01 01 04 01 70 a2 0b 02 01 01 02 01 00 02 01 00 30 00 00 00"),
                 GATE_REFUSED_BER);
}

Test(gate, refuses_tags_that_snmp_does_not_have)
{
    static const uint8_t TAGS[] = {0x00, 0x01, 0x03, 0x09, 0x10, 0x1f, 0x22, 0x24, 0x26, 0x30,
                                   0x31, 0x45, 0x47, 0x48, 0x60, 0x83, 0x9f, 0xa2, 0xff};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(TAGS); i++) {
        cr_assert_eq(pass_value(1, TAGS[i], "01"), GATE_REFUSED_BER, "%02x", TAGS[i]);
        cr_assert_eq(pass_value(1, TAGS[i], ""), GATE_REFUSED_BER, "%02x", TAGS[i]);
    }
    cr_assert_eq(pass_list("30 09 06 03 2b 06 01 1f 81 01 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 07 26 03 2b 06 01 05 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("31 07 06 03 2b 06 01 05 00"), GATE_REFUSED_BER);
}

Test(gate, refuses_deep_nesting_without_descending)
{
    list.size = 0;
    for (size_t i = 0; i < 1000; i++) {
        size_t inside = (1000 - i) * 4;
        list.data[list.size++] = 0x30;
        list.data[list.size++] = 0x82;
        list.data[list.size++] = (uint8_t)(inside >> 8);
        list.data[list.size++] = (uint8_t)inside;
    }
    support_ber_wrap(&ber, 1, support_ber_bytes(&list));
    cr_assert_eq(pass(VARBINDS_CAP), GATE_REFUSED_BER);
}

Test(gate, decides_the_width_of_integers)
{
    cr_assert_eq(pass_value(1, GATE_INTEGER, "00"), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_INTEGER, "ff"), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_INTEGER, "80 00 00 00"), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_INTEGER, "00 00 00 01"), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_INTEGER, "00 7f ff ff ff"), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_INTEGER, "ff 80 00 00 00"), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_INTEGER, ""), GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_value(1, GATE_INTEGER, "00 80 00 00 00"), GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_value(1, GATE_INTEGER, "ff 7f ff ff ff"), GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_value(1, GATE_INTEGER, "01 00 00 00 00"), GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_value(1, GATE_INTEGER, "00 00 00 00 00 01"), GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_value(1, GATE_INTEGER, "01 02 03 04 05 06 07 08"), GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_value(1, GATE_INTEGER, "01 02 03 04 05 06 07 08 09"), GATE_REFUSED_WIDTH);
}

Test(gate, decides_the_width_of_unsigned_types)
{
    static const uint8_t TAGS[] = {GATE_COUNTER32, GATE_GAUGE32, GATE_TIMETICKS};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(TAGS); i++) {
        cr_assert_eq(pass_value(1, TAGS[i], "00"), GATE_PASSED);
        cr_assert_eq(pass_value(1, TAGS[i], "7f ff ff ff"), GATE_PASSED);
        cr_assert_eq(pass_value(1, TAGS[i], "ff ff ff ff"), GATE_PASSED);
        cr_assert_eq(pass_value(1, TAGS[i], "00 ff ff ff ff"), GATE_PASSED);
        cr_assert_eq(pass_value(1, TAGS[i], "c8"), GATE_PASSED);
        cr_assert_eq(pass_value(1, TAGS[i], ""), GATE_REFUSED_WIDTH);
        cr_assert_eq(pass_value(1, TAGS[i], "01 00 00 00 00"), GATE_REFUSED_WIDTH);
        cr_assert_eq(pass_value(1, TAGS[i], "ff ff ff ff ff"), GATE_REFUSED_WIDTH);
        cr_assert_eq(pass_value(1, TAGS[i], "00 00 00 00 00 01"), GATE_REFUSED_WIDTH);
        cr_assert_eq(pass_value(1, TAGS[i], "00 00 00 00 00 00 00 00 01"), GATE_REFUSED_WIDTH);
    }
}

Test(gate, decides_the_width_of_counter64)
{
    cr_assert_eq(pass_value(1, GATE_COUNTER64, "00"), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_COUNTER64, "ff ff ff ff ff ff ff ff"), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_COUNTER64, "00 ff ff ff ff ff ff ff ff"), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_COUNTER64, ""), GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_value(1, GATE_COUNTER64, "01 00 00 00 00 00 00 00 00"), GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_value(1, GATE_COUNTER64, "00 00 00 00 00 00 00 00 00 01"),
                 GATE_REFUSED_WIDTH);
}

Test(gate, decides_the_size_of_other_types)
{
    cr_assert_eq(pass_value(1, GATE_IP_ADDRESS, "c0 a8 00 01"), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_IP_ADDRESS, "c0 a8 00"), GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_value(1, GATE_IP_ADDRESS, "c0 a8 00 01 02"), GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_value(1, GATE_IP_ADDRESS, ""), GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_value(1, GATE_NULL, ""), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_NULL, "00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_value(1, GATE_NO_SUCH_OBJECT, "00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_value(1, GATE_OCTET_STRING, ""), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_OPAQUE, "9f 78 04 41 20 00 00"), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_OPAQUE, ""), GATE_PASSED);
}

Test(gate, refuses_in_v1_what_v1_does_not_have)
{
    cr_assert_eq(pass_value(0, GATE_COUNTER64, "01"), GATE_REFUSED_VERSION);
    cr_assert_eq(pass_value(0, GATE_NO_SUCH_OBJECT, ""), GATE_REFUSED_VERSION);
    cr_assert_eq(pass_value(0, GATE_NO_SUCH_INSTANCE, ""), GATE_REFUSED_VERSION);
    cr_assert_eq(pass_value(0, GATE_END_OF_MIB_VIEW, ""), GATE_REFUSED_VERSION);
    cr_assert_eq(pass_value(1, GATE_NO_SUCH_OBJECT, ""), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_NO_SUCH_INSTANCE, ""), GATE_PASSED);
    cr_assert_eq(pass_value(1, GATE_END_OF_MIB_VIEW, ""), GATE_PASSED);
    cr_assert_eq(pass_value(0, GATE_COUNTER32, "01"), GATE_PASSED);
}

Test(gate, checks_oids_as_names_and_as_values)
{
    static const struct {
        const char *hex;
        enum gate_refusal refusal;
    } CASES[] = {
        {"00", GATE_PASSED},
        {"2b", GATE_PASSED},
        {"2b 8f ff ff ff 7f", GATE_PASSED},
        {"", GATE_REFUSED_BER},
        {"2b 06 81", GATE_REFUSED_BER},
        {"80 01", GATE_REFUSED_BER},
        {"2b 90 80 80 80 00", GATE_REFUSED_BER},
        {"2b 82 80 80 80 80 80 80 80 80 00", GATE_REFUSED_BER},
        {"2b 06 01 02 01 01 01 01 80 01", GATE_REFUSED_BER},
        {"2b 06 01 02 01 01 01 81", GATE_REFUSED_BER},
        {"2b 06 01 02 01 01 01 01 8f ff ff ff 7f", GATE_PASSED},
        {"2b 06 01 02 01 01 01 01 90 80 80 80 00", GATE_REFUSED_BER},
    };
    for (size_t i = 0; i < BASE_ARRAY_COUNT(CASES); i++) {
        cr_assert_eq(pass_value(1, GATE_OID, CASES[i].hex), CASES[i].refusal, "%s", CASES[i].hex);
        struct support_ber_varbind varbind = {CASES[i].hex, GATE_NULL, ""};
        support_ber_reply(&ber, 1, &varbind, 1);
        cr_assert_eq(pass(1), CASES[i].refusal, "%s", CASES[i].hex);
    }
}

Test(gate, decides_the_same_about_values_behind_any_name)
{
    cr_assert_eq(pass_list("30 09 06 04 2b 06 81 01 04 01 61"), GATE_PASSED);
    cr_assert_eq(pass_list("30 08 06 04 2b 06 81 01 05 00"), GATE_PASSED);
    cr_assert_eq(pass_list("30 09 06 04 2b 06 81 01 05 01 00"), GATE_REFUSED_BER);
    cr_assert_eq(pass_list("30 0c 06 04 2b 06 81 01 40 04 7f 00 00 01"), GATE_PASSED);
    cr_assert_eq(pass_list("30 0b 06 04 2b 06 81 01 40 03 7f 00 00"), GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_list("30 08 06 04 2b 06 81 01 02 00"), GATE_REFUSED_WIDTH);
}

/* A reply whose only name has so many arcs of one octet. */
static void make_long_name(size_t arc_count, uint8_t octet)
{
    static struct support_ber varbind;
    static uint8_t name[SUPPORT_BER_CAP];
    memset(name, octet, arc_count - 1);
    varbind.size = 0;
    list.size = 0;
    support_ber_element(&varbind, GATE_OID, bytes_of(name, arc_count - 1));
    support_ber_hex(&varbind, "05 00");
    support_ber_element(&list, GATE_SEQUENCE, support_ber_bytes(&varbind));
    support_ber_wrap(&ber, 1, support_ber_bytes(&list));
}

Test(gate, passes_128_arcs_and_refuses_more)
{
    make_long_name(128, 1);
    cr_assert_eq(pass(1), GATE_PASSED);
    cr_assert_eq(varbinds[0].name_size, 127);
    make_long_name(129, 1);
    cr_assert_eq(pass(1), GATE_REFUSED_CAPS);
    make_long_name(10000, 1);
    cr_assert_eq(pass(1), GATE_REFUSED_CAPS);
    make_long_name(10000, 0xFF);
    cr_assert_eq(pass(1), GATE_REFUSED_BER);
}

Test(gate, refuses_more_varbinds_than_asked)
{
    static const struct support_ber_varbind THREE[] = {
        {SYS_DESCR, GATE_NULL, ""}, {SYS_UPTIME, GATE_NULL, ""}, {LIFE_COUNT, GATE_NULL, ""}};
    support_ber_reply(&ber, 1, THREE, 3);
    count = 99;
    cr_assert_eq(pass(2), GATE_REFUSED_CAPS);
    cr_assert_eq(pass(0), GATE_REFUSED_CAPS);
    cr_assert_eq(count, 99);
    cr_assert_eq(pass(3), GATE_PASSED);
    cr_assert_eq(count, 3);
}

Test(gate, refuses_varbind_bombs)
{
    list.size = 0;
    for (size_t i = 0; i < 10833; i++) {
        support_ber_hex(&list, "30 04 06 00 05 00");
    }
    support_ber_wrap(&ber, 1, support_ber_bytes(&list));
    cr_assert_eq(pass(VARBINDS_CAP), GATE_REFUSED_BER);
    list.size = 0;
    for (size_t i = 0; i < 5000; i++) {
        support_ber_hex(&list, "30 07 06 03 2b 06 01 05 00");
    }
    support_ber_wrap(&ber, 1, support_ber_bytes(&list));
    cr_assert_eq(pass(VARBINDS_CAP), GATE_REFUSED_CAPS);
}

Test(gate, passes_one_string_that_fills_the_datagram)
{
    static uint8_t text[60000];
    static struct support_ber varbind;
    memset(text, 'x', sizeof text);
    varbind.size = 0;
    list.size = 0;
    support_ber_hex(&varbind, "06 08 2b 06 01 02 01 01 01 00");
    support_ber_element(&varbind, GATE_OCTET_STRING, bytes_of(text, sizeof text));
    support_ber_element(&list, GATE_SEQUENCE, support_ber_bytes(&varbind));
    support_ber_wrap(&ber, 1, support_ber_bytes(&list));
    cr_assert_eq(pass(1), GATE_PASSED);
    cr_assert_eq(varbinds[0].value_size, sizeof text);
}

Test(gate, refuses_what_no_datagram_carries)
{
    static const uint8_t big[UINT16_MAX + 1] = {0x30, 0x83, 0x01, 0x00, 0x00};
    cr_assert_eq(gate_open(bytes_of(big, sizeof big), &message), GATE_REFUSED_CAPS);
    message = (struct gate_message){.version = 1, .varbinds = bytes_of(big, sizeof big)};
    cr_assert_eq(gate_varbinds(&message, varbinds, VARBINDS_CAP, &count), GATE_REFUSED_CAPS);
}

Test(gate, refuses_other_versions)
{
    cr_assert_eq(pass_hex("30 13 02 01 03 04 01 70 a2 0b 02 01 01 02 01 00 02 01 00 30 00"),
                 GATE_REFUSED_VERSION);
    cr_assert_eq(pass_hex("30 13 02 01 ff 04 01 70 a2 0b 02 01 01 02 01 00 02 01 00 30 00"),
                 GATE_REFUSED_VERSION);
    cr_assert_eq(pass_hex("30 12 02 00 04 01 70 a2 0b 02 01 01 02 01 00 02 01 00 30 00"),
                 GATE_REFUSED_WIDTH);
}

Test(gate, knows_the_pdus_that_may_pass)
{
    char hex[] = "30 13 02 01 01 04 01 70 a2 0b 02 01 01 02 01 00 02 01 00 30 00";
    for (unsigned tag = 0; tag < 256; tag++) {
        static const char DIGITS[] = "0123456789abcdef";
        hex[24] = DIGITS[tag >> 4];
        hex[25] = DIGITS[tag & 0xF];
        bool is_known = tag == GATE_GET || tag == GATE_GETNEXT || tag == GATE_RESPONSE ||
                        tag == GATE_GETBULK || tag == GATE_REPORT;
        cr_assert_eq(pass_hex(hex), is_known ? GATE_PASSED : GATE_REFUSED_PDU, "%02x", tag);
    }
}

Test(gate, bounds_the_community)
{
    static struct support_ber whole;
    static uint8_t community[300];
    for (size_t size = 254; size <= 256; size++) {
        list.size = 0;
        support_ber_hex(&list, "02 01 01");
        support_ber_element(&list, GATE_OCTET_STRING, bytes_of(community, size));
        support_ber_hex(&list, "a2 0b 02 01 01 02 01 00 02 01 00 30 00");
        whole.size = 0;
        support_ber_element(&whole, GATE_SEQUENCE, support_ber_bytes(&list));
        cr_assert_eq(gate_open(support_ber_bytes(&whole), &message),
                     size <= 255 ? GATE_PASSED : GATE_REFUSED_CAPS, "%zu", size);
    }
}

Test(gate, reads_the_header_integers_in_their_whole_range)
{
    cr_assert_eq(pass_hex("30 19 02 01 01 04 01 70 a2 11 02 04 80 00 00 00 02 01 ff 02 04 7f ff ff "
                          "ff 30 00"),
                 GATE_PASSED);
    cr_assert_eq(message.request_id, INT32_MIN);
    cr_assert_eq(message.error_status, -1);
    cr_assert_eq(message.error_index, INT32_MAX);
    cr_assert_eq(pass_hex("30 17 02 01 01 04 01 70 a2 0f 02 05 01 00 00 00 00 02 01 00 02 01 00 30 "
                          "00"),
                 GATE_REFUSED_WIDTH);
    cr_assert_eq(pass_hex("30 13 02 01 01 04 01 70 a2 0b 41 01 01 02 01 00 02 01 00 30 00"),
                 GATE_REFUSED_BER);
}

Test(gate, leaves_the_message_alone_when_it_refuses)
{
    memset(&message, 0x55, sizeof message);
    struct gate_message before = message;
    cr_assert_eq(pass_hex("30 13 02 01 01 04 01 70 a4 0b 02 01 01 02 01 00 02 01 00 30 00"),
                 GATE_REFUSED_PDU);
    cr_assert_arr_eq((const uint8_t *)&message, (const uint8_t *)&before, sizeof message);
}

Test(gate, numbers_fit_by_type)
{
    uint8_t octets[9] = {0};
    for (size_t size = 0; size <= 9; size++) {
        struct bytes value = bytes_of(octets, size);
        cr_assert_eq(gate_number_fits(GATE_INTEGER, value), size >= 1 && size <= 5);
        cr_assert_eq(gate_number_fits(GATE_GAUGE32, value), size >= 1 && size <= 5);
        cr_assert_eq(gate_number_fits(GATE_COUNTER64, value), size >= 1);
        cr_assert_not(gate_number_fits(GATE_OCTET_STRING, value));
        cr_assert_not(gate_number_fits(GATE_NULL, value));
    }
}

Test(gate, refusals_have_the_names_of_the_metrics)
{
    cr_assert_str_eq(gate_refusal_name(GATE_PASSED), "passed");
    cr_assert_str_eq(gate_refusal_name(GATE_REFUSED_BER), "ber");
    cr_assert_str_eq(gate_refusal_name(GATE_REFUSED_WIDTH), "width");
    cr_assert_str_eq(gate_refusal_name(GATE_REFUSED_CAPS), "caps");
    cr_assert_str_eq(gate_refusal_name(GATE_REFUSED_VERSION), "version");
    cr_assert_str_eq(gate_refusal_name(GATE_REFUSED_PDU), "pdu");
    cr_assert_str_eq(gate_refusal_name((enum gate_refusal)99), "unknown");
}

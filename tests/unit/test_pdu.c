#include <criterion/criterion.h>

#include "proto/oid.h"
#include "proto/pdu.h"
#include "tests/unit/support_ber.h"

#define NAMES_MAX 400

static uint8_t octets[NAMES_MAX][OID_BER_MAX];
static struct bytes names[NAMES_MAX];
static uint8_t out[66000];
static size_t size;
static struct support_ber expected;

static struct pdu_request request_for(const char *name)
{
    size_t name_size = 0;
    cr_assert_eq(oid_from_text(name, octets[0], OID_BER_MAX, &name_size), 0);
    names[0] = bytes_of(octets[0], name_size);
    return (struct pdu_request){
        .version = PDU_V2C,
        .pdu = GATE_GET,
        .community = bytes_from_text("public"),
        .names = names,
        .count = 1,
    };
}

static void expect_message(const struct pdu_request *request, int32_t request_id, const char *hex)
{
    expected.size = 0;
    support_ber_hex(&expected, hex);
    cr_assert_eq(pdu_encode(request, request_id, out, sizeof out, &size), 0);
    cr_assert(bytes_equal(bytes_of(out, size), support_ber_bytes(&expected)));
}

Test(pdu, encodes_a_get)
{
    struct pdu_request request = request_for("1.3.6.1.2.1.1.1.0");
    expect_message(&request, 0x01020304,
                   "30 29 02 01 01 04 06 70 75 62 6c 69 63 a0 1c 02 04 01 02 03 04 02 01 00 02 01 "
                   "00 30 0e 30 0c 06 08 2b 06 01 02 01 01 01 00 05 00");
}

Test(pdu, encodes_a_v1_getnext_without_community)
{
    struct pdu_request request = request_for("1.3.6.1");
    request.version = PDU_V1;
    request.pdu = GATE_GETNEXT;
    request.community = bytes_of(NULL, 0);
    expect_message(&request, 1,
                   "30 1b 02 01 00 04 00 a1 14 02 01 01 02 01 00 02 01 00 30 09 30 07 06 03 2b 06 "
                   "01 05 00");
}

Test(pdu, encodes_a_getbulk)
{
    struct pdu_request request = request_for("1.3.6.1");
    request.pdu = GATE_GETBULK;
    request.non_repeaters = 1;
    request.max_repetitions = 200;
    expect_message(&request, -2,
                   "30 22 02 01 01 04 06 70 75 62 6c 69 63 a5 15 02 01 fe 02 01 01 02 02 00 c8 30 "
                   "09 30 07 06 03 2b 06 01 05 00");
}

Test(pdu, encodes_request_ids_in_their_shortest_form)
{
    static const int32_t IDS[] = {
        0,        1,        127,       128,       -128,       -129,        255,
        256,      32767,    32768,     -32768,    -32769,     8388607,     8388608,
        -8388608, -8388609, INT32_MAX, INT32_MIN, 0x01020304, -0x01020304,
    };
    struct pdu_request request = request_for("1.3.6.1");
    for (size_t i = 0; i < BASE_ARRAY_COUNT(IDS); i++) {
        struct gate_message message;
        cr_assert_eq(pdu_encode(&request, IDS[i], out, sizeof out, &size), 0);
        cr_assert_eq(gate_open(bytes_of(out, size), &message), GATE_PASSED, "%d", IDS[i]);
        cr_assert_eq(message.request_id, IDS[i]);
    }
}

/* Encodes so many names of this size and reads them back through the gate. */
static void expect_round_trip(size_t count, size_t name_size)
{
    static struct gate_varbind varbinds[NAMES_MAX];
    struct gate_message message;
    size_t found = 0;
    struct pdu_request request = request_for("1.3.6.1");
    for (size_t i = 0; i < count; i++) {
        memset(octets[i], (int)(i % 100 + 1), name_size);
        names[i] = bytes_of(octets[i], name_size);
    }
    request.count = count;
    cr_assert_eq(pdu_encode(&request, 7, out, sizeof out, &size), 0);
    cr_assert_eq(gate_open(bytes_of(out, size), &message), GATE_PASSED);
    cr_assert_eq(gate_varbinds(&message, varbinds, NAMES_MAX, &found), GATE_PASSED);
    cr_assert_eq(found, count);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(varbinds[i].tag, GATE_NULL);
        cr_assert(bytes_equal(bytes_of(varbinds[i].name, varbinds[i].name_size), names[i]));
    }
}

Test(pdu, messages_of_every_size_pass_the_gate)
{
    for (size_t name_size = 1; name_size <= 127; name_size++) {
        expect_round_trip(1, name_size);
        expect_round_trip(3, name_size);
    }
    for (size_t count = 1; count <= NAMES_MAX; count++) {
        expect_round_trip(count, 12);
    }
}

Test(pdu, encodes_the_longest_name)
{
    struct gate_message message;
    struct gate_varbind varbind;
    size_t count = 0;
    struct pdu_request request = request_for("1.3.6.1");
    for (size_t i = 0; i < 127 * 5; i++) {
        octets[0][i] = i % 5 == 0 ? 0x8F : i % 5 == 4 ? 0x7F : 0xFF;
    }
    names[0].size = 127 * 5;
    cr_assert_eq(pdu_encode(&request, 7, out, sizeof out, &size), 0);
    cr_assert_eq(gate_open(bytes_of(out, size), &message), GATE_PASSED);
    cr_assert_eq(gate_varbinds(&message, &varbind, 1, &count), GATE_PASSED);
    cr_assert(bytes_equal(bytes_of(varbind.name, varbind.name_size), names[0]));
}

Test(pdu, writes_nothing_past_the_room_it_has)
{
    struct pdu_request request = request_for("1.3.6.1.2.1.1.1.0");
    cr_assert_eq(pdu_encode(&request, 7, out, sizeof out, &size), 0);
    for (size_t cap = 0; cap <= size; cap++) {
        uint8_t *room = malloc(cap > 0 ? cap : 1);
        size_t used = 0;
        cr_assert_not_null(room);
        cr_assert_eq(pdu_encode(&request, 7, room, cap, &used), cap < size ? BASE_ELIMIT : 0);
        cr_assert_eq(used, cap < size ? 0 : size);
        free(room);
    }
}

Test(pdu, refuses_what_no_datagram_carries)
{
    struct pdu_request request = request_for("1.3.6.1");
    for (size_t i = 0; i < NAMES_MAX; i++) {
        memset(octets[i], 1, OID_BER_MAX);
        names[i] = bytes_of(octets[i], 200);
    }
    request.count = NAMES_MAX;
    cr_assert_eq(pdu_encode(&request, 7, out, sizeof out, &size), BASE_ELIMIT);
}

Test(pdu, encodes_of_a_v3_question_the_pdu_alone)
{
    struct pdu_request request = request_for("1.3.6.1.2.1.1.1.0");
    request.version = PDU_V3;
    request.pdu = GATE_GETBULK;
    request.max_repetitions = 5;
    expect_message(&request, 0x01020304,
                   "a5 1c 02 04 01 02 03 04 02 01 00 02 01 05"
                   "30 0e 30 0c 06 08 2b 06 01 02 01 01 01 00 05 00");
}

Test(pdu, refuses_questions_that_do_not_exist)
{
    struct pdu_request request = request_for("1.3.6.1");
    request.version = PDU_V1;
    request.pdu = GATE_GETBULK;
    cr_assert_eq(pdu_encode(&request, 7, out, sizeof out, &size), BASE_EUSAGE);
    request = request_for("1.3.6.1");
    request.version = (enum pdu_version)2;
    cr_assert_eq(pdu_encode(&request, 7, out, sizeof out, &size), BASE_EUSAGE);
    request = request_for("1.3.6.1");
    request.count = 0;
    cr_assert_eq(pdu_encode(&request, 7, out, sizeof out, &size), BASE_EUSAGE);
    static const uint8_t PDUS[] = {0, 0x30, GATE_RESPONSE, 0xA3, 0xA4, 0xA6, 0xA7, GATE_REPORT};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(PDUS); i++) {
        request = request_for("1.3.6.1");
        request.pdu = PDUS[i];
        cr_assert_eq(pdu_encode(&request, 7, out, sizeof out, &size), BASE_EUSAGE, "%02x", PDUS[i]);
    }
}

static void expect_number(uint8_t tag, const char *hex, int64_t number)
{
    int64_t found = 12345;
    expected.size = 0;
    support_ber_hex(&expected, hex);
    cr_assert_eq(pdu_number(tag, support_ber_bytes(&expected), &found), 0, "%s", hex);
    cr_assert_eq(found, number, "%s: %ld", hex, found);
}

static void expect_no_number(uint8_t tag, const char *hex, int status)
{
    int64_t found = 12345;
    expected.size = 0;
    support_ber_hex(&expected, hex);
    cr_assert_eq(pdu_number(tag, support_ber_bytes(&expected), &found), status, "%s", hex);
    cr_assert_eq(found, 12345);
}

Test(pdu, decodes_integers)
{
    expect_number(GATE_INTEGER, "00", 0);
    expect_number(GATE_INTEGER, "7f", 127);
    expect_number(GATE_INTEGER, "fd", -3);
    expect_number(GATE_INTEGER, "00 ff", 255);
    expect_number(GATE_INTEGER, "00 00 00 05", 5);
    expect_number(GATE_INTEGER, "7f ff ff ff", INT32_MAX);
    expect_number(GATE_INTEGER, "80 00 00 00", INT32_MIN);
    expect_number(GATE_INTEGER, "00 7f ff ff ff", INT32_MAX);
    expect_number(GATE_INTEGER, "ff 80 00 00 00", INT32_MIN);
}

Test(pdu, decodes_unsigned_types_as_they_are)
{
    static const uint8_t TAGS[] = {GATE_COUNTER32, GATE_GAUGE32, GATE_TIMETICKS};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(TAGS); i++) {
        expect_number(TAGS[i], "00", 0);
        expect_number(TAGS[i], "c8", 200);
        expect_number(TAGS[i], "01 e2 40", 123456);
        expect_number(TAGS[i], "ff ff ff ff", UINT32_MAX);
        expect_number(TAGS[i], "00 ff ff ff fe", UINT32_MAX - 1);
    }
}

Test(pdu, decodes_counter64_up_to_what_int64_holds)
{
    expect_number(GATE_COUNTER64, "00", 0);
    expect_number(GATE_COUNTER64, "ff", 255);
    expect_number(GATE_COUNTER64, "01 00 00 00 00", INT64_C(1) << 32);
    expect_number(GATE_COUNTER64, "7f ff ff ff ff ff ff ff", INT64_MAX);
    expect_number(GATE_COUNTER64, "00 7f ff ff ff ff ff ff ff", INT64_MAX);
    expect_no_number(GATE_COUNTER64, "80 00 00 00 00 00 00 00", BASE_ERANGE);
    expect_no_number(GATE_COUNTER64, "00 ff ff ff ff ff ff ff ff", BASE_ERANGE);
}

Test(pdu, decodes_no_number_of_a_wrong_width)
{
    expect_no_number(GATE_INTEGER, "", BASE_ERANGE);
    expect_no_number(GATE_INTEGER, "01 00 00 00 00", BASE_ERANGE);
    expect_no_number(GATE_COUNTER32, "", BASE_ERANGE);
    expect_no_number(GATE_COUNTER32, "01 00 00 00 00", BASE_ERANGE);
    expect_no_number(GATE_COUNTER64, "01 00 00 00 00 00 00 00 00", BASE_ERANGE);
    expect_no_number(GATE_COUNTER64, "00 00 00 00 00 00 00 00 00 00", BASE_ERANGE);
}

Test(pdu, only_numbers_are_numbers)
{
    for (unsigned tag = 0; tag < 256; tag++) {
        bool is_number = tag == GATE_INTEGER || tag == GATE_COUNTER32 || tag == GATE_GAUGE32 ||
                         tag == GATE_TIMETICKS || tag == GATE_COUNTER64;
        cr_assert_eq(pdu_is_number((uint8_t)tag), is_number, "%02x", tag);
        if (!is_number) {
            expect_no_number((uint8_t)tag, "01", BASE_ETYPE);
        }
    }
}

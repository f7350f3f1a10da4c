/*
 * The gate against net-snmp: whatever the gate passes, net-snmp's own parser must read as well, and
 * must read the same from it. Messages are made by a generator that keeps close to the rules and
 * then damages some of them; the seed is fixed, so every run sees the same messages.
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <criterion/criterion.h>

#include "proto/gate.h"
#include "proto/oid.h"
#include "proto/pdu.h"
#include "tests/unit/support_ber.h"

#define ROUNDS 200000
/* Of 200,000 messages the generator makes a quarter pass; far fewer would prove little. */
#define PASSED_MIN   (ROUNDS / 8)
#define VARBINDS_MAX 8
#define MESSAGE_MAX  4096

static uint64_t random_state;

/* xorshift64 of Marsaglia. */
static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % limit;
}

/* Octets before which the last was put; messages are built from their end to their start, so that
 * every length is known when it is written. */
struct backwards {
    uint8_t data[MESSAGE_MAX];
    size_t at;
};

static void put_octet(struct backwards *out, uint32_t octet)
{
    cr_assert_gt(out->at, 0);
    out->data[--out->at] = (uint8_t)octet;
}

/* Puts tag and length before the content that began when out->at was `end`. */
static void put_header(struct backwards *out, uint32_t tag, size_t end)
{
    uint32_t size = (uint32_t)(end - out->at);
    uint32_t form = size > 255 ? 2 : size > 127 ? 1 : 0;
    if (random_below(20) == 0) {
        form += random_below(4);
    }
    if (random_below(200) == 0) {
        size += random_below(3) - 1;
    }
    for (uint32_t i = 0; i < form; i++) {
        put_octet(out, i < 4 ? size >> (8 * i) : 0);
    }
    put_octet(out, form > 0 ? 0x80 | form : size);
    put_octet(out, tag);
}

static void put_value(struct backwards *out)
{
    static const uint8_t TAGS[] = {
        GATE_INTEGER,
        GATE_OCTET_STRING,
        GATE_NULL,
        GATE_OID,
        GATE_IP_ADDRESS,
        GATE_COUNTER32,
        GATE_GAUGE32,
        GATE_TIMETICKS,
        GATE_COUNTER64,
        GATE_NO_SUCH_OBJECT,
        GATE_NO_SUCH_INSTANCE,
        GATE_END_OF_MIB_VIEW,
        GATE_OPAQUE,
        0x24,
        0x45,
    };
    static const uint8_t OCTETS[] = {0x00, 0x00, 0x01, 0x7F, 0x80, 0x81, 0x8F, 0xFF, 0xFF};
    size_t end = out->at;
    uint8_t tag = TAGS[random_below(random_below(10) == 0 ? sizeof TAGS : 9)];
    uint32_t size = random_below(10) == 0 ? random_below(10) : 1 + random_below(4);
    if (tag == GATE_NULL || tag >= GATE_NO_SUCH_OBJECT) {
        size = random_below(50) == 0;
    } else if (tag == GATE_IP_ADDRESS && random_below(20) != 0) {
        size = 4;
    } else if (tag == GATE_COUNTER64) {
        size += random_below(5);
    } else if (tag == GATE_OCTET_STRING) {
        size = random_below(200);
    }
    for (uint32_t i = 0; i < size; i++) {
        bool is_edge = random_below(2) == 0;
        put_octet(out, is_edge ? OCTETS[random_below(sizeof OCTETS)] : random_below(256));
    }
    put_header(out, tag, end);
}

static void put_name(struct backwards *out)
{
    size_t end = out->at;
    uint32_t arc_count = random_below(100) == 0 ? 120 + random_below(12) : 1 + random_below(14);
    for (uint32_t i = 0; i < arc_count; i++) {
        uint32_t more = random_below(6) == 0 ? random_below(random_below(8) == 0 ? 6 : 4) : 0;
        put_octet(out, random_below(128));
        for (uint32_t j = 0; j < more; j++) {
            put_octet(out, 0x80 | (random_below(20) == 0 ? 0 : random_below(128)));
        }
    }
    put_header(out, GATE_OID, end);
}

static void put_message(struct backwards *out)
{
    size_t end = out->at;
    for (uint32_t i = random_below(VARBINDS_MAX); i > 0; i--) {
        size_t varbind_end = out->at;
        put_value(out);
        put_name(out);
        put_header(out, GATE_SEQUENCE, varbind_end);
    }
    put_header(out, GATE_SEQUENCE, end);
    for (int i = 0; i < 3; i++) {
        size_t integer_end = out->at;
        for (uint32_t size = 1 + random_below(4); size > 0; size--) {
            put_octet(out, random_below(256));
        }
        put_header(out, GATE_INTEGER, integer_end);
    }
    put_header(out, GATE_RESPONSE, end);
    size_t community_end = out->at;
    for (uint32_t size = random_below(12); size > 0; size--) {
        put_octet(out, random_below(256));
    }
    put_header(out, GATE_OCTET_STRING, community_end);
    size_t version_end = out->at;
    put_octet(out, random_below(8) != 0);
    put_header(out, GATE_INTEGER, version_end);
    put_header(out, GATE_SEQUENCE, end);
}

/* Changes a few octets of every third message. */
static void damage(struct backwards *out)
{
    if (random_below(3) != 0) {
        return;
    }
    for (uint32_t count = 1 + random_below(3); count > 0; count--) {
        size_t at = out->at + random_below((uint32_t)(sizeof out->data - out->at));
        out->data[at] = (uint8_t)(random_below(2) == 0 ? random_below(256)
                                                       : out->data[at] ^ 1u << random_below(8));
    }
}

static void expect_same_oid(const oid *arcs, size_t count, struct bytes name)
{
    char text[OID_TEXT_MAX];
    char theirs[OID_TEXT_MAX + 16];
    size_t used = 0;
    cr_assert_eq(oid_to_text(name, text, sizeof text), 0);
    for (size_t i = 0; i < count; i++) {
        used +=
            (size_t)snprintf(theirs + used, sizeof theirs - used, i > 0 ? ".%lu" : "%lu", arcs[i]);
    }
    cr_assert_str_eq(text, theirs);
}

static void expect_same_number(u_char *tlv, size_t left, const struct gate_varbind *varbind)
{
    int64_t ours = 0;
    u_char type;
    int status = pdu_number(varbind->tag, bytes_of(varbind->value, varbind->value_size), &ours);
    if (varbind->tag == GATE_INTEGER) {
        long theirs = 0;
        cr_assert_not_null(asn_parse_int(tlv, &left, &type, &theirs, sizeof theirs));
        cr_assert(status == 0 && ours == theirs, "%ld, %ld", ours, theirs);
    } else if (varbind->tag == GATE_COUNTER64) {
        struct counter64 theirs = {0};
        cr_assert_not_null(asn_parse_unsigned_int64(tlv, &left, &type, &theirs, sizeof theirs));
        uint64_t whole = (uint64_t)theirs.high << 32 | theirs.low;
        cr_assert(whole > INT64_MAX ? status == BASE_ERANGE
                                    : status == 0 && (uint64_t)ours == whole);
    } else {
        unsigned long theirs = 0;
        cr_assert_not_null(asn_parse_unsigned_int(tlv, &left, &type, &theirs, sizeof theirs));
        cr_assert(status == 0 && (uint64_t)ours == theirs, "%ld, %lu", ours, theirs);
    }
}

static void expect_same_value(u_char *tlv, size_t left, const struct gate_varbind *varbind)
{
    u_char type;
    if (pdu_is_number(varbind->tag)) {
        expect_same_number(tlv, left, varbind);
    } else if (varbind->tag == GATE_OID) {
        oid arcs[MAX_OID_LEN];
        size_t count = MAX_OID_LEN;
        cr_assert_not_null(asn_parse_objid(tlv, &left, &type, arcs, &count));
        expect_same_oid(arcs, count, bytes_of(varbind->value, varbind->value_size));
    } else if (varbind->tag == GATE_OCTET_STRING || varbind->tag == GATE_IP_ADDRESS) {
        u_char text[MESSAGE_MAX];
        size_t size = sizeof text;
        cr_assert_not_null(asn_parse_string(tlv, &left, &type, text, &size));
        cr_assert(bytes_equal(bytes_of(text, size), bytes_of(varbind->value, varbind->value_size)));
    } else if (varbind->tag != GATE_OPAQUE) {
        cr_assert_not_null(asn_parse_null(tlv, &left, &type));
    }
}

/* Parses the varbind list as net-snmp does and compares each with what the gate gave. */
static void expect_same_varbinds(u_char *data, size_t left, const struct gate_varbind *varbinds,
                                 size_t count)
{
    for (size_t i = 0; i < count; i++) {
        oid arcs[MAX_OID_LEN];
        size_t arc_count = MAX_OID_LEN;
        u_char type = 0;
        size_t size = 0;
        u_char *tlv = NULL;
        data = snmp_parse_var_op(data, arcs, &arc_count, &type, &size, &tlv, &left);
        cr_assert_not_null(data);
        cr_assert_eq(type, varbinds[i].tag);
        expect_same_oid(arcs, arc_count, bytes_of(varbinds[i].name, varbinds[i].name_size));
        cr_assert_eq(size, varbinds[i].value_size);
        size_t whole = (size_t)(varbinds[i].value + size - tlv);
        expect_same_value(tlv, whole, &varbinds[i]);
    }
    cr_assert_eq(left, 0);
}

static void expect_same_header(u_char *data, size_t size, const struct gate_message *message)
{
    u_char type;
    u_char community[256];
    size_t community_size = sizeof community;
    long version = 0;
    u_char *at = asn_parse_sequence(data, &size, &type, GATE_SEQUENCE, "message");
    cr_assert_not_null(at);
    at = asn_parse_int(at, &size, &type, &version, sizeof version);
    cr_assert(at != NULL && version == message->version);
    at = asn_parse_string(at, &size, &type, community, &community_size);
    cr_assert_not_null(at);
    cr_assert(bytes_equal(bytes_of(community, community_size), message->community));
    at = asn_parse_header(at, &size, &type);
    cr_assert(at != NULL && type == message->pdu);
    const int32_t OURS[] = {message->request_id, message->error_status, message->error_index};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(OURS); i++) {
        long theirs = 0;
        at = asn_parse_int(at, &size, &type, &theirs, sizeof theirs);
        cr_assert(at != NULL && theirs == OURS[i]);
    }
    at = asn_parse_sequence(at, &size, &type, GATE_SEQUENCE, "varbinds");
    cr_assert(at == message->varbinds.data && size == message->varbinds.size);
}

Test(gate_netsnmp, reads_the_same_from_whatever_the_gate_passes)
{
    static struct backwards made;
    size_t passed_count = 0;
    random_state = 20260101;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct gate_message message;
        struct gate_varbind varbinds[VARBINDS_MAX];
        size_t count = 0;
        made.at = sizeof made.data;
        put_message(&made);
        damage(&made);
        struct bytes datagram = bytes_of(made.data + made.at, sizeof made.data - made.at);
        if (gate_open(datagram, &message) != GATE_PASSED ||
            gate_varbinds(&message, varbinds, VARBINDS_MAX, &count) != GATE_PASSED) {
            continue;
        }
        passed_count++;
        expect_same_header(made.data + made.at, datagram.size, &message);
        expect_same_varbinds(made.data + (message.varbinds.data - made.data), message.varbinds.size,
                             varbinds, count);
    }
    cr_assert_gt(passed_count, PASSED_MIN, "only %zu passed", passed_count);
}

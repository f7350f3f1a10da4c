#include "proto/pdu.h"

#include <endian.h>

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/types.h>
#include <net-snmp/library/asn1.h>

/* types.h makes macros of these two words, which are members here. */
#undef non_repeaters
#undef max_repetitions

/* The largest content of a one-octet length. */
#define SHORT_SIZE_MAX 127
/* Tag, length and content of the widest number: a Counter64 of nine octets. */
#define NUMBER_TLV_MAX 11

/* Sizes of a request's nested contents, from the inside out. */
struct layout {
    size_t varbinds;
    size_t pdu;
    size_t message;
    size_t whole;
};

/* Octets of a tag and a length in its shortest form; one datagram needs no longer ones. */
static size_t header_size(size_t content)
{
    if (content <= SHORT_SIZE_MAX) {
        return 2;
    }
    return content <= UINT8_MAX ? 3 : 4;
}

static size_t element_size(size_t content)
{
    return header_size(content) + content;
}

/* Size of an INTEGER element in its shortest form. */
static size_t integer_size(int32_t value)
{
    if (value == (int8_t)value) {
        return 3;
    }
    if (value == (int16_t)value) {
        return 4;
    }
    return value >= -(1 << 23) && value < 1 << 23 ? 5 : 6;
}

/* Size of the varbind's content: its name and a NULL. */
static size_t varbind_size(struct bytes name)
{
    return element_size(name.size) + 2;
}

static size_t varbinds_size(const struct pdu_request *request)
{
    size_t size = 0;
    if (request->varbinds.size > 0) {
        return request->varbinds.size;
    }
    for (size_t i = 0; i < request->count; i++) {
        size += element_size(varbind_size(request->names[i]));
    }
    return size;
}

static struct layout lay_out(const struct pdu_request *request, int32_t request_id)
{
    struct layout layout = {.varbinds = varbinds_size(request)};
    layout.pdu = integer_size(request_id) + integer_size(request->non_repeaters) +
                 integer_size(request->max_repetitions) + element_size(layout.varbinds);
    layout.whole = element_size(layout.pdu);
    if (request->version != PDU_V3) {
        layout.message = integer_size((int32_t)request->version) +
                         element_size(request->community.size) + layout.whole;
        layout.whole = element_size(layout.message);
    }
    return layout;
}

/* Versions and repetitions are small, and request-ids are wide: both are spelled out for the same
 * reason as in put_varbinds. */
static uint8_t *put_integer(uint8_t *at, size_t *room, int32_t value)
{
    size_t size = integer_size(value);
    long number = value;
    if (size == 3) {
        at[0] = GATE_INTEGER;
        at[1] = 1;
        at[2] = (uint8_t)value;
    } else if (size == 6) {
        uint32_t octets = htobe32((uint32_t)value);
        at[0] = GATE_INTEGER;
        at[1] = 4;
        memcpy(at + 2, &octets, sizeof octets);
    } else {
        return asn_build_int(at, room, ASN_INTEGER, &number, sizeof number);
    }
    *room -= size;
    return at + size;
}

/* Tag and length, in the forms that a datagram needs; spelled out, too. */
static uint8_t *put_header(uint8_t *at, size_t *room, uint8_t tag, size_t content)
{
    size_t size = header_size(content);
    at[0] = tag;
    if (size == 2) {
        at[1] = (uint8_t)content;
    } else if (size == 3) {
        at[1] = 0x81;
        at[2] = (uint8_t)content;
    } else {
        at[1] = 0x82;
        at[2] = (uint8_t)(content >> 8);
        at[3] = (uint8_t)content;
    }
    *room -= size;
    return at + size;
}

/* Writes one varbind with a long name. */
static uint8_t *put_long_varbind(uint8_t *at, size_t *room, struct bytes name)
{
    at = put_header(at, room, GATE_SEQUENCE, varbind_size(name));
    at = put_header(at, room, GATE_OID, name.size);
    memcpy(at, name.data, name.size);
    *room -= name.size;
    return asn_build_null(at + name.size, room, GATE_NULL);
}

/* Writes the varbinds. A short one is spelled out here, since the library's three calls for it
 * take ten times as long as its octets (18 ns against 2 ns) and have no decision to make. */
static void put_varbinds(uint8_t *at, size_t room, const struct pdu_request *request)
{
    for (size_t i = 0; i < request->count; i++) {
        struct bytes name = request->names[i];
        size_t content = varbind_size(name);
        if (content > SHORT_SIZE_MAX) {
            at = put_long_varbind(at, &room, name);
            continue;
        }
        at[0] = GATE_SEQUENCE;
        at[1] = (uint8_t)content;
        at[2] = GATE_OID;
        at[3] = (uint8_t)name.size;
        bytes_copy(at + 4, name);
        at += 4 + name.size;
        *at++ = GATE_NULL;
        *at++ = 0;
        room -= content + 2;
    }
}

/* Writes the message into `room` bytes, which hold it exactly: nothing here can run out of room. */
static void put_message(uint8_t *at, size_t room, const struct pdu_request *request,
                        int32_t request_id, const struct layout *layout)
{
    if (request->version != PDU_V3) {
        at = put_header(at, &room, GATE_SEQUENCE, layout->message);
        at = put_integer(at, &room, (int32_t)request->version);
        at = put_header(at, &room, GATE_OCTET_STRING, request->community.size);
        bytes_copy(at, request->community);
        at += request->community.size;
        room -= request->community.size;
    }
    at = put_header(at, &room, request->pdu, layout->pdu);
    at = put_integer(at, &room, request_id);
    at = put_integer(at, &room, request->non_repeaters);
    at = put_integer(at, &room, request->max_repetitions);
    at = put_header(at, &room, GATE_SEQUENCE, layout->varbinds);
    if (request->varbinds.size > 0) {
        memcpy(at, request->varbinds.data, request->varbinds.size);
    } else {
        put_varbinds(at, room, request);
    }
}

int pdu_varbinds(const struct pdu_request *request, uint8_t *out, size_t cap, size_t *size)
{
    size_t needed = varbinds_size(request);
    if (needed > cap) {
        return BASE_ELIMIT;
    }
    if (request->varbinds.size > 0) {
        memcpy(out, request->varbinds.data, needed);
    } else {
        put_varbinds(out, needed, request);
    }
    *size = needed;
    return 0;
}

static bool is_askable(const struct pdu_request *request)
{
    bool is_v1 = request->version == PDU_V1;
    if ((!is_v1 && request->version != PDU_V2C && request->version != PDU_V3) ||
        (request->count == 0 && request->varbinds.size == 0)) {
        return false;
    }
    if (request->pdu == GATE_GETBULK) {
        return !is_v1;
    }
    return request->pdu == GATE_GET || request->pdu == GATE_GETNEXT;
}

int pdu_encode(const struct pdu_request *request, int32_t request_id, uint8_t *out, size_t cap,
               size_t *size)
{
    if (!is_askable(request)) {
        return BASE_EUSAGE;
    }
    struct layout layout = lay_out(request, request_id);
    if (layout.whole > cap || layout.whole > UINT16_MAX) {
        return BASE_ELIMIT;
    }
    put_message(out, layout.whole, request, request_id, &layout);
    *size = layout.whole;
    return 0;
}

bool pdu_is_number(uint8_t tag)
{
    return tag == GATE_INTEGER || tag == GATE_COUNTER32 || tag == GATE_GAUGE32 ||
           tag == GATE_TIMETICKS || tag == GATE_COUNTER64;
}

/* Decodes a whole element of a tag that pdu_is_number and gate_number_fits have approved. */
static int parse_number(uint8_t *tlv, size_t size, int64_t *out)
{
    uint8_t type;
    if (tlv[0] == GATE_INTEGER) {
        long number;
        if (asn_parse_int(tlv, &size, &type, &number, sizeof number) == NULL) {
            return BASE_ERANGE;
        }
        *out = number;
        return 0;
    }
    if (tlv[0] == GATE_COUNTER64) {
        struct counter64 number;
        if (asn_parse_unsigned_int64(tlv, &size, &type, &number, sizeof number) == NULL ||
            number.high > INT32_MAX) {
            return BASE_ERANGE;
        }
        *out = (int64_t)((uint64_t)number.high << 32 | number.low);
        return 0;
    }
    unsigned long number;
    if (asn_parse_unsigned_int(tlv, &size, &type, &number, sizeof number) == NULL) {
        return BASE_ERANGE;
    }
    *out = (int64_t)number;
    return 0;
}

int pdu_number(uint8_t tag, struct bytes value, int64_t *out)
{
    if (!pdu_is_number(tag)) {
        return BASE_ETYPE;
    }
    if (!gate_number_fits(tag, value)) {
        return BASE_ERANGE;
    }
    /* The library reads whole elements, and a value out of a record has lost its header. */
    uint8_t tlv[NUMBER_TLV_MAX] = {tag, (uint8_t)value.size};
    for (size_t i = 0; i < value.size && i < NUMBER_TLV_MAX - 2; i++) {
        tlv[2 + i] = value.data[i];
    }
    return parse_number(tlv, value.size + 2, out);
}

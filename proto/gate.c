#include "proto/gate.h"

#include <endian.h>

#include "proto/oid.h"

/* Length octets after 0x81..0x83. Real devices write 82 00 xx; a datagram never needs more than
 * two, so a third can only be a leading zero. */
#define LENGTH_OCTETS_MAX 3
/* Longer than any community that a configuration takes, and than any device accepts. */
#define COMMUNITY_MAX_BYTES 255
/* A varbind of an empty name and an empty value. */
#define VARBIND_MIN_BYTES 6
/* UDP carries less; sizes and offsets of varbinds are kept in 16 bits. */
#define DATAGRAM_MAX_BYTES UINT16_MAX

struct cursor {
    const uint8_t *at;
    const uint8_t *end;
};

/* Content sizes of a tag that pass without another look: size_min up to size_min + size_span - 1.
 * All else, with every tag that is not here, is for check_value to decide. */
struct plain_sizes {
    uint32_t size_span;
    uint8_t size_min;
};

static const struct plain_sizes PLAIN_SIZES[256] = {
    [GATE_INTEGER] = {.size_min = 1, .size_span = 4},
    [GATE_OCTET_STRING] = {.size_min = 0, .size_span = UINT16_MAX + 1},
    [GATE_NULL] = {.size_min = 0, .size_span = 1},
    [GATE_IP_ADDRESS] = {.size_min = 4, .size_span = 1},
    [GATE_COUNTER32] = {.size_min = 1, .size_span = 4},
    [GATE_GAUGE32] = {.size_min = 1, .size_span = 4},
    [GATE_TIMETICKS] = {.size_min = 1, .size_span = 4},
    [GATE_OPAQUE] = {.size_min = 0, .size_span = UINT16_MAX + 1},
};

/* Reads a length in long form: at[0] is 0x80 or above. Returns false when it is no length that we
 * take. Cold, since devices use the long form for the outer sequences and long strings only. */
__attribute__((noinline)) static bool take_long_length(struct cursor *rest, size_t *size)
{
    size_t octets = rest->at[0] & 0x7Fu;
    if (octets == 0 || octets > LENGTH_OCTETS_MAX || (size_t)(rest->end - rest->at) < octets + 1) {
        return false;
    }
    size_t length = 0;
    for (size_t i = 1; i <= octets; i++) {
        length = length << 8 | rest->at[i];
    }
    rest->at += octets + 1;
    *size = length;
    return true;
}

/* Reads the length at the cursor and takes that many octets. */
static inline bool take_content(struct cursor *rest, struct bytes *content)
{
    size_t size = rest->at[0];
    if (size < 0x80) {
        rest->at += 1;
    } else if (size == 0x82 && rest->end - rest->at > 2) { /* as around most lists of varbinds */
        size = (size_t)rest->at[1] << 8 | rest->at[2];
        rest->at += 3;
    } else if (!take_long_length(rest, &size)) {
        return false;
    }
    if (size > (size_t)(rest->end - rest->at)) {
        return false;
    }
    *content = bytes_of(rest->at, size);
    rest->at += size;
    return true;
}

/* Takes the element at the cursor when it has this tag. */
static inline bool take_element(struct cursor *rest, uint8_t tag, struct bytes *content)
{
    if (rest->end - rest->at < 2 || rest->at[0] != tag) {
        return false;
    }
    rest->at += 1;
    return take_content(rest, content);
}

static inline struct cursor cursor_over(struct bytes content)
{
    return (struct cursor){.at = content.data, .end = content.data + content.size};
}

bool gate_number_fits(uint8_t tag, struct bytes value)
{
    const uint8_t *data = value.data;
    size_t size = value.size;
    if (size == 0) {
        return false;
    }
    switch (tag) {
    case GATE_INTEGER:
        /* A fifth octet that only repeats the sign changes nothing. */
        return size <= 4 ||
               (size == 5 && (data[0] == 0x00 || data[0] == 0xFF) && ((data[0] ^ data[1]) < 0x80));
    case GATE_COUNTER32:
    case GATE_GAUGE32:
    case GATE_TIMETICKS:
        return size <= 4 || (size == 5 && data[0] == 0);
    case GATE_COUNTER64:
        return size <= 8 || (size == 9 && data[0] == 0);
    default:
        return false;
    }
}

/* Says why an OID that is not valid is refused. */
static enum gate_refusal oid_refusal(struct bytes oid)
{
    size_t arc_count = 1;
    for (size_t i = 0; i < oid.size; i++) {
        arc_count += oid.data[i] < 0x80;
    }
    return arc_count > OID_ARCS_MAX ? GATE_REFUSED_CAPS : GATE_REFUSED_BER;
}

/* Decides about any value, also of those that PLAIN_SIZES tells. */
static enum gate_refusal check_value(int32_t version, uint8_t tag, struct bytes value)
{
    switch (tag) {
    case GATE_OCTET_STRING:
    case GATE_OPAQUE:
        return GATE_PASSED;
    case GATE_NULL:
        return value.size == 0 ? GATE_PASSED : GATE_REFUSED_BER;
    case GATE_COUNTER64:
        if (version == 0) {
            return GATE_REFUSED_VERSION;
        }
        return gate_number_fits(tag, value) ? GATE_PASSED : GATE_REFUSED_WIDTH;
    case GATE_INTEGER:
    case GATE_COUNTER32:
    case GATE_GAUGE32:
    case GATE_TIMETICKS:
        return gate_number_fits(tag, value) ? GATE_PASSED : GATE_REFUSED_WIDTH;
    case GATE_IP_ADDRESS:
        return value.size == 4 ? GATE_PASSED : GATE_REFUSED_WIDTH;
    case GATE_OID:
        return oid_is_valid(value) ? GATE_PASSED : oid_refusal(value);
    case GATE_NO_SUCH_OBJECT:
    case GATE_NO_SUCH_INSTANCE:
    case GATE_END_OF_MIB_VIEW:
        if (version == 0) {
            return GATE_REFUSED_VERSION;
        }
        return value.size == 0 ? GATE_PASSED : GATE_REFUSED_BER;
    default:
        return GATE_REFUSED_BER;
    }
}

/* Reads the content of an INTEGER in the range of int32. */
__attribute__((noinline)) static enum gate_refusal read_int32(struct bytes value, int32_t *out)
{
    if (!gate_number_fits(GATE_INTEGER, value)) {
        return GATE_REFUSED_WIDTH;
    }
    uint32_t number = value.data[0] < 0x80 ? 0 : UINT32_MAX;
    for (size_t i = 0; i < value.size; i++) {
        number = number << 8 | value.data[i];
    }
    *out = (int32_t)number;
    return GATE_PASSED;
}

/* Takes an INTEGER in the range of int32. Most are of one octet: all but the request-id. */
static inline enum gate_refusal take_int32(struct cursor *rest, int32_t *out)
{
    struct bytes value;
    if (!take_element(rest, GATE_INTEGER, &value)) {
        return GATE_REFUSED_BER;
    }
    if (value.size != 1) {
        return read_int32(value, out);
    }
    *out = (int8_t)value.data[0];
    return GATE_PASSED;
}

static bool is_known_pdu(uint8_t tag)
{
    return tag == GATE_GET || tag == GATE_GETNEXT || tag == GATE_RESPONSE || tag == GATE_GETBULK ||
           tag == GATE_REPORT;
}

/* Reads what stands in a PDU up to the varbind list. */
static enum gate_refusal open_pdu(struct bytes pdu, struct gate_message *message)
{
    struct cursor rest = cursor_over(pdu);
    enum gate_refusal refusal = take_int32(&rest, &message->request_id);
    if (refusal == GATE_PASSED) {
        refusal = take_int32(&rest, &message->error_status);
    }
    if (refusal == GATE_PASSED) {
        refusal = take_int32(&rest, &message->error_index);
    }
    if (refusal != GATE_PASSED) {
        return refusal;
    }
    if (!take_element(&rest, GATE_SEQUENCE, &message->varbinds) || rest.at != rest.end) {
        return GATE_REFUSED_BER;
    }
    return GATE_PASSED;
}

/* Reads a PDU of at least two octets that nothing follows. */
static inline enum gate_refusal take_pdu(struct cursor rest, struct gate_message *message)
{
    struct bytes content;
    message->pdu = *rest.at++;
    if (!is_known_pdu(message->pdu)) {
        return GATE_REFUSED_PDU;
    }
    if (!take_content(&rest, &content) || rest.at != rest.end) {
        return GATE_REFUSED_BER;
    }
    return open_pdu(content, message);
}

enum gate_refusal gate_open(struct bytes datagram, struct gate_message *out)
{
    struct gate_message message;
    struct bytes content;
    if (datagram.size == 0) { /* may have no data to point into */
        return GATE_REFUSED_BER;
    }
    if (datagram.size > DATAGRAM_MAX_BYTES) {
        return GATE_REFUSED_CAPS;
    }
    struct cursor outer = cursor_over(datagram);
    if (!take_element(&outer, GATE_SEQUENCE, &content) || outer.at != outer.end) {
        return GATE_REFUSED_BER;
    }
    struct cursor rest = cursor_over(content);
    enum gate_refusal refusal = take_int32(&rest, &message.version);
    if (refusal != GATE_PASSED) {
        return refusal;
    }
    if (message.version != 0 && message.version != 1) {
        return GATE_REFUSED_VERSION;
    }
    if (!take_element(&rest, GATE_OCTET_STRING, &message.community) || rest.end - rest.at < 2) {
        return GATE_REFUSED_BER;
    }
    if (message.community.size > COMMUNITY_MAX_BYTES) {
        return GATE_REFUSED_CAPS;
    }
    refusal = take_pdu(rest, &message);
    if (refusal == GATE_PASSED) {
        *out = message;
    }
    return refusal;
}

enum gate_refusal gate_open_pdu(struct bytes element, struct gate_message *out)
{
    struct gate_message message = {.version = 3};
    if (element.size < 2) {
        return GATE_REFUSED_BER;
    }
    if (element.size > DATAGRAM_MAX_BYTES) {
        return GATE_REFUSED_CAPS;
    }
    enum gate_refusal refusal = take_pdu(cursor_over(element), &message);
    if (refusal == GATE_PASSED) {
        *out = message;
    }
    return refusal;
}

/* Reads the headers of the varbind at `at`, whose lengths may have any form, and of its parts.
 * Returns: its size; 0 when it is none. */
__attribute__((noinline)) static size_t take_headers(const uint8_t *at, size_t left,
                                                     struct gate_varbind *out)
{
    struct cursor rest = {.at = at, .end = at + left};
    struct bytes content;
    struct bytes name;
    struct bytes value;
    if (!take_element(&rest, GATE_SEQUENCE, &content)) {
        return 0;
    }
    struct cursor inner = cursor_over(content);
    if (!take_element(&inner, GATE_OID, &name) || inner.end - inner.at < 2) {
        return 0;
    }
    uint8_t tag = *inner.at++;
    if (!take_content(&inner, &value) || inner.at != inner.end) {
        return 0;
    }
    *out = (struct gate_varbind){
        .name = name.data,
        .value = value.data,
        .name_size = (uint16_t)name.size,
        .value_size = (uint16_t)value.size,
        .tag = tag,
    };
    return (size_t)(rest.at - at);
}

/* Does the same where every length is one octet, as in nearly all varbinds: tags and lengths of
 * sequence and name are looked at in one word, and the nesting holds when the sizes add up, which
 * they cannot when the value's length has another form. Decides nothing about other varbinds.
 * Returns: the size; 0 when it is for take_headers to judge. */
static inline size_t take_short_headers(const uint8_t *at, size_t left, struct gate_varbind *out)
{
    uint32_t head;
    if (left < VARBIND_MIN_BYTES) {
        return 0;
    }
    memcpy(&head, at, sizeof(head));
    head = le32toh(head);
    size_t size = (uint8_t)(head >> 8); /* both below 0x80, */
    size_t name_size = head >> 24;      /* as the mask says */
    if ((head & 0x80FF80FFU) != (GATE_SEQUENCE | GATE_OID << 16) || size + 2 > left ||
        name_size + 4 > size) {
        return 0;
    }
    const uint8_t *value = at + 4 + name_size + 2;
    size_t value_size = value[-1];
    if (name_size + 4 + value_size != size) {
        return 0;
    }
    out->name = at + 4;
    out->value = value;
    out->name_size = (uint16_t)name_size;
    out->value_size = (uint16_t)value_size;
    out->tag = value[-2];
    return size + 2;
}

/* Says of most varbinds at once that name and value are what check_varbind passes. */
static inline bool is_plain_varbind(const struct gate_varbind *varbind)
{
    const struct plain_sizes *plain = &PLAIN_SIZES[varbind->tag];
    size_t value_size = varbind->value_size;
    return oid_is_plain(bytes_of(varbind->name, varbind->name_size)) &&
           value_size - plain->size_min < plain->size_span;
}

__attribute__((noinline)) static enum gate_refusal check_varbind(const struct gate_varbind *varbind,
                                                                 int32_t version)
{
    struct bytes name = bytes_of(varbind->name, varbind->name_size);
    if (!oid_is_valid(name)) {
        return oid_refusal(name);
    }
    return check_value(version, varbind->tag, bytes_of(varbind->value, varbind->value_size));
}

enum gate_refusal gate_varbinds(const struct gate_message *message, struct gate_varbind *out,
                                size_t cap, size_t *count)
{
    const uint8_t *at = message->varbinds.data;
    size_t left = message->varbinds.size;
    struct gate_varbind *next = out;
    if (left > DATAGRAM_MAX_BYTES) {
        return GATE_REFUSED_CAPS;
    }
    for (; left > 0; next++) {
        if (next == out + cap) {
            return GATE_REFUSED_CAPS;
        }
        size_t size = take_short_headers(at, left, next);
        if (size == 0) {
            size = take_headers(at, left, next);
        }
        if (size == 0) {
            return GATE_REFUSED_BER;
        }
        if (!is_plain_varbind(next)) {
            enum gate_refusal refusal = check_varbind(next, message->version);
            if (refusal != GATE_PASSED) {
                return refusal;
            }
        }
        at += size;
        left -= size;
    }
    *count = (size_t)(next - out);
    return GATE_PASSED;
}

const char *gate_refusal_name(enum gate_refusal refusal)
{
    static const char *const NAMES[] = {
        [GATE_PASSED] = "passed",           [GATE_REFUSED_BER] = "ber",
        [GATE_REFUSED_WIDTH] = "width",     [GATE_REFUSED_CAPS] = "caps",
        [GATE_REFUSED_VERSION] = "version", [GATE_REFUSED_PDU] = "pdu",
    };
    return (size_t)refusal < BASE_ARRAY_COUNT(NAMES) ? NAMES[refusal] : "unknown";
}

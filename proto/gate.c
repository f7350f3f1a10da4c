#include "proto/gate.h"

#include <endian.h>

#include "proto/oid.h"

/* Length octets after 0x81..0x83. Real devices write 82 00 xx; a datagram never needs more than
 * two, so a third can only be a leading zero. */
#define LENGTH_OCTETS_MAX 3
/* Longer than any community that a configuration takes, and than any device accepts. */
#define COMMUNITY_MAX_BYTES 255
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

/* Decides what PLAIN_SIZES leaves open. */
__attribute__((noinline)) static enum gate_refusal check_value(int32_t version, uint8_t tag,
                                                               struct bytes value)
{
    switch (tag) {
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
        return GATE_REFUSED_WIDTH;
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

/* Takes an INTEGER in the range of int32. */
static enum gate_refusal take_int32(struct cursor *rest, int32_t *out)
{
    struct bytes value;
    if (!take_element(rest, GATE_INTEGER, &value)) {
        return GATE_REFUSED_BER;
    }
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

/* Reads the three headers of a varbind whose lengths may have any form. */
__attribute__((noinline)) static bool take_long_varbind(struct cursor *rest, struct bytes *name,
                                                        uint8_t *tag, struct bytes *value)
{
    struct bytes content;
    if (!take_element(rest, GATE_SEQUENCE, &content)) {
        return false;
    }
    struct cursor inner = cursor_over(content);
    if (!take_element(&inner, GATE_OID, name) || inner.end - inner.at < 2) {
        return false;
    }
    *tag = *inner.at++;
    return take_content(&inner, value) && inner.at == inner.end;
}

/* Reads the same where every length is one octet, as in nearly all varbinds: tags and lengths of
 * sequence and name are looked at in one word, and the nesting holds when the sizes add up, which
 * they cannot when the value's length has another form. Decides nothing about other varbinds. */
static inline bool take_short_varbind(struct cursor *rest, struct bytes *name, uint8_t *tag,
                                      struct bytes *value)
{
    const uint8_t *at = rest->at;
    size_t left = (size_t)(rest->end - at);
    uint32_t head;
    if (left < 6) {
        return false;
    }
    memcpy(&head, at, sizeof(head));
    head = le32toh(head);
    if ((head & 0x80FF80FFU) != (GATE_SEQUENCE | GATE_OID << 16)) {
        return false;
    }
    size_t size = head >> 8 & 0x7FU;
    size_t name_size = head >> 24;
    if (size + 2 > left || name_size + 4 > size) {
        return false;
    }
    const uint8_t *value_at = at + 4 + name_size;
    size_t value_size = value_at[1];
    if (name_size + 4 + value_size != size) {
        return false;
    }
    *name = bytes_of(at + 4, name_size);
    *tag = value_at[0];
    *value = bytes_of(value_at + 2, value_size);
    rest->at += size + 2;
    return true;
}

/* Takes one varbind at the cursor. */
static inline enum gate_refusal take_varbind(struct cursor *rest, int32_t version,
                                             struct gate_varbind *out)
{
    struct bytes name;
    struct bytes value;
    uint8_t tag;
    if (!take_short_varbind(rest, &name, &tag, &value) &&
        !take_long_varbind(rest, &name, &tag, &value)) {
        return GATE_REFUSED_BER;
    }
    if (!oid_is_valid(name)) {
        return oid_refusal(name);
    }
    const struct plain_sizes *plain = &PLAIN_SIZES[tag];
    if (value.size - plain->size_min >= plain->size_span) {
        enum gate_refusal refusal = check_value(version, tag, value);
        if (refusal != GATE_PASSED) {
            return refusal;
        }
    }
    *out = (struct gate_varbind){
        .name = name.data,
        .value = value.data,
        .name_size = (uint16_t)name.size,
        .value_size = (uint16_t)value.size,
        .tag = tag,
    };
    return GATE_PASSED;
}

enum gate_refusal gate_varbinds(const struct gate_message *message, struct gate_varbind *out,
                                size_t cap, size_t *count)
{
    struct cursor rest = cursor_over(message->varbinds);
    int32_t version = message->version;
    size_t taken = 0;
    if (message->varbinds.size > DATAGRAM_MAX_BYTES) {
        return GATE_REFUSED_CAPS;
    }
    while (rest.at != rest.end) {
        if (taken == cap) {
            return GATE_REFUSED_CAPS;
        }
        enum gate_refusal refusal = take_varbind(&rest, version, &out[taken]);
        if (refusal != GATE_PASSED) {
            return refusal;
        }
        taken++;
    }
    *count = taken;
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

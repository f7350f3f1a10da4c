#include "proto/peek.h"

#include "proto/gate.h"

/* Steps over a tag and a definite length; the content may lie beyond the end. */
static bool peek_header(struct bytes *rest, uint8_t *tag, size_t *length)
{
    if (rest->size < 2) {
        return false;
    }
    *tag = rest->data[0];
    size_t octets = 0;
    *length = rest->data[1];
    if (*length >= 0x80) {
        octets = *length & 0x7f;
        if (octets == 0 || octets > 3 || rest->size < 2 + octets) {
            return false;
        }
        *length = 0;
        for (size_t i = 0; i < octets; i++) {
            *length = *length << 8 | rest->data[2 + i];
        }
    }
    *rest = bytes_of(rest->data + 2 + octets, rest->size - 2 - octets);
    return true;
}

/* Steps over a whole element with the tag. */
static bool peek_element(struct bytes *rest, uint8_t expected_tag, struct bytes *content)
{
    uint8_t tag;
    size_t length;
    if (!peek_header(rest, &tag, &length) || tag != expected_tag || length > rest->size) {
        return false;
    }
    *content = bytes_of(rest->data, length);
    *rest = bytes_of(rest->data + length, rest->size - length);
    return true;
}

/* Steps over an INTEGER of at most four octets. */
static bool peek_integer(struct bytes *rest, int32_t *out)
{
    struct bytes content;
    if (!peek_element(rest, GATE_INTEGER, &content) || content.size == 0 || content.size > 4) {
        return false;
    }
    uint32_t number = (content.data[0] & 0x80) != 0 ? UINT32_MAX : 0;
    for (size_t i = 0; i < content.size; i++) {
        number = number << 8 | content.data[i];
    }
    *out = (int32_t)number;
    return true;
}

bool peek_id(struct bytes beginning, bool *is_v3, int32_t *id)
{
    struct bytes rest = beginning;
    struct bytes community;
    uint8_t tag;
    size_t length;
    int32_t version;
    if (!peek_header(&rest, &tag, &length) || tag != GATE_SEQUENCE ||
        !peek_integer(&rest, &version)) {
        return false;
    }
    *is_v3 = version == 3;
    if (*is_v3) {
        return peek_header(&rest, &tag, &length) && tag == GATE_SEQUENCE && peek_integer(&rest, id);
    }
    return peek_element(&rest, GATE_OCTET_STRING, &community) &&
           peek_header(&rest, &tag, &length) && (tag & 0xE0) == 0xA0 && peek_integer(&rest, id);
}

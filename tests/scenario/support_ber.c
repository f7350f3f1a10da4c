#include "tests/scenario/support_ber.h"

#include <stdlib.h>

struct support_oid support_oid(const char *text)
{
    struct support_oid oid = {0};
    char *end = NULL;
    for (const char *at = text; *at != '\0'; at = *end == '.' ? end + 1 : end) {
        BASE_REQUIRE(oid.count < SUPPORT_ARCS_MAX);
        oid.arcs[oid.count++] = (uint32_t)strtoul(at, &end, 10);
        BASE_REQUIRE(end != at);
    }
    return oid;
}

int support_oid_compare(const struct support_oid *a, const struct support_oid *b)
{
    for (uint32_t i = 0; i < a->count && i < b->count; i++) {
        if (a->arcs[i] != b->arcs[i]) {
            return a->arcs[i] < b->arcs[i] ? -1 : 1;
        }
    }
    return a->count == b->count ? 0 : (a->count < b->count ? -1 : 1);
}

bool support_oid_is_within(const struct support_oid *oid, const struct support_oid *root)
{
    return oid->count >= root->count &&
           memcmp(oid->arcs, root->arcs, root->count * sizeof(root->arcs[0])) == 0;
}

static size_t encode_arc(uint32_t arc, uint8_t *out)
{
    size_t octets = 1;
    while (octets < 5 && arc >> (7 * octets) != 0) {
        octets++;
    }
    for (size_t i = 0; i < octets; i++) {
        uint32_t bits = arc >> (7 * (octets - 1 - i)) & 0x7f;
        out[i] = (uint8_t)(bits | (i + 1 < octets ? 0x80 : 0));
    }
    return octets;
}

size_t support_oid_encode(const struct support_oid *oid, uint8_t *out)
{
    size_t size = 0;
    BASE_REQUIRE(oid->count >= 2);
    size += encode_arc(oid->arcs[0] * 40 + oid->arcs[1], out);
    for (uint32_t i = 2; i < oid->count; i++) {
        size += encode_arc(oid->arcs[i], out + size);
    }
    return size;
}

size_t support_number_encode(uint8_t tag, int64_t number, uint8_t out[9])
{
    bool is_unsigned = tag != 0x02;
    size_t octets = 1;
    uint64_t bits = (uint64_t)number;
    while (octets < 8) {
        int64_t rest = number >> (8 * octets - 1);
        if (rest == 0 || (!is_unsigned && rest == -1)) {
            break;
        }
        octets++;
    }
    if (is_unsigned && number < 0) { /* above 2^63 - 1 */
        octets = 9;
    }
    for (size_t i = 0; i < octets; i++) {
        size_t shift = 8 * (octets - 1 - i);
        out[i] = (uint8_t)(shift >= 64 ? 0 : bits >> shift);
    }
    return octets;
}

static bool take(struct bytes *rest, uint8_t tag, struct bytes *content)
{
    if (rest->size < 2 || rest->data[0] != tag) {
        return false;
    }
    size_t header = 2;
    size_t size = rest->data[1];
    if (size >= 0x80) {
        size_t octets = size & 0x7f;
        size = 0;
        header += octets;
        if (octets == 0 || octets > 3 || rest->size < header) {
            return false;
        }
        for (size_t i = 0; i < octets; i++) {
            size = size << 8 | rest->data[2 + i];
        }
    }
    if (size > rest->size - header) {
        return false;
    }
    *content = bytes_of(rest->data + header, size);
    *rest = bytes_of(rest->data + header + size, rest->size - header - size);
    return true;
}

static bool take_integer(struct bytes *rest, int32_t *out)
{
    struct bytes content;
    if (!take(rest, 0x02, &content) || content.size < 1 || content.size > 4) {
        return false;
    }
    uint32_t bits = (content.data[0] & 0x80) != 0 ? UINT32_MAX : 0;
    for (size_t i = 0; i < content.size; i++) {
        bits = bits << 8 | content.data[i];
    }
    *out = (int32_t)bits;
    return true;
}

static bool read_oid(struct bytes content, struct support_oid *out)
{
    uint32_t arc = 0;
    out->count = 0;
    for (size_t i = 0; i < content.size; i++) {
        arc = arc << 7 | (content.data[i] & 0x7f);
        if ((content.data[i] & 0x80) != 0) {
            continue;
        }
        if (out->count == 0) {
            out->arcs[out->count++] = arc / 40 < 2 ? arc / 40 : 2;
            arc -= out->arcs[0] * 40;
        }
        if (out->count == SUPPORT_ARCS_MAX) {
            return false;
        }
        out->arcs[out->count++] = arc;
        arc = 0;
    }
    return out->count >= 2;
}

bool support_message_read(struct bytes datagram, struct support_message *out)
{
    struct bytes rest = datagram;
    struct bytes message;
    struct bytes pdu;
    struct bytes list;
    struct bytes varbind;
    struct bytes name;
    if (!take(&rest, 0x30, &message) || rest.size != 0 || !take_integer(&message, &out->version) ||
        !take(&message, 0x04, &out->community) || message.size == 0) {
        return false;
    }
    out->pdu = message.data[0];
    if (!take(&message, out->pdu, &pdu) || !take_integer(&pdu, &out->id) ||
        !take_integer(&pdu, &out->status) || !take_integer(&pdu, &out->index) ||
        !take(&pdu, 0x30, &list)) {
        return false;
    }
    out->count = 0;
    while (list.size > 0) {
        if (out->count == SUPPORT_NAMES_MAX || !take(&list, 0x30, &varbind) ||
            !take(&varbind, 0x06, &name) || !read_oid(name, &out->names[out->count++])) {
            return false;
        }
    }
    return true;
}

void support_put(struct support_octets *octets, const void *data, size_t size)
{
    BASE_REQUIRE(size <= sizeof(octets->data) - octets->size);
    if (size > 0) {
        memcpy(octets->data + octets->size, data, size);
    }
    octets->size += size;
}

static size_t header_size(size_t size)
{
    return size < 0x80 ? 2 : (size < 0x100 ? 3 : 4);
}

void support_put_header(struct support_octets *octets, uint8_t tag, size_t size)
{
    uint8_t header[4] = {tag, (uint8_t)size};
    if (size >= 0x100) {
        header[1] = 0x82;
        header[2] = (uint8_t)(size >> 8);
        header[3] = (uint8_t)size;
    } else if (size >= 0x80) {
        header[1] = 0x81;
        header[2] = (uint8_t)size;
    }
    support_put(octets, header, header_size(size));
}

static size_t element_size(size_t size)
{
    return header_size(size) + size;
}

size_t support_varbind_size(size_t name_size, size_t value_size)
{
    return element_size(element_size(name_size) + element_size(value_size));
}

void support_put_varbind(struct support_octets *octets, struct bytes name, uint8_t tag,
                         struct bytes value)
{
    support_put_header(octets, 0x30, element_size(name.size) + element_size(value.size));
    support_put_header(octets, 0x06, name.size);
    support_put(octets, name.data, name.size);
    support_put_header(octets, tag, value.size);
    support_put(octets, value.data, value.size);
}

static void put_integer(struct support_octets *octets, int32_t number)
{
    uint8_t content[9];
    size_t size = support_number_encode(0x02, number, content);
    support_put_header(octets, 0x02, size);
    support_put(octets, content, size);
}

static size_t integer_size(int32_t number)
{
    uint8_t content[9];
    return 2 + support_number_encode(0x02, number, content);
}

void support_message_write(const struct support_message *head, struct bytes varbinds,
                           struct support_octets *out)
{
    size_t pdu = integer_size(head->id) + integer_size(head->status) + integer_size(head->index) +
                 element_size(varbinds.size);
    size_t message =
        integer_size(head->version) + element_size(head->community.size) + element_size(pdu);
    out->size = 0;
    support_put_header(out, 0x30, message);
    put_integer(out, head->version);
    support_put_header(out, 0x04, head->community.size);
    support_put(out, head->community.data, head->community.size);
    support_put_header(out, head->pdu, pdu);
    put_integer(out, head->id);
    put_integer(out, head->status);
    put_integer(out, head->index);
    support_put_header(out, 0x30, varbinds.size);
    support_put(out, varbinds.data, varbinds.size);
}

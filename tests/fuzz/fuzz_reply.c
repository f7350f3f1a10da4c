/*
 * A datagram from the network on its whole way: the gate, the numbers, the record that is kept of
 * it, and that record read back. The first octet of an input is no part of the datagram: it says
 * how many varbinds were asked for.
 */
#include <stdlib.h>

#include "proto/gate.h"
#include "proto/object.h"
#include "proto/oid.h"
#include "proto/pdu.h"
#include "proto/record.h"

#define VARBINDS_MAX 255

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t record_octets[RECORD_BYTES_MAX];

static struct bytes name_of(const struct gate_varbind *varbind)
{
    return bytes_of(varbind->name, varbind->name_size);
}

static struct bytes value_of(const struct gate_varbind *varbind)
{
    return bytes_of(varbind->value, varbind->value_size);
}

/* What the gate says of a varbind, every reader of it may rely on. */
static void check_varbind(const struct gate_varbind *varbind, struct bytes datagram)
{
    char text[OID_TEXT_MAX];
    uint8_t octets[OID_BER_MAX];
    size_t octet_count = 0;
    int64_t number;
    BASE_REQUIRE(varbind->name > datagram.data);
    BASE_REQUIRE(varbind->value + varbind->value_size <= datagram.data + datagram.size);
    BASE_REQUIRE(oid_to_text(name_of(varbind), text, sizeof text) == 0);
    BASE_REQUIRE(oid_from_text(text, octets, sizeof octets, &octet_count) == 0);
    BASE_REQUIRE(bytes_equal(bytes_of(octets, octet_count), name_of(varbind)));
    int status = pdu_number(varbind->tag, value_of(varbind), &number);
    if (varbind->tag == GATE_COUNTER64) {
        BASE_REQUIRE(status == 0 || status == BASE_ERANGE);
    } else {
        BASE_REQUIRE(status == (pdu_is_number(varbind->tag) ? 0 : BASE_ETYPE));
    }
    if (varbind->tag == GATE_OID) {
        BASE_REQUIRE(oid_to_text(value_of(varbind), text, sizeof text) == 0);
    }
}

/* Puts a varbind under the object it belongs to, or under id 1 with its whole name. */
static int put_varbind(struct record_writer *writer, const struct gate_varbind *varbind)
{
    size_t count;
    const struct object *all = object_all(&count);
    struct bytes name = name_of(varbind);
    for (size_t i = 0; i < count; i++) {
        if (oid_is_below(name, all[i].column)) {
            return record_put(writer, (uint8_t)all[i].id, oid_index(name, all[i].column),
                              varbind->tag, value_of(varbind));
        }
    }
    return record_put(writer, 1, name, varbind->tag, value_of(varbind));
}

/* What was put must be what comes back. */
static void check_record(const struct gate_varbind *varbinds, size_t count)
{
    struct record_writer writer;
    struct record_header header = {.part = RECORD_MOVING, .address_family = 4};
    struct record_entry entry;
    size_t offset = 0;
    size_t put_count = 0;
    record_start(&writer, record_octets, sizeof record_octets);
    for (size_t i = 0; i < count; i++) {
        put_count += put_varbind(&writer, &varbinds[i]) == 0;
    }
    struct bytes record = record_finish(&writer, &header);
    BASE_REQUIRE(record_open(record, &header) == 0);
    bool is_complete = put_count == count; /* then entries and varbinds match one by one */
    size_t found = 0;
    for (; record_next(record, &offset, &entry); found++) {
        char text[OID_TEXT_MAX];
        BASE_REQUIRE(oid_index_to_text(entry.index, text, sizeof text) == 0);
        if (is_complete) {
            struct bytes value = value_of(&varbinds[found]);
            value.size = value.size < RECORD_VALUE_MAX ? value.size : RECORD_VALUE_MAX;
            BASE_REQUIRE(entry.tag == varbinds[found].tag && bytes_equal(entry.value, value));
        }
    }
    BASE_REQUIRE(found == put_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct gate_varbind varbinds[VARBINDS_MAX];
    struct gate_message message;
    size_t count = 0;
    if (size == 0) {
        return 0;
    }
    struct bytes datagram = bytes_of(data + 1, size - 1);
    if (gate_open(datagram, &message) != GATE_PASSED ||
        gate_varbinds(&message, varbinds, data[0], &count) != GATE_PASSED) {
        return 0;
    }
    BASE_REQUIRE(count <= data[0]);
    for (size_t i = 0; i < count; i++) {
        check_varbind(&varbinds[i], datagram);
        if (i > 0) {
            int order = oid_compare(name_of(&varbinds[i - 1]), name_of(&varbinds[i]));
            int back = oid_compare(name_of(&varbinds[i]), name_of(&varbinds[i - 1]));
            BASE_REQUIRE((order > 0) == (back < 0) && (order == 0) == (back == 0));
        }
    }
    check_record(varbinds, count);
    return 0;
}

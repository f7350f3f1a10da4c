#include "tests/unit/support_feed.h"

#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "proto/gate.h"
#include "proto/oid.h"

#define LINE_MAX_BYTES 65536

void feed_init(struct feed *feed)
{
    feed->header = (struct record_header){
        .status = RECORD_OK,
        .snmp_version = 1,
        .address_family = 4,
        .port = 161,
        .address = {192, 0, 2, 1},
        .polled_at_unix_ms = INT64_C(1795320000000),
    };
    record_start(&feed->static_part, feed->static_data, sizeof(feed->static_data));
    record_start(&feed->moving_part, feed->moving_data, sizeof(feed->moving_data));
}

void feed_value(struct feed *feed, unsigned object, const char *index, uint8_t tag,
                struct bytes value)
{
    const struct object *properties = object_find(object);
    uint8_t arcs[OID_BER_MAX];
    size_t size;
    struct record_writer *part;

    cr_assert_not_null(properties);
    cr_assert_eq(oid_index_from_text(index, arcs, sizeof(arcs), &size), 0);
    part = properties->pace == OBJECT_PACE_MOVING ? &feed->moving_part : &feed->static_part;
    cr_assert_eq(record_put(part, (uint8_t)object, bytes_of(arcs, size), tag, value), 0);
}

/* BER content octets of a number, as short as its sign allows. */
static struct bytes number_octets(uint64_t value, bool is_signed, uint8_t out[9])
{
    size_t at = 9;
    bool is_negative = is_signed && (int64_t)value < 0;

    do {
        out[--at] = (uint8_t)value;
        value = value >> 8 | (is_negative ? UINT64_C(0xff) << 56 : 0);
    } while (is_negative ? value != UINT64_MAX || out[at] < 0x80 : value != 0 || out[at] >= 0x80);
    return bytes_of(out + at, 9 - at);
}

void feed_integer(struct feed *feed, unsigned object, const char *index, int64_t value)
{
    uint8_t octets[9];

    feed_value(feed, object, index, GATE_INTEGER, number_octets((uint64_t)value, true, octets));
}

void feed_counter(struct feed *feed, unsigned object, const char *index, uint64_t value)
{
    uint8_t octets[9];

    feed_value(feed, object, index, GATE_COUNTER32, number_octets(value, false, octets));
}

void feed_text(struct feed *feed, unsigned object, const char *index, const char *text)
{
    feed_value(feed, object, index, GATE_OCTET_STRING, bytes_from_text(text));
}

void feed_oid(struct feed *feed, unsigned object, const char *index, const char *dotted)
{
    uint8_t octets[OID_BER_MAX];
    size_t size;

    cr_assert_eq(oid_from_text(dotted, octets, sizeof(octets), &size), 0);
    feed_value(feed, object, index, GATE_OID, bytes_of(octets, size));
}

void feed_supply(struct feed *feed, const char *index, struct feed_supply supply)
{
    const struct {
        unsigned object;
        int64_t value;
    } numbers[] = {
        {OBJECT_SUPPLY_CLASS, supply.class_code}, {OBJECT_SUPPLY_TYPE, supply.type},
        {OBJECT_SUPPLY_UNIT, supply.unit},        {OBJECT_SUPPLY_MAX_CAPACITY, supply.capacity},
        {OBJECT_SUPPLY_LEVEL, supply.level},
    };

    for (size_t i = 0; i < BASE_ARRAY_COUNT(numbers); i++) {
        if (numbers[i].value != READING_ABSENT) {
            feed_integer(feed, numbers[i].object, index, numbers[i].value);
        }
    }
    if (supply.description != NULL) {
        feed_text(feed, OBJECT_SUPPLY_DESCRIPTION, index, supply.description);
    }
}

struct bytes feed_static(struct feed *feed)
{
    feed->header.part = RECORD_STATIC;
    return record_finish(&feed->static_part, &feed->header);
}

struct bytes feed_moving(struct feed *feed)
{
    feed->header.part = RECORD_MOVING;
    return record_finish(&feed->moving_part, &feed->header);
}

void feed_decode(struct feed *feed, struct reading *reading, bool with_why)
{
    cr_assert_eq(reading_decode(reading, feed_static(feed), feed_moving(feed), with_why), 0);
}

/* Puts a line's value, decoded by its tag, into `octets`; returns the value. */
static struct bytes line_value(unsigned tag, bool is_hex, char *text, uint8_t *octets)
{
    size_t size = 0;
    uint8_t number[9];

    if (is_hex) {
        for (; text[2 * size] != '\0' && text[2 * size + 1] != '\0'; size++) {
            char pair[3] = {text[2 * size], text[2 * size + 1], '\0'};
            octets[size] = (uint8_t)strtoul(pair, NULL, 16);
        }
        return bytes_of(octets, size);
    }
    if (tag == GATE_OID) {
        return oid_from_text(text, octets, LINE_MAX_BYTES, &size) == 0 ? bytes_of(octets, size)
                                                                       : bytes_of(octets, 0);
    }
    if (tag == GATE_INTEGER || tag == GATE_COUNTER32 || tag == GATE_GAUGE32 ||
        tag == GATE_TIMETICKS || tag == GATE_COUNTER64) {
        bool is_signed = tag == GATE_INTEGER;
        uint64_t value = is_signed ? (uint64_t)strtoll(text, NULL, 10) : strtoull(text, NULL, 10);
        struct bytes encoded = number_octets(value, is_signed, number);
        memcpy(octets, encoded.data, encoded.size);
        return bytes_of(octets, encoded.size);
    }
    return bytes_from_text(text);
}

/* The object whose column the name lies below, NULL for an object that is not wanted. */
static const struct object *find_object(struct bytes name)
{
    size_t count;
    const struct object *objects = object_all(&count);

    for (size_t i = 0; i < count; i++) {
        if (oid_is_below(name, objects[i].column)) {
            return &objects[i];
        }
    }
    return NULL;
}

/* Adds the line "OID|tag|value". Returns 1 when its object is wanted. */
static int add_line(struct feed *feed, char *line)
{
    static uint8_t octets[LINE_MAX_BYTES];
    uint8_t name[OID_BER_MAX];
    size_t size;
    char *tag = strchr(line, '|');
    char *value = tag != NULL ? strchr(tag + 1, '|') : NULL;
    const struct object *object;
    struct record_writer *part;

    if (value == NULL) {
        return 0;
    }
    *tag++ = '\0';
    *value++ = '\0';
    if (oid_from_text(line, name, sizeof(name), &size) != 0) {
        return 0;
    }
    object = find_object(bytes_of(name, size));
    if (object == NULL) {
        return 0;
    }
    part = object->pace == OBJECT_PACE_MOVING ? &feed->moving_part : &feed->static_part;
    return record_put(part, (uint8_t)object->id, oid_index(bytes_of(name, size), object->column),
                      (uint8_t)strtoul(tag, NULL, 10),
                      line_value((unsigned)strtoul(tag, NULL, 10), strchr(tag, 'x') != NULL, value,
                                 octets)) == 0;
}

int feed_snmprec(struct feed *feed, const char *path, size_t *printer_mib_rows)
{
    static char line[LINE_MAX_BYTES];
    FILE *file = fopen(path, "r");
    int count = 0;

    *printer_mib_rows = 0;
    if (file == NULL) {
        return -1;
    }
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (strncmp(line, "1.3.6.1.2.1.43.", 15) == 0) {
            (*printer_mib_rows)++;
        }
        count += add_line(feed, line);
    }
    fclose(file);
    return count;
}

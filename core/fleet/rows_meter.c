/*
 * The meters of ledger rows, and the events about them.
 *
 * Version 2:  version u8, seal[32], flags u8, number u32, identity u32, uptime i64 (little-endian),
 *             count, then each meter: key, value, unit, object u8, and the index as text or, when
 *             the object is 0, the OID's octets.
 * Version 1:  version u8, uptime i64, count and meters as above, of objects of the standard only.
 */
#include "core/fleet/rows_pack.h"
#include "proto/object.h"
#include "proto/oid.h"

#define HEAD_BYTES_V1 9

#define SEAL_AT     1
#define FLAGS_AT    33
#define NUMBER_AT   34
#define IDENTITY_AT 38
#define UPTIME_AT   42

_Static_assert(SEAL_AT + ROWS_SEAL_BYTES == FLAGS_AT, "the seal fits");
_Static_assert(UPTIME_AT + 8 == ROWS_METERS_HEAD_BYTES, "the head is whole");

/* --- ledger rows ------------------------------------------------------------------------------ */

size_t rows_meters_bound(const struct reading *reading)
{
    const size_t each = 3 * ROWS_TEXT_BYTES_MAX + ROWS_NUMBER_BYTES_MAX + 1;
    return ROWS_METERS_HEAD_BYTES + ROWS_NUMBER_BYTES_MAX +
           rows_capped(reading->meter_count) * each;
}

static uint8_t *put_source(uint8_t *at, uint8_t object, struct bytes index, struct bytes oid)
{
    *at++ = object;
    if (object == 0 && oid.size > ROWS_TEXT_MAX) {
        oid.size = 0; /* half an OID is another one */
    }
    return rows_put_octets(at, object == 0 ? oid : index);
}

size_t rows_put_meters(uint8_t *out, const struct reading *reading)
{
    uint8_t *at = out + ROWS_METERS_HEAD_BYTES;
    size_t count = rows_capped(reading->meter_count);
    memset(out, 0, ROWS_METERS_HEAD_BYTES);
    out[0] = ROWS_METERS_VERSION;
    bytes_put_le(out + UPTIME_AT, (uint64_t)reading->uptime_ticks, 8);
    at = rows_put_count(at, count);
    for (size_t i = 0; i < count; i++) {
        const struct reading_meter *meter = &reading->meters[i];
        at = rows_put_text(at, meter->key);
        at = rows_put_number(at, meter->value);
        at = rows_put_text(at, meter->unit_name);
        at = put_source(at, meter->object, bytes_from_text(meter->index), meter->oid);
    }
    return (size_t)(at - out);
}

void rows_set_meters_head(uint8_t *payload, uint8_t flags, uint32_t number, uint32_t identity)
{
    payload[FLAGS_AT] = flags;
    bytes_put_le(payload + NUMBER_AT, number, 4);
    bytes_put_le(payload + IDENTITY_AT, identity, 4);
}

void rows_set_meters_seal(uint8_t *payload, const uint8_t *seal)
{
    memcpy(payload + SEAL_AT, seal, ROWS_SEAL_BYTES);
}

int rows_get_meters_head(struct bytes payload, struct rows_meters_head *out)
{
    const uint8_t *data = payload.data;
    if (payload.size < HEAD_BYTES_V1) {
        return BASE_EFORMAT;
    }
    if (data[0] == 1) {
        *out = (struct rows_meters_head){.version = 1,
                                         .uptime_ticks = (int64_t)bytes_get_le(data + 1, 8)};
        return 0;
    }
    if (data[0] != ROWS_METERS_VERSION) {
        return BASE_EVERSION;
    }
    if (payload.size < ROWS_METERS_HEAD_BYTES) {
        return BASE_EFORMAT;
    }
    *out = (struct rows_meters_head){.version = data[0],
                                     .flags = data[FLAGS_AT],
                                     .number = (uint32_t)bytes_get_le(data + NUMBER_AT, 4),
                                     .identity = (uint32_t)bytes_get_le(data + IDENTITY_AT, 4),
                                     .uptime_ticks = (int64_t)bytes_get_le(data + UPTIME_AT, 8),
                                     .seal = bytes_of(data + SEAL_AT, ROWS_SEAL_BYTES)};
    return 0;
}

int rows_open_meters(struct bytes payload, int64_t *uptime_ticks, size_t *count, size_t *offset)
{
    struct rows_meters_head head;
    int rc = rows_get_meters_head(payload, &head);
    if (rc == 0) {
        rc = rows_open_entries(payload, head.version == 1 ? HEAD_BYTES_V1 : ROWS_METERS_HEAD_BYTES,
                               count, offset);
    }
    if (rc == 0) {
        *uptime_ticks = head.uptime_ticks;
    }
    return rc;
}

static void get_source(struct rows_cursor *cursor, struct rows_meter *meter)
{
    meter->object = rows_get_octet(cursor);
    struct bytes where = rows_get_text(cursor);
    if (meter->object == 0) {
        meter->oid = where;
    } else {
        meter->index = where;
    }
}

int rows_next_meter(struct bytes payload, size_t *offset, struct rows_meter *out)
{
    struct rows_cursor cursor = {.from = payload, .at = *offset};
    struct rows_meter meter = {0};
    meter.key = rows_get_text(&cursor);
    meter.value = rows_get_number(&cursor);
    meter.unit = rows_get_text(&cursor);
    get_source(&cursor, &meter);
    int rc = rows_finish(&cursor, offset);
    if (rc == 0) {
        *out = meter;
    }
    return rc;
}

/* --- sources ---------------------------------------------------------------------------------- */

bool rows_meter_is_same_source(const struct rows_meter *a, const struct rows_meter *b)
{
    return a->object == b->object && bytes_equal(a->index, b->index) && bytes_equal(a->oid, b->oid);
}

int rows_meter_oid(const struct rows_meter *meter, char *out, size_t cap)
{
    const struct object *object = meter->object == 0 ? NULL : object_find(meter->object);
    if (meter->object == 0 && meter->oid.size == 0) {
        if (cap == 0) {
            return BASE_ELIMIT;
        }
        out[0] = '\0';
        return 0;
    }
    if (meter->object == 0) {
        return oid_to_text(meter->oid, out, cap);
    }
    int rc = object == NULL ? BASE_EFORMAT : oid_to_text(object->column, out, cap);
    if (rc != 0) {
        return rc;
    }
    size_t size = strlen(out);
    if (size + 1 + meter->index.size >= cap) {
        return BASE_ELIMIT;
    }
    out[size] = '.';
    bytes_copy((uint8_t *)out + size + 1, meter->index);
    out[size + 1 + meter->index.size] = '\0';
    return 0;
}

/* --- events ----------------------------------------------------------------------------------- */

/* Longest: head, key, where, two causes' octets and five numbers; a dispute has another where. */
_Static_assert(4 + 3 * ROWS_TEXT_BYTES_MAX + 5 * ROWS_NUMBER_BYTES_MAX <=
                   ROWS_METER_EVENT_BYTES_MAX,
               "the longest texts fit");

static uint8_t *put_meter_source(uint8_t *at, const struct rows_meter *meter)
{
    at = rows_put_number(at, meter->value);
    return put_source(at, meter->object, meter->index, meter->oid);
}

size_t rows_put_break(uint8_t *out, const struct rows_break *found)
{
    uint8_t *at = out;
    *at++ = ROWS_VERSION;
    *at++ = ROWS_METER_BREAK;
    *at++ = found->cause;
    at = rows_put_octets(at, found->meter.key);
    at = put_meter_source(at, &found->meter);
    at = rows_put_count(at, found->sequence);
    at = rows_put_number(at, found->unix_ms);
    at = rows_put_number(at, found->before);
    at = rows_put_number(at, found->gain);
    return (size_t)(at - out);
}

size_t rows_put_dispute(uint8_t *out, const struct rows_dispute *dispute)
{
    uint8_t *at = out;
    *at++ = ROWS_VERSION;
    *at++ = ROWS_METER_DISPUTE;
    at = rows_put_octets(at, dispute->chosen.key);
    at = put_meter_source(at, &dispute->chosen);
    at = put_meter_source(at, &dispute->other);
    return (size_t)(at - out);
}

/* Checks the head of an event. */
static int check_event(struct bytes payload, enum rows_event wanted)
{
    enum rows_event event = ROWS_ALERT_CLEARED;
    int rc = rows_event(payload, &event);
    return rc == 0 && event != wanted ? BASE_EFORMAT : rc;
}

int rows_get_break(struct bytes payload, struct rows_break *out)
{
    struct rows_cursor cursor = {.from = payload, .at = 2};
    struct rows_break found = {0};
    int rc = check_event(payload, ROWS_METER_BREAK);
    if (rc != 0) {
        return rc;
    }
    found.cause = rows_get_octet(&cursor);
    found.meter.key = rows_get_text(&cursor);
    found.meter.value = rows_get_number(&cursor);
    get_source(&cursor, &found.meter);
    found.sequence = rows_get_count(&cursor);
    found.unix_ms = rows_get_number(&cursor);
    found.before = rows_get_number(&cursor);
    found.gain = rows_get_number(&cursor);
    if (cursor.is_bad) {
        return BASE_EFORMAT;
    }
    *out = found;
    return 0;
}

int rows_get_dispute(struct bytes payload, struct rows_dispute *out)
{
    struct rows_cursor cursor = {.from = payload, .at = 2};
    struct rows_dispute dispute = {0};
    int rc = check_event(payload, ROWS_METER_DISPUTE);
    if (rc != 0) {
        return rc;
    }
    dispute.chosen.key = rows_get_text(&cursor);
    dispute.other.key = dispute.chosen.key;
    dispute.chosen.value = rows_get_number(&cursor);
    get_source(&cursor, &dispute.chosen);
    dispute.other.value = rows_get_number(&cursor);
    get_source(&cursor, &dispute.other);
    if (cursor.is_bad) {
        return BASE_EFORMAT;
    }
    *out = dispute;
    return 0;
}

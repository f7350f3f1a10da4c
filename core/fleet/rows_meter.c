#include "core/fleet/rows_meter.h"

#include "core/fleet/rows_pack.h"
#include "proto/object.h"
#include "proto/oid.h"

#define KIND_MASK   0x0F
#define FLAGS_SHIFT 4

#define SEAL_AT     1
#define NUMBER_AT   33
#define IDENTITY_AT 37
#define UPTIME_AT   41

_Static_assert(SEAL_AT + ROWS_SEAL_BYTES == NUMBER_AT, "the seal fits");
_Static_assert(UPTIME_AT + 8 == ROWS_METERS_HEAD_BYTES, "the head is whole");
_Static_assert(ROWS_ENTRIES_MAX == ROWS_METERS_MAX, "no meter is left out");

static uint8_t kind_of(unsigned kind, uint8_t flags)
{
    return (uint8_t)(kind | (unsigned)flags << FLAGS_SHIFT);
}

/* --- whole rows: writing ---------------------------------------------------------------------- */

size_t rows_meters_bound(const struct reading *reading)
{
    const size_t each = 3 * ROWS_TEXT_BYTES_MAX + 2 * ROWS_NUMBER_BYTES_MAX + 1;
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

/* A unit, as short as one octet when the meter before has it, too. */
static uint8_t *put_unit(uint8_t *at, const char *unit, const char *before)
{
    uint8_t text[ROWS_TEXT_BYTES_MAX];
    if (unit == before || (unit != NULL && before != NULL && strcmp(unit, before) == 0)) {
        *at = 0;
        return at + 1;
    }
    (void)rows_put_text(text, unit);
    at = rows_put_count(at, 1U + text[0]);
    memcpy(at, text + 1, text[0]);
    return at + text[0];
}

size_t rows_put_meters(uint8_t *out, const struct reading *reading)
{
    uint8_t *at = out + ROWS_METERS_HEAD_BYTES;
    size_t count = rows_capped(reading->meter_count);
    const char *unit = NULL;
    memset(out, 0, ROWS_METERS_HEAD_BYTES);
    out[0] = ROWS_METERS_WHOLE;
    bytes_put_le(out + UPTIME_AT, (uint64_t)reading->uptime_ticks, 8);
    at = rows_put_count(at, count);
    for (size_t i = 0; i < count; i++) {
        at = rows_put_number(at, reading->meters[i].value);
    }
    for (size_t i = 0; i < count; i++) {
        const struct reading_meter *meter = &reading->meters[i];
        at = rows_put_text(at, meter->key);
        at = put_unit(at, meter->unit_name, unit);
        at = put_source(at, meter->object, bytes_from_text(meter->index), meter->oid);
        unit = meter->unit_name;
    }
    return (size_t)(at - out);
}

void rows_set_meters_head(uint8_t *payload, uint8_t flags, uint32_t number, uint32_t identity)
{
    payload[0] = kind_of(ROWS_METERS_WHOLE, flags);
    bytes_put_le(payload + NUMBER_AT, number, 4);
    bytes_put_le(payload + IDENTITY_AT, identity, 4);
}

/* --- short rows: writing ---------------------------------------------------------------------- */

/* What the uptime comes to when the device has run on since the whole row. Numbers that make no
 * sense wrap, here as in reading. */
static uint64_t expected_uptime(const struct rows_values *whole, int64_t unix_ms)
{
    int64_t passed_ms = (int64_t)((uint64_t)unix_ms - (uint64_t)whole->unix_ms);
    return (uint64_t)whole->uptime_ticks +
           (whole->uptime_ticks < 0 ? 0 : (uint64_t)(passed_ms / 10));
}

static size_t mask_bytes(size_t count)
{
    return (count + 7) / 8;
}

size_t rows_put_short(uint8_t *out, const struct rows_values *whole, const struct rows_values *now)
{
    uint8_t *at = out + SEAL_AT + ROWS_SEAL_SHORT_BYTES;
    memset(out, 0, SEAL_AT + ROWS_SEAL_SHORT_BYTES);
    out[0] = kind_of(ROWS_METERS_SHORT, now->flags);
    at = rows_put_count(at, now->sequence - whole->sequence);
    at = rows_put_number(
        at, (int64_t)((uint64_t)now->uptime_ticks - expected_uptime(whole, now->unix_ms)));
    uint8_t *mask = at;
    memset(mask, 0, mask_bytes(now->count));
    at += mask_bytes(now->count);
    for (size_t i = 0; i < now->count; i++) {
        if (now->values[i] != whole->values[i]) {
            mask[i / 8] |= (uint8_t)(1U << i % 8);
            at = rows_put_number(at,
                                 (int64_t)((uint64_t)now->values[i] - (uint64_t)whole->values[i]));
        }
    }
    return (size_t)(at - out);
}

/* --- reading ---------------------------------------------------------------------------------- */

int rows_seal(struct bytes payload, struct bytes *out)
{
    if (payload.size == 0) {
        return BASE_EFORMAT;
    }
    unsigned kind = payload.data[0] & KIND_MASK;
    if (kind != ROWS_METERS_WHOLE && kind != ROWS_METERS_SHORT) {
        return BASE_EVERSION;
    }
    size_t size = kind == ROWS_METERS_WHOLE ? ROWS_SEAL_BYTES : ROWS_SEAL_SHORT_BYTES;
    if (payload.size < (kind == ROWS_METERS_WHOLE ? ROWS_METERS_HEAD_BYTES : SEAL_AT + size)) {
        return BASE_EFORMAT;
    }
    *out = bytes_of(payload.data + SEAL_AT, size);
    return 0;
}

bool rows_is_short(struct bytes payload)
{
    return payload.size > 0 && (payload.data[0] & KIND_MASK) == ROWS_METERS_SHORT;
}

int rows_get_whole(struct bytes payload, struct rows_values *out, struct bytes *definitions)
{
    struct rows_cursor cursor = {.from = payload, .at = ROWS_METERS_HEAD_BYTES};
    struct bytes seal;
    int rc = rows_seal(payload, &seal);
    if (rc != 0 || rows_is_short(payload)) {
        return rc != 0 ? rc : BASE_EVERSION;
    }
    uint64_t count = rows_get_count(&cursor);
    if (count > ROWS_METERS_MAX) {
        return BASE_EFORMAT;
    }
    for (size_t i = 0; i < count; i++) {
        out->values[i] = rows_get_number(&cursor);
    }
    if (cursor.is_bad) {
        return BASE_EFORMAT;
    }
    out->flags = payload.data[0] >> FLAGS_SHIFT;
    out->number = (uint32_t)bytes_get_le(payload.data + NUMBER_AT, 4);
    out->identity = (uint32_t)bytes_get_le(payload.data + IDENTITY_AT, 4);
    out->uptime_ticks = (int64_t)bytes_get_le(payload.data + UPTIME_AT, 8);
    out->count = (size_t)count;
    *definitions = bytes_of(payload.data + cursor.at, payload.size - cursor.at);
    return 0;
}

static struct bytes get_unit(struct rows_cursor *cursor, struct bytes before)
{
    uint64_t size = rows_get_count(cursor);
    if (size == 0) {
        return before;
    }
    size--;
    if (cursor->is_bad || size > cursor->from.size - cursor->at) {
        cursor->is_bad = true;
        return before;
    }
    struct bytes unit = bytes_of(cursor->from.data + cursor->at, (size_t)size);
    cursor->at += (size_t)size;
    return unit;
}

static void get_source(struct rows_cursor *cursor, struct rows_meter *meter)
{
    meter->object = rows_get_octet(cursor);
    struct bytes where = rows_get_text(cursor);
    meter->oid = meter->object == 0 ? where : bytes_of(NULL, 0);
    meter->index = meter->object == 0 ? bytes_of(NULL, 0) : where;
}

int rows_get_definitions(struct bytes definitions, size_t count, struct rows_meter *out)
{
    struct rows_cursor cursor = {.from = definitions};
    struct bytes unit = {0};
    for (size_t i = 0; i < count && !cursor.is_bad; i++) {
        out[i].key = rows_get_text(&cursor);
        unit = get_unit(&cursor, unit);
        out[i].unit = unit;
        get_source(&cursor, &out[i]);
    }
    return cursor.is_bad || cursor.at != definitions.size ? BASE_EFORMAT : 0;
}

int rows_short_back(struct bytes payload, uint64_t *back)
{
    struct rows_cursor cursor = {.from = payload, .at = SEAL_AT + ROWS_SEAL_SHORT_BYTES};
    uint64_t count = rows_get_count(&cursor);
    if (cursor.is_bad || !rows_is_short(payload)) {
        return BASE_EFORMAT;
    }
    *back = count;
    return 0;
}

int rows_get_short(struct bytes payload, const struct rows_values *whole, struct rows_values *out)
{
    struct rows_cursor cursor = {.from = payload, .at = SEAL_AT + ROWS_SEAL_SHORT_BYTES};
    const size_t count = whole->count;
    (void)rows_get_count(&cursor); /* the way to the whole row */
    uint64_t uptime = (uint64_t)rows_get_number(&cursor);
    if (cursor.is_bad || !rows_is_short(payload) || payload.size - cursor.at < mask_bytes(count)) {
        return BASE_EFORMAT;
    }
    const uint8_t *mask = payload.data + cursor.at;
    cursor.at += mask_bytes(count);
    for (size_t i = 0; i < count; i++) {
        bool is_set = ((unsigned)mask[i / 8] >> i % 8 & 1U) != 0;
        uint64_t ahead = is_set ? (uint64_t)rows_get_number(&cursor) : 0;
        out->values[i] = (int64_t)((uint64_t)whole->values[i] + ahead);
    }
    if (cursor.is_bad || cursor.at != payload.size ||
        (count % 8 != 0 && mask[count / 8] >> count % 8 != 0)) {
        return BASE_EFORMAT;
    }
    out->flags = payload.data[0] >> FLAGS_SHIFT;
    out->number = 0;
    out->identity = whole->identity;
    out->uptime_ticks = (int64_t)(uptime + expected_uptime(whole, out->unix_ms));
    out->count = count;
    return 0;
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

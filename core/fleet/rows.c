#include "core/fleet/rows.h"

#define TEXT_MAX         255
#define NUMBER_BYTES_MAX 10
#define TEXT_BYTES_MAX   (1 + TEXT_MAX)

/* Entries that a payload may claim: rows of one table (proto/reading). */
#define ENTRIES_MAX READING_ROWS_MAX

/* --- writing --------------------------------------------------------------------------------- */

static uint8_t *put_count(uint8_t *at, uint64_t value)
{
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

static uint8_t *put_number(uint8_t *at, int64_t value)
{
    uint64_t bits = (uint64_t)value;
    return put_count(at, (bits << 1) ^ (0 - (bits >> 63)));
}

static uint8_t *put_octets(uint8_t *at, struct bytes text)
{
    size_t size = text.size;
    if (size > TEXT_MAX) {
        size = TEXT_MAX;
        while (size > 0 && (text.data[size] & 0xC0) == 0x80) {
            size--; /* not inside a character */
        }
    }
    *at++ = (uint8_t)size;
    if (size > 0) {
        memcpy(at, text.data, size);
    }
    return at + size;
}

static uint8_t *put_text(uint8_t *at, const char *text)
{
    return put_octets(at, bytes_of(text, text == NULL ? 0 : strnlen(text, TEXT_MAX + 1)));
}

static size_t capped(size_t count)
{
    return count < ENTRIES_MAX ? count : ENTRIES_MAX;
}

size_t rows_meters_bound(const struct reading *reading)
{
    const size_t each = 3 * TEXT_BYTES_MAX + NUMBER_BYTES_MAX + 1;
    return ROWS_METERS_HEAD_BYTES + NUMBER_BYTES_MAX + capped(reading->meter_count) * each;
}

size_t rows_supplies_bound(const struct reading *reading)
{
    const size_t each = 2 * TEXT_BYTES_MAX + 5 * NUMBER_BYTES_MAX + 1;
    return 1 + NUMBER_BYTES_MAX + capped(reading->supply_count) * each;
}

size_t rows_alerts_bound(const struct reading *reading)
{
    const size_t each = 2 * TEXT_BYTES_MAX + 7 * NUMBER_BYTES_MAX + 1;
    return 1 + NUMBER_BYTES_MAX + capped(reading->alert_count) * each;
}

size_t rows_put_meters(uint8_t *out, const struct reading *reading)
{
    uint8_t *at = out;
    size_t count = capped(reading->meter_count);
    *at++ = ROWS_VERSION;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        *at++ = (uint8_t)((uint64_t)reading->uptime_ticks >> shift);
    }
    at = put_count(at, count);
    for (size_t i = 0; i < count; i++) {
        const struct reading_meter *meter = &reading->meters[i];
        at = put_text(at, meter->key);
        at = put_number(at, meter->value);
        at = put_text(at, meter->unit_name);
        *at++ = meter->object;
        at = put_text(at, meter->index);
    }
    return (size_t)(at - out);
}

size_t rows_put_supplies(uint8_t *out, const struct reading *reading)
{
    uint8_t *at = out;
    size_t count = capped(reading->supply_count);
    *at++ = ROWS_VERSION;
    at = put_count(at, count);
    for (size_t i = 0; i < count; i++) {
        const struct reading_supply *supply = &reading->supplies[i];
        at = put_text(at, supply->index);
        at = put_text(at, supply->name);
        at = put_number(at, supply->class_code);
        at = put_number(at, supply->unit_code);
        at = put_number(at, supply->capacity);
        at = put_number(at, supply->level);
        at = put_number(at, supply->percent);
        *at++ = (uint8_t)supply->state;
    }
    return (size_t)(at - out);
}

size_t rows_put_alerts(uint8_t *out, const struct reading *reading)
{
    uint8_t *at = out;
    size_t count = capped(reading->alert_count);
    *at++ = ROWS_VERSION;
    at = put_count(at, count);
    for (size_t i = 0; i < count; i++) {
        const struct reading_alert *alert = &reading->alerts[i];
        at = put_text(at, alert->index);
        at = put_number(at, alert->group_code);
        at = put_number(at, alert->group_index);
        at = put_number(at, alert->code);
        at = put_number(at, alert->severity_code);
        at = put_number(at, alert->training);
        at = put_number(at, alert->location);
        at = put_number(at, alert->since_ticks);
        *at++ = alert->is_fault;
        at = put_text(at, alert->description);
    }
    return (size_t)(at - out);
}

size_t rows_put_event(uint8_t *out, bool was_raised, const struct rows_alert *alert)
{
    out[0] = ROWS_VERSION;
    out[1] = was_raised;
    memcpy(out + 2, alert->whole.data, alert->whole.size);
    return alert->whole.size + 2;
}

struct rows_access rows_access_of(const struct credential *item, struct bytes context)
{
    return (struct rows_access){.credential = bytes_from_text(item->name),
                                .version = (uint8_t)item->version,
                                .rank = (uint8_t)credential_rank(item),
                                .context = context};
}

_Static_assert(3 + 3 * TEXT_BYTES_MAX + NUMBER_BYTES_MAX <= ROWS_ACCESS_BYTES_MAX,
               "the longest texts fit");

size_t rows_put_access(uint8_t *out, const struct rows_access *access)
{
    uint8_t *at = out;
    *at++ = ROWS_VERSION;
    *at++ = access->version;
    *at++ = access->rank;
    at = put_octets(at, access->credential);
    at = put_octets(at, access->context);
    at = put_number(at, access->downgraded_at_unix_ms);
    at = put_octets(at, access->downgraded_from);
    return (size_t)(at - out);
}

size_t rows_put_downgrade(uint8_t *out, const struct rows_downgrade *downgrade)
{
    uint8_t *at = out;
    *at++ = ROWS_VERSION;
    *at++ = ROWS_DOWNGRADED;
    *at++ = downgrade->rank_before;
    *at++ = downgrade->rank_now;
    at = put_octets(at, downgrade->before);
    at = put_octets(at, downgrade->now);
    return (size_t)(at - out);
}

/* --- reading --------------------------------------------------------------------------------- */

/* Where reading stands; is_bad stays once anything was not there. */
struct cursor {
    struct bytes from;
    size_t at;
    bool is_bad;
};

static uint8_t get_octet(struct cursor *cursor)
{
    if (cursor->is_bad || cursor->at >= cursor->from.size) {
        cursor->is_bad = true;
        return 0;
    }
    return cursor->from.data[cursor->at++];
}

static uint64_t get_count(struct cursor *cursor)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        uint8_t octet = get_octet(cursor);
        if (shift == 63 && octet > 1) {
            break;
        }
        value |= (uint64_t)(octet & 0x7F) << shift;
        if ((octet & 0x80) == 0) {
            return value;
        }
    }
    cursor->is_bad = true;
    return 0;
}

static int64_t get_number(struct cursor *cursor)
{
    uint64_t bits = get_count(cursor);
    return (int64_t)((bits >> 1) ^ (0 - (bits & 1)));
}

static struct bytes get_text(struct cursor *cursor)
{
    size_t size = get_octet(cursor);
    if (cursor->is_bad || size > cursor->from.size - cursor->at) {
        cursor->is_bad = true;
        return (struct bytes){0};
    }
    struct bytes text = bytes_of(cursor->from.data + cursor->at, size);
    cursor->at += size;
    return text;
}

static int finish(const struct cursor *cursor, size_t *offset)
{
    if (cursor->is_bad) {
        return BASE_EFORMAT;
    }
    *offset = cursor->at;
    return 0;
}

static int check_version(struct bytes payload)
{
    if (payload.size == 0) {
        return BASE_EFORMAT;
    }
    return payload.data[0] == ROWS_VERSION ? 0 : BASE_EVERSION;
}

static int open_entries(struct bytes payload, size_t head_bytes, size_t *count, size_t *offset)
{
    struct cursor cursor = {.from = payload, .at = head_bytes};
    uint64_t entries = get_count(&cursor);
    if (entries > ENTRIES_MAX) {
        return BASE_EFORMAT;
    }
    int rc = finish(&cursor, offset);
    if (rc == 0) {
        *count = (size_t)entries;
    }
    return rc;
}

int rows_open_meters(struct bytes payload, int64_t *uptime_ticks, size_t *count, size_t *offset)
{
    uint64_t uptime = 0;
    int rc = check_version(payload);
    if (rc == 0) {
        rc = open_entries(payload, ROWS_METERS_HEAD_BYTES, count, offset);
    }
    if (rc != 0) {
        return rc;
    }
    for (unsigned i = 0; i < 8; i++) {
        uptime |= (uint64_t)payload.data[1 + i] << (8 * i);
    }
    *uptime_ticks = (int64_t)uptime;
    return 0;
}

int rows_open_supplies(struct bytes payload, size_t *count, size_t *offset)
{
    int rc = check_version(payload);
    return rc != 0 ? rc : open_entries(payload, 1, count, offset);
}

int rows_open_alerts(struct bytes payload, size_t *count, size_t *offset)
{
    int rc = check_version(payload);
    return rc != 0 ? rc : open_entries(payload, 1, count, offset);
}

int rows_next_meter(struct bytes payload, size_t *offset, struct rows_meter *out)
{
    struct cursor cursor = {.from = payload, .at = *offset};
    struct rows_meter meter = {0};
    meter.key = get_text(&cursor);
    meter.value = get_number(&cursor);
    meter.unit = get_text(&cursor);
    meter.object = get_octet(&cursor);
    meter.index = get_text(&cursor);
    int rc = finish(&cursor, offset);
    if (rc == 0) {
        *out = meter;
    }
    return rc;
}

int rows_next_supply(struct bytes payload, size_t *offset, struct rows_supply *out)
{
    struct cursor cursor = {.from = payload, .at = *offset};
    struct rows_supply supply = {0};
    supply.index = get_text(&cursor);
    supply.name = get_text(&cursor);
    supply.class_code = get_number(&cursor);
    supply.unit_code = get_number(&cursor);
    supply.capacity = get_number(&cursor);
    supply.level = get_number(&cursor);
    int64_t percent = get_number(&cursor);
    supply.state = get_octet(&cursor);
    if (percent < -1 || percent > 100) {
        return BASE_EFORMAT;
    }
    supply.percent = (int)percent;
    int rc = finish(&cursor, offset);
    if (rc == 0) {
        *out = supply;
    }
    return rc;
}

int rows_next_alert(struct bytes payload, size_t *offset, struct rows_alert *out)
{
    struct cursor cursor = {.from = payload, .at = *offset};
    struct rows_alert alert = {0};
    size_t start = *offset;
    alert.index = get_text(&cursor);
    alert.group_code = get_number(&cursor);
    alert.group_index = get_number(&cursor);
    alert.code = get_number(&cursor);
    size_t key_end = cursor.at;
    alert.severity_code = get_number(&cursor);
    alert.training = get_number(&cursor);
    alert.location = get_number(&cursor);
    alert.since_ticks = get_number(&cursor);
    alert.is_fault = get_octet(&cursor) != 0;
    alert.description = get_text(&cursor);
    int rc = finish(&cursor, offset);
    if (rc == 0) {
        alert.key = bytes_of(payload.data + start, key_end - start);
        alert.whole = bytes_of(payload.data + start, *offset - start);
        *out = alert;
    }
    return rc;
}

int rows_event(struct bytes payload, enum rows_event *out)
{
    int rc = check_version(payload);
    if (rc != 0) {
        return rc;
    }
    if (payload.size < 2 || payload.data[1] > ROWS_DOWNGRADED) {
        return BASE_EFORMAT;
    }
    *out = (enum rows_event)payload.data[1];
    return 0;
}

int rows_get_access(struct bytes payload, struct rows_access *out)
{
    struct cursor cursor = {.from = payload, .at = 1};
    struct rows_access access = {0};
    int rc = check_version(payload);
    if (rc != 0) {
        return rc;
    }
    access.version = get_octet(&cursor);
    access.rank = get_octet(&cursor);
    access.credential = get_text(&cursor);
    access.context = get_text(&cursor);
    access.downgraded_at_unix_ms = get_number(&cursor);
    access.downgraded_from = get_text(&cursor);
    if (cursor.is_bad) {
        return BASE_EFORMAT;
    }
    *out = access;
    return 0;
}

int rows_get_downgrade(struct bytes payload, struct rows_downgrade *out)
{
    struct cursor cursor = {.from = payload, .at = 2};
    struct rows_downgrade downgrade = {0};
    enum rows_event event = ROWS_ALERT_CLEARED;
    int rc = rows_event(payload, &event);
    if (rc != 0) {
        return rc;
    }
    downgrade.rank_before = get_octet(&cursor);
    downgrade.rank_now = get_octet(&cursor);
    downgrade.before = get_text(&cursor);
    downgrade.now = get_text(&cursor);
    if (event != ROWS_DOWNGRADED || cursor.is_bad) {
        return BASE_EFORMAT;
    }
    *out = downgrade;
    return 0;
}

int rows_get_event(struct bytes payload, bool *was_raised, struct rows_alert *out)
{
    size_t offset = 2;
    int rc = check_version(payload);
    if (rc != 0) {
        return rc;
    }
    if (payload.size < 2 || payload.data[1] > 1) {
        return BASE_EFORMAT;
    }
    rc = rows_next_alert(payload, &offset, out);
    if (rc == 0) {
        *was_raised = payload.data[1] == 1;
    }
    return rc;
}

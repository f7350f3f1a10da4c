#include "core/fleet/rows.h"

#include "core/fleet/rows_pack.h"

/* --- writing --------------------------------------------------------------------------------- */

uint8_t *rows_put_count(uint8_t *at, uint64_t value)
{
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

uint8_t *rows_put_number(uint8_t *at, int64_t value)
{
    uint64_t bits = (uint64_t)value;
    return rows_put_count(at, (bits << 1) ^ (0 - (bits >> 63)));
}

uint8_t *rows_put_octets(uint8_t *at, struct bytes text)
{
    size_t size = text.size;
    if (size > ROWS_TEXT_MAX) {
        size = ROWS_TEXT_MAX;
        while (size > 0 && (text.data[size] & 0xC0) == 0x80) {
            size--; /* not inside a character */
        }
    }
    *at++ = (uint8_t)size;
    bytes_copy(at, bytes_of(text.data, size));
    return at + size;
}

uint8_t *rows_put_text(uint8_t *at, const char *text)
{
    return rows_put_octets(at, bytes_of(text, text == NULL ? 0 : strnlen(text, ROWS_TEXT_MAX + 1)));
}

size_t rows_alerts_bound(const struct reading *reading)
{
    const size_t each = 2 * ROWS_TEXT_BYTES_MAX + 7 * ROWS_NUMBER_BYTES_MAX + 1;
    return 1 + ROWS_NUMBER_BYTES_MAX + rows_capped(reading->alert_count) * each;
}

size_t rows_put_alerts(uint8_t *out, const struct reading *reading)
{
    uint8_t *at = out;
    size_t count = rows_capped(reading->alert_count);
    *at++ = ROWS_VERSION;
    at = rows_put_count(at, count);
    for (size_t i = 0; i < count; i++) {
        const struct reading_alert *alert = &reading->alerts[i];
        at = rows_put_text(at, alert->index);
        at = rows_put_number(at, alert->group_code);
        at = rows_put_number(at, alert->group_index);
        at = rows_put_number(at, alert->code);
        at = rows_put_number(at, alert->severity_code);
        at = rows_put_number(at, alert->training);
        at = rows_put_number(at, alert->location);
        at = rows_put_number(at, alert->since_ticks);
        *at++ = alert->is_fault;
        at = rows_put_text(at, alert->description);
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

_Static_assert(3 + 3 * ROWS_TEXT_BYTES_MAX + ROWS_NUMBER_BYTES_MAX <= ROWS_ACCESS_BYTES_MAX,
               "the longest texts fit");

size_t rows_put_access(uint8_t *out, const struct rows_access *access)
{
    uint8_t *at = out;
    *at++ = ROWS_VERSION;
    *at++ = access->version;
    *at++ = access->rank;
    at = rows_put_octets(at, access->credential);
    at = rows_put_octets(at, access->context);
    at = rows_put_number(at, access->downgraded_at_unix_ms);
    at = rows_put_octets(at, access->downgraded_from);
    return (size_t)(at - out);
}

size_t rows_put_downgrade(uint8_t *out, const struct rows_downgrade *downgrade)
{
    uint8_t *at = out;
    *at++ = ROWS_VERSION;
    *at++ = ROWS_DOWNGRADED;
    *at++ = downgrade->rank_before;
    *at++ = downgrade->rank_now;
    at = rows_put_octets(at, downgrade->before);
    at = rows_put_octets(at, downgrade->now);
    return (size_t)(at - out);
}

/* --- reading --------------------------------------------------------------------------------- */

uint8_t rows_get_octet(struct rows_cursor *cursor)
{
    if (cursor->is_bad || cursor->at >= cursor->from.size) {
        cursor->is_bad = true;
        return 0;
    }
    return cursor->from.data[cursor->at++];
}

uint64_t rows_get_count(struct rows_cursor *cursor)
{
    uint64_t value = 0;
    size_t at = cursor->at;
    for (unsigned shift = 0; !cursor->is_bad && at < cursor->from.size && shift < 70; shift += 7) {
        uint8_t octet = cursor->from.data[at++];
        if (shift == 63 && octet > 1) {
            break;
        }
        value |= (uint64_t)(octet & 0x7F) << shift;
        if ((octet & 0x80) == 0) {
            cursor->at = at;
            return value;
        }
    }
    cursor->is_bad = true;
    return 0;
}

int64_t rows_get_number(struct rows_cursor *cursor)
{
    uint64_t bits = rows_get_count(cursor);
    return (int64_t)((bits >> 1) ^ (0 - (bits & 1)));
}

struct bytes rows_get_text(struct rows_cursor *cursor)
{
    size_t size = rows_get_octet(cursor);
    if (cursor->is_bad || size > cursor->from.size - cursor->at) {
        cursor->is_bad = true;
        return (struct bytes){0};
    }
    struct bytes text = bytes_of(cursor->from.data + cursor->at, size);
    cursor->at += size;
    return text;
}

/* Moves *offset behind what was read. */
static int finish(const struct rows_cursor *cursor, size_t *offset)
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

/* Reads how many entries follow a head. */
static int open_entries(struct bytes payload, size_t head_bytes, size_t *count, size_t *offset)
{
    struct rows_cursor cursor = {.from = payload, .at = head_bytes};
    uint64_t entries = rows_get_count(&cursor);
    if (entries > ROWS_ENTRIES_MAX) {
        return BASE_EFORMAT;
    }
    int rc = finish(&cursor, offset);
    if (rc == 0) {
        *count = (size_t)entries;
    }
    return rc;
}

int rows_open_alerts(struct bytes payload, size_t *count, size_t *offset)
{
    int rc = check_version(payload);
    return rc != 0 ? rc : open_entries(payload, 1, count, offset);
}

int rows_next_alert(struct bytes payload, size_t *offset, struct rows_alert *out)
{
    struct rows_cursor cursor = {.from = payload, .at = *offset};
    struct rows_alert alert = {0};
    size_t start = *offset;
    alert.index = rows_get_text(&cursor);
    alert.group_code = rows_get_number(&cursor);
    alert.group_index = rows_get_number(&cursor);
    alert.code = rows_get_number(&cursor);
    size_t key_end = cursor.at;
    alert.severity_code = rows_get_number(&cursor);
    alert.training = rows_get_number(&cursor);
    alert.location = rows_get_number(&cursor);
    alert.since_ticks = rows_get_number(&cursor);
    alert.is_fault = rows_get_octet(&cursor) != 0;
    alert.description = rows_get_text(&cursor);
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
    if (payload.size < 2 || payload.data[1] >= ROWS_EVENT_COUNT) {
        return BASE_EFORMAT;
    }
    *out = (enum rows_event)payload.data[1];
    return 0;
}

int rows_get_access(struct bytes payload, struct rows_access *out)
{
    struct rows_cursor cursor = {.from = payload, .at = 1};
    struct rows_access access = {0};
    int rc = check_version(payload);
    if (rc != 0) {
        return rc;
    }
    access.version = rows_get_octet(&cursor);
    access.rank = rows_get_octet(&cursor);
    access.credential = rows_get_text(&cursor);
    access.context = rows_get_text(&cursor);
    access.downgraded_at_unix_ms = rows_get_number(&cursor);
    access.downgraded_from = rows_get_text(&cursor);
    if (cursor.is_bad) {
        return BASE_EFORMAT;
    }
    *out = access;
    return 0;
}

int rows_get_downgrade(struct bytes payload, struct rows_downgrade *out)
{
    struct rows_cursor cursor = {.from = payload, .at = 2};
    struct rows_downgrade downgrade = {0};
    enum rows_event event = ROWS_ALERT_CLEARED;
    int rc = rows_event(payload, &event);
    if (rc != 0) {
        return rc;
    }
    downgrade.rank_before = rows_get_octet(&cursor);
    downgrade.rank_now = rows_get_octet(&cursor);
    downgrade.before = rows_get_text(&cursor);
    downgrade.now = rows_get_text(&cursor);
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

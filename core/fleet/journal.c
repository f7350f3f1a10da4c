#include "core/fleet/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/fleet/rows_change.h"
#include "core/fleet/rows_pack.h"

/* RFC 3805: an alert with a code up to this says nothing by it. */
#define CODE_VAGUE 2
/* Text of such an alert that is kept. */
#define VAGUE_TEXT_MAX 40

#define ENTRY_BYTES_MAX (1 + 2 * ROWS_NUMBER_BYTES_MAX + JOURNAL_PAYLOAD_MAX)

/* In the first octet, beside the kind. */
#define LONG     0x80U
#define NO_VALUE 0x40U
#define KIND     0x3FU

_Static_assert(ROWS_EVENT_COUNT <= KIND, "every kind has its number");

/* --- entries ---------------------------------------------------------------------------------- */

/* "1.N" as N, 0 for the empty one, -1 for others. */
static int row_of(struct bytes index)
{
    int row = 0;
    if (index.size == 0) {
        return 0;
    }
    if (index.size < 3 || index.size > 5 || memcmp(index.data, "1.", 2) != 0 ||
        index.data[2] == '0') {
        return -1;
    }
    for (size_t i = 2; i < index.size; i++) {
        if (index.data[i] < '0' || index.data[i] > '9') {
            return -1;
        }
        row = 10 * row + (index.data[i] - '0');
    }
    return row <= UINT8_MAX ? row : -1;
}

/* Says whether an event is told by its kind, its supply and two numbers. */
static bool is_short(struct bytes payload, struct rows_change *change)
{
    return rows_get_change(payload, change) == 0 && change->before.size == 0 &&
           change->now.size == 0 && change->name.size == 0 && row_of(change->index) >= 0;
}

static uint8_t *put_entry(uint8_t *at, int64_t step_ms, int64_t unix_ms, struct bytes payload)
{
    struct rows_change change;
    if (!is_short(payload, &change)) {
        *at++ = LONG;
        at = rows_put_number(at, step_ms);
        at = rows_put_count(at, payload.size);
        memcpy(at, payload.data, payload.size);
        return at + payload.size;
    }
    bool has_value = change.value != ROWS_CHANGE_NOTHING;
    int64_t since = change.since_unix_ms;
    *at++ = (uint8_t)((unsigned)change.kind | (has_value ? 0U : NO_VALUE));
    at = rows_put_number(at, step_ms);
    *at++ = (uint8_t)row_of(change.index);
    at = has_value ? rows_put_number(at, change.value) : at;
    /* 0 stands for none, so that what has passed is told as one more. */
    int64_t passed = unix_ms - since;
    return rows_put_number(at, since == 0 ? 0 : passed >= 0 ? passed + 1 : passed);
}

static bool get_short(struct rows_cursor *cursor, uint8_t first, struct journal_entry *entry)
{
    char index[8];
    struct rows_change change = {.kind = (enum rows_event)(first & KIND),
                                 .value = ROWS_CHANGE_NOTHING};
    uint8_t row = rows_get_octet(cursor);
    if ((first & NO_VALUE) == 0) {
        change.value = rows_get_number(cursor);
    }
    int64_t passed = rows_get_number(cursor);
    if (cursor->is_bad || change.kind <= ROWS_METER_DISPUTE || change.kind >= ROWS_EVENT_COUNT) {
        return false;
    }
    uint64_t since = (uint64_t)entry->unix_ms - (uint64_t)(passed > 0 ? passed - 1 : passed);
    change.since_unix_ms = passed == 0 ? 0 : (int64_t)since;
    if (row != 0) {
        int size = snprintf(index, sizeof(index), "1.%u", row);
        change.index = bytes_of(index, (size_t)size);
    }
    entry->payload = bytes_of(entry->written, rows_put_change(entry->written, &change));
    return true;
}

bool journal_next(struct bytes bytes, size_t *at, struct journal_entry *entry)
{
    struct rows_cursor cursor = {.from = bytes, .at = *at};
    if (*at >= bytes.size) {
        return false;
    }
    uint8_t first = rows_get_octet(&cursor);
    int64_t step = rows_get_number(&cursor);
    entry->unix_ms = (int64_t)((uint64_t)entry->unix_ms + (uint64_t)step);
    if ((first & LONG) == 0) {
        if (!get_short(&cursor, first, entry)) {
            return false;
        }
        *at = cursor.at;
        return true;
    }
    uint64_t size = rows_get_count(&cursor);
    if (cursor.is_bad || size > JOURNAL_PAYLOAD_MAX || size > bytes.size - cursor.at) {
        return false;
    }
    entry->payload = bytes_of(bytes.data + cursor.at, (size_t)size);
    *at = cursor.at + (size_t)size;
    return true;
}

void journal_fini(struct journal *journal)
{
    free(journal->bytes);
    *journal = (struct journal){0};
}

static int append(struct journal *journal, int64_t unix_ms, struct bytes payload)
{
    if (journal->size + ENTRY_BYTES_MAX > journal->cap) {
        size_t cap = 2 * journal->cap + ENTRY_BYTES_MAX;
        uint8_t *bytes = realloc(journal->bytes, cap);
        if (bytes == NULL) {
            return -ENOMEM;
        }
        journal->bytes = bytes;
        journal->cap = cap;
    }
    uint8_t *at = journal->bytes + journal->size;
    int64_t step = (int64_t)((uint64_t)unix_ms - (uint64_t)journal->last_unix_ms);
    journal->size = (size_t)(put_entry(at, step, unix_ms, payload) - journal->bytes);
    journal->last_unix_ms = unix_ms;
    return 0;
}

int journal_load(struct journal *journal, struct bytes bytes)
{
    struct journal_entry entry = {0};
    size_t at = 0;
    int rc = 0;
    *journal = (struct journal){0};
    while (rc == 0 && journal_next(bytes, &at, &entry)) {
        rc = append(journal, entry.unix_ms, entry.payload);
    }
    return rc;
}

/* --- what is known anyway --------------------------------------------------------------------- */

static size_t shorten_alert(struct bytes payload, uint8_t *out)
{
    struct rows_alert alert;
    bool was_raised = false;
    if (rows_get_event(payload, &was_raised, &alert) != 0) {
        return 0;
    }
    struct bytes text = alert.description;
    size_t size = alert.code > CODE_VAGUE                   ? 0
                  : alert.description.size < VAGUE_TEXT_MAX ? alert.description.size
                                                            : VAGUE_TEXT_MAX;
    while (size > 0 && size < text.size && (text.data[size] & 0xC0) == 0x80) {
        size--; /* not inside a character */
    }
    /* The description is the last thing in an alert, behind one octet of its size. */
    size_t head = payload.size - text.size - 1;
    memcpy(out, payload.data, head);
    out[head] = (uint8_t)size;
    memcpy(out + head + 1, text.data, size);
    return head + 1 + size;
}

static size_t shorten_change(struct bytes payload, uint8_t *out)
{
    struct rows_change change;
    if (rows_get_change(payload, &change) != 0) {
        return 0;
    }
    if (change.kind < ROWS_CONFLICT && change.index.size > 0) {
        change.name.size = 0; /* of a supply, which has an index */
    }
    return rows_put_change(out, &change);
}

int journal_add(struct journal *journal, int64_t unix_ms, struct bytes payload)
{
    uint8_t shorter[JOURNAL_PAYLOAD_MAX];
    enum rows_event kind = ROWS_ALERT_CLEARED;
    size_t size = 0;
    if (payload.size > JOURNAL_PAYLOAD_MAX || rows_event(payload, &kind) != 0) {
        return 0;
    }
    if (kind <= ROWS_ALERT_RAISED) {
        size = shorten_alert(payload, shorter);
    } else if (kind > ROWS_METER_DISPUTE) {
        size = shorten_change(payload, shorter);
    }
    return append(journal, unix_ms, size > 0 ? bytes_of(shorter, size) : payload);
}

/* --- what goes -------------------------------------------------------------------------------- */

static bool is_alert(struct bytes payload)
{
    enum rows_event kind = ROWS_NEW;
    return rows_event(payload, &kind) == 0 && kind <= ROWS_ALERT_RAISED;
}

/* Keeps alerts and others from a time on. The journal gets no longer by that: a longer step between
 * two entries takes less than the entries between them. */
static void keep_from(struct journal *journal, int64_t alerts_unix_ms, int64_t all_unix_ms)
{
    struct journal kept = {.bytes = journal->bytes, .cap = journal->cap};
    struct bytes bytes = bytes_of(journal->bytes, journal->size);
    struct journal_entry entry = {0};
    uint8_t payload[JOURNAL_PAYLOAD_MAX];
    size_t at = 0;
    while (journal_next(bytes, &at, &entry)) {
        if (entry.unix_ms >= (is_alert(entry.payload) ? alerts_unix_ms : all_unix_ms)) {
            /* The octets are moved forward in the same memory. */
            size_t size = entry.payload.size;
            memcpy(payload, entry.payload.data, size);
            uint8_t *end = put_entry(kept.bytes + kept.size, entry.unix_ms - kept.last_unix_ms,
                                     entry.unix_ms, bytes_of(payload, size));
            kept.size = (size_t)(end - kept.bytes);
            kept.last_unix_ms = entry.unix_ms;
        }
    }
    *journal = kept;
}

void journal_thin(struct journal *journal, int64_t now_unix_ms, size_t cap)
{
    int64_t alerts_ms = JOURNAL_ALERTS_MS;
    int64_t all_ms = JOURNAL_KEEP_MS;
    keep_from(journal, now_unix_ms - alerts_ms, now_unix_ms - all_ms);
    while (journal->size > cap && all_ms > 0) {
        if (alerts_ms > JOURNAL_ALERTS_MS / 30) {
            alerts_ms -= JOURNAL_ALERTS_MS / 15;
        } else {
            alerts_ms = 0;
            all_ms = all_ms * 7 / 8;
        }
        keep_from(journal, now_unix_ms - alerts_ms, now_unix_ms - all_ms);
    }
    if (journal->size > cap) {
        journal->size = 0;
        journal->last_unix_ms = 0;
    }
}

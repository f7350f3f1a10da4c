#include "core/fleet/meter_watch.h"

#include <errno.h>
#include <stdlib.h>

#include "core/fleet/archive.h"
#include "core/fleet/meter_breaks.h"
#include "core/fleet/meter_dispute.h"
#include "core/fleet/meter_history.h"

/* Rows that a break is judged by: those it may take to settle it, and those that show the pace
 * before. */
#define WINDOW_ROWS (2 * METER_SETTLE_READINGS + METER_PACE_READINGS)

/* A rise that is looked at: below it every rise is one (meter_breaks.c). */
#define RISE_PLAIN 10000

/* Bytes of all disputed keys of a device. */
#define TOLD_BYTES_MAX 2048

/* --- events ----------------------------------------------------------------------------------- */

/* Takes `size` bytes at the end of the events, of which a payload uses some. */
static uint8_t *reserve(struct meter_watch *watch)
{
    const size_t needed = watch->size + sizeof(uint16_t) + ROWS_METER_EVENT_BYTES_MAX;
    if (needed > watch->cap) {
        uint8_t *events = realloc(watch->events, 2 * needed);
        if (events == NULL) {
            return NULL;
        }
        watch->events = events;
        watch->cap = 2 * needed;
    }
    return watch->events + watch->size + sizeof(uint16_t);
}

static void take(struct meter_watch *watch, size_t size)
{
    uint16_t octets = (uint16_t)size;
    memcpy(watch->events + watch->size, &octets, sizeof(octets));
    watch->size += sizeof(octets) + size;
    watch->count++;
}

bool meter_watch_next(const struct meter_watch *watch, size_t *at, struct bytes *event)
{
    uint16_t octets = 0;
    if (*at >= watch->size) {
        return false;
    }
    memcpy(&octets, watch->events + *at, sizeof(octets));
    *event = bytes_of(watch->events + *at + sizeof(octets), octets);
    *at += sizeof(octets) + octets;
    return true;
}

void meter_watch_fini(struct meter_watch *watch)
{
    free(watch->events);
    free(watch->told);
    *watch = (struct meter_watch){0};
}

/* --- breaks ----------------------------------------------------------------------------------- */

static int tell_break(struct meter_watch *watch, const struct meter_history *history,
                      const struct meter_series *series, size_t at)
{
    const struct meter_verdict *verdict = &series->verdicts[at];
    const struct meter_row *row = &history->rows[series->rows[at]];
    struct rows_break found = {.cause = (uint8_t)verdict->cause,
                               .meter = series->meter,
                               .sequence = row->sequence,
                               .unix_ms = row->said_unix_ms,
                               .gain = verdict->gain};
    uint8_t *out = reserve(watch);
    if (out == NULL) {
        return -ENOMEM;
    }
    size_t before = verdict->from;
    if (verdict->cause == METER_BAD_READ) {
        before = at == 0 ? at : at - 1;
    }
    found.meter.value = series->samples[at].value;
    found.before = series->samples[before].value;
    take(watch, rows_put_break(out, &found));
    return 0;
}

/* Tells what the last row has made certain: that is why nothing is told twice. */
static int tell_series(struct meter_watch *watch, const struct meter_history *history,
                       const struct meter_series *series)
{
    const size_t last = series->count - 1;
    int rc = 0;
    if (series->rows[last] != history->row_count - 1) {
        return 0; /* the new row does not have it */
    }
    for (size_t i = 0; i <= last && rc == 0; i++) {
        const struct meter_verdict *verdict = &series->verdicts[i];
        if (!meter_breaks_begin(series->verdicts, i)) {
            continue;
        }
        watch->is_unsettled = watch->is_unsettled || verdict->settled_by == SIZE_MAX;
        if (verdict->settled_by == last) {
            rc = tell_break(watch, history, series, i);
        }
    }
    return rc;
}

static int judge(struct meter_watch *watch, const struct store_device *device,
                 const struct meter_rows *now)
{
    struct meter_history history;
    int rc = meter_history_load(now->txn, device, WINDOW_ROWS, &history);
    rc = rc == 0 ? meter_history_add(&history, now) : rc;
    rc = rc == 0 ? meter_history_judge(&history) : rc;
    for (size_t i = 0; i < history.series_count && rc == 0; i++) {
        rc = tell_series(watch, &history, &history.series[i]);
    }
    meter_history_fini(&history);
    return rc;
}

/* The same counter in another row of the device; NULL when that does not have it. */
static const struct rows_meter *counterpart(const struct meter_rows *rows, size_t at,
                                            const struct rows_meter *meter)
{
    for (size_t n = 0; n < rows->said->count; n++) {
        /* Rows of a device are alike: most often it stands where it stood. */
        const struct rows_meter *other = &rows->meters[(at + n) % rows->said->count];
        if (bytes_equal(other->key, meter->key) && rows_meter_is_same_source(other, meter)) {
            return other;
        }
    }
    return NULL;
}

/* Says whether any counter did not simply count on. */
static bool has_broken(const struct meter_rows *before, const struct meter_rows *now,
                       bool are_alike)
{
    for (size_t i = 0; i < now->said->count; i++) {
        const struct rows_meter *meter = &now->meters[i];
        const struct rows_meter *other =
            are_alike ? &before->meters[i] : counterpart(before, i, meter);
        if (other != NULL && (meter->value < other->value ||
                              (other->value >= 0 && meter->value - other->value > RISE_PLAIN &&
                               meter_history_is_paced(meter->unit)))) {
            return true;
        }
    }
    return false;
}

/* --- disputes --------------------------------------------------------------------------------- */

/* The keys stand one behind the other, each behind its size in one octet. */
static bool was_told(struct bytes told, struct bytes key)
{
    for (size_t at = 0; at < told.size; at += 1U + told.data[at]) {
        size_t size = told.data[at];
        if (size < told.size - at && bytes_equal(bytes_of(told.data + at + 1, size), key)) {
            return true;
        }
    }
    return false;
}

static int remember(struct meter_watch *watch, struct bytes told, struct bytes key)
{
    if (watch->told == NULL) {
        watch->told = malloc(TOLD_BYTES_MAX);
        if (watch->told == NULL) {
            return -ENOMEM;
        }
        watch->told_size = told.size <= TOLD_BYTES_MAX ? told.size : 0;
        if (watch->told_size > 0) {
            memcpy(watch->told, told.data, watch->told_size);
        }
    }
    uint8_t *at = watch->told + watch->told_size;
    at[0] = (uint8_t)key.size;
    bytes_copy(at + 1, key);
    watch->told_size += 1 + key.size;
    return 0;
}

/* The room left for keys that are told. */
static bool has_room(const struct meter_watch *watch, struct bytes told, struct bytes key)
{
    size_t used = watch->told != NULL ? watch->told_size : told.size;
    return used + 1 + key.size <= TOLD_BYTES_MAX;
}

static int tell_disputes(struct meter_watch *watch, const struct meter_list *rows,
                         struct bytes told)
{
    struct rows_dispute dispute;
    size_t at = 0;
    while (meter_dispute_next(&rows[0], &at, &dispute)) {
        struct bytes kept = watch->told != NULL ? bytes_of(watch->told, watch->told_size) : told;
        struct bytes key = dispute.chosen.key;
        if (was_told(kept, key) || !has_room(watch, told, key) ||
            !meter_dispute_stands(&dispute, rows)) {
            continue;
        }
        uint8_t *out = reserve(watch);
        if (out == NULL) {
            return -ENOMEM;
        }
        take(watch, rows_put_dispute(out, &dispute));
        int rc = remember(watch, told, key);
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

/* --- a row ------------------------------------------------------------------------------------ */

static bool is_damage(int rc)
{
    return rc == BASE_ECHECKSUM || rc == BASE_EFORMAT || rc == BASE_EVERSION ||
           rc == BASE_ENOTFOUND;
}

static struct meter_list list_of(const struct meter_rows *rows)
{
    bool is_there = rows->said != NULL;
    return (struct meter_list){rows->meters, is_there ? rows->said->count : 0};
}

/* Reads the row in front of another one. Returns: 0, rows->said being NULL when it cannot be read;
 * BASE_ESTORE. */
static int read_previous(struct meter_rows *rows, uint64_t sequence)
{
    struct store_row row;
    int rc = store_chain_get(rows->txn, STORE_LEDGER, sequence, &row);
    if (rc == 0 && row.previous != 0 && row.previous < sequence) {
        rc = store_chain_get(rows->txn, STORE_LEDGER, row.previous, &row);
        rc = rc == 0 ? meter_rows_read(rows, &row) : rc;
    }
    return is_damage(rc) ? 0 : rc;
}

/* Disputes of the newest row. */
static int judge_disputes(struct meter_watch *watch, const struct store_device *device,
                          const struct meter_rows *now, const struct meter_rows *before)
{
    struct meter_list rows[METER_DISPUTE_ROWS] = {list_of(now), list_of(before)};
    struct rows_dispute dispute;
    struct meter_rows oldest;
    struct bytes told = {0};
    size_t at = 0;
    if (!meter_dispute_next(&rows[0], &at, &dispute)) {
        return 0;
    }
    int rc = store_record_get(now->txn, device->number, ARCHIVE_PART_DISPUTES, &told);
    if (rc != 0 && !is_damage(rc)) {
        return rc;
    }
    meter_rows_init(&oldest, now->txn);
    rc = read_previous(&oldest, before->said->sequence);
    rows[2] = list_of(&oldest);
    return rc == 0 ? tell_disputes(watch, rows, told) : rc;
}

int meter_watch_row(struct meter_watch *watch, const struct store_device *device,
                    const struct meter_rows *now, const struct meter_rows *before, bool are_alike)
{
    int rc = 0;
    if ((before->said->flags & ROWS_METERS_UNSETTLED) != 0 ||
        meter_identity_differs(now->said->identity, before->said->identity) ||
        has_broken(before, now, are_alike)) {
        rc = judge(watch, device, now);
    }
    return rc == 0 ? judge_disputes(watch, device, now, before) : rc;
}

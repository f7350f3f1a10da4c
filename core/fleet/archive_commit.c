#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/hash64.h"
#include "core/fleet/archive.h"
#include "core/fleet/archive_events.h"
#include "core/fleet/archive_find.h"
#include "core/fleet/archive_identity.h"
#include "core/fleet/archive_meters.h"
#include "core/fleet/archive_slice.h"
#include "core/fleet/credential.h"
#include "core/fleet/rows.h"

/* Times that a slice is repeated while the map grows: each time it doubles. */
#define COMMIT_ATTEMPTS 8

/* Rows of a device that are looked through for a poll that is older than its newest. */
#define OLDER_ROWS_MAX 1024

/* A credential's name with its version. */
#define ACCESS_NAME_MAX (CREDENTIAL_NAME_MAX + sizeof(" (2c)"))

/* One entry under way. */
struct step {
    struct store_txn *txn;
    const struct archive_slice *slice;
    const struct archive_entry *entry;
    struct archive_figures *figures;
    struct archive_found found;
    struct store_device device;
};

static const char *address_of(const struct step *step)
{
    return archive_address(step->slice, step->entry);
}

/* --- what is known already ------------------------------------------------------------------- */

/* The clock may have gone back, so an older poll can be a new one; its ledger row tells. */
static int find_older(struct step *step, bool *found)
{
    const int64_t unix_ms = step->entry->polled_at_unix_ms;
    struct store_row row;
    uint64_t sequence = step->device.ledger_head;
    *found = false;
    for (int i = 0; i < OLDER_ROWS_MAX && sequence != 0; i++) {
        int rc = store_chain_get(step->txn, STORE_LEDGER, sequence, &row);
        if (archive_is_damage(rc) || rc == BASE_ENOTFOUND) {
            return 0; /* the chain ends here */
        }
        if (rc != 0) {
            return rc;
        }
        if (row.unix_ms <= unix_ms) {
            *found = row.unix_ms == unix_ms;
            return 0;
        }
        sequence = row.previous;
    }
    return 0;
}

static int is_duplicate(struct step *step, bool *out)
{
    const struct store_device *device = &step->device;
    *out = false;
    if (device->number == 0 || strcmp(device->address, address_of(step)) != 0) {
        return 0;
    }
    if (step->entry->polled_at_unix_ms == device->last_polled_unix_ms) {
        *out = true;
        return 0;
    }
    if (step->entry->polled_at_unix_ms > device->last_polled_unix_ms) {
        return 0;
    }
    return find_older(step, out);
}

/* --- records --------------------------------------------------------------------------------- */

/* A static part with holes does not replace a whole one. */
static bool is_worse(struct step *step, struct bytes record)
{
    struct record_header header;
    struct record_header stored_header;
    struct bytes stored;
    if (record_read_header(record, &header) != 0 || header.failed_tables == 0) {
        return false;
    }
    return store_record_get(step->txn, step->device.number, RECORD_STATIC, &stored) == 0 &&
           record_open(stored, &stored_header) == 0 && stored_header.failed_tables == 0;
}

static struct bytes entries_of(struct bytes record)
{
    return bytes_of(record.data + RECORD_HEADER_BYTES, record.size - RECORD_HEADER_BYTES);
}

/* Says whether the static record is stored as the device tells it: its entries, for the header has
 * the time in it. One that cannot be read any more is not: it is written anew. */
static bool is_kept(const struct step *step, struct bytes record)
{
    struct bytes stored;
    return store_record_get(step->txn, step->device.number, RECORD_STATIC, &stored) == 0 &&
           stored.size == record.size && bytes_equal(entries_of(stored), entries_of(record));
}

static int store_records(struct step *step)
{
    struct bytes settled = archive_bytes(step->slice, step->entry->static_part);
    struct bytes moving = archive_bytes(step->slice, step->entry->moving_part);
    int rc = 0;
    if (settled.size > RECORD_HEADER_BYTES) {
        bool is_new = step->found.device.number == 0;
        if (is_new || (!is_kept(step, settled) && !is_worse(step, settled))) {
            rc = store_record_put_like(step->txn, step->device.number, RECORD_STATIC, settled,
                                       step->entry->like);
            step->figures->static_records++;
        }
    }
    if (rc == 0 && moving.size > 0) {
        rc = store_record_put(step->txn, step->device.number, RECORD_MOVING, moving);
    }
    return rc;
}

/* --- chains ---------------------------------------------------------------------------------- */

static int append(struct step *step, enum store_chain chain, struct bytes payload)
{
    return store_chain_append(step->txn, chain, &step->device, step->entry->polled_at_unix_ms,
                              payload);
}

/* --- alerts ---------------------------------------------------------------------------------- */

static bool alerts_hold(struct bytes list, struct bytes key)
{
    struct rows_alert alert;
    size_t count = 0;
    size_t offset = 0;
    if (list.size == 0 || rows_open_alerts(list, &count, &offset) != 0) {
        return false;
    }
    while (count-- > 0 && rows_next_alert(list, &offset, &alert) == 0) {
        if (bytes_equal(alert.key, key)) {
            return true;
        }
    }
    return false;
}

/* Appends an event for every fault of `list` that is not in `other`. That a device sleeps or is
 * ready is none. */
static int store_events(struct step *step, bool were_raised, struct bytes list, struct bytes other)
{
    uint8_t payload[1024];
    struct rows_alert alert;
    size_t count = 0;
    size_t offset = 0;
    int rc = 0;
    if (list.size == 0 || rows_open_alerts(list, &count, &offset) != 0) {
        return 0;
    }
    while (rc == 0 && count-- > 0 && rows_next_alert(list, &offset, &alert) == 0) {
        if (alert.is_fault && alert.whole.size + 2 <= sizeof(payload) &&
            !alerts_hold(other, alert.key)) {
            size_t size = rows_put_event(payload, were_raised, &alert);
            rc = append(step, STORE_EVENTS, bytes_of(payload, size));
            step->figures->event_rows++;
        }
    }
    return rc;
}

static uint64_t alerts_mark(struct bytes list)
{
    struct rows_alert alert;
    size_t count = 0;
    size_t offset = 0;
    uint64_t mark = 0;
    if (rows_open_alerts(list, &count, &offset) != 0) {
        return 0;
    }
    while (count-- > 0 && rows_next_alert(list, &offset, &alert) == 0) {
        mark = hash64_pair(mark, hash64(alert.key));
    }
    return mark;
}

static int store_alerts(struct step *step)
{
    struct bytes alerts = archive_bytes(step->slice, step->entry->alerts);
    struct bytes before = {0};
    if (alerts.size == 0) {
        return 0;
    }
    step->device.alerts_active = step->entry->faults;
    uint64_t mark = alerts_mark(alerts);
    if (mark == step->device.marks.alerts) {
        return 0;
    }
    step->device.marks.alerts = mark;
    int rc = store_record_get(step->txn, step->device.number, ARCHIVE_PART_ALERTS, &before);
    if (rc != 0 && rc != BASE_ENOTFOUND && !archive_is_damage(rc)) {
        return rc;
    }
    if (!archive_is_damage(rc)) { /* what came and went cannot be told from a damaged list */
        /* `before` lies in the map: appending to another table does not move it. */
        rc = store_events(step, false, before, alerts);
        rc = rc == 0 ? store_events(step, true, alerts, before) : rc;
        if (rc != 0) {
            return rc;
        }
    }
    return store_record_put(step->txn, step->device.number, ARCHIVE_PART_ALERTS, alerts);
}

/* --- access ---------------------------------------------------------------------------------- */

/* "office (2c)": a community has one name in both versions. */
static struct bytes name_of(const struct rows_access *access, char out[ACCESS_NAME_MAX])
{
    const char *version = access->version == PDU_V3 ? "3" : access->version == PDU_V1 ? "1" : "2c";
    int size = snprintf(out, ACCESS_NAME_MAX, "%.*s (%s)", (int)access->credential.size,
                        (const char *)access->credential.data, version);
    return bytes_of(out, (size_t)size < ACCESS_NAME_MAX ? (size_t)size : ACCESS_NAME_MAX - 1);
}

/* The device answers to a credential that protects less than the one before, `from`. */
static int store_downgrade(struct step *step, const struct rows_access *was,
                           struct rows_access *now, char from[ACCESS_NAME_MAX])
{
    uint8_t payload[ROWS_ACCESS_BYTES_MAX];
    char name[ACCESS_NAME_MAX];
    const struct rows_downgrade downgrade = {.rank_before = was->rank,
                                             .rank_now = now->rank,
                                             .before = name_of(was, from),
                                             .now = name_of(now, name)};
    now->downgraded_at_unix_ms = step->entry->polled_at_unix_ms;
    now->downgraded_from = downgrade.before;
    step->figures->event_rows++;
    return append(step, STORE_EVENTS, bytes_of(payload, rows_put_downgrade(payload, &downgrade)));
}

/* Communities protect nothing in either version; the lower one is the older fall-back. */
static bool is_downgrade(const struct rows_access *was, const struct rows_access *now)
{
    return now->rank < was->rank || (now->rank == was->rank && now->version < was->version);
}

static int store_access(struct step *step)
{
    uint8_t payload[ROWS_ACCESS_BYTES_MAX];
    char from[ACCESS_NAME_MAX];
    struct bytes access = archive_bytes(step->slice, step->entry->access);
    struct bytes before = {0};
    struct rows_access was;
    struct rows_access now;
    if (access.size == 0) {
        return 0;
    }
    int rc = store_record_get(step->txn, step->device.number, ARCHIVE_PART_ACCESS, &before);
    if (rc != 0 && rc != BASE_ENOTFOUND && !archive_is_damage(rc)) {
        return rc;
    }
    if ((rc == 0 && bytes_equal(before, access)) || rows_get_access(access, &now) != 0) {
        return 0;
    }
    bool is_known = rc == 0 && rows_get_access(before, &was) == 0;
    rc = 0;
    if (is_known) {
        now.downgraded_at_unix_ms = was.downgraded_at_unix_ms;
        now.downgraded_from = was.downgraded_from;
        if (is_downgrade(&was, &now)) {
            rc = store_downgrade(step, &was, &now, from);
        } else if (!bytes_equal(now.credential, was.credential)) {
            rc = archive_events_tell(step->txn, step->entry, &step->device,
                                     &(struct rows_change){.kind = ROWS_CREDENTIAL,
                                                           .before = was.credential,
                                                           .now = now.credential,
                                                           .value = ROWS_CHANGE_NOTHING},
                                     step->figures);
        }
    }
    size_t size = rows_put_access(payload, &now);
    return rc != 0 ? rc
                   : store_record_put(step->txn, step->device.number, ARCHIVE_PART_ACCESS,
                                      bytes_of(payload, size));
}

/* --- one poll -------------------------------------------------------------------------------- */

static int store_answer(struct step *step)
{
    struct store_device *device = &step->device;
    const struct archive_entry *entry = step->entry;
    const bool is_new = device->number == 0;
    const int64_t answered_unix_ms = device->last_answered_unix_ms;
    int rc = 0;
    if (is_new) {
        archive_identity_id(step->slice, entry, &step->found, device);
        device->first_seen_unix_ms = entry->polled_at_unix_ms;
        step->figures->created++;
        rc = store_device_create(step->txn, device); /* gives the number that all rows need */
        rc = rc == 0 ? archive_events_tell(
                           step->txn, entry, device,
                           &(struct rows_change){.kind = ROWS_NEW, .value = ROWS_CHANGE_NOTHING},
                           step->figures)
                     : rc;
    }
    rc = rc == 0 ? archive_identity_tell(step->txn, step->slice, entry, &step->found, device,
                                         step->figures)
                 : rc;
    bytes_to_text(bytes_from_text(address_of(step)), device->address, sizeof(device->address));
    device->last_answered_unix_ms = entry->polled_at_unix_ms;
    device->failures = 0;
    /* In the order of the parts' numbers: what is new is appended. */
    rc = rc == 0 ? store_records(step) : rc;
    rc = rc == 0 ? archive_point(step->txn, step->slice, entry, &step->found, device) : rc;
    rc = rc == 0 ? archive_meters(step->txn, step->slice, entry, device, step->figures) : rc;
    rc = rc == 0 ? store_alerts(step) : rc;
    rc = rc == 0 ? store_access(step) : rc;
    return rc == 0 ? archive_events_answer(step->txn, step->slice, entry, device, answered_unix_ms,
                                           step->figures)
                   : rc;
}

static int store_poll(struct step *step)
{
    const struct archive_entry *entry = step->entry;
    bool duplicate = false;
    int rc = archive_find(step->txn, step->slice, entry, &step->found);
    if (rc == 0 && entry->has_answered) {
        rc = archive_identity_settle(step->txn, step->slice, entry, &step->found, step->figures);
    }
    step->device = step->found.device;
    rc = rc == 0 ? is_duplicate(step, &duplicate) : rc;
    if (rc != 0) {
        return rc;
    }
    if (duplicate) {
        step->figures->duplicates++;
        return 0;
    }
    step->figures->not_printers += entry->status == RECORD_NOTPRINTER;
    if (!entry->has_answered && step->device.number == 0) {
        step->figures->unknown += entry->status != RECORD_NOTPRINTER;
        return 0;
    }
    if (entry->has_answered) {
        rc = store_answer(step);
    } else {
        step->device.failures++;
        rc = archive_events_silence(step->txn, step->slice, entry, &step->device, step->figures);
    }
    if (rc != 0) {
        return rc;
    }
    step->device.status = entry->status;
    step->device.last_polled_unix_ms = entry->polled_at_unix_ms;
    rc = store_device_put(step->txn, &step->device);
    return rc == 0 ? archive_identity_silent(step->txn, step->slice, entry, &step->found,
                                             &step->device, step->figures)
                   : rc;
}

static int store_entry(struct step *step)
{
    struct bytes learned = archive_bytes(step->slice, step->entry->learned);
    step->figures->polls++;
    int rc = store_poll(step);
    if (archive_is_damage(rc)) {
        step->figures->damaged++;
        rc = 0;
    }
    if (rc == 0 && learned.size > 0) {
        rc = store_learned_put(step->txn, address_of(step), learned);
    }
    return rc;
}

/* --- the slice ------------------------------------------------------------------------------- */

static int by_address(const void *left, const void *right, void *slice)
{
    const struct archive_entry *a = left;
    const struct archive_entry *b = right;
    int order = strcmp((const char *)archive_bytes(slice, a->address).data,
                       (const char *)archive_bytes(slice, b->address).data);
    return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

static int commit_once(struct archive_slice *slice, struct store *store,
                       struct archive_figures *figures)
{
    struct store_txn *txn = NULL;
    int rc = store_begin(store, true, &txn);
    if (rc != 0) {
        return rc;
    }
    struct step step = {.txn = txn, .slice = slice, .figures = figures};
    for (size_t i = 0; i < slice->count && rc == 0; i++) {
        step.entry = &slice->entries[i];
        rc = store_entry(&step);
    }
    if (rc == 0 || rc == BASE_ELIMIT) {
        return store_commit(txn); /* of a full map it makes a larger one */
    }
    store_abort(txn);
    return rc;
}

int archive_slice_commit(struct archive_slice *slice, struct store *store,
                         struct archive_figures *out)
{
    struct archive_figures figures = {0};
    int rc = BASE_ELIMIT;
    if (slice->count == 0) {
        rc = 0;
    }
    /* Neighbours in the tables are written one after the other. */
    qsort_r(slice->entries, slice->count, sizeof(*slice->entries), by_address, slice);
    for (int attempt = 0; attempt < COMMIT_ATTEMPTS && rc == BASE_ELIMIT; attempt++) {
        figures = (struct archive_figures){0};
        rc = commit_once(slice, store, &figures);
    }
    if (rc == 0 && out != NULL) {
        *out = figures;
    }
    return rc;
}

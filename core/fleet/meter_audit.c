#include "core/fleet/meter_audit.h"

#include <errno.h>
#include <stdlib.h>

#include "core/fleet/meter_seal.h"

/* A row that does not fit where it stands. Whose it is tells the row behind it, which names it;
 * what it says of that itself is not to be believed. */
struct orphan {
    uint64_t sequence;
    int64_t unix_ms;
    uint32_t device; /* that it says it is of; 0 = unreadable */
    enum meter_fault fault;
    bool is_claimed;
};

struct auditor {
    struct store_txn *txn;
    struct meter_audit *audit;
    struct orphan *orphans; /* in the order of their sequences */
    size_t orphan_count;
    size_t orphan_cap;
    size_t device_cap;
};

static const struct {
    const char *name;
    const char *text;
} faults[] = {
    [METER_INTACT] = {"intact", "as it was written"},
    [METER_FAULT_CHECKSUM] = {"checksum", "its octets are damaged"},
    [METER_FAULT_FORMAT] = {"format", "it is no ledger record"},
    [METER_FAULT_MISSING] = {"missing", "it is gone"},
    [METER_FAULT_SEAL] = {"seal", "it is not what was sealed"},
    [METER_FAULT_HEAD] = {"head", "the device remembers another newest record"},
};

const char *meter_fault_name(enum meter_fault fault)
{
    return faults[fault].name;
}

const char *meter_fault_text(enum meter_fault fault)
{
    return faults[fault].text;
}

/* --- devices ---------------------------------------------------------------------------------- */

static bool is_damage(int rc)
{
    return rc == BASE_ECHECKSUM || rc == BASE_EFORMAT || rc == BASE_EVERSION;
}

/* Makes the list reach to `at`. */
static int reserve_device(struct auditor *auditor, size_t at)
{
    struct meter_audit *audit = auditor->audit;
    if (at >= auditor->device_cap) {
        size_t cap = at + 1 + at / 2;
        struct meter_audit_device *devices = realloc(audit->devices, cap * sizeof(*devices));
        if (devices == NULL) {
            return -ENOMEM;
        }
        audit->devices = devices;
        auditor->device_cap = cap;
    }
    for (; audit->count <= at; audit->count++) {
        audit->devices[audit->count] = (struct meter_audit_device){
            .unix_ms = INT64_MIN, .first_unix_ms = INT64_MIN, .last_unix_ms = INT64_MIN};
    }
    return 0;
}

/* Makes room for every device there is. */
static int list_devices(struct auditor *auditor)
{
    struct meter_audit *audit = auditor->audit;
    struct store_device device;
    uint32_t number = 0;
    int status = 0;
    for (;;) {
        bool is_read = store_device_next(auditor->txn, &number, &device, &status);
        if (!is_read && status == 0) {
            return 0;
        }
        if (!is_read && !is_damage(status)) {
            return status;
        }
        int rc = reserve_device(auditor, number);
        if (rc != 0) {
            return rc;
        }
        audit->damaged += !is_read;
        audit->devices[number].number = number;
        audit->devices[number].is_known = is_read;
    }
}

/* Returns: the device of a row, NULL when there is none of that number. */
static struct meter_audit_device *device_of(const struct auditor *auditor, uint32_t number)
{
    const struct meter_audit *audit = auditor->audit;
    bool is_there = number != 0 && number < audit->count && audit->devices[number].number != 0;
    return is_there ? &audit->devices[number] : NULL;
}

/* Names the first broken record of a device: a later finding counts only if it is before it. */
static void break_at(struct meter_audit_device *device, enum meter_fault fault, uint64_t sequence,
                     int64_t unix_ms)
{
    if (device->fault == METER_INTACT || sequence < device->sequence) {
        device->fault = fault;
        device->sequence = sequence;
        device->unix_ms = unix_ms;
    }
}

/* --- orphans ---------------------------------------------------------------------------------- */

static int add_orphan(struct auditor *auditor, const struct store_row *row, enum meter_fault fault)
{
    if (auditor->orphan_count == auditor->orphan_cap) {
        size_t cap = auditor->orphan_cap == 0 ? 64 : 2 * auditor->orphan_cap;
        struct orphan *orphans = realloc(auditor->orphans, cap * sizeof(*orphans));
        if (orphans == NULL) {
            return -ENOMEM;
        }
        auditor->orphans = orphans;
        auditor->orphan_cap = cap;
    }
    auditor->orphans[auditor->orphan_count++] = (struct orphan){
        .sequence = row->sequence, .unix_ms = row->unix_ms, .device = row->device, .fault = fault};
    return 0;
}

static struct orphan *find_orphan(const struct auditor *auditor, uint64_t sequence)
{
    size_t from = 0;
    size_t to = auditor->orphan_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (auditor->orphans[middle].sequence < sequence) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    bool is_found = from < auditor->orphan_count && auditor->orphans[from].sequence == sequence;
    return is_found ? &auditor->orphans[from] : NULL;
}

/* The device is led to the orphan `sequence`, which is therefore its own. */
static bool claim(struct auditor *auditor, struct meter_audit_device *device, uint64_t sequence)
{
    struct orphan *orphan = find_orphan(auditor, sequence);
    if (orphan == NULL) {
        return false;
    }
    orphan->is_claimed = true;
    break_at(device, orphan->fault, orphan->sequence, orphan->unix_ms);
    return true;
}

/* What nothing led to is of the device that it names, and else of nobody. */
static int blame_orphans(struct auditor *auditor)
{
    const size_t nobody = auditor->audit->count;
    for (size_t i = 0; i < auditor->orphan_count; i++) {
        const struct orphan *orphan = &auditor->orphans[i];
        struct meter_audit_device *device = device_of(auditor, orphan->device);
        if (orphan->is_claimed) {
            continue;
        }
        if (device == NULL) {
            int rc = reserve_device(auditor, nobody);
            if (rc != 0) {
                return rc;
            }
            device = &auditor->audit->devices[nobody];
            device->rows_behind += device->fault != METER_INTACT;
        }
        break_at(device, orphan->fault, orphan->sequence, orphan->unix_ms);
    }
    return 0;
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Computes the seal of a row behind the device's last one, as if `previous` were what it names.
 * seal: ROWS_SEAL_BYTES octets. */
static enum meter_fault check_seal(const struct meter_audit_device *device,
                                   const struct store_row *row, uint64_t previous, uint8_t *seal)
{
    struct store_row read = *row;
    struct bytes kept;
    read.previous = previous;
    if (meter_seal_compute(device->rows == 0 ? NULL : device->seal, &read, seal) != 0 ||
        rows_seal(row->payload, &kept) != 0) {
        return METER_FAULT_FORMAT;
    }
    return memcmp(seal, kept.data, kept.size) == 0 ? METER_INTACT : METER_FAULT_SEAL;
}

static void accept_row(struct meter_audit_device *device, const struct store_row *row,
                       const uint8_t *seal)
{
    if (device->rows == 0) {
        device->first_unix_ms = row->unix_ms;
    }
    device->rows++;
    device->last_unix_ms = row->unix_ms;
    device->last_sequence = row->sequence;
    memcpy(device->seal, seal, sizeof(device->seal));
}

/* A row that names another one before it than the device's last. */
static int judge_link(struct auditor *auditor, struct meter_audit_device *device,
                      const struct store_row *row)
{
    uint8_t seal[ROWS_SEAL_BYTES];
    struct store_row before;
    if (claim(auditor, device, row->previous)) {
        device->rows_behind++;
        return 0;
    }
    /* It fits behind the last one but for the name of the row before: that is not true. */
    bool is_next = check_seal(device, row, device->last_sequence, seal) == METER_INTACT;
    if (!is_next && row->previous > device->last_sequence && row->previous < row->sequence &&
        store_chain_get(auditor->txn, STORE_LEDGER, row->previous, &before) == BASE_ENOTFOUND) {
        break_at(device, METER_FAULT_MISSING, row->previous, INT64_MIN);
        device->rows_behind++;
        return 0;
    }
    return add_orphan(auditor, row, METER_FAULT_SEAL);
}

static int audit_row(struct auditor *auditor, const struct store_row *row)
{
    struct meter_audit_device *device = device_of(auditor, row->device);
    uint8_t seal[ROWS_SEAL_BYTES];
    if (device == NULL) {
        return add_orphan(auditor, row, METER_FAULT_SEAL);
    }
    if (device->fault != METER_INTACT) {
        device->rows_behind++;
        return 0;
    }
    if (row->previous != device->last_sequence) {
        return judge_link(auditor, device, row);
    }
    enum meter_fault fault = check_seal(device, row, row->previous, seal);
    if (fault != METER_INTACT) {
        return add_orphan(auditor, row, fault);
    }
    accept_row(device, row, seal);
    return 0;
}

static int audit_rows(struct auditor *auditor)
{
    struct store_row row;
    uint64_t sequence = 0;
    int status = 0;
    for (;;) {
        bool is_read = store_chain_next(auditor->txn, STORE_LEDGER, &sequence, &row, &status);
        if (!is_read && status == 0) {
            return 0;
        }
        if (!is_read && !is_damage(status)) {
            return status;
        }
        if (!is_read) {
            row = (struct store_row){.sequence = sequence, .unix_ms = INT64_MIN};
        }
        auditor->audit->rows++;
        int rc =
            is_read ? audit_row(auditor, &row) : add_orphan(auditor, &row, METER_FAULT_CHECKSUM);
        if (rc != 0) {
            return rc;
        }
    }
}

/* --- heads ------------------------------------------------------------------------------------ */

static void audit_head(struct auditor *auditor, struct meter_audit_device *found,
                       const struct store_device *device)
{
    if (device->ledger_head != found->last_sequence) {
        if (claim(auditor, found, device->ledger_head) || found->fault != METER_INTACT) {
            return;
        }
        bool is_gone = device->ledger_head > found->last_sequence;
        break_at(found, is_gone ? METER_FAULT_MISSING : METER_FAULT_HEAD,
                 is_gone ? device->ledger_head : found->last_sequence, INT64_MIN);
        return;
    }
    bool is_same =
        device->marks.sealed == found->rows &&
        (found->rows == 0 || memcmp(device->marks.seal, found->seal, sizeof(found->seal)) == 0);
    if (!is_same) {
        break_at(found, METER_FAULT_HEAD, found->last_sequence, found->last_unix_ms);
    }
}

static int audit_heads(struct auditor *auditor)
{
    struct meter_audit *audit = auditor->audit;
    struct store_device device;
    for (size_t i = 1; i < audit->count; i++) {
        if (!audit->devices[i].is_known) {
            continue;
        }
        int rc = store_device_get(auditor->txn, audit->devices[i].number, &device);
        if (rc != 0) {
            return rc;
        }
        audit_head(auditor, &audit->devices[i], &device);
    }
    return 0;
}

int meter_audit_run(struct store_txn *txn, struct meter_audit *out)
{
    struct auditor auditor = {.txn = txn, .audit = out};
    *out = (struct meter_audit){0};
    int rc = list_devices(&auditor);
    rc = rc == 0 ? audit_rows(&auditor) : rc;
    rc = rc == 0 ? audit_heads(&auditor) : rc;
    rc = rc == 0 ? blame_orphans(&auditor) : rc;
    free(auditor.orphans);
    return rc;
}

void meter_audit_fini(struct meter_audit *audit)
{
    free(audit->devices);
    *audit = (struct meter_audit){0};
}

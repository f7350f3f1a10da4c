#include "core/fleet/archive_identity.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/hash64.h"
#include "core/fleet/archive_events.h"
#include "core/fleet/archive_keys.h"
#include "core/fleet/lineage.h"
#include "core/fleet/rows_change.h"

/* Polls in a row without answer after which a device is believed to be gone. */
#define GONE_FAILURES 2

/* One poll under way. */
struct telling {
    struct store_txn *txn;
    const struct archive_slice *slice;
    const struct archive_entry *entry;
    struct archive_figures *figures;
    struct rows_identity identity;
    /* Its texts: what it refers to may be moved by writing. */
    char before[READING_KEY_MAX];
    char now[READING_KEY_MAX];
    bool has_changed;
};

/* --- the record ------------------------------------------------------------------------------- */

/* Reads what stands; what is damaged is nothing. */
static int load(struct telling *telling, uint32_t number)
{
    struct bytes record;
    int rc = store_record_get(telling->txn, number, ARCHIVE_PART_IDENTITY, &record);
    telling->identity = (struct rows_identity){0};
    telling->has_changed = false;
    if (rc == 0 && rows_get_identity(record, &telling->identity) == 0) {
        bytes_to_text(telling->identity.before, telling->before, READING_KEY_MAX);
        bytes_to_text(telling->identity.now, telling->now, READING_KEY_MAX);
        telling->identity.before = bytes_from_text(telling->before);
        telling->identity.now = bytes_from_text(telling->now);
    }
    return rc == BASE_ENOTFOUND || archive_is_damage(rc) ? 0 : rc;
}

static int save(const struct telling *telling, uint32_t number)
{
    uint8_t record[ROWS_IDENTITY_BYTES_MAX];
    if (!telling->has_changed) {
        return 0;
    }
    size_t size = rows_put_identity(record, &telling->identity);
    return store_record_put(telling->txn, number, ARCHIVE_PART_IDENTITY, bytes_of(record, size));
}

static int append(const struct telling *telling, struct store_device *device,
                  const struct rows_change *change)
{
    uint8_t payload[ROWS_CHANGE_BYTES_MAX];
    size_t size = rows_put_change(payload, change);
    telling->figures->event_rows++;
    return store_chain_append(telling->txn, STORE_EVENTS, device, telling->entry->polled_at_unix_ms,
                              bytes_of(payload, size));
}

/* --- contradictions --------------------------------------------------------------------------- */

/* Tells that the device contradicts itself, or another one. other: NULL = itself. */
static int tell_conflict(struct telling *telling, struct store_device *device, enum rows_key key,
                         const char *before, const char *now, const struct store_device *other)
{
    struct rows_change change = {.kind = ROWS_CONFLICT,
                                 .name = bytes_from_text(rows_key_name(key)),
                                 .value = ROWS_CHANGE_NOTHING};
    bytes_to_text(bytes_from_text(before), telling->before, READING_KEY_MAX);
    bytes_to_text(bytes_from_text(now), telling->now, READING_KEY_MAX);
    change.before = bytes_from_text(telling->before);
    change.now = bytes_from_text(telling->now);
    change.index = bytes_from_text(other != NULL ? other->id : "");
    telling->identity.changed = key;
    telling->identity.conflict_unix_ms = telling->entry->polled_at_unix_ms;
    telling->identity.before = change.before;
    telling->identity.now = change.now;
    telling->has_changed = true;
    return append(telling, device, &change);
}

static int tell_keys(struct telling *telling, struct store_device *device)
{
    static const enum rows_key kinds[] = {ROWS_KEY_SERIAL, ROWS_KEY_MAC, ROWS_KEY_ENGINE};
    struct bytes keys = archive_bytes(telling->slice, telling->entry->keys);
    struct bytes macs = archive_bytes(telling->slice, telling->entry->macs);
    struct keys_known known;
    int rc = keys_load(telling->txn, device->number, &known);
    for (size_t i = 0; rc == 0 && i < BASE_ARRAY_COUNT(kinds); i++) {
        const char *now = keys_of_kind(keys, kinds[i]);
        const char *before = keys_of_kind(known.own, kinds[i]);
        bool has_both = now != NULL && before != NULL;
        if (has_both && !keys_hold(known.all, now) &&
            !(kinds[i] == ROWS_KEY_MAC &&
              (keys_hold(macs, before) || keys_same_card(before, now)))) {
            rc =
                tell_conflict(telling, device, kinds[i], keys_value(before), keys_value(now), NULL);
        }
    }
    const char *serial = keys_of_kind(known.own, ROWS_KEY_SERIAL);
    bool is_gone = keys_of_kind(keys, ROWS_KEY_SERIAL) == NULL;
    if (rc == 0 && is_gone && serial != NULL && telling->entry->is_whole &&
        !telling->identity.is_serial_gone) {
        telling->identity.is_serial_gone = true;
        rc = tell_conflict(telling, device, ROWS_KEY_SERIAL, keys_value(serial), "", NULL);
    } else if (!is_gone && telling->identity.is_serial_gone) {
        telling->identity.is_serial_gone = false;
        telling->has_changed = true;
    }
    return rc;
}

/* A new serial number with the MAC address of another device: a card that moved, or a new board. */
static int tell_donor(struct telling *telling, struct store_device *device, uint32_t donor)
{
    struct store_device other;
    struct keys_known known;
    struct bytes keys = archive_bytes(telling->slice, telling->entry->keys);
    const char *serial = keys_of_kind(keys, ROWS_KEY_SERIAL);
    int rc = store_device_get(telling->txn, donor, &other);
    rc = rc == 0 ? keys_load(telling->txn, donor, &known) : rc;
    const char *before = rc == 0 ? keys_of_kind(known.all, ROWS_KEY_SERIAL) : NULL;
    if (before == NULL || serial == NULL) {
        return rc == BASE_ENOTFOUND || archive_is_damage(rc) ? 0 : rc;
    }
    rc = tell_conflict(telling, device, ROWS_KEY_SERIAL, keys_value(before), keys_value(serial),
                       &other);
    struct telling others = *telling;
    rc = rc == 0 ? load(&others, donor) : rc;
    rc = rc == 0 ? tell_conflict(&others, &other, ROWS_KEY_SERIAL, keys_value(before),
                                 keys_value(serial), device)
                 : rc;
    rc = rc == 0 ? save(&others, donor) : rc;
    return rc == 0 ? store_device_put(telling->txn, &other) : rc;
}

/* --- serial numbers of several ---------------------------------------------------------------- */

static int tell_duplicate(struct telling *telling, struct store_device *device,
                          const struct store_device *rival, bool is_proven)
{
    struct bytes keys = archive_bytes(telling->slice, telling->entry->keys);
    const char *serial = keys_of_kind(keys, ROWS_KEY_SERIAL);
    struct rows_identity *identity = &telling->identity;
    struct rows_change change = {.kind = ROWS_DUPLICATE_SERIAL,
                                 .name = bytes_from_text(rows_key_name(ROWS_KEY_SERIAL)),
                                 .value = ROWS_CHANGE_NOTHING};
    bool was_duplicate = identity->is_duplicate;
    bool was_proven = identity->is_proven;
    identity->is_duplicate = true;
    identity->is_proven = was_proven || is_proven;
    telling->has_changed =
        telling->has_changed || !was_duplicate || was_proven != identity->is_proven;
    if (was_duplicate) {
        return 0;
    }
    identity->duplicate_unix_ms = telling->entry->polled_at_unix_ms;
    if (rival != NULL) {
        identity->rival = rival->number;
        change.index = bytes_from_text(rival->id);
    }
    change.now = bytes_from_text(serial != NULL ? keys_value(serial) : "");
    return append(telling, device, &change);
}

static int tell_rival(struct telling *telling, struct store_device *device,
                      const struct archive_found *found)
{
    struct store_device rival;
    int rc =
        found->rival == 0 ? BASE_ENOTFOUND : store_device_get(telling->txn, found->rival, &rival);
    if (rc != 0) {
        return rc == BASE_ENOTFOUND || archive_is_damage(rc)
                   ? tell_duplicate(telling, device, NULL, true)
                   : rc;
    }
    rc = tell_duplicate(telling, device, &rival, found->is_proven);
    struct telling others = *telling;
    rc = rc == 0 ? load(&others, rival.number) : rc;
    rc = rc == 0 ? tell_duplicate(&others, &rival, device, found->is_proven) : rc;
    rc = rc == 0 ? save(&others, rival.number) : rc;
    return rc == 0 ? store_device_put(telling->txn, &rival) : rc;
}

void archive_identity_id(const struct archive_slice *slice, const struct archive_entry *entry,
                         const struct archive_found *found, struct store_device *device)
{
    bool is_other = found->rival != 0 || found->is_shared;
    if (entry->id[0] != '\0' && !is_other) {
        memcpy(device->id, entry->id, sizeof(device->id));
        return;
    }
    /* Where it was first seen and when; with what it said. */
    uint64_t hash =
        hash64_pair(hash64(archive_bytes(slice, entry->place)), (uint64_t)entry->polled_at_unix_ms);
    if (is_other) {
        hash = hash64_pair(hash, hash64(archive_bytes(slice, entry->keys)));
    }
    (void)snprintf(device->id, sizeof(device->id), "%016" PRIx64, hash);
}

/* --- all of it -------------------------------------------------------------------------------- */

/* A device that answers now here, now there has two addresses, and both are known to be its own: it
 * has not moved. */
static int tell_moved(struct telling *telling, struct store_device *device)
{
    uint32_t number = 0;
    const char *address = archive_address(telling->slice, telling->entry);
    const struct rows_change change = {.kind = ROWS_MOVED,
                                       .value = ROWS_CHANGE_NOTHING,
                                       .before = bytes_from_text(device->address),
                                       .now = bytes_from_text(address)};
    if (strcmp(device->address, address) == 0) {
        return 0;
    }
    int rc = store_device_find(telling->txn, archive_text(telling->slice, telling->entry->address),
                               &number);
    if (rc == 0 && number == device->number) {
        return 0;
    }
    return rc == BASE_ESTORE ? rc : append(telling, device, &change);
}

int archive_identity_tell(struct store_txn *txn, const struct archive_slice *slice,
                          const struct archive_entry *entry, const struct archive_found *found,
                          struct store_device *device, struct archive_figures *figures)
{
    const bool is_new = found->device.number == 0;
    const bool has_rival = found->rival != 0 || found->is_shared;
    struct telling telling;
    if (found->is_settled || (is_new && found->donor == 0 && !has_rival)) {
        return 0;
    }
    telling.txn = txn;
    telling.slice = slice;
    telling.entry = entry;
    telling.figures = figures;
    int rc = load(&telling, device->number);
    if (rc == 0 && is_new && found->donor != 0) {
        rc = tell_donor(&telling, device, found->donor);
    } else if (rc == 0 && !is_new) {
        rc = tell_moved(&telling, device);
        rc = rc == 0 ? tell_keys(&telling, device) : rc;
    }
    if (rc == 0 && has_rival) {
        rc = tell_rival(&telling, device, found);
    }
    return rc == 0 ? save(&telling, device->number) : rc;
}

/* --- what evidence settles -------------------------------------------------------------------- */

static int merge(struct store_txn *txn, const struct archive_entry *entry,
                 struct store_device *stays, uint32_t gone, enum rows_key key,
                 struct archive_figures *figures)
{
    const struct lineage_reason reason = {.unix_ms = entry->polled_at_unix_ms, .key = key};
    char address[STORE_ADDRESS_MAX];
    memcpy(address, stays->address, sizeof(address));
    int rc = lineage_merge(txn, stays, gone, &reason);
    memcpy(stays->address, address, sizeof(address)); /* that it moved is still to be told */
    if (rc == BASE_EUSAGE || rc == BASE_ELIMIT) {
        return 0; /* they stay two */
    }
    figures->event_rows += rc == 0 ? 2 : 0;
    return rc == 0 ? store_device_put(txn, stays) : rc;
}

/* Says whether a device that has not answered for a while is not to be expected where it was. */
static bool is_away(struct store_txn *txn, const struct store_device *device)
{
    char address[sizeof("address:") + STORE_ADDRESS_MAX];
    uint32_t number = 0;
    (void)snprintf(address, sizeof(address), "address:%s", device->address);
    return device->failures >= GONE_FAILURES ||
           (store_device_find(txn, address, &number) == 0 && number != device->number);
}

/* Two devices gave one serial number, one after the other: by now more is known. */
static int settle_rival(struct telling *telling, struct archive_found *found)
{
    struct rows_identity *identity = &telling->identity;
    struct store_device elder;
    const uint32_t number = found->device.number;
    int rc = store_device_get(telling->txn, identity->rival, &elder);
    if (rc != 0 || lineage_is_gone(&elder)) {
        return rc == BASE_ENOTFOUND || archive_is_damage(rc) ? 0 : rc;
    }
    if (elder.last_answered_unix_ms >= identity->duplicate_unix_ms) {
        found->rival = elder.number;
        found->is_proven = true; /* archive_identity_tell keeps it */
        return 0;
    }
    if (identity->is_apart || !is_away(telling->txn, &elder) ||
        elder.first_seen_unix_ms > found->device.first_seen_unix_ms) {
        return 0;
    }
    rc = merge(telling->txn, telling->entry, &elder, number, ROWS_KEY_SERIAL, telling->figures);
    if (rc == 0) {
        *found = (struct archive_found){.device = elder};
    }
    return rc;
}

/* A device without serial number, whose MAC address comes with one now, is the one that has it. */
static int settle_single(struct telling *telling, struct archive_found *found)
{
    int rc = load(telling, found->single);
    if (rc != 0 || telling->identity.is_apart) {
        return rc;
    }
    return merge(telling->txn, telling->entry, &found->device, found->single, ROWS_KEY_MAC,
                 telling->figures);
}

int archive_identity_settle(struct store_txn *txn, const struct archive_slice *slice,
                            const struct archive_entry *entry, struct archive_found *found,
                            struct archive_figures *figures)
{
    struct telling telling;
    if (found->is_settled || found->device.number == 0) {
        return 0;
    }
    telling.txn = txn;
    telling.slice = slice;
    telling.entry = entry;
    telling.figures = figures;
    int rc = load(&telling, found->device.number);
    if (rc == 0 && telling.identity.is_duplicate && !telling.identity.is_proven &&
        telling.identity.rival != 0) {
        rc = settle_rival(&telling, found);
    }
    return rc == 0 && found->single != 0 ? settle_single(&telling, found) : rc;
}

/* --- print servers ---------------------------------------------------------------------------- */

static bool lists(struct bytes printers, uint32_t printer)
{
    for (size_t i = 0; i < printers.size / 4; i++) {
        if (archive_keys_printer_at(printers, i) == printer) {
            return true;
        }
    }
    return false;
}

/* Keeps which printers there are at the address: those of before, too. Returns: their size. */
static int keep_printers(struct store_txn *txn, uint32_t number, struct bytes now, uint8_t *all,
                         size_t *size)
{
    struct bytes before = {0};
    int rc = store_record_get(txn, number, ARCHIVE_PART_PRINTERS, &before);
    if (rc != 0) {
        before = (struct bytes){0};
    }
    bytes_copy(all, now);
    *size = now.size;
    for (size_t i = 0; i < before.size / 4 && *size < (size_t)4 * ARCHIVE_PRINTERS_MAX; i++) {
        if (!lists(now, archive_keys_printer_at(before, i))) {
            bytes_copy(all + *size, bytes_of(before.data + 4 * i, 4));
            *size += 4;
        }
    }
    return *size == 0 || now.size == 0
               ? 0
               : store_record_put(txn, number, ARCHIVE_PART_PRINTERS, bytes_of(all, *size));
}

/* Notes that a printer of the print server did not answer, unless it is the device `number`. */
static int fail(struct telling *telling, uint32_t printer, uint32_t number)
{
    struct store_txn *txn = telling->txn;
    const struct archive_slice *slice = telling->slice;
    const struct archive_entry *entry = telling->entry;
    char place[ARCHIVE_PLACE_BYTES_MAX];
    struct store_device device;
    bool is_shared = false;
    (void)snprintf(place, sizeof(place), "%s#%" PRIu32, archive_text(slice, entry->address),
                   printer);
    int rc = archive_device_of(txn, place, &device, &is_shared);
    if (rc != 0 || device.number == number ||
        strcmp(device.address, archive_address(slice, entry)) != 0) {
        return rc == BASE_ENOTFOUND || archive_is_damage(rc) ? 0 : rc;
    }
    device.failures++;
    device.status = entry->has_answered ? RECORD_TIMEOUT : entry->status;
    device.last_polled_unix_ms = entry->polled_at_unix_ms;
    rc = archive_events_silence(txn, slice, entry, &device, telling->figures);
    return rc == 0 ? store_device_put(txn, &device) : rc;
}

int archive_identity_silent(struct store_txn *txn, const struct archive_slice *slice,
                            const struct archive_entry *entry, const struct archive_found *found,
                            const struct store_device *device, struct archive_figures *figures)
{
    struct telling telling;
    uint8_t all[4 * ARCHIVE_PRINTERS_MAX];
    struct bytes now = archive_bytes(slice, entry->printers);
    struct store_device first;
    uint32_t holder = device->number;
    size_t size = 0;
    bool is_shared = false;
    int rc = 0;
    if (found->is_at_server) {
        rc = archive_device_of(txn, archive_text(slice, entry->address), &first, &is_shared);
        holder = rc == 0 ? first.number : 0;
    } else if (entry->has_answered && now.size == 0) {
        return 0;
    }
    if (!entry->is_first || holder == 0) {
        return rc == BASE_ENOTFOUND || archive_is_damage(rc) ? 0 : rc;
    }
    telling.txn = txn;
    telling.slice = slice;
    telling.entry = entry;
    telling.figures = figures;
    rc = keep_printers(txn, holder, now, all, &size);
    for (size_t i = 0; rc == 0 && i < size / 4; i++) {
        uint32_t printer = archive_keys_printer_at(bytes_of(all, size), i);
        if (!lists(now, printer)) {
            rc = fail(&telling, printer, device->number);
        }
    }
    return rc;
}

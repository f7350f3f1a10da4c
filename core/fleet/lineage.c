#include "core/fleet/lineage.h"

#include <stdio.h>

#include "core/fleet/archive.h"
#include "core/fleet/keys.h"
#include "core/fleet/rows_change.h"
#include "core/fleet/rows_pack.h"

#define ENTRY_BYTES_MAX  (3 * ROWS_NUMBER_BYTES_MAX + 1 + ROWS_TEXT_BYTES_MAX + KEYS_BYTES_MAX)
#define LIST_BYTES_MAX   (1 + (LINEAGE_MAX * ENTRY_BYTES_MAX))
#define MERGED_BYTES_MAX (1 + 2 * ROWS_NUMBER_BYTES_MAX + ROWS_TEXT_BYTES_MAX)

/* A record that is damaged is none. */
static int get(struct store_txn *txn, uint32_t number, uint8_t part, struct bytes *out)
{
    int rc = store_record_get(txn, number, part, out);
    if (rc != 0 || out->size < 1 || out->data[0] != ROWS_VERSION) {
        *out = (struct bytes){0};
    }
    return rc == BASE_ESTORE ? rc : 0;
}

/* --- the list of those that went -------------------------------------------------------------- */

static uint8_t *put_entry(uint8_t *at, const struct lineage_entry *entry)
{
    at = rows_put_count(at, entry->number);
    *at++ = entry->is_automatic;
    at = rows_put_number(at, entry->unix_ms);
    at = rows_put_octets(at, entry->address);
    at = rows_put_count(at, entry->keys.size);
    bytes_copy(at, entry->keys);
    return at + entry->keys.size;
}

bool lineage_next(struct bytes list, size_t *at, struct lineage_entry *out)
{
    struct rows_cursor cursor = {.from = list, .at = *at == 0 ? 1 : *at};
    struct lineage_entry entry;
    if (cursor.at >= list.size || list.data[0] != ROWS_VERSION) {
        return false;
    }
    entry.number = (uint32_t)rows_get_count(&cursor);
    entry.is_automatic = rows_get_octet(&cursor) != 0;
    entry.unix_ms = rows_get_number(&cursor);
    entry.address = rows_get_text(&cursor);
    uint64_t size = rows_get_count(&cursor);
    if (cursor.is_bad || size > list.size - cursor.at) {
        return false;
    }
    entry.keys = bytes_of(list.data + cursor.at, (size_t)size);
    *at = cursor.at + (size_t)size;
    *out = entry;
    return true;
}

int lineage_list(struct store_txn *txn, uint32_t number, uint32_t *out, size_t *count)
{
    size_t found = 1;
    out[0] = number;
    for (size_t next = 0; next < found; next++) {
        struct lineage_entry entry;
        struct bytes list;
        size_t at = 0;
        int rc = get(txn, out[next], ARCHIVE_PART_LINEAGE, &list);
        if (rc != 0) {
            return rc;
        }
        while (found < LINEAGE_MAX && lineage_next(list, &at, &entry)) {
            out[found++] = entry.number;
        }
    }
    *count = found;
    return 0;
}

static int read_merged(struct store_txn *txn, uint32_t number, uint32_t *into,
                       struct bytes *address)
{
    struct bytes record;
    int rc = get(txn, number, ARCHIVE_PART_MERGED, &record);
    struct rows_cursor cursor = {.from = record, .at = 1};
    if (rc != 0 || record.size == 0) {
        return rc != 0 ? rc : BASE_ENOTFOUND;
    }
    *into = (uint32_t)rows_get_count(&cursor);
    (void)rows_get_number(&cursor);
    *address = rows_get_text(&cursor);
    return cursor.is_bad || *into == 0 ? BASE_EFORMAT : 0;
}

int lineage_into(struct store_txn *txn, uint32_t number, uint32_t *into)
{
    struct bytes address;
    return read_merged(txn, number, into, &address);
}

/* --- both ways -------------------------------------------------------------------------------- */

static int tell(struct store_txn *txn, struct store_device *device,
                const struct store_device *other, int64_t unix_ms, struct rows_change change)
{
    uint8_t payload[ROWS_CHANGE_BYTES_MAX];
    change.index = bytes_from_text(other->id);
    size_t size = rows_put_change(payload, &change);
    return store_chain_append(txn, STORE_EVENTS, device, unix_ms, bytes_of(payload, size));
}

/* why: the key that joined them; ROWS_KEY_NONE = a person. */
static int tell_both(struct store_txn *txn, struct store_device *stays, struct store_device *gone,
                     int64_t unix_ms, enum rows_event kind, enum rows_key why)
{
    const struct rows_change change = {.kind = kind,
                                       .name = bytes_from_text(rows_key_name(why)),
                                       .before = bytes_from_text(gone->id),
                                       .now = bytes_from_text(stays->id),
                                       .value = ROWS_CHANGE_NOTHING};
    int rc = tell(txn, stays, gone, unix_ms, change);
    return rc == 0 ? tell(txn, gone, stays, unix_ms, change) : rc;
}

/* Which of the two the serial number is, where both give it: nobody's while they are two. */
static int judge(struct store_txn *txn, uint32_t number, uint32_t other, bool are_two,
                 bool is_same_serial, int64_t unix_ms)
{
    uint8_t payload[ROWS_IDENTITY_BYTES_MAX];
    struct rows_identity identity = {0};
    struct bytes record;
    int rc = get(txn, number, ARCHIVE_PART_IDENTITY, &record);
    if (rc == 0 && rows_get_identity(record, &identity) != 0) {
        identity = (struct rows_identity){0};
    }
    identity.is_apart = are_two;
    if (are_two && is_same_serial) {
        identity.duplicate_unix_ms = unix_ms;
        identity.is_duplicate = true;
        identity.is_proven = true;
        identity.rival = other;
    } else if (!are_two && identity.rival == other) {
        identity.is_duplicate = false;
        identity.is_proven = false;
        identity.rival = 0;
    }
    size_t size = rows_put_identity(payload, &identity);
    return rc == 0 ? store_record_put(txn, number, ARCHIVE_PART_IDENTITY, bytes_of(payload, size))
                   : rc;
}

static bool is_same_serial(const struct keys_known *a, const struct keys_known *b)
{
    const char *serial = keys_of_kind(a->own, ROWS_KEY_SERIAL);
    return serial != NULL && keys_hold(b->own, serial);
}

/* --- merging ---------------------------------------------------------------------------------- */

static int put_merged(struct store_txn *txn, const struct store_device *gone, uint32_t into,
                      int64_t unix_ms)
{
    uint8_t record[MERGED_BYTES_MAX];
    uint8_t *at = record;
    *at++ = ROWS_VERSION;
    at = rows_put_count(at, into);
    at = rows_put_number(at, unix_ms);
    at = rows_put_octets(at, bytes_from_text(gone->address));
    return store_record_put(txn, gone->number, ARCHIVE_PART_MERGED,
                            bytes_of(record, (size_t)(at - record)));
}

static int put_list(struct store_txn *txn, uint32_t number, const struct lineage_entry *added)
{
    static _Thread_local uint8_t record[LIST_BYTES_MAX];
    uint8_t *at = record;
    struct lineage_entry entry;
    struct bytes list;
    size_t next = 0;
    size_t count = 1;
    int rc = get(txn, number, ARCHIVE_PART_LINEAGE, &list);
    *at++ = ROWS_VERSION;
    while (rc == 0 && count < LINEAGE_MAX && lineage_next(list, &next, &entry)) {
        if (entry.keys.size <= KEYS_BYTES_MAX) {
            at = put_entry(at, &entry);
            count++;
        }
    }
    at = put_entry(at, added);
    return rc == 0 ? store_record_put(txn, number, ARCHIVE_PART_LINEAGE,
                                      bytes_of(record, (size_t)(at - record)))
                   : rc;
}

/* Says whether the two may become one. */
static int check(struct store_txn *txn, const struct store_device *stays,
                 const struct store_device *gone)
{
    uint32_t members[LINEAGE_MAX];
    uint32_t others[LINEAGE_MAX];
    size_t count = 0;
    size_t other_count = 0;
    if (stays->number == gone->number || lineage_is_gone(stays) || lineage_is_gone(gone)) {
        return BASE_EUSAGE;
    }
    int rc = lineage_list(txn, stays->number, members, &count);
    rc = rc == 0 ? lineage_list(txn, gone->number, others, &other_count) : rc;
    return rc == 0 && count + other_count > LINEAGE_MAX ? BASE_ELIMIT : rc;
}

int lineage_merge(struct store_txn *txn, struct store_device *stays, uint32_t gone,
                  const struct lineage_reason *reason)
{
    struct store_device other;
    struct keys_known keys[2];
    int rc = store_device_get(txn, gone, &other);
    rc = rc == 0 ? check(txn, stays, &other) : rc;
    rc = rc == 0 ? keys_load(txn, stays->number, &keys[0]) : rc;
    rc = rc == 0 ? keys_load(txn, gone, &keys[1]) : rc;
    if (rc != 0) {
        return rc;
    }
    const struct lineage_entry entry = {.number = gone,
                                        .is_automatic = reason->key != ROWS_KEY_NONE,
                                        .unix_ms = reason->unix_ms,
                                        .address = bytes_from_text(stays->address),
                                        .keys = keys[0].own};
    const char *serial = keys_of_kind(keys[0].own, ROWS_KEY_SERIAL);
    bool is_same = is_same_serial(&keys[0], &keys[1]);
    rc = put_list(txn, stays->number, &entry);
    rc = rc == 0 ? put_merged(txn, &other, stays->number, reason->unix_ms) : rc;
    rc = rc == 0 ? judge(txn, stays->number, gone, false, is_same, reason->unix_ms) : rc;
    rc = rc == 0 ? judge(txn, gone, stays->number, false, is_same, reason->unix_ms) : rc;
    if (rc == 0 && is_same) {
        rc = store_device_key(txn, serial, stays->number);
    }
    rc = rc == 0 ? tell_both(txn, stays, &other, reason->unix_ms, ROWS_MERGED, reason->key) : rc;
    if (rc != 0) {
        return rc;
    }
    if (other.last_answered_unix_ms > stays->last_answered_unix_ms) {
        memcpy(stays->address, other.address, sizeof(stays->address));
    }
    stays->first_seen_unix_ms = other.first_seen_unix_ms < stays->first_seen_unix_ms
                                    ? other.first_seen_unix_ms
                                    : stays->first_seen_unix_ms;
    stays->marks.keys = 0;
    other.marks.keys = 0;
    other.address[0] = '\0';
    return store_device_put(txn, &other);
}

/* --- splitting -------------------------------------------------------------------------------- */

/* What of an entry is needed after the list has been written: the map may have moved it. */
struct taken {
    uint32_t number;
    char address[STORE_ADDRESS_MAX];
    uint8_t keys[KEYS_BYTES_MAX];
    size_t keys_size;
};

/* Takes an entry out of the list: that of `gone`, or the last. */
static int take_entry(struct store_txn *txn, uint32_t number, uint32_t gone, struct taken *out)
{
    static _Thread_local uint8_t rest[LIST_BYTES_MAX];
    uint8_t *to = rest;
    struct lineage_entry entry;
    struct lineage_entry found = {0};
    struct bytes list;
    size_t at = 0;
    int rc = get(txn, number, ARCHIVE_PART_LINEAGE, &list);
    while (rc == 0 && lineage_next(list, &at, &entry)) {
        found = gone == 0 || entry.number == gone ? entry : found;
    }
    if (rc != 0 || found.number == 0) {
        return rc != 0 ? rc : BASE_ENOTFOUND;
    }
    if (found.keys.size > sizeof(out->keys)) {
        return BASE_EFORMAT;
    }
    out->number = found.number;
    out->keys_size = found.keys.size;
    bytes_copy(out->keys, found.keys);
    (void)snprintf(out->address, sizeof(out->address), "%.*s", (int)found.address.size,
                   (const char *)found.address.data);
    *to++ = ROWS_VERSION;
    for (at = 0; lineage_next(list, &at, &entry);) {
        to = entry.number == found.number || entry.keys.size > KEYS_BYTES_MAX
                 ? to
                 : put_entry(to, &entry);
    }
    return store_record_put(txn, number, ARCHIVE_PART_LINEAGE, bytes_of(rest, (size_t)(to - rest)));
}

/* Gives each of the two its keys again. */
static int part_keys(struct store_txn *txn, uint32_t stays, uint32_t gone, struct bytes saved)
{
    struct keys_known known[2];
    uint8_t now[2 * KEYS_BYTES_MAX];
    size_t size = 0;
    size_t at = 0;
    int rc = keys_load(txn, stays, &known[0]);
    rc = rc == 0 ? keys_load(txn, gone, &known[1]) : rc;
    if (rc != 0) {
        return rc;
    }
    for (const char *key = keys_next(known[1].own, &at); rc == 0 && key != NULL;
         key = keys_next(known[1].own, &at)) {
        rc = store_device_key(txn, key, gone);
    }
    at = 0;
    for (const char *key = keys_next(known[0].own, &at); key != NULL;
         key = keys_next(known[0].own, &at)) {
        size_t key_size = strlen(key) + 1;
        if (!keys_hold(known[1].own, key) && size + key_size <= KEYS_BYTES_MAX) {
            memcpy(now + size, key, key_size);
            size += key_size;
        }
    }
    rc = rc == 0 ? keys_keep(txn, stays, bytes_of(now, size), saved, NULL) : rc;
    rc = rc == 0 ? keys_load(txn, stays, &known[0]) : rc;
    at = 0;
    for (const char *key = keys_next(known[0].own, &at); rc == 0 && key != NULL;
         key = keys_next(known[0].own, &at)) {
        bool is_shared = keys_hold(known[1].own, key);
        if (!is_shared || keys_kind(key) == ROWS_KEY_SERIAL) {
            rc = store_device_key(txn, key, is_shared ? KEYS_NOBODY : stays);
        }
    }
    return rc;
}

static int part_flags(struct store_txn *txn, uint32_t stays, uint32_t gone, int64_t unix_ms)
{
    struct keys_known known[2];
    int rc = keys_load(txn, stays, &known[0]);
    rc = rc == 0 ? keys_load(txn, gone, &known[1]) : rc;
    if (rc != 0) {
        return rc;
    }
    bool is_same = is_same_serial(&known[0], &known[1]);
    rc = judge(txn, stays, gone, true, is_same, unix_ms);
    return rc == 0 ? judge(txn, gone, stays, true, is_same, unix_ms) : rc;
}

/* Puts a device where it was, unless a third one is there by now. */
static int part_address(struct store_txn *txn, struct store_device *device, uint32_t other,
                        const char *address)
{
    char key[sizeof("address:") + STORE_ADDRESS_MAX];
    uint32_t holder = 0;
    (void)snprintf(device->address, sizeof(device->address), "%s", address);
    (void)snprintf(key, sizeof(key), "address:%s", address);
    device->marks.keys = 0;
    int rc = store_device_find(txn, key, &holder);
    if (rc == 0 && holder != device->number && holder != other && holder != KEYS_NOBODY) {
        return 0;
    }
    return rc == BASE_ESTORE ? rc : store_device_key(txn, key, device->number);
}

/* Reads the device that comes back, and where it was. */
static int read_gone(struct store_txn *txn, uint32_t number, struct store_device *out,
                     char place[STORE_ADDRESS_MAX])
{
    struct bytes address;
    uint32_t into = 0;
    int rc = store_device_get(txn, number, out);
    rc = rc == 0 ? read_merged(txn, number, &into, &address) : rc;
    if (rc == 0) {
        (void)snprintf(place, STORE_ADDRESS_MAX, "%.*s", (int)address.size,
                       (const char *)address.data);
    }
    return rc;
}

int lineage_split(struct store_txn *txn, struct store_device *stays, uint32_t gone, int64_t unix_ms,
                  uint32_t *out)
{
    static const uint8_t nothing = 0; /* of another version: no record */
    char place[STORE_ADDRESS_MAX];
    struct store_device other;
    struct taken taken;
    int rc = take_entry(txn, stays->number, gone, &taken);
    rc = rc == 0 ? read_gone(txn, taken.number, &other, place) : rc;
    if (rc != 0) {
        return rc;
    }
    rc = part_keys(txn, stays->number, other.number, bytes_of(taken.keys, taken.keys_size));
    rc = rc == 0 ? part_flags(txn, stays->number, other.number, unix_ms) : rc;
    if (rc == 0 && strcmp(stays->address, place) == 0) {
        rc = part_address(txn, stays, other.number, taken.address);
    }
    rc = rc == 0 ? part_address(txn, &other, stays->number, place) : rc;
    rc = rc == 0 ? store_record_put(txn, other.number, ARCHIVE_PART_MERGED, bytes_of(&nothing, 1))
                 : rc;
    rc = rc == 0 ? tell_both(txn, stays, &other, unix_ms, ROWS_SPLIT, ROWS_KEY_NONE) : rc;
    rc = rc == 0 ? store_device_put(txn, &other) : rc;
    if (rc == 0) {
        stays->marks.keys = 0;
        *out = other.number;
    }
    return rc;
}

#include "core/fleet/archive_find.h"

#include "core/base/hash64.h"

#define BLOB_BYTES_MAX (2 * ARCHIVE_KEYS_MAX * READING_KEY_MAX)

/* --- lists of texts that each end in NUL ----------------------------------------------------- */

static const char *next_text(struct bytes list, size_t *at)
{
    if (*at >= list.size) {
        return NULL;
    }
    const char *text = (const char *)list.data + *at;
    *at += strnlen(text, list.size - *at) + 1;
    return *at <= list.size ? text : NULL;
}

/* "serial:" of "serial:XYZ". */
static size_t kind_size(const char *key)
{
    return strcspn(key, ":") + 1;
}

/* Returns: the key of the same kind as `key`, or NULL. */
static const char *same_kind(struct bytes list, const char *key)
{
    size_t at = 0;
    for (const char *text = next_text(list, &at); text != NULL; text = next_text(list, &at)) {
        if (strncmp(text, key, kind_size(key)) == 0) {
            return text;
        }
    }
    return NULL;
}

/* --- finding --------------------------------------------------------------------------------- */

static uint64_t keys_mark(const struct archive_slice *slice, const struct archive_entry *entry)
{
    return hash64_pair(hash64(archive_bytes(slice, entry->keys)),
                       hash64(archive_bytes(slice, entry->address)));
}

/* Reads the device that a key points at. A key that is damaged or points nowhere is no key. */
static int device_of(struct store_txn *txn, const char *key, struct store_device *device)
{
    uint32_t number = 0;
    int rc = store_device_find(txn, key, &number);
    if (rc == 0) {
        rc = store_device_get(txn, number, device);
    } else if (archive_is_damage(rc)) {
        rc = BASE_ENOTFOUND;
    }
    return rc;
}

/* Says whether the device has another value for a key of the entry that is stronger than the key
 * at `weaker`, which it was found by. */
static bool is_contradicted(struct store_txn *txn, uint32_t device, struct bytes keys,
                            const char *weaker)
{
    struct bytes known;
    size_t at = 0;
    if (store_record_get(txn, device, ARCHIVE_PART_KEYS, &known) != 0) {
        return false;
    }
    for (const char *key = next_text(keys, &at); key != NULL && key != weaker;
         key = next_text(keys, &at)) {
        const char *other = same_kind(known, key);
        if (other != NULL && strcmp(other, key) != 0) {
            return true;
        }
    }
    return false;
}

static int find_by_keys(struct store_txn *txn, struct bytes keys, struct store_device *device)
{
    size_t at = 0;
    for (const char *key = next_text(keys, &at); key != NULL; key = next_text(keys, &at)) {
        int rc = device_of(txn, key, device);
        if (rc == 0 && !is_contradicted(txn, device->number, keys, key)) {
            return 0;
        }
        if (rc != 0 && rc != BASE_ENOTFOUND) {
            return rc;
        }
    }
    return BASE_ENOTFOUND;
}

int archive_find(struct store_txn *txn, const struct archive_slice *slice,
                 const struct archive_entry *entry, struct store_device *device)
{
    const char *address = (const char *)archive_bytes(slice, entry->address).data;
    struct bytes keys = archive_bytes(slice, entry->keys);
    struct store_device here;
    struct store_device named;
    int rc = device_of(txn, address, &here);
    /* A device that has moved on leaves its old address behind. */
    bool is_here = rc == 0 && strcmp(here.address, address + kind_size(address)) == 0;
    if (rc != 0 && rc != BASE_ENOTFOUND) {
        return rc;
    }
    if (entry->has_answered && !(is_here && here.marks.keys == keys_mark(slice, entry))) {
        rc = find_by_keys(txn, keys, &named);
        if (rc == 0) {
            *device = named;
            return 0;
        }
        if (rc != BASE_ENOTFOUND) {
            return rc;
        }
        is_here = is_here && !is_contradicted(txn, here.number, keys, NULL);
    }
    if (is_here) {
        *device = here;
    } else {
        *device = (struct store_device){0};
    }
    return 0;
}

/* --- pointing -------------------------------------------------------------------------------- */

/* Takes a key for the device; whoever had it looks its keys up anew at its next poll. */
static int point_key(struct store_txn *txn, const char *key, uint32_t number)
{
    struct store_device loser;
    uint32_t holder = 0;
    int rc = store_device_claim(txn, key, number, &holder);
    if (rc != 0 || holder == 0 || holder == number) {
        return rc;
    }
    rc = store_device_get(txn, holder, &loser);
    if (rc != 0 || loser.marks.keys == 0) {
        return rc == BASE_ENOTFOUND || archive_is_damage(rc) ? 0 : rc;
    }
    loser.marks.keys = 0;
    return store_device_put(txn, &loser);
}

/* Keeps the keys for archive_find: those of this poll, and those of kinds that it did not give.
 * *has_all: there are none of the latter. */
static int keep_keys(struct store_txn *txn, uint32_t number, struct bytes keys, bool *has_all)
{
    uint8_t list[BLOB_BYTES_MAX];
    struct bytes known = {0};
    size_t size = keys.size;
    size_t at = 0;
    *has_all = true;
    memcpy(list, keys.data, keys.size);
    if (store_record_get(txn, number, ARCHIVE_PART_KEYS, &known) != 0) {
        known = (struct bytes){0};
    }
    for (const char *key = next_text(known, &at); key != NULL; key = next_text(known, &at)) {
        size_t key_size = strlen(key) + 1;
        if (same_kind(keys, key) != NULL || size + key_size > sizeof(list)) {
            continue;
        }
        memcpy(list + size, key, key_size);
        size += key_size;
        *has_all = false;
    }
    return size == 0 ? 0 : store_record_put(txn, number, ARCHIVE_PART_KEYS, bytes_of(list, size));
}

int archive_point(struct store_txn *txn, const struct archive_slice *slice,
                  const struct archive_entry *entry, struct store_device *device)
{
    struct bytes keys = archive_bytes(slice, entry->keys);
    uint64_t mark = keys_mark(slice, entry);
    size_t at = 0;
    bool has_all = false;
    if (device->marks.keys == mark) {
        return 0;
    }
    int rc = keep_keys(txn, device->number, keys, &has_all);
    for (const char *key = next_text(keys, &at); rc == 0 && key != NULL;
         key = next_text(keys, &at)) {
        rc = point_key(txn, key, device->number);
    }
    if (rc == 0) {
        rc =
            point_key(txn, (const char *)archive_bytes(slice, entry->address).data, device->number);
    }
    if (rc != 0) {
        return rc;
    }
    device->marks.keys = mark;
    if (has_all && entry->id[0] != '\0') {
        /* Of the strongest key: it follows when a stronger one appears, and so stays unique. */
        memcpy(device->id, entry->id, sizeof(device->id));
    }
    return 0;
}

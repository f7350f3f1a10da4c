#include "core/fleet/archive_find.h"

#define BLOB_BYTES_MAX (2 * ARCHIVE_KEYS_MAX * 80)

static uint64_t stir(uint64_t state, uint64_t word)
{
    state = (state ^ word) * 0x9E3779B97F4A7C15U;
    return state << 31 | state >> 33;
}

uint64_t archive_hash(struct bytes data)
{
    /* Two lanes, so that the multiplications do not wait for each other. */
    uint64_t lanes[2] = {0x243F6A8885A308D3U ^ data.size, 0x13198A2E03707344U};
    uint64_t words[2];
    size_t at = 0;
    for (; at + sizeof(words) <= data.size; at += sizeof(words)) {
        memcpy(words, data.data + at, sizeof(words));
        lanes[0] = stir(lanes[0], words[0]);
        lanes[1] = stir(lanes[1], words[1]);
    }
    if (at < data.size) {
        memset(words, 0, sizeof(words));
        memcpy(words, data.data + at, data.size - at);
        lanes[0] = stir(lanes[0], words[0]);
        lanes[1] = stir(lanes[1], words[1]);
    }
    uint64_t hash = stir(stir(lanes[0], lanes[1]), data.size);
    hash ^= hash >> 32;
    return hash != 0 ? hash : 1;
}

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
    uint64_t keys = archive_hash(archive_bytes(slice, entry->keys));
    return stir(keys, archive_hash(archive_bytes(slice, entry->address))) | 1U;
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
    int rc = store_device_find(txn, key, &holder);
    if (rc == 0 && holder == number) {
        return 0;
    }
    if (rc != 0 && rc != BASE_ENOTFOUND && !archive_is_damage(rc)) {
        return rc;
    }
    if (rc == 0 && store_device_get(txn, holder, &loser) == 0 && loser.marks.keys != 0) {
        loser.marks.keys = 0;
        rc = store_device_put(txn, &loser);
        if (rc != 0) {
            return rc;
        }
    }
    return store_device_key(txn, key, number);
}

/* Keeps the keys for archive_find: those of this poll, and those of kinds that it did not give. */
static int keep_keys(struct store_txn *txn, uint32_t number, struct bytes keys)
{
    uint8_t list[BLOB_BYTES_MAX];
    struct bytes known = {0};
    size_t size = keys.size;
    size_t at = 0;
    memcpy(list, keys.data, keys.size);
    if (store_record_get(txn, number, ARCHIVE_PART_KEYS, &known) != 0) {
        known = (struct bytes){0};
    }
    for (const char *key = next_text(known, &at); key != NULL; key = next_text(known, &at)) {
        size_t key_size = strlen(key) + 1;
        if (same_kind(keys, key) == NULL && size + key_size <= sizeof(list)) {
            memcpy(list + size, key, key_size);
            size += key_size;
        }
    }
    return size == 0 ? 0 : store_record_put(txn, number, ARCHIVE_PART_KEYS, bytes_of(list, size));
}

int archive_point(struct store_txn *txn, const struct archive_slice *slice,
                  const struct archive_entry *entry, struct store_device *device)
{
    struct bytes keys = archive_bytes(slice, entry->keys);
    uint64_t mark = keys_mark(slice, entry);
    size_t at = 0;
    if (device->marks.keys == mark) {
        return 0;
    }
    int rc = keep_keys(txn, device->number, keys);
    for (const char *key = next_text(keys, &at); rc == 0 && key != NULL;
         key = next_text(keys, &at)) {
        rc = point_key(txn, key, device->number);
    }
    if (rc == 0) {
        rc = point_key(txn, (const char *)archive_bytes(slice, entry->address).data,
                       device->number);
    }
    if (rc == 0) {
        device->marks.keys = mark;
    }
    return rc;
}

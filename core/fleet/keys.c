#include "core/fleet/keys.h"

#include "core/fleet/archive.h"
#include "core/fleet/lineage.h"

const char *keys_next(struct bytes list, size_t *at)
{
    if (*at >= list.size) {
        return NULL;
    }
    const char *text = (const char *)list.data + *at;
    *at += strnlen(text, list.size - *at) + 1;
    return *at <= list.size ? text : NULL;
}

/* Octets of "serial:" in "serial:XYZ". */
static size_t kind_size(const char *key)
{
    return strcspn(key, ":") + 1;
}

enum rows_key keys_kind(const char *key)
{
    for (enum rows_key kind = ROWS_KEY_SERIAL; kind <= ROWS_KEY_ADDRESS; kind++) {
        const char *name = rows_key_name(kind);
        size_t size = strlen(name);
        if (key[0] == name[0] && strncmp(key, name, size) == 0 && key[size] == ':') {
            return kind;
        }
    }
    return ROWS_KEY_NONE;
}

const char *keys_value(const char *key)
{
    const char *value = key + strcspn(key, ":");
    value += *value != '\0';
    if (keys_kind(key) == ROWS_KEY_SERIAL) {
        const char *number = strchr(value, ':');
        value = number != NULL ? number + 1 : value;
    }
    return value;
}

const char *keys_same_kind(struct bytes list, const char *key)
{
    size_t at = 0;
    for (const char *text = keys_next(list, &at); text != NULL; text = keys_next(list, &at)) {
        if (strncmp(text, key, kind_size(key)) == 0) {
            return text;
        }
    }
    return NULL;
}

const char *keys_of_kind(struct bytes list, enum rows_key kind)
{
    size_t at = 0;
    for (const char *text = keys_next(list, &at); text != NULL; text = keys_next(list, &at)) {
        if (keys_kind(text) == kind) {
            return text;
        }
    }
    return NULL;
}

bool keys_agree(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b || (*a == '\0' && *b == '#') || (*a == '#' && *b == '\0');
}

bool keys_same_card(const char *a, const char *b)
{
    size_t size = strcspn(a, "#");
    return size == strcspn(b, "#") && strncmp(a, b, size) == 0;
}

bool keys_hold(struct bytes list, const char *key)
{
    size_t at = 0;
    for (const char *text = keys_next(list, &at); text != NULL; text = keys_next(list, &at)) {
        if (keys_agree(text, key)) {
            return true;
        }
    }
    return false;
}

bool keys_contradict(struct bytes list, const char *key)
{
    return keys_kind(key) != ROWS_KEY_NAME && keys_same_kind(list, key) != NULL &&
           !keys_hold(list, key);
}

/* Adds what is kept of a device behind what is there. */
static int add(struct store_txn *txn, uint32_t number, struct keys_known *out, size_t *size)
{
    struct bytes list;
    int rc = store_record_get(txn, number, ARCHIVE_PART_KEYS, &list);
    if (rc == 0 && list.size <= sizeof(out->octets) - *size) {
        bytes_copy(out->octets + *size, list);
        *size += list.size;
    }
    return rc == BASE_ESTORE ? rc : 0;
}

int keys_load(struct store_txn *txn, uint32_t number, struct keys_known *out)
{
    uint32_t members[LINEAGE_MAX];
    size_t count = 0;
    size_t size = 0;
    int rc = add(txn, number, out, &size);
    out->own = bytes_of(out->octets, size);
    rc = rc == 0 ? lineage_list(txn, number, members, &count) : rc;
    for (size_t i = 1; rc == 0 && i < count; i++) {
        rc = add(txn, members[i], out, &size);
    }
    out->all = bytes_of(out->octets, size);
    out->has_predecessors = count > 1;
    return rc;
}

int keys_keep(struct store_txn *txn, uint32_t number, struct bytes now, struct bytes before,
              bool *has_all)
{
    uint8_t list[KEYS_BYTES_MAX];
    size_t size = now.size;
    size_t at = 0;
    bool is_all = true;
    BASE_REQUIRE(now.size <= KEYS_BYTES_MAX);
    bytes_copy(list, now);
    for (const char *key = keys_next(before, &at); key != NULL; key = keys_next(before, &at)) {
        size_t key_size = strlen(key) + 1;
        if (keys_same_kind(now, key) != NULL || size + key_size > sizeof(list)) {
            continue;
        }
        memcpy(list + size, key, key_size);
        size += key_size;
        is_all = false;
    }
    if (has_all != NULL) {
        *has_all = is_all;
    }
    return size == 0 ? 0 : store_record_put(txn, number, ARCHIVE_PART_KEYS, bytes_of(list, size));
}

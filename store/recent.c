#include "store/recent.h"

#include "store/env.h"
#include "store/error.h"
#include "store/kv.h"
#include "store/pack.h"

#define KEY_BYTES   9
#define KEY_ADDS    0x00
#define KEY_CHANGES 0xff

struct value {
    uint64_t number; /* of the transaction */
    bool adds;       /* it changes nothing that was said before */
    struct bytes entries;
};

/* Reads the first value behind another one. Returns as kv_seek; BASE_EFORMAT, also of a key that is
 * none or goes back, and then the number is the greatest there is. */
static int next_value(struct store_txn *txn, uint64_t behind, struct value *out)
{
    uint8_t key[8];
    struct bytes found = {0};
    *out = (struct value){0};
    pack_key_u64(key, behind + 1);
    int rc = kv_seek(txn, ENV_RECENT, bytes_of(key, sizeof(key)), &found, &out->entries);
    if (rc != 0 && !kv_is_damage(rc)) {
        return rc;
    }
    uint64_t number = found.size == KEY_BYTES ? pack_key_get_u64(found.data) : 0;
    if (number <= behind) { /* or the same values would be read for ever */
        out->number = UINT64_MAX;
        return BASE_EFORMAT;
    }
    out->number = number;
    out->adds = found.data[KEY_BYTES - 1] == KEY_ADDS;
    return rc == 0 && out->entries.size % ENTRY_BYTES != 0 ? BASE_EFORMAT : rc;
}

/* Gives the number of the first value, if there is one. The value itself is not looked at. */
static int first_value(struct store_txn *txn, uint64_t *number)
{
    uint8_t key[8];
    struct bytes found = {0};
    struct bytes value;
    pack_key_u64(key, 0);
    int rc = kv_seek_whole(txn, ENV_RECENT, bytes_of(key, sizeof(key)), &found, &value);
    if (rc == 0) {
        *number = found.size == KEY_BYTES ? pack_key_get_u64(found.data) : UINT64_MAX;
    }
    return rc == BASE_ENOTFOUND ? 0 : rc;
}

static void forget(struct recent *recent)
{
    entries_clear(&recent->entries);
    recent->stored_count = 0;
    recent->value_count = 0;
    recent->first = 0;
    recent->last = 0;
    recent->damage = 0;
}

/* What this process added last is stored now, or it was undone and is dropped. */
static int settle(struct store_txn *txn, struct recent *recent)
{
    struct bytes added = entries_octets(&recent->entries, recent->stored_count);
    struct value value;
    if (added.size == 0) {
        return 0;
    }
    int rc = next_value(txn, recent->last, &value);
    if (rc == 0 && bytes_equal(added, value.entries)) {
        recent->stored_count = recent->entries.count;
        recent->value_count++;
        recent->last = value.number;
        return 0;
    }
    forget(recent);
    return rc == BASE_ENOTFOUND || kv_is_damage(rc) ? 0 : rc;
}

static int take(struct recent *recent, struct bytes value)
{
    int rc = 0;
    for (size_t at = 0; at < value.size && rc == 0; at += ENTRY_BYTES) {
        rc = entries_put(&recent->entries, recent->entries.count, pack_get_u64(value.data + at),
                         pack_get_u32(value.data + at + 8));
    }
    recent->stored_count = recent->entries.count;
    return rc;
}

/* Reads the values that are not at hand yet. */
static int read_on(struct store_txn *txn, struct recent *recent)
{
    int rc = 0;
    while (rc == 0 && recent->last < UINT64_MAX) {
        struct value value;
        rc = next_value(txn, recent->last, &value);
        if (kv_is_damage(rc)) {
            recent->damage = rc;
            if (!value.adds) { /* what is at hand may be what it changed */
                entries_clear(&recent->entries);
            }
            value.entries = (struct bytes){0};
            rc = 0;
        }
        rc = rc == 0 ? take(recent, value.entries) : rc;
        recent->last = rc == 0 ? value.number : recent->last;
        recent->value_count += rc == 0;
    }
    return rc == BASE_ENOTFOUND ? 0 : rc;
}

/* A key that is damaged may hide others: what is at hand may be what these changed. */
static int count_values(struct store_txn *txn, struct recent *recent)
{
    MDB_stat stat;
    int rc = error_from_lmdb(mdb_stat(txn->txn, txn->store->tables[ENV_RECENT], &stat));
    if (rc == 0 && stat.ms_entries != recent->value_count) {
        recent->damage = recent->damage != 0 ? recent->damage : BASE_EFORMAT;
        recent->stored_count = 0;
        entries_clear(&recent->entries);
    }
    return rc;
}

int recent_refresh(struct store_txn *txn, struct recent *recent)
{
    uint64_t first = 0;
    size_t id = mdb_txn_id(txn->txn);
    if (recent->as_of == id) {
        return 0;
    }
    recent->as_of = 0;
    int rc = settle(txn, recent);
    rc = rc == 0 ? first_value(txn, &first) : rc;
    if (rc != 0) {
        return rc;
    }
    if (recent->first != first || recent->last > id) { /* or it sees an older state */
        forget(recent);
    }
    recent->first = first;
    rc = read_on(txn, recent);
    rc = rc == 0 ? count_values(txn, recent) : rc;
    if (rc != 0) { /* half a value may be at hand */
        forget(recent);
        return rc;
    }
    recent->changes = false;
    recent->as_of = id;
    return 0;
}

int recent_put(struct recent *recent, uint64_t hash, uint32_t number)
{
    uint32_t before = 0;
    uint32_t which = entries_find(&recent->entries, hash, &before);
    recent->changes = recent->changes || (which != 0 && which <= recent->stored_count);
    return entries_put(&recent->entries, recent->stored_count, hash, number);
}

bool recent_is_open(struct store_txn *txn, const struct recent *recent)
{
    /* A copy that LMDB's tools have made begins to count its transactions anew. */
    return recent->damage == 0 && recent->last < mdb_txn_id(txn->txn);
}

int recent_save(struct store_txn *txn, const struct recent *recent)
{
    uint8_t key[KEY_BYTES];
    pack_key_u64(key, mdb_txn_id(txn->txn));
    key[KEY_BYTES - 1] = recent->changes ? KEY_CHANGES : KEY_ADDS;
    return kv_put(txn, ENV_RECENT, bytes_of(key, sizeof(key)), (struct bytes){0},
                  entries_octets(&recent->entries, recent->stored_count), KV_APPEND);
}

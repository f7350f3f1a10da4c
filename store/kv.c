#include "store/kv.h"

#include <errno.h>

#include "core/base/crc32c.h"
#include "store/error.h"
#include "store/pack.h"

/* Keys up to this long are summed together with what stands in front of them. */
#define SHORT_KEY_MAX 30

/* Lookups of a reader after which it gives pages back: each may map sixteen of them. */
#define RELEASE_LOOKUPS 4096

uint32_t kv_checksum(enum env_table table, struct bytes key, struct bytes content)
{
    uint8_t scope[2 + SHORT_KEY_MAX] = {(uint8_t)table, KV_VERSION};
    bool is_short = key.size <= SHORT_KEY_MAX;
    if (is_short) {
        bytes_copy(scope + 2, key);
    }
    uint32_t crc = crc32c(0, bytes_of(scope, 2 + (is_short ? key.size : 0)));
    crc = is_short ? crc : crc32c(crc, key);
    return crc32c(crc, content);
}

bool kv_is_damage(int rc)
{
    return rc == BASE_ECHECKSUM || rc == BASE_EVERSION || rc == BASE_EFORMAT;
}

static int cursor_of(struct store_txn *txn, enum env_table table, MDB_cursor **out)
{
    if (txn->cursors[table] == NULL) {
        int rc = mdb_cursor_open(txn->txn, txn->store->tables[table], &txn->cursors[table]);
        if (rc != 0) {
            txn->cursors[table] = NULL;
            return error_from_lmdb(rc);
        }
    }
    *out = txn->cursors[table];
    return 0;
}

static int open_envelope(enum env_table table, struct bytes key, const MDB_val *value,
                         struct bytes *out)
{
    const uint8_t *data = value->mv_data;
    if (value->mv_size < KV_ENVELOPE_BYTES) {
        return BASE_ECHECKSUM;
    }
    struct bytes content = bytes_of(data + KV_ENVELOPE_BYTES, value->mv_size - KV_ENVELOPE_BYTES);
    if (data[0] != KV_VERSION) {
        return BASE_EVERSION;
    }
    if (pack_get_u32(data + 1) != kv_checksum(table, key, content)) {
        return BASE_ECHECKSUM;
    }
    *out = content;
    return 0;
}

/* A reader that goes over all of a large store would have all of it in its memory at its end; a
 * writer gives back at commit. */
static void release_at_times(struct store_txn *txn)
{
    if (!txn->write && ++txn->lookups % RELEASE_LOOKUPS == 0) {
        env_release(txn->store);
    }
}

static int lookup(struct store_txn *txn, enum env_table table, MDB_val *key, MDB_val *value,
                  MDB_cursor_op op)
{
    MDB_cursor *cursor = NULL;
    if (key->mv_size > KV_KEY_MAX) {
        return BASE_ENOTFOUND;
    }
    int rc = cursor_of(txn, table, &cursor);
    if (rc != 0) {
        return rc;
    }
    release_at_times(txn);
    return error_from_lmdb(mdb_cursor_get(cursor, key, value, op));
}

static MDB_val val_of(struct bytes bytes)
{
    /* LMDB takes keys through a pointer to non-const and does not write there. */
    return (MDB_val){.mv_size = bytes.size, .mv_data = (void *)(uintptr_t)bytes.data};
}

int kv_get(struct store_txn *txn, enum env_table table, struct bytes key, struct bytes *out)
{
    MDB_val name = val_of(key);
    MDB_val value;
    if (key.size == 0) {
        return BASE_ENOTFOUND;
    }
    int rc = lookup(txn, table, &name, &value, MDB_SET);
    if (rc != 0) {
        return rc;
    }
    return open_envelope(table, key, &value, out);
}

int kv_seek(struct store_txn *txn, enum env_table table, struct bytes key, struct bytes *found,
            struct bytes *out)
{
    MDB_val name = val_of(key);
    MDB_val value;
    int rc = lookup(txn, table, &name, &value, MDB_SET_RANGE);
    if (rc != 0) {
        return rc;
    }
    *found = bytes_of(name.mv_data, name.mv_size);
    return open_envelope(table, *found, &value, out);
}

int kv_seek_whole(struct store_txn *txn, enum env_table table, struct bytes key,
                  struct bytes *found, struct bytes *out)
{
    MDB_val name = val_of(key);
    MDB_val value;
    int rc = lookup(txn, table, &name, &value, MDB_SET_RANGE);
    if (rc == 0) {
        *found = bytes_of(name.mv_data, name.mv_size);
        *out = bytes_of(value.mv_data, value.mv_size);
    }
    return rc;
}

int kv_last(struct store_txn *txn, enum env_table table, struct bytes *found)
{
    MDB_val name = {0};
    MDB_val value;
    int rc = lookup(txn, table, &name, &value, MDB_LAST);
    if (rc == 0) {
        *found = bytes_of(name.mv_data, name.mv_size);
    }
    return rc;
}

/* Makes room for a value of so many octets, which the caller fills at once. */
static int reserve(struct store_txn *txn, enum env_table table, struct bytes key, size_t size,
                   enum kv_how how, uint8_t **out)
{
    MDB_cursor *cursor = NULL;
    MDB_val name = val_of(key);
    MDB_val value = {.mv_size = size, .mv_data = NULL};
    BASE_REQUIRE(txn->write);
    if (key.size == 0 || key.size > KV_KEY_MAX || size > UINT32_MAX / 2) {
        return BASE_ERANGE;
    }
    if (txn->failure != 0) {
        return txn->failure;
    }
    int rc = cursor_of(txn, table, &cursor);
    if (rc == 0) {
        unsigned flags = MDB_RESERVE;
        flags |= how == KV_APPEND ? MDB_APPEND : 0U;
        flags |= how == KV_REPLACE ? MDB_CURRENT : 0U;
        rc = mdb_cursor_put(cursor, &name, &value, flags);
        /* With MDB_APPEND this says that the key is not the last one: the counters are wrong. */
        rc = rc == MDB_KEYEXIST ? BASE_ESTORE : error_from_lmdb(rc);
    }
    if (rc != 0) {
        txn->failure = rc;
        return rc;
    }
    *out = value.mv_data;
    return 0;
}

int kv_put(struct store_txn *txn, enum env_table table, struct bytes key, struct bytes head,
           struct bytes body, enum kv_how how)
{
    uint8_t *at = NULL;
    int rc = reserve(txn, table, key, KV_ENVELOPE_BYTES + head.size + body.size, how, &at);
    if (rc != 0) {
        return rc;
    }
    bytes_copy(at + KV_ENVELOPE_BYTES, head);
    bytes_copy(at + KV_ENVELOPE_BYTES + head.size, body);
    at[0] = KV_VERSION;
    pack_u32(at + 1,
             kv_checksum(table, key, bytes_of(at + KV_ENVELOPE_BYTES, head.size + body.size)));
    return 0;
}

int kv_put_whole(struct store_txn *txn, enum env_table table, struct bytes key, struct bytes head,
                 struct bytes body, enum kv_how how)
{
    uint8_t *at = NULL;
    int rc = reserve(txn, table, key, head.size + body.size, how, &at);
    if (rc != 0) {
        return rc;
    }
    bytes_copy(at, head);
    bytes_copy(at + head.size, body);
    return 0;
}

int kv_delete(struct store_txn *txn, enum env_table table, struct bytes key)
{
    MDB_val name = val_of(key);
    MDB_val value;
    BASE_REQUIRE(txn->write);
    if (txn->failure != 0) {
        return txn->failure;
    }
    int rc = lookup(txn, table, &name, &value, MDB_SET);
    if (rc == 0) {
        rc = error_from_lmdb(mdb_cursor_del(txn->cursors[table], 0));
        txn->failure = rc;
    }
    return rc == BASE_ENOTFOUND ? 0 : rc;
}

int kv_clear(struct store_txn *txn, enum env_table table)
{
    BASE_REQUIRE(txn->write);
    if (txn->failure == 0) {
        txn->failure = error_from_lmdb(mdb_drop(txn->txn, txn->store->tables[table], 0));
    }
    return txn->failure;
}

#include "store/index.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/hash64.h"
#include "store/kv.h"
#include "store/pack.h"

#define ENTRY_BYTES 12

_Static_assert(ENV_BUCKETS_ALL == 1 << INDEX_BUCKET_BITS, "a bit for each bucket");

struct bucket {
    uint64_t hash;
    uint32_t number;
    uint8_t key[2];
    struct bytes entries;
    size_t at; /* of the entry with this hash; entries.size when there is none */
};

/* Judges once whether the index is empty, and each time whether others have written since. */
static void judge(struct env_young *young, struct store_txn *txn)
{
    size_t id = mdb_txn_id(txn->txn);
    if (!young->is_judged) {
        MDB_stat stat;
        int rc = mdb_stat(txn->txn, txn->store->tables[ENV_INDEX], &stat);
        young->is_young = rc == 0 && stat.ms_entries == 0;
        young->is_judged = true;
    } else if (id != young->next_txn) {
        young->is_young = false;
    }
    young->next_txn = id; /* unless this one is committed */
}

void index_begin(struct store_txn *txn)
{
    for (size_t i = 0; i < ENV_BUCKETS; i++) {
        txn->store->buckets[i].number = 0;
    }
    judge(&txn->store->young, txn);
}

void index_committed(struct store_txn *txn, size_t id)
{
    /* Without a change LMDB may have written nothing, and then the number is given again. */
    if (txn->index_changed) {
        txn->store->young.next_txn = id + 1;
    }
}

static struct env_bucket *slot_of(const struct store_txn *txn, uint32_t number)
{
    return &txn->store->buckets[number % ENV_BUCKETS];
}

/* Keeps a bucket at hand: a key that is looked up is pointed at a device next. */
static void remember(const struct store_txn *txn, uint32_t number, struct bytes entries)
{
    struct env_bucket *slot = slot_of(txn, number);
    slot->number = 0;
    if (entries.size <= sizeof(slot->entries)) {
        bytes_copy(slot->entries, entries);
        slot->size = entries.size;
        slot->number = number + 1;
    }
}

/* Says whether it is known without a search that there is no such bucket. */
static bool is_absent(const struct store_txn *txn, uint32_t number)
{
    const struct env_young *young = &txn->store->young;
    return young->is_young && ((unsigned)young->buckets[number / 8] >> number % 8 & 1U) == 0;
}

static int read_entries(struct store_txn *txn, const struct bucket *bucket, struct bytes *out)
{
    const struct env_bucket *slot = slot_of(txn, bucket->number);
    *out = (struct bytes){0};
    if (txn->write && slot->number == bucket->number + 1) {
        *out = bytes_of(slot->entries, slot->size);
        return slot->size == 0 ? BASE_ENOTFOUND : 0;
    }
    if (txn->write && is_absent(txn, bucket->number)) {
        return BASE_ENOTFOUND;
    }
    int rc = kv_get(txn, ENV_INDEX, bytes_of(bucket->key, sizeof(bucket->key)), out);
    rc = rc == 0 && out->size % ENTRY_BYTES != 0 ? BASE_EFORMAT : rc;
    if (txn->write && (rc == 0 || rc == BASE_ENOTFOUND)) {
        remember(txn, bucket->number, *out);
    }
    return rc;
}

static int open_bucket(struct store_txn *txn, const char *key, struct bucket *out)
{
    out->hash = hash64(bytes_from_text(key));
    out->number = (uint32_t)(out->hash >> (64 - INDEX_BUCKET_BITS));
    out->at = 0;
    out->key[0] = (uint8_t)(out->number >> 8);
    out->key[1] = (uint8_t)out->number;
    int rc = read_entries(txn, out, &out->entries);
    if (rc != 0) {
        return rc;
    }
    while (out->at < out->entries.size && pack_get_u64(out->entries.data + out->at) != out->hash) {
        out->at += ENTRY_BYTES;
    }
    return 0;
}

int index_find(struct store_txn *txn, const char *key, uint32_t *number)
{
    struct bucket bucket;
    int rc = open_bucket(txn, key, &bucket);
    if (rc != 0) {
        return rc;
    }
    if (bucket.at == bucket.entries.size) {
        return BASE_ENOTFOUND;
    }
    *number = pack_get_u32(bucket.entries.data + bucket.at + 8);
    return 0;
}

/* Writes the bucket with its entry at bucket->at, which is new when that is its end. */
static int write_bucket(struct store_txn *txn, const struct bucket *bucket, uint32_t number)
{
    uint8_t small[ENV_BUCKET_BYTES_MAX];
    bool is_new = bucket->at == bucket->entries.size;
    size_t size = bucket->entries.size + (is_new ? ENTRY_BYTES : 0);
    uint8_t *copy = size <= sizeof(small) ? small : malloc(size);
    if (copy == NULL) {
        return -ENOMEM;
    }
    bytes_copy(copy, bucket->entries); /* writing may move what the bucket points at */
    pack_u64(copy + bucket->at, bucket->hash);
    pack_u32(copy + bucket->at + 8, number);
    uint8_t *bits = &txn->store->young.buckets[bucket->number / 8];
    *bits = (uint8_t)(*bits | 1U << bucket->number % 8);
    txn->index_changed = true;
    int rc = kv_put(txn, ENV_INDEX, bytes_of(bucket->key, sizeof(bucket->key)),
                    bytes_of(copy, size), (struct bytes){0}, KV_PUT);
    remember(txn, bucket->number, bytes_of(copy, size));
    if (copy != small) {
        free(copy);
    }
    return rc;
}

int index_claim(struct store_txn *txn, const char *key, uint32_t number, uint32_t *holder)
{
    struct bucket bucket;
    uint32_t before = 0;
    int rc = open_bucket(txn, key, &bucket);
    if (rc == BASE_ECHECKSUM || rc == BASE_EVERSION || rc == BASE_EFORMAT) {
        bucket.entries = (struct bytes){0};
        bucket.at = 0;
    } else if (rc != 0 && rc != BASE_ENOTFOUND) {
        return rc;
    }
    if (bucket.at < bucket.entries.size) {
        before = pack_get_u32(bucket.entries.data + bucket.at + 8);
    }
    rc = before == number ? 0 : write_bucket(txn, &bucket, number);
    if (rc == 0) {
        *holder = before;
    }
    return rc;
}

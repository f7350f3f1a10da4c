#include "store/index.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/hash64.h"
#include "store/kv.h"
#include "store/pack.h"

#define ENTRY_BYTES 12

struct bucket {
    uint64_t hash;
    uint8_t key[2];
    struct bytes entries;
    size_t at; /* of the entry with this hash; entries.size when there is none */
};

static int open_bucket(struct store_txn *txn, const char *key, struct bucket *out)
{
    out->hash = hash64(bytes_from_text(key));
    out->entries = (struct bytes){0};
    out->at = 0;
    uint64_t number = out->hash >> (64 - INDEX_BUCKET_BITS);
    out->key[0] = (uint8_t)(number >> 8);
    out->key[1] = (uint8_t)number;
    int rc = kv_get(txn, ENV_INDEX, bytes_of(out->key, sizeof(out->key)), &out->entries);
    if (rc != 0) {
        return rc;
    }
    if (out->entries.size % ENTRY_BYTES != 0) {
        return BASE_EFORMAT;
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
static int write_bucket(struct store_txn *txn, const struct bucket *bucket, uint32_t number,
                        enum kv_how how)
{
    bool is_new = bucket->at == bucket->entries.size;
    size_t size = bucket->entries.size + (is_new ? ENTRY_BYTES : 0);
    uint8_t *copy = malloc(size); /* writing may move what the bucket points at */
    if (copy == NULL) {
        return -ENOMEM;
    }
    if (bucket->entries.size > 0) {
        memcpy(copy, bucket->entries.data, bucket->entries.size);
    }
    pack_u64(copy + bucket->at, bucket->hash);
    pack_u32(copy + bucket->at + 8, number);
    int rc = kv_put(txn, ENV_INDEX, bytes_of(bucket->key, sizeof(bucket->key)),
                    bytes_of(copy, size), (struct bytes){0}, how);
    free(copy);
    return rc;
}

int index_claim(struct store_txn *txn, const char *key, uint32_t number, uint32_t *holder)
{
    struct bucket bucket;
    enum kv_how how = KV_REPLACE;
    uint32_t before = 0;
    int rc = open_bucket(txn, key, &bucket);
    if (rc == BASE_ENOTFOUND) {
        how = KV_PUT;
    } else if (rc == BASE_ECHECKSUM || rc == BASE_EVERSION || rc == BASE_EFORMAT) {
        bucket.entries = (struct bytes){0};
        bucket.at = 0;
    } else if (rc != 0) {
        return rc;
    }
    if (bucket.at < bucket.entries.size) {
        before = pack_get_u32(bucket.entries.data + bucket.at + 8);
    }
    rc = before == number ? 0 : write_bucket(txn, &bucket, number, how);
    if (rc == 0) {
        *holder = before;
    }
    return rc;
}

#include "store/index.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/hash64.h"
#include "store/error.h"
#include "store/kv.h"
#include "store/pack.h"

#define BUCKETS (1U << INDEX_BUCKET_BITS)

/* Guards the list at hand of the readers, of all stores of this process. */
static pthread_mutex_t readers_lock = PTHREAD_MUTEX_INITIALIZER;

static struct env_index *index_of(const struct store_txn *txn)
{
    return &txn->store->indexes[txn->write];
}

void index_begin(struct store *store)
{
    /* The next transaction has the number of this one when this one is undone. */
    store->indexes[true].recent.as_of = 0;
}

void index_close(struct store *store)
{
    entries_fini(&store->indexes[false].recent.entries);
    entries_fini(&store->indexes[true].recent.entries);
}

/* --- buckets ---------------------------------------------------------------------------------- */

struct bucket {
    uint8_t key[2];
    struct bytes entries;
};

/* Returns: 0; BASE_ENOTFOUND; damage; BASE_ESTORE; and but for 0 the bucket is empty. */
static int read_bucket(struct store_txn *txn, unsigned number, struct bucket *out)
{
    *out = (struct bucket){.key = {(uint8_t)(number >> 8), (uint8_t)number}};
    int rc = kv_get(txn, ENV_INDEX, bytes_of(out->key, sizeof(out->key)), &out->entries);
    rc = rc == 0 && out->entries.size % ENTRY_BYTES != 0 ? BASE_EFORMAT : rc;
    if (rc != 0) {
        out->entries = (struct bytes){0};
    }
    return rc;
}

static unsigned bucket_of(uint64_t hash)
{
    return (unsigned)(hash >> (64 - INDEX_BUCKET_BITS));
}

/* Returns: where the hash's entry begins; the size when there is none. */
static size_t place_of(struct bytes entries, uint64_t hash)
{
    size_t at = 0;
    while (at < entries.size && pack_get_u64(entries.data + at) != hash) {
        at += ENTRY_BYTES;
    }
    return at;
}

/* Entries that go into one bucket: those of a list whose numbers stand at `which`. */
struct changes {
    const uint8_t *entries;
    const uint32_t *which;
    size_t count;
};

static int write_bucket(struct store_txn *txn, const struct bucket *bucket,
                        const struct changes *changes, enum kv_how how)
{
    size_t size = bucket->entries.size;
    uint8_t *copy = malloc(size + changes->count * ENTRY_BYTES);
    if (copy == NULL) {
        return -ENOMEM;
    }
    bytes_copy(copy, bucket->entries); /* writing may move what the bucket points at */
    for (size_t i = 0; i < changes->count; i++) {
        const uint8_t *entry = changes->entries + changes->which[i] * (size_t)ENTRY_BYTES;
        size_t at = place_of(bytes_of(copy, size), pack_get_u64(entry));
        memcpy(copy + at, entry, ENTRY_BYTES);
        size += at == size ? ENTRY_BYTES : 0;
    }
    int rc = kv_put(txn, ENV_INDEX, bytes_of(bucket->key, sizeof(bucket->key)), (struct bytes){0},
                    bytes_of(copy, size), how);
    free(copy);
    return rc;
}

/* --- searches --------------------------------------------------------------------------------- */

/* Brings what is at hand to what the transaction sees. Returns: as recent_refresh. */
static int refresh(struct store_txn *txn, struct env_index *index)
{
    MDB_stat buckets;
    if (index->recent.as_of == mdb_txn_id(txn->txn)) {
        return 0;
    }
    int rc = error_from_lmdb(mdb_stat(txn->txn, txn->store->tables[ENV_INDEX], &buckets));
    if (rc == 0) {
        index->is_all = buckets.ms_entries == 0;
        memset(index->absent, 0, sizeof(index->absent));
        rc = recent_refresh(txn, &index->recent);
    }
    return rc;
}

/* Returns: 0; BASE_ENOTFOUND; as recent_refresh. *damage gets what reading the table said. */
static int find_recent(struct store_txn *txn, uint64_t hash, uint32_t *number, int *damage)
{
    struct env_index *index = index_of(txn);
    if (!txn->write) {
        pthread_mutex_lock(&readers_lock);
    }
    int rc = refresh(txn, index);
    if (rc == 0) {
        *damage = index->recent.damage;
        rc = entries_find(&index->recent.entries, hash, number) != 0 ? 0 : BASE_ENOTFOUND;
    }
    if (!txn->write) {
        pthread_mutex_unlock(&readers_lock);
    }
    return rc;
}

/* A key that is looked up and not found is pointed at a device next: it is not searched again. */
static uint64_t *absent_of(const struct store_txn *txn, uint64_t hash)
{
    return &txn->store->indexes[true].absent[hash % ENV_ABSENT];
}

/* Searches the bucket of a hash. *at gets the place of its entry. Returns: 0; BASE_ENOTFOUND;
 * damage; BASE_ESTORE. */
static int find_old(struct store_txn *txn, uint64_t hash, struct bucket *bucket, size_t *at)
{
    if (txn->write && (txn->store->indexes[true].is_all || *absent_of(txn, hash) == hash)) {
        return BASE_ENOTFOUND;
    }
    int rc = read_bucket(txn, bucket_of(hash), bucket);
    if (rc == 0) {
        *at = place_of(bucket->entries, hash);
        rc = *at == bucket->entries.size ? BASE_ENOTFOUND : 0;
    }
    if (txn->write && rc == BASE_ENOTFOUND) {
        *absent_of(txn, hash) = hash;
    }
    return rc;
}

int index_find(struct store_txn *txn, const char *key, uint32_t *number)
{
    struct bucket bucket;
    size_t at = 0;
    int damage = 0;
    uint64_t hash = hash64(bytes_from_text(key));
    int rc = find_recent(txn, hash, number, &damage);
    if (rc != BASE_ENOTFOUND) {
        return rc;
    }
    rc = find_old(txn, hash, &bucket, &at);
    if (rc == 0) {
        *number = pack_get_u32(bucket.entries.data + at + 8);
    }
    return rc == BASE_ENOTFOUND && damage != 0 ? damage : rc;
}

/* Changes an entry where it stands. */
static int change_old(struct store_txn *txn, const struct bucket *bucket, uint64_t hash,
                      uint32_t number)
{
    uint8_t entry[ENTRY_BYTES];
    const uint32_t which = 0;
    pack_u64(entry, hash);
    pack_u32(entry + 8, number);
    return write_bucket(txn, bucket, &(struct changes){entry, &which, 1}, KV_PUT);
}

/* Searches and changes what is not recent. Returns as index_claim. */
static int claim_old(struct store_txn *txn, uint64_t hash, uint32_t number, uint32_t *before)
{
    struct env_index *index = index_of(txn);
    struct bucket bucket;
    size_t at = 0;
    int rc = find_old(txn, hash, &bucket, &at);
    if (rc == BASE_ENOTFOUND || kv_is_damage(rc)) {
        return recent_put(&index->recent, hash, number);
    }
    if (rc == 0) {
        *before = pack_get_u32(bucket.entries.data + at + 8);
        rc = *before == number ? 0 : change_old(txn, &bucket, hash, number);
    }
    return rc;
}

int index_claim(struct store_txn *txn, const char *key, uint32_t number, uint32_t *holder)
{
    struct env_index *index = index_of(txn);
    uint32_t before = 0;
    int damage = 0;
    uint64_t hash = hash64(bytes_from_text(key));
    int rc = txn->failure != 0 ? txn->failure : find_recent(txn, hash, &before, &damage);
    if (rc == BASE_ENOTFOUND) {
        rc = claim_old(txn, hash, number, &before);
    } else if (rc == 0 && before != number) {
        rc = recent_put(&index->recent, hash, number);
    }
    if (rc == 0) {
        *holder = before;
    }
    return rc;
}

/* --- at commit -------------------------------------------------------------------------------- */

/* Sorts entries by their buckets, and those of one as they are: order gets their numbers, ends[b]
 * is behind those of bucket b. */
static void sort(struct bytes entries, uint32_t *order, uint32_t ends[BUCKETS])
{
    uint32_t sum = 0;
    memset(ends, 0, BUCKETS * sizeof(*ends));
    for (size_t at = 0; at < entries.size; at += ENTRY_BYTES) {
        ends[bucket_of(pack_get_u64(entries.data + at))]++;
    }
    for (unsigned i = 0; i < BUCKETS; i++) {
        uint32_t count = ends[i];
        ends[i] = sum;
        sum += count;
    }
    for (size_t at = 0; at < entries.size; at += ENTRY_BYTES) {
        order[ends[bucket_of(pack_get_u64(entries.data + at))]++] = (uint32_t)(at / ENTRY_BYTES);
    }
}

/* Puts entries into a bucket. One that is damaged begins anew. */
static int fold_bucket(struct store_txn *txn, unsigned number, const struct changes *changes)
{
    struct bucket bucket;
    int rc = read_bucket(txn, number, &bucket);
    if (rc != 0 && rc != BASE_ENOTFOUND && !kv_is_damage(rc)) {
        return rc;
    }
    return write_bucket(txn, &bucket, changes,
                        txn->store->indexes[true].is_all ? KV_APPEND : KV_PUT);
}

/* Moves all entries into their buckets. */
static int fold(struct store_txn *txn, const struct entries *list)
{
    uint32_t ends[BUCKETS];
    struct bytes entries = entries_octets(list, 0);
    uint32_t *order = malloc(list->count * sizeof(*order));
    uint32_t from = 0;
    int rc = order == NULL ? -ENOMEM : 0;
    if (rc == 0) {
        sort(entries, order, ends);
    }
    for (unsigned i = 0; i < BUCKETS && rc == 0; from = ends[i], i++) {
        struct changes changes = {entries.data, order + from, ends[i] - from};
        rc = changes.count == 0 ? 0 : fold_bucket(txn, i, &changes);
    }
    free(order);
    return rc == 0 ? kv_clear(txn, ENV_RECENT) : rc;
}

int index_save(struct store_txn *txn)
{
    const struct recent *recent = &txn->store->indexes[true].recent;
    if (recent->as_of != mdb_txn_id(txn->txn) || recent->entries.count == recent->stored_count) {
        return 0;
    }
    return recent->entries.count > INDEX_RECENT_MAX || !recent_is_open(txn, recent)
               ? fold(txn, &recent->entries)
               : recent_save(txn, recent);
}

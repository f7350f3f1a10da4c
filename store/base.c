#include "store/base.h"

#include <errno.h>
#include <stdlib.h>

#include "store/delta.h"
#include "store/error.h"
#include "store/kv.h"
#include "store/pack.h"

#define KEY_BYTES 9

/* Bases that are at hand; one that falls on another's place replaces it. */
#define CACHE_SLOTS 128

/* Write transactions after which they are read and checked again: one that was damaged meanwhile
 * must not tell records that nobody else can read. */
#define CACHE_TRANSACTIONS 64

struct base_slot {
    uint64_t like;
    uint8_t generation;
    struct bytes record; /* a copy, owned; data NULL = none */
};

struct base_cache {
    struct base_slot slots[CACHE_SLOTS];
};

struct base_key {
    uint8_t octets[KEY_BYTES];
};

static struct base_key key_of(uint64_t like, uint8_t generation)
{
    struct base_key key;
    pack_key_u64(key.octets, like);
    key.octets[KEY_BYTES - 1] = generation;
    return key;
}

/* --- bases ------------------------------------------------------------------------------------ */

static struct base_slot *slot_of(struct base_cache *cache, uint64_t like, uint8_t generation)
{
    return &cache->slots[(like + generation) % CACHE_SLOTS];
}

static bool find(struct base_cache *cache, uint64_t like, uint8_t generation, struct bytes *out)
{
    if (cache == NULL) {
        return false;
    }
    const struct base_slot *slot = slot_of(cache, like, generation);
    *out = slot->record;
    return slot->record.data != NULL && slot->like == like && slot->generation == generation;
}

static int remember(struct base_cache **cache, uint64_t like, uint8_t generation,
                    struct bytes record)
{
    uint8_t *copy = malloc(record.size + 1);
    if (*cache == NULL) {
        *cache = calloc(1, sizeof(**cache));
    }
    if (copy == NULL || *cache == NULL) {
        free(copy);
        return -ENOMEM;
    }
    struct base_slot *slot = slot_of(*cache, like, generation);
    bytes_copy(copy, record);
    free((uint8_t *)(uintptr_t)slot->record.data);
    *slot = (struct base_slot){
        .like = like, .generation = generation, .record = bytes_of(copy, record.size)};
    return 0;
}

/* What is stored for good stays at hand for the write transactions that follow; what this one has
 * written may still be undone. */
static struct base_cache **cache_of(struct store_txn *txn)
{
    return txn->write && !txn->has_kept_base ? &txn->store->bases : &txn->bases;
}

/* Returns: 0; BASE_ENOTFOUND; damage; BASE_ESTORE; -ENOMEM. */
static int get_base(struct store_txn *txn, uint64_t like, uint8_t generation, struct bytes *out)
{
    struct base_key key = key_of(like, generation);
    struct bytes stored;
    if ((txn->write && find(txn->store->bases, like, generation, out)) ||
        find(txn->bases, like, generation, out)) {
        return 0;
    }
    int rc = kv_get(txn, ENV_BASE, bytes_of(key.octets, sizeof(key.octets)), &stored);
    rc = rc == 0 ? remember(cache_of(txn), like, generation, stored) : rc;
    if (rc == 0) {
        *out = slot_of(*cache_of(txn), like, generation)->record;
    }
    return rc;
}

/* *is_kept: false when there are too many, or it is too long. Returns: 0; as kv_put; -ENOMEM. */
static int keep_base(struct store_txn *txn, uint64_t like, uint8_t generation, struct bytes record,
                     bool *is_kept)
{
    struct base_key key = key_of(like, generation);
    MDB_stat stat;
    *is_kept = false;
    int rc = error_from_lmdb(mdb_stat(txn->txn, txn->store->tables[ENV_BASE], &stat));
    if (rc != 0 || stat.ms_entries >= BASE_COUNT_MAX || record.size > BASE_BYTES_MAX) {
        return rc;
    }
    rc = kv_put(txn, ENV_BASE, bytes_of(key.octets, sizeof(key.octets)), record, (struct bytes){0},
                KV_PUT);
    txn->has_kept_base = true;
    rc = rc == 0 ? remember(&txn->bases, like, generation, record) : rc;
    *is_kept = rc == 0;
    return rc;
}

/* --- writing ---------------------------------------------------------------------------------- */

static void tell_plainly(struct bytes record, struct base_value *out)
{
    out->head = record;
    out->tail_octets[0] = BASE_PLAIN;
    out->tail = bytes_of(out->tail_octets, 1);
}

static void tell_by(uint64_t like, uint8_t generation, size_t delta_bytes, struct base_value *out)
{
    struct base_key key = key_of(like, generation);
    memcpy(out->tail_octets, key.octets, KEY_BYTES);
    out->tail_octets[KEY_BYTES] = BASE_DELTA;
    out->head = bytes_of(out->delta, delta_bytes);
    out->tail = bytes_of(out->tail_octets, BASE_TAIL_MAX);
}

int base_tell(struct store_txn *txn, struct bytes record, uint64_t like, struct base_value *out)
{
    /* A delta that is not much shorter is not worth its base. */
    size_t cap = record.size / 2 < BASE_DELTA_MAX ? record.size / 2 : BASE_DELTA_MAX;
    tell_plainly(record, out);
    for (uint8_t generation = 0; like != 0 && generation < BASE_GENERATIONS; generation++) {
        struct bytes base;
        bool is_there = true;
        int rc = get_base(txn, like, generation, &base);
        if (rc == BASE_ECHECKSUM || rc == BASE_EVERSION) {
            continue; /* damaged: another one will do */
        }
        if (rc == BASE_ENOTFOUND) {
            base = record;
            rc = keep_base(txn, like, generation, record, &is_there);
        }
        if (rc != 0 || !is_there) {
            return rc;
        }
        size_t size = delta_put(base, record, out->delta, cap);
        if (size > 0) {
            tell_by(like, generation, size, out);
            return 0;
        }
    }
    return 0;
}

/* --- reading ---------------------------------------------------------------------------------- */

static int reserve(struct env_told *told, size_t size)
{
    if (size <= told->cap && told->octets != NULL) {
        return 0;
    }
    size_t cap = size < BASE_BYTES_MAX ? BASE_BYTES_MAX : size;
    uint8_t *octets = realloc(told->octets, cap);
    if (octets == NULL) {
        return -ENOMEM;
    }
    told->octets = octets;
    told->cap = cap;
    return 0;
}

static int read_delta(struct store_txn *txn, struct bytes delta, const uint8_t *key,
                      struct env_told *told)
{
    struct bytes base;
    size_t size = 0;
    int rc = get_base(txn, pack_key_get_u64(key), key[KEY_BYTES - 1], &base);
    rc = rc == BASE_ENOTFOUND ? BASE_ECHECKSUM : rc;
    rc = rc == 0 ? delta_size(delta, &size) : rc;
    rc = rc == 0 ? reserve(told, size) : rc;
    rc = rc == 0 ? delta_get(base, delta, told->octets) : rc;
    told->size = size;
    return rc;
}

int base_read(struct store_txn *txn, struct bytes value, uint32_t device, uint8_t part,
              struct bytes *out)
{
    struct env_told *told = &txn->told;
    if (value.size == 0) {
        return BASE_EFORMAT;
    }
    uint8_t how = value.data[value.size - 1];
    if (how == BASE_PLAIN) {
        *out = bytes_of(value.data, value.size - 1);
        return 0;
    }
    if (how != BASE_DELTA || value.size < BASE_TAIL_MAX) {
        return BASE_EFORMAT;
    }
    size_t delta_bytes = value.size - BASE_TAIL_MAX;
    told->device = 0;
    int rc = read_delta(txn, bytes_of(value.data, delta_bytes), value.data + delta_bytes, told);
    if (rc != 0) {
        return rc;
    }
    told->device = device;
    told->part = part;
    *out = bytes_of(told->octets, told->size);
    return 0;
}

void base_begin(struct store *store)
{
    if (++store->bases_age % CACHE_TRANSACTIONS == 0) {
        base_forget(store->bases);
        store->bases = NULL;
    }
}

void base_forget(struct base_cache *cache)
{
    for (size_t i = 0; cache != NULL && i < CACHE_SLOTS; i++) {
        free((uint8_t *)(uintptr_t)cache->slots[i].record.data);
    }
    free(cache);
}

void base_end(struct store_txn *txn)
{
    base_forget(txn->bases);
    free(txn->told.octets);
}

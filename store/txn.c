#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <time.h>

#include "store/address.h"
#include "store/base.h"
#include "store/env.h"
#include "store/error.h"
#include "store/index.h"
#include "store/kv.h"
#include "store/map.h"
#include "store/pack.h"

/* Longest wait for the other transactions of this process before the map stays as it is: readers
 * are short, and one that is not must not stop the sweep. */
#define RESIZE_WAIT_MS 2000

/* A map that could grow by less than this would be full again at once. */
#define GROWTH_BYTES_MIN ((uint64_t)1 << 20)

/* A failed write with less than this free is the disk being full, whatever the system called it:
 * LMDB makes EIO of a short write. */
#define DISK_FULL_BYTES ((uint64_t)1 << 20)

/* A store smaller than this may stay in memory: mapping its pages anew after every commit costs
 * more than it gives back. */
#define RELEASE_BYTES_MIN ((uint64_t)16 << 20)

/* Attempts to begin a transaction while other processes resize the map. */
#define BEGIN_ATTEMPTS 8

uint64_t env_disk_free(const struct store *store)
{
    struct statvfs info;
    if (statvfs(store->path, &info) != 0) {
        return UINT64_MAX; /* unknown: let the write itself find out */
    }
    return (uint64_t)info.f_bavail * info.f_frsize;
}

/* --- entering and leaving -------------------------------------------------------------------- */

static int enter(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    while (store->resizing) {
        pthread_cond_wait(&store->changed, &store->lock);
    }
    bool usable = !store->has_lost_map;
    store->active += usable;
    pthread_mutex_unlock(&store->lock);
    return usable ? 0 : BASE_ESTORE;
}

static void leave(struct store *store, bool write)
{
    pthread_mutex_lock(&store->lock);
    store->active--;
    if (write) {
        store->writing = false;
    }
    pthread_cond_broadcast(&store->changed);
    pthread_mutex_unlock(&store->lock);
}

/* Returns: whether this thread now is the one that may resize, with no transaction open. */
static bool exclude_others(struct store *store)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += RESIZE_WAIT_MS / 1000;
    pthread_mutex_lock(&store->lock);
    while (store->resizing) {
        pthread_cond_wait(&store->changed, &store->lock);
    }
    store->resizing = true;
    int rc = 0;
    while (store->active > 0 && rc == 0) {
        rc = pthread_cond_timedwait(&store->changed, &store->lock, &end);
    }
    bool alone = store->active == 0;
    if (!alone) {
        store->resizing = false;
        pthread_cond_broadcast(&store->changed);
    }
    pthread_mutex_unlock(&store->lock);
    return alone;
}

static void readmit_others(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    store->resizing = false;
    pthread_cond_broadcast(&store->changed);
    pthread_mutex_unlock(&store->lock);
}

/* --- growing --------------------------------------------------------------------------------- */

/* Only inside a transaction or while alone: LMDB reads this from the map. */
static int map_use(const struct store *store, uint64_t *map_bytes, uint64_t *used_bytes)
{
    MDB_envinfo info;
    MDB_stat pages;
    int rc = mdb_env_info(store->env, &info);
    if (rc == 0) {
        rc = mdb_env_stat(store->env, &pages);
    }
    if (rc == 0) {
        *map_bytes = info.me_mapsize;
        *used_bytes = ((uint64_t)info.me_last_pgno + 1) * pages.ms_psize;
    }
    return error_from_lmdb(rc);
}

/* Whether the address space has room for a map of that size: LMDB takes the old map away before it
 * finds out, and an environment without a map is lost. */
static bool address_space_holds(size_t bytes)
{
    void *probe = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (probe == MAP_FAILED) {
        return false;
    }
    (void)munmap(probe, bytes);
    return true;
}

static int set_size_alone(struct store *store, size_t bytes)
{
    int rc = error_from_lmdb(mdb_env_set_mapsize(store->env, bytes));
    store->has_lost_map = rc != 0;
    store->is_map_searched = false;
    return rc;
}

/* Twice as large, but not larger than what the disk can hold: a full disk then shows as a full map,
 * which undoes cleanly, and not as a write that fails half-way. */
static int grow_alone(struct store *store, uint64_t seen_bytes)
{
    uint64_t map_bytes = 0;
    uint64_t used_bytes = 0;
    int rc = map_use(store, &map_bytes, &used_bytes);
    if (rc != 0) {
        return rc;
    }
    if (map_bytes > seen_bytes) {
        return 0; /* another thread was here first */
    }
    uint64_t disk = env_disk_free(store);
    uint64_t holds = disk > UINT64_MAX - used_bytes ? UINT64_MAX : used_bytes + disk;
    uint64_t wanted = map_bytes * 2;
    if (wanted > holds) {
        wanted = holds / GROWTH_BYTES_MIN * GROWTH_BYTES_MIN;
    }
    if (wanted < map_bytes + GROWTH_BYTES_MIN) {
        return -ENOSPC;
    }
    if (!address_space_holds((size_t)wanted)) {
        return -ENOMEM;
    }
    rc = set_size_alone(store, (size_t)wanted);
    store->growths += rc == 0;
    return rc;
}

int env_resize(struct store *store, size_t seen_bytes, bool adopt)
{
    if (!exclude_others(store)) {
        return -EAGAIN;
    }
    int rc = BASE_ESTORE;
    if (!store->has_lost_map) {
        rc = adopt ? set_size_alone(store, 0) : grow_alone(store, seen_bytes);
    }
    readmit_others(store);
    return rc;
}

/* A map that is nearly full grows now, between transactions, so that none has to be repeated. That
 * it cannot grow is no failure yet: there is room left, or the transaction finds out. */
static int grow_early(struct store *store)
{
    uint64_t map_bytes = 0;
    uint64_t used_bytes = 0;
    int rc = enter(store);
    if (rc != 0) {
        return rc;
    }
    rc = map_use(store, &map_bytes, &used_bytes);
    leave(store, false);
    if (rc != 0 || map_bytes - used_bytes >= map_bytes / 4) {
        return rc;
    }
    rc = env_resize(store, (size_t)map_bytes, false);
    return rc == -ENOSPC || rc == -EAGAIN || rc == -ENOMEM ? 0 : rc;
}

void env_release(struct store *store)
{
    uint64_t map_bytes = 0;
    uint64_t used_bytes = 0;
    if (map_use(store, &map_bytes, &used_bytes) != 0 || used_bytes >= RELEASE_BYTES_MIN) {
        map_release(store);
    }
}

static void free_txn(struct store_txn *txn)
{
    base_end(txn);
    free(txn);
}

/* --- transactions ---------------------------------------------------------------------------- */

static int begin_lmdb(struct store_txn *txn)
{
    struct store *store = txn->store;
    int rc = 0;
    for (int attempt = 0; attempt < BEGIN_ATTEMPTS; attempt++) {
        int dead = 0;
        rc = enter(store);
        if (rc != 0) {
            return rc;
        }
        int code = mdb_txn_begin(store->env, NULL, txn->write ? 0 : MDB_RDONLY, &txn->txn);
        if (code == 0) {
            return 0;
        }
        leave(store, false);
        if (code == MDB_MAP_RESIZED) { /* the writing process has grown the map */
            rc = env_resize(store, 0, true);
        } else if (code == MDB_READERS_FULL && mdb_reader_check(store->env, &dead) == 0 &&
                   dead > 0) {
            rc = 0; /* processes that were killed had taken the slots */
        } else {
            return error_from_lmdb(code);
        }
        if (rc != 0) {
            return rc;
        }
    }
    return -EAGAIN;
}

static void note_writer(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    store->writing = true;
    store->writer = pthread_self();
    pthread_mutex_unlock(&store->lock);
}

static void refuse_second_writer(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    bool same = store->writing && pthread_equal(store->writer, pthread_self());
    pthread_mutex_unlock(&store->lock);
    BASE_REQUIRE(!same); /* it would wait for itself */
}

int store_begin(struct store *store, bool write, struct store_txn **out)
{
    BASE_REQUIRE(!write || store->mode == STORE_READ_WRITE);
    struct store_txn *txn = calloc(1, sizeof(*txn));
    if (txn == NULL) {
        return -ENOMEM;
    }
    txn->store = store;
    txn->write = write;
    int rc = 0;
    if (write) {
        refuse_second_writer(store);
        /* A reading process that was killed would keep all pages that it saw from being used again,
         * and the file would grow with every commit. */
        rc = error_from_lmdb(mdb_reader_check(store->env, NULL));
        rc = rc == 0 ? grow_early(store) : rc;
    }
    if (rc == 0) {
        rc = begin_lmdb(txn);
    }
    if (rc != 0) {
        free_txn(txn);
        return rc;
    }
    if (write) {
        note_writer(store);
        chains_begin(txn);
        address_begin(store);
        index_begin(store);
        base_begin(store);
        rc = env_counters_load(txn);
        if (rc != 0) {
            store_abort(txn);
            return rc;
        }
    }
    *out = txn;
    return 0;
}

static void close_cursors(struct store_txn *txn)
{
    for (size_t i = 0; i < ENV_TABLE_COUNT; i++) {
        if (txn->cursors[i] != NULL) {
            mdb_cursor_close(txn->cursors[i]);
            txn->cursors[i] = NULL;
        }
    }
}

/* What a failed commit means to the caller. */
static int commit_failure(const struct store *store, int rc)
{
    if ((rc == -EIO || rc == -ENOSPC) && env_disk_free(store) < DISK_FULL_BYTES) {
        return -ENOSPC;
    }
    return rc;
}

/* Undoes a transaction that met a full map, and makes the map larger. */
static int undo_full(struct store_txn *txn)
{
    struct store *store = txn->store;
    uint64_t map_bytes = 0;
    uint64_t used_bytes = 0;
    mdb_txn_abort(txn->txn);
    int rc = map_use(store, &map_bytes, &used_bytes);
    leave(store, true);
    free_txn(txn);
    if (rc == 0) {
        rc = env_resize(store, (size_t)map_bytes, false);
    }
    /* A reader that stays open may be gone at the next attempt. */
    return rc == 0 || rc == -EAGAIN ? BASE_ELIMIT : rc;
}

int store_commit(struct store_txn *txn)
{
    struct store *store = txn->store;
    bool write = txn->write;
    int rc = write ? records_save(txn) : 0;
    rc = write && rc == 0 ? address_save(txn) : rc;
    rc = write && rc == 0 ? index_save(txn) : rc;
    rc = write && rc == 0 ? chains_save(txn) : rc;
    rc = write && rc == 0 ? env_counters_save(txn) : rc;
    close_cursors(txn);
    if (txn->failure == BASE_ELIMIT) {
        return undo_full(txn);
    }
    rc = txn->failure != 0 ? txn->failure : rc;
    if (rc == 0) {
        rc = error_from_lmdb(mdb_txn_commit(txn->txn));
        if (rc == BASE_ELIMIT) { /* LMDB has ended it; its list of free pages did not fit */
            txn->failure = rc;
            txn->txn = NULL;
            return undo_full(txn);
        }
        rc = rc != 0 ? commit_failure(store, rc) : 0;
        if (write) {
            env_release(store);
        }
    } else {
        mdb_txn_abort(txn->txn);
    }
    leave(store, write);
    free_txn(txn);
    return rc;
}

void store_abort(struct store_txn *txn)
{
    if (txn == NULL) {
        return;
    }
    struct store *store = txn->store;
    bool write = txn->write;
    close_cursors(txn);
    if (txn->failure == BASE_ELIMIT) {
        int rc = undo_full(txn);
        (void)rc; /* the next transaction that needs the room says so */
        return;
    }
    mdb_txn_abort(txn->txn);
    leave(store, write);
    free_txn(txn);
}

int store_figures(struct store *store, struct store_figures *out)
{
    struct store_figures figures = {0};
    struct store_txn *txn = NULL;
    MDB_envinfo info;
    MDB_stat devices = {0};
    struct bytes last;
    int rc = store_begin(store, false, &txn);
    if (rc != 0) {
        return rc;
    }
    rc = error_from_lmdb(mdb_env_info(store->env, &info));
    rc = rc == 0 ? error_from_lmdb(mdb_stat(txn->txn, store->tables[ENV_DEVICE], &devices)) : rc;
    if (rc ==
        0) { /* rows of the ledger are never taken out: the last one's number is their count */
        rc = kv_last(txn, ENV_LEDGER, &last);
        figures.ledger_rows = rc == 0 && last.size == 8 ? pack_key_get_u64(last.data) : 0;
        rc = rc == BASE_ENOTFOUND ? 0 : rc;
    }
    if (rc == 0) {
        rc = map_use(store, &figures.map_bytes, &figures.used_bytes);
        figures.growths = store->growths;
    }
    store_abort(txn);
    if (rc != 0) {
        return rc;
    }
    figures.commits = info.me_last_txnid;
    figures.devices = devices.ms_entries;
    *out = figures;
    return 0;
}

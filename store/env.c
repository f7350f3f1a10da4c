#include "store/env.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/base.h"
#include "store/error.h"
#include "store/index.h"
#include "store/kv.h"
#include "store/pack.h"
#include "store/place.h"

/* Of keys, values and their meaning. Another number is refused. */
#define SCHEMA 9

/* Times that a process which finds no store looks again while another one makes it. */
#define CLAIM_ATTEMPTS 100

static const char *const table_names[ENV_TABLE_COUNT] = {
    "meta",    "device", "address", "index", "record", "ledger",
    "history", "event",  "outbox",  "base",  "recent",
};

const char *env_table_name(enum env_table table)
{
    return table_names[table];
}

/* LMDB forbids opening an environment twice in one process: closing one of the two would drop the
 * file locks of both. */
static pthread_mutex_t open_lock = PTHREAD_MUTEX_INITIALIZER;
static struct store *open_stores;

/* --- one environment a directory and process ------------------------------------------------ */

static int register_open(struct store *store, char *message, size_t cap)
{
    struct stat info;
    int rc = 0;
    if (stat(store->path, &info) != 0) {
        rc = -errno;
        place_say(message, cap, "cannot look at %s: %s", store->path, base_strerror(rc));
        return rc;
    }
    store->directory_device = info.st_dev;
    store->directory_inode = info.st_ino;
    pthread_mutex_lock(&open_lock);
    for (struct store *other = open_stores; other != NULL; other = other->next_open) {
        if (other->directory_device == info.st_dev && other->directory_inode == info.st_ino) {
            place_say(message, cap, "this process has the store in %s open already", store->path);
            rc = BASE_EEXISTS;
        }
    }
    if (rc == 0) {
        store->next_open = open_stores;
        open_stores = store;
    }
    pthread_mutex_unlock(&open_lock);
    return rc;
}

static void unregister_open(struct store *store)
{
    pthread_mutex_lock(&open_lock);
    for (struct store **at = &open_stores; *at != NULL; at = &(*at)->next_open) {
        if (*at == store) {
            *at = store->next_open;
            break;
        }
    }
    pthread_mutex_unlock(&open_lock);
}

/* --- schema and counters --------------------------------------------------------------------- */

static int schema_check(struct store_txn *txn, char *message, size_t cap)
{
    const char *path = txn->store->path;
    struct bytes value;
    int rc = kv_get(txn, ENV_META, bytes_from_text("schema"), &value);
    if (rc != 0 || value.size != 4) {
        place_say(message, cap,
                  "the store in %s has lost its schema number: restore the directory from a "
                  "backup, or move it away to begin anew",
                  path);
        return rc == BASE_ECHECKSUM || rc == BASE_EVERSION ? rc : BASE_ESTORE;
    }
    uint32_t schema = pack_get_u32(value.data);
    if (schema != SCHEMA) {
        place_say(message, cap,
                  "the store in %s has schema %u and this program needs schema %d: use the program "
                  "that wrote it, or name another directory",
                  path, (unsigned)schema, SCHEMA);
        return BASE_EVERSION;
    }
    return 0;
}

/* A UUID of random numbers (RFC 9562 section 5.4), which the installation keeps for good. */
static int installation_write(struct store_txn *txn)
{
    uint8_t id[STORE_INSTALLATION_BYTES];
    if (getrandom(id, sizeof(id), 0) != (ssize_t)sizeof(id)) {
        return -errno;
    }
    id[6] = (uint8_t)((id[6] & 0x0fU) | 0x40U);
    id[8] = (uint8_t)((id[8] & 0x3fU) | 0x80U);
    return kv_put(txn, ENV_META, bytes_from_text("installation"), (struct bytes){0},
                  bytes_of(id, sizeof(id)), KV_PUT);
}

int store_installation(struct store_txn *txn, uint8_t out[STORE_INSTALLATION_BYTES])
{
    struct bytes value;
    int rc = kv_get(txn, ENV_META, bytes_from_text("installation"), &value);
    if (rc == 0 && value.size != STORE_INSTALLATION_BYTES) {
        rc = BASE_ESTORE;
    }
    if (rc == 0) {
        memcpy(out, value.data, STORE_INSTALLATION_BYTES);
    }
    return rc;
}

static int schema_write(struct store_txn *txn)
{
    uint8_t value[4];
    pack_u32(value, SCHEMA);
    int rc = kv_put(txn, ENV_META, bytes_from_text("schema"), bytes_of(value, sizeof(value)),
                    (struct bytes){0}, KV_PUT);
    txn->counters_changed = true;
    return rc;
}

int env_counters_load(struct store_txn *txn)
{
    struct bytes value;
    int rc = kv_get(txn, ENV_META, bytes_from_text("counters"), &value);
    if (rc != 0) {
        return rc == BASE_ENOTFOUND ? BASE_ESTORE : rc;
    }
    if (value.size != 4 + 8 * ENV_CHAIN_COUNT) {
        return BASE_ESTORE;
    }
    txn->counters.next_device = pack_get_u32(value.data);
    for (size_t i = 0; i < ENV_CHAIN_COUNT; i++) {
        txn->counters.next_sequence[i] = pack_get_u64(value.data + 4 + 8 * i);
    }
    return 0;
}

int env_counters_save(struct store_txn *txn)
{
    uint8_t value[4 + 8 * ENV_CHAIN_COUNT];
    if (!txn->counters_changed) {
        return 0;
    }
    pack_u32(value, txn->counters.next_device);
    for (size_t i = 0; i < ENV_CHAIN_COUNT; i++) {
        pack_u64(value + 4 + 8 * i, txn->counters.next_sequence[i]);
    }
    return kv_put(txn, ENV_META, bytes_from_text("counters"), bytes_of(value, sizeof(value)),
                  (struct bytes){0}, KV_PUT);
}

/* --- opening --------------------------------------------------------------------------------- */

static void say_lmdb(int rc, const char *path, char *message, size_t cap)
{
    if (rc == BASE_EVERSION) {
        place_say(message, cap, "%s/data.mdb is of another LMDB version", path);
    } else if (rc == -EACCES || rc == -EPERM) {
        place_say(message, cap, "no permission for the store in %s: run as the user that owns it",
                  path);
    } else if (rc == BASE_ESTORE || rc == -EINVAL) {
        place_say(message, cap,
                  "%s/data.mdb is damaged or not a store: restore it from a backup, "
                  "or move the directory away to begin anew",
                  path);
    } else {
        place_say(message, cap, "cannot open the store in %s: %s", path, base_strerror(rc));
    }
}

/* A truncated file would kill the process by SIGBUS at the first page that is not there. */
static int check_size(struct store *store, char *message, size_t cap)
{
    MDB_envinfo info;
    MDB_stat stat_of;
    struct stat file;
    int fd = -1;
    int rc = error_from_lmdb(mdb_env_info(store->env, &info));
    if (rc == 0) {
        rc = error_from_lmdb(mdb_env_stat(store->env, &stat_of));
    }
    if (rc == 0) {
        rc = error_from_lmdb(mdb_env_get_fd(store->env, &fd));
    }
    if (rc == 0 && fstat(fd, &file) != 0) {
        rc = -errno;
    }
    if (rc != 0) {
        say_lmdb(rc, store->path, message, cap);
        return rc;
    }
    uint64_t needed = ((uint64_t)info.me_last_pgno + 1) * stat_of.ms_psize;
    if ((uint64_t)file.st_size < needed) {
        place_say(message, cap,
                  "%s/data.mdb is cut short: %llu bytes of %llu are there; restore it from a "
                  "backup",
                  store->path, (unsigned long long)file.st_size, (unsigned long long)needed);
        return BASE_ESTORE;
    }
    return 0;
}

static int open_environment(struct store *store, bool is_new, char *message, size_t cap)
{
    /* NOTLS: a read transaction belongs to its object, not to the thread that began it.
     * NORDAHEAD: a lookup must not pull the pages around it into memory. */
    unsigned flags = MDB_NOTLS | MDB_NORDAHEAD;
    int dead = 0;
    flags |= store->mode == STORE_READ_ONLY ? MDB_RDONLY : 0U;
    int rc = mdb_env_create(&store->env);
    if (rc == 0) {
        rc = mdb_env_set_maxdbs(store->env, ENV_TABLE_COUNT);
    }
    if (rc == 0 && is_new) { /* otherwise as large as it was */
        rc = mdb_env_set_mapsize(store->env, ENV_MAP_BYTES_FIRST);
    }
    if (rc == 0) {
        rc = mdb_env_open(store->env, store->path, flags, 0600);
    }
    if (rc == 0) {
        /* Slots of readers that were killed would keep old pages from being used again. */
        rc = mdb_reader_check(store->env, &dead);
    }
    rc = error_from_lmdb(rc);
    if (rc != 0) {
        say_lmdb(rc, store->path, message, cap);
        return rc;
    }
    return check_size(store, message, cap);
}

/* Returns: 0; BASE_ENOTFOUND: a table is missing; BASE_EVERSION, after saying so; other codes. */
static int open_each_table(struct store_txn *txn, bool create, char *message, size_t cap)
{
    struct store *store = txn->store;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < ENV_TABLE_COUNT; i++) {
        int code =
            mdb_dbi_open(txn->txn, table_names[i], create ? MDB_CREATE : 0, &store->tables[i]);
        rc = code == MDB_NOTFOUND ? BASE_ENOTFOUND : error_from_lmdb(code);
        if (rc == 0 && i == ENV_META && !create) {
            /* Before the others: a store of another schema may lack some of them. */
            rc = schema_check(txn, message, cap);
        }
    }
    return rc;
}

/* Opens the tables in one transaction and, when create is set, makes them. */
static int open_tables(struct store *store, bool create, char *message, size_t cap)
{
    struct store_txn txn = {.store = store, .write = create, .counters = {.next_device = 1}};
    for (size_t i = 0; i < ENV_CHAIN_COUNT; i++) {
        txn.counters.next_sequence[i] = 1;
    }
    int rc = error_from_lmdb(mdb_txn_begin(store->env, NULL, create ? 0 : MDB_RDONLY, &txn.txn));
    rc = rc == 0 ? open_each_table(&txn, create, message, cap) : rc;
    if (rc == 0 && create) {
        rc = schema_write(&txn);
        rc = rc == 0 ? installation_write(&txn) : rc;
        rc = rc == 0 ? env_counters_save(&txn) : rc;
    }
    for (size_t i = 0; !create && i < ENV_TABLE_COUNT; i++) {
        if (txn.cursors[i] != NULL) {
            mdb_cursor_close(txn.cursors[i]);
        }
    }
    if (rc == 0) {
        rc = error_from_lmdb(mdb_txn_commit(txn.txn));
    } else if (txn.txn != NULL) {
        mdb_txn_abort(txn.txn);
    }
    if (rc != 0 && message[0] == '\0' && rc != BASE_ENOTFOUND) {
        say_lmdb(rc, store->path, message, cap);
    }
    return rc;
}

/* What the directory holds. */
struct contents {
    bool was_complete;
    uint64_t data_bytes;
    bool is_alone; /* no other process writes: a store may be made */
};

/* Looks, and gets the lock alone where a store is to be made. */
static int look(struct store *store, struct contents *out, char *message, size_t cap)
{
    int rc = 0;
    out->is_alone = false;
    for (int attempt = 0; rc == 0 && attempt < CLAIM_ATTEMPTS; attempt++) {
        rc = place_look(store->path, &out->was_complete, &out->data_bytes, message, cap);
        if (rc != 0 || out->was_complete || out->is_alone || store->mode == STORE_READ_ONLY) {
            return rc;
        }
        rc = place_claim(store->lock_fd, &out->is_alone);
    }
    rc = rc == 0 ? BASE_EEXISTS : rc;
    place_say(message, cap, "another process is making the store in %s: try again", store->path);
    return rc;
}

static int finish_making(struct store *store, char *message, size_t cap)
{
    int rc = place_complete(store->path);
    rc = rc == 0 ? place_share(store->lock_fd) : rc;
    if (rc != 0) {
        place_say(message, cap, "cannot write %s/sentinel: %s", store->path, base_strerror(rc));
    }
    return rc;
}

/* Makes the tables where there are none yet. rc: how opening them went. */
static int make_tables(struct store *store, const struct contents *there, int rc, char *message,
                       size_t cap)
{
    if (rc == BASE_ENOTFOUND && there->was_complete) {
        place_say(message, cap,
                  "the store in %s was there and is damaged: its tables are missing; "
                  "restore it from a backup",
                  store->path);
        return BASE_ESTORE;
    }
    if (rc == BASE_ENOTFOUND && store->mode == STORE_READ_ONLY) {
        place_say(message, cap, "there is no store in %s yet", store->path);
        return rc;
    }
    rc = rc == BASE_ENOTFOUND ? open_tables(store, true, message, cap) : rc;
    return rc == 0 && there->is_alone ? finish_making(store, message, cap) : rc;
}

/* Opens an existing store or makes a new one, as the sentinel and the files say. */
static int open_contents(struct store *store, char *message, size_t cap)
{
    struct contents there = {0};
    bool writes = store->mode == STORE_READ_WRITE;
    int rc = look(store, &there, message, cap);
    if (rc != 0) {
        return rc;
    }
    if (there.was_complete && there.data_bytes == 0) {
        place_say(message, cap,
                  "the store in %s was there and is gone: data.mdb is missing or "
                  "empty; restore it from a backup, or remove the directory to begin anew",
                  store->path);
        return BASE_ESTORE;
    }
    if (!writes && there.data_bytes == 0) {
        place_say(message, cap, "there is no store in %s", store->path);
        return BASE_ENOTFOUND;
    }
    /* Less than LMDB's two head pages and never completed: a first start that was interrupted. */
    if (there.is_alone && there.data_bytes < 8192) {
        place_clear(store->path);
        there.data_bytes = 0;
    }
    rc = place_reserve(store->path, store->mode, message, cap);
    rc = rc == 0 ? open_environment(store, there.data_bytes == 0, message, cap) : rc;
    if (rc != 0) {
        return rc;
    }
    rc = open_tables(store, false, message, cap);
    return make_tables(store, &there, rc, message, cap);
}

static int init_locks(struct store *store)
{
    pthread_condattr_t attributes;
    int rc = pthread_condattr_init(&attributes);
    if (rc != 0) {
        return -rc;
    }
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    rc = pthread_cond_init(&store->changed, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    if (rc == 0) {
        rc = pthread_mutex_init(&store->lock, NULL);
        if (rc != 0) {
            (void)pthread_cond_destroy(&store->changed);
        }
    }
    return -rc;
}

static struct store *allocate(const char *path, enum store_mode mode)
{
    struct store *store = calloc(1, sizeof(*store));
    if (store == NULL) {
        return NULL;
    }
    store->mode = mode;
    store->lock_fd = -1;
    store->path = strdup(path);
    if (store->path == NULL || init_locks(store) != 0) {
        free(store->path);
        free(store);
        return NULL;
    }
    /* "dir/" would make lstat follow a symbolic link. */
    for (size_t size = strlen(store->path); size > 1 && store->path[size - 1] == '/'; size--) {
        store->path[size - 1] = '\0';
    }
    return store;
}

int store_open(const char *path, enum store_mode mode, struct store **out, char *message,
               size_t message_cap)
{
    char unused[8];
    if (message == NULL || message_cap == 0) {
        message = unused;
        message_cap = sizeof(unused);
    }
    message[0] = '\0';
    if (path[0] == '\0' || strlen(path) >= PATH_MAX - 32) {
        place_say(message, message_cap, "the name of the store directory is empty or too long");
        return path[0] == '\0' ? BASE_EUSAGE : -ENAMETOOLONG;
    }
    struct store *store = allocate(path, mode);
    if (store == NULL) {
        place_say(message, message_cap, "not enough memory to open the store");
        return -ENOMEM;
    }
    int rc = place_prepare(store->path, mode, message, message_cap);
    if (rc == 0) {
        rc = register_open(store, message, message_cap);
    }
    if (rc == 0 && mode == STORE_READ_WRITE) {
        rc = place_lock(store->path, &store->lock_fd, message, message_cap);
    }
    if (rc == 0) {
        rc = open_contents(store, message, message_cap);
    }
    if (rc != 0) {
        store_close(store);
        return rc;
    }
    *out = store;
    return 0;
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    BASE_REQUIRE(store->active == 0);
    unregister_open(store);
    if (store->env != NULL) {
        mdb_env_close(store->env);
    }
    if (store->lock_fd >= 0) {
        (void)close(store->lock_fd);
    }
    (void)pthread_mutex_destroy(&store->lock);
    (void)pthread_cond_destroy(&store->changed);
    index_close(store);
    free(store->place.state);
    base_forget(store->bases);
    free(store->group_octets);
    free(store->path);
    free(store);
}

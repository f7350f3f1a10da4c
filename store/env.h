/*
 * The inside of the store: what its files share and nobody else sees.
 *
 * struct store is one LMDB environment. `active` counts the transactions of this process, readers
 * and writer alike, because LMDB lets the map be resized only while there is none: whoever wants to
 * resize sets `resizing`, waits until active is 0, resizes, and lets the others in again. A thread
 * must therefore not begin a write transaction while it holds a read transaction; if one does, the
 * wait ends after RESIZE_WAIT_MS and the map stays as it is for now.
 */
#pragma once

#include <pthread.h>
#include <sys/types.h>

#include <lmdb.h>

#include "store/recent.h"
#include "store/store.h"

/* In the order in which the names stand in env.c; the number is part of every value's checksum. */
enum env_table {
    ENV_META,
    ENV_DEVICE,
    ENV_ADDRESS,
    ENV_INDEX,
    ENV_RECORD,
    ENV_LEDGER,
    ENV_HISTORY,
    ENV_EVENT,
    ENV_OUTBOX,
    ENV_BASE,
    ENV_RECENT,
    ENV_TABLE_COUNT
};

#define ENV_CHAIN_COUNT 3

/* Returns: "device", "ledger", ...; static. */
const char *env_table_name(enum env_table table);

/* What the meta table counts up. Never goes back, so nothing is ever numbered twice. */
struct env_counters {
    uint32_t next_device;
    uint64_t next_sequence[ENV_CHAIN_COUNT];
};

/* The parts of one device that lie in one value (records.c), as a transaction has them at hand. */
struct env_group {
    uint32_t device;       /* 0 = none at hand */
    struct bytes sections; /* in the map; in a write transaction in the store's group_octets */
    int damage;      /* what reading the stored value said: parts that are not here are lost */
    bool is_changed; /* differs from what is stored */
};

/* A record that a transaction has put together from what is stored (base.h). */
struct env_told {
    uint32_t device; /* 0 = none */
    uint8_t part;
    uint8_t *octets; /* NULL until it is needed */
    size_t size;
    size_t cap;
};

/* What stands under one address (address.h), as the write transaction has it at hand. */
struct env_place {
    uint8_t name[511]; /* the bound of LMDB's keys */
    size_t name_size;  /* 0 = none at hand */
    uint32_t number;
    uint8_t *state; /* NULL until it is needed */
    size_t state_size;
    size_t state_cap;
    int damage; /* what reading the stored value said: what is empty here is lost */
    bool is_changed;
};

/* What is at hand of the index (index.h). */
#define ENV_ABSENT 16
struct env_index {
    struct recent recent;
    bool is_all;                 /* recent entries are all there are: none has been folded yet */
    uint64_t absent[ENV_ABSENT]; /* hashes that no bucket has, of a write transaction */
};

/* Rows of one chain that wait to be written as one block (block.h). */
#define ENV_BLOCK_ROWS_MAX  96
#define ENV_BLOCK_BYTES_MAX 2020
struct env_block {
    uint64_t first; /* sequence of its first row */
    unsigned count;
    size_t row_bytes;
    uint16_t sizes[ENV_BLOCK_ROWS_MAX];
    uint8_t rows[ENV_BLOCK_BYTES_MAX];
};

struct store {
    MDB_env *env;
    MDB_dbi tables[ENV_TABLE_COUNT];
    enum store_mode mode;
    char *path;
    int lock_fd;            /* holds the flock of the writing process; -1 when reading */
    dev_t directory_device; /* with the inode: which directory this is, whatever its name */
    ino_t directory_inode;
    struct store *next_open; /* list of the stores that this process has open */
    pthread_mutex_t lock;    /* guards all below */
    pthread_cond_t changed;
    void *map_start; /* of data.mdb; NULL = not known */
    size_t map_bytes;
    bool is_map_searched; /* false after every resize */
    unsigned active;      /* open transactions of this process */
    bool resizing;
    bool has_lost_map; /* a resize failed: LMDB has no map, every transaction is refused */
    uint64_t growths;  /* changes only while active is 0 */
    bool writing;
    pthread_t writer;      /* valid while writing */
    uint8_t *group_octets; /* memory of the write transaction's group; NULL until it is needed */
    size_t group_cap;
    struct env_block blocks[ENV_CHAIN_COUNT]; /* of the write transaction */
    struct env_place place;                   /* the same */
    struct env_index indexes[2];              /* of readers, behind a lock; of the writer */
    struct base_cache *bases; /* of all write transactions; NULL until it is needed */
    uint32_t bases_age;       /* write transactions begun */
};

struct store_txn {
    struct store *store;
    MDB_txn *txn;
    MDB_cursor *cursors[ENV_TABLE_COUNT]; /* NULL until the table is used */
    struct env_counters counters;
    bool write;
    bool counters_changed;
    uint32_t lookups;          /* of a reader */
    uint32_t unwritten_device; /* number that store_device_create gave last; 0 = it is written */
    bool is_last_record_known;
    uint64_t last_record; /* greatest key of the record table, as a number; valid once known */
    struct env_group group;
    struct env_told told;
    struct base_cache *bases; /* NULL until it is needed */
    bool has_kept_base;       /* a base is new and not committed */
    int failure; /* first failure of a write; the transaction can only be undone then */
};

/* Bytes of the map at first. Sparse: only what is used exists on the disk. */
#define ENV_MAP_BYTES_FIRST ((size_t)64 << 20)

/* Makes the map larger (or, with adopt, as large as another process has made it) once no
 * transaction of this process is open. Returns: 0; -ENOSPC; -EAGAIN (a transaction stayed open);
 * BASE_ESTORE. */
BASE_MUST_CHECK int env_resize(struct store *store, size_t seen_bytes, bool adopt);

/* Returns: the bytes that an unprivileged process may still write to the store's disk. */
uint64_t env_disk_free(const struct store *store);

/* Gives back the pages of the map that are resident, unless the store is small (map.h). */
void env_release(struct store *store);

/* Reads the counters of a write transaction. Returns: 0; BASE_ESTORE; BASE_ECHECKSUM. */
BASE_MUST_CHECK int env_counters_load(struct store_txn *txn);

/* Writes them when they have changed. */
BASE_MUST_CHECK int env_counters_save(struct store_txn *txn);

/* Writes the parts at hand when they have changed. Returns: as kv_put. */
BASE_MUST_CHECK int records_save(struct store_txn *txn);

/* Begins a write transaction with no address at hand. */
void address_begin(struct store *store);

/* Begins a write transaction without rows that wait; writes those that do. Returns: as kv_put. */
void chains_begin(struct store_txn *txn);
BASE_MUST_CHECK int chains_save(struct store_txn *txn);

/* Counts the rows of a chain. Returns: 0; BASE_ESTORE; -errno. Damaged blocks count as none. */
BASE_MUST_CHECK int chains_count(struct store_txn *txn, enum store_chain chain, uint64_t *rows);

/* Which chain a table holds; ENV_CHAIN_COUNT = none. */
unsigned chains_of(enum env_table table);

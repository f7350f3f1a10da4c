/*
 * The store: one LMDB environment that keeps devices, their records, the meter ledger, supply and
 * alert history, and what the engine has learned. It sees records as bytes with a key and does not
 * know printers.
 *
 * One write transaction at a time, whichever process it is of: the next one waits for it. Any
 * number of readers in this or other processes meanwhile.
 * A transaction is either wholly there after a crash or not at all. Every value carries a version
 * octet and a CRC32C: a damaged page never reads as data. All MDB_* codes become ours in one place.
 * The environment has a schema number; an older or newer one is refused with a clear message. A
 * sentinel file beside data.mdb says that a store existed, because LMDB opens an empty file as a
 * new empty store.
 *
 * Tables (key -> value), all keys big-endian so that they sort:
 *   meta      name                        -> schema number, counters, notes
 *   device    device u32                  -> struct store_device
 *   address   text                        -> device u32, what the engine learned (opaque here); in
 *                                            order, as sweeps come in that order
 *   index     hash of other keys ("serial:…") -> devices u32, see store/index.h
 *   record    device u32, part u8         -> record bytes (proto/record; opaque here); parts 2 and
 *                                            128 to 132, which polls change, lie together under 2
 *   ledger    sequence u64                -> rows: device, previous sequence, time, payload; those
 *                                            of one transaction lie together, see store/block.h
 *   history   sequence u64                -> the same shape, for supplies
 *   event     sequence u64                -> the same shape, for alerts raised and cleared
 *   outbox    sequence u64                -> reserved for the uplink
 *   base      likeness u64, u8            -> records that others are told by, see store/base.h
 *   recent    number of a transaction u64 -> what it added to the index
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

struct store;
struct store_txn;

enum store_mode {
    STORE_READ_ONLY, /* never creates; BASE_ENOTFOUND when there is no store */
    STORE_READ_WRITE /* creates directory and environment */
};

/* Opens (and in read-write mode creates) the store in the directory `path`.
 * message: message_cap bytes that get one English sentence on failure: what is wrong, where, what
 * to do.
 * Owns: *out is closed with store_close.
 * Returns: 0; BASE_ENOTFOUND (read-only, no store there); BASE_EVERSION (another schema);
 * BASE_EEXISTS (this process has it open, or another one has been making it for seconds);
 * BASE_ESTORE (damaged, sentinel without data, not a
 * directory, network file system); -EACCES, -ENOSPC, -ENOMEM... */
BASE_MUST_CHECK int store_open(const char *path, enum store_mode mode, struct store **out,
                               char *message, size_t message_cap);

/* Closes the store; no transaction may be open. NULL is allowed. */
void store_close(struct store *store);

/* Begins a transaction. write: needs STORE_READ_WRITE; may be used on one thread only, from begin
 * to end, not necessarily the thread that opened the store. A read transaction may change threads.
 * A write transaction first grows the map when less than a quarter of it is free, for which it
 * waits until the other transactions of this process have ended, two seconds at most: keep read
 * transactions short, and never begin a write while holding one on the same thread.
 * Returns: 0; BASE_ESTORE; BASE_ECHECKSUM (what a writer counts up is damaged); -EAGAIN (126
 * readers are reading already); -ENOMEM. */
BASE_MUST_CHECK int store_begin(struct store *store, bool write, struct store_txn **out);

/* Commits durably (fdatasync) and frees the transaction, also on failure.
 * Returns: 0; -ENOSPC; -EIO; BASE_ESTORE; BASE_ELIMIT when the map was full: the transaction is
 * undone, the map has been grown, and the caller repeats it. */
BASE_MUST_CHECK int store_commit(struct store_txn *txn);

/* Ends a transaction without effect. NULL is allowed. */
void store_abort(struct store_txn *txn);

/* --- devices ------------------------------------------------------------------------------- */

#define STORE_ID_MAX      20
#define STORE_ADDRESS_MAX 96
#define STORE_SEAL_BYTES  32

/* What the fleet last wrote about a device, in short: so that it sees what has changed without
 * reading it again. Opaque here; all 0 for a new device. */
struct store_marks {
    uint64_t keys;       /* of the keys that point here; 0 = not known, look them all up */
    uint64_t meters;     /* of the newest ledger row */
    uint64_t supplies;   /* of the newest history row */
    uint64_t alerts;     /* of the alerts that stand */
    uint32_t meters_day; /* UTC day of the newest ledger row, days since 1970 */
    uint32_t sealed;     /* ledger rows that are sealed; 0 = none, and the seal is nothing */
    uint8_t seal[STORE_SEAL_BYTES]; /* of the newest ledger row */
};

struct store_device {
    uint32_t number;                 /* dense, from 1, never reused */
    char id[STORE_ID_MAX];           /* stable hex id, unique */
    char address[STORE_ADDRESS_MAX]; /* last address and port: "10.1.2.3:161", "[fe80::1]:161";
                                        with its place, "10.1.2.3:161/port2", of one of several */
    int64_t first_seen_unix_ms;
    int64_t last_polled_unix_ms;   /* last attempt */
    int64_t last_answered_unix_ms; /* last poll that read something; 0 never */
    uint8_t status;                /* of the last poll (enum record_status) */
    uint32_t failures;             /* polls failed in a row */
    uint64_t ledger_head;          /* newest ledger row of this device; 0 none */
    uint64_t history_head;
    uint64_t event_head;
    uint32_t alerts_active; /* for lists */
    struct store_marks marks;
};

/* Finds a device by one of its keys: a text "kind:value".
 * Returns: 0; BASE_ENOTFOUND; BASE_ESTORE; BASE_ECHECKSUM. */
BASE_MUST_CHECK int store_device_find(struct store_txn *txn, const char *key, uint32_t *number);

/* Reads one device. Returns as store_device_find. */
BASE_MUST_CHECK int store_device_get(struct store_txn *txn, uint32_t number,
                                     struct store_device *out);

/* Gives a new device its number, device->number, without writing it: rows that name the device can
 * be written before the device itself, which is then put once. No other device may be created
 * between. Returns: 0; BASE_ERANGE when the numbers have run out. */
BASE_MUST_CHECK int store_device_create(struct store_txn *txn, struct store_device *device);

/* Writes a device; number 0 creates it: a number is given and written back into *device. */
BASE_MUST_CHECK int store_device_put(struct store_txn *txn, struct store_device *device);

/* Points a key at a device, replacing what it pointed at. */
BASE_MUST_CHECK int store_device_key(struct store_txn *txn, const char *key, uint32_t number);

/* The same; *holder gets the device that the key pointed at before, 0 = none. */
BASE_MUST_CHECK int store_device_claim(struct store_txn *txn, const char *key, uint32_t number,
                                       uint32_t *holder);

/* Iterates all devices by number: start with *number = 0; false at the end or on damage (*status
 * tells 0 or the code). After damage the next call goes on behind the damaged row. */
bool store_device_next(struct store_txn *txn, uint32_t *number, struct store_device *out,
                       int *status);

/* --- records (opaque bytes) ---------------------------------------------------------------- */

/* Keeps a record of a device. Skips the write when the stored bytes are the same.
 * Returns: 0; BASE_ERANGE; BASE_ELIMIT when the map is full; BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int store_record_put(struct store_txn *txn, uint32_t device, uint8_t part,
                                     struct bytes record);

/* The same, for records of which many are much alike, as those of one model are: of most of them
 * only what differs is written. like: the same for those that may be alike; 0 = like no other. */
BASE_MUST_CHECK int store_record_put_like(struct store_txn *txn, uint32_t device, uint8_t part,
                                          struct bytes record, uint64_t like);

/* Reads a record; the bytes live until the next record is put, or read of another device or part.
 * Returns: 0; BASE_ENOTFOUND; BASE_ECHECKSUM; BASE_EVERSION; BASE_ESTORE. */
BASE_MUST_CHECK int store_record_get(struct store_txn *txn, uint32_t device, uint8_t part,
                                     struct bytes *out);

/* --- chains: ledger, supply history, events -------------------------------------------------- */

/* Three append-only sequences of the same shape. Each row names the row before it of the same
 * device, so that a device's rows are read newest first without an index. */
enum store_chain {
    STORE_LEDGER,
    STORE_HISTORY,
    STORE_EVENTS,
};

struct store_row {
    uint64_t sequence;
    uint64_t previous; /* sequence of the device's row before; 0 = first */
    uint32_t device;
    int64_t unix_ms;      /* time of the reading */
    struct bytes payload; /* lives until the transaction ends, or appends to the chain */
};

/* Appends a row for `device` and moves the head in *device (the caller puts the device after).
 * Returns: 0; BASE_ERANGE (a time beyond the year 6000, 2^40 rows since the device's last one);
 * BASE_ESTORE; BASE_ELIMIT when the map is full. */
BASE_MUST_CHECK int store_chain_append(struct store_txn *txn, enum store_chain chain,
                                       struct store_device *device, int64_t unix_ms,
                                       struct bytes payload);

/* Returns: the sequence that the next row of the chain gets; of a write transaction. */
uint64_t store_chain_upcoming(const struct store_txn *txn, enum store_chain chain);

/* Gives the sequence of the newest row that is there, 0 = none. Returns: 0; BASE_ESTORE. */
BASE_MUST_CHECK int store_chain_newest(struct store_txn *txn, enum store_chain chain,
                                       uint64_t *sequence);

/* Reads one row. Returns: 0; BASE_ENOTFOUND; BASE_ECHECKSUM; BASE_ESTORE. */
BASE_MUST_CHECK int store_chain_get(struct store_txn *txn, enum store_chain chain,
                                    uint64_t sequence, struct store_row *out);

/* Takes a row out of the history or the events, never of the ledger. The row behind it still names
 * it: a chain ends where a row is not found. Returns: 0, also when it is not there; BASE_ESTORE;
 * BASE_ELIMIT. */
BASE_MUST_CHECK int store_chain_cut(struct store_txn *txn, enum store_chain chain,
                                    uint64_t sequence);

/* Iterates a whole chain oldest first: start with *sequence = 0. As store_device_next. */
bool store_chain_next(struct store_txn *txn, enum store_chain chain, uint64_t *sequence,
                      struct store_row *out, int *status);

/* --- learned state (opaque bytes) ------------------------------------------------------------ */

/* Keeps it under an address. Returns: 0; BASE_ERANGE (empty, or longer than a key can be);
 * BASE_ELIMIT when the map is full; BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int store_learned_put(struct store_txn *txn, const char *address,
                                      struct bytes state);
/* The bytes live until the transaction ends or turns to another address. Returns: 0;
 * BASE_ENOTFOUND (or nothing was learned); BASE_ECHECKSUM; BASE_EVERSION; BASE_ESTORE. */
BASE_MUST_CHECK int store_learned_get(struct store_txn *txn, const char *address,
                                      struct bytes *out);

/* --- notes (opaque bytes) -------------------------------------------------------------------- */

#define STORE_NOTE_NAME_MAX 32

/* Keeps a few octets about the store as a whole under a name of 1 to STORE_NOTE_NAME_MAX octets.
 * Returns: 0; BASE_ERANGE; BASE_ELIMIT; BASE_ESTORE. */
BASE_MUST_CHECK int store_note_put(struct store_txn *txn, const char *name, struct bytes note);
/* The bytes live until the transaction ends. Returns: 0; BASE_ENOTFOUND; BASE_ERANGE;
 * BASE_ECHECKSUM; BASE_ESTORE. */
BASE_MUST_CHECK int store_note_get(struct store_txn *txn, const char *name, struct bytes *out);

/* --- the installation ------------------------------------------------------------------------ */

#define STORE_INSTALLATION_BYTES 16

/* The UUID that was made with the store and names the installation for good: it survives restarts
 * and upgrades. Returns: 0; BASE_ENOTFOUND; BASE_ECHECKSUM; BASE_ESTORE. */
BASE_MUST_CHECK int store_installation(struct store_txn *txn,
                                       uint8_t out[STORE_INSTALLATION_BYTES]);

/* --- figures --------------------------------------------------------------------------------- */

struct store_figures {
    uint64_t map_bytes;
    uint64_t used_bytes;
    uint64_t commits;
    uint64_t growths;
    uint64_t devices;
    uint64_t ledger_rows;
};

BASE_MUST_CHECK int store_figures(struct store *store, struct store_figures *out);

#define STORE_TABLES 11

/* What one table takes. */
struct store_table {
    const char *name;
    uint64_t entries;
    uint64_t bytes; /* of its pages */
};

/* Measures all tables as one transaction sees them.
 * Returns: 0; BASE_ESTORE. */
BASE_MUST_CHECK int store_tables(struct store_txn *txn, struct store_table out[STORE_TABLES]);

/*
 * The newest entries of the index (index.h): the table "recent" and what of it is in memory.
 *
 * Each write transaction that adds some writes them as one value. Values are never changed, and
 * leave all at once. The key is LMDB's number of the transaction, u64, and one octet that says
 * whether the value changes what a value before it says: so that this can be told of a damaged
 * value, too.
 *
 * A process keeps the entries at hand from one transaction to the next, once for its readers and
 * once for its writer. In each transaction they are held against the table when the first key is
 * looked for: what is not stored any more, or was undone, is dropped, and what is new is read. So
 * nothing depends on how the transactions before have ended, nor on who else writes.
 */
#pragma once

#include "store/entries.h"
#include "store/store.h"

struct recent {
    struct entries entries; /* what is stored, and then what the transaction has added */
    size_t stored_count;
    uint64_t value_count; /* of what is stored */
    uint64_t first;       /* numbers of the first and the last value that are at hand; 0 = none */
    uint64_t last;
    size_t as_of; /* number of the transaction that sees them so; 0 = not known */
    int damage;   /* what reading a value said: entries that are not here are lost */
    bool changes; /* the transaction's entries change what is stored */
};

/* Brings the entries to what the transaction sees, unless they are.
 * Returns: 0, also with damage; BASE_ESTORE; -ENOMEM; -errno. */
BASE_MUST_CHECK int recent_refresh(struct store_txn *txn, struct recent *recent);

/* Adds an entry, of a write transaction. Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int recent_put(struct recent *recent, uint64_t hash, uint32_t number);

/* Returns: whether a value with the added entries can be written behind the others. */
bool recent_is_open(struct store_txn *txn, const struct recent *recent);

/* Writes the added entries. Returns: 0; as kv_put. */
BASE_MUST_CHECK int recent_save(struct store_txn *txn, const struct recent *recent);

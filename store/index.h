/*
 * The index of identity keys: key text -> device number, kept by hash as entries (hash u64, device
 * u32). Two keys of the same 64-bit hash are the same key; by chance that does not happen, and who
 * makes it happen could as well claim the other device's serial number.
 *
 * Keys such as serial numbers come in no order: each would change a page of its own, and at 100,000
 * devices the pages of the keys would cost more than the devices. So the index has two levels, as a
 * log-structured tree has. What a transaction adds is one value of the table "recent", of which a
 * process has all entries in memory (recent.h). When there are more than INDEX_RECENT_MAX, the
 * transaction folds them into the table "index": values that are lists of entries, one for each of
 * 2^INDEX_BUCKET_BITS parts of the hashes, each read and written once. A key stands in one of the
 * two tables: one that is in a bucket already is changed there.
 *
 * Damage to a bucket or to a value of "recent" is damage to its keys; where the value changed what
 * others before it said, these are lost, too, and all that is recent where values cannot be found
 * any more. Lost keys begin anew: they are found again when they are pointed at a device next.
 */
#pragma once

#include "store/env.h"

/* Of 12 bits, so that 100,000 devices give some 50 keys a bucket. Stored: for ever. */
#define INDEX_BUCKET_BITS 12

/* Entries that may be recent: with more of them fewer buckets are written for each key, but each
 * takes some 20 octets of memory, and is read when a process looks for its first key. */
#define INDEX_RECENT_MAX 65536

/* Finds a key. Returns: 0; BASE_ENOTFOUND; BASE_ECHECKSUM; BASE_EVERSION; BASE_EFORMAT;
 * BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int index_find(struct store_txn *txn, const char *key, uint32_t *number);

/* Points a key at a device. *holder gets the device that it pointed at before, 0 = none, or it is
 * lost by damage. Returns: 0; -ENOMEM; as kv_put. */
BASE_MUST_CHECK int index_claim(struct store_txn *txn, const char *key, uint32_t number,
                                uint32_t *holder);

/* Begins a write transaction. */
void index_begin(struct store *store);

/* Writes what the transaction has added. Returns: 0; -ENOMEM; as kv_put. */
BASE_MUST_CHECK int index_save(struct store_txn *txn);

/* Frees what a store has in memory. */
void index_close(struct store *store);

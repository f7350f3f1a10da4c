/*
 * Keys of the index by number, each pointed at the device of its number plus something, in the
 * store of support_store.h. What is not as it should be fails the test.
 */
#pragma once

#include "store/index.h"

/* Places of the two tables in store_tables. */
#define SUPPORT_INDEX_OLD    3
#define SUPPORT_INDEX_RECENT 10

/* Keys of one commit. */
#define SUPPORT_INDEX_STEP 20000U

/* For alarm(): where an assertion fails, a process that the test has forked would wait for ever. */
#define SUPPORT_INDEX_SECONDS 60

/* Returns: the text of a key; static storage, until the next call. */
const char *support_index_key(uint32_t key);

/* Points a key at a device; holder: the one it pointed at before, 0 = none. */
void support_index_claim_one(struct store_txn *txn, uint32_t key, uint32_t number, uint32_t holder);

/* Points keys from..to-1, in one transaction. */
void support_index_claim(struct store *store, uint32_t from, uint32_t to, uint32_t above);

/* Points keys 1..to-1, SUPPORT_INDEX_STEP of them in each transaction. */
void support_index_fill(struct store *store, uint32_t to);

/* Holds a key against the device that it should point at, 0 = none. */
void support_index_expect_one(struct store_txn *txn, uint32_t key, uint32_t number);

/* Holds keys from..to-1 against what they should point at: in a transaction, in a reader and a
 * writer. */
void support_index_expect_in(struct store_txn *txn, uint32_t from, uint32_t to, uint32_t above);
void support_index_expect(struct store *store, uint32_t from, uint32_t to, uint32_t above);

/* Holds that a writer does not find a key. */
void support_index_expect_none(struct store *store, uint32_t key);

/* Returns: the values in one of the two tables. */
uint64_t support_index_entries(struct store *store, unsigned table);

/* Closes the store and opens it again. */
struct store *support_index_reopen(struct store *store);

/*
 * Rows of the ledger as octets, for tests that tamper with them below the store's own functions.
 * Each row is a transaction of its own, so that it is a block of its own (store/block.h).
 */
#pragma once

#include "store/env.h"

/* Copies the octets of a ledger row, head and payload, to `out`. Returns: their number. */
size_t support_ledger_read(struct store_txn *txn, uint64_t sequence, uint8_t *out);

/* Writes octets as a ledger row, with valid checksums. */
void support_ledger_write(struct store_txn *txn, uint64_t sequence, struct bytes value);

/* Flips a bit of the stored row, so that its checksum does not hold. */
void support_ledger_damage(struct store_txn *txn, uint64_t sequence);

/* Takes a row away. */
void support_ledger_delete(struct store_txn *txn, uint64_t sequence);

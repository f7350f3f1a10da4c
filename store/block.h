/*
 * Blocks: rows of a chain that one transaction appends lie in one value, as many as fit in half a
 * page, so that the search in the tree and the head of a value are paid once for some twenty rows.
 *
 * The key is the sequence of the last row. The value: version octet, checksum of the head u32; the
 * head: count u16 and per row its size u16 (0 = taken out, BLOCK_REST = up to the end of the
 * value); then the rows, each its checksum u32 and its octets. A row's checksum covers its own
 * sequence, so damage to a row is damage to that row alone; damage to the head is damage to all.
 */
#pragma once

#include "store/env.h"

#define BLOCK_REST UINT16_MAX
/* In front of each row. */
#define BLOCK_SUM_BYTES 4

/* One that was read. */
struct block {
    enum env_table table;
    uint64_t first; /* sequences */
    uint64_t last;
    struct bytes value;
};

/* Finds the block in which a sequence stands, or the first one behind it.
 * Returns: 0; BASE_ENOTFOUND; BASE_ECHECKSUM, BASE_EVERSION or BASE_EFORMAT, and then `last` is
 * known; BASE_ESTORE; -errno. */
BASE_MUST_CHECK int block_find(struct store_txn *txn, enum env_table table, uint64_t sequence,
                               struct block *out);

/* Gives the octets of a row, which live in the map.
 * Returns: 0; BASE_ENOTFOUND (outside, or taken out); BASE_ECHECKSUM; BASE_EFORMAT. */
BASE_MUST_CHECK int block_row(const struct block *block, uint64_t sequence, struct bytes *out);

/* Returns: rows that have not been taken out. */
unsigned block_count(const struct block *block);

/* Takes a row out of the block and writes it anew. Returns: 0; as kv_put; BASE_EFORMAT. */
BASE_MUST_CHECK int block_cut(struct store_txn *txn, const struct block *block, uint64_t sequence);

/* Adds a row, head and then body, to those that wait, and writes what does not fit any more.
 * Returns: 0; as kv_put. */
BASE_MUST_CHECK int block_add(struct store_txn *txn, enum env_table table,
                              struct env_block *waiting, uint64_t sequence, struct bytes head,
                              struct bytes body);

/* Gives the octets of a row that waits; they live until the next row is added or the transaction
 * ends. Returns: false when it is none of them, or was taken out. */
bool block_waits(const struct env_block *waiting, uint64_t sequence, struct bytes *out);

/* Takes out a row that waits. Returns: false when it is none of them. */
bool block_cut_waiting(struct env_block *waiting, uint64_t sequence);

/* Writes what waits. Returns: 0; as kv_put. */
BASE_MUST_CHECK int block_save(struct store_txn *txn, enum env_table table,
                               struct env_block *waiting);

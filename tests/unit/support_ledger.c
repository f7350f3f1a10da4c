#include "tests/unit/support_ledger.h"

#include <stdlib.h>

#include <lmdb.h>

#include <criterion/criterion.h>

#include "store/block.h"
#include "store/kv.h"
#include "store/pack.h"

size_t support_ledger_read(struct store_txn *txn, uint64_t sequence, uint8_t *out)
{
    struct block block;
    struct bytes value;
    cr_assert_eq(block_find(txn, ENV_LEDGER, sequence, &block), 0);
    cr_assert_eq(block_row(&block, sequence, &value), 0);
    bytes_copy(out, value);
    return value.size;
}

void support_ledger_write(struct store_txn *txn, uint64_t sequence, struct bytes value)
{
    uint8_t key[8];
    uint8_t head[13] = {KV_VERSION, 0, 0, 0, 0, 1, 0, 0xFF, 0xFF}; /* one row, up to the end */
    pack_key_u64(key, sequence);
    struct bytes name = bytes_of(key, sizeof(key));
    pack_u32(head + 1, kv_checksum(ENV_LEDGER, name, bytes_of(head + 5, 4)));
    pack_u32(head + 9, kv_checksum(ENV_LEDGER, name, value));
    cr_assert_eq(kv_put_whole(txn, ENV_LEDGER, name, bytes_of(head, sizeof(head)), value, KV_PUT),
                 0);
}

void support_ledger_damage(struct store_txn *txn, uint64_t sequence)
{
    uint8_t key[8];
    MDB_val name = {.mv_size = sizeof(key), .mv_data = key};
    MDB_val value;
    pack_key_u64(key, sequence);
    cr_assert_eq(mdb_get(txn->txn, txn->store->tables[ENV_LEDGER], &name, &value), 0);
    uint8_t *copy = malloc(value.mv_size);
    cr_assert_not_null(copy);
    memcpy(copy, value.mv_data, value.mv_size);
    copy[value.mv_size - 1] ^= 1;
    value.mv_data = copy;
    cr_assert_eq(mdb_put(txn->txn, txn->store->tables[ENV_LEDGER], &name, &value, 0), 0);
    free(copy);
}

void support_ledger_delete(struct store_txn *txn, uint64_t sequence)
{
    uint8_t key[8];
    MDB_val name = {.mv_size = sizeof(key), .mv_data = key};
    pack_key_u64(key, sequence);
    cr_assert_eq(mdb_del(txn->txn, txn->store->tables[ENV_LEDGER], &name, NULL), 0);
}

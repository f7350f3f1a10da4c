#include "tests/unit/support_index.h"

#include <stdio.h>

#include <criterion/criterion.h>

#include "tests/unit/support_store.h"

const char *support_index_key(uint32_t number)
{
    static char name[32];
    snprintf(name, sizeof(name), "serial:x:%06u", (unsigned)number);
    return name;
}

void support_index_claim_one(struct store_txn *txn, uint32_t key, uint32_t number, uint32_t holder)
{
    uint32_t before = UINT32_MAX;
    cr_assert_eq(store_device_claim(txn, support_index_key(key), number, &before), 0);
    cr_assert_eq(before, holder, "key %u", (unsigned)key);
}

void support_index_claim(struct store *store, uint32_t from, uint32_t to, uint32_t above)
{
    struct store_txn *txn = support_store_begin(store, true);
    for (uint32_t i = from; i < to; i++) {
        uint32_t holder = 0;
        cr_assert_eq(store_device_claim(txn, support_index_key(i), i + above, &holder), 0);
    }
    cr_assert_eq(store_commit(txn), 0);
}

void support_index_fill(struct store *store, uint32_t to)
{
    for (uint32_t i = 1; i < to; i += SUPPORT_INDEX_STEP) {
        support_index_claim(store, i, i + SUPPORT_INDEX_STEP < to ? i + SUPPORT_INDEX_STEP : to, 0);
    }
}

void support_index_expect_one(struct store_txn *txn, uint32_t key, uint32_t number)
{
    uint32_t found = 0;
    int rc = store_device_find(txn, support_index_key(key), &found);
    cr_assert_eq(rc, number == 0 ? BASE_ENOTFOUND : 0, "key %u: %s", (unsigned)key,
                 base_strerror(rc));
    cr_assert_eq(found, number, "key %u", (unsigned)key);
}

void support_index_expect_in(struct store_txn *txn, uint32_t from, uint32_t to, uint32_t above)
{
    for (uint32_t i = from; i < to; i++) {
        support_index_expect_one(txn, i, i + above);
    }
}

void support_index_expect(struct store *store, uint32_t from, uint32_t to, uint32_t above)
{
    for (int write = 0; write < 2; write++) {
        struct store_txn *txn = support_store_begin(store, write != 0);
        support_index_expect_in(txn, from, to, above);
        support_index_expect_one(txn, 999999, 0);
        store_abort(txn);
    }
}

void support_index_expect_none(struct store *store, uint32_t key)
{
    struct store_txn *txn = support_store_begin(store, true);
    support_index_expect_one(txn, key, 0);
    store_abort(txn);
}

uint64_t support_index_entries(struct store *store, unsigned table)
{
    struct store_table tables[STORE_TABLES];
    struct store_txn *txn = support_store_begin(store, false);
    cr_assert_eq(store_tables(txn, tables), 0);
    store_abort(txn);
    cr_assert_str_eq(tables[SUPPORT_INDEX_RECENT].name, "recent");
    cr_assert_str_eq(tables[SUPPORT_INDEX_OLD].name, "index");
    return tables[table].entries;
}

struct store *support_index_reopen(struct store *store)
{
    store_close(store);
    return support_store_open(STORE_READ_WRITE);
}

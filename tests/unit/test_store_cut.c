#include <signal.h>

#include <criterion/criterion.h>

#include "tests/unit/support_store.h"

TestSuite(store_cut, .init = support_store_setup, .fini = support_store_teardown, .timeout = 60);

static struct store *store;
static struct store_device device = {.id = "a", .address = "10.0.0.1:161"};

static void fill(enum store_chain chain, int rows)
{
    store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_device_put(txn, &device), 0);
    for (int i = 0; i < rows; i++) {
        cr_assert_eq(store_chain_append(txn, chain, &device, i, bytes_from_text("row")), 0);
    }
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_commit(txn), 0);
}

Test(store_cut, takes_a_row_out_and_leaves_the_others)
{
    struct store_row row;
    uint64_t sequence = 0;
    uint64_t seen = 0;
    int status = 0;
    fill(STORE_EVENTS, 5);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_chain_cut(txn, STORE_EVENTS, 2), 0);
    cr_assert_eq(store_chain_cut(txn, STORE_EVENTS, 2), 0, "it is gone already");
    cr_assert_eq(store_chain_cut(txn, STORE_EVENTS, 99), 0);
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, false);
    cr_assert_eq(store_chain_get(txn, STORE_EVENTS, 2, &row), BASE_ENOTFOUND);
    while (store_chain_next(txn, STORE_EVENTS, &sequence, &row, &status)) {
        seen = seen * 10 + sequence;
    }
    cr_assert_eq(seen, 1345);
    store_abort(txn);
    store_close(store);
}

Test(store_cut, never_gives_a_number_twice)
{
    fill(STORE_HISTORY, 3);
    struct store_txn *txn = support_store_begin(store, true);
    for (uint64_t i = 1; i <= 3; i++) {
        cr_assert_eq(store_chain_cut(txn, STORE_HISTORY, i), 0);
    }
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
    store = support_store_open(STORE_READ_WRITE);
    txn = support_store_begin(store, true);
    cr_assert_eq(store_chain_append(txn, STORE_HISTORY, &device, 9, bytes_from_text("row")), 0);
    cr_assert_eq(device.history_head, 4);
    store_abort(txn);
    store_close(store);
}

Test(store_cut, is_undone_with_its_transaction)
{
    struct store_row row;
    fill(STORE_EVENTS, 1);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_chain_cut(txn, STORE_EVENTS, 1), 0);
    store_abort(txn);
    txn = support_store_begin(store, false);
    cr_assert_eq(store_chain_get(txn, STORE_EVENTS, 1, &row), 0);
    store_abort(txn);
    store_close(store);
}

Test(store_cut, is_not_for_the_ledger, .signal = SIGABRT)
{
    fill(STORE_LEDGER, 1);
    struct store_txn *txn = support_store_begin(store, true);
    int rc = store_chain_cut(txn, STORE_LEDGER, 1);
    cr_assert_eq(rc, 0);
}

Test(store_cut, tables_tell_what_they_take)
{
    struct store_table tables[STORE_TABLES];
    uint64_t rows = 0;
    fill(STORE_EVENTS, 1000);
    struct store_txn *txn = support_store_begin(store, false);
    cr_assert_eq(store_tables(txn, tables), 0);
    for (size_t i = 0; i < STORE_TABLES; i++) {
        if (strcmp(tables[i].name, "event") == 0) {
            rows = tables[i].entries;
            cr_assert_gt(tables[i].bytes, 1000 * 3);
        }
        cr_assert_eq(tables[i].bytes % 4096, 0);
    }
    cr_assert_eq(rows, 1000);
    store_abort(txn);
    store_close(store);
}

Test(store_cut, a_row_keeps_any_time_and_refuses_what_it_cannot_keep)
{
    static const int64_t most = (INT64_C(1) << 47) - 1;
    const int64_t times[] = {0, -1, most, -most, INT64_C(1764547200123)};
    struct store_device other = {.number = 3};
    struct store_row row;
    store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (uint64_t i = 0; i < BASE_ARRAY_COUNT(times); i++) {
        cr_assert_eq(store_chain_append(txn, STORE_LEDGER, &other, times[i], (struct bytes){0}), 0);
        cr_assert_eq(store_chain_get(txn, STORE_LEDGER, i + 1, &row), 0);
        cr_assert(row.unix_ms == times[i] && row.previous == i && row.device == 3);
    }
    cr_assert_eq(store_chain_append(txn, STORE_LEDGER, &other, most + 1, (struct bytes){0}),
                 BASE_ERANGE);
    cr_assert_eq(store_chain_append(txn, STORE_LEDGER, &other, INT64_MIN, (struct bytes){0}),
                 BASE_ERANGE);
    cr_assert_eq(other.ledger_head, BASE_ARRAY_COUNT(times));
    other.ledger_head = 99; /* a row that has not been written yet */
    cr_assert_eq(store_chain_append(txn, STORE_LEDGER, &other, 0, (struct bytes){0}), BASE_ERANGE);
    store_abort(txn);
    store_close(store);
}

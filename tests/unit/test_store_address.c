#include <stdio.h>

#include <criterion/criterion.h>

#include "store/store.h"
#include "tests/unit/support_store.h"

TestSuite(store_address, .init = support_store_setup, .fini = support_store_teardown,
          .timeout = 60);

#define HERE  "10.1.2.3:161"
#define THERE "10.1.2.4:161"

static void expect(struct store_txn *txn, const char *key, uint32_t expected)
{
    uint32_t number = 0;
    int rc = store_device_find(txn, key, &number);
    cr_assert_eq(rc, expected == 0 ? BASE_ENOTFOUND : 0, "%s", key);
    cr_assert_eq(number, expected);
}

static void expect_learned(struct store_txn *txn, const char *address, const char *expected)
{
    struct bytes out;
    int rc = store_learned_get(txn, address, &out);
    cr_assert_eq(rc, expected == NULL ? BASE_ENOTFOUND : 0, "%s", address);
    cr_assert(rc != 0 || bytes_equal(out, bytes_from_text(expected)));
}

static void learn(struct store_txn *txn, const char *address, const char *state)
{
    cr_assert_eq(store_learned_put(txn, address, bytes_from_text(state)), 0);
}

Test(store_address, the_device_and_what_was_learned_stand_side_by_side)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_device_key(txn, "address:" HERE, 7), 0);
    learn(txn, THERE, "of a stranger");
    expect(txn, "address:" THERE, 0);
    expect_learned(txn, HERE, NULL);
    learn(txn, HERE, "slow");
    expect(txn, "address:" HERE, 7);
    cr_assert_eq(store_device_key(txn, "address:" THERE, 8), 0);
    expect_learned(txn, THERE, "of a stranger");
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, false);
    expect(txn, "address:" HERE, 7);
    expect(txn, "address:" THERE, 8);
    expect(txn, "address:" HERE "#2", 0);
    expect_learned(txn, HERE, "slow");
    expect_learned(txn, THERE, "of a stranger");
    store_abort(txn);
    store_close(store);
}

Test(store_address, who_had_an_address_is_told_and_what_was_learned_stays)
{
    uint32_t holder = 99;
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (uint32_t number = 1; number <= 3; number++) {
        struct store_txn *txn = support_store_begin(store, true);
        cr_assert_eq(store_device_claim(txn, "address:" HERE, number, &holder), 0);
        cr_assert_eq(holder, number - 1);
        if (number == 1) {
            learn(txn, HERE, "what it bears");
        }
        expect_learned(txn, HERE, "what it bears");
        cr_assert_eq(store_commit(txn), 0);
    }
    store_close(store);
}

Test(store_address, an_aborted_transaction_leaves_no_address_at_hand)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_device_key(txn, "address:" HERE, 7), 0);
    cr_assert_eq(store_device_key(txn, "serial:x:ABC", 7), 0);
    learn(txn, HERE, "nothing");
    store_abort(txn);
    txn = support_store_begin(store, true);
    expect(txn, "address:" HERE, 0);
    expect(txn, "serial:x:ABC", 0);
    expect_learned(txn, HERE, NULL);
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
}

Test(store_address, the_same_again_costs_no_page)
{
    struct store_figures before;
    struct store_figures after;
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (int round = 0; round < 2; round++) {
        struct store_txn *txn = support_store_begin(store, true);
        cr_assert_eq(store_device_key(txn, "address:" HERE, 7), 0);
        cr_assert_eq(store_device_key(txn, "serial:x:ABC", 7), 0);
        learn(txn, HERE, "slow");
        learn(txn, THERE, "fast");
        cr_assert_eq(store_commit(txn), 0);
        cr_assert_eq(store_figures(store, round == 0 ? &before : &after), 0);
    }
    cr_assert_eq(after.commits, before.commits);
    store_close(store);
}

Test(store_address, what_is_damaged_is_lost_until_it_is_put_again)
{
    uint32_t number = 0;
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_device_key(txn, "address:" HERE, 7), 0);
    learn(txn, HERE, "a rare state");
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
    cr_assert_eq(
        support_store_patch(bytes_from_text("a rare state"), bytes_from_text("a rAre state")), 1);
    store = support_store_open(STORE_READ_WRITE);
    for (int writes = 0; writes < 2; writes++) {
        txn = support_store_begin(store, writes != 0);
        cr_assert_eq(store_device_find(txn, "address:" HERE, &number), BASE_ECHECKSUM);
        cr_assert_eq(store_learned_get(txn, HERE, &out), BASE_ECHECKSUM);
        if (writes == 0) {
            store_abort(txn);
        }
    }
    cr_assert_eq(store_device_key(txn, "address:" HERE, 8), 0);
    expect(txn, "address:" HERE, 8);
    cr_assert_eq(store_learned_get(txn, HERE, &out), BASE_ECHECKSUM);
    learn(txn, HERE, "a rare state");
    expect_learned(txn, HERE, "a rare state");
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, false);
    expect(txn, "address:" HERE, 8);
    expect_learned(txn, HERE, "a rare state");
    store_abort(txn);
    store_close(store);
}

/* Buckets of the index at hand and stored ones tell the same, over many keys. */
Test(store_address, keys_of_one_bucket_are_all_found)
{
    enum { KEYS = 30000 };
    char key[32];
    uint32_t holder = 0;
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (uint32_t first = 1; first <= KEYS; first += 5000) {
        struct store_txn *txn = support_store_begin(store, true);
        for (uint32_t i = first; i < first + 5000; i++) {
            (void)snprintf(key, sizeof(key), "serial:x:%u", i);
            expect(txn, key, 0);
            cr_assert_eq(store_device_claim(txn, key, i, &holder), 0);
            cr_assert_eq(holder, 0);
        }
        cr_assert_eq(store_commit(txn), 0);
    }
    struct store_txn *txn = support_store_begin(store, true);
    for (uint32_t i = 1; i <= KEYS; i++) {
        (void)snprintf(key, sizeof(key), "serial:x:%u", i);
        expect(txn, key, i);
        if (i % 3 == 0) {
            cr_assert_eq(store_device_claim(txn, key, i + 1, &holder), 0);
            cr_assert_eq(holder, i);
            expect(txn, key, i + 1);
        }
    }
    store_abort(txn);
    store_close(store);
}

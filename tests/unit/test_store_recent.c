/*
 * The two levels of the index: what is recent is folded into the buckets when it is much, and
 * nobody sees a difference.
 */
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/unit/support_index.h"
#include "tests/unit/support_store.h"

TestSuite(store_recent, .init = support_store_setup, .fini = support_store_teardown,
          .timeout = 200);

Test(store_recent, is_one_value_a_commit_until_it_is_folded)
{
    const uint32_t to = INDEX_RECENT_MAX + 1;
    struct store *store = support_store_open(STORE_READ_WRITE);
    support_index_fill(store, to);
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_OLD), 0);
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT),
                 (to - 1 + SUPPORT_INDEX_STEP - 1) / SUPPORT_INDEX_STEP);
    support_index_expect(store, 1, to, 0);
    support_index_claim(store, 1, to, 0); /* as they are: nothing to write */
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_OLD), 0);
    support_index_claim(store, to, to + 1, 0);
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_OLD), 1 << INDEX_BUCKET_BITS,
                 "some for each bucket");
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 0);
    support_index_expect(store, 1, to + 1, 0);
    support_index_claim(store, to + 1, to + 2, 0);
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 1);
    support_index_expect(store, 1, to + 2, 0);
    store = support_index_reopen(store);
    support_index_expect(store, 1, to + 2, 0);
    store_close(store);
}

Test(store_recent, holds_as_many_keys_as_a_large_fleet_has)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (uint32_t i = 1; i <= 200000; i += 1000) {
        support_index_claim(store, i, i + 1000, 0);
    }
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_OLD), 1 << INDEX_BUCKET_BITS);
    support_index_expect(store, 1, 200001, 0);
    store = support_index_reopen(store);
    support_index_expect(store, 1, 200001, 0);
    store_close(store);
}

Test(store_recent, more_keys_than_may_be_recent_fit_in_one_transaction)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    support_index_claim(store, 1, 150001, 0);
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 0);
    support_index_expect(store, 1, 150001, 0);
    store_close(store);
}

Test(store_recent, keys_change_hands_wherever_they_stand)
{
    const uint32_t to = INDEX_RECENT_MAX + 1;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    support_index_claim_one(txn, 1, 10, 0);
    support_index_claim_one(txn, 1, 11, 10); /* in the transaction that adds it */
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, true);
    support_index_claim_one(txn, 1, 12, 11); /* as a recent one */
    support_index_expect_one(txn, 1, 12);
    support_index_claim_one(txn, 1, 13, 12);
    support_index_expect_one(txn, 1, 13);
    cr_assert_eq(store_commit(txn), 0);
    store = support_index_reopen(store);
    txn = support_store_begin(store, true);
    support_index_expect_one(txn, 1, 13);
    support_index_claim_one(txn, 1, 1, 13);
    cr_assert_eq(store_commit(txn), 0);
    support_index_fill(store, to); /* the first one stands there four times, so this is too much */
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 0);
    support_index_expect(store, 1, to, 0);
    txn = support_store_begin(store, true);
    support_index_claim_one(txn, 1, 14, 1); /* in its bucket */
    support_index_expect_one(txn, 1, 14);
    support_index_claim_one(txn, 1, 15, 14);
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 0,
                 "it is changed where it stands");
    store = support_index_reopen(store);
    txn = support_store_begin(store, false);
    support_index_expect_one(txn, 1, 15);
    support_index_expect_in(txn, 2, to, 0);
    store_abort(txn);
    store_close(store);
}

Test(store_recent, a_key_that_was_not_there_is_found_once_it_is)
{
    const uint32_t to = INDEX_RECENT_MAX + 2;
    struct store *store = support_store_open(STORE_READ_WRITE);
    support_index_fill(store, to);
    support_index_expect_none(store, to);
    struct store_txn *txn = support_store_begin(store, true);
    support_index_expect_one(txn, to, 0);
    support_index_claim_one(txn, to, to, 0);
    for (uint32_t i = to + 1; i < 2 * to; i++) {
        support_index_claim_one(txn, i, i, 0);
        support_index_expect_one(txn, i + 1, 0);
    }
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 0, "it is folded");
    txn = support_store_begin(store, true);
    support_index_expect_in(txn, to, 2 * to, 0);
    store_abort(txn);
    store_close(store);
}

Test(store_recent, what_was_written_is_not_written_again)
{
    struct store_figures figures;
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (uint32_t i = 1; i < 2000; i++) {
        support_index_claim(store, i, i + 1, 0);
    }
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 1999);
    cr_assert_eq(store_figures(store, &figures), 0);
    cr_assert_lt(figures.used_bytes, 300000, "%u", (unsigned)figures.used_bytes);
    store = support_index_reopen(store);
    support_index_expect(store, 1, 2000, 0);
    store_close(store);
}

Test(store_recent, readers_of_older_states_and_newer_ones_take_turns)
{
    struct store_txn *readers[4];
    struct store *store = support_store_open(STORE_READ_WRITE);
    support_index_claim(store, 1, 100, 0);
    for (uint32_t i = 0; i < 4; i++) {
        readers[i] = support_store_begin(store, false);
        support_index_claim(store, 1, 50 + i, i + 1);
    }
    for (uint32_t i = 0; i < 20; i++) {
        uint32_t which = i * 7 % 5 % 4;
        support_index_expect_in(readers[which], 1, 49 + which, which);
        support_index_expect_in(readers[which], 49 + which, 100, 0);
    }
    for (uint32_t i = 0; i < 4; i++) {
        store_abort(readers[i]);
    }
    support_index_expect(store, 1, 53, 4);
    store_close(store);
}

Test(store_recent, readers_see_the_state_of_their_transaction)
{
    const uint32_t to = INDEX_RECENT_MAX - 10;
    struct store *store = support_store_open(STORE_READ_WRITE);
    support_index_fill(store, to);
    struct store_txn *first = support_store_begin(store, false);
    struct store_txn *writer = support_store_begin(store, true);
    for (uint32_t i = 1; i < 100; i++) {
        support_index_claim_one(writer, i, i + 7, i);
        support_index_claim_one(writer, to + i, to + i, 0);
    }
    support_index_expect_one(first, 1, 1);
    support_index_expect_one(first, to + 1, 0);
    cr_assert_eq(store_commit(writer), 0);
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 0, "it is folded");
    struct store_txn *second = support_store_begin(store, false);
    support_index_claim(store, 1, 2, 20);
    support_index_claim(store, 200000, 200001, 0);
    struct store_txn *third = support_store_begin(store, false);
    for (int i = 0; i < 2; i++) {
        support_index_expect_in(first, 1, 100, 0);
        support_index_expect_one(first, to + 1, 0);
        support_index_expect_in(second, 1, 100, 7);
        support_index_expect_one(second, to + 1, to + 1);
        support_index_expect_one(second, 200000, 0);
        support_index_expect_one(third, 1, 21);
        support_index_expect_in(third, 2, 100, 7);
        support_index_expect_one(third, 200000, 200000);
    }
    support_index_expect_in(first, 1, to, 0);
    store_abort(first);
    store_abort(second);
    store_abort(third);
    store_close(store);
}

Test(store_recent, what_is_undone_leaves_nothing_and_can_be_repeated)
{
    const uint32_t to = INDEX_RECENT_MAX - 10;
    static uint8_t record[65000];
    struct store *store = support_store_open(STORE_READ_WRITE);
    support_index_fill(store, to);
    for (int attempt = 0; attempt < 3; attempt++) {
        struct store_txn *txn = support_store_begin(store, true);
        int rc = 0;
        for (uint32_t i = 1; i < 100; i++) {
            support_index_claim_one(txn, i, i + 7, i);
            support_index_claim_one(txn, to + i, to + i, 0);
        }
        if (attempt == 0) {
            store_abort(txn);
            txn = support_store_begin(store, true); /* one that looks for no key */
            cr_assert_eq(store_note_put(txn, "note", bytes_from_text("anything")), 0);
            cr_assert_eq(store_commit(txn), 0);
        }
        if (attempt == 1) { /* the map is full before the commit, or while it folds */
            for (uint32_t i = 1; rc == 0; i++) {
                rc = store_record_put(txn, i, 1, bytes_of(record, sizeof(record) - i));
            }
            cr_assert_eq(rc, BASE_ELIMIT);
            cr_assert_eq(store_commit(txn), BASE_ELIMIT);
        }
        if (attempt < 2) {
            support_index_expect(store, 1, to, 0);
            support_index_expect_none(store, to + 1);
        } else {
            cr_assert_eq(store_commit(txn), 0);
        }
    }
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 0, "it is folded");
    support_index_expect(store, 1, 100, 7);
    support_index_expect(store, 100, to, 0);
    support_index_expect(store, to + 1, to + 100, 0);
    store_close(store);
}

/* A process of its own that claims as it is told: the test's process may have no store open when
 * it forks. */
struct other {
    pid_t pid;
    int orders[2];
    int done[2];
};

struct order {
    uint32_t from;
    uint32_t to;
    uint32_t above;
};

static void other_start(struct other *other)
{
    struct order order;
    cr_assert(pipe(other->orders) == 0 && pipe(other->done) == 0);
    other->pid = fork();
    cr_assert(other->pid >= 0);
    if (other->pid == 0) {
        alarm(SUPPORT_INDEX_SECONDS);
        close(other->orders[1]);
        struct store *store = support_store_open(STORE_READ_WRITE);
        while (read(other->orders[0], &order, sizeof(order)) == (ssize_t)sizeof(order)) {
            support_index_claim(store, order.from, order.to, order.above);
            cr_assert_eq(write(other->done[1], "", 1), 1);
        }
        store_close(store);
        _exit(0);
    }
    close(other->orders[0]);
}

static void other_claims(const struct other *other, uint32_t from, uint32_t to, uint32_t above)
{
    struct order order = {from, to, above};
    char octet;
    cr_assert_eq(write(other->orders[1], &order, sizeof(order)), (ssize_t)sizeof(order));
    cr_assert_eq(read(other->done[0], &octet, 1), 1);
}

static void other_stop(struct other *other)
{
    int status = 0;
    close(other->orders[1]);
    cr_assert_eq(waitpid(other->pid, &status, 0), other->pid);
    cr_assert_eq(status, 0);
}

Test(store_recent, two_processes_write_in_turn)
{
    struct other other;
    uint32_t next = 1;
    other_start(&other);
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (int round = 0; round < 12; round++) { /* each of the two folds at some time */
        support_index_claim(store, next, next + 9000, 0);
        other_claims(&other, next + 9000, next + 15000, 0);
        if (round % 3 == 2) { /* and not always in turn */
            other_claims(&other, next + 15000, next + 16000, 0);
            support_index_claim(store, next + 16000, next + 18000, 0);
        } else {
            support_index_claim(store, next + 15000, next + 18000, 0);
        }
        next += 18000;
        support_index_expect(store, next - 18000, next, 0);
    }
    other_claims(&other, 1, 300, 5); /* some that are folded, some that are not */
    other_claims(&other, next - 300, next, 5);
    support_index_expect(store, 1, 300, 5);
    support_index_expect(store, next - 300, next, 5);
    support_index_claim(store, 100, 200, 6);
    struct store_txn *txn = support_store_begin(store, true); /* undone: theirs has its number */
    support_index_claim_one(txn, 400000, 1, 0);
    support_index_claim_one(txn, 1, 1, 6);
    store_abort(txn);
    other_claims(&other, 400001, 400002, 0);
    support_index_claim(store, 400002, 400003, 0);
    support_index_expect(store, 1, 100, 5);
    support_index_expect(store, 100, 200, 6);
    support_index_expect(store, 300, next - 300, 0);
    support_index_expect(store, 400001, 400003, 0);
    support_index_expect_none(store, 400000);
    other_stop(&other);
    store_close(store);
}

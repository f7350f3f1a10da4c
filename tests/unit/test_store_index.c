/*
 * The index of keys in a store that was empty when it was opened.
 */
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "store/store.h"
#include "tests/unit/support_index.h"
#include "tests/unit/support_store.h"

#define KEYS 6000 /* some in every bucket */

TestSuite(store_index, .init = support_store_setup, .fini = support_store_teardown, .timeout = 60);

/* Writes keys from..to-1, each for the device of its number. */
static void claim(struct store *store, uint32_t from, uint32_t to, bool commits)
{
    struct store_txn *txn = support_store_begin(store, true);
    for (uint32_t i = from; i < to; i++) {
        support_index_expect_one(txn, i, 0);
        cr_assert_eq(store_device_key(txn, support_index_key(i), i), 0);
        support_index_expect_one(txn, i, i);
    }
    if (commits) {
        cr_assert_eq(store_commit(txn), 0);
    } else {
        store_abort(txn);
    }
}

static void check(struct store *store, uint32_t from, uint32_t to, bool are_there)
{
    struct store_txn *txn = support_store_begin(store, true);
    for (uint32_t i = from; i < to; i++) {
        support_index_expect_one(txn, i, are_there ? i : 0);
    }
    store_abort(txn);
}

Test(store_index, finds_in_later_transactions_what_earlier_ones_wrote)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (uint32_t i = 1; i < KEYS; i += 500) {
        claim(store, i, i + 500, true);
        check(store, 1, i + 500, true);
    }
    store_close(store);
    store = support_store_open(STORE_READ_WRITE);
    check(store, 1, KEYS, true);
    store_close(store);
}

Test(store_index, forgets_what_was_undone)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    claim(store, 1, 1000, true);
    claim(store, 1000, KEYS, false);
    check(store, 1000, KEYS, false);
    claim(store, 1000, KEYS, true);
    check(store, 1, KEYS, true);
    store_close(store);
}

/* undoes: ours is undone before the others write, so that theirs has the number that it had. */
static void others_write_between(bool undoes)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    int begin[2];
    char octet = 0;
    int status = 0;
    cr_assert_eq(pipe(begin), 0);
    store_close(store);
    pid_t other = fork();
    if (other == 0) {
        bool is_told = read(begin[0], &octet, 1) == 1;
        struct store *theirs = support_store_open(STORE_READ_WRITE);
        claim(theirs, 1000, 4000, true);
        store_close(theirs);
        _exit(is_told ? 0 : 1);
    }
    store = support_store_open(STORE_READ_WRITE);
    claim(store, 1, 1000, !undoes);
    cr_assert_eq(write(begin[1], "", 1), 1);
    cr_assert_eq(waitpid(other, &status, 0), other);
    cr_assert_eq(status, 0);
    claim(store, 4000, KEYS, true);
    check(store, 1000, KEYS, true);
    check(store, 1, 1000, !undoes);
    store_close(store);
    (void)close(begin[0]);
    (void)close(begin[1]);
}

Test(store_index, keeps_what_another_process_wrote_between)
{
    others_write_between(false);
}

Test(store_index, keeps_what_another_process_wrote_after_one_was_undone)
{
    others_write_between(true);
}

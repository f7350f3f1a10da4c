/*
 * The two levels of the index in a store that was damaged, copied, or whose writer was killed.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <lmdb.h>

#include <criterion/criterion.h>

#include "store/kv.h"
#include "store/pack.h"
#include "tests/unit/support_index.h"
#include "tests/unit/support_store.h"

TestSuite(store_recent_damage, .init = support_store_setup, .fini = support_store_teardown,
          .timeout = 200);

/* --- damage ----------------------------------------------------------------------------------- */

#define RARE UINT32_C(0xDEADCAFE)

/* Points a key at a number that stands nowhere else, and damages that. */
static void damage(uint32_t key)
{
    const uint8_t rare[4] = {0xFE, 0xCA, 0xAD, 0xDE};
    const uint8_t other[4] = {0xFF, 0xCA, 0xAD, 0xDE};
    struct store *store = support_store_open(STORE_READ_WRITE);
    support_index_claim(store, key, key + 1, RARE - key);
    store_close(store);
    cr_assert_geq(support_store_patch(bytes_of(rare, 4), bytes_of(other, 4)), 1);
}

/* Returns: how many of the keys are lost; others must be right. */
static uint32_t lost_of(struct store *store, uint32_t from, uint32_t to)
{
    uint32_t counts[2] = {0, 0};
    for (int write = 0; write < 2; write++) {
        struct store_txn *txn = support_store_begin(store, write != 0);
        for (uint32_t i = from; i < to; i++) {
            uint32_t found = 0;
            int rc = store_device_find(txn, support_index_key(i), &found);
            cr_assert(rc == BASE_ECHECKSUM || (rc == 0 && found == i), "key %u: %d", (unsigned)i,
                      rc);
            counts[write] += rc != 0;
        }
        store_abort(txn);
    }
    cr_assert_eq(counts[0], counts[1]);
    return counts[0];
}

Test(store_recent_damage, damage_to_a_value_is_damage_to_its_keys)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    support_index_claim(store, 1, 100, 0);
    store_close(store);
    damage(100);
    store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    uint32_t found = 0;
    cr_assert_eq(store_device_find(txn, support_index_key(100), &found), BASE_ECHECKSUM);
    cr_assert_eq(store_device_find(txn, support_index_key(101), &found), BASE_ECHECKSUM,
                 "nobody can tell");
    store_abort(txn);
    cr_assert_eq(lost_of(store, 1, 101), 1);
    support_index_claim(store, 100, 300, 0);
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 0,
                 "what is damaged is folded away");
    support_index_expect(store, 1, 300, 0);
    store = support_index_reopen(store);
    support_index_expect(store, 1, 300, 0);
    store_close(store);
}

Test(store_recent_damage, a_damaged_value_that_changed_keys_takes_those_before_with_it)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    support_index_claim(store, 1, 100, 0);
    support_index_claim(store, 200, 201, 0);
    store_close(store);
    damage(50); /* nobody knows that it was this key */
    store = support_store_open(STORE_READ_WRITE);
    support_index_claim(store, 300, 301, 0);
    uint32_t found = 0;
    struct store_txn *txn = support_store_begin(store, false);
    for (uint32_t i = 1; i <= 200; i++) {
        cr_assert_eq(store_device_find(txn, support_index_key(i), &found), BASE_ENOTFOUND);
    }
    support_index_expect_one(txn, 300, 300);
    store_abort(txn);
    support_index_claim(store, 1, 201, 0);
    support_index_expect(store, 1, 201, 0);
    store_close(store);
}

Test(store_recent_damage, damage_to_a_bucket_is_damage_to_its_keys)
{
    const uint32_t to = INDEX_RECENT_MAX + 2;
    struct store *store = support_store_open(STORE_READ_WRITE);
    support_index_fill(store, to);
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 0);
    store_close(store);
    damage(50);
    store = support_store_open(STORE_READ_WRITE);
    uint32_t lost = lost_of(store, 1, to);
    cr_assert(lost > 0 && lost < 100, "%u", (unsigned)lost);
    support_index_claim(store, 1, to, 0);
    support_index_expect(store, 1, to, 0);
    support_index_claim(store, to, to + INDEX_RECENT_MAX + 1,
                        0); /* folds into the damaged one, too */
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 0);
    store = support_index_reopen(store);
    support_index_expect(store, 1, to + INDEX_RECENT_MAX + 1, 0);
    store_close(store);
}

/* Two such values fill a page: of so many keys, and so many octets. */
#define HALF_PAGE_KEYS  166U
#define HALF_PAGE_BYTES (HALF_PAGE_KEYS * 12 + 5)

/* Damages the number of the transaction in the key of such a value. */
static void renumber(uint64_t from, uint64_t to)
{
    uint8_t what[16] = {HALF_PAGE_BYTES & 0xFF, HALF_PAGE_BYTES >> 8, 0, 0, 0, 0, 9}; /* LMDB's */
    uint8_t by[16];
    memcpy(by, what, sizeof(by));
    pack_key_u64(what + 8, from);
    pack_key_u64(by + 8, to);
    cr_assert_geq(support_store_patch(bytes_of(what, 16), bytes_of(by, 16)), 1);
}

Test(store_recent_damage, numbers_that_go_back_are_damage)
{
    struct store_figures figures[6];
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (uint32_t i = 0; i < 6; i++) {
        struct store_txn *txn = support_store_begin(store, true); /* a number that has no value */
        cr_assert_eq(store_note_put(txn, "note", bytes_of(&i, sizeof(i))), 0);
        cr_assert_eq(store_commit(txn), 0);
        support_index_claim(store, 1 + i * HALF_PAGE_KEYS, 1 + (i + 1) * HALF_PAGE_KEYS, 0);
        cr_assert_eq(store_figures(store, &figures[i]), 0);
    }
    store_close(store);
    renumber(figures[2].commits, 1); /* both of the second page */
    renumber(figures[3].commits, 2);
    store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, false);
    uint32_t found = 0;
    cr_assert_eq(store_device_find(txn, support_index_key(400), &found), BASE_EFORMAT);
    store_abort(txn);
    support_index_claim(store, 1, 1000, 0);
    cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 0, "it is folded away");
    support_index_expect(store, 1, 1000, 0);
    store_close(store);
}

Test(store_recent_damage, values_that_are_not_found_any_more_are_told)
{
    struct store_figures figures;
    for (uint64_t high = 0; high < 2; high++) { /* the number goes back, or far ahead */
        struct store *store = support_store_open(STORE_READ_WRITE);
        uint32_t found = 0;
        support_index_claim(store, 1, 1000, 7);
        support_index_claim(store, 1000, 1000 + HALF_PAGE_KEYS, 0);
        cr_assert_eq(store_figures(store, &figures), 0);
        support_index_claim(store, 1, 1000, 0);
        support_index_claim(store, 2000, 2001, 0);
        store_close(store);
        renumber(figures.commits, high == 0 ? 1 : figures.commits + (UINT64_C(1) << 40));
        store = support_store_open(STORE_READ_WRITE);
        for (int write = 0; write < 2; write++) {
            struct store_txn *txn = support_store_begin(store, write != 0);
            int rc = store_device_find(txn, support_index_key(5), &found);
            cr_assert(rc == BASE_EFORMAT || rc == BASE_ECHECKSUM || (rc == 0 && found == 5),
                      "%d: %u", rc, (unsigned)found);
            rc = store_device_find(txn, support_index_key(1005), &found);
            cr_assert(kv_is_damage(rc), "%d", rc);
            store_abort(txn);
        }
        support_index_claim(store, 1, 2001, 0);
        cr_assert_eq(support_index_entries(store, SUPPORT_INDEX_RECENT), 0);
        support_index_expect(store, 1, 2001, 0);
        store_close(store);
        support_store_teardown();
        support_store_setup();
    }
}

/* --- copies and kills ------------------------------------------------------------------------- */

/* Makes a copy by LMDB's own means the store: its transactions are numbered anew. */
static void compact(void)
{
    char path[160];
    MDB_env *env = NULL;
    cr_assert_eq(mdb_env_create(&env), 0);
    cr_assert_eq(mdb_env_open(env, support_store_path, 0, 0600), 0);
    snprintf(path, sizeof(path), "%s/copy", support_store_path);
    cr_assert_eq(mkdir(path, 0700), 0);
    cr_assert_eq(mdb_env_copy2(env, path, MDB_CP_COMPACT), 0);
    mdb_env_close(env);
    snprintf(path, sizeof(path), "%s/copy/data.mdb", support_store_path);
    cr_assert_eq(rename(path, support_store_file("data.mdb")), 0);
    snprintf(path, sizeof(path), "%s/copy", support_store_path);
    cr_assert_eq(rmdir(path), 0);
    cr_assert_eq(unlink(support_store_file("lock.mdb")), 0);
}

/* Another process opens the store and points keys at devices. */
static void others_claim(uint32_t from, uint32_t to, uint32_t above)
{
    int status = 0;
    pid_t other = fork();
    cr_assert(other >= 0);
    if (other == 0) {
        alarm(SUPPORT_INDEX_SECONDS);
        struct store *store = support_store_open(STORE_READ_WRITE);
        support_index_claim(store, from, to, above);
        store_close(store);
        _exit(0);
    }
    cr_assert_eq(waitpid(other, &status, 0), other);
    cr_assert_eq(status, 0);
}

Test(store_recent_damage, a_copy_whose_transactions_are_counted_anew_goes_on)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (uint32_t i = 1; i < 100; i++) {
        support_index_claim(store, i, i + 1, 0);
    }
    store_close(store);
    compact();
    store = support_store_open(STORE_READ_WRITE);
    support_index_expect(store, 1, 100, 0);
    for (uint32_t i = 50; i < 200; i++) {
        support_index_claim(store, i, i + 1, 3);
        support_index_expect(store, 40, 50, 0);
        support_index_expect(store, 50, i + 1, 3);
    }
    store_close(store);
    others_claim(200, 300, 3);
    store = support_store_open(STORE_READ_WRITE);
    support_index_expect(store, 1, 50, 0);
    support_index_expect(store, 50, 300, 3);
    store_close(store);
}

/* Adds keys and notes how many there are, until it is killed. */
static _Noreturn void add_for_ever(uint32_t next)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (;; next += SUPPORT_INDEX_STEP) {
        struct store_txn *txn = support_store_begin(store, true);
        uint32_t end = next + SUPPORT_INDEX_STEP;
        for (uint32_t i = next; i < end; i++) {
            support_index_claim_one(txn, i, i, 0);
        }
        cr_assert_eq(store_note_put(txn, "end", bytes_of(&end, sizeof(end))), 0);
        cr_assert_eq(store_commit(txn), 0);
    }
}

Test(store_recent_damage, a_kill_at_any_instant_shows_no_half_of_a_fold)
{
    uint32_t end = 1;
    uint32_t seed = 20261122;
    for (int kills = 0; kills < 20 || end <= 2 * INDEX_RECENT_MAX; kills++) {
        int status = 0;
        struct bytes note;
        cr_assert_lt(kills, 80, "the children came to %u only", (unsigned)end);
        seed = seed * 1664525 + 1013904223;
        struct timespec delay = {.tv_nsec = (long)(seed >> 8) % (150 + 10 * kills) * 1000000};
        pid_t child = fork();
        cr_assert(child >= 0);
        if (child == 0) {
            alarm(SUPPORT_INDEX_SECONDS);
            add_for_ever(end);
        }
        nanosleep(&delay, NULL);
        cr_assert_eq(kill(child, SIGKILL), 0);
        cr_assert_eq(waitpid(child, &status, 0), child);
        cr_assert(WIFSIGNALED(status), "it ended by itself");
        struct store *store = support_store_open(STORE_READ_WRITE);
        struct store_txn *txn = support_store_begin(store, false);
        if (store_note_get(txn, "end", &note) == 0) {
            memcpy(&end, note.data, sizeof(end));
        }
        support_index_expect_in(txn, 1, end, 0);
        support_index_expect_one(txn, end, 0);
        support_index_expect_one(txn, end + SUPPORT_INDEX_STEP - 1, 0);
        store_abort(txn);
        store_close(store);
    }
}

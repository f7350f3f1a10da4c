#include <stdlib.h>

#include <criterion/criterion.h>

#include "store/store.h"
#include "tests/unit/support_store.h"

TestSuite(store_group, .init = support_store_setup, .fini = support_store_teardown, .timeout = 60);

/* The parts that lie in one value. */
static const uint8_t parts[] = {2, 128, 129, 130, 131, 132};

static void put(struct store_txn *txn, uint32_t device, uint8_t part, const char *text)
{
    cr_assert_eq(store_record_put(txn, device, part, bytes_from_text(text)), 0);
}

static void expect(struct store_txn *txn, uint32_t device, uint8_t part, const char *text)
{
    struct bytes out;
    cr_assert_eq(store_record_get(txn, device, part, &out), 0, "device %u part %u", device, part);
    cr_assert(bytes_equal(out, bytes_from_text(text)), "device %u part %u", device, part);
}

static void commit(struct store_txn *txn)
{
    cr_assert_eq(store_commit(txn), 0);
}

Test(store_group, parts_are_read_as_they_were_put_in_the_same_transaction_and_later)
{
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    put(txn, 1, 130, "of one");
    put(txn, 2, 130, "of two");
    put(txn, 1, 1, "alone");
    put(txn, 1, 2, "moving");
    put(txn, 1, 130, "of one, and longer");
    put(txn, 1, 129, "");
    expect(txn, 1, 130, "of one, and longer");
    expect(txn, 2, 130, "of two");
    expect(txn, 1, 2, "moving");
    cr_assert_eq(store_record_get(txn, 1, 128, &out), BASE_ENOTFOUND);
    commit(txn);
    txn = support_store_begin(store, false);
    expect(txn, 1, 1, "alone");
    expect(txn, 1, 2, "moving");
    expect(txn, 1, 129, "");
    expect(txn, 1, 130, "of one, and longer");
    expect(txn, 2, 130, "of two");
    cr_assert_eq(store_record_get(txn, 2, 2, &out), BASE_ENOTFOUND);
    cr_assert_eq(store_record_get(txn, 3, 2, &out), BASE_ENOTFOUND);
    store_abort(txn);
    store_close(store);
}

/* What is stored is compared with a plain table of what was put, over many steps. */
Test(store_group, parts_of_any_size_in_any_order)
{
    enum { DEVICES = 5, STEPS = 3000, BYTES_MAX = 9000 };
    static uint8_t octets[2 * BYTES_MAX];
    struct bytes known[DEVICES + 1][BASE_ARRAY_COUNT(parts)] = {0};
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (size_t i = 0; i < sizeof(octets); i++) {
        octets[i] = (uint8_t)(i * 7 + i / 256);
    }
    srand(4711);
    for (int step = 0; step < STEPS; step++) {
        uint32_t device = 1 + (uint32_t)rand() % DEVICES;
        size_t part = (size_t)rand() % BASE_ARRAY_COUNT(parts);
        size_t size = (size_t)rand() % (step % 50 == 0 ? BYTES_MAX : 300);
        known[device][part] = bytes_of(octets + rand() % BYTES_MAX, size);
        cr_assert_eq(store_record_put(txn, device, parts[part], known[device][part]), 0);
        if (step % 100 == 99) {
            commit(txn);
            txn = support_store_begin(store, true);
        }
        struct bytes out;
        device = 1 + (uint32_t)rand() % DEVICES;
        part = (size_t)rand() % BASE_ARRAY_COUNT(parts);
        int rc = store_record_get(txn, device, parts[part], &out);
        cr_assert_eq(rc, known[device][part].data == NULL ? BASE_ENOTFOUND : 0);
        cr_assert(rc != 0 || bytes_equal(out, known[device][part]), "step %d", step);
    }
    commit(txn);
    store_close(store);
}

Test(store_group, the_same_parts_again_cost_no_page)
{
    struct store_figures before;
    struct store_figures after;
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (int round = 0; round < 2; round++) {
        struct store_txn *txn = support_store_begin(store, true);
        put(txn, 1, 2, "moving");
        put(txn, 1, 132, "state");
        put(txn, 2, 2, "other");
        commit(txn);
        cr_assert_eq(store_figures(store, round == 0 ? &before : &after), 0);
    }
    cr_assert_eq(after.commits, before.commits, "LMDB writes nothing when nothing has changed");
    store_close(store);
}

Test(store_group, an_aborted_transaction_leaves_nothing_at_hand)
{
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    put(txn, 1, 2, "never stored");
    store_abort(txn);
    txn = support_store_begin(store, true);
    cr_assert_eq(store_record_get(txn, 1, 2, &out), BASE_ENOTFOUND);
    put(txn, 1, 128, "stored");
    commit(txn);
    txn = support_store_begin(store, false);
    cr_assert_eq(store_record_get(txn, 1, 2, &out), BASE_ENOTFOUND);
    expect(txn, 1, 128, "stored");
    store_abort(txn);
    store_close(store);
}

Test(store_group, of_a_damaged_group_only_what_is_put_anew_is_read)
{
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    put(txn, 1, 1, "alone");
    put(txn, 1, 2, "some state");
    put(txn, 1, 129, "some alerts");
    commit(txn);
    store_close(store);
    cr_assert_eq(support_store_patch(bytes_from_text("some state"), bytes_from_text("sOme state")),
                 1);
    store = support_store_open(STORE_READ_WRITE);
    txn = support_store_begin(store, true);
    expect(txn, 1, 1, "alone");
    for (size_t i = 0; i < BASE_ARRAY_COUNT(parts); i++) {
        cr_assert_eq(store_record_get(txn, 1, parts[i], &out), BASE_ECHECKSUM);
    }
    put(txn, 1, 2, "new state");
    expect(txn, 1, 2, "new state");
    cr_assert_eq(store_record_get(txn, 1, 129, &out), BASE_ECHECKSUM, "lost, not absent");
    commit(txn);
    txn = support_store_begin(store, false);
    expect(txn, 1, 2, "new state");
    cr_assert_eq(store_record_get(txn, 1, 129, &out), BASE_ENOTFOUND);
    store_abort(txn);
    store_close(store);
}

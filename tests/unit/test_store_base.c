#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "store/store.h"
#include "tests/unit/support_store.h"

TestSuite(store_base, .init = support_store_setup, .fini = support_store_teardown, .timeout = 60);

#define BYTES   2400
#define DEVICES 200
#define BASE    9 /* place of the table in store_tables */

/* The static record of a device: what its model has, and its own number here and there. */
static struct bytes record_of(uint32_t device, unsigned model)
{
    static uint8_t record[BYTES];
    for (size_t i = 0; i < sizeof(record); i++) {
        record[i] = (uint8_t)(i * (2 * model + 1) + i / 256);
    }
    (void)snprintf((char *)record + 100, 40, "serial number %u of %u", device, model);
    (void)snprintf((char *)record + 2000, 40, "place %u", device * 7);
    return bytes_of(record, sizeof(record));
}

static void put(struct store_txn *txn, uint32_t device, struct bytes record, uint64_t like)
{
    cr_assert_eq(store_record_put_like(txn, device, 1, record, like), 0);
}

static void expect(struct store_txn *txn, uint32_t device, struct bytes record)
{
    struct bytes out;
    cr_assert_eq(store_record_get(txn, device, 1, &out), 0, "device %u", device);
    cr_assert(bytes_equal(out, record), "device %u", device);
}

static uint64_t bases_of(struct store_txn *txn)
{
    struct store_table tables[STORE_TABLES];
    cr_assert_eq(store_tables(txn, tables), 0);
    cr_assert_str_eq(tables[BASE].name, "base");
    return tables[BASE].entries;
}

Test(store_base, records_of_one_model_are_read_as_they_were_put)
{
    struct store_figures figures;
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (uint32_t first = 1; first < DEVICES; first += 50) {
        struct store_txn *txn = support_store_begin(store, true);
        for (uint32_t device = first; device < first + 50; device++) {
            put(txn, device, record_of(device, device % 3), 1000 + device % 3);
            expect(txn, device, record_of(device, device % 3));
        }
        expect(txn, first, record_of(first, first % 3));
        cr_assert_eq(store_commit(txn), 0);
    }
    struct store_txn *txn = support_store_begin(store, false);
    for (uint32_t device = 1; device <= DEVICES; device++) {
        expect(txn, device, record_of(device, device % 3));
        expect(txn, device, record_of(device, device % 3));
    }
    cr_assert_eq(store_record_get(txn, DEVICES + 1, 1, &out), BASE_ENOTFOUND);
    cr_assert_eq(bases_of(txn), 3);
    store_abort(txn);
    cr_assert_eq(store_figures(store, &figures), 0);
    cr_assert_lt(figures.used_bytes, DEVICES * 1000, "a part of what they have");
    store_close(store);
}

Test(store_base, the_same_record_again_costs_no_page_and_another_one_is_read)
{
    struct store_figures before;
    struct store_figures after;
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (int round = 0; round < 2; round++) {
        struct store_txn *txn = support_store_begin(store, true);
        put(txn, 1, record_of(1, 1), 5);
        put(txn, 2, record_of(2, 1), 5);
        cr_assert_eq(store_commit(txn), 0);
        cr_assert_eq(store_figures(store, round == 0 ? &before : &after), 0);
    }
    cr_assert_eq(after.commits, before.commits);
    struct store_txn *txn = support_store_begin(store, true);
    expect(txn, 2, record_of(2, 1));
    put(txn, 2, record_of(3, 1), 5);
    expect(txn, 2, record_of(3, 1));
    put(txn, 2, record_of(3, 1), 0);
    expect(txn, 2, record_of(3, 1));
    put(txn, 2, (struct bytes){0}, 5);
    expect(txn, 2, (struct bytes){0});
    store_abort(txn);
    txn = support_store_begin(store, false);
    expect(txn, 2, record_of(2, 1));
    store_abort(txn);
    store_close(store);
}

Test(store_base, models_that_call_themselves_the_same_have_a_few_bases)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (uint32_t device = 1; device <= 20; device++) {
        put(txn, device, record_of(device, device % 10), 77);
    }
    for (uint32_t device = 1; device <= 20; device++) {
        expect(txn, device, record_of(device, device % 10));
    }
    cr_assert_eq(bases_of(txn), 4);
    store_abort(txn);
    store_close(store);
}

/* A base that an undone transaction made is none. */
Test(store_base, an_aborted_base_is_made_again)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    put(txn, 1, record_of(1, 1), 5);
    store_abort(txn);
    txn = support_store_begin(store, true);
    cr_assert_eq(bases_of(txn), 0);
    put(txn, 1, record_of(1, 1), 5);
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, false);
    expect(txn, 1, record_of(1, 1));
    store_abort(txn);
    store_close(store);
}

Test(store_base, what_a_transaction_kept_is_not_at_hand_after_it_was_undone)
{
    const unsigned others = 200; /* more than are at hand at once */
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (unsigned i = 0; i < others; i++) {
        put(txn, 1 + i, record_of(1, i), 1000 + i);
    }
    put(txn, 1 + others, record_of(2, 0), 1000); /* its base is read from the table again */
    store_abort(txn);
    txn = support_store_begin(store, true);
    put(txn, 1, record_of(1, 0), 1000);
    put(txn, 2, record_of(2, 0), 1000);
    cr_assert_eq(bases_of(txn), 1);
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, true);
    put(txn, 3, record_of(3, 0), 1000);
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, false);
    expect(txn, 2, record_of(2, 0));
    expect(txn, 3, record_of(3, 0));
    store_abort(txn);
    store_close(store);
}

Test(store_base, invented_models_do_not_fill_the_store)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (unsigned i = 0; i < 1500; i++) {
        put(txn, 1, record_of(i, 3), 1 + 100 * (uint64_t)i);
    }
    cr_assert_eq(bases_of(txn), 1024);
    expect(txn, 1, record_of(1499, 3));
    uint8_t *huge = calloc(1, 20000);
    cr_assert_not_null(huge);
    put(txn, 2, bytes_of(huge, 20000), 100);
    expect(txn, 2, bytes_of(huge, 20000));
    free(huge);
    store_abort(txn);
    store_close(store);
}

Test(store_base, of_a_damaged_base_nothing_is_read_until_it_is_put_again)
{
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (uint32_t device = 1; device <= 3; device++) {
        put(txn, device, record_of(device, 1), 5);
    }
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
    cr_assert_eq(
        support_store_patch(bytes_from_text("number 1 of"), bytes_from_text("number 7 of")), 1);
    store = support_store_open(STORE_READ_WRITE);
    txn = support_store_begin(store, true);
    for (uint32_t device = 1; device <= 3; device++) {
        cr_assert_eq(store_record_get(txn, device, 1, &out), BASE_ECHECKSUM);
    }
    put(txn, 2, record_of(2, 1), 5);
    put(txn, 3, record_of(3, 1), 5);
    expect(txn, 2, record_of(2, 1));
    expect(txn, 3, record_of(3, 1));
    cr_assert_eq(store_record_get(txn, 1, 1, &out), BASE_ECHECKSUM);
    store_abort(txn);
    store_close(store);
}

Test(store_base, a_base_that_is_damaged_while_it_is_at_hand_is_noticed)
{
    const uint32_t last = 100;
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = NULL;
    for (uint32_t device = 1; device <= last; device++) {
        txn = support_store_begin(store, true);
        put(txn, device, record_of(device, 1), 5);
        cr_assert_eq(store_commit(txn), 0);
        if (device == 2) {
            cr_assert_geq(
                support_store_patch(bytes_from_text("number 1 of"), bytes_from_text("number 7 of")),
                1);
        }
    }
    txn = support_store_begin(store, false);
    cr_assert_eq(store_record_get(txn, 1, 1, &out), BASE_ECHECKSUM);
    expect(txn, last, record_of(last, 1));
    store_abort(txn);
    txn = support_store_begin(store, true);
    cr_assert_eq(store_record_get(txn, 1, 1, &out), BASE_ECHECKSUM, "so that it is written anew");
    store_abort(txn);
    store_close(store);
}

#include <errno.h>
#include <stdio.h>

#include <lmdb.h>

#include <criterion/criterion.h>

#include "store/error.h"
#include "store/store.h"
#include "tests/unit/support_store.h"

TestSuite(store_damage, .init = support_store_setup, .fini = support_store_teardown,
          .timeout = 110);

#define MARK "<<a text that stands nowhere else>>"

/* Makes a store in which everything holds MARK once. */
static void make_store(void)
{
    uint8_t record[2500] = MARK;
    struct store_device device = {.id = "id", .address = MARK};
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_record_put(txn, 1, 1, bytes_of(record, sizeof(record))), 0);
    cr_assert_eq(store_record_put(txn, 1, 2, bytes_from_text(MARK)), 0);
    cr_assert_eq(store_learned_put(txn, "10.1.2.3:161", bytes_from_text(MARK)), 0);
    for (int chain = STORE_LEDGER; chain <= STORE_EVENTS; chain++) {
        cr_assert_eq(
            store_chain_append(txn, (enum store_chain)chain, &device, 1, bytes_from_text(MARK)), 0);
    }
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
}

static void check_all(struct store_txn *txn, int expected)
{
    struct store_device device;
    struct store_row row;
    struct bytes out;
    cr_assert_eq(store_device_get(txn, 1, &device), expected);
    cr_assert_eq(store_record_get(txn, 1, 1, &out), expected);
    cr_assert_eq(store_record_get(txn, 1, 2, &out), expected);
    cr_assert_eq(store_learned_get(txn, "10.1.2.3:161", &out), expected);
    for (int chain = STORE_LEDGER; chain <= STORE_EVENTS; chain++) {
        cr_assert_eq(store_chain_get(txn, (enum store_chain)chain, 1, &row), expected);
    }
}

Test(store_damage, one_flipped_bit_is_never_read_as_data)
{
    char damaged[] = MARK;
    make_store();
    for (size_t i = 0; i < sizeof(damaged) - 1; i++) {
        struct bytes whole = bytes_from_text(MARK);
        damaged[i] = (char)(damaged[i] ^ (1 << i % 8));
        cr_assert_eq(support_store_patch(whole, bytes_of(damaged, sizeof(damaged) - 1)), 7);
        struct store *store = support_store_open(STORE_READ_ONLY);
        struct store_txn *txn = support_store_begin(store, false);
        check_all(txn, BASE_ECHECKSUM);
        store_abort(txn);
        store_close(store);
        cr_assert_eq(support_store_patch(bytes_of(damaged, sizeof(damaged) - 1), whole), 7);
        damaged[i] = MARK[i];
    }
    struct store *store = support_store_open(STORE_READ_ONLY);
    struct store_txn *txn = support_store_begin(store, false);
    check_all(txn, 0);
    store_abort(txn);
    store_close(store);
}

Test(store_damage, a_value_under_another_key_is_not_its_value)
{
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_learned_put(txn, "name-of-one", bytes_from_text("state")), 0);
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
    /* The value stays as it is; only the key in front of it becomes another. */
    cr_assert_eq(
        support_store_patch(bytes_from_text("name-of-one"), bytes_from_text("name-of-two")), 1);
    store = support_store_open(STORE_READ_WRITE);
    txn = support_store_begin(store, true);
    cr_assert_eq(store_learned_get(txn, "name-of-two", &out), BASE_ECHECKSUM);
    cr_assert_eq(store_learned_get(txn, "name-of-one", &out), BASE_ENOTFOUND);
    cr_assert_eq(store_learned_put(txn, "name-of-two", bytes_from_text("learned again")), 0);
    cr_assert_eq(store_learned_get(txn, "name-of-two", &out), 0);
    store_abort(txn);
    store_close(store);
}

/* The envelope in front of a value: version octet, then four octets of checksum. */
static void patch_version(const char *content, uint8_t version)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    struct bytes out;
    uint8_t before[64];
    uint8_t after[64];
    size_t size = strlen(content) + 5;
    cr_assert_eq(store_record_put(txn, 1, 1, bytes_from_text(content)), 0);
    cr_assert_eq(store_record_get(txn, 1, 1, &out), 0);
    memcpy(before, out.data - 5, size);
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
    cr_assert_eq(before[0], 1);
    memcpy(after, before, size);
    after[0] = version;
    cr_assert_eq(support_store_patch(bytes_of(before, size), bytes_of(after, size)), 1);
}

Test(store_damage, a_value_of_a_newer_version_is_not_guessed_at)
{
    struct bytes out;
    patch_version("of the future", 2);
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_record_get(txn, 1, 1, &out), BASE_EVERSION);
    cr_assert_eq(store_record_put(txn, 1, 1, bytes_from_text("of now")), 0);
    cr_assert_eq(store_record_get(txn, 1, 1, &out), 0);
    cr_assert(bytes_equal(out, bytes_from_text("of now")));
    store_abort(txn);
    store_close(store);
}

Test(store_damage, a_damaged_record_is_replaced_by_the_next)
{
    struct bytes out;
    make_store();
    cr_assert_eq(
        support_store_patch(bytes_from_text("stands nowhere"), bytes_from_text("stAnds nowhere")),
        7);
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_record_put(txn, 1, 1, bytes_from_text("new")), 0);
    cr_assert_eq(store_record_put(txn, 1, 2, bytes_from_text("new and of another size")), 0);
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, false);
    cr_assert_eq(store_record_get(txn, 1, 1, &out), 0);
    cr_assert(bytes_equal(out, bytes_from_text("new")));
    cr_assert_eq(store_record_get(txn, 1, 2, &out), 0);
    store_abort(txn);
    store_close(store);
}

Test(store_damage, iterating_says_where_and_goes_on)
{
    static const char *const payloads[] = {"row the first", "row the second", "row the third"};
    struct store_device device = {0};
    struct store_row row;
    uint64_t sequence = 0;
    uint32_t number = 0;
    int status = 0;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (size_t i = 0; i < 3; i++) {
        device.number = 0;
        snprintf(device.address, sizeof(device.address), "%s", payloads[i]);
        cr_assert_eq(store_device_put(txn, &device), 0);
        cr_assert_eq(
            store_chain_append(txn, STORE_LEDGER, &device, 1, bytes_from_text(payloads[i])), 0);
    }
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
    cr_assert_eq(support_store_patch(bytes_from_text("second"), bytes_from_text("sEcond")), 2);

    store = support_store_open(STORE_READ_ONLY);
    txn = support_store_begin(store, false);
    cr_assert(store_chain_next(txn, STORE_LEDGER, &sequence, &row, &status) && sequence == 1);
    cr_assert(!store_chain_next(txn, STORE_LEDGER, &sequence, &row, &status));
    cr_assert(status == BASE_ECHECKSUM && sequence == 2);
    cr_assert(store_chain_next(txn, STORE_LEDGER, &sequence, &row, &status) && sequence == 3);
    cr_assert(!store_chain_next(txn, STORE_LEDGER, &sequence, &row, &status) && status == 0);
    cr_assert(store_device_next(txn, &number, &device, &status) && number == 1);
    cr_assert(!store_device_next(txn, &number, &device, &status));
    cr_assert(status == BASE_ECHECKSUM && number == 2);
    cr_assert(store_device_next(txn, &number, &device, &status) && number == 3);
    cr_assert(!store_device_next(txn, &number, &device, &status) && status == 0);
    store_abort(txn);
    store_close(store);
}

/* Finds the four octets that a key of the index or of the addresses points with, by pointing it at
 * a number that stands nowhere else. */
static void damage_key(const char *key)
{
    const uint8_t rare[4] = {0xFE, 0xCA, 0xAD, 0xDE};
    const uint8_t other[4] = {0xFF, 0xCA, 0xAD, 0xDE};
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_device_key(txn, key, 0xDEADCAFE), 0);
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
    cr_assert_geq(support_store_patch(bytes_of(rare, 4), bytes_of(other, 4)), 1);
}

Test(store_damage, a_damaged_key_points_nowhere_and_can_be_set_again)
{
    static const char *const keys[] = {"serial:hp:X1", "address:10.1.2.3:161"};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(keys); i++) {
        uint32_t number = 0;
        damage_key(keys[i]);
        struct store *store = support_store_open(STORE_READ_WRITE);
        struct store_txn *txn = support_store_begin(store, true);
        cr_assert_eq(store_device_find(txn, keys[i], &number), BASE_ECHECKSUM);
        cr_assert_eq(store_device_key(txn, keys[i], 5), 0);
        cr_assert_eq(store_device_find(txn, keys[i], &number), 0);
        cr_assert_eq(number, 5);
        cr_assert_eq(store_commit(txn), 0);
        store_close(store);
    }
}

Test(store_damage, damaged_counters_stop_the_writer_and_no_reader)
{
    struct store_txn *txn = NULL;
    struct store_device device = {.id = "only"};
    uint8_t before[4 + 3 * 8] = {2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0,
                                 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};
    uint8_t after[sizeof(before)];
    struct store *store = support_store_open(STORE_READ_WRITE);
    txn = support_store_begin(store, true);
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
    memcpy(after, before, sizeof(before));
    after[0] = 1; /* device number 1 would be given again */
    cr_assert_eq(
        support_store_patch(bytes_of(before, sizeof(before)), bytes_of(after, sizeof(after))), 1);
    store = support_store_open(STORE_READ_WRITE);
    txn = support_store_begin(store, false);
    cr_assert_eq(store_device_get(txn, 1, &device), 0);
    store_abort(txn);
    cr_assert_eq(store_begin(store, true, &txn), BASE_ECHECKSUM);
    store_close(store);
}

Test(store_damage, maps_the_codes_of_lmdb)
{
    cr_assert_eq(error_from_lmdb(0), 0);
    cr_assert_eq(error_from_lmdb(MDB_NOTFOUND), BASE_ENOTFOUND);
    cr_assert_eq(error_from_lmdb(MDB_MAP_FULL), BASE_ELIMIT);
    cr_assert_eq(error_from_lmdb(MDB_VERSION_MISMATCH), BASE_EVERSION);
    cr_assert_eq(error_from_lmdb(MDB_READERS_FULL), -EAGAIN);
    cr_assert_eq(error_from_lmdb(MDB_CORRUPTED), BASE_ESTORE);
    cr_assert_eq(error_from_lmdb(MDB_PANIC), BASE_ESTORE);
    cr_assert_eq(error_from_lmdb(MDB_BAD_TXN), BASE_ESTORE);
    cr_assert_eq(error_from_lmdb(ENOSPC), -ENOSPC);
    cr_assert_eq(error_from_lmdb(EIO), -EIO);
}

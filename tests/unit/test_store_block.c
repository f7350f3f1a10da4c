#include <stdlib.h>

#include <criterion/criterion.h>

#include "store/store.h"
#include "tests/unit/support_store.h"

TestSuite(store_block, .init = support_store_setup, .fini = support_store_teardown, .timeout = 60);

#define ROWS      2000
#define BYTES_MAX 5000

static uint8_t octets[2 * BYTES_MAX];
static struct bytes payloads[ROWS + 1]; /* by sequence; data NULL = none, or cut */

static void fill_octets(void)
{
    for (size_t i = 0; i < sizeof(octets); i++) {
        octets[i] = (uint8_t)(i * 31 + i / 256);
    }
    srand(2014);
}

static struct bytes payload_of(uint64_t sequence)
{
    static const size_t sizes[] = {20, 90, 300, 1500, BYTES_MAX};
    size_t size =
        (size_t)rand() % sizes[sequence % 40 == 0 ? 3 + sequence % 80 / 40 : sequence % 3];
    return bytes_of(octets + rand() % BYTES_MAX, size);
}

static void append(struct store_txn *txn, uint64_t sequence)
{
    struct store_device device = {.number = 1 + (uint32_t)sequence % 7};
    payloads[sequence] = payload_of(sequence);
    cr_assert_eq(store_chain_append(txn, STORE_EVENTS, &device, (int64_t)sequence * 1000,
                                    payloads[sequence]),
                 0);
    cr_assert_eq(device.event_head, sequence);
}

/* Every row that there is, and no other, by its sequence and in order. */
static void check(struct store_txn *txn)
{
    struct store_row row;
    uint64_t at = 0;
    int status = 0;
    for (uint64_t sequence = 1; sequence <= ROWS; sequence++) {
        bool is_there = payloads[sequence].data != NULL;
        int rc = store_chain_get(txn, STORE_EVENTS, sequence, &row);
        cr_assert_eq(rc, is_there ? 0 : BASE_ENOTFOUND, "%d", (int)sequence);
        if (is_there) {
            cr_assert(bytes_equal(row.payload, payloads[sequence]), "%d", (int)sequence);
            cr_assert(row.sequence == sequence && row.unix_ms == (int64_t)sequence * 1000);
            cr_assert(store_chain_next(txn, STORE_EVENTS, &at, &row, &status));
            cr_assert(at == sequence && bytes_equal(row.payload, payloads[sequence]));
        }
    }
    cr_assert(!store_chain_next(txn, STORE_EVENTS, &at, &row, &status) && status == 0);
}

static void cut(struct store_txn *txn, uint64_t sequence)
{
    payloads[sequence] = (struct bytes){0};
    cr_assert_eq(store_chain_cut(txn, STORE_EVENTS, sequence), 0);
}

Test(store_block, rows_of_any_size_are_there_until_they_are_taken_out)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    uint64_t next = 1;
    fill_octets();
    while (next <= ROWS) {
        struct store_txn *txn = support_store_begin(store, true);
        uint64_t end = next + (uint64_t)rand() % 300;
        for (; next <= end && next <= ROWS; next++) {
            append(txn, next);
            if (next % 5 == 0) {
                cut(txn, 1 + (uint64_t)rand() % next); /* stored, waiting or gone already */
            }
        }
        check(txn);
        cr_assert_eq(store_commit(txn), 0);
        txn = support_store_begin(store, false);
        check(txn);
        store_abort(txn);
    }
    store_close(store);
}

Test(store_block, what_is_all_taken_out_takes_no_entry)
{
    struct store_table tables[STORE_TABLES];
    struct store *store = support_store_open(STORE_READ_WRITE);
    fill_octets();
    for (int round = 0; round < 3; round++) {
        struct store_txn *txn = support_store_begin(store, true);
        for (uint64_t i = 1; round == 0 && i <= ROWS; i++) {
            append(txn, i);
        }
        for (uint64_t i = 1; round == 1 && i <= ROWS; i++) {
            cut(txn, i % 2 == 0 ? i : ROWS - i);
        }
        check(txn);
        cr_assert_eq(store_commit(txn), 0);
        txn = support_store_begin(store, false);
        cr_assert_eq(store_tables(txn, tables), 0);
        cr_assert_eq(tables[7].entries, round == 0 ? ROWS : 0);
        cr_assert(round == 0 || tables[7].bytes == 0);
        store_abort(txn);
    }
    store_close(store);
}

Test(store_block, an_aborted_transaction_leaves_no_row_behind)
{
    struct store_device device = {.number = 1};
    struct store_row row;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_chain_append(txn, STORE_LEDGER, &device, 1, bytes_from_text("never")), 0);
    store_abort(txn);
    device.ledger_head = 0;
    txn = support_store_begin(store, true);
    cr_assert_eq(store_chain_get(txn, STORE_LEDGER, 1, &row), BASE_ENOTFOUND);
    cr_assert_eq(store_chain_append(txn, STORE_LEDGER, &device, 2, bytes_from_text("ever")), 0);
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, false);
    cr_assert_eq(store_chain_get(txn, STORE_LEDGER, 1, &row), 0);
    cr_assert(bytes_equal(row.payload, bytes_from_text("ever")));
    cr_assert_eq(store_chain_get(txn, STORE_LEDGER, 2, &row), BASE_ENOTFOUND);
    store_abort(txn);
    store_close(store);
}

static void make_rows(void)
{
    static const char *const texts[] = {"the first row", "the second row", "the third row"};
    struct store_device device = {.number = 1};
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (int block = 0; block < 2; block++) {
        struct store_txn *txn = support_store_begin(store, true);
        for (size_t i = 0; i < BASE_ARRAY_COUNT(texts); i++) {
            cr_assert_eq(
                store_chain_append(txn, STORE_EVENTS, &device, block, bytes_from_text(texts[i])),
                0);
        }
        cr_assert_eq(store_commit(txn), 0);
    }
    store_close(store);
}

/* The head of both blocks: three rows of 32, 33 and 32 octets. */
Test(store_block, a_damaged_head_hides_its_rows_and_no_others)
{
    const uint8_t before[] = {3, 0, 32, 0, 33, 0, 32, 0};
    const uint8_t after[] = {3, 0, 32, 0, 32, 0, 33, 0};
    struct store_row row;
    uint64_t at = 0;
    int status = 0;
    int lost = 0;
    make_rows();
    cr_assert_geq(support_store_patch(bytes_of(before, 8), bytes_of(after, 8)), 2);
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_device device = {.number = 1};
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_chain_append(txn, STORE_EVENTS, &device, 1, bytes_from_text("new")), 0);
    for (uint64_t sequence = 1; sequence <= 6; sequence++) {
        cr_assert_eq(store_chain_get(txn, STORE_EVENTS, sequence, &row), BASE_ECHECKSUM);
        cr_assert_eq(store_chain_cut(txn, STORE_EVENTS, sequence), 0);
    }
    while (!store_chain_next(txn, STORE_EVENTS, &at, &row, &status)) {
        cr_assert_eq(status, BASE_ECHECKSUM);
        lost++;
    }
    cr_assert(lost == 2 && at == 7 && bytes_equal(row.payload, bytes_from_text("new")));
    store_abort(txn);
    store_close(store);
}

Test(store_block, a_damaged_row_can_be_taken_out)
{
    struct store_row row;
    make_rows();
    cr_assert_geq(support_store_patch(bytes_from_text("second"), bytes_from_text("sEcond")), 2);
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_chain_get(txn, STORE_EVENTS, 1, &row), 0);
    cr_assert_eq(store_chain_get(txn, STORE_EVENTS, 2, &row), BASE_ECHECKSUM);
    cr_assert_eq(store_chain_cut(txn, STORE_EVENTS, 2), 0);
    cr_assert_eq(store_chain_get(txn, STORE_EVENTS, 2, &row), BASE_ENOTFOUND);
    cr_assert_eq(store_chain_get(txn, STORE_EVENTS, 3, &row), 0);
    store_abort(txn);
    store_close(store);
}

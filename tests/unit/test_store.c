#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "store/store.h"
#include "tests/unit/support_store.h"

TestSuite(store, .init = support_store_setup, .fini = support_store_teardown, .timeout = 60);

static uint32_t make_device(struct store_txn *txn, const char *id, const char *key)
{
    struct store_device device = {0};
    snprintf(device.id, sizeof(device.id), "%s", id);
    snprintf(device.address, sizeof(device.address), "10.1.2.3:161");
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_device_key(txn, key, device.number), 0);
    return device.number;
}

Test(store, gives_back_every_field_of_a_device)
{
    struct store_device device = {
        .id = "0123456789abcdef",
        .address = "[fe80::1]:161",
        .first_seen_unix_ms = 1,
        .last_polled_unix_ms = INT64_MAX,
        .last_answered_unix_ms = -5,
        .status = 255,
        .failures = UINT32_MAX,
        .ledger_head = 6,
        .history_head = 7,
        .event_head = UINT64_MAX,
        .alerts_active = 9,
        .marks = {.keys = 10, .meters = 12, .supplies = 13, .alerts = UINT64_MAX, .meters_day = 15},
    };
    struct store_device read;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(device.number, 1);
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);

    store = support_store_open(STORE_READ_ONLY);
    txn = support_store_begin(store, false);
    cr_assert_eq(store_device_get(txn, 1, &read), 0);
    cr_assert_str_eq(read.id, device.id);
    cr_assert_str_eq(read.address, device.address);
    cr_assert_eq(read.number, 1);
    cr_assert_eq(read.first_seen_unix_ms, 1);
    cr_assert_eq(read.last_polled_unix_ms, INT64_MAX);
    cr_assert_eq(read.last_answered_unix_ms, -5);
    cr_assert_eq(read.status, 255);
    cr_assert_eq(read.failures, UINT32_MAX);
    cr_assert_eq(read.ledger_head, 6);
    cr_assert_eq(read.history_head, 7);
    cr_assert_eq(read.event_head, UINT64_MAX);
    cr_assert_eq(read.alerts_active, 9);
    cr_assert_eq(read.marks.keys, 10);
    cr_assert_eq(read.marks.meters, 12);
    cr_assert_eq(read.marks.supplies, 13);
    cr_assert_eq(read.marks.alerts, UINT64_MAX);
    cr_assert_eq(read.marks.meters_day, 15);
    cr_assert_eq(read.marks.sealed, 0);
    store_abort(txn);
    store_close(store);
}

Test(store, keeps_the_seal_of_a_ledger)
{
    struct store_device device = {.id = "0123456789abcdef0", .address = "10.1.2.3:161"};
    struct store_device read;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_device_put(txn, &device), 0);
    for (uint32_t sealed = 1; sealed < 4; sealed++) {
        device.marks.sealed = sealed == 3 ? UINT32_MAX : sealed;
        memset(device.marks.seal, (int)sealed, sizeof(device.marks.seal));
        cr_assert_eq(store_device_put(txn, &device), 0);
        cr_assert_eq(store_device_get(txn, 1, &read), 0);
        cr_assert_eq(read.marks.sealed, device.marks.sealed);
        cr_assert_eq(memcmp(read.marks.seal, device.marks.seal, sizeof(read.marks.seal)), 0);
        cr_assert_str_eq(read.id, device.id);
        cr_assert_str_eq(read.address, device.address);
    }
    store_abort(txn);
    store_close(store);
}

Test(store, numbers_devices_densely_and_never_twice)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (uint32_t round = 0; round < 3; round++) {
        struct store_txn *txn = support_store_begin(store, true);
        cr_assert_eq(make_device(txn, "a", "serial:a"), 2 * round + 1);
        cr_assert_eq(make_device(txn, "b", "serial:b"), 2 * round + 2);
        cr_assert_eq(store_commit(txn), 0);
    }
    store_close(store);
}

Test(store, an_aborted_transaction_leaves_nothing)
{
    struct store_figures figures;
    struct store_device device = {.number = 1};
    uint32_t number = 0;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(make_device(txn, "a", "serial:a"), 1);
    cr_assert_eq(store_record_put(txn, 1, 1, bytes_from_text("record")), 0);
    cr_assert_eq(store_chain_append(txn, STORE_LEDGER, &device, 1, bytes_from_text("row")), 0);
    store_abort(txn);

    txn = support_store_begin(store, false);
    struct bytes out;
    cr_assert_eq(store_device_find(txn, "serial:a", &number), BASE_ENOTFOUND);
    cr_assert_eq(store_device_get(txn, 1, &device), BASE_ENOTFOUND);
    cr_assert_eq(store_record_get(txn, 1, 1, &out), BASE_ENOTFOUND);
    store_abort(txn);
    cr_assert_eq(store_figures(store, &figures), 0);
    cr_assert_eq(figures.devices, 0);
    cr_assert_eq(figures.ledger_rows, 0);
    txn = support_store_begin(store, true);
    cr_assert_eq(make_device(txn, "a", "serial:a"), 1);
    store_abort(txn);
    store_close(store);
}

Test(store, finds_a_device_by_each_of_its_keys)
{
    static const char *const keys[] = {"serial:hp:CN1234", "mac:001ba9000001",
                                       "address:10.1.2.3:161", "address:[fe80::1]:161"};
    uint32_t number = 0;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(keys); i++) {
        cr_assert_eq(make_device(txn, "x", keys[i]), i + 1);
    }
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, false);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(keys); i++) {
        cr_assert_eq(store_device_find(txn, keys[i], &number), 0);
        cr_assert_eq(number, i + 1);
    }
    cr_assert_eq(store_device_find(txn, "serial:hp:CN1235", &number), BASE_ENOTFOUND);
    cr_assert_eq(store_device_find(txn, "address:10.1.2.3:162", &number), BASE_ENOTFOUND);
    cr_assert_eq(store_device_find(txn, "address:", &number), BASE_ENOTFOUND);
    cr_assert_eq(store_device_find(txn, "", &number), BASE_ENOTFOUND);
    store_abort(txn);
    store_close(store);
}

Test(store, a_claimed_key_names_its_last_holder)
{
    static const char *const keys[] = {"serial:a", "address:10.1.2.3:161"};
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(keys); i++) {
        uint32_t holder = 99;
        uint32_t number = 0;
        cr_assert_eq(store_device_claim(txn, keys[i], 7, &holder), 0);
        cr_assert_eq(holder, 0);
        cr_assert_eq(store_device_claim(txn, keys[i], 8, &holder), 0);
        cr_assert_eq(holder, 7);
        cr_assert_eq(store_device_claim(txn, keys[i], 8, &holder), 0);
        cr_assert_eq(holder, 8);
        cr_assert_eq(store_device_find(txn, keys[i], &number), 0);
        cr_assert_eq(number, 8);
    }
    store_abort(txn);
    store_close(store);
}

Test(store, keeps_many_keys_apart)
{
    enum { KEYS = 30000 }; /* seven a bucket */
    char key[32];
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (uint32_t i = 1; i <= KEYS; i++) {
        snprintf(key, sizeof(key), "serial:%u", (unsigned)i * 7919U);
        cr_assert_eq(store_device_key(txn, key, i), 0);
    }
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, false);
    for (uint32_t i = 1; i <= KEYS; i++) {
        uint32_t number = 0;
        snprintf(key, sizeof(key), "serial:%u", (unsigned)i * 7919U);
        cr_assert_eq(store_device_find(txn, key, &number), 0);
        cr_assert_eq(number, i);
    }
    store_abort(txn);
    store_close(store);
}

Test(store, iterates_devices_by_number)
{
    uint32_t number = 0;
    uint32_t expected = 0;
    int status = -1;
    struct store_device device;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert(!store_device_next(txn, &number, &device, &status) && status == 0);
    for (int i = 0; i < 300; i++) {
        make_device(txn, "x", "serial:x");
    }
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, false);
    while (store_device_next(txn, &number, &device, &status)) {
        cr_assert_eq(number, ++expected);
        cr_assert_eq(device.number, number);
    }
    cr_assert_eq(status, 0);
    cr_assert_eq(expected, 300);
    number = UINT32_MAX;
    cr_assert(!store_device_next(txn, &number, &device, &status) && status == 0);
    store_abort(txn);
    store_close(store);
}

Test(store, replaces_records_of_any_size)
{
    static const size_t sizes[] = {0, 1, 600, 601, 1500, 2500, 100, 65536, 2500, 0};
    uint8_t *record = calloc(1, 65536);
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    cr_assert_not_null(record);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(sizes); i++) {
        memset(record, (int)i + 1, sizes[i]);
        struct store_txn *txn = support_store_begin(store, true);
        cr_assert_eq(store_record_put(txn, 1, 1, bytes_of(record, sizes[i])), 0);
        cr_assert_eq(store_record_put(txn, 1, 2, bytes_from_text("other part")), 0);
        cr_assert_eq(store_record_put(txn, 2, 1, bytes_from_text("other device")), 0);
        cr_assert_eq(store_commit(txn), 0);
        txn = support_store_begin(store, false);
        cr_assert_eq(store_record_get(txn, 1, 1, &out), 0);
        cr_assert(bytes_equal(out, bytes_of(record, sizes[i])));
        cr_assert_eq(store_record_get(txn, 1, 2, &out), 0);
        cr_assert(bytes_equal(out, bytes_from_text("other part")));
        store_abort(txn);
    }
    free(record);
    store_close(store);
}

Test(store, records_come_in_any_order)
{
    static const uint32_t devices[] = {5, 3, 9, 1, 7, 9, 2, 8};
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    struct bytes out;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(devices); i++) {
        for (uint8_t part = 3; part > 0; part--) {
            uint8_t record[2] = {(uint8_t)devices[i], part};
            cr_assert_eq(store_record_put(txn, devices[i], part, bytes_of(record, 2)), 0);
        }
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(devices); i++) {
        cr_assert_eq(store_record_get(txn, devices[i], 2, &out), 0);
        cr_assert(out.size == 2 && out.data[0] == devices[i] && out.data[1] == 2);
        cr_assert_eq(store_record_get(txn, devices[i], 4, &out), BASE_ENOTFOUND);
    }
    cr_assert_eq(store_record_get(txn, 10, 1, &out), BASE_ENOTFOUND);
    cr_assert_eq(store_record_get(txn, 4, 1, &out), BASE_ENOTFOUND);
    store_abort(txn);
    store_close(store);
}

Test(store, the_same_record_again_costs_no_page)
{
    struct store_figures before;
    struct store_figures after;
    uint8_t record[2500] = "unchanged";
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_record_put(txn, 1, 1, bytes_of(record, sizeof(record))), 0);
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_eq(store_figures(store, &before), 0);
    txn = support_store_begin(store, true);
    cr_assert_eq(store_record_put(txn, 1, 1, bytes_of(record, sizeof(record))), 0);
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_eq(store_figures(store, &after), 0);
    cr_assert_eq(after.commits, before.commits, "LMDB writes nothing when nothing has changed");
    store_close(store);
}

Test(store, chains_the_rows_of_each_device)
{
    struct store_device devices[2] = {{.number = 1}, {.number = 2}};
    struct store_row row;
    struct store *store = support_store_open(STORE_READ_WRITE);
    for (uint64_t i = 0; i < 20; i++) {
        struct store_txn *txn = support_store_begin(store, true);
        uint8_t payload[300];
        memset(payload, (int)i, sizeof(payload));
        cr_assert_eq(store_chain_upcoming(txn, STORE_LEDGER), i + 1);
        cr_assert_eq(store_chain_append(txn, STORE_LEDGER, &devices[i % 2], (int64_t)i - 10,
                                        bytes_of(payload, i * 10)),
                     0);
        cr_assert_eq(devices[i % 2].ledger_head, i + 1);
        cr_assert_eq(store_commit(txn), 0);
    }
    struct store_txn *txn = support_store_begin(store, false);
    uint64_t sequence = devices[1].ledger_head;
    for (uint64_t i = 19; sequence != 0; i -= 2, sequence = row.previous) {
        cr_assert_eq(store_chain_get(txn, STORE_LEDGER, sequence, &row), 0);
        cr_assert_eq(row.sequence, i + 1);
        cr_assert_eq(row.previous, i >= 2 ? i - 1 : 0);
        cr_assert_eq(row.device, 2);
        cr_assert_eq(row.unix_ms, (int64_t)i - 10);
        cr_assert_eq(row.payload.size, i * 10);
        cr_assert(row.payload.size == 0 || row.payload.data[0] == i);
    }
    cr_assert_eq(store_chain_get(txn, STORE_LEDGER, 21, &row), BASE_ENOTFOUND);
    cr_assert_eq(store_chain_get(txn, STORE_LEDGER, 0, &row), BASE_ENOTFOUND);
    store_abort(txn);
    store_close(store);
}

Test(store, the_three_chains_do_not_meet)
{
    static const enum store_chain chains[] = {STORE_LEDGER, STORE_HISTORY, STORE_EVENTS};
    struct store_device device = {.number = 1};
    struct store_row row;
    int status = 0;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (size_t i = 0; i < 3; i++) {
        uint8_t payload = (uint8_t)i;
        for (size_t n = 0; n <= i; n++) {
            cr_assert_eq(store_chain_append(txn, chains[i], &device, 5, bytes_of(&payload, 1)), 0);
        }
    }
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_eq(device.ledger_head, 1);
    cr_assert_eq(device.history_head, 2);
    cr_assert_eq(device.event_head, 3);
    txn = support_store_begin(store, false);
    for (size_t i = 0; i < 3; i++) {
        uint64_t sequence = 0;
        size_t count = 0;
        while (store_chain_next(txn, chains[i], &sequence, &row, &status)) {
            cr_assert_eq(sequence, ++count);
            cr_assert_eq(row.payload.data[0], i);
        }
        cr_assert(status == 0 && count == i + 1);
        sequence = UINT64_MAX;
        cr_assert(!store_chain_next(txn, chains[i], &sequence, &row, &status) && status == 0);
    }
    store_abort(txn);
    store_close(store);
}

Test(store, keeps_what_was_learned_by_address)
{
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_learned_put(txn, "10.1.2.3:161", bytes_from_text("first")), 0);
    cr_assert_eq(store_learned_put(txn, "10.1.2.4:161", bytes_from_text("neighbour")), 0);
    cr_assert_eq(store_learned_put(txn, "10.1.2.3:161", bytes_from_text("second, longer")), 0);
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, false);
    cr_assert_eq(store_learned_get(txn, "10.1.2.3:161", &out), 0);
    cr_assert(bytes_equal(out, bytes_from_text("second, longer")));
    cr_assert_eq(store_learned_get(txn, "10.1.2.4:161", &out), 0);
    cr_assert(bytes_equal(out, bytes_from_text("neighbour")));
    cr_assert_eq(store_learned_get(txn, "10.1.2.5:161", &out), BASE_ENOTFOUND);
    cr_assert_eq(store_learned_get(txn, "", &out), BASE_ENOTFOUND);
    store_abort(txn);
    store_close(store);
}

Test(store, a_key_that_is_too_long_is_refused)
{
    char key[600];
    memset(key, 'k', sizeof(key) - 1);
    key[sizeof(key) - 1] = '\0';
    struct bytes out;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_learned_get(txn, key, &out), BASE_ENOTFOUND);
    cr_assert_eq(store_learned_put(txn, key, bytes_from_text("x")), BASE_ERANGE);
    key[511] = '\0';
    cr_assert_eq(store_learned_put(txn, key, bytes_from_text("x")), 0);
    cr_assert_eq(store_learned_put(txn, "", bytes_from_text("x")), BASE_ERANGE);
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
}

Test(store, counts_what_it_holds)
{
    struct store_device device = {0};
    struct store_figures figures;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    for (int i = 0; i < 5; i++) {
        device.number = 0;
        cr_assert_eq(store_device_put(txn, &device), 0);
        cr_assert_eq(store_chain_append(txn, STORE_LEDGER, &device, 1, bytes_from_text("r")), 0);
        cr_assert_eq(store_chain_append(txn, STORE_LEDGER, &device, 2, bytes_from_text("r")), 0);
    }
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_eq(store_figures(store, &figures), 0);
    cr_assert_eq(figures.devices, 5);
    cr_assert_eq(figures.ledger_rows, 10);
    cr_assert_eq(figures.commits, 2, "the schema and this one");
    cr_assert_eq(figures.growths, 0);
    cr_assert_eq(figures.map_bytes, (uint64_t)64 << 20);
    cr_assert(figures.used_bytes > 0 && figures.used_bytes < 1000000);
    store_close(store);
}

Test(store, a_reader_keeps_its_picture_while_a_writer_commits)
{
    struct store_device device = {.id = "before"};
    struct store_device read;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_commit(txn), 0);

    struct store_txn *reader = support_store_begin(store, false);
    txn = support_store_begin(store, true);
    snprintf(device.id, sizeof(device.id), "after");
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_eq(store_device_get(reader, 1, &read), 0);
    cr_assert_str_eq(read.id, "before");
    store_abort(reader);
    reader = support_store_begin(store, false);
    cr_assert_eq(store_device_get(reader, 1, &read), 0);
    cr_assert_str_eq(read.id, "after");
    store_abort(reader);
    store_close(store);
}

Test(store, writing_needs_a_store_opened_for_it, .signal = SIGABRT)
{
    struct store_txn *txn = NULL;
    store_close(support_store_open(STORE_READ_WRITE));
    struct store *store = support_store_open(STORE_READ_ONLY);
    int rc = store_begin(store, true, &txn);
    (void)rc;
}

Test(store, writing_needs_a_write_transaction, .signal = SIGABRT)
{
    struct store_device device = {0};
    struct store *store = support_store_open(STORE_READ_WRITE);
    int rc = store_device_put(support_store_begin(store, false), &device);
    (void)rc;
}

Test(store, a_second_writer_on_the_same_thread_is_a_mistake, .signal = SIGABRT)
{
    struct store_txn *txn = NULL;
    struct store *store = support_store_open(STORE_READ_WRITE);
    support_store_begin(store, true);
    int rc = store_begin(store, true, &txn);
    (void)rc;
}

Test(store, a_device_can_be_named_by_rows_before_it_is_written)
{
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_device device = {.id = "later"};
    struct store_device next = {.id = "next"};
    struct store_device out;
    struct bytes record;
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_device_create(txn, &device), 0);
    cr_assert_eq(device.number, 1);
    cr_assert_eq(store_device_get(txn, 1, &out), BASE_ENOTFOUND);
    cr_assert_eq(store_record_put(txn, 1, 1, bytes_from_text("record")), 0);
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_device_put(txn, &device), 0, "and again, in its place");
    cr_assert_eq(store_device_put(txn, &next), 0);
    cr_assert_eq(next.number, 2);
    cr_assert_eq(store_commit(txn), 0);
    txn = support_store_begin(store, false);
    cr_assert_eq(store_device_get(txn, 1, &out), 0);
    cr_assert_str_eq(out.id, "later");
    cr_assert_eq(store_record_get(txn, 1, 1, &record), 0);
    store_abort(txn);
    store_close(store);
}

#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/meter_audit.h"
#include "core/fleet/meter_seal.h"
#include "store/block.h"
#include "tests/unit/support_archive.h"
#include "tests/unit/support_ledger.h"

TestSuite(meter_audit, .init = support_archive_setup, .fini = support_archive_teardown,
          .timeout = 110);

#define HOUR_MS INT64_C(3600000)

/* Device 1 has the rows 1, 3, 5, 7, 9, 10; device 2 has 2, 4, 6, 8. */
#define ROWS 10

static uint32_t device_of(uint64_t sequence)
{
    return sequence % 2 == 1 || sequence == 10 ? 1 : 2;
}

static void make_ledger(void)
{
    for (int i = 0; i < 6; i++) {
        support_archive_poll((struct support_archive_says){.address = "10.0.0.1:161",
                                                           .serial = "AAA1",
                                                           .total = 1000 + i,
                                                           .at_unix_ms = NOON + i * HOUR_MS});
        if (i < 4) {
            support_archive_poll((struct support_archive_says){.address = "10.0.0.2:161",
                                                               .serial = "BBB2",
                                                               .total = 70 + i,
                                                               .at_unix_ms = NOON + i * HOUR_MS});
        }
    }
}

static struct meter_audit audit_now(void)
{
    struct meter_audit audit;
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(meter_audit_run(txn, &audit), 0);
    store_abort(txn);
    return audit;
}

/* The finding about one device, and none about others. */
static struct meter_audit_device only_fault_in(struct store_txn *txn)
{
    struct meter_audit audit;
    struct meter_audit_device found = {0};
    cr_assert_eq(meter_audit_run(txn, &audit), 0);
    for (size_t i = 0; i < audit.count; i++) {
        if (audit.devices[i].fault != METER_INTACT) {
            cr_assert_eq(found.fault, METER_INTACT, "device %u and device %u are broken",
                         found.number, audit.devices[i].number);
            found = audit.devices[i];
        }
    }
    meter_audit_fini(&audit);
    return found;
}

static struct meter_audit_device only_fault(void)
{
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    struct meter_audit_device found = only_fault_in(txn);
    store_abort(txn);
    return found;
}

static void check(uint32_t device, uint64_t sequence, enum meter_fault fault)
{
    struct meter_audit_device found = only_fault();
    cr_assert_eq(found.fault, fault, "%s", meter_fault_name(found.fault));
    cr_assert_eq(found.number, device);
    cr_assert_eq(found.sequence, sequence);
}

/* --- tampering with valid checksums ----------------------------------------------------------- */

static void flip_in(struct store_txn *txn, uint64_t sequence, size_t octet, uint8_t mask)
{
    uint8_t value[512];
    size_t size = support_ledger_read(txn, sequence, value);
    value[octet] ^= mask;
    support_ledger_write(txn, sequence, bytes_of(value, size));
}

static void flip(uint64_t sequence, size_t octet, uint8_t mask)
{
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    flip_in(txn, sequence, octet, mask);
    cr_assert_eq(store_commit(txn), 0);
}

static void delete_row(uint64_t sequence)
{
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    support_ledger_delete(txn, sequence);
    cr_assert_eq(store_commit(txn), 0);
}

/* --- the tests -------------------------------------------------------------------------------- */

Test(meter_audit, an_untouched_ledger_is_intact)
{
    make_ledger();
    struct meter_audit audit = audit_now();
    cr_assert_eq(audit.count, 3);
    cr_assert_eq(audit.rows, ROWS);
    cr_assert_eq(audit.devices[0].number, 0);
    cr_assert(audit.devices[1].rows == 6);
    cr_assert(audit.devices[2].rows == 4);
    cr_assert_eq(audit.devices[2].first_unix_ms, NOON);
    cr_assert_eq(audit.devices[2].last_unix_ms, NOON + 3 * HOUR_MS);
    cr_assert_eq(audit.devices[1].last_sequence, 10);
    meter_audit_fini(&audit);
    cr_assert_eq(only_fault().fault, METER_INTACT);
}

Test(meter_audit, an_empty_ledger_is_intact)
{
    support_archive_poll((struct support_archive_says){.serial = "AAA1"});
    struct meter_audit audit = audit_now();
    cr_assert(audit.rows == 0 && audit.devices[1].fault == METER_INTACT);
    meter_audit_fini(&audit);
}

Test(meter_audit, every_octet_of_every_record_is_sealed)
{
    uint8_t value[512];
    make_ledger();
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    for (uint64_t sequence = 1; sequence <= ROWS; sequence++) {
        size_t size = support_ledger_read(txn, sequence, value);
        for (size_t octet = 0; octet < size; octet++) {
            const uint8_t masks[] = {(uint8_t)(1U << (octet % 8)), 0xFF, 3};
            for (size_t i = 0; i < BASE_ARRAY_COUNT(masks); i++) {
                flip_in(txn, sequence, octet, masks[i]);
                struct meter_audit_device found = only_fault_in(txn);
                cr_assert(found.sequence == sequence && found.number == device_of(sequence),
                          "octet %zu of row %lu: device %u, row %lu, %s", octet, sequence,
                          found.number, found.sequence, meter_fault_name(found.fault));
                flip_in(txn, sequence, octet, masks[i]);
            }
        }
    }
    cr_assert_eq(only_fault_in(txn).fault, METER_INTACT);
    store_abort(txn);
}

/* Flips the octets of one row, one after the other. */
static void check_octets(struct store_txn *txn, uint64_t sequence, uint32_t device)
{
    uint8_t value[512];
    size_t size = support_ledger_read(txn, sequence, value);
    for (size_t octet = 0; octet < size; octet++) {
        uint8_t mask = octet % 3 == 0 ? 0x80 : 1;
        flip_in(txn, sequence, octet, mask);
        struct meter_audit_device found = only_fault_in(txn);
        cr_assert(found.sequence == sequence && found.number == device,
                  "octet %zu of row %lu: device %u, row %lu", octet, sequence, found.number,
                  found.sequence);
        flip_in(txn, sequence, octet, mask);
    }
}

Test(meter_audit, a_whole_row_between_short_ones_is_sealed_as_they_are)
{
    const uint64_t last = ROWS_METERS_RUN + 3;
    for (uint64_t i = 0; i < last; i++) {
        support_archive_poll(
            (struct support_archive_says){.address = "10.0.0.1:161",
                                          .serial = "AAA1",
                                          .total = (int64_t)(1000 + i),
                                          .at_unix_ms = NOON + (int64_t)i * HOUR_MS});
    }
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    for (uint64_t sequence = ROWS_METERS_RUN; sequence <= last; sequence++) {
        check_octets(txn, sequence, 1);
    }
    store_abort(txn);
    delete_row(ROWS_METERS_RUN + 1);
    check(1, ROWS_METERS_RUN + 1, METER_FAULT_MISSING);
}

/* Whoever knows how rows are sealed can seal a changed one anew. */
static void seal_anew(uint64_t sequence)
{
    uint8_t value[512];
    struct store_row row;
    struct store_row before;
    struct store_marks marks = {0};
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    for (uint64_t at = 1; at < sequence; at += 2) { /* of device 1 */
        uint8_t copy[512];
        cr_assert_eq(store_chain_get(txn, STORE_LEDGER, at, &before), 0);
        bytes_copy(copy, before.payload);
        before.payload.data = copy;
        cr_assert_eq(meter_seal_apply(&marks, &before, copy), 0);
    }
    cr_assert_eq(store_chain_get(txn, STORE_LEDGER, sequence, &row), 0);
    size_t head = support_ledger_read(txn, sequence, value) - row.payload.size;
    value[head + row.payload.size - 1] ^= 2;
    row.payload.data = value + head;
    cr_assert_eq(meter_seal_apply(&marks, &row, value + head), 0);
    support_ledger_write(txn, sequence, bytes_of(value, head + row.payload.size));
    cr_assert_eq(store_commit(txn), 0);
}

Test(meter_audit, a_record_sealed_anew_is_found_by_the_one_behind_it)
{
    make_ledger();
    seal_anew(5);
    check(1, 7, METER_FAULT_SEAL);
    support_archive_teardown();
    support_archive_setup();
    make_ledger();
    seal_anew(1); /* a whole one */
    check(1, 3, METER_FAULT_SEAL);
}

Test(meter_audit, the_last_record_sealed_anew_is_found_by_its_device)
{
    make_ledger();
    delete_row(10);
    struct store_device device;
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_device_get(txn, 1, &device), 0);
    device.ledger_head = 9;
    device.marks.sealed--;
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_commit(txn), 0);
    seal_anew(9);
    check(1, 9, METER_FAULT_HEAD);
}

Test(meter_audit, every_octet_on_the_disk_is_checked)
{
    make_ledger();
    for (uint64_t sequence = 1; sequence <= ROWS; sequence++) {
        uint8_t whole[512];
        uint8_t damaged[512];
        struct store_txn *txn = support_store_begin(support_archive_store, false);
        struct block block;
        cr_assert_eq(block_find(txn, ENV_LEDGER, sequence, &block), 0);
        size_t size = block.value.size;
        bytes_copy(whole, block.value);
        store_abort(txn);
        for (size_t octet = 0; octet < size; octet += octet < 26 ? 5 : 17) {
            memcpy(damaged, whole, size);
            damaged[octet] ^= (uint8_t)(1U << (octet % 8));
            store_close(support_archive_store);
            cr_assert_geq(support_store_patch(bytes_of(whole, size), bytes_of(damaged, size)), 1);
            support_archive_store = support_store_open(STORE_READ_WRITE);
            check(device_of(sequence), sequence, METER_FAULT_CHECKSUM);
            store_close(support_archive_store);
            cr_assert_geq(support_store_patch(bytes_of(damaged, size), bytes_of(whole, size)), 1);
            support_archive_store = support_store_open(STORE_READ_WRITE);
        }
    }
}

Test(meter_audit, a_record_taken_out_is_missed)
{
    for (uint64_t sequence = 1; sequence <= ROWS; sequence++) {
        if (sequence > 1) {
            support_archive_teardown();
            support_archive_setup();
        }
        make_ledger();
        delete_row(sequence);
        check(device_of(sequence), sequence, METER_FAULT_MISSING);
    }
}

Test(meter_audit, a_cut_tail_is_missed)
{
    make_ledger();
    delete_row(8);
    delete_row(9);
    delete_row(10);
    struct meter_audit audit = audit_now();
    cr_assert(audit.devices[1].fault == METER_FAULT_MISSING && audit.devices[1].sequence == 10);
    cr_assert_eq(audit.devices[1].rows, 4);
    cr_assert(audit.devices[2].fault == METER_FAULT_MISSING && audit.devices[2].sequence == 8);
    meter_audit_fini(&audit);
}

/* The device is led back to an older row, as if the newer ones had never been. */
Test(meter_audit, a_cut_tail_with_a_mended_head_is_seen_by_the_seal)
{
    make_ledger();
    delete_row(10);
    struct store_device device;
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_device_get(txn, 1, &device), 0);
    device.ledger_head = 9;
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_commit(txn), 0);
    check(1, 9, METER_FAULT_HEAD);
}

Test(meter_audit, exchanged_records_are_seen)
{
    static const uint64_t pairs[][2] = {{3, 5}, {5, 7}, {1, 3}, {9, 10}, {3, 9}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(pairs); i++) {
        uint8_t a[512];
        uint8_t b[512];
        if (i > 0) {
            support_archive_teardown();
            support_archive_setup();
        }
        make_ledger();
        struct store_txn *txn = support_store_begin(support_archive_store, true);
        size_t a_size = support_ledger_read(txn, pairs[i][0], a);
        size_t b_size = support_ledger_read(txn, pairs[i][1], b);
        support_ledger_write(txn, pairs[i][0], bytes_of(b, b_size));
        support_ledger_write(txn, pairs[i][1], bytes_of(a, a_size));
        cr_assert_eq(store_commit(txn), 0);
        check(1, pairs[i][0], METER_FAULT_SEAL);
    }
}

Test(meter_audit, a_record_put_in_is_seen)
{
    uint8_t value[512];
    make_ledger();
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    size_t size = support_ledger_read(txn, 10, value);
    support_ledger_write(txn, 11, bytes_of(value, size));
    cr_assert_eq(store_commit(txn), 0);
    check(1, 11, METER_FAULT_SEAL);
}

Test(meter_audit, one_broken_device_does_not_hide_another)
{
    make_ledger();
    flip(3, 24, 1);
    flip(6, 24, 1);
    struct meter_audit audit = audit_now();
    cr_assert(audit.devices[1].sequence == 3 && audit.devices[1].rows == 1);
    cr_assert_eq(audit.devices[1].rows_behind, 4);
    cr_assert_eq(audit.devices[1].unix_ms, NOON + HOUR_MS);
    cr_assert(audit.devices[2].sequence == 6 && audit.devices[2].rows == 2);
    meter_audit_fini(&audit);
}

Test(meter_audit, a_new_seal_stands_on_a_damaged_row)
{
    make_ledger();
    flip(10, 26, 1);
    support_archive_poll((struct support_archive_says){.address = "10.0.0.1:161",
                                                       .serial = "AAA1",
                                                       .total = 3000,
                                                       .at_unix_ms = NOON + 9 * HOUR_MS});
    struct meter_audit_device found = only_fault();
    cr_assert(found.sequence == 10 && found.rows_behind == 1);
}

Test(meter_audit, faults_have_names)
{
    for (int i = METER_INTACT; i <= METER_FAULT_HEAD; i++) {
        cr_assert_not_null(meter_fault_name((enum meter_fault)i));
        cr_assert_not_null(meter_fault_text((enum meter_fault)i));
    }
    cr_assert_str_eq(meter_fault_name(METER_FAULT_MISSING), "missing");
}

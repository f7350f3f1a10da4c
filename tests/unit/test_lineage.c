#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/lineage.h"
#include "core/fleet/lineage_chain.h"
#include "core/fleet/meter_audit.h"
#include "core/fleet/meter_history.h"
#include "core/fleet/rows_change.h"
#include "tests/unit/support_archive.h"

TestSuite(lineage, .init = support_archive_setup, .fini = support_archive_teardown, .timeout = 60);

static int merge(uint32_t stays, uint32_t gone)
{
    const struct lineage_reason reason = {.unix_ms = NOON + 500};
    struct store_device device;
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_device_get(txn, stays, &device), 0);
    int rc = lineage_merge(txn, &device, gone, &reason);
    cr_assert(rc != 0 || store_device_put(txn, &device) == 0);
    cr_assert_eq(rc != 0 ? 0 : store_commit(txn), 0);
    if (rc != 0) {
        store_abort(txn);
    }
    return rc;
}

static int split(uint32_t stays, uint32_t gone, uint32_t *back)
{
    struct store_device device;
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_device_get(txn, stays, &device), 0);
    int rc = lineage_split(txn, &device, gone, NOON + 600, back);
    cr_assert(rc != 0 || store_device_put(txn, &device) == 0);
    cr_assert_eq(rc != 0 ? 0 : store_commit(txn), 0);
    if (rc != 0) {
        store_abort(txn);
    }
    return rc;
}

/* Three printers: AB1234, CD5678, EF9012. */
static void three(void)
{
    support_archive_poll((struct support_archive_says){
        .serial = "AB1234", .mac = "00:1b:a9:00:00:01", .total = 10, .address = "10.1.1.1:161"});
    support_archive_poll((struct support_archive_says){.serial = "CD5678",
                                                       .mac = "00:1b:a9:00:00:02",
                                                       .total = 20,
                                                       .address = "10.1.1.2:161",
                                                       .at_unix_ms = NOON + 1});
    support_archive_poll((struct support_archive_says){
        .serial = "EF9012", .total = 30, .address = "10.1.1.3:161", .at_unix_ms = NOON + 2});
}

/* Returns: devices whose ledger is not as it was sealed. */
static unsigned broken(void)
{
    struct meter_audit audit;
    unsigned count = 0;
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(meter_audit_run(txn, &audit), 0);
    for (size_t i = 0; i < audit.count; i++) {
        count += audit.devices[i].fault != METER_INTACT;
    }
    meter_audit_fini(&audit);
    store_abort(txn);
    return count;
}

Test(lineage, polls_of_the_one_that_went_are_of_the_one_that_stays)
{
    struct store_device read;
    uint32_t back = 0;
    three();
    cr_assert_eq(merge(1, 2), 0);
    support_archive_device(2, &read);
    cr_assert(lineage_is_gone(&read));
    support_archive_device(1, &read);
    cr_assert_str_eq(read.address, "10.1.1.2:161");
    cr_assert_eq(support_archive_poll((struct support_archive_says){.serial = "CD5678",
                                                                    .mac = "00:1b:a9:00:00:02",
                                                                    .total = 21,
                                                                    .address = "10.1.1.2:161",
                                                                    .at_unix_ms = NOON + 1000})
                     .created,
                 0);
    cr_assert_eq(support_archive_rows_of(1, STORE_LEDGER), 2);
    cr_assert_eq(support_archive_rows_of(2, STORE_LEDGER), 1);
    support_archive_device(1, &read);
    cr_assert_str_eq(read.id, "id-AB1234", "its id is not the other's");
    cr_assert_eq(broken(), 0);

    cr_assert_eq(split(1, 0, &back), 0);
    cr_assert_eq(back, 2);
    support_archive_device(2, &read);
    cr_assert_str_eq(read.address, "10.1.1.2:161");
    support_archive_device(1, &read);
    cr_assert_str_eq(read.address, "10.1.1.1:161");
    support_archive_poll((struct support_archive_says){.serial = "CD5678",
                                                       .mac = "00:1b:a9:00:00:02",
                                                       .total = 22,
                                                       .address = "10.1.1.2:161",
                                                       .at_unix_ms = NOON + 2000});
    support_archive_poll((struct support_archive_says){.serial = "AB1234",
                                                       .mac = "00:1b:a9:00:00:01",
                                                       .total = 11,
                                                       .address = "10.1.1.1:161",
                                                       .at_unix_ms = NOON + 2000});
    cr_assert_eq(support_archive_rows_of(1, STORE_LEDGER), 3);
    cr_assert_eq(support_archive_rows_of(2, STORE_LEDGER), 2);
    cr_assert_eq(broken(), 0);
}

Test(lineage, chains_of_all_are_read_in_the_order_of_their_sequences)
{
    struct lineage_chain chain;
    struct meter_history history;
    struct store_device read;
    struct store_row row;
    uint64_t before = UINT64_MAX;
    int count = 0;
    three();
    cr_assert_eq(merge(2, 3), 0);
    cr_assert_eq(merge(1, 2), 0);
    support_archive_poll((struct support_archive_says){
        .serial = "EF9012", .total = 31, .address = "10.1.1.3:161", .at_unix_ms = NOON + 1000});
    support_archive_device(1, &read);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(lineage_chain_open(txn, STORE_LEDGER, &read, &chain), 0);
    for (; lineage_chain_next(txn, &chain, &row) == 0; count++) {
        cr_assert_lt(row.sequence, before);
        before = row.sequence;
    }
    cr_assert_eq(count, 4);
    cr_assert_eq(meter_history_load(txn, &read, 0, &history), 0);
    cr_assert_eq(history.row_count, 4);
    cr_assert_eq(history.damaged, 0);
    meter_history_fini(&history);
    store_abort(txn);
}

Test(lineage, refuses_what_is_one_already_and_what_is_not_there)
{
    uint32_t back = 0;
    three();
    cr_assert_eq(merge(1, 1), BASE_EUSAGE);
    cr_assert_eq(merge(1, 9), BASE_ENOTFOUND);
    cr_assert_eq(merge(1, 2), 0);
    cr_assert_eq(merge(1, 2), BASE_EUSAGE);
    cr_assert_eq(merge(2, 3), BASE_EUSAGE);
    cr_assert_eq(split(1, 3, &back), BASE_ENOTFOUND);
    cr_assert_eq(split(3, 0, &back), BASE_ENOTFOUND);
    cr_assert_eq(split(1, 2, &back), 0);
    cr_assert_eq(split(1, 2, &back), BASE_ENOTFOUND);
}

Test(lineage, no_more_than_so_many_are_one)
{
    char serial[24];
    char address[32];
    for (int i = 0; i <= LINEAGE_MAX; i++) {
        snprintf(serial, sizeof(serial), "SERIAL%03d", i);
        snprintf(address, sizeof(address), "10.1.1.%d:161", i);
        support_archive_poll((struct support_archive_says){.serial = serial, .address = address});
    }
    for (uint32_t i = 2; i <= LINEAGE_MAX; i++) {
        cr_assert_eq(merge(1, i), 0);
    }
    cr_assert_eq(merge(1, LINEAGE_MAX + 1), BASE_ELIMIT);
    uint32_t back = 0;
    for (uint32_t i = LINEAGE_MAX; i >= 2; i--) {
        cr_assert_eq(split(1, 0, &back), 0);
        cr_assert_eq(back, i);
    }
}

Test(lineage, a_damaged_list_is_none)
{
    static const uint8_t damaged[] = {1, 0xff, 0xff, 0xff};
    uint32_t members[LINEAGE_MAX];
    size_t count = 0;
    uint32_t back = 0;
    three();
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_record_put(txn, 1, ARCHIVE_PART_LINEAGE, bytes_of(damaged, sizeof(damaged))),
                 0);
    cr_assert_eq(lineage_list(txn, 1, members, &count), 0);
    cr_assert_eq(count, 1);
    cr_assert_eq(store_commit(txn), 0);
    cr_assert_eq(split(1, 0, &back), BASE_ENOTFOUND);
}

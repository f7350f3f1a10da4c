#include <criterion/criterion.h>

#include "core/fleet/archive.h"
#include "tests/unit/support_archive.h"

TestSuite(archive_find, .init = support_archive_setup, .fini = support_archive_teardown,
          .timeout = 60);

Test(archive_find, an_address_without_answer_makes_no_device)
{
    struct archive_figures figures = support_archive_poll((struct support_archive_says){
        .status = RECORD_TIMEOUT, .has_no_reading = true, .learned = "silent"});
    cr_assert_eq(figures.unknown, 1);
    cr_assert_eq(figures.created, 0);
    cr_assert_eq(support_archive_find("address:10.1.2.3:161"), 0);
    struct bytes out;
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_learned_get(txn, "10.1.2.3:161", &out), 0);
    store_abort(txn);
}

Test(archive_find, what_is_no_printer_makes_no_device)
{
    struct archive_figures figures = support_archive_poll((struct support_archive_says){
        .status = RECORD_NOTPRINTER, .serial = "AB1234", .total = 5, .learned = "no printer"});
    cr_assert_eq(figures.not_printers, 1);
    cr_assert_eq(figures.unknown, 0);
    cr_assert_eq(figures.created, 0);
    cr_assert_eq(support_archive_find("serial:maker:AB1234"), 0);
    struct bytes out;
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_learned_get(txn, "10.1.2.3:161", &out), 0);
    store_abort(txn);
}

Test(archive_find, a_known_device_that_is_silent_counts_its_failures)
{
    struct store_device read;
    support_archive_poll((struct support_archive_says){.serial = "AB1234", .total = 5});
    for (int i = 1; i <= 3; i++) {
        struct archive_figures figures = support_archive_poll((struct support_archive_says){
            .status = RECORD_TIMEOUT, .has_no_reading = true, .at_unix_ms = NOON + i * 1000});
        cr_assert_eq(figures.unknown, 0);
    }
    support_archive_device(1, &read);
    cr_assert_eq(read.status, RECORD_TIMEOUT);
    cr_assert_eq(read.failures, 3);
    cr_assert_eq(read.last_polled_unix_ms, NOON + 3000);
    cr_assert_eq(read.last_answered_unix_ms, NOON);
    cr_assert_eq(support_archive_rows_of(1, STORE_LEDGER), 1);
    support_archive_poll(
        (struct support_archive_says){.serial = "AB1234", .total = 5, .at_unix_ms = NOON + 9000});
    support_archive_device(1, &read);
    cr_assert_eq(read.failures, 0);
    cr_assert_eq(read.status, RECORD_OK);
}

Test(archive_find, a_device_keeps_its_number_when_its_address_changes)
{
    struct store_device read;
    support_archive_poll((struct support_archive_says){.serial = "AB1234", .total = 1});
    cr_assert_eq(support_archive_poll((struct support_archive_says){.serial = "AB1234",
                                                                    .total = 2,
                                                                    .address = "10.9.9.9:161",
                                                                    .at_unix_ms = NOON + 1})
                     .created,
                 0);
    cr_assert_eq(support_archive_device(1, &read), 1);
    cr_assert_str_eq(read.address, "10.9.9.9:161");
    cr_assert_eq(support_archive_rows_of(1, STORE_LEDGER), 2);
}

Test(archive_find, silence_at_an_address_that_was_left_blames_nobody)
{
    struct store_device read;
    support_archive_poll((struct support_archive_says){.serial = "AB1234"});
    support_archive_poll((struct support_archive_says){
        .serial = "AB1234", .address = "10.9.9.9:161", .at_unix_ms = NOON + 1});
    cr_assert_eq(support_archive_poll((struct support_archive_says){.status = RECORD_TIMEOUT,
                                                                    .has_no_reading = true,
                                                                    .at_unix_ms = NOON + 2})
                     .unknown,
                 1);
    support_archive_device(1, &read);
    cr_assert_eq(read.failures, 0);
}

Test(archive_find, another_printer_at_a_known_address_is_a_new_device)
{
    struct store_device read;
    support_archive_poll((struct support_archive_says){.serial = "AB1234", .total = 1});
    cr_assert_eq(support_archive_poll((struct support_archive_says){
                                          .serial = "CD5678", .total = 9, .at_unix_ms = NOON + 1})
                     .created,
                 1);
    cr_assert_eq(support_archive_device(2, &read), 2);
    cr_assert_str_eq(read.id, "id-CD5678");
    cr_assert_eq(support_archive_find("address:10.1.2.3:161"), 2);
    /* The first one comes back elsewhere, then to its old place. */
    support_archive_poll((struct support_archive_says){
        .serial = "AB1234", .total = 2, .address = "10.9.9.9:161", .at_unix_ms = NOON + 2});
    support_archive_poll(
        (struct support_archive_says){.serial = "AB1234", .total = 3, .at_unix_ms = NOON + 3});
    cr_assert_eq(support_archive_device(1, &read), 2);
    cr_assert_str_eq(read.address, "10.1.2.3:161");
    cr_assert_eq(support_archive_find("address:10.1.2.3:161"), 1);
    cr_assert_eq(support_archive_rows_of(1, STORE_LEDGER), 3);
    cr_assert_eq(support_archive_rows_of(2, STORE_LEDGER), 1);
}

Test(archive_find, a_device_that_tells_its_serial_later_is_the_same)
{
    struct store_device read;
    support_archive_poll((struct support_archive_says){.total = 1});
    support_archive_device(1, &read);
    cr_assert_str_eq(read.id, "id-10.1.2.3:161");
    support_archive_poll((struct support_archive_says){
        .mac = "00:1b:a9:00:00:01", .total = 2, .at_unix_ms = NOON + 1});
    support_archive_poll((struct support_archive_says){
        .serial = "AB1234", .mac = "00:1b:a9:00:00:01", .total = 3, .at_unix_ms = NOON + 2});
    cr_assert_eq(support_archive_device(1, &read), 1);
    cr_assert_str_eq(read.id, "id-AB1234");
    support_archive_poll((struct support_archive_says){
        .mac = "00:1b:a9:00:00:01", .total = 4, .at_unix_ms = NOON + 3});
    cr_assert_eq(support_archive_device(1, &read), 1);
    cr_assert_str_eq(read.id, "id-AB1234", "a poll that did not get the serial changes no id");
    support_archive_poll((struct support_archive_says){.total = 5, .at_unix_ms = NOON + 4});
    cr_assert_eq(support_archive_device(1, &read), 1);
    cr_assert_eq(support_archive_rows_of(1, STORE_LEDGER), 5);
}

Test(archive_find, a_card_that_moved_to_another_printer_does_not_move_the_printer)
{
    struct store_device read;
    support_archive_poll(
        (struct support_archive_says){.serial = "AB1234", .mac = "00:1b:a9:00:00:01"});
    cr_assert_eq(support_archive_poll((struct support_archive_says){.serial = "CD5678",
                                                                    .mac = "00:1b:a9:00:00:01",
                                                                    .address = "10.9.9.9:161",
                                                                    .at_unix_ms = NOON + 1})
                     .created,
                 1);
    cr_assert_eq(support_archive_device(2, &read), 2);
    cr_assert_eq(support_archive_find("mac:001ba9000001"), 2);
    support_archive_poll((struct support_archive_says){
        .serial = "AB1234", .mac = "00:1b:a9:00:00:02", .at_unix_ms = NOON + 2});
    cr_assert_eq(support_archive_device(1, &read), 2);
    cr_assert_eq(support_archive_find("mac:001ba9000002"), 1);
}

Test(archive_find, nameless_printers_at_two_addresses_are_two)
{
    struct store_device read;
    support_archive_poll((struct support_archive_says){.address = "10.1.1.1:161"});
    support_archive_poll((struct support_archive_says){.address = "10.1.1.2:161"});
    cr_assert_eq(support_archive_device(2, &read), 2);
    /* The first gets a name and moves; a nameless one takes its place. */
    support_archive_poll((struct support_archive_says){
        .address = "10.1.1.1:161", .serial = "AB1234", .at_unix_ms = NOON + 1});
    support_archive_poll((struct support_archive_says){
        .address = "10.1.1.3:161", .serial = "AB1234", .at_unix_ms = NOON + 2});
    support_archive_poll(
        (struct support_archive_says){.address = "10.1.1.1:161", .at_unix_ms = NOON + 3});
    cr_assert_eq(support_archive_device(3, &read), 3);
    cr_assert_str_eq(read.id, "id-10.1.1.1:161");
}

Test(archive_find, polls_of_one_device_in_one_slice_follow_each_other)
{
    for (int i = 0; i < 10; i++) {
        support_archive_add((struct support_archive_says){
            .serial = "AB1234", .total = 100 + i, .at_unix_ms = NOON + i});
        support_archive_add((struct support_archive_says){.serial = "CD5678",
                                                          .total = 200 + i,
                                                          .at_unix_ms = NOON + i,
                                                          .address = "10.1.2.2:161"});
    }
    struct archive_figures figures = support_archive_commit();
    cr_assert_eq(figures.created, 2);
    cr_assert_eq(figures.ledger_rows, 20);
    cr_assert_eq(support_archive_rows_of(1, STORE_LEDGER), 10);
    cr_assert_eq(support_archive_rows_of(2, STORE_LEDGER), 10);
}

Test(archive_find, a_key_that_another_took_is_taken_back)
{
    struct support_archive_says says = {.serial = "AB1234", .mac = "00:1b:a9:00:00:01"};
    support_archive_poll(says);
    support_archive_poll((struct support_archive_says){
        .serial = "CD5678", .mac = "00:1b:a9:00:00:01", .at_unix_ms = NOON + 1});
    cr_assert_eq(support_archive_find("address:10.1.2.3:161"), 2);
    cr_assert_eq(support_archive_find("mac:001ba9000001"), 2);
    says.at_unix_ms = NOON + 2;
    support_archive_poll(says);
    cr_assert_eq(support_archive_find("address:10.1.2.3:161"), 1);
    cr_assert_eq(support_archive_find("mac:001ba9000001"), 1);
}

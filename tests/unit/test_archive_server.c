#include <criterion/criterion.h>

#include "core/fleet/archive_server.h"
#include "tests/unit/support_archive.h"

TestSuite(archive_server, .init = support_archive_setup, .fini = support_archive_teardown,
          .timeout = 60);

static const uint32_t printers[] = {1, 2, 300};
static const char *const serials[] = {"SERIAL1", "SERIAL2", "SERIAL3"};
static struct archive_server server;

/* A poll in which `count` printers answer at one address. */
static void poll_server(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        support_archive_add((struct support_archive_says){.serial = serials[i],
                                                          .total = 10,
                                                          .printers = printers,
                                                          .printer_count = count,
                                                          .printer = i});
    }
    support_archive_commit();
}

static void list(uint32_t number)
{
    struct store_device device;
    support_archive_device(number, &device);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(archive_server_list(txn, &device, &server), 0);
    store_abort(txn);
}

Test(archive_server, lists_the_printers_behind_an_address_for_each_of_them)
{
    poll_server(3);
    for (uint32_t number = 1; number <= 3; number++) {
        list(number);
        cr_assert_eq(server.count, 3);
        cr_assert_eq(server.own, number - 1);
        for (size_t i = 0; i < 3; i++) {
            cr_assert_eq(server.printers[i].printer, printers[i]);
            cr_assert_eq(server.printers[i].device, i + 1);
        }
    }
}

Test(archive_server, lists_the_printers_of_contexts)
{
    struct learned learned;
    uint8_t octets[LEARNED_BYTES];
    learned_init(&learned);
    memcpy(learned.places, "port2\0port3", sizeof("port2\0port3"));
    learned_encode(&learned, octets);
    support_archive_poll((struct support_archive_says){.serial = serials[0], .total = 10});
    support_archive_poll((struct support_archive_says){
        .serial = serials[1], .total = 10, .address = "10.1.2.3:161/port2"});
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_learned_put(txn, "10.1.2.3:161", bytes_of(octets, sizeof(octets))), 0);
    cr_assert_eq(store_commit(txn), 0);
    for (uint32_t number = 1; number <= 2; number++) {
        list(number);
        cr_assert_eq(server.count, 2, "nobody has ever been at port3");
        cr_assert_eq(server.own, number - 1);
        cr_assert_eq(server.printers[1].device, 2);
        cr_assert_str_eq(server.printers[0].place, "");
        cr_assert_str_eq(server.printers[1].place, "port2");
    }
}

Test(archive_server, device_alone_at_its_address_is_behind_none)
{
    support_archive_poll((struct support_archive_says){.serial = "SERIAL1", .total = 10});
    list(1);
    cr_assert_eq(server.count, 0);
}

Test(archive_server, printer_that_has_left_is_not_listed)
{
    poll_server(3);
    support_archive_poll((struct support_archive_says){
        .serial = "SERIAL2", .total = 11, .address = "10.1.2.4:161", .at_unix_ms = NOON + DAY_MS});
    list(1);
    cr_assert_eq(server.count, 2);
    cr_assert_eq(server.printers[1].printer, 300);
    list(2);
    cr_assert_eq(server.count, 0);
}

/* What the engine id of a device's SNMPv3 says of who it is. */
#include <criterion/criterion.h>

#include "core/fleet/rows.h"
#include "core/fleet/rows_change.h"
#include "tests/unit/support_archive.h"

#define ENGINE_ONE "\x80\x1f\x88\x04\x80one"
#define ENGINE_TWO "\x80\x1f\x88\x04\x80two"

static const struct rows_access ADMIN = {.version = 3, .rank = 3};
static const struct rows_access COMMUNITY = {.version = 1};

TestSuite(archive_engine, .init = support_archive_setup, .fini = support_archive_teardown);

static unsigned poll(const char *serial, const char *engine, const struct rows_access *access,
                     int64_t at_ms)
{
    struct archive_figures figures = support_archive_poll((struct support_archive_says){
        .serial = serial, .engine = engine, .access = access, .at_unix_ms = NOON + at_ms});
    return (unsigned)figures.event_rows;
}

Test(archive_engine, another_one_in_the_same_device_is_told_once)
{
    struct store_device device;
    struct rows_change change;
    struct store_row row;
    cr_assert_eq(poll("PHB1234567", ENGINE_ONE, &ADMIN, 0), 1, "that it is new");
    cr_assert_eq(poll("PHB1234567", ENGINE_ONE, &ADMIN, 1), 0);
    cr_assert_eq(poll("PHB1234567", ENGINE_TWO, &ADMIN, 2), 1);
    cr_assert_eq(poll("PHB1234567", ENGINE_TWO, &ADMIN, 3), 0);
    support_archive_device(1, &device);
    struct store_txn *txn = support_store_begin(support_archive_store, false);
    cr_assert_eq(store_chain_get(txn, STORE_EVENTS, device.event_head, &row), 0);
    cr_assert_eq(rows_get_change(row.payload, &change), 0);
    cr_assert_eq(change.kind, ROWS_CONFLICT);
    cr_assert(bytes_equal(change.name, bytes_from_text("engine")));
    cr_assert(bytes_equal(change.before, bytes_from_text("801f8804806f6e65")));
    cr_assert_eq(row.unix_ms, NOON + 2);
    store_abort(txn);
}

/* The engine that is remembered of an address may be that of who was there before. */
Test(archive_engine, is_that_of_an_answer_in_version_3_only)
{
    cr_assert_eq(poll("PHB1234567", ENGINE_ONE, &ADMIN, 0), 1);
    cr_assert_eq(poll("PHB7654321", ENGINE_ONE, &COMMUNITY, 1), 1, "that it is new");
    struct store_device device;
    cr_assert_eq(support_archive_device(2, &device), 2);
}

/* Cloned cards and bad firmware: two devices with one engine id stay two. */
Test(archive_engine, makes_no_one_of_two_serial_numbers)
{
    struct store_device device;
    (void)poll("PHB1234567", ENGINE_ONE, &ADMIN, 0);
    support_archive_poll((struct support_archive_says){.serial = "PHB7654321",
                                                       .address = "10.1.2.4:161",
                                                       .engine = ENGINE_ONE,
                                                       .access = &ADMIN,
                                                       .at_unix_ms = NOON + 1});
    cr_assert_eq(support_archive_device(2, &device), 2);
    cr_assert_str_eq(device.address, "10.1.2.4:161");
    (void)poll("PHB1234567", ENGINE_ONE, &ADMIN, 2);
    support_archive_device(1, &device);
    cr_assert_str_eq(device.address, "10.1.2.3:161");
}

#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/printers.h"
#include "proto/gate.h"
#include "tests/unit/support_feed.h"

static struct feed feed;
static struct reading reading;

static void setup(void)
{
    feed_init(&feed);
    cr_assert_eq(reading_init(&reading), 0);
}

static void teardown(void)
{
    reading_fini(&reading);
}

TestSuite(printers, .init = setup, .fini = teardown, .timeout = 60);

/* A box with printers at hrDeviceIndex 1 and 300, and a scanner at 2. */
static void feed_box(void)
{
    static const char *const indexes[] = {"1", "300"};
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "HP ETHERNET MULTI-ENVIRONMENT");
    feed_text(&feed, OBJECT_SYS_NAME, "0", "NPI123456");
    feed_value(&feed, OBJECT_IF_PHYS_ADDRESS, "1", GATE_OCTET_STRING,
               bytes_of("\x00\x1b\xa9\x00\x00\x01", 6));
    feed_text(&feed, OBJECT_HR_DEVICE_DESCR, "2", "Scanner");
    for (size_t i = 0; i < 2; i++) {
        char row[16];
        char name[32];
        snprintf(row, sizeof(row), "%s.1", indexes[i]);
        snprintf(name, sizeof(name), "Toner of %s", indexes[i]);
        feed_oid(&feed, OBJECT_HR_DEVICE_TYPE, indexes[i], "1.3.6.1.2.1.25.3.1.5");
        feed_text(&feed, OBJECT_HR_DEVICE_DESCR, indexes[i], i == 0 ? "HP One" : "HP Three");
        feed_integer(&feed, OBJECT_GENERAL_CONFIG_CHANGES, indexes[i], 3);
        feed_integer(&feed, OBJECT_MARKER_LIFE_COUNT, row, 1000 + (int64_t)i);
        feed_text(&feed, OBJECT_SUPPLY_DESCRIPTION, row, name);
        feed_integer(&feed, OBJECT_SUPPLY_LEVEL, row, 40);
    }
}

Test(printers, the_reading_lists_those_behind_an_address)
{
    feed_box();
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.printer_count, 2);
    cr_assert_eq(reading.printers[0], 1);
    cr_assert_eq(reading.printers[1], 300);
}

Test(printers, a_device_of_its_own_is_one)
{
    feed_integer(&feed, OBJECT_GENERAL_CONFIG_CHANGES, "1", 3);
    feed_integer(&feed, OBJECT_MARKER_LIFE_COUNT, "1.1", 5);
    feed_integer(&feed, OBJECT_MARKER_LIFE_COUNT, "1.2", 5);
    feed_decode(&feed, &reading, false);
    cr_assert_eq(reading.printer_count, 1);
}

Test(printers, each_part_is_of_one_printer)
{
    static uint8_t parts[2][RECORD_BYTES_MAX];
    static const uint32_t list[] = {1, 300};
    char ids[2][20];
    feed_box();
    struct bytes settled = feed_static(&feed);
    struct bytes moving = feed_moving(&feed);
    for (size_t i = 0; i < 2; i++) {
        const struct printers_choice choice = {.list = list, .count = 2, .which = i};
        struct bytes part[2];
        cr_assert_eq(printers_part(settled, &choice, parts[0], &part[0]), 0);
        cr_assert_eq(printers_part(moving, &choice, parts[1], &part[1]), 0);
        cr_assert_eq(reading_decode(&reading, part[0], part[1], false), 0);
        cr_assert_eq(reading.printer_count, 1);
        cr_assert_eq(reading.hr_device_index, list[i]);
        cr_assert_str_eq(reading.identity.model, i == 0 ? "One" : "Three");
        cr_assert_str_eq(reading.identity.name, "NPI123456");
        cr_assert_eq(reading.meter_count, 1);
        cr_assert_eq(reading.meters[0].value, 1000 + (int64_t)i);
        cr_assert_eq(reading.supply_count, 1);
        printers_identify(&reading, "10.1.2.3:161", &choice);
        snprintf(ids[i], sizeof(ids[i]), "%s", reading.identity.id);
    }
    cr_assert_str_neq(ids[0], ids[1], "one card, two printers");
}

Test(printers, an_empty_part_stays_empty_and_damage_is_refused)
{
    static uint8_t out[RECORD_BYTES_MAX];
    static const uint32_t list[] = {1, 2};
    const struct printers_choice choice = {.list = list, .count = 2};
    struct bytes part = bytes_of(out, 1);
    cr_assert_eq(printers_part(bytes_of(NULL, 0), &choice, out, &part), 0);
    cr_assert_eq(part.size, 0);
    feed_box();
    struct bytes record = feed_static(&feed);
    record.size -= 3;
    cr_assert_eq(printers_part(record, &choice, out, &part), BASE_EFORMAT);
}

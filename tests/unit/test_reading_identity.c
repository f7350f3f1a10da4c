#include <criterion/criterion.h>

#include "proto/gate.h"
#include "tests/unit/support_reading.h"

#define PRINTER_TYPE "1.3.6.1.2.1.25.3.1.5"

TestSuite(reading_identity, .init = set_up, .fini = tear_down);

static void feed_mac(const char *index, const char *octets)
{
    feed_value(&feed, OBJECT_IF_PHYS_ADDRESS, index, GATE_OCTET_STRING, bytes_of(octets, 6));
}

static void decode(void)
{
    feed_decode(&feed, &reading, false);
}

Test(reading_identity, fields_come_from_their_objects)
{
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "Xerox AltaLink C8045; SS 072.060.134, NC 072");
    feed_oid(&feed, OBJECT_SYS_OBJECT_ID, "0", "1.3.6.1.4.1.253.8.62.1.35");
    feed_text(&feed, OBJECT_SYS_NAME, "0", "prn-01");
    feed_text(&feed, OBJECT_SYS_LOCATION, "0", "Hall");
    feed_text(&feed, OBJECT_SYS_CONTACT, "0", "Ann");
    feed_text(&feed, OBJECT_GENERAL_SERIAL_NUMBER, "1", "ABC 123-456...");
    feed_integer(&feed, OBJECT_SYS_UPTIME, "0", 4711);
    feed_counter(&feed, OBJECT_GENERAL_CONFIG_CHANGES, "1", 9);
    decode();
    cr_expect(reading.is_printer);
    cr_expect_str_eq(reading.identity.vendor, "Xerox");
    cr_expect_str_eq(reading.identity.model, "AltaLink C8045");
    cr_expect_str_eq(reading.identity.firmware, "072.060.134");
    cr_expect_str_eq(reading.identity.serial, "ABC 123-456");
    cr_expect_str_eq(reading.identity.name, "prn-01");
    cr_expect_str_eq(reading.identity.location, "Hall");
    cr_expect_str_eq(reading.identity.contact, "Ann");
    cr_expect_str_eq(reading.identity.object_id, "1.3.6.1.4.1.253.8.62.1.35");
    cr_expect_null(reading.identity.asset_tag);
    cr_expect_eq(reading.uptime_ticks, 4711);
    cr_expect_eq(reading.config_changes, 9);
}

Test(reading_identity, model_is_of_the_printer_row)
{
    feed_oid(&feed, OBJECT_HR_DEVICE_TYPE, "1", "1.3.6.1.2.1.25.3.1.6");
    feed_text(&feed, OBJECT_HR_DEVICE_DESCR, "1", "HP Secure Hard Disk");
    feed_oid(&feed, OBJECT_HR_DEVICE_TYPE, "10", PRINTER_TYPE);
    feed_text(&feed, OBJECT_HR_DEVICE_DESCR, "10", "HP Color LaserJet flow MFP M880");
    feed_integer(&feed, OBJECT_SUPPLY_LEVEL, "10.1", 5);
    decode();
    cr_expect_eq(reading.hr_device_index, 10);
    cr_expect_str_eq(reading.identity.vendor, "HP");
    cr_expect_str_eq(reading.identity.model, "Color LaserJet flow MFP M880");
}

Test(reading_identity, printer_row_is_the_one_that_the_printer_mib_speaks_of)
{
    feed_oid(&feed, OBJECT_HR_DEVICE_TYPE, "1", PRINTER_TYPE);
    feed_oid(&feed, OBJECT_HR_DEVICE_TYPE, "3", PRINTER_TYPE);
    feed_counter(&feed, OBJECT_MARKER_LIFE_COUNT, "3.1", 5);
    decode();
    cr_expect_eq(reading.hr_device_index, 3);
}

Test(reading_identity, printer_row_is_found_by_its_status_without_types)
{
    feed_text(&feed, OBJECT_HR_DEVICE_DESCR, "2", "Brother HL-5350DN series");
    feed_integer(&feed, OBJECT_HR_PRINTER_STATUS, "2", 3);
    feed_counter(&feed, OBJECT_MARKER_LIFE_COUNT, "2.1", 5);
    decode();
    cr_expect_eq(reading.hr_device_index, 2);
    cr_expect_str_eq(reading.identity.model, "HL-5350DN series");
}

Test(reading_identity, model_falls_back_to_the_printer_name)
{
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "KYOCERA Document Solutions Printing System");
    feed_text(&feed, OBJECT_GENERAL_PRINTER_NAME, "1", "CS 4053ci");
    decode();
    cr_expect_str_eq(reading.identity.vendor, "Kyocera");
    cr_expect_str_eq(reading.identity.model, "CS 4053ci");
    cr_expect_str_eq(reading.identity.name, "CS 4053ci");
}

Test(reading_identity, brand_of_the_badge_stands_before_the_enterprise)
{
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "TOSHIBA e-STUDIO305CS");
    feed_oid(&feed, OBJECT_SYS_OBJECT_ID, "0", "1.3.6.1.4.1.641.2.71107164");
    decode();
    cr_expect_str_eq(reading.identity.vendor, "Toshiba");
    cr_expect_str_eq(reading.identity.model, "e-STUDIO305CS");
}

Test(reading_identity, vendor_is_of_the_enterprise_without_a_badge)
{
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "Some device");
    feed_oid(&feed, OBJECT_SYS_OBJECT_ID, "0", "1.3.6.1.4.1.2385.3.1");
    decode();
    cr_expect_str_eq(reading.identity.vendor, "Sharp");
}

static bool takes_serial(const char *serial)
{
    feed_init(&feed);
    feed_text(&feed, OBJECT_GENERAL_SERIAL_NUMBER, "1", serial);
    decode();
    return reading.identity.serial != NULL;
}

Test(reading_identity, refuses_placeholders_for_serials)
{
    static const char *const refused[] = {
        "",     "   ",        "unknown", "N/A",           "none",       "XXXXXXXXXX",    "0000000",
        "....", "1234567890", "ABC",     "serial_number", "00-00-00-0", "Serial Number",
    };

    for (size_t i = 0; i < BASE_ARRAY_COUNT(refused); i++) {
        cr_expect_not(takes_serial(refused[i]), "%s", refused[i]);
    }
    cr_expect(takes_serial("VNC3"));
    cr_expect(takes_serial("U64641E7J134163"));
}

Test(reading_identity, one_serial_is_one_key_however_it_is_written)
{
    static const char *const spellings[] = {
        "cnb-x12 34567",    "CNBX1234567.....",        "CNB_X1234567",
        "S/N: CNBX1234567", "Serial No.: cnbx1234567", "SN#CNBX1234567"};
    char keys[READING_KEYS_MAX][READING_KEY_MAX];

    for (size_t i = 0; i < BASE_ARRAY_COUNT(spellings); i++) {
        cr_assert(takes_serial(spellings[i]), "%s", spellings[i]);
        cr_assert_eq(reading_keys(&reading, keys, READING_KEYS_MAX), 1);
        cr_expect_str_eq(keys[0], "serial::CNBX1234567", "%s: %s", spellings[i], keys[0]);
    }
    cr_assert(takes_serial("SN12345678"));
    cr_assert_eq(reading_keys(&reading, keys, READING_KEYS_MAX), 1);
    cr_expect_str_eq(keys[0], "serial::SN12345678", "a number that begins like a label is none");
}

Test(reading_identity, takes_the_serial_of_the_description_for_want_of_another)
{
    feed_text(&feed, OBJECT_GENERAL_SERIAL_NUMBER, "1", "XXXXXXXX");
    feed_text(&feed, OBJECT_SYS_DESCR, "0",
              "HP ETHERNET MULTI-ENVIRONMENT,SN:VNC12345,PID:HP LaserJet");
    decode();
    cr_expect_str_eq(reading.identity.serial, "VNC12345");
}

Test(reading_identity, mac_is_of_the_interface_that_owns_the_address)
{
    feed_mac("1", "\x00\x1b\xa9\x00\x00\x01");
    feed_integer(&feed, OBJECT_IF_SPEED, "1", 100000000);
    feed_mac("2", "\x00\x1b\xa9\x00\x00\x02");
    feed_integer(&feed, OBJECT_IP_AD_ENT_IF_INDEX, "192.0.2.1", 2);
    decode();
    cr_expect_str_eq(reading.identity.mac, "00:1b:a9:00:00:02");
}

Test(reading_identity, mac_is_of_the_only_ethernet_that_is_up)
{
    feed_mac("1", "\x00\x1b\xa9\x00\x00\x01");
    feed_integer(&feed, OBJECT_IF_TYPE, "1", 71);
    feed_integer(&feed, OBJECT_IF_SPEED, "1", 72000000);
    feed_integer(&feed, OBJECT_IF_OPER_STATUS, "1", 1);
    feed_mac("2", "\x00\x1b\xa9\x00\x00\x02");
    feed_integer(&feed, OBJECT_IF_TYPE, "2", 6);
    feed_integer(&feed, OBJECT_IF_OPER_STATUS, "2", 1);
    decode();
    cr_expect_str_eq(reading.identity.mac, "00:1b:a9:00:00:02");
}

Test(reading_identity, mac_is_the_first_with_a_speed_else_the_first)
{
    feed_mac("1", "\x00\x1b\xa9\x00\x00\x01");
    feed_mac("2", "\x00\x1b\xa9\x00\x00\x02");
    decode();
    cr_expect_str_eq(reading.identity.mac, "00:1b:a9:00:00:01");
    feed_integer(&feed, OBJECT_IF_SPEED, "2", 10);
    decode();
    cr_expect_str_eq(reading.identity.mac, "00:1b:a9:00:00:02");
}

Test(reading_identity, refuses_addresses_that_identify_nobody)
{
    feed_mac("1", "\x00\x00\x00\x00\x00\x00");
    feed_mac("2", "\xff\xff\xff\xff\xff\xff");
    feed_mac("3", "\x01\x00\x5e\x00\x00\x01");
    feed_text(&feed, OBJECT_IF_PHYS_ADDRESS, "4", "");
    decode();
    cr_expect_str_eq(reading.identity.mac, "");
}

Test(reading_identity, reads_a_mac_that_is_text)
{
    feed_text(&feed, OBJECT_IF_PHYS_ADDRESS, "1", "00:1B:A9:00:00:0f");
    decode();
    cr_expect_str_eq(reading.identity.mac, "00:1b:a9:00:00:0f");
    feed_init(&feed);
    feed_text(&feed, OBJECT_IF_PHYS_ADDRESS, "1", "3C2AF4BFF51B");
    decode();
    cr_expect_str_eq(reading.identity.mac, "3c:2a:f4:bf:f5:1b");
    feed_init(&feed);
    feed_text(&feed, OBJECT_IF_PHYS_ADDRESS, "1", "no address at all");
    decode();
    cr_expect_str_eq(reading.identity.mac, "");
}

Test(reading_identity, keys_are_serial_then_mac)
{
    char keys[READING_KEYS_MAX][READING_KEY_MAX];

    feed_text(&feed, OBJECT_SYS_DESCR, "0", "Konica Minolta bizhub C250i");
    feed_text(&feed, OBJECT_GENERAL_SERIAL_NUMBER, "1", "aa2m 0211-15700");
    feed_mac("1", "\x00\x1b\xa9\x00\x00\x01");
    decode();
    cr_assert_eq(reading_keys(&reading, keys, READING_KEYS_MAX), 2);
    cr_expect_str_eq(keys[0], "serial:konica minolta:AA2M021115700");
    cr_expect_str_eq(keys[1], "mac:001ba9000001");
    cr_expect_eq(reading_keys(&reading, keys, 1), 1);
    cr_expect_eq(reading_keys(&reading, keys, 0), 0);
}

Test(reading_identity, local_mac_is_no_key)
{
    char keys[READING_KEYS_MAX][READING_KEY_MAX];

    feed_mac("1", "\xaa\xbb\xcc\xdd\xee\xff");
    decode();
    cr_expect_str_eq(reading.identity.mac, "aa:bb:cc:dd:ee:ff");
    cr_expect_eq(reading_keys(&reading, keys, READING_KEYS_MAX), 0);
}

/* Stores hold these: they may never change. */
Test(reading_identity, id_is_the_same_for_ever)
{
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "Xerox C8045");
    feed_text(&feed, OBJECT_GENERAL_SERIAL_NUMBER, "1", "ABC123456");
    decode();
    cr_expect_str_eq(reading.identity.id, "4ffe5e35b70b327a");
    feed_init(&feed);
    feed_mac("1", "\x00\x1b\xa9\x00\x00\x01");
    decode();
    cr_expect_str_eq(reading.identity.id, "95938909deb4d701");
    feed_init(&feed);
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "something");
    decode();
    cr_expect_str_eq(reading.identity.id, "1f1882e763c59a7e");
}

Test(reading_identity, id_does_not_follow_the_address_of_a_known_device)
{
    char id[20];

    feed_text(&feed, OBJECT_GENERAL_SERIAL_NUMBER, "1", "ABC123456");
    decode();
    memcpy(id, reading.identity.id, sizeof(id));
    feed.header.address[3] = 77;
    decode();
    cr_expect_str_eq(reading.identity.id, id);
}

Test(reading_identity, of_a_host_with_printers_is_no_printer)
{
    feed_text(&feed, OBJECT_SYS_DESCR, "0", "Hardware: x86 - Software: Windows 2000");
    feed_oid(&feed, OBJECT_SYS_OBJECT_ID, "0", "1.3.6.1.4.1.311.1.1.3.1.1");
    feed_oid(&feed, OBJECT_HR_DEVICE_TYPE, "1", PRINTER_TYPE);
    feed_text(&feed, OBJECT_HR_DEVICE_DESCR, "1", "HP LaserJet 4");
    feed_integer(&feed, OBJECT_HR_PRINTER_STATUS, "1", 3);
    decode();
    cr_expect_not(reading.is_printer);
    cr_expect_null(reading.identity.vendor);
    cr_expect_null(reading.identity.model);
}

Test(reading_identity, of_a_projector_is_no_printer)
{
    feed_oid(&feed, OBJECT_SYS_OBJECT_ID, "0", "1.3.6.1.4.1.1248.4.1");
    feed_text(&feed, OBJECT_GENERAL_SERIAL_NUMBER, "1", "ABC123");
    decode();
    cr_expect_not(reading.is_printer);
}

Test(reading_identity, lesser_rows_make_a_printer_unless_the_agent_is_of_a_host)
{
    feed_integer(&feed, OBJECT_LOCALIZATION_CHARSET, "1.1", 2004);
    decode();
    cr_expect(reading.is_printer);
    feed_oid(&feed, OBJECT_SYS_OBJECT_ID, "0", "1.3.6.1.4.1.8072.3.2.10");
    decode();
    cr_expect_not(reading.is_printer);
}

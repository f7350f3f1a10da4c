/*
 * Who is who: what becomes of a device's identity when fleets are rearranged, boards and cards are
 * replaced, and serial numbers are missing, shared or late. Each line of the table is played on the
 * virtual clock into a real store and printed with what was expected and what came out.
 *
 *   devices   listed in the end
 *   mixed     devices whose ledger has rows of more than one printer: counted for somebody else
 *   moved, conflict, duplicate, merged, split   events told in all
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/scenario/support_identity_box.h"
#include "tests/scenario/support_identity_cases.h"

TestSuite(identity, .timeout = 240);

/* --- moves ------------------------------------------------------------------------------------ */

static void reshuffle(char *got)
{
    struct street *street = street_new(500);
    uint32_t devices[500];
    unsigned kept = 0;
    street_sweep(street);
    street_sweep(street);
    for (int i = 0; i < 500; i++) {
        devices[i] = street_device_of(street, i);
    }
    for (uint32_t i = 0; i < 500; i++) {
        street->behind[i][0] = (int)((i * 7 + 3) % 500);
    }
    street_sweep(street);
    street_sweep(street);
    for (int i = 0; i < 500; i++) {
        kept += devices[i] == street_device_of(street, i);
    }
    identity_look(street, got);
    identity_note(got, "; kept %u", kept);
    street_free(street);
}

/* Each has started at another time, and few hours ago: the counters of uptime tell nothing. */
static void reshuffle_started(char *got)
{
    struct street *street = street_new(60);
    for (int i = 0; i < 60; i++) {
        street->printers[i].booted_us = i * INT64_C(1500000000);
        street->printers[i].serial[0] = i % 3 == 0 ? '\0' : 'C';
    }
    street_sweep(street);
    for (uint32_t i = 0; i < 60; i++) {
        street->behind[i][0] = (int)((i * 7 + 3) % 60);
    }
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

static void swap(char *got)
{
    struct street *street = street_new(4);
    street_sweep(street);
    street_swap(street, 1, 2);
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

static void swap_back(char *got)
{
    struct street *street = street_new(4);
    street_sweep(street);
    street_swap(street, 1, 2);
    street_sweep(street);
    street_swap(street, 1, 2);
    street_sweep(street);
    identity_close(street, got);
}

static void another_printer(char *got)
{
    struct street *street = street_new(3);
    street_clear(street, 2);
    street_sweep(street);
    street_clear(street, 1);
    street_put(street, 1, 2);
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

static void two_addresses(char *got)
{
    struct street *street = street_new(2);
    street_clear(street, 1);
    street_put(street, 1, 0);
    for (int i = 0; i < 4; i++) {
        street_sweep(street);
    }
    identity_close(street, got);
}

/* --- serial numbers of several ---------------------------------------------------------------- */

static void duplicates(char *got)
{
    struct street *street = street_new(3);
    identity_serial(street, 1, street->printers[0].serial);
    street_sweep(street);
    street_sweep(street);
    street_swap(street, 0, 2);
    street_sweep(street);
    street_sweep(street);
    identity_flags(street, 2, got);
}

static void duplicates_swapped(char *got)
{
    struct street *street = street_new(2);
    identity_serial(street, 1, street->printers[0].serial);
    street_sweep(street);
    street_swap(street, 0, 1);
    street_sweep(street);
    identity_flags(street, 2, got);
}

static void default_serials(char *got)
{
    struct street *street = street_new(6);
    for (int i = 0; i < 5; i++) {
        identity_serial(street, i, "ABCDE12345");
    }
    street_sweep(street);
    street_sweep(street);
    street_swap(street, 1, 4);
    street_sweep(street);
    identity_flags(street, 6, got);
}

static void duplicates_without_mac(char *got)
{
    struct street *street = street_new(2);
    identity_serial(street, 1, street->printers[0].serial);
    street->printers[0].mac = street->printers[1].mac = 0;
    for (int i = 0; i < 3; i++) {
        street_sweep(street);
    }
    identity_flags(street, 2, got);
}

/* The new one is polled before the old one, at a lower address. */
static void late_duplicate(char *got)
{
    struct street *street = street_new(2);
    street_clear(street, 0);
    identity_serial(street, 0, street->printers[1].serial);
    street_sweep(street);
    street_put(street, 0, 0);
    for (int i = 0; i < 3; i++) {
        street_sweep(street);
    }
    /* Then the elder is switched off: they stay two. */
    street_clear(street, 1);
    for (int i = 0; i < 4; i++) {
        street_sweep(street);
    }
    identity_flags(street, 2, got);
}

static void written_otherwise(char *got)
{
    struct street *street = street_new(1);
    identity_serial(street, 0, "cnb-x12 34567");
    street->printers[0].mac = 0;
    street_sweep(street);
    identity_serial(street, 0, "CNBX1234567.....");
    street_sweep(street);
    identity_serial(street, 0, "S/N: CNBX1234567");
    street_sweep(street);
    identity_close(street, got);
}

static void junk_serials(char *got)
{
    static const char *const junk[] = {"00000000",   "XXXXXXXXXX",   "unknown",       "N/A",
                                       "1234567890", "none",         "serial_number", "???",
                                       "-",          "Not Available"};
    struct street *street = street_new(BASE_ARRAY_COUNT(junk));
    for (size_t i = 0; i < BASE_ARRAY_COUNT(junk); i++) {
        identity_serial(street, (int)i, junk[i]);
    }
    street_sweep(street);
    street_swap(street, 1, 5);
    street_sweep(street);
    identity_close(street, got);
}

/* --- serial numbers that are not there -------------------------------------------------------- */

static void blank(char *got)
{
    struct street *street = street_new(4);
    for (int i = 0; i < 4; i++) {
        identity_serial(street, i, "");
    }
    street_sweep(street);
    street_swap(street, 0, 3);
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

static void blank_named(char *got)
{
    struct street *street = street_new(3);
    for (int i = 0; i < 3; i++) {
        identity_serial(street, i, "");
        street->printers[i].mac = 0;
    }
    street_sweep(street);
    street_swap(street, 0, 2);
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

/* One name for all, nothing else: the address is all there is. */
static void nameless(char *got)
{
    struct street *street = street_new(3);
    for (int i = 0; i < 3; i++) {
        identity_serial(street, i, "");
        street->printers[i].mac = 0;
        snprintf(street->printers[i].name, sizeof(street->printers[i].name), "printer");
    }
    for (int i = 0; i < 3; i++) {
        street_sweep(street);
    }
    identity_close(street, got);
}

static void late_serial(char *got)
{
    struct street *street = street_new(2);
    char serial[32];
    snprintf(serial, sizeof(serial), "%s", street->printers[0].serial);
    identity_serial(street, 0, "");
    street_sweep(street);
    identity_serial(street, 0, serial);
    street->printers[0].booted_us = world_now_us(street->world);
    street_sweep(street);
    street_swap(street, 0, 1);
    street_sweep(street);
    identity_close(street, got);
}

static void late_serial_without_mac(char *got)
{
    struct street *street = street_new(1);
    char serial[32];
    snprintf(serial, sizeof(serial), "%s", street->printers[0].serial);
    identity_serial(street, 0, "");
    street->printers[0].mac = 0;
    street_sweep(street);
    identity_serial(street, 0, serial);
    street->printers[0].booted_us = world_now_us(street->world);
    street_sweep(street);
    identity_close(street, got);
}

/* It was known by its serial number, without MAC address, elsewhere by its MAC address alone. */
static void keys_meet(char *got)
{
    struct street *street = street_new(2);
    char serial[32];
    snprintf(serial, sizeof(serial), "%s", street->printers[0].serial);
    street_clear(street, 1);
    street->printers[0].mac = 0;
    street_sweep(street);
    street_swap(street, 0, 1);
    identity_serial(street, 0, "");
    street->printers[0].mac = 77;
    street_sweep(street);
    identity_serial(street, 0, serial);
    street->printers[0].booted_us = world_now_us(street->world);
    street_sweep(street);
    identity_close(street, got);
}

/* --- the table -------------------------------------------------------------------------------- */

static const struct {
    const char *what;
    const char *expected;
    void (*play)(char *got);
} scenarios[] = {
    {"DHCP reshuffle of 500 that started together", "devices 500, moved 500; kept 500", reshuffle},
    {"reshuffle of 60, every third without serial", "devices 60, moved 60", reshuffle_started},
    {"swap of two", "devices 4, moved 2", swap},
    {"swap of two and back", "devices 4, moved 4", swap_back},
    {"another printer at an address", "devices 3", another_printer},
    {"one printer at two addresses", "devices 1, moved 1", two_addresses},
    {"duplicate serial, one of them moves", "devices 3, moved 2, duplicate 2; flagged 2",
     duplicates},
    {"duplicate serials swapped", "devices 2, moved 2, duplicate 2; flagged 2", duplicates_swapped},
    {"a default serial on five, two swapped", "devices 6, moved 2, duplicate 5; flagged 5",
     default_serials},
    {"duplicate serials without MAC", "devices 2, duplicate 2; flagged 2", duplicates_without_mac},
    {"a duplicate joins, later the elder is off", "devices 2, duplicate 2; flagged 2",
     late_duplicate},
    {"serial in other spellings", "devices 1", written_otherwise},
    {"junk serials, two swapped", "devices 10, moved 2", junk_serials},
    {"blank serials, two swapped", "devices 4, moved 2", blank},
    {"blank serials without MAC, by name", "devices 3, moved 2", blank_named},
    {"nothing but the address", "devices 3", nameless},
    {"serial appears later, then it moves", "devices 2, moved 2", late_serial},
    {"serial appears later, no MAC", "devices 1", late_serial_without_mac},
    {"serial here, MAC there: two keys meet", "devices 1, moved 1, merged 2", keys_meet},
    {"new board: serial same, MAC new", "devices 2, conflict 1", identity_board_mac},
    {"new board: and another address, was off", "devices 1, moved 1, conflict 1",
     identity_board_moved},
    {"new board: and another address, unseen",
     "devices 1, moved 1, conflict 1, duplicate 2, merged 2; the same",
     identity_board_moved_unseen},
    {"new board: serial blank, MAC same", "devices 2, conflict 1", identity_board_blank},
    {"new board: serial new, MAC same", "devices 3, conflict 2", identity_board_serial},
    {"network card moved to another printer", "devices 2, moved 1, conflict 1",
     identity_card_moved},
    {"print server with three printers", "devices 4", identity_print_server},
    {"the same without serials, swapped", "devices 4, moved 4", identity_print_server_blank},
    {"print server grows, then is silent", "devices 2; silent for 2", identity_print_server_grows},
    {"print server with one serial for all", "devices 3, duplicate 3; flagged 3",
     identity_print_server_serial},
    {"print server by community", "devices 4", identity_box_community},
    {"print server by context", "devices 4", identity_box_context},
    {"the same without serials", "devices 4", identity_box_blank},
    {"one printer unplugged, and back", "devices 4; silent for 2, then 0", identity_box_unplugged},
    {"two ports swapped", "devices 4, moved 2", identity_box_plugged_over},
    {"two ports swapped, one the default", "devices 4, moved 2", identity_box_plugged_over_default},
    {"the print server moves", "devices 4, moved 3", identity_box_moved},
    {"the print server is off", "devices 4; silent for 6", identity_box_off},
    {"nothing at the default port", "devices 3", identity_box_empty_default},
    {"every context shows one printer", "devices 2; tried, then asked 0 times",
     identity_box_ignores},
    {"the same without serial", "devices 2", identity_box_ignores_blank},
    {"another printer at a port", "devices 5", identity_box_replaced},
    {"from community to context", "devices 4, moved 2", identity_box_changes_version},
    {"merged and split by hand",
     "devices 3, conflict 2, merged 2, split 2; 2, joined, as before, back",
     identity_merge_and_split},
    {"split by hand stays split",
     "devices 2, moved 1, conflict 1, duplicate 2, merged 2, split 2; apart", identity_split_stays},
};

Test(identity, every_scenario_ends_as_expected)
{
    unsigned failed = 0;
    printf("%-44s %-58s %s\n", "SCENARIO", "EXPECTED", "GOT");
    for (size_t i = 0; i < BASE_ARRAY_COUNT(scenarios); i++) {
        char got[GOT_MAX] = "";
        scenarios[i].play(got);
        bool is_right = strcmp(got, scenarios[i].expected) == 0;
        failed += !is_right;
        printf("%-44s %-58s %s%s\n", scenarios[i].what, scenarios[i].expected, got,
               is_right ? "" : "   <-- not as expected");
    }
    fflush(stdout);
    cr_assert_eq(failed, 0, "%u of %zu", failed, BASE_ARRAY_COUNT(scenarios));
}

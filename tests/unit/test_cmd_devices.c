#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "core/app/cmd_devices.h"
#include "core/app/cmd_show.h"
#include "core/app/cmd_supplies.h"
#include "tests/unit/support_fleet.h"
#include "tests/unit/support_store.h"

TestSuite(cmd_devices, .init = support_fleet_setup, .fini = support_fleet_teardown, .timeout = 60);

/* --- without a store -------------------------------------------------------------------------- */

Test(cmd_devices, absent_store_is_explained_and_ends_with_3)
{
    cr_assert_eq(support_fleet_run(cmd_devices, "devices"), COMMAND_STORE);
    cr_assert_str_empty(support_out);
    cr_assert_not_null(strstr(support_err, support_store_path), "%s", support_err);
    cr_assert_not_null(strstr(support_err, "platen poll"), "%s", support_err);
}

Test(cmd_devices, empty_store_is_no_failure)
{
    store_close(support_store_open(STORE_READ_WRITE));
    cr_assert_eq(support_fleet_run(cmd_devices, "devices"), COMMAND_OK);
    cr_assert_str_empty(support_out);
    cr_assert_not_null(strstr(support_err, "no devices yet"), "%s", support_err);
    cr_assert_eq(support_fleet_run(cmd_supplies, "supplies --json"), COMMAND_OK);
    cr_assert_str_empty(support_out);
    cr_assert_str_empty(support_err);
}

/* --- devices ---------------------------------------------------------------------------------- */

Test(cmd_devices, devices_come_with_the_most_urgent_first)
{
    support_fleet_make();
    cr_assert_eq(
        support_fleet_run(cmd_devices, "devices --csv --columns name,status,pages,lowest,urgency"),
        COMMAND_OK);
    cr_assert_str_eq(support_out, "name,status,pages,lowest,urgency\r\n"
                                  "attic,timeout,7,60,4\r\n"
                                  "'=cellar,ok,50,3,3\r\n"
                                  "lobby.example,ok,1234,78,0\r\n");
    cr_assert_str_empty(support_err);
}

Test(cmd_devices, devices_are_filtered_and_sorted_as_asked)
{
    support_fleet_make();
    cr_assert_eq(
        support_fleet_run(cmd_devices, "devices --csv --columns name --sort -pages --filter e"),
        COMMAND_OK);
    cr_assert_str_eq(support_out, "name\r\nlobby.example\r\n'=cellar\r\nattic\r\n");
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --csv --columns name --filter LOBBY"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "name\r\nlobby.example\r\n");
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --filter nothing"), COMMAND_OK);
    cr_assert_str_eq(support_err, "No row matches the filter.\n");
}

Test(cmd_devices, devices_for_people_are_a_table)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_devices, "devices"), COMMAND_OK);
    cr_assert_eq(strncmp(support_out, "ID        NAME", 14), 0, "%s", support_out);
    cr_assert_not_null(strstr(support_out, "lobby.example"));
    cr_assert_null(strchr(support_out, '\x1b'), "colours in a pipe");
    cr_assert_null(strstr(support_out, "PORT"), "a port that all have says nothing");
}

Test(cmd_devices, devices_as_json_have_null_for_what_is_not_known)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --json"), COMMAND_OK);
    json_t *first = support_fleet_object(0);
    cr_assert_str_eq(support_fleet_text(first, "address"), "192.0.2.3");
    cr_assert_eq(json_integer_value(json_object_get(first, "port")), 161);
    cr_assert(json_is_null(json_object_get(first, "mac")));
    cr_assert_str_eq(support_fleet_text(first, "last_polled"), "2026-11-22T04:00:00Z");
    cr_assert_str_eq(support_fleet_text(first, "last_answered"), "2026-11-22T03:00:00Z");
    cr_assert_eq(json_integer_value(json_object_get(first, "failures")), 1);
    json_decref(first);
    cr_assert_null(support_fleet_object(3));
}

Test(cmd_devices, unknown_columns_are_usage_errors)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --sort page"), COMMAND_USAGE);
    cr_assert_not_null(strstr(support_err, "did you mean \"pages\""), "%s", support_err);
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --columns nam"), COMMAND_USAGE);
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --json --csv"), COMMAND_USAGE);
    cr_assert_eq(support_fleet_run(cmd_devices, "devices extra"), COMMAND_USAGE);
}

/* --- show ------------------------------------------------------------------------------------- */

Test(cmd_devices, show_finds_by_id_address_serial_and_name)
{
    char line[64];
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --json --filter lobby"), COMMAND_OK);
    json_t *device = support_fleet_object(0);
    const char *id = support_fleet_text(device, "id");
    const char *const words[] = {
        id, "192.0.2.1", "192.0.2.1:161", "SERIAL-LOBBY", "serial-lobby", "lobby.example", "Lobby"};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++) {
        snprintf(line, sizeof(line), "show %s", words[i]);
        cr_assert_eq(support_fleet_run(cmd_show, line), COMMAND_OK, "%s: %s", words[i],
                     support_err);
        cr_assert_not_null(strstr(support_out, "SERIAL-LOBBY"), "%s: %s", words[i], support_out);
    }
    snprintf(line, sizeof(line), "show %.8s", id);
    cr_assert_eq(support_fleet_run(cmd_show, line), COMMAND_OK, "%s", support_err);
    json_decref(device);
}

Test(cmd_devices, show_explains_what_it_cannot_find)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_show, "show nosuch"), COMMAND_USAGE);
    cr_assert_not_null(strstr(support_err, "no device has the id"), "%s", support_err);
    cr_assert_eq(support_fleet_run(cmd_show, "show 192.0.2.1:99"), COMMAND_USAGE);
    cr_assert_eq(support_fleet_run(cmd_show, "show"), COMMAND_USAGE);
    cr_assert_eq(support_fleet_run(cmd_show, "show a b"), COMMAND_USAGE);
}

Test(cmd_devices, show_lists_the_devices_that_a_word_can_mean)
{
    support_fleet_add(1, "SERIAL-ONE", "twin");
    support_fleet_add(2, "SERIAL-TWO", "twin");
    cr_assert_eq(support_fleet_run(cmd_show, "show twin"), COMMAND_USAGE);
    cr_assert_str_empty(support_out);
    cr_assert_not_null(strstr(support_err, "can mean 2 devices"), "%s", support_err);
    cr_assert_not_null(strstr(support_err, "SERIAL-ONE"), "%s", support_err);
    cr_assert_not_null(strstr(support_err, "SERIAL-TWO"), "%s", support_err);
}

Test(cmd_devices, show_page_has_all_parts_and_no_control_characters)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_show, "show 192.0.2.2"), COMMAND_OK);
    static const char *const parts[] = {"SERIAL-CELLAR", "total",     "50",  "Cyan, Toner", "  3 %",
                                        "verylow",       "some left", "jam", "critical"};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(parts); i++) {
        cr_assert_not_null(strstr(support_out, parts[i]), "\"%s\" is missing in\n%s", parts[i],
                           support_out);
    }
    cr_assert_null(strchr(support_out, '\x1b'), "%s", support_out);
    cr_assert_null(strstr(support_out, "Why\n"), "%s", support_out);
}

Test(cmd_devices, show_why_gives_object_oid_raw_value_and_rule)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_show, "show 192.0.2.2 --why"), COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "\nWhy\n"), "%s", support_out);
    cr_assert_not_null(
        strstr(support_out, "prtMarkerSuppliesLevel  1.3.6.1.2.1.43.11.1.1.9.1.2  raw 15"), "%s",
        support_out);
    cr_assert_not_null(strstr(support_out, "rule: "), "%s", support_out);
}

Test(cmd_devices, show_json_is_the_object_of_a_poll)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_show, "show attic --json"), COMMAND_OK);
    json_t *object = support_fleet_object(0);
    cr_assert_str_eq(support_fleet_text(object, "status"), "timeout");
    cr_assert_str_eq(support_fleet_text(object, "error"), "no answer");
    cr_assert_str_eq(support_fleet_text(object, "polled_at"), "2026-11-22T03:00:00Z");
    cr_assert_eq(json_array_size(json_object_get(object, "supplies")), 1);
    cr_assert_null(json_object_get(object, "why"));
    json_decref(object);
    cr_assert_eq(support_fleet_run(cmd_show, "show attic --json --why"), COMMAND_OK);
    object = support_fleet_object(0);
    cr_assert_gt(json_array_size(json_object_get(object, "why")), 5);
    json_decref(object);
}

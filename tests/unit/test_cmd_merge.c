#include <string.h>

#include <criterion/criterion.h>

#include "core/app/cmd_devices.h"
#include "core/app/cmd_events.h"
#include "core/app/cmd_forecast.h"
#include "core/app/cmd_merge.h"
#include "core/app/cmd_meters.h"
#include "core/app/cmd_scope.h"
#include "core/app/cmd_show.h"
#include "core/app/command.h"
#include "tests/unit/support_fleet.h"

TestSuite(cmd_merge, .init = support_fleet_setup, .fini = support_fleet_teardown, .timeout = 60);

/* Returns: devices that `platen devices` lists. */
static int devices(void)
{
    int count = 0;
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --json"), COMMAND_OK);
    for (const char *at = support_out; (at = strchr(at, '\n')) != NULL; at++) {
        count++;
    }
    return count;
}

Test(cmd_merge, two_become_one_and_two_again)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_merge, "merge lobby attic"), COMMAND_OK, "%s", support_err);
    cr_assert_not_null(strstr(support_out, "takes it back"));
    cr_assert_eq(devices(), 2);
    cr_assert_eq(support_fleet_run(cmd_show, "show lobby"), COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "Merged"));
    cr_assert_eq(support_fleet_run(cmd_show, "show attic"), COMMAND_USAGE);
    cr_assert_eq(support_fleet_run(cmd_split, "split lobby"), COMMAND_OK, "%s", support_err);
    cr_assert_eq(devices(), 3);
    cr_assert_eq(support_fleet_run(cmd_show, "show attic"), COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "192.0.2.3:161"));
    cr_assert_eq(support_fleet_run(cmd_show, "show 192.0.2.1"), COMMAND_OK);
    cr_assert_null(strstr(support_out, "Merged"));
}

Test(cmd_merge, the_ledgers_of_both_are_read_as_one)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_meters, "meters lobby --csv --columns total"), COMMAND_OK);
    cr_assert_null(strstr(support_out, "\n7\r"));
    cr_assert_eq(support_fleet_run(cmd_merge, "merge lobby attic"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_meters, "meters lobby --csv --columns total"), COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "1234"));
    cr_assert_not_null(strstr(support_out, "1000"));
    cr_assert_not_null(strstr(support_out, "\n7"), "%s", support_out);
}

Test(cmd_merge, says_what_it_cannot_do)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_merge, "merge lobby"), COMMAND_USAGE);
    cr_assert_not_null(strstr(support_err, "takes ID ID, but got 1"));
    cr_assert_eq(support_fleet_run(cmd_merge, "merge lobby 192.0.2.1"), COMMAND_USAGE);
    cr_assert_not_null(strstr(support_err, "are one device"));
    cr_assert_eq(support_fleet_run(cmd_merge, "merge lobby nobody"), COMMAND_USAGE);
    cr_assert_eq(support_fleet_run(cmd_split, "split lobby"), COMMAND_USAGE);
    cr_assert_not_null(strstr(support_err, "no device was merged into"));
    cr_assert_eq(support_fleet_run(cmd_split, "split lobby ffff"), COMMAND_USAGE);
    cr_assert_not_null(strstr(support_err, "with the id ffff"));
    cr_assert_eq(devices(), 3);
}

Test(cmd_merge, a_split_takes_the_one_that_is_named)
{
    char id[16];
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --csv --columns id --filter attic"),
                 COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_show, "show attic --json"), COMMAND_OK);
    json_t *object = support_fleet_object(0);
    snprintf(id, sizeof(id), "%.12s",
             support_fleet_text(json_object_get(object, "identity"), "id"));
    if (id[0] == '\0') {
        snprintf(id, sizeof(id), "%.12s", support_fleet_text(object, "id"));
    }
    json_decref(object);
    cr_assert_str_not_empty(id);
    cr_assert_eq(support_fleet_run(cmd_merge, "merge lobby attic"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_merge, "merge lobby =cellar"), COMMAND_OK);
    cr_assert_eq(devices(), 1);
    char line[64];
    snprintf(line, sizeof(line), "split lobby %s", id);
    cr_assert_eq(support_fleet_run(cmd_split, line), COMMAND_OK, "%s", support_err);
    cr_assert_eq(devices(), 2);
    cr_assert_eq(support_fleet_run(cmd_show, "show attic"), COMMAND_OK);
}

Test(cmd_merge, tags_and_scope_go_with_the_device_and_come_back)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_tag, "tag lobby +leased"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_tag, "tag attic +loud +leased"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_scope, "scope attic out"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_merge, "merge lobby attic"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_tag, "tag lobby"), COMMAND_OK);
    cr_assert_str_eq(support_out, "leased\nloud\n");
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --scope out --csv --columns name"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "name\r\nlobby.example\r\n");
    cr_assert_eq(support_fleet_run(cmd_tag, "tag lobby +new"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_split, "split lobby"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_tag, "tag lobby"), COMMAND_OK);
    cr_assert_str_eq(support_out, "leased\nnew\n");
    cr_assert_eq(support_fleet_run(cmd_tag, "tag attic"), COMMAND_OK);
    cr_assert_str_eq(support_out, "leased\nloud\n");
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --scope out --csv --columns name"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "name\r\nattic\r\n");
}

Test(cmd_merge, events_of_both_are_read_as_one_and_the_merge_once)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_merge, "merge lobby attic"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_events, "events lobby --kind new,merged --csv "
                                               "--columns name,event"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "name,event\r\nlobby.example,merged\r\n"
                                  "lobby.example,new\r\nlobby.example,new\r\n");
}

/* A device with another board: the old one's weeks tell what the new one's day cannot. */
Test(cmd_merge, a_forecast_is_made_of_the_past_of_both)
{
    support_fleet_drain(9, "NEW1", "new", 1);
    support_fleet_drain(8, "OLD1", "old", 40);
    cr_assert_eq(support_fleet_run(cmd_forecast, "forecast new --csv --columns reason"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "reason\r\nyoung\r\n");
    cr_assert_eq(support_fleet_run(cmd_merge, "merge new old"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_forecast, "forecast new --csv --columns reason"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "reason\r\nknown\r\n");
    cr_assert_eq(support_fleet_run(cmd_split, "split new"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_forecast, "forecast new --csv --columns reason"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "reason\r\nyoung\r\n");
}

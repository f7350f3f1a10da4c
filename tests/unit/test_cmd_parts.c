#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/app/cmd_alerts.h"
#include "core/app/cmd_devices.h"
#include "core/app/cmd_meters.h"
#include "core/app/cmd_supplies.h"
#include "tests/unit/support_fleet.h"
#include "tests/unit/support_store.h"

TestSuite(cmd_parts, .init = support_fleet_setup, .fini = support_fleet_teardown, .timeout = 60);

/* --- meters ----------------------------------------------------------------------------------- */

Test(cmd_parts, meters_are_the_latest_of_all_devices)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_meters, "meters --csv --columns address,total,unit,read_at"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "address,total,unit,read_at\r\n"
                                  "192.0.2.1,1234,impressions,2026-11-22T04:00:00Z\r\n"
                                  "192.0.2.2,50,impressions,2026-11-22T04:00:00Z\r\n"
                                  "192.0.2.3,7,impressions,2026-11-22T03:00:00Z\r\n");
}

Test(cmd_parts, meters_at_a_time_are_those_of_the_ledger)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_meters,
                                   "meters --at 2026-11-21 --csv --columns address,total,read_at"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out,
                     "address,total,read_at\r\n192.0.2.1,1000,2026-11-21T04:00:00Z\r\n");
    cr_assert_eq(support_fleet_run(cmd_meters, "meters --at 2026-01-01"), COMMAND_OK);
    cr_assert_str_empty(support_out);
    cr_assert_str_eq(support_err, "No meters are known.\n");
}

Test(cmd_parts, meters_of_a_device_are_its_ledger_newest_first)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_meters, "meters lobby --csv --columns total"), COMMAND_OK);
    cr_assert_str_eq(support_out, "total\r\n1234\r\n1000\r\n");
    cr_assert_eq(support_fleet_run(cmd_meters, "meters lobby --limit 1 --csv --columns total"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "total\r\n1234\r\n");
    cr_assert_eq(
        support_fleet_run(cmd_meters, "meters lobby --at 2026-11-21 --csv --columns total"),
        COMMAND_OK);
    cr_assert_str_eq(support_out, "total\r\n1000\r\n");
    cr_assert_eq(support_fleet_run(cmd_meters, "meters lobby attic nosuch"), COMMAND_USAGE);
}

/* --- supplies and alerts ---------------------------------------------------------------------- */

Test(cmd_parts, supplies_come_with_the_emptiest_first)
{
    support_fleet_make();
    cr_assert_eq(
        support_fleet_run(cmd_supplies, "supplies --csv --columns supply,percent,state,level"),
        COMMAND_OK);
    cr_assert_str_eq(support_out, "supply,percent,state,level\r\n"
                                  "Black Toner,3,verylow,3\r\n"
                                  "\"Cyan, Toner\",15,low,15\r\n"
                                  "Black Toner,60,ok,60\r\n"
                                  "Black Toner,78,ok,78\r\n"
                                  "Some Toner,,ok,-3\r\n");
}

Test(cmd_parts, supplies_below_leave_out_what_is_not_known)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_supplies, "supplies --below 15 --csv --columns percent"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "percent\r\n3\r\n");
    cr_assert_eq(
        support_fleet_run(cmd_supplies, "supplies --below 101 --csv --columns percent 192.0.2.2"),
        COMMAND_OK);
    cr_assert_str_eq(support_out, "percent\r\n3\r\n15\r\n");
    cr_assert_eq(support_fleet_run(cmd_supplies, "supplies --below 0"), COMMAND_USAGE);
}

Test(cmd_parts, supplies_for_people_have_bars)
{
    support_fleet_make();
    setenv("LC_ALL", "C", 1);
    cr_assert_eq(support_fleet_run(cmd_supplies, "supplies"), COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "[########..]  78 %  ok"), "%s", support_out);
}

Test(cmd_parts, alerts_are_faults_with_the_time_they_came_up)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_alerts,
                                   "alerts --csv --columns name,severity,alert,description,since"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "name,severity,alert,description,since\r\n"
                                  "'=cellar,critical,jam,Paper jam,2026-11-22T03:30:00Z\r\n");
    cr_assert_eq(support_fleet_run(cmd_alerts, "alerts --all --json"), COMMAND_OK);
    json_t *second = support_fleet_object(1);
    cr_assert(json_is_false(json_object_get(second, "fault")));
    json_decref(second);
    cr_assert_eq(support_fleet_run(cmd_alerts, "alerts lobby"), COMMAND_OK);
    cr_assert_str_eq(support_err, "Nothing is reported.\n");
}

/* --- while others write, and damage ----------------------------------------------------------- */

/* Holds a write transaction open from the first octet it sends until `release` is closed. */
static void write_until(int ready, int release)
{
    char octet = 1;
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    struct store_device device;
    cr_assert_eq(store_device_get(txn, 1, &device), 0);
    memcpy(device.address, "192.0.2.99:161", sizeof("192.0.2.99:161"));
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(write(ready, &octet, 1), 1);
    cr_assert_eq(read(release, &octet, 1), 0);
    store_abort(txn);
    store_close(store);
}

Test(cmd_parts, store_is_read_while_another_process_writes)
{
    int ready[2];
    int release[2];
    char octet = 0;
    support_fleet_make();
    cr_assert_eq(pipe(ready), 0);
    cr_assert_eq(pipe(release), 0);
    pid_t writer = fork();
    if (writer == 0) {
        close(release[1]);
        write_until(ready[1], release[0]);
        _exit(0);
    }
    cr_assert_eq(read(ready[0], &octet, 1), 1);
    int exit_code =
        support_fleet_run(cmd_devices, "devices --csv --columns address --sort address");
    close(release[1]);
    cr_assert_eq(waitpid(writer, NULL, 0), writer);
    cr_assert_eq(exit_code, COMMAND_OK, "%s", support_err);
    cr_assert_str_eq(support_out, "address\r\n192.0.2.1\r\n192.0.2.2\r\n192.0.2.3\r\n");
}

Test(cmd_parts, damage_leaves_out_the_device_and_ends_with_3)
{
    support_fleet_make();
    static const char name[] = "SERIAL-LOBBY";
    static const char other[] = "SERIAL-HOBBY";
    cr_assert_gt(support_store_patch(bytes_from_text(name), bytes_from_text(other)), 0);
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --csv --columns name"), COMMAND_STORE);
    cr_assert_str_eq(support_out, "name\r\nattic\r\n'=cellar\r\n");
    cr_assert_not_null(strstr(support_err, "damaged"), "%s", support_err);
}

Test(cmd_parts, full_disk_is_no_success)
{
    support_fleet_make();
    FILE *full = fopen("/dev/full", "w");
    if (full == NULL) {
        cr_skip("no /dev/full");
    }
    char *argv[] = {(char[]){"devices"}, (char[]){"--json"}, NULL};
    int saved = dup(STDOUT_FILENO);
    dup2(fileno(full), STDOUT_FILENO);
    int exit_code = cmd_devices(2, argv);
    dup2(saved, STDOUT_FILENO);
    fclose(full);
    cr_assert_eq(exit_code, COMMAND_STORE);
}

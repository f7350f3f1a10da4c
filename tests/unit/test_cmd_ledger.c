#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "core/app/cmd_ledger.h"
#include "core/app/cmd_meters.h"
#include "core/app/display.h"
#include "core/fleet/meter_history.h"
#include "tests/unit/support_fleet.h"
#include "tests/unit/support_meters.h"

/* A ledger of the archive's supports, seen through the commands. */
static void setup(void)
{
    support_archive_setup();
    display_init();
    setenv("PLATEN_STORE", support_store_path, 1);
    setenv("TZ", "Asia/Tokyo", 1);
}

TestSuite(cmd_ledger, .init = setup, .fini = support_archive_teardown, .timeout = 60);

#define HOUR_MS INT64_C(3600000)
/* 2026-10-01T00:00:00Z */
#define OCTOBER INT64_C(1790812800000)

/* Runs a command while nobody writes, as a user would. */
static int run(int (*command)(int, char **), const char *line)
{
    store_close(support_archive_store);
    int exit_code = support_fleet_run(command, line);
    support_archive_store = support_store_open(STORE_READ_WRITE);
    return exit_code;
}

static void poll(int64_t at_unix_ms, int64_t total)
{
    support_meters_poll((struct support_meters){.at_unix_ms = at_unix_ms, .total = total});
}

/* In October 360 pages are seen: a bad read, a reset and a swap are among the readings. */
static void make_october(void)
{
    static const int64_t totals[] = {1100, 1200, 5, 1300, 10, 20, 900000, 900010};
    poll(OCTOBER - 2 * DAY_MS, 990);
    poll(OCTOBER - HOUR_MS, 1000);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(totals); i++) {
        poll(OCTOBER + (int64_t)(i + 1) * HOUR_MS, totals[i]);
    }
    poll(OCTOBER + 5 * DAY_MS, 900040);
    poll(OCTOBER + 31 * DAY_MS + HOUR_MS, 900100);
}

Test(cmd_ledger, a_period_is_opening_closing_and_what_is_between)
{
    make_october();
    cr_assert_eq(run(cmd_meters, "meters --period 2026-10 --csv --columns "
                                 "key,unit,opening,closing,delta,breaks,reset,swap,wrap,bad_read,"
                                 "gaps,gap_days,opening_inside"),
                 COMMAND_OK, "%s", support_err);
    cr_assert_str_eq(support_out,
                     "key,unit,opening,closing,delta,breaks,reset,swap,wrap,bad_read,gaps,"
                     "gap_days,opening_inside\r\n"
                     "total,impressions,1000,900040,360,3,1,1,0,1,2,29,no\r\n");
}

Test(cmd_ledger, a_period_is_in_utc_wherever_it_is_asked)
{
    make_october();
    cr_assert_eq(run(cmd_meters, "meters --period 2026-10-01 --json"), COMMAND_OK);
    json_t *object = support_fleet_object(0);
    cr_assert_str_eq(support_fleet_text(object, "from"), "2026-10-01T00:00:00Z");
    cr_assert_str_eq(support_fleet_text(object, "to"), "2026-10-02T00:00:00Z");
    cr_assert_str_eq(support_fleet_text(object, "opening_at"), "2026-09-30T23:00:00Z");
    cr_assert_str_eq(support_fleet_text(object, "source"), "standard");
    cr_assert_str_eq(support_fleet_text(object, "oid"), "1.3.6.1.2.1.43.10.2.1.4.1.1");
    cr_assert_eq(json_integer_value(json_object_get(object, "delta")), 330);
    json_decref(object);
}

Test(cmd_ledger, the_days_of_a_month_add_up)
{
    char line[128];
    int64_t sum = 0;
    make_october();
    for (int day = 1; day <= 31; day++) {
        snprintf(line, sizeof(line), "meters --period 2026-10-%02d --json", day);
        cr_assert_eq(run(cmd_meters, line), COMMAND_OK);
        json_t *object = support_fleet_object(0);
        sum += json_integer_value(json_object_get(object, "delta"));
        json_decref(object);
    }
    cr_assert_eq(sum, 360);
}

Test(cmd_ledger, a_device_that_is_newer_is_told)
{
    make_october();
    cr_assert_eq(run(cmd_meters, "meters --period 2026-09 --csv --columns delta,opening_inside"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "delta,opening_inside\r\n10,yes\r\n");
    cr_assert_eq(run(cmd_meters, "meters --period 2026-08"), COMMAND_OK);
    cr_assert_str_eq(support_err, "No meters were read in that period or before it.\n");
}

Test(cmd_ledger, a_period_that_is_none_is_refused)
{
    make_october();
    cr_assert_eq(run(cmd_meters, "meters --period october"), COMMAND_USAGE);
    cr_assert_not_null(strstr(support_err, "2026-W41"));
    cr_assert_eq(run(cmd_meters, "meters --period 2026-10 --at now"), COMMAND_USAGE);
    cr_assert_eq(run(cmd_meters, "meters --period 2026-10 --long"), COMMAND_USAGE);
}

Test(cmd_ledger, of_two_sources_one_counts_and_both_are_shown_when_asked)
{
    for (int64_t i = 0; i < 3; i++) {
        support_meters_poll((struct support_meters){
            .at_unix_ms = OCTOBER + i * HOUR_MS, .total = 104 + i, .private_total = 100 + i});
    }
    cr_assert_eq(run(cmd_meters, "meters --period 2026-10 --csv --columns opening,source,counts"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "opening,source,counts\r\n100,private,yes\r\n");
    cr_assert_eq(run(cmd_meters, "meters --period 2026-10 --all-sources --csv --columns "
                                 "opening,oid,counts"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "opening,oid,counts\r\n100,1.3.6.1.4.1.11,yes\r\n"
                                  "104,1.3.6.1.2.1.43.10.2.1.4.1.1,no\r\n");
    cr_assert_eq(run(cmd_meters, "meters --long --csv --columns key,value,source,counts,record"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "key,value,source,counts,record\r\ntotal,102,private,yes,3\r\n"
                                  "total,106,standard,no,3\r\n");
    cr_assert_eq(run(cmd_meters, "meters 10.1.2.3 --limit 1 --csv --columns total"), COMMAND_OK);
    cr_assert_str_eq(support_out, "total\r\n102\r\n");
}

Test(cmd_ledger, the_state_at_an_instant_has_an_age)
{
    make_october();
    cr_assert_eq(run(cmd_meters, "meters --at 2026-10-01T04:30Z --csv --columns total,read_at,age"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "total,read_at,age\r\n1300,2026-10-01T04:00:00Z,1800\r\n");
    cr_assert_eq(run(cmd_meters, "meters --long --at 2026-10-04T00:00Z --json"), COMMAND_OK);
    json_t *object = support_fleet_object(0);
    cr_assert_eq(json_integer_value(json_object_get(object, "value")), 900010);
    cr_assert_eq(json_integer_value(json_object_get(object, "age")), 3 * 86400 - 8 * 3600);
    json_decref(object);
}

Test(cmd_ledger, an_untouched_ledger_is_proven)
{
    make_october();
    cr_assert_eq(run(cmd_ledger, "ledger verify"), COMMAND_OK);
    cr_assert_str_empty(support_out);
    cr_assert_str_eq(support_err, "No broken record.\n12 records of 1 devices: intact.\n");
    cr_assert_eq(run(cmd_ledger, "ledger verify --csv --columns state,record,records"), COMMAND_OK);
    cr_assert_str_eq(support_out, "state,record,records\r\nintact,,12\r\n");
    cr_assert_str_empty(support_err);
    cr_assert_eq(run(cmd_ledger, "ledger verify nosuch"), COMMAND_USAGE);
    cr_assert_eq(run(cmd_ledger, "ledger"), COMMAND_USAGE);
    cr_assert_eq(run(cmd_ledger, "ledger mend"), COMMAND_USAGE);
}

/* The newest row of the device is a row that says something else. */
static void put_in(void)
{
    struct store_device device;
    support_archive_device(1, &device);
    struct store_txn *txn = support_store_begin(support_archive_store, true);
    cr_assert_eq(store_chain_append(txn, STORE_LEDGER, &device, OCTOBER, bytes_from_text("?")), 0);
    cr_assert_eq(store_device_put(txn, &device), 0);
    cr_assert_eq(store_commit(txn), 0);
}

Test(cmd_ledger, the_first_broken_record_is_named)
{
    make_october();
    put_in();
    cr_assert_eq(run(cmd_ledger, "ledger verify"), COMMAND_FAILED);
    cr_assert_str_eq(support_err, "1 of 1 devices have a broken record.\n");
    cr_assert_not_null(strstr(support_out, "format"));
    cr_assert_eq(run(cmd_ledger, "ledger verify --json"), COMMAND_FAILED);
    json_t *object = support_fleet_object(0);
    cr_assert_str_eq(support_fleet_text(object, "state"), "format");
    cr_assert_str_eq(support_fleet_text(object, "serial"), "");
    cr_assert_eq(json_integer_value(json_object_get(object, "record")), 13);
    cr_assert_eq(json_integer_value(json_object_get(object, "records")), 12);
    cr_assert_str_eq(support_fleet_text(object, "recorded_at"), "2026-10-01T00:00:00Z");
    cr_assert_eq(strlen(support_fleet_text(object, "seal")), 64);
    json_decref(object);
}

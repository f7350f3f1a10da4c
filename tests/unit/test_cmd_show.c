#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "core/app/cmd_forecast.h"
#include "core/app/cmd_merge.h"
#include "core/app/cmd_scope.h"
#include "core/app/cmd_show.h"
#include "core/app/cmd_supplies.h"
#include "core/fleet/archive.h"
#include "core/fleet/rows_identity.h"
#include "tests/unit/support_fleet.h"
#include "tests/unit/support_schema.h"
#include "tests/unit/support_store.h"

TestSuite(cmd_show, .init = support_fleet_setup, .fini = support_fleet_teardown, .timeout = 60);

/* Runs `platen show ... --json`, holds it against the schema. Returns: the object, to be freed. */
static json_t *show(const char *line)
{
    char where[512];
    char *schema = schema_read_file("tests/data/reading.schema.json");
    cr_assert_not_null(schema);
    cr_assert_eq(support_fleet_run(cmd_show, line), COMMAND_OK, "%s", support_err);
    cr_assert_eq(schema_check(schema, support_out, where, sizeof(where)), 0, "%s: %s", line, where);
    free(schema);
    json_t *object = support_fleet_object(0);
    cr_assert_not_null(json_object_get(object, "device"));
    cr_assert_not_null(json_object_get(object, "forecast"));
    return object;
}

static const json_t *of_device(const json_t *object, const char *key)
{
    return json_object_get(json_object_get(object, "device"), key);
}

Test(cmd_show, json_of_a_device_without_flags_says_so)
{
    support_fleet_make();
    json_t *object = show("show lobby --json");
    cr_assert_str_eq(json_string_value(of_device(object, "scope")), "unclassified");
    cr_assert(json_is_false(of_device(object, "scope_by_hand")));
    cr_assert_eq(json_array_size(of_device(object, "tags")), 0);
    cr_assert_eq(json_array_size(of_device(object, "merged")), 0);
    cr_assert(json_is_null(of_device(object, "duplicate_serial")));
    cr_assert(json_is_null(of_device(object, "conflict")));
    cr_assert(json_is_null(of_device(object, "print_server")));
    json_decref(object);
    json_decref(show("show attic --json --why"));
}

Test(cmd_show, json_tells_scope_tags_and_merges)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_scope, "scope lobby out"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_tag, "tag lobby +leased +floor-3"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_merge, "merge lobby attic"), COMMAND_OK);
    json_t *object = show("show lobby --json");
    cr_assert_str_eq(json_string_value(of_device(object, "scope")), "out");
    cr_assert(json_is_true(of_device(object, "scope_by_hand")));
    cr_assert_eq(json_array_size(of_device(object, "tags")), 2);
    const json_t *merge = json_array_get(of_device(object, "merged"), 0);
    cr_assert(json_is_false(json_object_get(merge, "by_evidence")));
    json_decref(object);
    cr_assert_eq(support_fleet_run(cmd_show, "show lobby"), COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "out, by hand"), "%s", support_out);
    cr_assert_not_null(strstr(support_out, "floor-3, leased"), "%s", support_out);
}

Test(cmd_show, json_tells_what_is_doubted)
{
    static const struct rows_identity doubts = {.is_duplicate = true,
                                                .is_proven = true,
                                                .rival = 2,
                                                .duplicate_unix_ms = SUPPORT_FLEET_NOW,
                                                .conflict_unix_ms = SUPPORT_FLEET_NOW,
                                                .changed = ROWS_KEY_MAC,
                                                .before = {(const uint8_t *)"001ba9", 6}};
    uint8_t bytes[ROWS_IDENTITY_BYTES_MAX];
    support_fleet_make();
    struct store *store = support_store_open(STORE_READ_WRITE);
    struct store_txn *txn = support_store_begin(store, true);
    cr_assert_eq(store_record_put(txn, 1, ARCHIVE_PART_IDENTITY,
                                  bytes_of(bytes, rows_put_identity(bytes, &doubts))),
                 0);
    cr_assert_eq(store_commit(txn), 0);
    store_close(store);
    json_t *object = show("show lobby --json");
    const json_t *duplicate = of_device(object, "duplicate_serial");
    cr_assert_eq(strlen(support_fleet_text(duplicate, "device")), 16);
    cr_assert_str_eq(support_fleet_text(duplicate, "since"), "2026-11-22T04:00:00Z");
    cr_assert(json_is_true(json_object_get(duplicate, "proven")));
    const json_t *conflict = of_device(object, "conflict");
    cr_assert_str_eq(support_fleet_text(conflict, "key"), "mac");
    cr_assert_str_eq(support_fleet_text(conflict, "before"), "001ba9");
    cr_assert(json_is_null(json_object_get(conflict, "now")));
    json_decref(object);
}

/* --- days left -------------------------------------------------------------------------------- */

Test(cmd_show, days_left_are_the_same_everywhere)
{
    support_fleet_drain(9, "SERIAL-DRAIN", "drain", 60);
    json_t *shown = show("show drain --json");
    const json_t *forecast = json_array_get(json_object_get(shown, "forecast"), 0);
    int days = (int)json_number_value(json_object_get(forecast, "days_left"));
    cr_assert_str_eq(support_fleet_text(forecast, "reason"), "known");
    cr_assert(days > 25 && days < 35, "%d days for 30 %% at 1 %% a day", days);
    cr_assert(json_is_null(json_object_get(forecast, "at_least_days")));
    json_decref(shown);
    cr_assert_eq(support_fleet_run(cmd_forecast, "forecast --json"), COMMAND_OK);
    json_t *listed = support_fleet_object(0);
    cr_assert_eq(json_integer_value(json_object_get(listed, "days")), days);
    json_decref(listed);
    cr_assert_eq(support_fleet_run(cmd_supplies, "supplies --json"), COMMAND_OK);
    listed = support_fleet_object(0);
    cr_assert_eq(json_integer_value(json_object_get(listed, "days_left")), days);
    cr_assert_str_eq(support_fleet_text(listed, "days_reason"), "known");
    json_decref(listed);
}

Test(cmd_show, days_beyond_six_weeks_are_at_least_so_many_everywhere)
{
    char more[16];
    support_fleet_drain(9, "SERIAL-DRAIN", "drain", 40);
    json_t *shown = show("show drain --json");
    const json_t *forecast = json_array_get(json_object_get(shown, "forecast"), 0);
    int days = (int)json_number_value(json_object_get(forecast, "at_least_days"));
    cr_assert(json_is_null(json_object_get(forecast, "days_left")));
    cr_assert(days > 30 && days < 50, "at least %d days for 50 %% at 1 %% a day", days);
    json_decref(shown);
    snprintf(more, sizeof(more), " >%d ", days);
    cr_assert_eq(support_fleet_run(cmd_forecast, "forecast"), COMMAND_OK);
    cr_assert_not_null(strstr(support_out, more), "%s", support_out);
    cr_assert_eq(support_fleet_run(cmd_forecast, "forecast --json"), COMMAND_OK);
    json_t *listed = support_fleet_object(0);
    cr_assert(json_is_null(json_object_get(listed, "days")));
    cr_assert(json_is_null(json_object_get(listed, "empty_at")));
    cr_assert_eq(json_integer_value(json_object_get(listed, "at_least_days")), days);
    json_decref(listed);
    snprintf(more, sizeof(more), "\r\n,%d\r\n", days);
    cr_assert_eq(
        support_fleet_run(cmd_supplies, "supplies --csv --columns days_left,at_least_days"),
        COMMAND_OK);
    cr_assert_not_null(strstr(support_out, more), "%s", support_out);
}

Test(cmd_show, days_left_that_cannot_be_known_have_a_reason)
{
    support_fleet_drain(9, "SERIAL-DRAIN", "drain", 5);
    cr_assert_eq(support_fleet_run(cmd_supplies, "supplies --csv --columns days_left,days_reason"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "days_left,days_reason\r\n,young\r\n");
    cr_assert_eq(support_fleet_run(cmd_supplies, "supplies"), COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "DAYS\n"), "%s", support_out);
    cr_assert_not_null(strstr(support_out, "   -\n"), "%s", support_out);
    json_t *object = show("show drain --json");
    const json_t *forecast = json_array_get(json_object_get(object, "forecast"), 0);
    cr_assert(json_is_null(json_object_get(forecast, "days_left")));
    cr_assert(json_is_null(json_object_get(forecast, "pages_per_filling")));
    json_decref(object);
}

Test(cmd_show, supplies_within_days_are_those_of_the_forecast)
{
    support_fleet_make();
    support_fleet_drain(9, "SERIAL-DRAIN", "drain", 40);
    cr_assert_eq(support_fleet_run(cmd_supplies, "supplies --within 10 --csv --columns name"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "name\r\n");
    cr_assert_eq(support_fleet_run(cmd_supplies, "supplies --within 60 --csv --columns name"),
                 COMMAND_OK);
    cr_assert_str_eq(support_out, "name\r\ndrain\r\n");
}

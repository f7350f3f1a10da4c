#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/app/cmd_alerts.h"
#include "core/app/cmd_devices.h"
#include "core/app/cmd_events.h"
#include "core/app/cmd_forecast.h"
#include "core/app/cmd_ledger.h"
#include "core/app/cmd_meters.h"
#include "core/app/cmd_scope.h"
#include "core/app/cmd_supplies.h"
#include "tests/unit/support_fleet.h"
#include "tests/unit/support_store.h"

TestSuite(cmd_scope, .init = support_fleet_setup, .fini = support_fleet_teardown, .timeout = 60);

/* Every listing of the store. */
static const struct {
    int (*run)(int argc, char **argv);
    const char *line;
} listings[] = {
    {cmd_devices, "devices"},      {cmd_meters, "meters"},
    {cmd_meters, "meters --long"}, {cmd_meters, "meters --period 2026-11"},
    {cmd_supplies, "supplies"},    {cmd_alerts, "alerts --all"},
    {cmd_events, "events"},        {cmd_forecast, "forecast"},
};

/* Runs a listing with more words. Returns: how many of its objects are of an address, or of any
 * (NULL); each has to tell its scope as it is said here. */
static size_t count(size_t listing, const char *words, const char *address, const char *scope)
{
    char line[256];
    size_t found = 0;
    snprintf(line, sizeof(line), "%s --json %s", listings[listing].line, words);
    cr_assert_eq(support_fleet_run(listings[listing].run, line), COMMAND_OK, "%s: %s", line,
                 support_err);
    for (size_t i = 0;; i++) {
        json_t *object = support_fleet_object(i);
        if (object == NULL) {
            return found;
        }
        if (address == NULL || strcmp(support_fleet_text(object, "address"), address) == 0) {
            found++;
            cr_assert_str_eq(support_fleet_text(object, "scope"), scope, "%s", line);
        }
        json_decref(object);
    }
}

Test(cmd_scope, out_of_scope_is_left_out_of_every_listing)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_scope, "scope 192.0.2.2 out"), COMMAND_OK);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(listings); i++) {
        const char *line = listings[i].line;
        cr_assert_eq(count(i, "", "192.0.2.2", ""), 0, "%s", line);
        cr_assert_gt(count(i, "--scope all", "192.0.2.2", "out"), 0, "%s", line);
        cr_assert_gt(count(i, "--scope out", NULL, "out"), 0, "%s", line);
        cr_assert_eq(count(i, "--scope in", NULL, ""), 0, "%s", line);
    }
}

Test(cmd_scope, device_that_is_named_is_shown_whatever_its_scope)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_scope, "scope 192.0.2.2 out"), COMMAND_OK);
    for (size_t i = 1; i < BASE_ARRAY_COUNT(listings); i++) {
        cr_assert_gt(count(i, "192.0.2.2", "192.0.2.2", "out"), 0, "%s", listings[i].line);
        cr_assert_eq(count(i, "192.0.2.2 --scope in", NULL, ""), 0, "%s", listings[i].line);
    }
}

Test(cmd_scope, ledger_is_proven_of_all)
{
    support_fleet_make();
    cr_assert_eq(support_fleet_run(cmd_scope, "scope 192.0.2.2 out"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_ledger, "ledger verify --json"), COMMAND_OK);
    cr_assert_not_null(strstr(support_out, "192.0.2.2"), "%s", support_out);
}

Test(cmd_scope, rules_of_the_configuration_count_in_every_listing)
{
    char words[128];
    char path[96];
    snprintf(path, sizeof(path), "%s.yaml", support_store_path);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs("scope:\n  - {serial: SERIAL-CELLAR, scope: out}\n  - {scope: in}\n", file);
    fclose(file);
    support_fleet_make();
    snprintf(words, sizeof(words), "--config %s", path);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(listings); i++) {
        cr_assert_eq(count(i, words, "192.0.2.2", ""), 0, "%s", listings[i].line);
    }
    cr_assert_gt(count(0, words, "192.0.2.1", "in"), 0);
    unlink(path);
}

Test(cmd_scope, wrong_word_is_named)
{
    support_fleet_add(1, "SERIAL-ONE", "one");
    cr_assert_eq(support_fleet_run(cmd_scope, "scope one maybe"), COMMAND_USAGE);
    cr_assert_not_null(strstr(support_err, "\"maybe\" is no scope"), "%s", support_err);
    cr_assert_eq(support_fleet_run(cmd_scope, "scope one"), COMMAND_USAGE);
    cr_assert_not_null(strstr(support_err, "say which device"), "%s", support_err);
}

Test(cmd_scope, nothing_left_is_explained)
{
    support_fleet_add(1, "SERIAL-ONE", "one");
    cr_assert_eq(support_fleet_run(cmd_scope, "scope one out"), COMMAND_OK);
    cr_assert_eq(support_fleet_run(cmd_devices, "devices"), COMMAND_OK);
    cr_assert_str_empty(support_out);
    cr_assert_not_null(strstr(support_err, "Devices out of scope: 1; --scope all shows them."),
                       "%s", support_err);
    cr_assert_eq(support_fleet_run(cmd_devices, "devices --scope some"), COMMAND_USAGE);
    cr_assert_not_null(strstr(support_err, "not \"some\""), "%s", support_err);
}

Test(cmd_scope, store_of_the_configuration_is_the_one_that_is_written)
{
    char line[256];
    char path[96];
    support_fleet_add(1, "SERIAL-ONE", "one");
    snprintf(path, sizeof(path), "%s.yaml", support_store_path);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fprintf(file, "store: %s\n", support_store_path);
    fclose(file);
    unsetenv("PLATEN_STORE");
    snprintf(line, sizeof(line), "tag one +leased --config %s", path);
    cr_assert_eq(support_fleet_run(cmd_tag, line), COMMAND_OK, "%s", support_err);
    snprintf(line, sizeof(line), "devices --json --config %s", path);
    cr_assert_eq(support_fleet_run(cmd_devices, line), COMMAND_OK, "%s", support_err);
    json_t *device = support_fleet_object(0);
    cr_assert_str_eq(support_fleet_text(device, "tags"), "leased");
    json_decref(device);
    unlink(path);
}

#include "core/app/cmd_coverage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/app/coverage.h"
#include "core/app/csv_file.h"
#include "core/app/output.h"
#include "core/fleet/learned.h"

struct coverage_options {
    struct output_options output;
    const char *expect;
    int64_t within_ms; /* -1 = not given */
    bool quiet;
};

#define FIELD(field) offsetof(struct coverage_options, field)

static const struct args_option options_table[] = {
    {"expect", 0, "FILE", "CSV file of the devices that should be there", ARGS_TEXT, FIELD(expect),
     0, 0},
    {"within", 0, "TIME", "who has not answered for so long is missing, too", ARGS_DURATION,
     FIELD(within_ms), 0, CONFIG_OTHERS_AFTER_MS_MAX},
    OUTPUT_OPTION_CONFIG,
    {"quiet", 'q', NULL, "no closing sentence", ARGS_FLAG, FIELD(quiet), 0, 0},
    OUTPUT_TABLE_OPTIONS,
    ARGS_HELP_OPTION,
};

const struct command cmd_coverage_command = {
    .name = "coverage",
    .summary = "which of the devices that should be there are",
    .operands = "",
    .examples = {{"platen coverage --expect inventory.csv", "found, missing and unexpected ones"},
                 {"platen coverage --expect inventory.csv --within 7d --filter missing",
                  "who has not answered for a week, either"},
                 {"platen coverage --expect inventory.csv --csv > coverage.csv", "as a list"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "The file has any of the columns address (ip, host), serial, mac and name, in a header "
        "line. A row is the device with its serial number, else its MAC, else at its address, "
        "else with its name.\n\n"
        "Missing says at which step: never found at its address (silent, or never asked), no "
        "credential accepted, not a printer, no answer at the last poll, out of scope, not "
        "answered since.\n\n"
        "Exit: 0 nobody is missing, 1 somebody is, 2 usage, 3 store or system.",
    .run = cmd_coverage,
};

enum { STATE, REASON, EXPECTED, ID, ADDRESS, VENDOR, MODEL, SERIAL, NAME, ANSWERED, COLUMN_COUNT };

static const struct table_column columns[] = {
    [STATE] = {.key = "state", .title = "STATE", .kind = TABLE_TEXT},
    [REASON] = {.key = "reason", .title = "REASON", .kind = TABLE_TEXT, .least = 16},
    [EXPECTED] = {.key = "expected", .title = "EXPECTED", .kind = TABLE_TEXT, .least = 12},
    [ID] = {.key = "id", .title = "ID", .kind = TABLE_TEXT, .brief = 8, .rank = 4},
    [ADDRESS] = {.key = "address", .title = "ADDRESS", .kind = TABLE_TEXT, .rank = 1},
    [VENDOR] = {.key = "vendor", .title = "VENDOR", .kind = TABLE_TEXT, .least = 8, .rank = 5},
    [MODEL] = {.key = "model", .title = "MODEL", .kind = TABLE_TEXT, .least = 12, .rank = 3},
    [SERIAL] = {.key = "serial", .title = "SERIAL", .kind = TABLE_TEXT, .least = 10, .rank = 2},
    [NAME] = {.key = "name", .title = "NAME", .kind = TABLE_TEXT, .least = 8, .rank = 6},
    [ANSWERED] = {.key = "last_answered", .title = "ANSWERED", .kind = TABLE_TIME, .rank = 7},
};

static const char *const address_names[] = {"address", "ip", "ip address", "ipv4", "host ip"};
static const char *const serial_names[] = {"serial", "serial number", "serialnumber", "sn"};
static const char *const mac_names[] = {"mac", "mac address", "ethernet address"};
static const char *const name_names[] = {"name", "host", "hostname", "host name", "device name"};
static const char *const all_names[] = {
    "address",       "ip",       "ip address", "ipv4",        "host ip",          "serial",
    "serial number", "sn",       "mac",        "mac address", "ethernet address", "name",
    "host",          "hostname", "host name",  "device name"};

struct coverage_run {
    struct coverage_options *options;
    struct view view;
    struct coverage_index index;
    struct table table;
    uint64_t found;
    uint64_t missing;
    uint64_t unexpected;
};

/* What is known of an address where no device is: how far the asking got. */
static const char *reason_of_address(struct coverage_run *run, const char *address)
{
    char key[TARGET_TEXT_MAX];
    struct target target;
    struct learned learned;
    struct bytes state;
    if (target_parse(address, &target) != 0) {
        return "nobody in the store has these";
    }
    target_format(&target, key, sizeof(key));
    if (store_learned_get(run->view.txn, key, &state) != 0 ||
        learned_decode(state, &learned) != 0) {
        return "no answer, or never asked";
    }
    if (learned.full_at_unix_ms > 0 && !learned.is_printer) {
        return "not a printer";
    }
    if (learned.polled_at_unix_ms > 0) {
        return "another device is there";
    }
    /* Who refuses us says so, and its round trip is known; a poll keeps what is silent, too. */
    return learned.rto.srtt_us > 0 ? "no credential accepted" : "no answer, or never asked";
}

/* Why a device of the store does not count; NULL when it does. */
static const char *reason_of_device(const struct coverage_run *run,
                                    const struct coverage_device *found)
{
    const struct store_device *device = &found->device;
    int64_t age_ms = run->view.now_unix_ms - device->last_answered_unix_ms;
    if (found->scope == SCOPE_OUT) {
        return "out of scope";
    }
    if (run->options->within_ms >= 0 && age_ms > run->options->within_ms) {
        return "not answered since";
    }
    switch (device->status) {
    case RECORD_TIMEOUT:
        return "no answer at the last poll";
    case RECORD_AUTH:
        return "no credential accepted";
    case RECORD_NOTPRINTER:
        return "not a printer";
    case RECORD_ERROR:
        return "not read at the last poll"; /* unreachable, for one */
    default:
        return NULL;
    }
}

static void put_device(struct coverage_run *run, const struct coverage_device *found)
{
    struct table *table = &run->table;
    const struct reading_identity *identity = &run->view.reading.identity;
    table_set_text(table, ADDRESS, found->device.address);
    if (found->device.last_answered_unix_ms > 0) {
        table_set_number(table, ANSWERED, found->device.last_answered_unix_ms);
    }
    if (view_read(&run->view, &found->device, false)) {
        table_set_text(table, ID, found->device.id);
        table_set_text(table, VENDOR, identity->vendor);
        table_set_text(table, MODEL, identity->model);
        table_set_text(table, SERIAL, identity->serial);
        table_set_text(table, NAME, identity->name);
    }
}

static void judge_row(struct coverage_run *run, const struct coverage_row *row)
{
    char expected[256];
    struct coverage_device *found = coverage_find(&run->index, row);
    const char *reason =
        found != NULL ? reason_of_device(run, found) : reason_of_address(run, row->address);
    const char *const parts[] = {row->address, row->serial, row->mac, row->name};
    size_t size = 0;
    expected[0] = '\0';
    for (size_t i = 0; i < BASE_ARRAY_COUNT(parts) && size < sizeof(expected); i++) {
        if (parts[i][0] != '\0') {
            size += (size_t)snprintf(expected + size, sizeof(expected) - size, "%s%s",
                                     size > 0 ? " " : "", parts[i]);
        }
    }
    if (size == 0) {
        return; /* a row that says nothing expects nobody */
    }
    table_row(&run->table);
    table_set_text(&run->table, STATE, reason == NULL ? "found" : "missing");
    table_set_style(&run->table, STATE, reason == NULL ? TERMINAL_GOOD : TERMINAL_BAD);
    table_set_text(&run->table, REASON, reason);
    table_set_text(&run->table, EXPECTED, expected);
    run->found += reason == NULL ? 1 : 0;
    run->missing += reason == NULL ? 0 : 1;
    if (found != NULL) {
        found->is_expected = true;
        put_device(run, found);
    }
}

static int judge_file(struct coverage_run *run)
{
    static struct csv_file csv;
    char message[512];
    int step = csv_file_open(&csv, run->options->expect, all_names, BASE_ARRAY_COUNT(all_names),
                             message, sizeof(message));
    if (step != 0) {
        return command_complain(&cmd_coverage_command, COMMAND_USAGE, "%s", message);
    }
    const int address = csv_file_column(&csv, address_names, BASE_ARRAY_COUNT(address_names));
    const int serial = csv_file_column(&csv, serial_names, BASE_ARRAY_COUNT(serial_names));
    const int mac = csv_file_column(&csv, mac_names, BASE_ARRAY_COUNT(mac_names));
    const int name = csv_file_column(&csv, name_names, BASE_ARRAY_COUNT(name_names));
    if (csv.header_count == 0) {
        csv_file_close(&csv);
        return command_complain(&cmd_coverage_command, COMMAND_USAGE,
                                "%s lacks a header line with any of address, serial, mac, name",
                                run->options->expect);
    }
    while ((step = csv_file_next(&csv)) == 1) {
        const struct coverage_row row = {.address = csv_file_field(&csv, address),
                                         .serial = csv_file_field(&csv, serial),
                                         .mac = csv_file_field(&csv, mac),
                                         .name = csv_file_field(&csv, name)};
        judge_row(run, &row);
    }
    csv_file_close(&csv);
    return step == 0 ? COMMAND_OK
                     : command_complain(&cmd_coverage_command, COMMAND_USAGE, "%s", message);
}

static void add_unexpected(struct coverage_run *run)
{
    for (size_t i = 0; i < run->index.count; i++) {
        const struct coverage_device *device = &run->index.devices[i];
        if (!device->is_expected && device->scope != SCOPE_OUT) {
            table_row(&run->table);
            table_set_text(&run->table, STATE, "unexpected");
            table_set_style(&run->table, STATE, TERMINAL_WARN);
            put_device(run, device);
            run->unexpected++;
        }
    }
}

static int compare(struct coverage_run *run)
{
    const struct output_options *output = &run->options->output;
    int exit_code = COMMAND_OK;
    if (coverage_open(&run->index, &run->view) != 0) {
        return command_complain(&cmd_coverage_command, COMMAND_STORE, "out of memory");
    }
    exit_code = judge_file(run);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    add_unexpected(run);
    exit_code = output_table(&cmd_coverage_command, &run->table, output, "Nothing is expected.");
    (void)fflush(stdout);
    if (!run->options->quiet) {
        fprintf(stderr,
                "%" PRIu64 " expected: %" PRIu64 " found, %" PRIu64 " missing; %" PRIu64
                " unexpected.\n",
                run->found + run->missing, run->found, run->missing, run->unexpected);
    }
    return exit_code == COMMAND_OK && run->missing > 0 ? COMMAND_FAILED : exit_code;
}

int cmd_coverage(int argc, char **argv)
{
    static struct coverage_options options;
    static struct coverage_run run;
    struct args args;
    int exit_code = COMMAND_OK;
    options = (struct coverage_options){.within_ms = -1};
    if (!command_open(&cmd_coverage_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    if (options.expect == NULL || args.count > 0) {
        return command_complain(&cmd_coverage_command, COMMAND_USAGE,
                                "say what should be there: --expect FILE.csv");
    }
    run = (struct coverage_run){.options = &options};
    table_init(&run.table, columns, COLUMN_COUNT, 0);
    exit_code = output_prepare(&cmd_coverage_command, &run.table, &options.output);
    if (exit_code == COMMAND_OK) {
        exit_code = view_open(&run.view, &cmd_coverage_command, options.output.store,
                              options.output.config);
        if (exit_code == COMMAND_OK) {
            run.table.now_unix_ms = run.view.now_unix_ms;
            exit_code = view_close(&run.view, compare(&run));
        }
    }
    coverage_close(&run.index);
    table_fini(&run.table);
    return command_close(&cmd_coverage_command, exit_code);
}

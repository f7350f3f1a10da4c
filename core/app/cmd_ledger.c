#include "core/app/cmd_ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/app/listing.h"
#include "core/fleet/meter_audit.h"

/* What the audit came to. */
struct ledger_result {
    uint64_t devices;
    uint64_t records;
    uint64_t broken;
    int status;
};

struct ledger_options {
    struct listing_options listing;
    struct ledger_result *result;
};

static const struct args_option options_table[] = {
    OUTPUT_OPTION_CONFIG,
    OUTPUT_TABLE_OPTIONS,
    ARGS_HELP_OPTION,
};

const struct command cmd_ledger_command = {
    .name = "ledger",
    .summary = "proves that the meter ledger is as it was written",
    .operands = "verify [ID...]",
    .examples = {{"platen ledger verify", "every record of every device; exit code 1 names the "
                                          "first broken one"},
                 {"platen ledger verify 10.1.2.3", "of one device"},
                 {"platen ledger verify --csv --columns id,records,seal > seals.csv",
                  "the newest seals, to keep elsewhere and compare later"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "Every record of the ledger is sealed: a SHA-256 over the seal of the device's record "
        "before it, its place, its time and all that was read. A record that was changed, taken "
        "out, put in or exchanged breaks the chain there, one cut off at the end is missed by the "
        "device, which keeps its newest seal. Whoever can write the whole store could seal it "
        "anew; then only a seal kept elsewhere tells.\n\n"
        "Without an ID the table has the devices with a broken record only; --json and --csv have "
        "all.\n\n"
        "Columns: id, name, address, port, model, serial, state (intact, checksum, format, "
        "missing, "
        "seal, head), record (the first broken one), recorded_at, what, records (proven), behind "
        "(records behind a broken one), first_at, last_at, seal (the newest proven one).\n\n"
        "Exit codes: 0 intact, 1 a record is broken.",
    .run = cmd_ledger,
};

enum {
    STATE = LISTING_COUNT,
    RECORD,
    RECORDED_AT,
    WHAT,
    RECORDS,
    BEHIND,
    FIRST_AT,
    LAST_AT,
    SEAL,
    RANK,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    LISTING_COLUMNS,
    [STATE] = {.key = "state", .title = "STATE", .kind = TABLE_TEXT},
    [RECORD] = {.key = "record", .title = "RECORD", .kind = TABLE_NUMBER},
    [RECORDED_AT] = {.key = "recorded_at", .title = "RECORDED", .kind = TABLE_MOMENT},
    [WHAT] = {.key = "what", .title = "WHAT", .kind = TABLE_TEXT, .least = 12},
    [RECORDS] = {.key = "records", .title = "RECORDS", .kind = TABLE_NUMBER},
    [BEHIND] = {.key = "behind", .title = "BEHIND", .kind = TABLE_NUMBER, .hidden = true},
    [FIRST_AT] = {.key = "first_at", .title = "FIRST", .kind = TABLE_MOMENT, .hidden = true},
    [LAST_AT] = {.key = "last_at", .title = "LAST", .kind = TABLE_MOMENT, .hidden = true},
    [SEAL] = {.key = "seal", .title = "SEAL", .kind = TABLE_TEXT, .hidden = true},
    [RANK] = {.key = "broken", .title = "BROKEN", .kind = TABLE_FLAG, .hidden = true},
};

static void set_time(struct table *table, size_t column, int64_t unix_ms)
{
    if (unix_ms != INT64_MIN) {
        table_set_number(table, column, unix_ms);
    }
}

static void set_seal(struct table *table, const struct meter_audit_device *found)
{
    char text[2 * ROWS_SEAL_BYTES + 1];
    for (size_t i = 0; i < ROWS_SEAL_BYTES; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", found->seal[i]);
    }
    table_set_text(table, SEAL, found->rows != 0 ? text : NULL);
}

static void set_finding(struct table *table, const struct meter_audit_device *found)
{
    bool is_broken = found->fault != METER_INTACT;
    table_set_text(table, STATE, meter_fault_name(found->fault));
    table_set_style(table, STATE, is_broken ? TERMINAL_BAD : TERMINAL_GOOD);
    table_set_number(table, RANK, is_broken);
    if (is_broken) {
        table_set_number(table, RECORD, (int64_t)found->sequence);
        set_time(table, RECORDED_AT, found->unix_ms);
        table_set_text(table, WHAT, meter_fault_text(found->fault));
    }
    table_set_number(table, RECORDS, (int64_t)found->rows);
    table_set_number(table, BEHIND, (int64_t)found->rows_behind);
    set_time(table, FIRST_AT, found->first_unix_ms);
    set_time(table, LAST_AT, found->last_unix_ms);
    set_seal(table, found);
}

static void add_device(struct view *view, struct table *table,
                       const struct meter_audit_device *found)
{
    struct store_device device;
    table_row(table);
    if (found->is_known && store_device_get(view->txn, found->number, &device) == 0) {
        if (!view_read(view, &device, false)) {
            reading_reset(&view->reading); /* its ledger is told all the same */
        }
        listing_set_device(table, view, &device);
    }
    set_finding(table, found);
}

static void collect(struct view *view, struct table *table, struct view_set *set,
                    const void *options)
{
    const struct ledger_options *asked = options;
    struct ledger_result *ledger = asked->result;
    /* People who check a whole fleet want to see what is wrong; programs get every device. */
    bool is_short = set->is_all && !asked->listing.output.json && !asked->listing.output.csv;
    struct meter_audit audit;
    ledger->status = meter_audit_run(view->txn, &audit);
    view->damaged += audit.damaged;
    for (size_t i = 0; ledger->status == 0 && i < audit.count; i++) {
        const struct meter_audit_device *found = &audit.devices[i];
        bool is_broken = found->fault != METER_INTACT;
        bool is_meant =
            found->number == 0 ? set->is_all && is_broken : view_set_has(set, found->number);
        if (is_meant) {
            ledger->devices++;
            ledger->records += found->rows;
            ledger->broken += is_broken;
            if (is_broken || !is_short) {
                add_device(view, table, found);
            }
        }
    }
    meter_audit_fini(&audit);
    table_sort(table, LISTING_ADDRESS, false);
    table_sort(table, RANK, true);
}

/* The closing sentence for people. */
static void summarise(const struct ledger_result *result)
{
    fflush(stdout);
    if (result->broken == 0) {
        fprintf(stderr, "%" PRIu64 " records of %" PRIu64 " devices: intact.\n", result->records,
                result->devices);
    } else {
        fprintf(stderr, "%" PRIu64 " of %" PRIu64 " devices have a broken record.\n",
                result->broken, result->devices);
    }
}

int cmd_ledger(int argc, char **argv)
{
    static const struct listing listing = {
        .command = &cmd_ledger_command,
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .nothing = "No broken record.",
        .collect = collect,
    };
    struct ledger_result result = {0};
    struct ledger_options options = {.result = &result};
    struct args args;
    int exit_code = COMMAND_OK;
    if (!command_open(&cmd_ledger_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    if (args.count == 0 || strcmp(args.operands[0], "verify") != 0) {
        return command_complain(&cmd_ledger_command, COMMAND_USAGE,
                                "say what to do: \"platen ledger verify\".\n"
                                "Try \"platen ledger --help\".");
    }
    args.operands++;
    args.count--;
    exit_code = listing_show(&listing, &args, &options);
    if (result.status != 0) {
        return command_complain(&cmd_ledger_command, COMMAND_STORE, "cannot read the ledger: %s",
                                base_strerror(result.status));
    }
    if (result.devices > 0 && !options.listing.output.json && !options.listing.output.csv) {
        summarise(&result);
    }
    return exit_code == COMMAND_OK && result.broken > 0 ? COMMAND_FAILED : exit_code;
}

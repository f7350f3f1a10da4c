#include "core/app/cmd_store.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "core/app/output.h"
#include "core/app/view.h"
#include "core/base/clock.h"
#include "core/fleet/compact.h"

/* Devices that the end of a poll compacts at most: a second or so. */
#define TIDY_DEVICES 5000

struct store_options {
    struct output_options output;
    bool dry_run;
    bool all;
};

static const struct args_option options_table[] = {
    {"dry-run", 0, NULL, "compact: only tell what would be done", ARGS_FLAG,
     offsetof(struct store_options, dry_run), 0, 0},
    {"all", 'a', NULL, "compact: also what is not due yet", ARGS_FLAG,
     offsetof(struct store_options, all), 0, 0},
    OUTPUT_OPTION_CONFIG,
    OUTPUT_TABLE_OPTIONS,
    ARGS_HELP_OPTION,
};

const struct command cmd_store_command = {
    .name = "store",
    .summary = "what the store takes, and its compaction",
    .operands = "info|compact",
    .examples = {{"platen store info", "bytes and entries of each table, in all and a device"},
                 {"platen store compact --dry-run", "what is due"},
                 {"platen store compact", "take it up now"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "Levels, page counts and events of a device stand in rows until compaction takes them up: "
        "daily values for two years, hourly ones for 30 days, events for two years, in 8 KB a "
        "device at most; with the newest rows no more than 10 KB. Every poll does some of that "
        "at its end; a run that is interrupted loses nothing and is gone on with. The ledger is "
        "not touched.\n\n"
        "Columns of info: table, entries, bytes, bytes_per_device.",
    .run = cmd_store,
};

/* --- info ------------------------------------------------------------------------------------- */

enum { TABLE_NAME, ENTRIES, BYTES, PER_DEVICE, COLUMN_COUNT };

static const struct table_column columns[] = {
    [TABLE_NAME] = {.key = "table", .title = "TABLE", .kind = TABLE_TEXT},
    [ENTRIES] = {.key = "entries", .title = "ENTRIES", .kind = TABLE_NUMBER},
    [BYTES] = {.key = "bytes", .title = "BYTES", .kind = TABLE_NUMBER},
    [PER_DEVICE] = {.key = "bytes_per_device", .title = "A DEVICE", .kind = TABLE_NUMBER},
};

static void add_line(struct table *table, const char *name, int64_t entries, uint64_t bytes,
                     uint64_t devices)
{
    table_row(table);
    table_set_text(table, TABLE_NAME, name);
    if (entries >= 0) {
        table_set_number(table, ENTRIES, entries);
    }
    table_set_number(table, BYTES, (int64_t)bytes);
    if (devices > 0) {
        table_set_number(table, PER_DEVICE, (int64_t)(bytes / devices));
    }
}

static int measure(struct view *view, struct table *table)
{
    struct store_table tables[STORE_TABLES];
    struct store_figures figures;
    uint64_t devices = 0;
    uint64_t sum = 0;
    int rc = store_tables(view->txn, tables);
    rc = rc == 0 ? store_figures(view->store, &figures) : rc;
    if (rc != 0) {
        return command_complain(view->command, COMMAND_STORE, "%s", base_strerror(rc));
    }
    devices = figures.devices;
    for (size_t i = 0; i < STORE_TABLES; i++) {
        sum += tables[i].bytes;
        add_line(table, tables[i].name, (int64_t)tables[i].entries, tables[i].bytes, devices);
    }
    add_line(table, "free", -1, figures.used_bytes > sum ? figures.used_bytes - sum : 0, devices);
    add_line(table, "all", -1, figures.used_bytes, devices);
    return COMMAND_OK;
}

static int run_info(const struct store_options *options)
{
    struct table table;
    struct view view;
    table_init(&table, columns, COLUMN_COUNT, clock_unix_ms());
    int exit_code = output_prepare(&cmd_store_command, &table, &options->output);
    if (exit_code == COMMAND_OK) {
        exit_code =
            view_open(&view, &cmd_store_command, options->output.store, options->output.config);
        if (exit_code == COMMAND_OK) {
            exit_code = measure(&view, &table);
            if (exit_code == COMMAND_OK) {
                exit_code =
                    output_table(&cmd_store_command, &table, &options->output, "It is empty.");
            }
            exit_code = view_close(&view, exit_code);
        }
    }
    table_fini(&table);
    return exit_code;
}

/* --- compact ---------------------------------------------------------------------------------- */

static int open_store(const struct store_options *options, struct store **out)
{
    char path[PATH_MAX];
    char message[512] = "";
    int exit_code =
        view_path(&cmd_store_command, options->output.store, options->output.config, path);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    /* A store is not made by tidying it. */
    int status = store_open(path, STORE_READ_ONLY, out, message, sizeof(message));
    if (status == 0 && !options->dry_run) {
        store_close(*out);
        status = store_open(path, STORE_READ_WRITE, out, message, sizeof(message));
    }
    return status == 0 ? COMMAND_OK
                       : command_complain(&cmd_store_command, COMMAND_STORE, "%s",
                                          message[0] != '\0' ? message : base_strerror(status));
}

static void tell(const struct store_options *options, const struct compact_figures *figures)
{
    if (options->output.json) {
        printf("{\"devices_due\":%" PRIu64 ",\"devices\":%" PRIu64 ",\"history_rows\":%" PRIu64
               ",\"event_rows\":%" PRIu64 ",\"row_bytes\":%" PRIu64 ",\"damaged\":%" PRIu64 "}\n",
               figures->devices_due, figures->devices, figures->history_rows, figures->event_rows,
               figures->row_bytes, figures->damaged);
        return;
    }
    printf(
        "%s %" PRIu64 " rows (%" PRIu64 " KB) of %" PRIu64 " %s.\n",
        options->dry_run ? "Would take up" : "Took up", figures->history_rows + figures->event_rows,
        figures->row_bytes / 1024, options->dry_run ? figures->devices_due : figures->devices,
        (options->dry_run ? figures->devices_due : figures->devices) == 1 ? "device" : "devices");
}

static int run_compact(const struct store_options *options)
{
    const struct compact_order order = {
        .now_unix_ms = clock_unix_ms(), .is_all = options->all, .is_dry = options->dry_run};
    struct compact_figures figures;
    struct store *store = NULL;
    int exit_code = open_store(options, &store);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    int status = compact_run(store, &order, &figures);
    store_close(store);
    tell(options, &figures);
    if (figures.damaged > 0) {
        fprintf(stderr, "platen store: %" PRIu64 " damaged rows are left out\n", figures.damaged);
    }
    return status == 0 ? COMMAND_OK
                       : command_complain(&cmd_store_command, COMMAND_STORE,
                                          "it ended early: %s; what was taken up stays",
                                          base_strerror(status));
}

void cmd_store_tidy(const struct command *command, struct store *store)
{
    const struct compact_order order = {.now_unix_ms = clock_unix_ms(),
                                        .devices_max = TIDY_DEVICES};
    struct compact_figures figures;
    int status = store == NULL ? 0 : compact_run(store, &order, &figures);
    if (status != 0) {
        fprintf(stderr, "platen %s: the store could not be compacted: %s\n", command->name,
                base_strerror(status));
    }
}

int cmd_store(int argc, char **argv)
{
    struct store_options options = {0};
    struct args args;
    int exit_code = COMMAND_OK;
    if (!command_open(&cmd_store_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    const char *word = args.count == 1 ? args.operands[0] : "";
    if (strcmp(word, "info") == 0) {
        exit_code = run_info(&options);
    } else if (strcmp(word, "compact") == 0) {
        exit_code = run_compact(&options);
    } else {
        return command_complain(&cmd_store_command, COMMAND_USAGE,
                                "say \"platen store info\" or \"platen store compact\"");
    }
    return command_close(&cmd_store_command, exit_code);
}

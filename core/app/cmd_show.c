#include "core/app/cmd_show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/app/cmd_events.h"
#include "core/app/outlook.h"
#include "core/app/output.h"
#include "core/app/show_json.h"
#include "core/app/show_notes.h"
#include "core/app/show_page.h"
#include "core/app/view.h"

struct show_options {
    struct output_options output; /* only store, config, json and no_color are offered */
    bool why;
};

static const struct args_option options_table[] = {
    {"why", 'w', NULL, "for every value the object, its OID, the raw value and the rule", ARGS_FLAG,
     offsetof(struct show_options, why), 0, 0},
    OUTPUT_OPTION_JSON,
    OUTPUT_OPTION_CONFIG,
    OUTPUT_OPTION_STORE,
    OUTPUT_OPTION_NO_COLOR,
    ARGS_HELP_OPTION,
};

const struct command cmd_show_command = {
    .name = "show",
    .summary = "everything known of one device",
    .operands = "ID",
    .examples = {{"platen show 10.1.2.3", "the device at an address"},
                 {"platen show 3f2a --why", "where every value of a device comes from, by the "
                                            "beginning of its id"},
                 {"platen show LOBBY-2 --json", "by its name, as one JSON object"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes = "ID is the id or the beginning of it, the address with or without port, the serial "
             "number, or the name with or without its domain. When it can mean several devices, "
             "they are listed and nothing is shown.\n\n"
             "The values are those of the last poll that the device answered; status and error are "
             "those of the last poll. DAYS is how long a supply is expected to last; \"platen "
             "forecast ID\" tells the interval, or why it cannot be known.\n\n"
             "--json prints the object that \"platen poll --json\" prints, and the keys "
             "\"device\" (scope, tags, what is doubted about who it is, merges, print server), "
             "\"forecast\" (of each supply) and, with --why, \"why\".",
    .run = cmd_show,
};

/* The last poll's outcome beside the values of the last one that was answered. */
static void set_outcome(struct view *view, const struct store_device *device)
{
    struct record_header *header = &view->reading.header;
    if (header->status != device->status) {
        header->status = (enum record_status)device->status;
        header->failed_tables = 0;
        header->error = header->status == RECORD_TIMEOUT ? BASE_ETIMEOUT : 0;
    }
}

/* Judges every supply of the reading. Returns: forecasts to be freed; NULL out of memory. */
static struct forecast *look_ahead(struct view *view, const struct store_device *device)
{
    size_t count = view->reading.supply_count;
    struct forecast *forecasts = calloc(count + 1, sizeof(*forecasts));
    struct outlook outlook;
    if (forecasts == NULL) {
        return NULL;
    }
    outlook_open(&outlook, view, device);
    for (size_t i = 0; i < count; i++) {
        outlook_judge(&outlook, &view->reading.supplies[i], &forecasts[i]);
    }
    outlook_close(&outlook);
    return forecasts;
}

static int print_json(const struct command *command, const struct show_json_of *of)
{
    struct json json;
    json_init(&json);
    show_json(&json, of);
    return output_json(command, &json);
}

/* Events on the page. */
#define EVENTS_SHOWN 8

static void print_page(struct view *view, const struct store_device *device,
                       const struct show_page_of *page, const struct terminal *terminal)
{
    static const struct table_column columns[] = {CMD_EVENTS_COLUMNS};
    static const struct cmd_events_filter all = {.kinds = UINT64_MAX};
    struct show_page_of whole = *page;
    struct table events;
    table_init(&events, columns, BASE_ARRAY_COUNT(columns), view->now_unix_ms);
    cmd_events_add(view, &events, device, &all, false);
    table_sort(&events, CMD_EVENTS_AT, true);
    table_limit(&events, EVENTS_SHOWN);
    whole.events = &events;
    show_page(terminal, &whole);
    table_fini(&events);
}

/* A device that has been found and read. */
static int show_device(struct view *view, const struct show_options *options,
                       const struct store_device *device)
{
    struct show_note notes[SHOW_NOTES_MAX];
    struct standing standing;
    struct rows_access access;
    struct terminal terminal;
    bool is_told = view_access(view, device, &access);
    struct forecast *forecasts = look_ahead(view, device);
    int exit_code = COMMAND_OK;
    if (forecasts == NULL) {
        return command_complain(view->command, COMMAND_STORE, "%s", base_strerror(-ENOMEM));
    }
    standing_read(view, device, &standing);
    if (options->output.json) {
        const struct show_json_of of = {.reading = &view->reading,
                                        .access = is_told ? &access : NULL,
                                        .standing = &standing,
                                        .forecasts = forecasts,
                                        .with_why = options->why};
        exit_code = print_json(view->command, &of);
    } else {
        struct show_page_of page = {.reading = &view->reading,
                                    .device = device,
                                    .access = is_told ? &access : NULL,
                                    .notes = notes,
                                    .note_count = show_notes(&standing, view->now_unix_ms, notes),
                                    .forecasts = forecasts,
                                    .now_unix_ms = view->now_unix_ms};
        terminal_init(&terminal, stdout, !options->output.no_color);
        print_page(view, device, &page, &terminal);
    }
    free(forecasts);
    return exit_code;
}

static int show(struct view *view, const struct show_options *options, const char *word)
{
    struct store_device device;
    int exit_code = view_find(view, word, &device);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    if (!view_read(view, &device, options->why)) {
        return COMMAND_STORE;
    }
    set_outcome(view, &device);
    return show_device(view, options, &device);
}

int cmd_show(int argc, char **argv)
{
    const struct command *command = &cmd_show_command;
    struct show_options options = {0};
    struct args args;
    struct view view;
    int exit_code = COMMAND_OK;
    if (!command_open(command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    if (args.count != 1) {
        return command_complain(command, COMMAND_USAGE,
                                "takes one ID, but got %d.\nTry \"platen devices\" for the ids, or "
                                "\"platen show --help\".",
                                args.count);
    }
    exit_code = view_open(&view, command, options.output.store, options.output.config);
    if (exit_code == COMMAND_OK) {
        exit_code = view_close(&view, show(&view, &options, args.operands[0]));
    }
    return command_close(command, exit_code);
}

#include "core/app/cmd_show.h"

#include <stdio.h>

#include "core/app/cmd_events.h"
#include "core/app/output.h"
#include "core/app/reading_json.h"
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
             "those of the last poll. --json prints the object that \"platen poll --json\" prints, "
             "with --why and the key \"why\".",
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

/* The object of a poll, and behind its last member the reasons. */
static int print_json(const struct command *command, const struct reading *reading,
                      const struct rows_access *access, bool with_why)
{
    struct json json;
    json_init(&json);
    reading_json(&json, reading, access);
    if (with_why && json_status(&json) == 0) {
        json.size--; /* the closing brace */
        json_key(&json, "why");
        reading_json_why(&json, reading);
        json_object_end(&json);
    }
    return output_json(command, &json);
}

/* Events on the page. */
#define EVENTS_SHOWN 8

static void print_page(struct view *view, const struct store_device *device,
                       struct show_page_of *page, const struct terminal *terminal)
{
    static const struct table_column columns[] = {CMD_EVENTS_COLUMNS(0)};
    static const struct cmd_events_filter all = {.kinds = UINT64_MAX};
    struct table events;
    table_init(&events, columns, BASE_ARRAY_COUNT(columns), view->now_unix_ms);
    cmd_events_add(view, &events, device, &all, false);
    table_sort(&events, CMD_EVENTS_AT, true);
    table_limit(&events, EVENTS_SHOWN);
    page->events = &events;
    show_page(terminal, page);
    table_fini(&events);
}

static int show(struct view *view, const struct show_options *options, const char *word)
{
    struct store_device device;
    struct rows_access access;
    struct terminal terminal;
    int exit_code = view_find(view, word, &device);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    if (!view_read(view, &device, options->why)) {
        return COMMAND_STORE;
    }
    set_outcome(view, &device);
    struct show_note notes[SHOW_NOTES_MAX];
    bool is_told = view_access(view, &device, &access);
    if (options->output.json) {
        return print_json(view->command, &view->reading, is_told ? &access : NULL, options->why);
    }
    terminal_init(&terminal, stdout, !options->output.no_color);
    struct show_page_of page = {.reading = &view->reading,
                                .device = &device,
                                .access = is_told ? &access : NULL,
                                .notes = notes,
                                .note_count = show_notes(view, &device, notes),
                                .now_unix_ms = view->now_unix_ms};
    print_page(view, &device, &page, &terminal);
    return COMMAND_OK;
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

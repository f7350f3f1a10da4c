#include "core/app/output.h"

#include "core/app/terminal.h"

/* "-pages" sorts the other way round. */
static const char *sort_key(const struct output_options *options, bool *descending)
{
    *descending = options->sort[0] == '-';
    return options->sort + *descending;
}

int output_prepare(const struct command *command, struct table *table,
                   const struct output_options *options)
{
    char message[512];
    bool descending = false;
    size_t column = 0;
    int status = 0;
    if (options->json && options->csv) {
        return command_complain(command, COMMAND_USAGE, "--json and --csv exclude each other");
    }
    if (options->columns != NULL) {
        status = table_choose(table, options->columns, message, sizeof(message));
    }
    if (status == 0 && options->sort != NULL) {
        status = table_find_column(table, sort_key(options, &descending), &column, message,
                                   sizeof(message));
    }
    return status == 0 ? COMMAND_OK : command_complain(command, COMMAND_USAGE, "%s", message);
}

int output_table(const struct command *command, struct table *table,
                 const struct output_options *options, const char *nothing)
{
    struct terminal terminal;
    char message[512];
    bool descending = false;
    size_t column = 0;
    if (options->filter != NULL) {
        table_filter(table, options->filter);
    }
    if (options->sort != NULL && table_find_column(table, sort_key(options, &descending), &column,
                                                   message, sizeof(message)) == 0) {
        table_sort(table, column, descending);
    }
    int status = table_status(table);
    if (status == 0 && options->json) {
        status = table_json(table, stdout);
    } else if (status == 0 && options->csv) {
        table_csv(table, stdout);
    } else if (status == 0 && table->kept_count == 0) {
        fprintf(stderr, "%s\n", options->filter != NULL ? "No row matches the filter." : nothing);
    } else if (status == 0) {
        terminal_init(&terminal, stdout, !options->no_color);
        table_print(table, &terminal);
    }
    return status == 0 ? COMMAND_OK
                       : command_complain(command, COMMAND_STORE, "%s", base_strerror(status));
}

int output_json(const struct command *command, struct json *json)
{
    json_newline(json);
    int status = json_status(json);
    if (status == 0) {
        fputs(json_text(json), stdout);
    }
    json_fini(json);
    return status == 0 ? COMMAND_OK
                       : command_complain(command, COMMAND_STORE, "%s", base_strerror(status));
}

/*
 * How a listing leaves: the options that all listing commands share, and the one place that prints
 * a finished table in the form they ask for.
 */
#pragma once

#include "core/app/args.h"
#include "core/app/command.h"
#include "core/app/table.h"
#include "core/base/json.h"

/* The first member of the option structure of every listing command. */
struct output_options {
    const char *store;
    const char *config; /* of the commands that read a store */
    bool json;
    bool csv;
    bool no_color;
    const char *columns;
    const char *sort;
    const char *filter;
};

/* Their rows in the option table. */
#define OUTPUT_OPTION_STORE                                                                        \
    {                                                                                              \
        "store", 0, "DIR",                                                                         \
            "directory of the store (default: PLATEN_STORE, or the state directory)", ARGS_TEXT,   \
            offsetof(struct output_options, store), 0, 0                                           \
    }
#define OUTPUT_OPTION_CONFIG                                                                       \
    {                                                                                              \
        "config", 0, "FILE",                                                                       \
            "configuration with the store and the rules of scope (default: PLATEN_CONFIG)",        \
            ARGS_TEXT, offsetof(struct output_options, config), 0, 0                               \
    }
#define OUTPUT_OPTION_JSON                                                                         \
    {                                                                                              \
        "json", 0, NULL, "one JSON object a line, nothing else on stdout", ARGS_FLAG,              \
            offsetof(struct output_options, json), 0, 0                                            \
    }
#define OUTPUT_OPTION_NO_COLOR                                                                     \
    {                                                                                              \
        "no-color", 0, NULL, "no colours, also on a terminal (as NO_COLOR does)", ARGS_FLAG,       \
            offsetof(struct output_options, no_color), 0, 0                                        \
    }
#define OUTPUT_TABLE_OPTIONS                                                                       \
    {"filter",  0,                                                                                 \
     "TEXT",    "only rows in which TEXT occurs",                                                  \
     ARGS_TEXT, offsetof(struct output_options, filter),                                           \
     0,         0},                                                                                \
        {"sort",    0,                                                                             \
         "COLUMN",  "sort by COLUMN; -COLUMN for the largest first",                               \
         ARGS_TEXT, offsetof(struct output_options, sort),                                         \
         0,         0},                                                                            \
        {"columns", 0,                                                                             \
         "LIST",    "show these columns, separated by commas",                                     \
         ARGS_TEXT, offsetof(struct output_options, columns),                                      \
         0,         0},                                                                            \
        OUTPUT_OPTION_JSON, {"csv",     0,                                                         \
                             NULL,      "CSV for a spreadsheet (RFC 4180)",                        \
                             ARGS_FLAG, offsetof(struct output_options, csv),                      \
                             0,         0},                                                        \
        OUTPUT_OPTION_STORE, OUTPUT_OPTION_NO_COLOR

/* Applies --columns before the rows are collected, so that a mistake costs no time.
 * Returns: COMMAND_OK; COMMAND_USAGE after saying why. */
int output_prepare(const struct command *command, struct table *table,
                   const struct output_options *options);

/* Filters, sorts and prints the rows. nothing: the sentence for people when there are none.
 * Returns: COMMAND_OK; COMMAND_STORE after saying why. */
int output_table(const struct command *command, struct table *table,
                 const struct output_options *options, const char *nothing);

/* Prints one JSON object, ends its line, and frees it.
 * Returns: COMMAND_OK; COMMAND_STORE after saying why it could not be made. */
int output_json(const struct command *command, struct json *json);

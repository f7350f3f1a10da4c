/*
 * What the listing commands share: the way from arguments to a printed table, the columns that each
 * begins with, and how states are coloured.
 */
#pragma once

#include "core/app/output.h"
#include "core/app/table.h"
#include "core/app/view.h"

/* The first member of the option structure of every listing. */
struct listing_options {
    struct output_options output;
    const char *scope; /* NULL = not asked for */
};

/* Their rows in the option table. */
#define LISTING_OPTIONS                                                                            \
    {"scope",                                                                                      \
     0,                                                                                            \
     "WHICH",                                                                                      \
     "devices that are in, out, unclassified or all; without it every ID that is named, "          \
     "else all that are not out",                                                                  \
     ARGS_TEXT,                                                                                    \
     offsetof(struct listing_options, scope),                                                      \
     0,                                                                                            \
     0},                                                                                           \
        OUTPUT_OPTION_CONFIG, OUTPUT_TABLE_OPTIONS

/* Columns of the device in a listing of devices or their parts. */
enum listing_column {
    LISTING_ID,
    LISTING_NAME,
    LISTING_ADDRESS,
    LISTING_PORT,
    LISTING_MODEL,
    LISTING_SERIAL,
    LISTING_SCOPE,
    LISTING_COUNT,
};

/* An id of eight digits is unique in a fleet of thousands, and commands take it. */
#define LISTING_COLUMNS                                                                            \
    [LISTING_ID] = {.key = "id", .title = "ID", .kind = TABLE_TEXT, .brief = 8},                   \
    [LISTING_NAME] = {.key = "name", .title = "NAME", .kind = TABLE_TEXT, .least = 8},             \
    [LISTING_ADDRESS] = {.key = "address", .title = "ADDRESS", .kind = TABLE_TEXT, .rank = 3},     \
    [LISTING_PORT] = {.key = "port",                                                               \
                      .title = "PORT",                                                             \
                      .kind = TABLE_NUMBER,                                                        \
                      .rank = 10,                                                                  \
                      .usual = 161},                                                               \
    [LISTING_MODEL] = {.key = "model",                                                             \
                       .title = "MODEL",                                                           \
                       .kind = TABLE_TEXT,                                                         \
                       .least = 12,                                                                \
                       .rank = 4},                                                                 \
    [LISTING_SERIAL] = {.key = "serial",                                                           \
                        .title = "SERIAL",                                                         \
                        .kind = TABLE_TEXT,                                                        \
                        .least = 10,                                                               \
                        .rank = 6},                                                                \
    [LISTING_SCOPE] = {.key = "scope", .title = "SCOPE", .kind = TABLE_TEXT, .hidden = true}

/* A listing command: what stands in its table. */
struct listing {
    const struct command *command;
    const struct table_column *columns;
    size_t column_count;
    const char *nothing; /* the sentence for people when there are no rows */
    /* Adds the rows of the devices in `set`, found by view_set_next, and brings them into the order
     * of the listing. options: the command's own structure. */
    void (*collect)(struct view *view, struct table *table, struct view_set *set,
                    const void *options);
    /* Goes on once the table is printed; NULL = that was all. Returns: the exit code. */
    int (*go_on)(struct view *view, struct table *table, struct view_set *set, const void *options);
};

/* Runs a listing from argv to the last line. options: the command's option structure with its
 * defaults, which begins with struct listing_options. Returns: enum command_exit. */
int listing_run(const struct listing *listing, int argc, char **argv, void *options);

/* The same from parsed arguments on: args are the devices, options are filled. For commands that
 * have several listings, or an operand of their own. */
int listing_show(const struct listing *listing, const struct args *args, void *options);

/* Calls `add` with each device of the set, which has just been read, and sorts the rows by address:
 * what a collect function begins with. */
void listing_collect(struct view *view, struct table *table, struct view_set *set,
                     const void *options,
                     void (*add)(struct view *view, struct table *table,
                                 const struct store_device *device, const void *options));

/* Sets those cells of the table's last row from the device and view->reading. */
void listing_set_device(struct table *table, const struct view *view,
                        const struct store_device *device);

/* Says whether the last poll got nothing from the device. status: enum record_status. */
bool listing_is_silent(uint8_t status);

/* Returns: 0 no fault (sleeping, ready), 1 warning, 2 critical: it does not print. */
int listing_alert_urgency(const struct reading_alert *alert);

/* Return: how a poll's status (enum record_status), a supply's state and an alert are coloured. */
enum terminal_style listing_status_style(uint8_t status);
enum terminal_style listing_supply_style(enum reading_supply_state state);
enum terminal_style listing_alert_style(const struct reading_alert *alert);

/*
 * `platen events`: what happened to the devices, told once each.
 */
#pragma once

#include "core/app/listing.h"

extern const struct command cmd_events_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_events(int argc, char **argv);

/* Which events are wanted. */
struct cmd_events_filter {
    uint64_t kinds; /* bits of enum rows_event */
    int64_t since_unix_ms;
};

/* What the command was told. */
struct cmd_events_options {
    struct listing_options listing;
    int64_t since_unix_ms; /* 0 = all */
    const char *kind;
    int64_t limit; /* newest ones; 0 = all */
    bool follow;
    struct cmd_events_filter filter;
};

/* Columns of an event, in their order, for tables of their own or after LISTING_COLUMNS. */
enum cmd_events_column {
    CMD_EVENTS_AT,
    CMD_EVENTS_EVENT,
    CMD_EVENTS_SUBJECT,
    CMD_EVENTS_DETAIL,
    CMD_EVENTS_INDEX,
    CMD_EVENTS_VALUE,
    CMD_EVENTS_BEFORE,
    CMD_EVENTS_NOW,
    CMD_EVENTS_SINCE,
    CMD_EVENTS_COUNT
};

/* No designators: clang-format takes [ID + first] for Objective-C. */
#define CMD_EVENTS_COLUMNS                                                                         \
    {.key = "at", .title = "AT", .kind = TABLE_MOMENT},                                            \
        {.key = "event", .title = "EVENT", .kind = TABLE_TEXT},                                    \
        {.key = "subject", .title = "SUBJECT", .kind = TABLE_TEXT, .least = 10},                   \
        {.key = "detail", .title = "DETAIL", .kind = TABLE_TEXT, .least = 12, .rank = 2},          \
        {.key = "index", .title = "INDEX", .kind = TABLE_TEXT, .hidden = true},                    \
        {.key = "value", .title = "VALUE", .kind = TABLE_NUMBER, .hidden = true},                  \
        {.key = "before", .title = "BEFORE", .kind = TABLE_TEXT, .hidden = true},                  \
        {.key = "now", .title = "NOW", .kind = TABLE_TEXT, .hidden = true},                        \
    {                                                                                              \
        .key = "since", .title = "SINCE", .kind = TABLE_TIME, .hidden = true                       \
    }

/* Adds the events of the device in view->reading that are wanted, oldest first; with what went into
 * it. has_device: the table begins with the columns of a listing. */
void cmd_events_add(struct view *view, struct table *table, const struct store_device *device,
                    const struct cmd_events_filter *filter, bool has_device);

/* Adds one event of that device, if it is wanted, to the table of a listing. */
void cmd_events_add_one(struct view *view, struct table *table, const struct store_device *device,
                        const struct cmd_events_filter *filter, const struct store_row *row);

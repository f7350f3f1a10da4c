#include "core/app/cmd_alerts.h"

#include "core/app/listing.h"

struct alerts_options {
    struct listing_options listing;
    bool all;
};

static const struct args_option options_table[] = {
    {"all", 'a', NULL, "also what is no fault: sleeping, ready, warming up", ARGS_FLAG,
     offsetof(struct alerts_options, all), 0, 0},
    LISTING_OPTIONS,
    ARGS_HELP_OPTION,
};

const struct command cmd_alerts_command = {
    .name = "alerts",
    .summary = "what the devices report, the worst first",
    .operands = "[ID...]",
    .examples = {{"platen alerts", "what is wrong in the fleet now"},
                 {"platen alerts --filter jam", "the paper jams"},
                 {"platen alerts --all 10.1.2.3", "all that one device reports"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "ID is what \"platen show\" takes: the id or its beginning, an address, a serial "
        "number or a name.\n\n"
        "Columns: id, name, address, port, model, serial, severity, alert, description, since; and "
        "for programs, or when --columns names them: scope, index, group, group_index, code, "
        "location, training, fault, read_at. They are as of the last poll that the device "
        "answered; \"platen devices\" tells who does not answer.",
    .run = cmd_alerts,
};

enum {
    SEVERITY = LISTING_COUNT,
    ALERT,
    DESCRIPTION,
    SINCE,
    INDEX,
    GROUP,
    GROUP_INDEX,
    CODE,
    LOCATION,
    TRAINING,
    FAULT,
    URGENCY,
    READ_AT,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    LISTING_COLUMNS,
    [SEVERITY] = {.key = "severity", .title = "SEVERITY", .kind = TABLE_TEXT, .least = 8},
    [ALERT] = {.key = "alert", .title = "ALERT", .kind = TABLE_TEXT, .least = 14},
    [DESCRIPTION] =
        {.key = "description", .title = "DESCRIPTION", .kind = TABLE_TEXT, .least = 14, .rank = 2},
    [SINCE] = {.key = "since", .title = "SINCE", .kind = TABLE_TIME, .rank = 1},
    [INDEX] = {.key = "index", .title = "INDEX", .kind = TABLE_TEXT, .hidden = true},
    [GROUP] = {.key = "group", .title = "GROUP", .kind = TABLE_TEXT, .hidden = true},
    [GROUP_INDEX] = {.key = "group_index",
                     .title = "GROUP INDEX",
                     .kind = TABLE_NUMBER,
                     .hidden = true},
    [CODE] = {.key = "code", .title = "CODE", .kind = TABLE_NUMBER, .hidden = true},
    [LOCATION] = {.key = "location", .title = "LOCATION", .kind = TABLE_NUMBER, .hidden = true},
    [TRAINING] = {.key = "training", .title = "TRAINING", .kind = TABLE_NUMBER, .hidden = true},
    [FAULT] = {.key = "fault", .title = "FAULT", .kind = TABLE_FLAG, .hidden = true},
    [URGENCY] = {.key = "urgency", .title = "URGENCY", .kind = TABLE_NUMBER, .hidden = true},
    [READ_AT] = {.key = "read_at", .title = "READ", .kind = TABLE_TIME, .hidden = true},
};

static void set_known(struct table *table, size_t column, int64_t value)
{
    if (value != READING_ABSENT) {
        table_set_number(table, column, value);
    }
}

/* prtAlertTime is sysUpTime when the alert came up; in the future it is nonsense. */
static void set_since(struct table *table, const struct reading *reading,
                      const struct reading_alert *alert)
{
    if (alert->since_ticks > 0 && reading->uptime_ticks != READING_ABSENT &&
        alert->since_ticks <= reading->uptime_ticks) {
        int64_t age_ms = (reading->uptime_ticks - alert->since_ticks) * 10;
        table_set_number(table, SINCE, reading->header.polled_at_unix_ms - age_ms);
    }
}

static void add_alert(struct table *table, const struct view *view,
                      const struct store_device *device, const struct reading_alert *alert)
{
    table_row(table);
    listing_set_device(table, view, device);
    table_set_text(table, SEVERITY, alert->severity_name);
    table_set_style(table, SEVERITY, listing_alert_style(alert));
    table_set_text(table, ALERT, alert->code_name != NULL ? alert->code_name : alert->group_name);
    table_set_text(table, DESCRIPTION, alert->description);
    set_since(table, &view->reading, alert);
    table_set_text(table, INDEX, alert->index);
    table_set_text(table, GROUP, alert->group_name);
    set_known(table, GROUP_INDEX, alert->group_index);
    set_known(table, CODE, alert->code);
    set_known(table, LOCATION, alert->location);
    set_known(table, TRAINING, alert->training);
    table_set_number(table, FAULT, alert->is_fault);
    table_set_number(table, URGENCY, listing_alert_urgency(alert));
    table_set_number(table, READ_AT, view->reading.header.polled_at_unix_ms);
}

static void add_device(struct view *view, struct table *table, const struct store_device *device,
                       const void *options)
{
    const struct alerts_options *alerts = options;
    for (size_t i = 0; i < view->reading.alert_count; i++) {
        if (alerts->all || view->reading.alerts[i].is_fault) {
            add_alert(table, view, device, &view->reading.alerts[i]);
        }
    }
}

static void collect(struct view *view, struct table *table, struct view_set *set,
                    const void *options)
{
    listing_collect(view, table, set, options, add_device);
    table_sort(table, URGENCY, true);
}

int cmd_alerts(int argc, char **argv)
{
    static const struct listing listing = {
        .command = &cmd_alerts_command,
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .nothing = "Nothing is reported.",
        .collect = collect,
    };
    struct alerts_options options = {0};
    return listing_run(&listing, argc, argv, &options);
}

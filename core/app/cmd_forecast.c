#include "core/app/cmd_forecast.h"

#include <math.h>

#include "core/app/listing.h"
#include "core/app/outlook.h"

struct forecast_options {
    struct listing_options listing;
    int64_t within; /* days; 0 = not asked for */
    bool known;
};

static const struct args_option options_table[] = {
    {"within", 0, "DAYS", "only what may be empty within DAYS: the low end of the interval counts",
     ARGS_NUMBER, offsetof(struct forecast_options, within), 1, FORECAST_DAYS_MOST},
    {"known", 0, NULL, "leave out what cannot be known", ARGS_FLAG,
     offsetof(struct forecast_options, known), 0, 0},
    LISTING_OPTIONS,
    ARGS_HELP_OPTION,
};

const struct command cmd_forecast_command = {
    .name = "forecast",
    .summary = "how long supplies and service items will last",
    .operands = "[ID...]",
    .examples = {{"platen forecast --within 14", "what may be empty within two weeks"},
                 {"platen forecast 10.1.2.3", "all supplies of a device, and why one cannot be "
                                              "known"},
                 {"platen forecast --known --csv > forecast.csv", "for a spreadsheet"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "DAYS is what is expected; in four of five cases the truth lies between LOW and HIGH. "
        "Beyond six weeks the day cannot be known: \">70\" says that in nine of ten cases it lasts "
        "longer, for programs days is null then and at_least_days 70. It follows from what is "
        "printed of late, what differs between days of the week, what holidays take, and what a "
        "page takes of the supply in this and earlier fillings. It cannot be known under 14 days "
        "of data, of levels in large steps or that do not move, and when the device tells none: "
        "WHY says so. Supplies without a page counter are judged by their level alone.\n\n"
        "Columns: id, name, address, port, model, serial, supply, percent, days, low, high, why, "
        "empty_at; and for programs, or when --columns names them: scope, at_least_days, index, "
        "type, class, reason, pages_per_day, pages_per_filling, pages_left, data_days, read_at. "
        "Days end at 730.",
    .run = cmd_forecast,
};

/* Days to reason are those of outlook_set. */
enum {
    SUPPLY = LISTING_COUNT,
    PERCENT,
    DAYS,
    LOW,
    HIGH,
    AT_LEAST,
    REASON,
    WHY,
    EMPTY_AT,
    INDEX,
    TYPE,
    CLASS,
    PAGES_PER_DAY,
    PAGES_PER_FILLING,
    PAGES_LEFT,
    DATA_DAYS,
    READ_AT,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    LISTING_COLUMNS,
    [SUPPLY] = {.key = "supply", .title = "SUPPLY", .kind = TABLE_TEXT, .least = 20},
    [PERCENT] = {.key = "percent", .title = "LEFT", .kind = TABLE_BAR, .rank = 5},
    [DAYS] = {.key = "days", .title = "DAYS", .kind = TABLE_NUMBER},
    [LOW] = {.key = "low", .title = "LOW", .kind = TABLE_NUMBER},
    [HIGH] = {.key = "high", .title = "HIGH", .kind = TABLE_NUMBER},
    [AT_LEAST] = TABLE_HIDDEN_NUMBER("at_least_days", "AT LEAST"),
    [REASON] = {.key = "reason", .title = "REASON", .kind = TABLE_TEXT, .hidden = true},
    [WHY] = {.key = "why", .title = "WHY", .kind = TABLE_TEXT, .least = 12, .rank = 1},
    [EMPTY_AT] = {.key = "empty_at", .title = "EMPTY", .kind = TABLE_TIME, .hidden = true},
    [INDEX] = {.key = "index", .title = "INDEX", .kind = TABLE_TEXT, .hidden = true},
    [TYPE] = {.key = "type", .title = "TYPE", .kind = TABLE_TEXT, .hidden = true},
    [CLASS] = {.key = "class", .title = "CLASS", .kind = TABLE_TEXT, .hidden = true},
    [PAGES_PER_DAY] = TABLE_HIDDEN_NUMBER("pages_per_day", "PAGES/DAY"),
    [PAGES_PER_FILLING] = TABLE_HIDDEN_NUMBER("pages_per_filling", "PAGES/FILLING"),
    [PAGES_LEFT] = TABLE_HIDDEN_NUMBER("pages_left", "PAGES LEFT"),
    [DATA_DAYS] = TABLE_HIDDEN_NUMBER("data_days", "DATA DAYS"),
    [READ_AT] = {.key = "read_at", .title = "READ", .kind = TABLE_TIME, .hidden = true},
};

static void set_known(struct table *table, size_t column, double value)
{
    if (value >= 0) {
        table_set_number(table, column, (int64_t)round(value));
    }
}

static void add_supply(struct table *table, const struct view *view,
                       const struct store_device *device, const struct reading_supply *supply,
                       const struct forecast *forecast)
{
    table_row(table);
    listing_set_device(table, view, device);
    table_set_text(table, SUPPLY, supply->label != NULL ? supply->label : supply->index);
    if (supply->percent >= 0) {
        table_set_number(table, PERCENT, supply->percent);
        table_set_style(table, PERCENT, listing_supply_style(supply->state));
    }
    outlook_set(table, DAYS, forecast);
    if (forecast->reason != FORECAST_KNOWN) {
        table_set_text(table, WHY, forecast_reason_text(forecast->reason));
    } else if (forecast_is_exact(forecast)) {
        table_set_number(table, EMPTY_AT,
                         view->now_unix_ms + (int64_t)(forecast->days * (double)TREND_DAY_MS));
    }
    table_set_text(table, INDEX, supply->index);
    table_set_text(table, TYPE, supply->type_name);
    table_set_text(table, CLASS, supply->class_name);
    set_known(table, PAGES_PER_DAY, forecast->pages_per_day);
    set_known(table, PAGES_PER_FILLING, forecast->pages_per_filling);
    set_known(table, PAGES_LEFT, forecast->pages_left);
    table_set_number(table, DATA_DAYS, forecast->data_days);
    table_set_number(table, READ_AT, view->reading.header.polled_at_unix_ms);
}

static void add_device(struct view *view, struct table *table, const struct store_device *device,
                       const void *listing_options)
{
    const struct forecast_options *options = listing_options;
    struct outlook outlook;
    struct forecast forecast;
    outlook_open(&outlook, view, device);
    for (size_t i = 0; i < view->reading.supply_count; i++) {
        outlook_judge(&outlook, &view->reading.supplies[i], &forecast);
        if ((forecast.reason == FORECAST_KNOWN || !options->known) &&
            (options->within == 0 || outlook_is_within(&forecast, options->within))) {
            add_supply(table, view, device, &view->reading.supplies[i], &forecast);
        }
    }
    outlook_close(&outlook);
}

static void collect(struct view *view, struct table *table, struct view_set *set,
                    const void *options)
{
    listing_collect(view, table, set, options, add_device);
    table_sort(table, DAYS, false);
}

int cmd_forecast(int argc, char **argv)
{
    static const struct listing listing = {
        .command = &cmd_forecast_command,
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .nothing = "Nothing is expected to be empty.",
        .collect = collect,
    };
    struct forecast_options options = {0};
    return listing_run(&listing, argc, argv, &options);
}

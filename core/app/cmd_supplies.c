#include "core/app/cmd_supplies.h"

#include "core/app/listing.h"
#include "core/app/outlook.h"

struct supplies_options {
    struct listing_options listing;
    int64_t below;  /* percent; 0 = not asked for */
    int64_t within; /* days; 0 = not asked for */
};

static const struct args_option options_table[] = {
    {"below", 0, "N", "only supplies with less than N percent left", ARGS_NUMBER,
     offsetof(struct supplies_options, below), 1, 101},
    {"within", 0, "DAYS", "only what may be empty within DAYS: the low end of the interval counts",
     ARGS_NUMBER, offsetof(struct supplies_options, within), 1, FORECAST_DAYS_MOST},
    LISTING_OPTIONS,
    ARGS_HELP_OPTION,
};

const struct command cmd_supplies_command = {
    .name = "supplies",
    .summary = "toner, ink, drums and waste boxes, the emptiest first",
    .operands = "[ID...]",
    .examples = {{"platen supplies --below 20", "what to order"},
                 {"platen supplies --below 20 --csv > order.csv", "the same for a spreadsheet"},
                 {"platen supplies 10.1.2.3", "those of one device"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "ID is what \"platen show\" takes: the id or its beginning, an address, a serial "
        "number or a name.\n\n"
        "Percent of a waste box is what is still free. A supply whose device only says that "
        "some is left, or nothing, has no percent and comes last; --below leaves it out.\n\n"
        "DAYS is how long it is expected to last, as \"platen forecast\" tells with the "
        "interval and, where there is no number, the reason: days_reason. \">70\" is at least so "
        "many days: at_least_days. Days end at 730.\n\n"
        "Columns: id, name, address, port, model, serial, supply, percent, state, "
        "days_left; and for programs, or when --columns names them: scope, days_low, "
        "days_high, at_least_days, days_reason, index, type, color, class, level, capacity, unit, "
        "part_number, cartridge_serial, read_at.",
    .run = cmd_supplies,
};

/* The days are those of outlook_set. */
enum {
    SUPPLY = LISTING_COUNT,
    PERCENT,
    STATE,
    DAYS_LEFT,
    DAYS_LOW,
    DAYS_HIGH,
    AT_LEAST_DAYS,
    DAYS_REASON,
    INDEX,
    TYPE,
    COLOR,
    CLASS,
    LEVEL,
    CAPACITY,
    UNIT,
    PART_NUMBER,
    CARTRIDGE_SERIAL,
    READ_AT,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    LISTING_COLUMNS,
    [SUPPLY] = {.key = "supply", .title = "SUPPLY", .kind = TABLE_TEXT, .least = 20},
    [PERCENT] = {.key = "percent", .title = "LEFT", .kind = TABLE_BAR},
    [STATE] = {.key = "state", .title = "STATE", .kind = TABLE_TEXT},
    [DAYS_LEFT] = {.key = "days_left", .title = "DAYS", .kind = TABLE_NUMBER},
    [DAYS_LOW] = TABLE_HIDDEN_NUMBER("days_low", "DAYS LOW"),
    [DAYS_HIGH] = TABLE_HIDDEN_NUMBER("days_high", "DAYS HIGH"),
    [AT_LEAST_DAYS] = TABLE_HIDDEN_NUMBER("at_least_days", "AT LEAST"),
    [DAYS_REASON] = {.key = "days_reason",
                     .title = "DAYS REASON",
                     .kind = TABLE_TEXT,
                     .hidden = true},
    [INDEX] = {.key = "index", .title = "INDEX", .kind = TABLE_TEXT, .hidden = true},
    [TYPE] = {.key = "type", .title = "TYPE", .kind = TABLE_TEXT, .least = 8, .hidden = true},
    [COLOR] = {.key = "color", .title = "COLOR", .kind = TABLE_TEXT, .hidden = true},
    [CLASS] = {.key = "class", .title = "CLASS", .kind = TABLE_TEXT, .hidden = true},
    [LEVEL] = {.key = "level", .title = "LEVEL", .kind = TABLE_NUMBER, .hidden = true},
    [CAPACITY] = {.key = "capacity", .title = "CAPACITY", .kind = TABLE_NUMBER, .hidden = true},
    [UNIT] = {.key = "unit", .title = "UNIT", .kind = TABLE_TEXT, .hidden = true},
    [PART_NUMBER] = {.key = "part_number",
                     .title = "PART NUMBER",
                     .kind = TABLE_TEXT,
                     .hidden = true},
    [CARTRIDGE_SERIAL] = {.key = "cartridge_serial",
                          .title = "CARTRIDGE SERIAL",
                          .kind = TABLE_TEXT,
                          .hidden = true},
    [READ_AT] = {.key = "read_at", .title = "READ", .kind = TABLE_TIME, .hidden = true},
};

static void add_supply(struct table *table, const struct view *view,
                       const struct store_device *device, const struct reading_supply *supply,
                       const struct forecast *forecast)
{
    table_row(table);
    listing_set_device(table, view, device);
    table_set_text(table, SUPPLY, supply->label);
    if (supply->percent >= 0) {
        table_set_number(table, PERCENT, supply->percent);
    }
    table_set_text(table, STATE, reading_supply_state_name(supply));
    table_set_style(table, PERCENT, listing_supply_style(supply->state));
    table_set_style(table, STATE, listing_supply_style(supply->state));
    outlook_set(table, DAYS_LEFT, forecast);
    table_set_text(table, INDEX, supply->index);
    table_set_text(table, TYPE, supply->type_name);
    table_set_text(table, COLOR, supply->color);
    table_set_text(table, CLASS, supply->class_name);
    if (supply->level != READING_ABSENT) {
        table_set_number(table, LEVEL, supply->level);
    }
    if (supply->capacity != READING_ABSENT) {
        table_set_number(table, CAPACITY, supply->capacity);
    }
    table_set_text(table, UNIT, supply->unit_name);
    table_set_text(table, PART_NUMBER, supply->part);
    table_set_text(table, CARTRIDGE_SERIAL, supply->serial);
    table_set_number(table, READ_AT, view->reading.header.polled_at_unix_ms);
}

static void add_device(struct view *view, struct table *table, const struct store_device *device,
                       const void *listing_options)
{
    const struct supplies_options *options = listing_options;
    struct outlook outlook;
    struct forecast forecast;
    outlook_open(&outlook, view, device);
    for (size_t i = 0; i < view->reading.supply_count; i++) {
        const struct reading_supply *supply = &view->reading.supplies[i];
        if (options->below != 0 && (supply->percent < 0 || supply->percent >= options->below)) {
            continue;
        }
        outlook_judge(&outlook, supply, &forecast);
        if (options->within == 0 || outlook_is_within(&forecast, options->within)) {
            add_supply(table, view, device, supply, &forecast);
        }
    }
    outlook_close(&outlook);
}

static void collect(struct view *view, struct table *table, struct view_set *set,
                    const void *options)
{
    listing_collect(view, table, set, options, add_device);
    table_sort(table, PERCENT, false);
}

int cmd_supplies(int argc, char **argv)
{
    static const struct listing listing = {
        .command = &cmd_supplies_command,
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .nothing = "There is no such supply.",
        .collect = collect,
    };
    struct supplies_options options = {0};
    return listing_run(&listing, argc, argv, &options);
}

#include "core/app/cmd_meters.h"

#include <inttypes.h>
#include <string.h>

#include "core/app/cmd_meters_inside.h"
#include "core/app/period.h"
#include "core/fleet/lineage_chain.h"

static const struct args_option options_table[] = {
    {"at", 0, "TIME",
     "as they stood at TIME: 2026-11-30 (the end of that day), "
     "2026-11-30T18:00, 7d (seven days ago)",
     ARGS_TIME, offsetof(struct meters_options, at_unix_ms), 0, 0},
    {"period", 0, "PERIOD",
     "opening, closing and the pages between, of 2026-10, 2026-10-05, 2026-W41, 2026, or FROM..TO, "
     "in UTC",
     ARGS_TEXT, offsetof(struct meters_options, period), 0, 0},
    {"long", 'l', NULL, "a row for every counter, with its source, OID and uptime", ARGS_FLAG,
     offsetof(struct meters_options, is_long), 0, 0},
    {"all-sources", 0, NULL, "with --period: also sources of a counter that do not count",
     ARGS_FLAG, offsetof(struct meters_options, all_sources), 0, 0},
    {"limit", 'n', "N", "with ID: at most N rows of each device, 0 for all (default 30)",
     ARGS_NUMBER, offsetof(struct meters_options, limit), 0, 1000000000},
    LISTING_OPTIONS,
    ARGS_HELP_OPTION,
};

const struct command cmd_meters_command = {
    .name = "meters",
    .summary = "what the devices have counted, now or at any time before",
    .operands = "[ID...]",
    .examples = {{"platen meters --at 2026-11-30 --csv > november.csv",
                  "the totals of all devices at the end of November"},
                 {"platen meters 10.1.2.3", "the ledger of one device, the newest row first"},
                 {"platen meters --period 2026-10 --csv > october.csv",
                  "what to bill for October, by device and counter"},
                 {"platen meters --long 10.1.2.3 --limit 1", "where each counter was read"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "Without ID: one row a device, its latest totals. With ID: the rows of its ledger, "
        "which gets one whenever a meter has moved and at least one a day. ID is what "
        "\"platen show\" takes.\n\n"
        "Columns: id, name, address, port, model, serial, total, mono, color, print, copy, scan, "
        "fax, duplex, unit, read_at; and for programs, or when --columns names them: scope, and "
        "age, "
        "in seconds before --at or now. A meter that a device does not count is empty. With "
        "--long: "
        "key, value, unit, source, read_at, and oid, counts, uptime, age, record.\n\n"
        "With --period: key, unit, opening, closing, delta, breaks, gaps, opening_at, closing_at, "
        "and opening_inside, reset, swap, wrap, bad_read, gap_days, source, oid, counts, from, "
        "to. The opening is the last reading at or before the beginning, the closing the last "
        "one at or before the end, so the periods of a year add up to the year; where a device "
        "is newer than the period, its first reading opens it, and opening_inside says so.\n\n"
        "A counter that falls is a break: a reset (what it shows now is counted), a swap (nothing "
        "is), a wrap (it is bridged) or a bad read (it is left out). A delta is never negative. "
        "A gap is a run of whole days (UTC) without a reading. Where two sources give one "
        "counter, the first listed one counts.",
    .run = cmd_meters,
};

enum {
    TOTAL = LISTING_COUNT,
    MONO,
    COLOR,
    PRINT,
    COPY,
    SCAN,
    FAX,
    DUPLEX,
    UNIT,
    READ_AT,
    AGE,
    COLUMN_COUNT
};

#define METER_COLUMN(key_text, title_text, rank_number)                                            \
    {                                                                                              \
        .key = (key_text), .title = (title_text), .kind = TABLE_NUMBER, .rank = (rank_number)      \
    }

static const struct table_column columns[] = {
    LISTING_COLUMNS,
    [TOTAL] = METER_COLUMN("total", "TOTAL", 0),
    [MONO] = METER_COLUMN("mono", "MONO", 2),
    [COLOR] = METER_COLUMN("color", "COLOR", 2),
    [PRINT] = METER_COLUMN("print", "PRINT", 6),
    [COPY] = METER_COLUMN("copy", "COPY", 6),
    [SCAN] = METER_COLUMN("scan", "SCAN", 7),
    [FAX] = METER_COLUMN("fax", "FAX", 8),
    [DUPLEX] = METER_COLUMN("duplex", "DUPLEX", 9),
    [UNIT] = {.key = "unit", .title = "UNIT", .kind = TABLE_TEXT, .least = 6, .rank = 8},
    [READ_AT] = {.key = "read_at", .title = "READ", .kind = TABLE_MOMENT},
    [AGE] = {.key = "age", .title = "AGE (S)", .kind = TABLE_NUMBER, .hidden = true},
};

/* The column of a meter; COLUMN_COUNT for one that has none. */
static size_t meter_column(struct bytes key)
{
    for (size_t column = TOTAL; column <= DUPLEX; column++) {
        if (bytes_equal(key, bytes_from_text(columns[column].key))) {
            return column;
        }
    }
    return COLUMN_COUNT;
}

static void add_reading(struct table *table, const struct view *view,
                        const struct store_device *device, const struct meters_options *options)
{
    const struct reading *reading = &view->reading;
    table_row(table);
    listing_set_device(table, view, device);
    for (size_t i = 0; i < reading->meter_count; i++) {
        size_t column = meter_column(bytes_from_text(reading->meters[i].key));
        if (column == COLUMN_COUNT || table_is_set(table, column)) {
            continue; /* of two sources the first listed one counts */
        }
        table_set_number(table, column, reading->meters[i].value);
        if (column == TOTAL) {
            table_set_text(table, UNIT, reading->meters[i].unit_name);
        }
    }
    table_set_number(table, READ_AT, reading->header.polled_at_unix_ms);
    table_set_number(table, AGE, cmd_meters_age(view, options, reading->header.polled_at_unix_ms));
}

/* Adds a row of the ledger. */
static void add_row(struct table *table, const struct view *view, const struct store_device *device,
                    const struct meter_rows *row, const struct meters_options *options)
{
    const int64_t unix_ms = row->said->unix_ms;
    char unit[64];
    table_row(table);
    listing_set_device(table, view, device);
    table_set_number(table, READ_AT, unix_ms);
    table_set_number(table, AGE, cmd_meters_age(view, options, unix_ms));
    for (size_t i = 0; i < row->said->count; i++) {
        const struct rows_meter *meter = &row->meters[i];
        size_t column = meter_column(meter->key);
        if (column == COLUMN_COUNT || table_is_set(table, column)) {
            continue; /* of two sources the first listed one counts */
        }
        table_set_number(table, column, meter->value);
        if (column == TOTAL && meter->unit.size > 0) {
            table_set_text(table, UNIT, cmd_meters_text(meter->unit, unit, sizeof(unit)));
        }
    }
}

void cmd_meters_rows(struct view *view, struct table *table, const struct store_device *device,
                     const struct meters_options *options,
                     void (*add)(struct table *table, const struct view *view,
                                 const struct store_device *device, const struct meter_rows *row,
                                 const struct meters_options *options))
{
    struct lineage_chain chain;
    struct meter_rows read;
    struct store_row row;
    int64_t added = 0;
    meter_rows_init(&read, view->txn);
    int status = lineage_chain_open(view->txn, STORE_LEDGER, device, &chain);
    while (status == 0 && (options->limit == 0 || added < options->limit)) {
        status = lineage_chain_next(view->txn, &chain, &row);
        if (status != 0) {
            view->damaged += status != BASE_ENOTFOUND; /* what is older cannot be reached */
            continue;
        }
        if (row.unix_ms > options->at_unix_ms) {
            continue;
        }
        added++;
        if (meter_rows_read(&read, &row) != 0) {
            view->damaged++;
            continue;
        }
        add(table, view, device, &read, options);
    }
}

const char *cmd_meters_text(struct bytes octets, char *out, size_t cap)
{
    snprintf(out, cap, "%.*s", (int)octets.size, (const char *)octets.data);
    return out;
}

const char *cmd_meters_source(const struct rows_meter *meter)
{
    return meter->object != 0 ? "standard" : meter->oid.size > 0 ? "private" : "derived";
}

int64_t cmd_meters_age(const struct view *view, const struct meters_options *options,
                       int64_t unix_ms)
{
    bool is_now = options->at_unix_ms == INT64_MAX;
    return ((is_now ? view->now_unix_ms : options->at_unix_ms) - unix_ms) / 1000;
}

static void collect(struct view *view, struct table *table, struct view_set *set,
                    const void *options)
{
    const struct meters_options *meters = options;
    struct meters_options newest = *meters;
    struct store_device device;
    uint32_t number = 0;
    newest.limit = 1;
    while (view_set_next(view, set, &number, &device)) {
        if (!set->is_all) {
            cmd_meters_rows(view, table, &device, meters, add_row);
        } else if (meters->at_unix_ms != INT64_MAX || view->reading.meter_count == 0) {
            cmd_meters_rows(view, table, &device, &newest, add_row);
        } else {
            add_reading(table, view, &device, meters);
        }
    }
    if (set->is_all) {
        table_sort(table, LISTING_ADDRESS, false);
    }
}

/* Which listing is meant. Returns: NULL after saying that it cannot be told. */
static const struct listing *choose(struct meters_options *options)
{
    static const struct listing listing = {
        .command = &cmd_meters_command,
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .nothing = "No meters are known.",
        .collect = collect,
    };
    if (options->period == NULL) {
        return options->is_long ? cmd_meters_long() : &listing;
    }
    if (options->at_unix_ms != INT64_MAX || options->is_long) {
        (void)command_complain(&cmd_meters_command, COMMAND_USAGE,
                               "--period and %s exclude each other",
                               options->is_long ? "--long" : "--at");
        return NULL;
    }
    if (period_parse(options->period, &options->span) != 0) {
        (void)command_complain(&cmd_meters_command, COMMAND_USAGE,
                               "--period takes a time like 2026-10, 2026-10-05, 2026-W41, 2026 or "
                               "2026-10-01..2026-10-15, the earlier first, not \"%.60s\"",
                               options->period);
        return NULL;
    }
    return cmd_meters_period();
}

int cmd_meters(int argc, char **argv)
{
    struct meters_options options = {.at_unix_ms = INT64_MAX, .limit = 30};
    struct args args;
    int exit_code = COMMAND_OK;
    if (!command_open(&cmd_meters_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    const struct listing *listing = choose(&options);
    return listing == NULL ? COMMAND_USAGE : listing_show(listing, &args, &options);
}

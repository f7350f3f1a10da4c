#include "core/app/cmd_meters.h"

#include <inttypes.h>
#include <string.h>

#include "core/app/listing.h"
#include "core/fleet/rows.h"

struct meters_options {
    struct output_options output;
    int64_t at_unix_ms; /* INT64_MAX = now */
    int64_t limit;      /* rows of a device's ledger; 0 = all */
};

static const struct args_option options_table[] = {
    {"at", 0, "TIME",
     "as they stood at TIME: 2026-11-30 (the end of that day), "
     "2026-11-30T18:00, 7d (seven days ago)",
     ARGS_TIME, offsetof(struct meters_options, at_unix_ms), 0, 0},
    {"limit", 'n', "N", "with ID: at most N rows of each device, 0 for all (default 30)",
     ARGS_NUMBER, offsetof(struct meters_options, limit), 0, 1000000000},
    OUTPUT_TABLE_OPTIONS,
    ARGS_HELP_OPTION,
};

const struct command cmd_meters_command = {
    .name = "meters",
    .summary = "what the devices have counted, now or at any time before",
    .operands = "[ID...]",
    .examples = {{"platen meters --at 2026-11-30 --csv > november.csv",
                  "the totals of all devices at the end of November"},
                 {"platen meters 10.1.2.3", "the ledger of one device, the newest row first"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "Without ID: one row a device, its latest totals. With ID: the rows of its ledger, "
        "which gets one whenever a meter has moved and at least one a day. ID is what "
        "\"platen show\" takes.\n\n"
        "Columns: id, name, address, port, model, serial, total, mono, color, print, copy, scan, "
        "fax, duplex, unit, read_at. A meter that a device does not count is empty.",
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
                        const struct store_device *device)
{
    const struct reading *reading = &view->reading;
    table_row(table);
    listing_set_device(table, view, device);
    for (size_t i = 0; i < reading->meter_count; i++) {
        size_t column = meter_column(bytes_from_text(reading->meters[i].key));
        if (column < COLUMN_COUNT) {
            table_set_number(table, column, reading->meters[i].value);
        }
        if (column == TOTAL) {
            table_set_text(table, UNIT, reading->meters[i].unit_name);
        }
    }
    table_set_number(table, READ_AT, reading->header.polled_at_unix_ms);
}

/* Adds a row of the ledger. Returns: false when it is damaged. */
static bool add_row(struct table *table, const struct view *view, const struct store_device *device,
                    const struct store_row *row)
{
    struct rows_meter meter;
    char unit[64];
    int64_t uptime_ticks = 0;
    size_t count = 0;
    size_t offset = 0;
    if (rows_open_meters(row->payload, &uptime_ticks, &count, &offset) != 0) {
        return false;
    }
    table_row(table);
    listing_set_device(table, view, device);
    table_set_number(table, READ_AT, row->unix_ms);
    for (size_t i = 0; i < count; i++) {
        if (rows_next_meter(row->payload, &offset, &meter) != 0) {
            return false;
        }
        size_t column = meter_column(meter.key);
        if (column < COLUMN_COUNT) {
            table_set_number(table, column, meter.value);
        }
        if (column == TOTAL && meter.unit.size > 0) {
            snprintf(unit, sizeof(unit), "%.*s", (int)meter.unit.size,
                     (const char *)meter.unit.data);
            table_set_text(table, UNIT, unit);
        }
    }
    return true;
}

/* Adds the rows of a device up to a time, the newest first. */
static void add_ledger(struct view *view, struct table *table, const struct store_device *device,
                       int64_t at_unix_ms, int64_t limit)
{
    uint64_t sequence = device->ledger_head;
    struct store_row row;
    int64_t added = 0;
    while (sequence != 0 && (limit == 0 || added < limit)) {
        if (store_chain_get(view->txn, STORE_LEDGER, sequence, &row) != 0) {
            view->damaged++; /* what is older cannot be reached from here */
            return;
        }
        if (row.unix_ms <= at_unix_ms) {
            view->damaged += !add_row(table, view, device, &row);
            added++;
        }
        /* A chain that does not lead back would be followed for ever. */
        sequence = row.previous < sequence ? row.previous : 0;
    }
}

static void collect(struct view *view, struct table *table, const struct view_set *set,
                    const void *options)
{
    const struct meters_options *meters = options;
    struct store_device device;
    uint32_t number = 0;
    while (view_next(view, &number, &device)) {
        if (!view_set_has(set, device.number) || !view_read(view, &device, false)) {
            continue;
        }
        if (!set->is_all) {
            add_ledger(view, table, &device, meters->at_unix_ms, meters->limit);
        } else if (meters->at_unix_ms != INT64_MAX || view->reading.meter_count == 0) {
            add_ledger(view, table, &device, meters->at_unix_ms, 1);
        } else {
            add_reading(table, view, &device);
        }
    }
    if (set->is_all) {
        table_sort(table, LISTING_ADDRESS, false);
    }
}

int cmd_meters(int argc, char **argv)
{
    static const struct listing listing = {
        .command = &cmd_meters_command,
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .nothing = "No meters are known.",
        .collect = collect,
    };
    struct meters_options options = {.at_unix_ms = INT64_MAX, .limit = 30};
    return listing_run(&listing, argc, argv, &options);
}

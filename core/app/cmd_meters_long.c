/*
 * `platen meters --long`: a row for every counter of a ledger row, whatever its key and source.
 */
#include "core/app/cmd_meters.h"
#include "core/app/cmd_meters_inside.h"
#include "proto/oid.h"

enum {
    KEY = LISTING_COUNT,
    VALUE,
    UNIT,
    SOURCE,
    OID,
    COUNTS,
    READ_AT,
    UPTIME,
    AGE,
    RECORD,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    LISTING_COLUMNS,
    [KEY] = {.key = "key", .title = "COUNTER", .kind = TABLE_TEXT},
    [VALUE] = {.key = "value", .title = "VALUE", .kind = TABLE_NUMBER},
    [UNIT] = {.key = "unit", .title = "UNIT", .kind = TABLE_TEXT, .least = 6, .rank = 8},
    [SOURCE] = {.key = "source", .title = "SOURCE", .kind = TABLE_TEXT, .rank = 5},
    [OID] = {.key = "oid", .title = "OID", .kind = TABLE_TEXT, .least = 12, .rank = 7},
    [COUNTS] = {.key = "counts", .title = "COUNTS", .kind = TABLE_FLAG, .rank = 9, .usual = 1},
    [READ_AT] = {.key = "read_at", .title = "READ", .kind = TABLE_MOMENT},
    [UPTIME] = {.key = "uptime", .title = "UPTIME (S)", .kind = TABLE_NUMBER, .hidden = true},
    [AGE] = {.key = "age", .title = "AGE (S)", .kind = TABLE_NUMBER, .hidden = true},
    [RECORD] = {.key = "record", .title = "RECORD", .kind = TABLE_NUMBER, .hidden = true},
};

/* Says whether an entry before number `at` has its key. */
static bool is_second(const struct rows_meter *meters, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (bytes_equal(meters[i].key, meters[at].key)) {
            return true;
        }
    }
    return false;
}

static void set_meter(struct table *table, const struct rows_meter *meter)
{
    char text[256];
    char oid[OID_TEXT_MAX];
    table_set_text(table, KEY, cmd_meters_text(meter->key, text, sizeof(text)));
    table_set_number(table, VALUE, meter->value);
    table_set_text(table, UNIT, cmd_meters_text(meter->unit, text, sizeof(text)));
    table_set_text(table, SOURCE, cmd_meters_source(meter));
    if (rows_meter_oid(meter, oid, sizeof(oid)) == 0) {
        table_set_text(table, OID, oid);
    }
}

static void add_row(struct table *table, const struct view *view, const struct store_device *device,
                    const struct meter_rows *row, const struct meters_options *options)
{
    const struct rows_values *said = row->said;
    for (size_t i = 0; i < said->count; i++) {
        table_row(table);
        listing_set_device(table, view, device);
        set_meter(table, &row->meters[i]);
        table_set_number(table, COUNTS, !is_second(row->meters, i));
        table_set_number(table, READ_AT, said->unix_ms);
        if (said->uptime_ticks >= 0) {
            table_set_number(table, UPTIME, said->uptime_ticks / 100);
        }
        table_set_number(table, AGE, cmd_meters_age(view, options, said->unix_ms));
        table_set_number(table, RECORD, (int64_t)said->sequence);
    }
}

static void collect(struct view *view, struct table *table, struct view_set *set,
                    const void *options)
{
    struct meters_options rows = *(const struct meters_options *)options;
    struct store_device device;
    uint32_t number = 0;
    if (set->is_all) {
        rows.limit = 1;
    }
    while (view_set_next(view, set, &number, &device)) {
        cmd_meters_rows(view, table, &device, &rows, add_row);
    }
    if (set->is_all) {
        table_sort(table, LISTING_ADDRESS, false);
    }
}

const struct listing *cmd_meters_long(void)
{
    static const struct listing listing = {
        .command = &cmd_meters_command,
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .nothing = "No meters are known.",
        .collect = collect,
    };
    return &listing;
}

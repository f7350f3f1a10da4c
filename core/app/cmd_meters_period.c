/*
 * `platen meters --period`: what each device has counted between two instants.
 */
#include "core/app/cmd_meters.h"
#include "core/app/cmd_meters_inside.h"
#include "proto/oid.h"

enum {
    KEY = LISTING_COUNT,
    UNIT,
    OPENING,
    CLOSING,
    DELTA,
    BREAKS,
    GAPS,
    OPENING_AT,
    CLOSING_AT,
    OPENING_INSIDE,
    RESET,
    SWAP,
    WRAP,
    BAD_READ,
    GAP_DAYS,
    SOURCE,
    OID,
    COUNTS,
    FROM,
    TO,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    LISTING_COLUMNS,
    [KEY] = {.key = "key", .title = "COUNTER", .kind = TABLE_TEXT},
    [UNIT] = {.key = "unit", .title = "UNIT", .kind = TABLE_TEXT, .least = 6, .rank = 8},
    [OPENING] = {.key = "opening", .title = "OPENING", .kind = TABLE_NUMBER},
    [CLOSING] = {.key = "closing", .title = "CLOSING", .kind = TABLE_NUMBER},
    [DELTA] = {.key = "delta", .title = "DELTA", .kind = TABLE_NUMBER},
    [BREAKS] = {.key = "breaks", .title = "BREAKS", .kind = TABLE_NUMBER, .rank = 2},
    [GAPS] = {.key = "gaps", .title = "GAPS", .kind = TABLE_NUMBER, .rank = 2},
    [OPENING_AT] = {.key = "opening_at", .title = "OPENED", .kind = TABLE_MOMENT, .rank = 5},
    [CLOSING_AT] = {.key = "closing_at", .title = "CLOSED", .kind = TABLE_MOMENT, .rank = 5},
    [OPENING_INSIDE] = {.key = "opening_inside",
                        .title = "NEW",
                        .kind = TABLE_FLAG,
                        .hidden = true},
    [RESET] = TABLE_HIDDEN_NUMBER("reset", "RESETS"),
    [SWAP] = TABLE_HIDDEN_NUMBER("swap", "SWAPS"),
    [WRAP] = TABLE_HIDDEN_NUMBER("wrap", "WRAPS"),
    [BAD_READ] = TABLE_HIDDEN_NUMBER("bad_read", "BAD READS"),
    [GAP_DAYS] = TABLE_HIDDEN_NUMBER("gap_days", "GAP DAYS"),
    [SOURCE] = {.key = "source", .title = "SOURCE", .kind = TABLE_TEXT, .hidden = true},
    [OID] = {.key = "oid", .title = "OID", .kind = TABLE_TEXT, .hidden = true},
    [COUNTS] = {.key = "counts", .title = "COUNTS", .kind = TABLE_FLAG, .hidden = true},
    [FROM] = {.key = "from", .title = "FROM", .kind = TABLE_TIME, .hidden = true},
    [TO] = {.key = "to", .title = "TO", .kind = TABLE_TIME, .hidden = true},
};

static void set_counter(struct table *table, const struct rows_meter *meter)
{
    char text[256];
    char oid[OID_TEXT_MAX];
    table_set_text(table, KEY, cmd_meters_text(meter->key, text, sizeof(text)));
    table_set_text(table, UNIT, cmd_meters_text(meter->unit, text, sizeof(text)));
    table_set_text(table, SOURCE, cmd_meters_source(meter));
    if (rows_meter_oid(meter, oid, sizeof(oid)) == 0) {
        table_set_text(table, OID, oid);
    }
}

static void set_sum(struct table *table, const struct meter_sum *sum)
{
    table_set_number(table, OPENING, sum->opening);
    table_set_number(table, CLOSING, sum->closing);
    table_set_number(table, DELTA, sum->delta);
    table_set_number(table, BREAKS, sum->break_count);
    table_set_number(table, RESET, sum->breaks[METER_RESET]);
    table_set_number(table, SWAP, sum->breaks[METER_SWAP]);
    table_set_number(table, WRAP, sum->breaks[METER_WRAP]);
    table_set_number(table, BAD_READ, sum->breaks[METER_BAD_READ]);
    table_set_number(table, OPENING_AT, sum->opening_unix_ms);
    table_set_number(table, CLOSING_AT, sum->closing_unix_ms);
    table_set_number(table, OPENING_INSIDE, sum->is_opening_inside);
    if (sum->break_count > 0) {
        table_set_style(table, BREAKS, TERMINAL_WARN);
    }
}

static void add_history(struct table *table, const struct view *view,
                        const struct store_device *device, const struct meter_history *history,
                        const struct meters_options *options)
{
    struct meter_gaps gaps = meter_period_gaps(history, options->span, view->now_unix_ms);
    for (size_t i = 0; i < history->series_count; i++) {
        struct meter_sum sum;
        bool counts = meter_period_chooses(history, i, options->span);
        if (meter_period_sum(&history->series[i], options->span, &sum) != 0 ||
            !(counts || options->all_sources)) {
            continue;
        }
        table_row(table);
        listing_set_device(table, view, device);
        set_counter(table, &history->series[i].meter);
        set_sum(table, &sum);
        table_set_number(table, GAPS, gaps.gaps);
        table_set_number(table, GAP_DAYS, gaps.days);
        table_set_number(table, COUNTS, counts);
        table_set_number(table, FROM, options->span.from_unix_ms);
        table_set_number(table, TO, options->span.to_unix_ms);
        if (gaps.gaps > 0) {
            table_set_style(table, GAPS, TERMINAL_WARN);
        }
    }
}

static void add_device(struct view *view, struct table *table, const struct store_device *device,
                       const void *options)
{
    struct meter_history history;
    int rc = meter_history_load(view->txn, device, 0, &history);
    rc = rc == 0 ? meter_history_judge(&history) : rc;
    if (rc == 0) {
        add_history(table, view, device, &history, options);
    }
    view->damaged += history.damaged + (rc != 0);
    meter_history_fini(&history);
}

static void collect(struct view *view, struct table *table, struct view_set *set,
                    const void *options)
{
    listing_collect(view, table, set, options, add_device);
}

const struct listing *cmd_meters_period(void)
{
    static const struct listing listing = {
        .command = &cmd_meters_command,
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .nothing = "No meters were read in that period or before it.",
        .collect = collect,
    };
    return &listing;
}

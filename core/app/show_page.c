#include "core/app/show_page.h"

#include <inttypes.h>
#include <string.h>

#include "core/app/credential_words.h"
#include "core/app/display.h"
#include "core/app/listing.h"
#include "core/app/outlook.h"
#include "core/app/table.h"
#include "core/app/when.h"
#include "proto/object.h"
#include "proto/oid.h"

/* Where the values of the labelled lines begin. */
#define LABEL_WIDTH 13
#define TEXT_MAX    1100

/* RFC 3805: levels and capacities below 0 are words. */
#define LEVEL_OTHER   (-1)
#define LEVEL_UNKNOWN (-2)
#define LEVEL_SOME    (-3)

static void put_clean(const struct terminal *terminal, const char *text)
{
    char clean[TEXT_MAX];
    display_clean(text, clean, sizeof(clean));
    fputs(clean, terminal->file);
}

/* A labelled line; nothing when there is no value. */
static void line(const struct terminal *terminal, const char *label, const char *value)
{
    if (value == NULL || value[0] == '\0') {
        return;
    }
    terminal_begin(terminal, TERMINAL_DIM);
    fprintf(terminal->file, "%-*s", LABEL_WIDTH, label);
    terminal_end(terminal, TERMINAL_DIM);
    put_clean(terminal, value);
    fputc('\n', terminal->file);
}

static void heading(const struct terminal *terminal, const char *text)
{
    fputc('\n', terminal->file);
    terminal_begin(terminal, TERMINAL_HEADING);
    fputs(text, terminal->file);
    terminal_end(terminal, TERMINAL_HEADING);
    fputc('\n', terminal->file);
}

/* --- who it is and how it is ------------------------------------------------------------------ */

static void print_identity(const struct terminal *terminal, const struct reading *reading,
                           const struct store_device *device)
{
    const struct reading_identity *identity = &reading->identity;
    char title[TEXT_MAX];
    bool repeats = identity->vendor != NULL && identity->model != NULL &&
                   strncasecmp(identity->model, identity->vendor, strlen(identity->vendor)) == 0;
    snprintf(title, sizeof(title), "%s%s%s",
             identity->vendor != NULL && !repeats ? identity->vendor : "",
             identity->vendor != NULL && identity->model != NULL && !repeats ? " " : "",
             identity->model != NULL ? identity->model : "");
    terminal_begin(terminal, TERMINAL_HEADING);
    put_clean(terminal, title[0] != '\0' ? title : "Unknown device");
    terminal_end(terminal, TERMINAL_HEADING);
    fputc('\n', terminal->file);
    line(terminal, "Id", device->id);
    line(terminal, "Address", device->address);
    line(terminal, "Name", identity->name);
    line(terminal, "Serial", identity->serial);
    line(terminal, "Asset tag", identity->asset_tag);
    line(terminal, "Location", identity->location);
    line(terminal, "Contact", identity->contact);
    line(terminal, "MAC", identity->mac);
    line(terminal, "Firmware", identity->firmware);
    line(terminal, "Description", identity->description);
}

/* "ok" alone, or what went wrong and how often. */
static void print_status(const struct terminal *terminal, const struct reading *reading,
                         const struct store_device *device, int64_t now_unix_ms)
{
    char ago[WHEN_TEXT_MAX];
    char local[WHEN_TEXT_MAX];
    terminal_begin(terminal, TERMINAL_DIM);
    fprintf(terminal->file, "%-*s", LABEL_WIDTH, "Last poll");
    terminal_end(terminal, TERMINAL_DIM);
    terminal_begin(terminal, listing_status_style(device->status));
    fputs(record_status_name((enum record_status)device->status), terminal->file);
    terminal_end(terminal, listing_status_style(device->status));
    when_ago(device->last_polled_unix_ms, now_unix_ms, ago, sizeof(ago));
    fprintf(terminal->file, ", %s", ago);
    if (device->failures > 1) {
        fprintf(terminal->file, ", %" PRIu32 " failures in a row", device->failures);
    }
    fputc('\n', terminal->file);
    when_ago(reading->header.polled_at_unix_ms, now_unix_ms, ago, sizeof(ago));
    when_local(reading->header.polled_at_unix_ms, local, sizeof(local));
    terminal_begin(terminal, TERMINAL_DIM);
    fprintf(terminal->file, "%-*s", LABEL_WIDTH, "Values of");
    terminal_end(terminal, TERMINAL_DIM);
    fprintf(terminal->file, "%s (%s)", local, ago);
    if (reading->header.rtt_us > 0) {
        fprintf(terminal->file, ", round trip %.1f ms", (double)reading->header.rtt_us / 1000.0);
    }
    fputc('\n', terminal->file);
}

/* "SNMPv3 authPriv as admin, context Jetdirect", and when it was better. */
static void print_access(const struct terminal *terminal, const struct rows_access *access,
                         int64_t now_unix_ms)
{
    char text[TEXT_MAX];
    char ago[WHEN_TEXT_MAX];
    if (access == NULL || credential_words_version(access->version) == NULL) {
        return;
    }
    const char *level = credential_words_level(access->rank);
    int size = snprintf(text, sizeof(text), "SNMPv%s%s%s by %.*s",
                        credential_words_version(access->version), level != NULL ? " " : "",
                        level != NULL ? level : "", (int)access->credential.size,
                        (const char *)access->credential.data);
    if (access->context.size > 0) {
        snprintf(text + size, sizeof(text) - (size_t)size, ", context %.*s",
                 (int)access->context.size, (const char *)access->context.data);
    }
    line(terminal, "Access", text);
    if (access->downgraded_at_unix_ms > 0) {
        when_ago(access->downgraded_at_unix_ms, now_unix_ms, ago, sizeof(ago));
        snprintf(text, sizeof(text), "%s, until then by %.*s", ago,
                 (int)access->downgraded_from.size, (const char *)access->downgraded_from.data);
        line(terminal, "Downgraded", text);
    }
}

static void print_condition(const struct terminal *terminal, const struct reading *reading)
{
    const struct reading_condition *condition = &reading->condition;
    char text[TEXT_MAX] = "";
    size_t size = 0;
    line(terminal, "State", condition->state);
    for (size_t i = 0; i < condition->error_count && size < sizeof(text); i++) {
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s", i > 0 ? ", " : "",
                                 condition->errors[i]);
    }
    line(terminal, "Errors", text);
    for (size_t i = 0; i < condition->display_count; i++) {
        line(terminal, i == 0 ? "Display" : "", condition->display[i]);
    }
}

/* --- its parts -------------------------------------------------------------------------------- */

/* Where a meter was read: the standard's object, a private instance, or other meters. */
static const char *meter_source(const struct reading_meter *meter, char oid[OID_TEXT_MAX])
{
    if (meter->object != 0) {
        return object_find(meter->object)->name;
    }
    return meter->oid.size > 0 && oid_to_text(meter->oid, oid, OID_TEXT_MAX) == 0 ? oid : "derived";
}

static void print_meters(const struct terminal *terminal, const struct reading *reading)
{
    static const struct table_column columns[] = {
        {.key = "meter", .title = "METER", .kind = TABLE_TEXT},
        {.key = "value", .title = "COUNT", .kind = TABLE_NUMBER},
        {.key = "unit", .title = "UNIT", .kind = TABLE_TEXT, .rank = 1},
        {.key = "source", .title = "SOURCE", .kind = TABLE_TEXT, .rank = 2},
    };
    struct table table;
    table_init(&table, columns, BASE_ARRAY_COUNT(columns), 0);
    for (size_t i = 0; i < reading->meter_count; i++) {
        char oid[OID_TEXT_MAX];
        table_row(&table);
        table_set_text(&table, 0, reading->meters[i].key);
        table_set_number(&table, 1, reading->meters[i].value);
        table_set_text(&table, 2, reading->meters[i].unit_name);
        table_set_text(&table, 3, meter_source(&reading->meters[i], oid));
    }
    if (reading->meter_count > 0) {
        heading(terminal, "Meters");
        table_print(&table, terminal);
    }
    table_fini(&table);
}

/* What is left, in the words of RFC 3805 where there is no percentage. */
static const char *level_word(int64_t level)
{
    switch (level) {
    case LEVEL_OTHER:
        return "no limit";
    case LEVEL_SOME:
        return "some left";
    case LEVEL_UNKNOWN:
    case READING_ABSENT:
        return "unknown";
    default:
        return NULL;
    }
}

/* "250 of 500 sheets", "some left", "45 percent". */
static void put_amount(int64_t level, int64_t capacity, const char *unit, char *out, size_t cap)
{
    const char *word = level_word(level);
    if (unit == NULL || strcmp(unit, "other") == 0 || strcmp(unit, "unknown") == 0) {
        unit = "";
    }
    if (word != NULL) {
        snprintf(out, cap, "%s", word);
    } else if (capacity > 0) {
        snprintf(out, cap, "%" PRId64 " of %" PRId64 " %s", level, capacity, unit);
    } else {
        snprintf(out, cap, "%" PRId64 " %s", level, unit);
    }
}

static void print_supplies(const struct terminal *terminal, const struct reading *reading,
                           const struct forecast *forecasts)
{
    enum { DAYS = 3, TYPE = DAYS + OUTLOOK_COUNT, AMOUNT };
    static const struct table_column columns[] = {
        {.key = "supply", .title = "SUPPLY", .kind = TABLE_TEXT, .least = 24},
        {.key = "left", .title = "LEFT", .kind = TABLE_BAR},
        {.key = "state", .title = "STATE", .kind = TABLE_TEXT},
        [DAYS] = {.key = "days", .title = "DAYS", .kind = TABLE_NUMBER},
        [DAYS + OUTLOOK_LOW] = TABLE_HIDDEN_NUMBER("low", "LOW"),
        [DAYS + OUTLOOK_HIGH] = TABLE_HIDDEN_NUMBER("high", "HIGH"),
        [DAYS + OUTLOOK_AT_LEAST] = TABLE_HIDDEN_NUMBER("at_least", "AT LEAST"),
        [DAYS + OUTLOOK_REASON] = {.key = "reason", .title = "REASON", .hidden = true},
        [TYPE] = {.key = "type", .title = "TYPE", .kind = TABLE_TEXT, .least = 6, .rank = 2},
        [AMOUNT] = {.key = "amount", .title = "AMOUNT", .kind = TABLE_TEXT, .least = 20, .rank = 1},
    };
    char amount[96];
    struct table table;
    table_init(&table, columns, BASE_ARRAY_COUNT(columns), 0);
    for (size_t i = 0; i < reading->supply_count; i++) {
        const struct reading_supply *supply = &reading->supplies[i];
        table_row(&table);
        table_set_text(&table, 0, supply->label);
        if (supply->percent >= 0) {
            table_set_number(&table, 1, supply->percent);
        }
        table_set_text(&table, 2, reading_supply_state_name(supply));
        table_set_style(&table, 1, listing_supply_style(supply->state));
        table_set_style(&table, 2, listing_supply_style(supply->state));
        outlook_set(&table, DAYS, &forecasts[i]);
        table_set_text(&table, TYPE, supply->type_name);
        put_amount(supply->level, supply->capacity, supply->unit_name, amount, sizeof(amount));
        table_set_text(&table, AMOUNT, amount);
    }
    if (reading->supply_count > 0) {
        heading(terminal, "Supplies");
        table_print(&table, terminal);
    }
    table_fini(&table);
}

static void print_trays(const struct terminal *terminal, const char *title,
                        const struct reading_tray *trays, size_t count)
{
    static const struct table_column columns[] = {
        {.key = "name", .title = "NAME", .kind = TABLE_TEXT, .least = 10},
        {.key = "media", .title = "MEDIA", .kind = TABLE_TEXT, .least = 8, .rank = 1},
        {.key = "amount", .title = "AMOUNT", .kind = TABLE_TEXT, .least = 12},
    };
    char amount[96];
    struct table table;
    table_init(&table, columns, BASE_ARRAY_COUNT(columns), 0);
    for (size_t i = 0; i < count; i++) {
        if (trays[i].is_pseudo) {
            continue;
        }
        table_row(&table);
        table_set_text(&table, 0, trays[i].name != NULL ? trays[i].name : trays[i].description);
        table_set_text(&table, 1, trays[i].media);
        put_amount(trays[i].level, trays[i].capacity, trays[i].unit_name, amount, sizeof(amount));
        table_set_text(&table, 2, amount);
    }
    if (count > 0) {
        heading(terminal, title);
        table_print(&table, terminal);
    }
    table_fini(&table);
}

static void print_alerts(const struct terminal *terminal, const struct reading *reading)
{
    static const struct table_column columns[] = {
        {.key = "severity", .title = "SEVERITY", .kind = TABLE_TEXT},
        {.key = "alert", .title = "ALERT", .kind = TABLE_TEXT, .least = 14},
        {.key = "description", .title = "DESCRIPTION", .kind = TABLE_TEXT, .least = 14},
    };
    struct table table;
    table_init(&table, columns, BASE_ARRAY_COUNT(columns), 0);
    for (size_t i = 0; i < reading->alert_count; i++) {
        const struct reading_alert *alert = &reading->alerts[i];
        table_row(&table);
        table_set_text(&table, 0, alert->is_fault ? alert->severity_name : "no fault");
        table_set_style(&table, 0, listing_alert_style(alert));
        table_set_text(&table, 1, alert->code_name != NULL ? alert->code_name : alert->group_name);
        table_set_text(&table, 2, alert->description);
    }
    if (reading->alert_count > 0) {
        heading(terminal, "Alerts");
        table_print(&table, terminal);
    }
    table_fini(&table);
}

/* --- why -------------------------------------------------------------------------------------- */

/* Two lines a value: what is shown, and where it comes from. */
static void print_why(const struct terminal *terminal, const struct reading *reading)
{
    if (reading->why_count > 0) {
        heading(terminal, "Why");
    }
    for (size_t i = 0; i < reading->why_count; i++) {
        const struct reading_why *why = &reading->why[i];
        put_clean(terminal, why->field);
        fputs(" = ", terminal->file);
        put_clean(terminal, why->value != NULL ? why->value : "(absent)");
        fputs("\n    ", terminal->file);
        terminal_begin(terminal, TERMINAL_DIM);
        if (why->object != NULL) {
            put_clean(terminal, why->object);
            fputs("  ", terminal->file);
        }
        if (why->oid != NULL) {
            put_clean(terminal, why->oid);
            fputs("  ", terminal->file);
        }
        if (why->raw != NULL) {
            fputs("raw ", terminal->file);
            put_clean(terminal, why->raw);
            fputs("  ", terminal->file);
        }
        if (why->rule != NULL) {
            fputs("rule: ", terminal->file);
            put_clean(terminal, why->rule);
        }
        terminal_end(terminal, TERMINAL_DIM);
        fputc('\n', terminal->file);
    }
}

void show_page(const struct terminal *terminal, const struct show_page_of *page)
{
    const struct reading *reading = page->reading;
    print_identity(terminal, reading, page->device);
    print_status(terminal, reading, page->device, page->now_unix_ms);
    print_access(terminal, page->access, page->now_unix_ms);
    for (size_t i = 0; i < page->note_count; i++) {
        line(terminal, page->notes[i].label, page->notes[i].text);
    }
    print_condition(terminal, reading);
    print_meters(terminal, reading);
    print_supplies(terminal, reading, page->forecasts);
    print_trays(terminal, "Trays", reading->trays, reading->tray_count);
    print_trays(terminal, "Output bins", reading->outputs, reading->output_count);
    print_alerts(terminal, reading);
    if (page->events != NULL && page->events->row_count > 0) {
        heading(terminal, "Events");
        table_print(page->events, terminal);
    }
    print_why(terminal, reading);
}

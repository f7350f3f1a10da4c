#include "core/app/show_json.h"

#include <math.h>

#include "core/app/reading_json.h"
#include "core/app/when.h"

static void put_text(struct json *json, const char *key, const char *text)
{
    json_key(json, key);
    json_put_string(json, text);
}

static void put_bytes(struct json *json, const char *key, struct bytes text)
{
    json_key(json, key);
    if (text.size > 0) {
        json_put_string_bytes(json, text);
    } else {
        json_put_null(json);
    }
}

static void put_bool(struct json *json, const char *key, bool value)
{
    json_key(json, key);
    json_put_bool(json, value);
}

static void put_time(struct json *json, const char *key, int64_t unix_ms)
{
    char text[WHEN_TEXT_MAX];
    when_iso(unix_ms, text, sizeof(text));
    put_text(json, key, unix_ms != 0 ? text : NULL);
}

/* Days and pages with one decimal; null for what is not known. */
static void put_number(struct json *json, const char *key, double value, bool is_known)
{
    json_key(json, key);
    if (is_known && value >= 0) {
        json_put_thousandths(json, (int64_t)round(value * 10) * 100);
    } else {
        json_put_null(json);
    }
}

static void put_doubts(struct json *json, const struct standing *standing)
{
    const struct rows_identity *identity = &standing->identity;
    json_key(json, "duplicate_serial");
    if (identity->is_duplicate) {
        json_object_begin(json);
        put_text(json, "device", standing->rival.number != 0 ? standing->rival.id : NULL);
        put_time(json, "since", identity->duplicate_unix_ms);
        put_bool(json, "proven", identity->is_proven);
        json_object_end(json);
    } else {
        json_put_null(json);
    }
    json_key(json, "conflict");
    if (identity->conflict_unix_ms != 0) {
        json_object_begin(json);
        put_time(json, "at", identity->conflict_unix_ms);
        put_text(json, "key", rows_key_name(identity->changed));
        put_bytes(json, "before", identity->before);
        put_bytes(json, "now", identity->now);
        json_object_end(json);
    } else {
        json_put_null(json);
    }
}

static void put_merges(struct json *json, const struct standing *standing)
{
    json_key(json, "merged");
    json_array_begin(json);
    for (size_t i = 0; i < standing->merge_count; i++) {
        json_object_begin(json);
        put_text(json, "device", standing->merges[i].id);
        put_time(json, "at", standing->merges[i].unix_ms);
        put_bool(json, "by_evidence", standing->merges[i].is_automatic);
        json_object_end(json);
    }
    json_array_end(json);
}

/* Which of the printers of a print server. */
static void put_place(struct json *json, const struct archive_server_printer *printer)
{
    json_key(json, "printer");
    if (printer->printer != UINT32_MAX) {
        json_put_integer(json, printer->printer);
    } else {
        json_put_null(json);
    }
    put_text(json, "context", printer->place[0] != '\0' ? printer->place : NULL);
}

static void put_server(struct json *json, const struct standing *standing)
{
    const struct archive_server *server = &standing->server;
    json_key(json, "print_server");
    if (server->count < 2) {
        json_put_null(json);
        return;
    }
    json_object_begin(json);
    put_place(json, &server->printers[server->own]);
    json_key(json, "printers");
    json_array_begin(json);
    for (size_t i = 0; i < server->count; i++) {
        json_object_begin(json);
        put_place(json, &server->printers[i]);
        put_text(json, "device", standing->server_ids[i]);
        json_object_end(json);
    }
    json_array_end(json);
    json_object_end(json);
}

static void put_standing(struct json *json, const struct standing *standing)
{
    json_key(json, "device");
    json_object_begin(json);
    put_text(json, "scope", scope_name(standing->scope));
    put_bool(json, "scope_by_hand", standing->labels.scope != SCOPE_UNCLASSIFIED);
    json_key(json, "tags");
    json_array_begin(json);
    for (size_t i = 0; i < standing->labels.tag_count; i++) {
        json_put_string(json, standing->labels.tags[i]);
    }
    json_array_end(json);
    put_time(json, "first_seen", standing->device.first_seen_unix_ms);
    put_time(json, "last_polled", standing->device.last_polled_unix_ms);
    put_time(json, "last_answered", standing->device.last_answered_unix_ms);
    json_key(json, "failures");
    json_put_integer(json, standing->device.failures);
    put_doubts(json, standing);
    put_merges(json, standing);
    put_server(json, standing);
    json_object_end(json);
}

static void put_forecast(struct json *json, const struct reading_supply *supply,
                         const struct forecast *forecast)
{
    bool is_known = forecast->reason == FORECAST_KNOWN;
    json_object_begin(json);
    put_text(json, "index", supply->index);
    bool is_exact = forecast_is_exact(forecast);
    put_number(json, "days_left", forecast->days, is_exact);
    put_number(json, "days_low", forecast->low, is_known);
    put_number(json, "days_high", forecast->high, is_known);
    put_number(json, "at_least_days", forecast->low, is_known && !is_exact);
    put_text(json, "reason", forecast_reason_name(forecast->reason));
    put_number(json, "pages_per_day", forecast->pages_per_day, true);
    put_number(json, "pages_per_filling", forecast->pages_per_filling, true);
    put_number(json, "pages_left", forecast->pages_left, true);
    json_key(json, "data_days");
    json_put_integer(json, forecast->data_days);
    json_object_end(json);
}

void show_json(struct json *json, const struct show_json_of *of)
{
    json_object_begin(json);
    reading_json_members(json, of->reading, of->access);
    put_standing(json, of->standing);
    json_key(json, "forecast");
    json_array_begin(json);
    for (size_t i = 0; i < of->reading->supply_count; i++) {
        put_forecast(json, &of->reading->supplies[i], &of->forecasts[i]);
    }
    json_array_end(json);
    if (of->with_why) {
        json_key(json, "why");
        reading_json_why(json, of->reading);
    }
    json_object_end(json);
}

#include "core/app/reading_json.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <time.h>

#include "core/app/credential_words.h"
#include "proto/object.h"

/* "2026-11-22T04:00:00Z" for any year that time_t has. */
#define TIME_TEXT_MAX 40

/* Meters that are always named, null when the device does not count them. */
static const char *const meter_keys[] = {
    "total", "mono", "color", "print", "copy", "scan", "fax", "duplex",
};

static void put_text(struct json *out, const char *key, const char *text)
{
    json_key(out, key);
    json_put_string(out, text);
}

/* As put_text for an array that holds "" when there is nothing. */
static void put_array_text(struct json *out, const char *key, const char *text)
{
    put_text(out, key, text[0] != '\0' ? text : NULL);
}

static void put_number(struct json *out, const char *key, int64_t value)
{
    json_key(out, key);
    if (value == READING_ABSENT) {
        json_put_null(out);
    } else {
        json_put_integer(out, value);
    }
}

static void put_address(struct json *out, const struct record_header *header)
{
    char text[INET6_ADDRSTRLEN];
    int family = header->address_family == 4 ? AF_INET : AF_INET6;
    bool is_known = (header->address_family == 4 || header->address_family == 6) &&
                    inet_ntop(family, header->address, text, sizeof(text)) != NULL;

    put_text(out, "address", is_known ? text : NULL);
    put_number(out, "port", header->port);
}

/* Why a table failed although the device went on answering: refused, in circles, or without end. */
#define TABLE_FAILURE "could not be read to the end"

/* "prtAlertTable, prtInputTable: no answer", or the sentence of a poll that failed as a whole. */
static void put_error(struct json *out, const struct record_header *header,
                      const struct rows_access *access)
{
    char text[1024 + CREDENTIAL_WORDS_MAX];
    char words[CREDENTIAL_WORDS_MAX];
    size_t size = 0;
    const char *reason = header->error != 0
                             ? credential_words_error(header->error, access, words, sizeof(words))
                             : TABLE_FAILURE;

    json_key(out, "error");
    if (header->failed_tables == 0) {
        json_put_string(out, header->error != 0 ? reason : NULL);
        return;
    }
    for (unsigned table = 0; table < OBJECT_TABLE_COUNT; table++) {
        if ((header->failed_tables >> table & 1U) != 0) {
            const char *name = object_table_find((enum object_table_id)table)->name;
            size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s", size > 0 ? ", " : "",
                                     name);
        }
    }
    snprintf(text + size, sizeof(text) - size, "%s%s", size > 0 ? ": " : "", reason);
    json_put_string(out, text);
}

static void put_time(struct json *out, const char *key, int64_t unix_ms)
{
    time_t seconds = (time_t)(unix_ms / 1000);
    struct tm parts;
    char text[TIME_TEXT_MAX];

    json_key(out, key);
    if (unix_ms <= 0 || gmtime_r(&seconds, &parts) == NULL ||
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        json_put_null(out);
        return;
    }
    json_put_string(out, text);
}

/* With what the device was asked; null when that is not known. */
static void put_access(struct json *out, const struct rows_access *access)
{
    json_key(out, "access");
    if (access == NULL) {
        json_put_null(out);
        return;
    }
    json_object_begin(out);
    put_text(out, "version", credential_words_version(access->version));
    json_key(out, "credential");
    json_put_string_bytes(out, access->credential);
    put_text(out, "level", credential_words_level(access->rank));
    json_key(out, "context");
    if (access->context.size > 0) {
        json_put_string_bytes(out, access->context);
    } else {
        json_put_null(out);
    }
    json_object_end(out);
}

static void put_header(struct json *out, const struct record_header *header,
                       const struct rows_access *access)
{
    put_address(out, header);
    put_text(out, "status", record_status_name(header->status));
    put_error(out, header, access);
    put_time(out, "polled_at", header->polled_at_unix_ms);
    json_key(out, "rtt_ms");
    if (header->rtt_us == 0) {
        json_put_null(out);
    } else {
        json_put_thousandths(out, header->rtt_us);
    }
}

static void put_identity(struct json *out, const struct reading_identity *identity)
{
    json_key(out, "identity");
    json_object_begin(out);
    put_array_text(out, "id", identity->id);
    put_text(out, "vendor", identity->vendor);
    put_text(out, "model", identity->model);
    put_text(out, "serial", identity->serial);
    put_text(out, "name", identity->name);
    put_text(out, "location", identity->location);
    put_text(out, "contact", identity->contact);
    put_array_text(out, "mac", identity->mac);
    put_text(out, "firmware", identity->firmware);
    put_text(out, "asset_tag", identity->asset_tag);
    put_text(out, "object_id", identity->object_id);
    put_text(out, "description", identity->description);
    json_object_end(out);
}

static void put_condition(struct json *out, const struct reading_condition *condition)
{
    json_key(out, "condition");
    json_object_begin(out);
    put_text(out, "device", condition->device);
    put_text(out, "printer", condition->printer);
    put_text(out, "state", condition->state);
    json_key(out, "errors");
    json_array_begin(out);
    for (size_t i = 0; i < condition->error_count; i++) {
        json_put_string(out, condition->errors[i]);
    }
    json_array_end(out);
    json_key(out, "display");
    json_array_begin(out);
    for (size_t i = 0; i < condition->display_count; i++) {
        json_put_string(out, condition->display[i]);
    }
    json_array_end(out);
    json_object_end(out);
}

static const struct reading_meter *find_meter(const struct reading *reading, const char *key)
{
    for (size_t i = 0; i < reading->meter_count; i++) {
        if (strcmp(reading->meters[i].key, key) == 0) {
            return &reading->meters[i];
        }
    }
    return NULL;
}

static bool is_usual_meter(const char *key)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(meter_keys); i++) {
        if (strcmp(meter_keys[i], key) == 0) {
            return true;
        }
    }
    return false;
}

static void put_meters(struct json *out, const struct reading *reading)
{
    json_key(out, "meters");
    json_object_begin(out);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(meter_keys); i++) {
        const struct reading_meter *meter = find_meter(reading, meter_keys[i]);
        put_number(out, meter_keys[i], meter != NULL ? meter->value : READING_ABSENT);
    }
    for (size_t i = 0; i < reading->meter_count; i++) {
        const char *key = reading->meters[i].key; /* of two sources the first listed one counts */
        if (!is_usual_meter(key) && find_meter(reading, key) == &reading->meters[i]) {
            put_number(out, key, reading->meters[i].value);
        }
    }
    json_object_end(out);
}

static void put_supply(struct json *out, const struct reading_supply *supply)
{
    json_object_begin(out);
    put_text(out, "index", supply->index);
    put_text(out, "name", supply->name);
    put_text(out, "label", supply->label);
    put_text(out, "class", supply->class_name);
    put_text(out, "type", supply->type_name);
    put_text(out, "color", supply->color);
    put_text(out, "unit", supply->unit_name);
    put_number(out, "capacity", supply->capacity);
    put_number(out, "level", supply->level);
    put_number(out, "percent", supply->percent >= 0 ? supply->percent : READING_ABSENT);
    put_text(out, "state", reading_supply_state_name(supply));
    put_text(out, "part_number", supply->part);
    put_text(out, "serial", supply->serial);
    put_number(out, "pages_left", supply->pages_left);
    json_object_end(out);
}

static void put_tray(struct json *out, const struct reading_tray *tray)
{
    json_object_begin(out);
    put_text(out, "index", tray->index);
    put_text(out, "name", tray->name);
    put_text(out, "media", tray->media);
    put_text(out, "unit", tray->unit_name);
    put_number(out, "capacity", tray->capacity);
    put_number(out, "level", tray->level);
    json_object_end(out);
}

static void put_output(struct json *out, const struct reading_tray *output)
{
    json_object_begin(out);
    put_text(out, "index", output->index);
    put_text(out, "name", output->name);
    put_text(out, "unit", output->unit_name);
    put_number(out, "capacity", output->capacity);
    put_number(out, "remaining", output->level);
    json_object_end(out);
}

static void put_alert(struct json *out, const struct reading_alert *alert)
{
    json_object_begin(out);
    put_text(out, "index", alert->index);
    put_text(out, "severity", alert->severity_name);
    put_number(out, "severity_code", alert->severity_code);
    put_text(out, "group", alert->group_name);
    put_number(out, "group_index", alert->group_index);
    put_number(out, "code", alert->code);
    put_text(out, "code_name", alert->code_name);
    put_number(out, "location", alert->location);
    put_text(out, "description", alert->description);
    put_number(out, "training", alert->training);
    put_number(out, "since_ticks", alert->since_ticks);
    json_key(out, "fault");
    json_put_bool(out, alert->is_fault);
    json_object_end(out);
}

static void put_cover(struct json *out, const struct reading_cover *cover)
{
    json_object_begin(out);
    put_text(out, "index", cover->index);
    put_text(out, "description", cover->description);
    put_text(out, "status", cover->status_name);
    json_object_end(out);
}

static void put_marker(struct json *out, const struct reading_marker *marker)
{
    json_object_begin(out);
    put_text(out, "index", marker->index);
    put_text(out, "tech", marker->tech_name);
    put_text(out, "unit", marker->unit_name);
    put_number(out, "life_count", marker->life_count);
    put_number(out, "power_on_count", marker->power_on_count);
    put_number(out, "process_colorants", marker->process_colorants);
    put_number(out, "spot_colorants", marker->spot_colorants);
    put_number(out, "status", marker->status);
    json_object_end(out);
}

static void put_media_path(struct json *out, const struct reading_media_path *path)
{
    json_object_begin(out);
    put_text(out, "index", path->index);
    put_text(out, "description", path->description);
    put_text(out, "type", path->type_name);
    put_number(out, "max_speed", path->max_speed);
    put_text(out, "speed_unit", path->speed_unit_name);
    put_number(out, "status", path->status);
    json_object_end(out);
}

static void put_interface(struct json *out, const struct reading_interface *interface)
{
    json_object_begin(out);
    put_text(out, "index", interface->index);
    put_text(out, "description", interface->description);
    put_number(out, "type", interface->type_code);
    put_number(out, "speed", interface->speed);
    put_array_text(out, "mac", interface->mac);
    put_number(out, "oper_status", interface->oper_status);
    json_object_end(out);
}

/* A named array of structures, each written by its own function. */
#define PUT_LIST(out, key, rows, count, put)                                                       \
    do {                                                                                           \
        json_key((out), (key));                                                                    \
        json_array_begin(out);                                                                     \
        for (size_t i_ = 0; i_ < (count); i_++) {                                                  \
            put((out), &(rows)[i_]);                                                               \
        }                                                                                          \
        json_array_end(out);                                                                       \
    } while (0)

void reading_json_members(struct json *out, const struct reading *reading,
                          const struct rows_access *access)
{
    put_header(out, &reading->header, access);
    put_identity(out, &reading->identity);
    put_condition(out, &reading->condition);
    put_meters(out, reading);
    PUT_LIST(out, "supplies", reading->supplies, reading->supply_count, put_supply);
    PUT_LIST(out, "trays", reading->trays, reading->tray_count, put_tray);
    PUT_LIST(out, "alerts", reading->alerts, reading->alert_count, put_alert);
    PUT_LIST(out, "outputs", reading->outputs, reading->output_count, put_output);
    PUT_LIST(out, "covers", reading->covers, reading->cover_count, put_cover);
    PUT_LIST(out, "markers", reading->markers, reading->marker_count, put_marker);
    PUT_LIST(out, "media_paths", reading->media_paths, reading->media_path_count, put_media_path);
    PUT_LIST(out, "interfaces", reading->interfaces, reading->interface_count, put_interface);
    put_number(out, "uptime_ticks", reading->uptime_ticks);
    put_access(out, access);
}

void reading_json(struct json *out, const struct reading *reading, const struct rows_access *access)
{
    json_object_begin(out);
    reading_json_members(out, reading, access);
    json_object_end(out);
}

static void put_why(struct json *out, const struct reading_why *why)
{
    json_object_begin(out);
    put_text(out, "field", why->field);
    put_text(out, "value", why->value);
    put_text(out, "oid", why->oid);
    put_text(out, "object", why->object);
    put_text(out, "raw", why->raw);
    put_text(out, "rule", why->rule);
    json_object_end(out);
}

void reading_json_why(struct json *out, const struct reading *reading)
{
    json_array_begin(out);
    for (size_t i = 0; i < reading->why_count; i++) {
        put_why(out, &reading->why[i]);
    }
    json_array_end(out);
}

#include "core/app/config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/app/config_read.h"
#include "core/app/duration.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS    INT64_C(86400000)
/* Of what the agent does again and again. */
#define SCHEDULE_MS_MIN 1000

enum value_kind { VALUE_PATH, VALUE_BOOL, VALUE_ORDER, VALUE_TIME, VALUE_NUMBER, VALUE_CLOCK };

struct row {
    const char *name;
    enum value_kind kind;
    int64_t usual, least, most;
};

static const struct row rows[CONFIG_KEY_COUNT] = {
    [CONFIG_STORE] = {"store", VALUE_PATH, 0, 0, 0},
    [CONFIG_APPROVED_ONLY] = {"snmp.approved_only", VALUE_BOOL, 0, 0, 0},
    [CONFIG_ORDER] = {"snmp.order", VALUE_ORDER, 0, 0, 0},
    [CONFIG_CREDENTIALS_FILE] = {"snmp.credentials_file", VALUE_PATH, 0, 0, 0},
    [CONFIG_TIMEOUT] = {"snmp.timeout", VALUE_TIME, 1000, CONFIG_TIMEOUT_MS_MIN,
                        CONFIG_TIMEOUT_MS_MAX},
    [CONFIG_RETRIES] = {"snmp.retries", VALUE_NUMBER, 3, 0, CONFIG_RETRIES_MAX},
    [CONFIG_RATE] = {"snmp.rate", VALUE_NUMBER, 10000, 0, CONFIG_RATE_MAX},
    [CONFIG_SUBNET_RATE] = {"snmp.subnet_rate", VALUE_NUMBER, 1000, 0, CONFIG_RATE_MAX},
    [CONFIG_CONCURRENCY] = {"snmp.concurrency", VALUE_NUMBER, 2048, 1, CONFIG_CONCURRENCY_MAX},
    /* Whoever is there answers within a second or two, or the question was lost. */
    [CONFIG_DISCOVERY_TIMEOUT] = {"discovery.timeout", VALUE_TIME, 300, CONFIG_TIMEOUT_MS_MIN,
                                  CONFIG_TIMEOUT_MS_MAX},
    [CONFIG_DISCOVERY_RETRIES] = {"discovery.retries", VALUE_NUMBER, 2, 0, CONFIG_RETRIES_MAX},
    [CONFIG_DISCOVERY_CONCURRENCY] = {"discovery.concurrency", VALUE_NUMBER, 8192, 1,
                                      CONFIG_DISCOVERY_CONCURRENCY_MAX},
    [CONFIG_DISCOVERY_OTHERS_AFTER] = {"discovery.others_after", VALUE_TIME,
                                       INT64_C(7) * 24 * 60 * 60 * 1000, 0,
                                       CONFIG_OTHERS_AFTER_MS_MAX},
    [CONFIG_DISCOVERY_EVERY] = {"discovery.every", VALUE_TIME, DAY_MS, SCHEDULE_MS_MIN,
                                366 * DAY_MS},
    [CONFIG_DISCOVERY_AT] = {"discovery.at", VALUE_CLOCK, -1, 0, 0},
    [CONFIG_POLL_EVERY] = {"poll.every", VALUE_TIME, 15 * MINUTE_MS, SCHEDULE_MS_MIN, 31 * DAY_MS},
    [CONFIG_POLL_OFFLINE_EVERY] = {"poll.offline_every", VALUE_TIME, 60 * MINUTE_MS,
                                   SCHEDULE_MS_MIN, 31 * DAY_MS},
    [CONFIG_POLL_FULL_EVERY] = {"poll.full_every", VALUE_TIME, DAY_MS, 0, 366 * DAY_MS},
    /* As events_rules_usual has them. */
    [CONFIG_EVENTS_LOW] = {"events.low_percent", VALUE_NUMBER, 15, 2, 90},
    [CONFIG_EVENTS_SERVICE] = {"events.service_percent", VALUE_NUMBER, 10, 2, 90},
    [CONFIG_EVENTS_EARLY] = {"events.early_percent", VALUE_NUMBER, 20, 1, 99},
    [CONFIG_EVENTS_OFFLINE_AFTER] = {"events.offline_after", VALUE_TIME, 600000, 0, DAY_MS},
    [CONFIG_EVENTS_GONE_AFTER] = {"events.gone_after", VALUE_TIME, 30 * DAY_MS, DAY_MS,
                                  3650 * DAY_MS},
    [CONFIG_REPLENISHMENT_LEAD] = {"replenishment.lead_days", VALUE_NUMBER, 7, 1, 365},
};

static const char *const root_keys[] = {"discovery", "events", "poll", "replenishment",
                                        "scope",     "snmp",   "store"};
static const char *const poll_keys[] = {"every", "offline_every", "full_every"};
static const char *const events_keys[] = {"low_percent", "service_percent", "early_percent",
                                          "offline_after", "gone_after"};
static const char *const replenishment_keys[] = {"lead_days"};
static const char *const discovery_keys[] = {"targets",     "exclude",      "timeout", "retries",
                                             "concurrency", "others_after", "every",   "at"};
static const char *const snmp_keys[] = {
    "approved_only", "order", "credentials", "credentials_file", "timeout",
    "retries",       "rate",  "subnet_rate", "concurrency"};

const char *config_key_name(enum config_key key)
{
    return rows[key].name;
}

bool config_version(const char *text, enum pdu_version *out)
{
    static const struct {
        const char *text;
        enum pdu_version version;
    } versions[] = {{"1", PDU_V1},  {"v1", PDU_V1},  {"2c", PDU_V2C}, {"v2c", PDU_V2C},
                    {"2", PDU_V2C}, {"v2", PDU_V2C}, {"3", PDU_V3},   {"v3", PDU_V3}};
    if (strncasecmp(text, "snmp", 4) == 0) {
        text += 4;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(versions); i++) {
        if (strcasecmp(text, versions[i].text) == 0) {
            *out = versions[i].version;
            return true;
        }
    }
    return false;
}

const char *config_version_name(enum pdu_version version)
{
    return version == PDU_V3 ? "3" : version == PDU_V2C ? "2c" : "1";
}

/* --- reading ---------------------------------------------------------------------------------- */

static int read_order(struct config *config, const struct config_place *place,
                      const struct config_node *node)
{
    static const char sentence[] = "order is a list of SNMP versions, each once, like [3, 2c, 1]";
    if (node->kind != CONFIG_LIST || node->count == 0 ||
        node->count > BASE_ARRAY_COUNT(config->order)) {
        return config_report_add(place->report, place->file, node->line, "%s", sentence);
    }
    size_t count = 0;
    for (const struct config_node *item = node->child; item != NULL; item = item->next) {
        enum pdu_version version;
        if (item->kind != CONFIG_TEXT || !config_version(item->text, &version)) {
            return config_report_add(place->report, place->file, item->line, "%s", sentence);
        }
        for (size_t i = 0; i < count; i++) {
            if (config->order[i] == version) {
                return config_report_add(place->report, place->file, item->line, "%s", sentence);
            }
        }
        config->order[count++] = version;
    }
    config->order_count = count;
    return 0;
}

static int read_path(const struct config_place *place, const struct config_node *map,
                     const char *key, char out[PATH_MAX])
{
    char message[512] = "";
    const struct config_node *node = config_read_text(place, map, key);
    if (node == NULL) {
        return BASE_EUSAGE;
    }
    int status = secret_file_locate(node->text, place->file, out, PATH_MAX,
                                    (struct secret_message){message, sizeof(message)});
    return status == 0 ? 0
                       : config_report_add(place->report, place->file, node->line, "%s", message);
}

static int read_value(struct config *config, const struct config_place *place,
                      const struct config_node *map, enum config_key key)
{
    const struct row *row = &rows[key];
    const char *dot = strchr(row->name, '.');
    const char *name = dot != NULL ? dot + 1 : row->name;
    const struct config_node *node = config_yaml_get(map, name);
    struct config_value value = {.source = config->main.path};
    bool flag = false;
    int status = 0;
    if (node == NULL) {
        return 0;
    }
    switch (row->kind) {
    case VALUE_PATH:
        value.text = key == CONFIG_STORE ? config->store : config->credentials_file;
        status = read_path(place, map, name,
                           key == CONFIG_STORE ? config->store : config->credentials_file);
        break;
    case VALUE_BOOL:
        status = config_read_bool(place, node, &flag);
        value.number = flag;
        break;
    case VALUE_ORDER:
        status = read_order(config, place, node);
        break;
    case VALUE_TIME:
        status = config_read_duration(place, node, row->least, row->most, &value.number);
        break;
    case VALUE_NUMBER:
        status = config_read_number(place, node, row->least, row->most, &value.number);
        break;
    case VALUE_CLOCK:
        status = config_read_clock(place, node, &value.number);
        break;
    }
    if (status == 0) {
        value.line = node->line;
        config->values[key] = value;
    }
    return status;
}

int config_file_read(struct config_file *file, const char *path, struct config_report *report)
{
    char message[512] = "";
    const struct secret_file_want want = {file->path, "settings", CONFIG_YAML_BYTES_MAX,
                                          SECRET_FILE_ANYBODY};
    struct secret_file content;
    if ((size_t)snprintf(file->path, sizeof(file->path), "%s", path) >= sizeof(file->path)) {
        return config_report_add(report, NULL, 0, "the path of the file is too long");
    }
    int status =
        secret_file_read(&want, &content, (struct secret_message){message, sizeof(message)});
    if (status != 0) {
        return config_report_add(report, NULL, 0, "%s", message);
    }
    status =
        config_yaml_read(bytes_of(content.text, content.size), file->path, report, &file->root);
    file->rights = (struct secret_file){.mode = content.mode, .is_others = content.is_others};
    secret_file_close(&content);
    if (status == 0 && (file->root == NULL || config_yaml_is_null(file->root))) {
        status = config_report_add(report, file->path, 0, "nothing is set in it");
    }
    return status;
}

/* Sections with settings, and what may stand in them. */
static const struct section {
    const char *name;
    const char *const *keys;
    size_t key_count;
} sections[] = {
    {"snmp", snmp_keys, BASE_ARRAY_COUNT(snmp_keys)},
    {"discovery", discovery_keys, BASE_ARRAY_COUNT(discovery_keys)},
    {"poll", poll_keys, BASE_ARRAY_COUNT(poll_keys)},
    {"events", events_keys, BASE_ARRAY_COUNT(events_keys)},
    {"replenishment", replenishment_keys, BASE_ARRAY_COUNT(replenishment_keys)},
};

/* The mapping that a key stands in: the one its name begins with, or the whole file. */
static const struct config_node *map_of(const struct config *config, enum config_key key)
{
    const char *dot = strchr(rows[key].name, '.');
    for (size_t i = 0; dot != NULL && i < BASE_ARRAY_COUNT(sections); i++) {
        size_t size = strlen(sections[i].name);
        if ((size_t)(dot - rows[key].name) == size &&
            memcmp(rows[key].name, sections[i].name, size) == 0) {
            return config_yaml_get(config->main.root, sections[i].name);
        }
    }
    return config->main.root;
}

static void read_values(struct config *config, const struct config_place *place)
{
    (void)config_read_map(place, config->main.root, "a configuration", root_keys,
                          BASE_ARRAY_COUNT(root_keys));
    for (size_t i = 0; i < BASE_ARRAY_COUNT(sections); i++) {
        const struct config_node *map = config_yaml_get(config->main.root, sections[i].name);
        if (map != NULL) {
            (void)config_read_map(place, map, sections[i].name, sections[i].keys,
                                  sections[i].key_count);
        }
    }
    for (enum config_key key = 0; key < CONFIG_KEY_COUNT; key++) {
        /* Reported; the others are looked at, too. */
        (void)read_value(config, place, map_of(config, key), key);
    }
    const struct config_value *at = &config->values[CONFIG_DISCOVERY_AT];
    if (at->line > 0 && config->values[CONFIG_DISCOVERY_EVERY].line > 0) {
        (void)config_report_add(place->report, place->file, at->line,
                                "discovery has every or at, not both");
    }
}

int config_open(struct config *config, const char *option, struct config_report *report)
{
    const char *variable = getenv("PLATEN_CONFIG");
    unsigned before = report->count;
    memset(config, 0, sizeof(*config));
    for (enum config_key key = 0; key < CONFIG_KEY_COUNT; key++) {
        config->values[key] = (struct config_value){rows[key].usual, NULL, "default", 0};
    }
    if (option == NULL && variable != NULL && variable[0] != '\0') {
        option = variable;
    }
    if (option == NULL) {
        return 0;
    }
    int status = config_file_read(&config->main, option, report);
    if (status != 0) {
        return status;
    }
    const struct config_place place = {config->main.path, report};
    read_values(config, &place);
    return report->count == before ? 0 : BASE_EUSAGE;
}

void config_close(struct config *config)
{
    config_yaml_free(config->main.root);
    config_yaml_free(config->list.root);
    config->main.root = NULL;
    config->list.root = NULL;
}

/* --- values ----------------------------------------------------------------------------------- */

void config_set(struct config *config, enum config_key key, int64_t number, const char *text,
                const char *source)
{
    config->values[key] = (struct config_value){number, text, source, 0};
}

const char *config_store(const struct config *config, const char *option)
{
    const char *variable = getenv("PLATEN_STORE");
    if (option != NULL) {
        return option;
    }
    return variable != NULL && variable[0] != '\0' ? NULL : config->values[CONFIG_STORE].text;
}

const char *config_value_text(const struct config *config, enum config_key key, char *out,
                              size_t cap)
{
    const struct config_value *value = &config->values[key];
    size_t size = 0;
    out[0] = '\0';
    switch (rows[key].kind) {
    case VALUE_PATH:
        snprintf(out, cap, "%s", value->text != NULL ? value->text : "");
        break;
    case VALUE_BOOL:
        snprintf(out, cap, "%s", value->number != 0 ? "true" : "false");
        break;
    case VALUE_ORDER:
        for (size_t i = 0; i < config->order_count && size < cap; i++) {
            size += (size_t)snprintf(out + size, cap - size, "%s%s", i > 0 ? ", " : "",
                                     config_version_name(config->order[i]));
        }
        break;
    case VALUE_TIME:
        duration_format(value->number, out, cap);
        break;
    case VALUE_NUMBER:
        snprintf(out, cap, "%" PRId64, value->number);
        break;
    case VALUE_CLOCK:
        if (value->number >= 0) {
            snprintf(out, cap, "%02d:%02d", (int)value->number / 60, (int)value->number % 60);
        }
        break;
    }
    return out;
}

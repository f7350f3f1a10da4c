#include "core/app/config_show.h"

#include <stdio.h>
#include <string.h>

enum { KEY, VALUE, SOURCE };

const struct table_column config_show_columns[] = {
    [KEY] = {.key = "key", .title = "KEY", .kind = TABLE_TEXT},
    [VALUE] = {.key = "value", .title = "VALUE", .kind = TABLE_TEXT, .least = 16},
    [SOURCE] = {.key = "source", .title = "SOURCE", .kind = TABLE_TEXT, .least = 16},
};

/* Room for a key with all its levels. */
#define KEY_TEXT_MAX 256

static void put_row(struct table *table, const char *key, const char *value, const char *source,
                    unsigned line)
{
    char where[PATH_MAX + 16];
    snprintf(where, sizeof(where), line > 0 ? "%s:%u" : "%s", source, line);
    table_row(table);
    table_set_text(table, KEY, key);
    table_set_text(table, VALUE, value[0] != '\0' ? value : NULL);
    table_set_text(table, SOURCE, where);
}

void config_show_settings(struct table *table, const struct config *config)
{
    char text[PATH_MAX];
    for (enum config_key key = 0; key < CONFIG_KEY_COUNT; key++) {
        const struct config_value *value = &config->values[key];
        put_row(table, config_key_name(key), config_value_text(config, key, text, sizeof(text)),
                value->source, value->line);
    }
}

static bool is_secret(const struct config_node *node)
{
    return node->key != NULL &&
           (strcmp(node->key, "password") == 0 || strcmp(node->key, "community") == 0);
}

/* Prints the texts below a node, each with the keys that lead to it. */
static void put_node(struct table *table, const struct config_file *file,
                     const struct config_node *node, const char *key)
{
    char below[KEY_TEXT_MAX];
    size_t index = 0;
    if (is_secret(node)) {
        put_row(table, key, CONFIG_SHOW_MASK, file->path, node->line);
        return;
    }
    if (node->kind == CONFIG_TEXT) {
        put_row(table, key, node->text, file->path, node->line);
        return;
    }
    for (const struct config_node *child = node->child; child != NULL; child = child->next) {
        if (node->kind == CONFIG_MAP) {
            snprintf(below, sizeof(below), "%s.%s", key, child->key);
        } else {
            snprintf(below, sizeof(below), "%s[%zu]", key, index++);
        }
        put_node(table, file, child, below);
    }
}

void config_show_lists(struct table *table, const struct config *config)
{
    const struct config_node *discovery = config_yaml_get(config->main.root, "discovery");
    const struct config_node *targets = config_yaml_get(discovery, "targets");
    const struct config_node *exclude = config_yaml_get(discovery, "exclude");
    const struct config_node *scope = config_yaml_get(config->main.root, "scope");
    if (targets != NULL) {
        put_node(table, &config->main, targets, "discovery.targets");
    }
    if (exclude != NULL) {
        put_node(table, &config->main, exclude, "discovery.exclude");
    }
    if (scope != NULL) {
        put_node(table, &config->main, scope, "scope");
    }
}

void config_show_credentials(struct table *table, const struct config *config)
{
    char key[KEY_TEXT_MAX];
    const struct config_node *snmp = config_yaml_get(config->main.root, "snmp");
    const struct config_node *inside = config_yaml_get(snmp, "credentials");
    const struct config_node *own = config_yaml_get(config->list.root, "credentials");
    if (inside != NULL && config->uses_own_list) {
        put_node(table, &config->main, inside, "snmp.credentials");
    }
    if (own != NULL) {
        put_node(table, &config->list, own, "credentials");
    }
    for (size_t i = 0; i < config->community_count; i++) {
        snprintf(key, sizeof(key), "communities[%zu]", i);
        put_row(table, key, CONFIG_SHOW_MASK, config->community_origin, 0);
    }
}

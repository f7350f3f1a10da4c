#include "core/app/config_scope.h"

#include <stdio.h>
#include <string.h>

#include "core/app/config_read.h"
#include "core/app/config_subnet.h"

static const char *const keys[] = {"vendor", "subnet", "model", "serial", "tag", "scope"};

static void read_text(const struct config_place *place, const struct config_node *item,
                      const char *key, char *out, size_t cap)
{
    const struct config_node *node = config_read_text(place, item, key);
    if (node != NULL && (size_t)snprintf(out, cap, "%s", node->text) >= cap) {
        (void)config_report_add(place->report, place->file, node->line,
                                "%s has at most %zu characters", key, cap - 1);
    }
}

static void read_rule(const struct config_place *place, const struct config_node *item,
                      struct scope_rule *rule)
{
    *rule = (struct scope_rule){.scope = SCOPE_UNCLASSIFIED};
    if (!config_read_map(place, item, "a rule", keys, BASE_ARRAY_COUNT(keys))) {
        return;
    }
    read_text(place, item, "vendor", rule->vendor, sizeof(rule->vendor));
    read_text(place, item, "model", rule->model, sizeof(rule->model));
    read_text(place, item, "serial", rule->serial, sizeof(rule->serial));
    read_text(place, item, "tag", rule->tag, sizeof(rule->tag));
    const struct config_node *subnet = config_read_text(place, item, "subnet");
    if (subnet != NULL && config_subnet_read(subnet->text, &rule->subnet) != 0) {
        (void)config_report_add(place->report, place->file, subnet->line,
                                "subnet is an address, a network or a range, like 10.1.0.0/16");
    }
    const struct config_node *scope = config_yaml_get(item, "scope");
    bool is_in = scope != NULL && scope->kind == CONFIG_TEXT && strcmp(scope->text, "in") == 0;
    bool is_out = scope != NULL && scope->kind == CONFIG_TEXT && strcmp(scope->text, "out") == 0;
    if (!is_in && !is_out) {
        (void)config_report_add(place->report, place->file,
                                scope != NULL ? scope->line : item->line,
                                "a rule says scope: in or scope: out");
    }
    rule->scope = is_in ? SCOPE_IN : SCOPE_OUT;
}

int config_scope_read(const struct config *config, struct scope_rules *rules,
                      struct config_report *report)
{
    const struct config_place place = {config->main.path, report};
    const struct config_node *list = config_yaml_get(config->main.root, "scope");
    unsigned before = report->count;
    rules->count = 0;
    if (list == NULL) {
        return 0;
    }
    if (list->kind != CONFIG_LIST || list->count > SCOPE_RULES_MAX) {
        return config_report_add(report, place.file, list->line,
                                 "scope is a list of at most %d rules, like "
                                 "[{subnet: 10.9.0.0/16, scope: out}]",
                                 SCOPE_RULES_MAX);
    }
    for (const struct config_node *item = list->child; item != NULL; item = item->next) {
        read_rule(&place, item, &rules->items[rules->count++]);
    }
    return report->count == before ? 0 : BASE_EUSAGE;
}

#include "core/app/config_discovery.h"

#include <errno.h>

#include "core/app/config_read.h"

/* Adds a list of targets, or one that stands alone. */
static int read_list(const struct config *config, const char *key, struct targets *into,
                     struct config_report *report)
{
    char message[512];
    const struct config_node *discovery = config_yaml_get(config->main.root, "discovery");
    const struct config_node *list = config_yaml_get(discovery, key);
    unsigned before = report->count;
    if (list == NULL) {
        return 0;
    }
    if (list->kind == CONFIG_MAP || config_yaml_is_null(list)) {
        return config_report_add(report, config->main.path, list->line,
                                 "%s is a list of targets, like [10.1.0.0/16, 10.2.0.1-254]", key);
    }
    const struct config_node *item = list->kind == CONFIG_LIST ? list->child : list;
    for (; item != NULL; item = list->kind == CONFIG_LIST ? item->next : NULL) {
        if (item->kind != CONFIG_TEXT) {
            (void)config_report_add(report, config->main.path, item->line,
                                    "an item of %s is a target, like 10.1.0.0/16", key);
            continue;
        }
        int status = targets_add(into, item->text, message, sizeof(message));
        if (status == -ENOMEM) {
            return status;
        }
        if (status != 0) {
            (void)config_report_add(report, config->main.path, item->line, "%s", message);
        }
    }
    return report->count == before ? 0 : BASE_EUSAGE;
}

int config_discovery_targets(const struct config *config, struct targets *targets,
                             struct config_report *report)
{
    return read_list(config, "targets", targets, report);
}

int config_discovery_exclude(const struct config *config, struct targets *excluded,
                             struct config_report *report)
{
    return read_list(config, "exclude", excluded, report);
}

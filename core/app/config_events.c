#include "core/app/config_events.h"

void config_events(const struct config *config, struct events_rules *out)
{
    const struct config_value *values = config->values;
    *out = events_rules_usual;
    out->low_percent = (int)values[CONFIG_EVENTS_LOW].number;
    out->service_percent = (int)values[CONFIG_EVENTS_SERVICE].number;
    out->early_percent = (int)values[CONFIG_EVENTS_EARLY].number;
    out->offline_ms = values[CONFIG_EVENTS_OFFLINE_AFTER].number;
    out->gone_ms = values[CONFIG_EVENTS_GONE_AFTER].number;
    out->lead_days = (int)values[CONFIG_REPLENISHMENT_LEAD].number;
}

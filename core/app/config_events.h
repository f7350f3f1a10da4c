/*
 * The sections `events` and `replenishment`: the thresholds that events are told by.
 *
 *   events:
 *     low_percent: 15
 *     service_percent: 10
 *     early_percent: 20
 *     offline_after: 10m
 *     gone_after: 30d
 *   replenishment:
 *     lead_days: 7
 */
#pragma once

#include "core/app/config.h"
#include "core/fleet/events.h"

/* Writes the rules that the configuration sets, the usual ones where it says nothing. */
void config_events(const struct config *config, struct events_rules *out);

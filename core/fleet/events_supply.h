/*
 * One supply's part of events.h: which slot it has, and what its new level says.
 */
#pragma once

#include "core/fleet/events.h"

/* Adds an event; one beyond EVENTS_MAX is left out. */
void events_add(struct events_list *out, const struct rows_change *event);

/* Finds the slot of a supply, or makes one. likely: where it is looked for first; devices list
 * their supplies in one order. Returns: NULL when all are taken. */
struct events_slot *events_supply_slot(struct events_state *state,
                                       const struct events_supply *supply, size_t likely,
                                       int64_t now_unix_ms);

/* Takes what a supply says now. */
void events_supply_step(const struct events_rules *rules, struct events_slot *slot,
                        const struct events_supply *supply, int64_t now_unix_ms,
                        struct events_list *out);

/*
 * events.h as bytes: what a device says now, taken out of a reading and carried to the thread that
 * stores it, and what is remembered of it, in the store. The layout of the state has a version.
 */
#pragma once

#include "core/fleet/events.h"
#include "proto/reading.h"

/* Longest state. */
#define EVENTS_STATE_BYTES_MAX 4096

/* Returns: bytes that the facts of this reading need at most. */
size_t events_facts_bound(const struct reading *reading);

/* Writes what the reading says; `out` holds at least what the bound says. Returns: its size. */
size_t events_put_facts(uint8_t *out, const struct reading *reading);

/* Reads facts; texts are slices of them. Returns: 0; BASE_EFORMAT. */
BASE_MUST_CHECK int events_get_facts(struct bytes facts, struct events_facts *out);

/* Writes a state; `out` holds EVENTS_STATE_BYTES_MAX. Returns: its size. */
size_t events_put_state(uint8_t *out, const struct events_state *state);

/* Reads a state; no bytes are the state of a new device.
 * Returns: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int events_get_state(struct bytes bytes, struct events_state *out);

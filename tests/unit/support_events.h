/*
 * A device in short, an hour from step to step, and what it is told to have done: for the tests of
 * events.h. Everything is static: each program has one device.
 */
#pragma once

#include <criterion/criterion.h>

#include "core/fleet/events.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)
#define START   (INT64_C(20000) * DAY_MS)

/* --- a device in short ------------------------------------------------------------------------ */

static struct events_state state;
static struct events_list list;
static struct events_facts facts;
static int64_t now = START;

static inline void setup(void)
{
    memset(&state, 0, sizeof(state));
    memset(&facts, 0, sizeof(facts));
    now = START;
    facts.has_supplies = true;
    facts.supply_count = 1;
    facts.supplies[0] = (struct events_supply){.index = bytes_from_text("1.1"),
                                               .name = bytes_from_text("Black Toner"),
                                               .percent = EVENTS_UNKNOWN};
}

static inline void step(void)
{
    now += HOUR_MS;
    events_answer(&events_rules_usual, &state, &facts, now, now - HOUR_MS, &list);
}

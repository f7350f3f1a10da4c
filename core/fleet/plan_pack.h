/*
 * Which columns go into a plan's next question: for plan_ask.c alone.
 */
#pragma once

#include "core/fleet/plan_inside.h"

/* Message, community and PDU headers of a reply, and some air. */
#define PLAN_MESSAGE_BYTES 64
/* Room of one name in the question's storage. */
#define PLAN_NAME_MAX 96

struct plan_packing {
    struct plan *plan;
    unsigned room; /* reply bytes left */
    unsigned request_room;
    unsigned varbinds;
    unsigned repetitions;
    unsigned singles;
    unsigned repeaters;
    uint8_t single[PLAN_NAMES_MAX]; /* positions, as plan->asked has them */
    uint8_t repeater[PLAN_NAMES_MAX];
};

/* Says whether each question counts: a poll of what moves, which is made most often, and one in
 * which the vendor's objects ride. Else columns are not cut where it only saves a question. */
bool plan_is_tight(const struct plan *plan);

/* Fills the next question of a plan. Returns false when there is nothing to put into it. */
bool plan_pack(struct plan *plan, struct plan_packing *packing);

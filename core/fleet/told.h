/*
 * What a poll has been told of who the device is: what a vendor's profile is chosen by. Copied out
 * of a static record under construction, which may move.
 */
#pragma once

#include "core/fleet/plan.h"
#include "proto/profile.h"

/* Longer ones name no vendor of printers. */
#define TOLD_OBJECT_ID_MAX 128

struct told {
    struct profile_device device; /* points into this structure, which must not move */
    uint8_t object_id[TOLD_OBJECT_ID_MAX];
    char description[256];
    char model[256];
};

/* Reads what the plan's static record has so far; what it lacks is NULL or empty. */
void told_read(struct told *told, const struct plan *plan);

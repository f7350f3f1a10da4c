/*
 * How supplies and trays drain with the meter, stay empty for a while and are refilled.
 *
 * Every row sees its own share of the impressions, so rows of one device run out at different
 * times. A receptacle drains its free space (RFC 3805: its level is what is still free).
 */
#pragma once

#include "bench/sim/device.h"

/* A device calls something low when this share of it, in percent, or less is left. */
#define SIM_WEAR_LOW_PERCENT 12u

/* Something that lasts `full` impressions, of which it sees share/65536, and then waits empty for
 * another `grace` until it is renewed. */
struct sim_drain {
    uint64_t full;
    uint64_t grace;
    uint64_t share;
    uint64_t offset; /* impressions it had seen before the installation */
};

enum sim_stage {
    SIM_STAGE_FINE,
    SIM_STAGE_LOW,
    SIM_STAGE_EMPTY,
};

struct sim_fill {
    uint64_t left;  /* impressions until it is empty, or a receptacle full */
    uint64_t full;  /* impressions of a new one */
    uint64_t cycle; /* renewals since the installation */
    enum sim_stage stage;
};

/* The drain of supply, or tray, number `row` of the model's list. */
struct sim_drain sim_wear_supply(const struct sim_view *view, unsigned row);
struct sim_drain sim_wear_tray(const struct sim_view *view, unsigned row);

/* How it stands when the device's meter is at total; inline, since a look at all alerts of a
 * device asks it thirty times. */
static inline struct sim_fill sim_wear_fill(const struct sim_drain *drain, uint64_t total)
{
    uint64_t used = drain->offset + (total * drain->share >> 16);
    uint64_t cycle = drain->full + drain->grace;
    struct sim_fill fill = {.full = drain->full, .cycle = used / cycle};
    uint64_t position = used - fill.cycle * cycle;

    fill.left = position < drain->full ? drain->full - position : 0;
    if (fill.left == 0) {
        fill.stage = SIM_STAGE_EMPTY;
    } else if (fill.left * 100 <= drain->full * SIM_WEAR_LOW_PERCENT) {
        fill.stage = SIM_STAGE_LOW;
    } else {
        fill.stage = SIM_STAGE_FINE;
    }
    return fill;
}

/* The instant at which it came to the stage that fill tells. */
uint64_t sim_wear_since(const struct sim_view *view, const struct sim_drain *drain,
                        const struct sim_fill *fill);

/* A level as it is told: what is left of a capacity (0 or less: 100), by the row's habit. */
int32_t sim_wear_level(const struct sim_fill *fill, int32_t capacity, enum sim_level habit);

/* The level as the device tells it, by the habit of that row. */
int32_t sim_wear_supply_level(const struct sim_view *view, unsigned row);
int32_t sim_wear_tray_level(const struct sim_view *view, unsigned row);

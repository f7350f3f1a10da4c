#include "bench/sim/wear.h"

struct sim_drain sim_wear_supply(const struct sim_view *view, unsigned row)
{
    uint64_t own = sim_draw(view->key, SIM_SALT_SUPPLY + row);
    struct sim_drain drain;

    drain.full = view->spec->supplies[row].yield;
    drain.grace = drain.full / 64 + 1;
    drain.share = 26214 + (own & 0xffff); /* 0.4 to 1.4 of what the maker says */
    drain.offset = sim_scale(own, drain.full + drain.grace);
    return drain;
}

struct sim_drain sim_wear_tray(const struct sim_view *view, unsigned row)
{
    const struct sim_spec_input *tray = &view->spec->inputs[row];
    uint64_t own = sim_draw(view->key, SIM_SALT_TRAY + row);
    struct sim_drain drain;

    drain.full = tray->capacity > 0 ? (uint64_t)tray->capacity : 250;
    /* Some people refill only when it has been empty for a while and another tray was used. */
    drain.grace = (own & 3) == 0 ? drain.full / 16 + 1 : 1;
    drain.share = 6554 + (own >> 2 & 0x3fff); /* 0.1 to 0.35: several trays, some duplex */
    drain.offset = sim_scale(own, drain.full + drain.grace);
    return drain;
}

uint64_t sim_wear_since(const struct sim_view *view, const struct sim_drain *drain,
                        const struct sim_fill *fill)
{
    uint64_t used = fill->cycle * (drain->full + drain->grace);

    if (fill->stage == SIM_STAGE_LOW) {
        used += drain->full - drain->full * SIM_WEAR_LOW_PERCENT / 100;
    } else if (fill->stage == SIM_STAGE_EMPTY) {
        used += drain->full;
    }
    if (used <= drain->offset) {
        return view->install_ms;
    }
    return sim_device_when_total(view, (((used - drain->offset) << 16) + drain->share - 1) /
                                           drain->share);
}

int32_t sim_wear_level(const struct sim_fill *fill, int32_t capacity, enum sim_level habit)
{
    uint64_t size = capacity > 0 ? (uint64_t)capacity : 100;

    switch (habit) {
    case SIM_LEVEL_SOME:
        return fill->left > 0 ? -3 : 0;
    case SIM_LEVEL_UNKNOWN:
        return -2;
    case SIM_LEVEL_UNLIMITED:
        return -1;
    case SIM_LEVEL_MANUAL:
        return 0;
    case SIM_LEVEL_TENTHS:
        return (int32_t)((fill->left * 10 + fill->full - 1) / fill->full * size / 10);
    case SIM_LEVEL_NO_MAX:
        return (int32_t)(fill->left * 100 / fill->full);
    case SIM_LEVEL_EXACT:
        break;
    }
    return (int32_t)(fill->left * size / fill->full);
}

int32_t sim_wear_supply_level(const struct sim_view *view, unsigned row)
{
    const struct sim_spec_supply *supply = &view->spec->supplies[row];
    struct sim_drain drain = sim_wear_supply(view, row);
    struct sim_fill fill = sim_wear_fill(&drain, view->total);

    return sim_wear_level(&fill, supply->capacity, (enum sim_level)supply->level);
}

int32_t sim_wear_tray_level(const struct sim_view *view, unsigned row)
{
    const struct sim_spec_input *tray = &view->spec->inputs[row];
    struct sim_drain drain = sim_wear_tray(view, row);
    struct sim_fill fill = sim_wear_fill(&drain, view->total);

    return sim_wear_level(&fill, tray->capacity, (enum sim_level)tray->level);
}

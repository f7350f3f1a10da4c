#include "bench/sim/event.h"

#define MINUTE_MS 60000u
#define DAY_MS    86400000u

/* How long the windows of one kind of event are, and how long the event lasts, in ms. */
struct rhythm {
    uint64_t shortest_ms;
    uint64_t longest_ms;
    uint64_t lasts_ms; /* below shortest_ms */
    uint32_t salt;
};

static struct sim_event newest(uint64_t key, const struct rhythm *rhythm, uint64_t now_ms)
{
    uint64_t own = sim_draw(key, rhythm->salt);
    uint64_t length =
        rhythm->shortest_ms + sim_scale(own, rhythm->longest_ms - rhythm->shortest_ms);
    uint64_t n = now_ms / length;
    struct sim_event event;

    for (;;) {
        event.start_ms = n * length + sim_scale(sim_mix(own + n), length - rhythm->lasts_ms);
        if (event.start_ms <= now_ms || n == 0) {
            break;
        }
        n--;
    }
    event.end_ms = event.start_ms + rhythm->lasts_ms;
    event.ordinal = n;
    return event;
}

struct sim_event sim_event_boot(uint64_t key, uint64_t now_ms)
{
    static const struct rhythm rhythm = {6u * DAY_MS, 60u * (uint64_t)DAY_MS, 0, SIM_SALT_BOOT};

    return newest(key, &rhythm, now_ms);
}

struct sim_event sim_event_jam(uint64_t key, uint64_t now_ms)
{
    struct rhythm rhythm = {3u * DAY_MS, 30u * (uint64_t)DAY_MS, 0, SIM_SALT_JAM};

    /* 6 to 36 minutes until somebody has cleared it. */
    rhythm.lasts_ms = (6 + sim_draw(key, SIM_SALT_JAM_LENGTH) % 30) * MINUTE_MS;
    return newest(key, &rhythm, now_ms);
}

struct sim_event sim_event_service(uint64_t key, uint64_t now_ms)
{
    static const struct rhythm rhythm = {90u * (uint64_t)DAY_MS, 700u * (uint64_t)DAY_MS,
                                         2u * DAY_MS, SIM_SALT_SERVICE};

    return newest(key, &rhythm, now_ms);
}

static struct sim_event change_of_config(uint64_t key, uint64_t now_ms)
{
    static const struct rhythm rhythm = {60u * (uint64_t)DAY_MS, 200u * (uint64_t)DAY_MS, 0,
                                         SIM_SALT_CONFIG};

    return newest(key, &rhythm, now_ms);
}

bool sim_event_cover_is_open(const struct sim_event *jam, uint64_t now_ms)
{
    return sim_event_cover_moves(jam, now_ms) == 1;
}

unsigned sim_event_cover_moves(const struct sim_event *jam, uint64_t now_ms)
{
    uint64_t third = (jam->end_ms - jam->start_ms) / 3;

    return now_ms < jam->start_ms + third ? 0 : now_ms < jam->end_ms - third ? 1 : 2;
}

uint32_t sim_event_config_changes(const struct sim_view *view)
{
    uint64_t first = change_of_config(view->key, view->install_ms).ordinal;

    return (uint32_t)(change_of_config(view->key, view->now_ms).ordinal - first);
}

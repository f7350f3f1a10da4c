#include <errno.h>
#include <stdlib.h>

#include "core/fleet/trend_inside.h"

/* Sets a row of `into` to one of another series, whose channels are others. */
static void take_row(struct trend_series *into, size_t to, const struct trend_series *from,
                     size_t row, const uint8_t *map)
{
    int64_t *values = into->values + to * into->stride;
    into->at[to] = from->at[row];
    for (size_t i = 0; i < into->stride; i++) {
        values[i] = TREND_ABSENT;
    }
    for (size_t i = 0; i < from->stride; i++) {
        size_t channel = map == NULL ? i : map[i];
        if (channel < into->stride) {
            values[channel] = trend_value(from, row, i);
        }
    }
}

static int join(struct trend_series *series, const struct trend_series *other, const uint8_t *map,
                size_t channels)
{
    struct trend_series both = {.unit_ms = series->unit_ms, .most = series->most};
    size_t mine = 0;
    size_t theirs = 0;
    if (other->count == 0) {
        return 0;
    }
    int rc = trend_series_reserve(&both, series->count + other->count, channels);
    while (rc == 0 && (mine < series->count || theirs < other->count)) {
        bool is_mine = theirs == other->count ||
                       (mine < series->count && series->at[mine] <= other->at[theirs]);
        if (is_mine) {
            theirs += theirs < other->count && series->at[mine] == other->at[theirs];
            take_row(&both, both.count++, series, mine++, NULL);
        } else {
            take_row(&both, both.count++, other, theirs++, map);
        }
    }
    if (rc == 0) {
        free(series->at);
        free(series->values);
        *series = both;
        trend_series_drop(series, series->count > series->most ? series->count - series->most : 0);
    } else {
        free(both.at);
        free(both.values);
    }
    return rc;
}

int trend_join(struct trend *trend, const struct trend *other, const uint8_t *map)
{
    size_t channels = trend->channels;
    for (size_t i = 0; i < other->channels; i++) {
        channels = map[i] < TREND_CHANNELS_MAX && map[i] >= channels ? map[i] + 1U : channels;
    }
    int rc = join(&trend->days, &other->days, map, channels);
    rc = rc == 0 ? join(&trend->hours, &other->hours, map, channels) : rc;
    if (rc == 0) {
        trend->channels = channels;
        trend->last_unix_ms =
            trend->last_unix_ms > other->last_unix_ms ? trend->last_unix_ms : other->last_unix_ms;
    }
    return rc;
}

#include "core/fleet/trend.h"

#include <errno.h>
#include <stdlib.h>

#include "core/fleet/trend_inside.h"

void trend_init(struct trend *trend)
{
    *trend = (struct trend){.days = {.unit_ms = TREND_DAY_MS, .most = TREND_DAYS_MAX},
                            .hours = {.unit_ms = TREND_HOUR_MS, .most = TREND_HOURS_MAX}};
}

static void series_fini(struct trend_series *series)
{
    free(series->at);
    free(series->values);
    series->at = NULL;
    series->values = NULL;
    series->count = 0;
    series->cap = 0;
}

void trend_fini(struct trend *trend)
{
    series_fini(&trend->days);
    series_fini(&trend->hours);
    trend->channels = 0;
}

int64_t trend_value(const struct trend_series *series, size_t row, size_t channel)
{
    return series->values[row * TREND_CHANNELS_MAX + channel];
}

int trend_series_reserve(struct trend_series *series, size_t rows)
{
    if (rows <= series->cap) {
        return 0;
    }
    size_t cap = series->cap == 0 ? 64 : series->cap * 2;
    cap = cap < rows ? rows : cap;
    int32_t *at = realloc(series->at, cap * sizeof(*at));
    if (at == NULL) {
        return -ENOMEM;
    }
    series->at = at;
    int64_t *values = realloc(series->values, cap * TREND_CHANNELS_MAX * sizeof(*values));
    if (values == NULL) {
        return -ENOMEM;
    }
    series->values = values;
    series->cap = cap;
    return 0;
}

void trend_series_drop(struct trend_series *series, size_t rows)
{
    size_t left = series->count - rows;
    if (rows > 0) {
        memmove(series->at, series->at + rows, left * sizeof(*series->at));
        memmove(series->values, series->values + rows * TREND_CHANNELS_MAX,
                left * TREND_CHANNELS_MAX * sizeof(*series->values));
        series->count = left;
    }
}

static int series_add(struct trend_series *series, int64_t unix_ms, const int64_t *values,
                      size_t channels)
{
    int32_t at = (int32_t)(unix_ms / series->unit_ms);
    if (series->count > 0 && at < series->at[series->count - 1]) {
        return 0;
    }
    if (series->count == 0 || at > series->at[series->count - 1]) {
        if (series->count >= 2 * series->most) {
            trend_series_drop(series, series->most);
        }
        int rc = trend_series_reserve(series, series->count + 1);
        if (rc != 0) {
            return rc;
        }
        series->at[series->count++] = at;
    }
    int64_t *row = series->values + (series->count - 1) * TREND_CHANNELS_MAX;
    for (size_t i = 0; i < TREND_CHANNELS_MAX; i++) {
        row[i] = i < channels ? values[i] : TREND_ABSENT;
    }
    return 0;
}

int trend_add(struct trend *trend, int64_t unix_ms, const int64_t *values, size_t channels)
{
    channels = channels < TREND_CHANNELS_MAX ? channels : TREND_CHANNELS_MAX;
    if (unix_ms < 0) {
        return 0;
    }
    trend->channels = trend->channels > channels ? trend->channels : channels;
    int rc = series_add(&trend->days, unix_ms, values, channels);
    return rc == 0 ? series_add(&trend->hours, unix_ms, values, channels) : rc;
}

static void series_thin(struct trend_series *series, int64_t now_unix_ms)
{
    int64_t first = now_unix_ms / series->unit_ms - (int64_t)series->most + 1;
    size_t old = 0;
    while (old < series->count && series->at[old] < first) {
        old++;
    }
    trend_series_drop(series, old);
    /* A clock that was wrong: what it dated keeps everything after it out. */
    int64_t last = (now_unix_ms + TREND_DAY_MS) / series->unit_ms;
    while (series->count > 0 && series->at[series->count - 1] > last) {
        series->count--;
    }
}

void trend_thin(struct trend *trend, int64_t now_unix_ms)
{
    series_thin(&trend->days, now_unix_ms);
    series_thin(&trend->hours, now_unix_ms);
}

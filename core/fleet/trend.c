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
    series->stride = 0;
    series->count = 0;
    series->cap = 0;
}

void trend_fini(struct trend *trend)
{
    series_fini(&trend->days);
    series_fini(&trend->hours);
    trend->channels = 0;
    trend->last_unix_ms = 0;
}

/* Makes room for wider rows. */
static int widen(struct trend_series *series, size_t channels)
{
    if (channels <= series->stride) {
        return 0;
    }
    int64_t *values = malloc((series->cap + 1) * channels * sizeof(*values));
    if (values == NULL) {
        return -ENOMEM;
    }
    for (size_t row = 0; row < series->count; row++) {
        for (size_t i = 0; i < channels; i++) {
            values[row * channels + i] = trend_value(series, row, i);
        }
    }
    free(series->values);
    series->values = values;
    series->stride = channels;
    return 0;
}

int trend_series_reserve(struct trend_series *series, size_t rows, size_t channels)
{
    int rc = widen(series, channels);
    if (rc != 0 || rows <= series->cap) {
        return rc;
    }
    size_t cap = series->cap == 0 ? 16 : series->cap * 2;
    cap = cap < rows ? rows : cap;
    int32_t *at = realloc(series->at, cap * sizeof(*at));
    if (at == NULL) {
        return -ENOMEM;
    }
    series->at = at;
    int64_t *values = realloc(series->values, (cap + 1) * series->stride * sizeof(*values));
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
        memmove(series->values, series->values + rows * series->stride,
                left * series->stride * sizeof(*series->values));
        series->count = left;
    }
}

static int series_add(struct trend_series *series, int64_t unix_ms, const int64_t *values,
                      size_t channels)
{
    int rc = 0;
    int32_t at = (int32_t)(unix_ms / series->unit_ms);
    if (series->count > 0 && at < series->at[series->count - 1]) {
        return 0;
    }
    if (series->count == 0 || at > series->at[series->count - 1]) {
        if (series->count >= 2 * series->most) {
            trend_series_drop(series, series->most);
        }
        rc = trend_series_reserve(series, series->count + 1, channels);
        if (rc != 0) {
            return rc;
        }
        series->at[series->count++] = at;
    }
    rc = trend_series_reserve(series, series->count, channels);
    if (rc != 0) {
        return rc;
    }
    int64_t *row = series->values + (series->count - 1) * series->stride;
    for (size_t i = 0; i < series->stride; i++) {
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
    trend->last_unix_ms = unix_ms > trend->last_unix_ms ? unix_ms : trend->last_unix_ms;
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
    if (trend->last_unix_ms > now_unix_ms + TREND_DAY_MS) {
        trend->last_unix_ms = 0;
    }
}

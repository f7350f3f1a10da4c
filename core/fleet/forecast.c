#include "core/fleet/forecast.h"

#include <math.h>
#include <stdlib.h>

#include "core/fleet/forecast_level.h"

/* A filling that has been used less than this tells no slope by itself; nor do fewer levels. */
#define DROP_LEAST   3.0
#define LEVELS_LEAST 3

/* Steps from here on say too little. */
#define GRAIN_MOST 20

/* Standard deviations on each side that hold four of five, more than of a normal distribution since
 * what is used has a long tail; and what Student adds to that, over the weeks that they are judged
 * by and some for the days within them. */
#define Z_TENTH    1.37
#define Z_STUDENT  0.9
#define WEEKS_MORE 4

/* Readings older than this say nothing of today. */
#define STALE_DAYS 7

const struct forecast forecast_nothing = {.reason = FORECAST_NO_LEVEL,
                                          .percent = -1,
                                          .pages_per_day = -1,
                                          .percent_per_day = -1,
                                          .pages_per_filling = -1,
                                          .pages_left = -1};

/* The readings of one supply, oldest first. */
struct samples {
    struct forecast_point points[TREND_DAYS_MAX];
    size_t count;
    size_t current; /* the first point of this filling */
    bool is_paged;
};

/* --- samples ---------------------------------------------------------------------------------- */

/* The page counter of a day; absent where it leapt up and fell back the next time it was read. */
static int64_t total_of(const struct trend_series *days, size_t at)
{
    int64_t total = trend_value(days, at, TREND_TOTAL);
    int64_t before = at > 0 ? trend_value(days, at - 1, TREND_TOTAL) : TREND_ABSENT;
    int64_t behind = at + 1 < days->count ? trend_value(days, at + 1, TREND_TOTAL) : TREND_ABSENT;
    bool is_spike = before >= 0 && behind >= before && total > behind;
    return is_spike ? TREND_ABSENT : total;
}

/* The counter as what never falls: a fall counts as nothing. */
static void collect(const struct trend *trend, const struct forecast_question *question,
                    struct samples *out)
{
    const struct trend_series *days = &trend->days;
    const int32_t since = (int32_t)(question->since_unix_ms / TREND_DAY_MS);
    int64_t before = TREND_ABSENT;
    double used = 0;
    size_t first = days->count > TREND_DAYS_MAX ? days->count - TREND_DAYS_MAX : 0;
    out->count = 0;
    out->current = 0;
    for (size_t i = first; i < days->count; i++) {
        int64_t total = total_of(days, i);
        int64_t level = trend_value(days, i, question->channel);
        if (total >= 0) {
            used += before >= 0 && total > before ? (double)(total - before) : 0;
            before = total;
        }
        if (level < 0 || level > 100) {
            continue;
        }
        struct forecast_point point = {
            .used = out->is_paged ? used : days->at[i], .level = (double)level, .day = days->at[i]};
        if (out->count > 0) {
            double rise = point.level - out->points[out->count - 1].level;
            bool is_new = days->at[i] >= since && out->points[out->count - 1].day < since;
            out->current = is_new || rise >= FORECAST_RISE_REFILL ? out->count : out->current;
        }
        out->points[out->count++] = point;
    }
}

static bool counts_pages(const struct trend *trend)
{
    int64_t first = TREND_ABSENT;
    for (size_t i = 0; i < trend->days.count; i++) {
        int64_t total = trend_value(&trend->days, i, TREND_TOTAL);
        if (total > 0 && first >= 0 && total > first) {
            return true;
        }
        first = first < 0 ? total : first;
    }
    return false;
}

/* --- reasons ---------------------------------------------------------------------------------- */

static size_t count_levels(const struct forecast_point *points, size_t count)
{
    bool seen[101] = {false};
    size_t levels = 0;
    for (size_t i = 0; i < count; i++) {
        levels += !seen[(int)points[i].level];
        seen[(int)points[i].level] = true;
    }
    return levels;
}

static enum forecast_reason look(const struct trend *trend, const struct samples *samples,
                                 const struct forecast_question *question)
{
    const int32_t today = (int32_t)(question->now_unix_ms / TREND_DAY_MS);
    const struct trend_series *days = &trend->days;
    if (samples->count == 0 || trend_value(days, days->count - 1, question->channel) < 0) {
        return FORECAST_NO_LEVEL;
    }
    const struct forecast_point *first = &samples->points[0];
    const struct forecast_point *last = &samples->points[samples->count - 1];
    if (today - last->day > STALE_DAYS) {
        return FORECAST_STALE;
    }
    if (question->grain >= GRAIN_MOST) {
        return FORECAST_COARSE;
    }
    if (last->day - first->day + 1 < FORECAST_DAYS_LEAST) {
        return FORECAST_YOUNG;
    }
    size_t levels = count_levels(samples->points, samples->count);
    if (levels == 1) {
        return FORECAST_CONSTANT;
    }
    if (levels < LEVELS_LEAST) {
        bool is_fine = fabs(first->level - last->level) < DROP_LEAST;
        return is_fine ? FORECAST_REFILLED : FORECAST_COARSE;
    }
    return FORECAST_KNOWN;
}

/* --- the forecast ----------------------------------------------------------------------------- */

/* Pages a day. */
static int measure_pages(const struct trend *trend, struct forecast_pace *pace)
{
    int32_t at[FORECAST_PACE_DAYS + 1];
    double used[FORECAST_PACE_DAYS + 1];
    const struct trend_series *days = &trend->days;
    size_t first = days->count > BASE_ARRAY_COUNT(at) ? days->count - BASE_ARRAY_COUNT(at) : 0;
    size_t count = 0;
    int64_t before = TREND_ABSENT;
    double sum = 0;
    for (size_t i = first; i < days->count; i++) {
        int64_t total = total_of(days, i);
        if (total < 0) {
            continue;
        }
        sum += before >= 0 && total > before ? (double)(total - before) : 0;
        before = total;
        at[count] = days->at[i];
        used[count++] = sum;
    }
    return count < 2 ? BASE_ENOTFOUND : forecast_pace_measure(at, used, count, pace);
}

/* Percent a day, of a device that counts no pages. */
static int measure_levels(const struct samples *samples, struct forecast_pace *pace)
{
    int32_t at[TREND_DAYS_MAX];
    double used[TREND_DAYS_MAX];
    double sum = 0;
    for (size_t i = 0; i < samples->count; i++) {
        double fall = i > 0 ? samples->points[i - 1].level - samples->points[i].level : 0;
        sum += fall > 0 ? fall : 0;
        at[i] = samples->points[i].day;
        used[i] = sum;
    }
    return samples->count < 2 ? BASE_ENOTFOUND
                              : forecast_pace_measure(at, used, samples->count, pace);
}

/* Days that have passed since the newest reading. */
static double days_since(const struct trend *trend, const struct forecast_pace *pace,
                         int64_t now_unix_ms)
{
    double now = (double)now_unix_ms / (double)TREND_DAY_MS;
    double read = pace->last_day + 0.5;
    if (trend->last_unix_ms / TREND_DAY_MS == pace->last_day) {
        read = (double)trend->last_unix_ms / (double)TREND_DAY_MS;
    }
    return now > read ? now - read : 0;
}

static void say(struct forecast *out, double days, double deviation, double passed)
{
    double spread = days > 0.1 ? deviation / days : 1;
    spread = exp(spread < 2 ? spread : 2);
    out->days = days - passed;
    out->low = days / spread - passed;
    out->high = days * spread - passed;
    double *all[] = {&out->days, &out->low, &out->high};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(all); i++) {
        *all[i] = *all[i] < 0 ? 0 : *all[i] > FORECAST_DAYS_MOST ? FORECAST_DAYS_MOST : *all[i];
    }
}

static void judge(const struct forecast_device *device, const struct samples *samples,
                  const struct forecast_question *question, struct forecast *out)
{
    struct forecast_pace pace = device->pace;
    struct forecast_wear wear;
    const struct forecast_levels levels = {.points = samples->points,
                                           .count = samples->count,
                                           .current = samples->current,
                                           .grain = question->grain};
    forecast_wear_judge(&levels, &wear);
    size_t filling = samples->count - samples->current;
    if (samples->is_paged ? !device->has_pace : measure_levels(samples, &pace) != 0) {
        out->reason = FORECAST_YOUNG;
        return;
    }
    out->pages_per_day = samples->is_paged ? pace.mean : -1;
    if (wear.per_unit <= 0) {
        double drop = samples->points[samples->current].level - out->percent;
        out->reason = drop < DROP_LEAST && samples->current == 0 && filling > 60
                          ? FORECAST_CONSTANT
                          : FORECAST_REFILLED;
        return;
    }
    if (pace.mean <= 0) {
        out->reason = FORECAST_CONSTANT;
        return;
    }
    double per_unit = samples->is_paged ? wear.per_unit : 1;
    double left = out->percent > 0 ? wear.level / per_unit : 0;
    double days = forecast_pace_days(&pace, left);
    double of_wear = samples->is_paged ? wear.deviation * left : 0.35 * question->grain;
    double variance = forecast_pace_variance(&pace, days) + of_wear * of_wear;
    out->percent_per_day = pace.mean * per_unit;
    out->pages_per_filling = samples->is_paged ? 100 / wear.per_unit : -1;
    out->pages_left = samples->is_paged ? left : -1;
    double z = Z_TENTH + Z_STUDENT / (pace.days / 7.0 + WEEKS_MORE);
    say(out, days, z * sqrt(variance) / pace.mean,
        days_since(device->trend, &pace, question->now_unix_ms));
}

void forecast_device_make(struct forecast_device *device, const struct trend *trend)
{
    device->trend = trend;
    device->is_paged = counts_pages(trend);
    device->has_pace = device->is_paged && measure_pages(trend, &device->pace) == 0;
}

void forecast_supply(const struct forecast_device *device, const struct forecast_question *question,
                     struct forecast *out)
{
    struct samples samples;
    *out = forecast_nothing;
    samples.is_paged = device->is_paged;
    collect(device->trend, question, &samples);
    out->reason = look(device->trend, &samples, question);
    if (samples.count > 0) {
        out->percent = (int)samples.points[samples.count - 1].level;
        out->data_days =
            (uint32_t)(samples.points[samples.count - 1].day - samples.points[0].day + 1);
    }
    if (out->reason == FORECAST_KNOWN) {
        judge(device, &samples, question, out);
    }
}

/* --- words ------------------------------------------------------------------------------------ */

static const char *const names[FORECAST_REASON_COUNT] = {
    [FORECAST_KNOWN] = "known", [FORECAST_NO_LEVEL] = "no-level", [FORECAST_COARSE] = "coarse",
    [FORECAST_YOUNG] = "young", [FORECAST_REFILLED] = "refilled", [FORECAST_CONSTANT] = "constant",
    [FORECAST_STALE] = "stale",
};

static const char *const texts[FORECAST_REASON_COUNT] = {
    [FORECAST_KNOWN] = "",
    [FORECAST_NO_LEVEL] = "the device tells no level",
    [FORECAST_COARSE] = "its level moves in steps that are too large",
    [FORECAST_YOUNG] = "under 14 days of data",
    [FORECAST_REFILLED] = "too little of this filling is used, and none before it is known",
    [FORECAST_CONSTANT] = "its level does not move",
    [FORECAST_STALE] = "no reading for a week",
};

const char *forecast_reason_name(enum forecast_reason reason)
{
    return (unsigned)reason < FORECAST_REASON_COUNT ? names[reason] : "unknown";
}

const char *forecast_reason_text(enum forecast_reason reason)
{
    return (unsigned)reason < FORECAST_REASON_COUNT ? texts[reason] : "";
}

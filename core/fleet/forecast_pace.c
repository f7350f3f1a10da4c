#include "core/fleet/forecast_pace.h"

#include "core/fleet/forecast.h"

#define WEEK  7U
#define MONTH 28U

/* Weeks after which days of the week have a share of their own. */
#define RHYTHM_WEEKS 4U

/* A day with so many times the usual use is a misread counter. */
#define SPIKE 25.0

/* --- days ------------------------------------------------------------------------------------- */

/* What was used on each of the last days, newest first; a gap is spread over its days. */
struct days {
    double used[FORECAST_DRIFT_DAYS];
    uint32_t count;
};

static void spread(const int32_t *at, const double *used, size_t count, struct days *out)
{
    out->count = 0;
    for (size_t i = count - 1; i > 0; i--) {
        int32_t gap = at[i] - at[i - 1];
        double each = (used[i] - used[i - 1]) / gap;
        for (int32_t n = 0; n < gap && out->count < FORECAST_DRIFT_DAYS; n++) {
            out->used[out->count++] = each > 0 ? each : 0;
        }
    }
}

static double mean_of(const double *values, uint32_t count)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return count > 0 ? sum / count : 0;
}

/* A misread counter must not make the pace. */
static void clip_spikes(struct days *days)
{
    double mean = mean_of(days->used, days->count);
    for (int round = 0; round < 3; round++) {
        double sum = 0;
        uint32_t usual = 0;
        for (uint32_t i = 0; i < days->count; i++) {
            if (days->used[i] <= SPIKE * mean) {
                sum += days->used[i];
                usual++;
            }
        }
        if (usual == days->count) {
            return;
        }
        mean = usual > 0 ? sum / usual : 0;
        for (uint32_t i = 0; i < days->count; i++) {
            days->used[i] = days->used[i] > SPIKE * mean ? mean : days->used[i];
        }
    }
}

/* --- chance ----------------------------------------------------------------------------------- */

/* Variance of a day, from sums over `length` days: what adds up, unlike the rhythm of a week. */
static double variance_by(const struct days *days, uint32_t count, uint32_t length)
{
    uint32_t blocks = count / length;
    double mean = mean_of(days->used, blocks * length);
    double sum = 0;
    for (uint32_t i = 0; i < blocks; i++) {
        double off = mean_of(days->used + (size_t)i * length, length) - mean;
        sum += off * off;
    }
    return blocks > 1 ? sum / (blocks - 1) * length : 0;
}

/* Variance of the days around the mean of their day of the week. */
static double variance_in_week(const struct days *days, uint32_t count)
{
    double sums[WEEK] = {0};
    uint32_t counts[WEEK] = {0};
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sums[i % WEEK] += days->used[i];
        counts[i % WEEK]++;
    }
    for (uint32_t i = 0; i < count; i++) {
        double off = days->used[i] - sums[i % WEEK] / counts[i % WEEK];
        sum += off * off;
    }
    return count > WEEK ? sum / (count - WEEK) : 0;
}

/* How much the mean moves from one month to the next, beyond what chance does. */
static double drift_of(const struct days *days, double variance)
{
    uint32_t months = days->count / MONTH;
    double sum = 0;
    if (months < 3) {
        return 0;
    }
    for (uint32_t i = 1; i < months; i++) {
        double step = mean_of(days->used + (size_t)i * MONTH, MONTH) -
                      mean_of(days->used + (size_t)(i - 1) * MONTH, MONTH);
        sum += step * step;
    }
    double drift = sum / (months - 1) - 2 * variance / MONTH;
    return drift > 0 ? drift : 0;
}

static void find_rhythm(const struct days *days, struct forecast_pace *out)
{
    double sums[WEEK] = {0};
    bool has_rhythm = out->days >= RHYTHM_WEEKS * WEEK && out->mean > 0;
    for (uint32_t i = 0; i < out->days; i++) {
        sums[(uint32_t)(out->last_day - (int32_t)i) % WEEK] += days->used[i];
    }
    for (uint32_t i = 0; i < WEEK; i++) {
        out->share[i] = has_rhythm ? sums[i] * WEEK / out->days / out->mean : 1;
    }
}

int forecast_pace_measure(const int32_t *at, const double *used, size_t count,
                          struct forecast_pace *out)
{
    struct days days;
    spread(at, used, count, &days);
    if (days.count < FORECAST_DAYS_LEAST) {
        return BASE_ENOTFOUND;
    }
    clip_spikes(&days);
    uint32_t window = days.count < FORECAST_PACE_DAYS ? days.count : FORECAST_PACE_DAYS;
    out->days = window - window % WEEK;
    out->mean = mean_of(days.used, out->days);
    out->last_day = at[count - 1];
    out->last_total = used[count - 1];
    find_rhythm(&days, out);
    /* Two estimates of one thing: the first has more to go by, the second sees what adds up. */
    double by_day = variance_in_week(&days, out->days);
    double by_week = variance_by(&days, out->days, WEEK);
    uint32_t weeks = out->days / WEEK;
    out->variance = weeks < 3 ? by_day : (2 * by_day + (weeks - 1) * by_week) / (weeks + 1);
    out->drift = drift_of(&days, out->variance);
    return 0;
}

/* --- what is to come -------------------------------------------------------------------------- */

double forecast_pace_days(const struct forecast_pace *pace, double amount)
{
    double week = 0;
    double left = amount;
    for (uint32_t i = 0; i < WEEK; i++) {
        week += pace->share[i] * pace->mean;
    }
    if (left <= 0) {
        return 0;
    }
    if (week <= 0 || left / week * WEEK >= FORECAST_DAYS_MOST) {
        return FORECAST_DAYS_MOST;
    }
    double weeks = (double)(uint32_t)(left / week);
    left -= weeks * week;
    for (uint32_t i = 1; i <= WEEK; i++) {
        double day = pace->share[(uint32_t)(pace->last_day + (int32_t)i) % WEEK] * pace->mean;
        if (left <= day && day > 0) {
            return weeks * WEEK + i - 1 + left / day;
        }
        left -= day;
    }
    return (weeks + 1) * WEEK;
}

double forecast_pace_variance(const struct forecast_pace *pace, double days)
{
    /* The mean is of the days behind us, half of them a month old. */
    double months = 1 + days / (3 * MONTH);
    return pace->variance * days * (1 + days / pace->days) +
           pace->drift * days * days * (months < 3 ? months : 3);
}

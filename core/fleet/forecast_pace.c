#include "core/fleet/forecast_pace.h"

#include <math.h>
#include <stdlib.h>

#define WEEK  7U
#define MONTH 28U

/* Older days count less: half of it after so many. From 30 to 50 makes no difference; fewer follow
 * chance, more follow habits that are gone. */
#define HALF_LIFE_DAYS 40

/* Weeks after which days of the week have a share of their own, and days that it is of. */
#define RHYTHM_WEEKS 4U
#define RHYTHM_DAYS  182U

/* A day of the week with more than this share of the mean is a working day, and one of them with
 * less than that of its usual a holiday. */
#define WORKING 0.5
#define STILL   0.25

/* What holidays take of a year's pages, as if seen on so many days: ten public ones, and few people
 * between the years. Who stands still more often than LOST_MOST prints seldom, and has no holidays.
 * */
#define LOST_USUAL 0.05
#define LOST_DAYS  90
#define LOST_MOST  0.2

/* Who has not printed for so many days has no pace. */
#define IDLE_DAYS 28U

/* Days that chance is judged by. */
#define CHANCE_DAYS 56U

/* How a mean moves from one month to the next, as if seen in so many. */
#define DRIFT_USUAL  0.03
#define DRIFT_MONTHS 2

/* A day with so many times the usual use is a misread counter. */
#define SPIKE 25.0

/* --- days ------------------------------------------------------------------------------------- */

/* What was used on each of the last days, newest first; a gap is spread over its days. */
struct days {
    double used[FORECAST_PACE_DAYS];
    uint32_t count;
};

static void spread(const int32_t *at, const double *used, size_t count, struct days *out)
{
    out->count = 0;
    for (size_t i = count - 1; i > 0; i--) {
        int32_t gap = at[i] - at[i - 1];
        double each = (used[i] - used[i - 1]) / gap;
        for (int32_t n = 0; n < gap && out->count < FORECAST_PACE_DAYS; n++) {
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
static double drift_of(const struct days *days, double pace, double variance)
{
    uint32_t months = days->count / MONTH;
    double sum = DRIFT_MONTHS * DRIFT_USUAL * DRIFT_USUAL * pace * pace;
    double weight = DRIFT_MONTHS;
    for (uint32_t i = 1; i < months; i++) {
        double step = mean_of(days->used + (size_t)i * MONTH, MONTH) -
                      mean_of(days->used + (size_t)(i - 1) * MONTH, MONTH);
        sum += step * step - 2 * variance / MONTH;
        weight++;
    }
    return sum > 0 ? sum / weight : 0;
}

/* --- the pace --------------------------------------------------------------------------------- */

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Days by their place in the week, counted back from the newest. */
struct rhythm {
    double median[WEEK];
    double share[WEEK]; /* of the mean, without holidays */
    bool has_holidays;
    double lost; /* share of the pages that falls out for them */
};

static double usual_day(const struct rhythm *rhythm)
{
    return mean_of(rhythm->median, WEEK);
}

/* Who prints every day of the week (a hospital, a press) does so on holidays. */
static bool has_rest_days(const struct rhythm *rhythm)
{
    double usual = usual_day(rhythm);
    for (uint32_t place = 0; place < WEEK; place++) {
        if (rhythm->median[place] < STILL * usual) {
            return true;
        }
    }
    return false;
}

/* A working day on which next to nobody was there. */
static bool is_still(const struct rhythm *rhythm, const struct days *days, uint32_t i)
{
    double median = rhythm->median[i % WEEK];
    return rhythm->has_holidays && median > WORKING * usual_day(rhythm) &&
           days->used[i] < STILL * median;
}

/* What holidays take of the pace, from the device's own, as far as it has been seen. */
static double find_lost(const struct rhythm *rhythm, const struct days *days)
{
    double usual = usual_day(rhythm);
    double lost = LOST_USUAL * LOST_DAYS;
    for (uint32_t i = 0; i < days->count; i++) {
        if (is_still(rhythm, days, i)) {
            lost += (rhythm->median[i % WEEK] - days->used[i]) / usual;
        }
    }
    return lost / (LOST_DAYS + days->count);
}

static void find_rhythm(const struct days *days, struct rhythm *out)
{
    uint32_t count = days->count < RHYTHM_DAYS ? days->count : RHYTHM_DAYS;
    double total = 0;
    for (uint32_t place = 0; place < WEEK; place++) {
        double values[RHYTHM_DAYS / WEEK] = {0};
        uint32_t found = 0;
        for (uint32_t i = place; i < count; i += WEEK) {
            values[found++] = days->used[i];
        }
        qsort(values, found, sizeof(*values), by_size);
        out->median[place] = values[found / 2];
    }
    out->has_holidays = count >= RHYTHM_WEEKS * WEEK && has_rest_days(out);
    out->lost = out->has_holidays ? find_lost(out, days) : 0;
    if (out->lost > LOST_MOST) {
        out->has_holidays = false;
        out->lost = 0;
    }
    for (uint32_t place = 0; place < WEEK; place++) {
        double sum = 0;
        uint32_t found = 0;
        for (uint32_t i = place; i < count; i += WEEK) {
            if (!is_still(out, days, i)) {
                sum += days->used[i];
                found++;
            }
        }
        out->share[place] = found > 0 ? sum / found : 0;
        total += out->share[place];
    }
    bool is_known = count >= RHYTHM_WEEKS * WEEK && total > 0;
    for (uint32_t place = 0; place < WEEK; place++) {
        out->share[place] = is_known ? out->share[place] * WEEK / total : 1;
    }
}

/* The mean of the days, of which each counts half of what one did HALF_LIFE_DAYS later; holidays
 * are left out, but what they take is taken off. */
static void find_mean(const struct rhythm *rhythm, const struct days *days,
                      struct forecast_pace *out)
{
    const double kept = exp(-M_LN2 / HALF_LIFE_DAYS);
    double weight = 1;
    double used = 0;
    double sum = 0;
    double squares = 0;
    for (uint32_t i = 0; i < days->count; i++) {
        if (!is_still(rhythm, days, i)) {
            used += weight * days->used[i];
            sum += weight * rhythm->share[i % WEEK];
            squares += weight * weight * rhythm->share[i % WEEK];
        }
        weight *= kept;
    }
    bool is_idle = days->count >= IDLE_DAYS && mean_of(days->used, IDLE_DAYS) <= 0;
    out->mean = sum > 0 && !is_idle ? used / sum * (1 - rhythm->lost) : 0;
    out->days = squares > 0 ? sum * sum / squares : days->count;
}

int forecast_pace_measure(const int32_t *at, const double *used, size_t count,
                          struct forecast_pace *out)
{
    struct days days;
    struct rhythm rhythm;
    spread(at, used, count, &days);
    if (days.count < FORECAST_PACE_DAYS_LEAST) {
        return BASE_ENOTFOUND;
    }
    clip_spikes(&days);
    find_rhythm(&days, &rhythm);
    find_mean(&rhythm, &days, out);
    out->last_day = at[count - 1];
    for (uint32_t i = 0; i < WEEK; i++) {
        out->share[(uint32_t)(out->last_day - (int32_t)i) % WEEK] = rhythm.share[i];
    }
    /* Two estimates of one thing: the first has more to go by, the second sees what adds up. */
    uint32_t window = days.count < CHANCE_DAYS ? days.count : CHANCE_DAYS;
    uint32_t weeks = window / WEEK;
    double by_day = variance_in_week(&days, weeks * WEEK);
    double by_week = variance_by(&days, weeks * WEEK, WEEK);
    out->variance = weeks < 3 ? by_day : (2 * by_day + (weeks - 1) * by_week) / (weeks + 1);
    out->drift = drift_of(&days, out->mean, out->variance);
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
    if (week <= 0 || left / week * WEEK >= FORECAST_PACE_REACH) {
        return FORECAST_PACE_REACH;
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
    /* The mean is of days behind us, half of them a month old. */
    double months = 1 + days / (3 * MONTH);
    return pace->variance * days * (1 + days / pace->days) +
           pace->drift * days * days * (months < 2 ? months : 2);
}

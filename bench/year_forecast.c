#include "bench/year_forecast.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/fleet/memory.h"

/* What is promised: days in the median, and share inside the interval. */
#define ERROR_MOST    3.0
#define COVERED_LEAST 0.75
#define COVERED_MOST  0.85

/* Bands with fewer forecasts than that prove nothing: many are of one and the same filling. */
#define BAND_LEAST 1000

/* Beyond a year only the low end is judged: the truth ends soon after. */
#define DAYS_JUDGED 365

/* What comes so late that the truth does not see it. */
#define NEVER (2.0 * FORECAST_DAYS_MOST)

static int add(struct year_guesses *guesses, const struct year_guess *guess)
{
    if (guesses->count == guesses->cap) {
        size_t cap = guesses->cap == 0 ? 4096 : guesses->cap * 2;
        struct year_guess *list = realloc(guesses->list, cap * sizeof(*list));
        if (list == NULL) {
            return -ENOMEM;
        }
        guesses->list = list;
        guesses->cap = cap;
    }
    guesses->list[guesses->count++] = *guess;
    return 0;
}

static float or_never(double days)
{
    return (float)(days >= 0 ? days : NEVER);
}

int year_forecast_device(struct year_guesses *guesses, struct store_txn *txn,
                         const struct year_life *life, uint32_t number, int hour)
{
    const struct year_device *device = &life->device;
    struct store_device stored;
    struct events_state state;
    struct trend trend;
    struct forecast_device judged;
    struct forecast forecast;
    trend_init(&trend);
    int rc = store_device_get(txn, number, &stored);
    rc = rc == 0 ? memory_load_state(txn, number, &state) : rc;
    rc = rc == 0 ? memory_load_trend(txn, &stored, TREND_DAYS, &trend) : rc;
    forecast_device_make(&judged, &trend);
    for (size_t i = 0; rc == 0 && i < state.slot_count; i++) {
        int supply = year_life_supply(life, bytes_from_text(state.slots[i].index));
        const struct forecast_question question = {.channel = TREND_SUPPLY + i,
                                                   .grain = events_grain(&state.slots[i]),
                                                   .since_unix_ms = state.slots[i].since_unix_ms,
                                                   .now_unix_ms =
                                                       YEAR_START_MS + hour * YEAR_HOUR_MS};
        /* A filling that waits for its second reading is not known to be another one yet. */
        if (supply < 0 || state.slots[i].pending >= 0) {
            continue;
        }
        guesses->asked++;
        forecast_supply(&judged, &question, &forecast);
        guesses->unknown[forecast.reason]++;
        if (forecast.reason == FORECAST_KNOWN && forecast.percent == 0) {
            guesses->empty++;
        } else if (forecast.reason == FORECAST_KNOWN) {
            const struct year_guess guess = {
                .days = (float)forecast.days,
                .low = (float)forecast.low,
                .high = (float)forecast.high,
                .truth = or_never(year_days_left(device, (unsigned)supply, hour)),
                .oracle = or_never(year_days_expected(device, (unsigned)supply, hour))};
            rc = add(guesses, &guess);
        }
    }
    trend_fini(&trend);
    return rc;
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* A band of what forecasts said. */
struct band {
    double least, most; /* days that were expected */
    size_t count;
    double error; /* median, days */
    double oracle;
    double covered; /* share inside the interval */
    double sooner;  /* share that came before it */
    double later;
};

static void judge(const struct year_guesses *guesses, double *errors, double *oracles,
                  struct band *band)
{
    band->count = 0;
    for (size_t i = 0; i < guesses->count; i++) {
        const struct year_guess *guess = &guesses->list[i];
        if ((double)guess->days > band->least && (double)guess->days <= band->most) {
            errors[band->count] = fabs((double)guess->days - (double)guess->truth);
            oracles[band->count] = fabs((double)guess->oracle - (double)guess->truth);
            band->count++;
            band->sooner += guess->truth < guess->low;
            band->later += guess->truth > guess->high;
        }
    }
    if (band->count > 0) {
        qsort(errors, band->count, sizeof(*errors), by_size);
        qsort(oracles, band->count, sizeof(*oracles), by_size);
        band->error = errors[band->count / 2];
        band->oracle = oracles[band->count / 2];
        band->sooner /= (double)band->count;
        band->later /= (double)band->count;
        band->covered = 1 - band->sooner - band->later;
    }
}

static bool is_covered(const struct band *band)
{
    return band->count < BAND_LEAST ||
           (band->covered >= COVERED_LEAST && band->covered <= COVERED_MOST);
}

static void say_band(const struct band *band)
{
    char range[32];
    if (band->least < 0) {
        snprintf(range, sizeof(range), "up to %.0f", band->most);
    } else {
        snprintf(range, sizeof(range), "over %.0f up to %.0f", band->least, band->most);
    }
    printf("  %-18s %8zu  %5.1f  %6.1f%s  %6.1f %%  %6.1f %%  %6.1f %%\n", range, band->count,
           band->error, band->oracle, band->oracle > ERROR_MOST ? "*" : " ", 100 * band->covered,
           100 * band->sooner, 100 * band->later);
}

static void say_counts(const struct year_guesses *guesses)
{
    printf("forecasts: %" PRIu64 " asked for, %" PRIu64 " known, of which %" PRIu64
           " say that it is empty\n",
           guesses->asked, guesses->unknown[FORECAST_KNOWN], guesses->empty);
    for (int i = 1; i < FORECAST_REASON_COUNT; i++) {
        if (guesses->unknown[i] > 0) {
            printf("  cannot know: %-12s %8" PRIu64 "\n",
                   forecast_reason_name((enum forecast_reason)i), guesses->unknown[i]);
        }
    }
}

/* At least so many days: the low end of what is not told to the day. */
static double share_held(const struct year_guesses *guesses, size_t *count)
{
    size_t held = 0;
    *count = 0;
    for (size_t i = 0; i < guesses->count; i++) {
        if ((double)guesses->list[i].days > FORECAST_DAYS_EXACT) {
            (*count)++;
            held += guesses->list[i].truth >= guesses->list[i].low;
        }
    }
    return *count > 0 ? (double)held / (double)*count : 1;
}

bool year_forecast_say(const struct year_guesses *guesses)
{
    static const double edges[] = {-1, 7, 14, 30, FORECAST_DAYS_EXACT, 60, 120, DAYS_JUDGED};
    double *errors = calloc(guesses->count + 1, sizeof(*errors));
    double *oracles = calloc(guesses->count + 1, sizeof(*oracles));
    struct band exact = {.least = -1, .most = FORECAST_DAYS_EXACT};
    struct band all = {.least = -1, .most = DAYS_JUDGED};
    bool is_calibrated = true;
    size_t beyond = 0;
    if (errors == NULL || oracles == NULL) {
        free(errors);
        free(oracles);
        return false;
    }
    say_counts(guesses);
    puts("  days expected         count  error  oracle   inside    sooner     later");
    for (size_t i = 0; i + 1 < BASE_ARRAY_COUNT(edges); i++) {
        struct band band = {.least = edges[i], .most = edges[i + 1]};
        judge(guesses, errors, oracles, &band);
        say_band(&band);
        is_calibrated = is_calibrated && is_covered(&band);
    }
    judge(guesses, errors, oracles, &exact);
    judge(guesses, errors, oracles, &all);
    double held = share_held(guesses, &beyond);
    say_band(&exact);
    say_band(&all);
    free(errors);
    free(oracles);
    puts("  error: median of days off; *: chance alone is more than three days, in the median");
    printf("told to the day: %zu, median error %.1f days (at most %.0f: %s)\n", exact.count,
           exact.error, ERROR_MOST, exact.error <= ERROR_MOST ? "holds" : "FAILED");
    printf("told as at least so many days: %zu, %zu of them beyond a year; true of %.1f %%\n",
           beyond, guesses->count - all.count, 100 * held);
    printf("intervals: inside 75 to 85 %% in each band: %s\n", is_calibrated ? "holds" : "FAILED");
    return exact.error <= ERROR_MOST && is_calibrated;
}

void year_forecast_free(struct year_guesses *guesses)
{
    free(guesses->list);
}

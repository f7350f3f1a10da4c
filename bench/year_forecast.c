#include "bench/year_forecast.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "core/fleet/memory.h"

static int add(struct year_guesses *guesses, const struct forecast *forecast, double truth)
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
    guesses->list[guesses->count++] = (struct year_guess){
        (float)forecast->days, (float)forecast->low, (float)forecast->high, (float)truth};
    return 0;
}

static int find_supply(const struct year_device *device, const char *index)
{
    for (unsigned i = 0; i < device->supply_count; i++) {
        if (atoi(index + 2) == device->supplies[i].spec->index) {
            return (int)i;
        }
    }
    return -1;
}

int year_forecast_device(struct year_guesses *guesses, struct store_txn *txn,
                         const struct year_device *device, uint32_t number, int hour)
{
    struct store_device stored;
    struct events_state state;
    struct trend trend;
    struct forecast forecast;
    trend_init(&trend);
    int rc = store_device_get(txn, number, &stored);
    rc = rc == 0 ? memory_load_state(txn, number, &state) : rc;
    rc = rc == 0 ? memory_load_trend(txn, &stored, &state, TREND_DAYS, &trend) : rc;
    for (size_t i = 0; rc == 0 && i < state.slot_count; i++) {
        int supply = find_supply(device, state.slots[i].index);
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
        forecast_supply(&trend, &question, &forecast);
        guesses->unknown[forecast.reason]++;
        if (forecast.reason == FORECAST_KNOWN && forecast.days < YEAR_FORECAST_DAYS) {
            double truth = year_days_left(device, (unsigned)supply, hour);
            rc = add(guesses, &forecast, truth >= 0 ? truth : 2 * FORECAST_DAYS_MOST);
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

struct year_calibration year_forecast_judge(struct year_guesses *guesses, double least, double most)
{
    struct year_calibration sum = {0};
    double *errors = calloc(guesses->count + 1, sizeof(*errors));
    if (errors == NULL) {
        return sum;
    }
    for (size_t i = 0; i < guesses->count; i++) {
        const struct year_guess *guess = &guesses->list[i];
        if (guess->days >= least && guess->days < most) {
            errors[sum.count++] = fabs((double)guess->days - (double)guess->truth);
            sum.mean_error += (double)guess->days - (double)guess->truth;
            sum.covered += guess->truth >= guess->low && guess->truth <= guess->high;
            sum.below += guess->truth < guess->low;
        }
    }
    if (sum.count > 0) {
        qsort(errors, sum.count, sizeof(*errors), by_size);
        sum.median_error = errors[sum.count / 2];
        sum.mean_error /= (double)sum.count;
        sum.covered /= (double)sum.count;
        sum.below /= (double)sum.count;
    }
    free(errors);
    return sum;
}

void year_forecast_free(struct year_guesses *guesses)
{
    free(guesses->list);
}

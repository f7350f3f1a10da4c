/*
 * Forecasts of a virtual year against what came: how far off, and how often inside the interval.
 *
 * Judged is every forecast that was given, whatever came of it, in bands of what it said: those
 * that tell the day (forecast_is_exact) by how far off it was, all by how often the truth lay
 * inside the interval, up to a year. What cannot be known is counted apart, and so are supplies
 * that are empty: nothing about them is to be foreseen. Beside each band stands how far off an
 * oracle was (year_days_expected): that much of the error is chance, and nobody can be nearer.
 */
#pragma once

#include "bench/year_poll.h"
#include "core/fleet/forecast.h"
#include "store/store.h"

/* One forecast that was made, and the truth. */
struct year_guess {
    float days, low, high;
    float truth;
    float oracle;
};

struct year_guesses {
    struct year_guess *list;
    size_t count;
    size_t cap;
    uint64_t unknown[FORECAST_REASON_COUNT]; /* times that it could not be known, and why */
    uint64_t asked;
    uint64_t empty; /* of those that were known */
};

/* Asks for all supplies of a device as its rows stand now. Returns: 0; BASE_ESTORE; -ENOMEM. */
int year_forecast_device(struct year_guesses *guesses, struct store_txn *txn,
                         const struct year_life *life, uint32_t number, int hour);

/* Prints the bands. Returns: whether all that is promised held: three days in the
 * median of all that tell the day, and four of five inside the interval in each band. */
bool year_forecast_say(const struct year_guesses *guesses);

/* Frees the list. */
void year_forecast_free(struct year_guesses *guesses);

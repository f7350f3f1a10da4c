/*
 * Forecasts of a virtual year against what came: how far off, and how often inside the interval.
 */
#pragma once

#include "bench/year_world.h"
#include "core/fleet/forecast.h"
#include "store/store.h"

/* Forecasts beyond a year are none that anybody orders by. */
#define YEAR_FORECAST_DAYS 365

/* One forecast that was made, and the truth. */
struct year_guess {
    float days, low, high;
    float truth;
};

struct year_guesses {
    struct year_guess *list;
    size_t count;
    size_t cap;
    uint64_t unknown[FORECAST_REASON_COUNT]; /* times that it could not be known, and why */
    uint64_t asked;
};

/* Asks for all supplies of a device as its rows stand now. Returns: 0; BASE_ESTORE; -ENOMEM. */
int year_forecast_device(struct year_guesses *guesses, struct store_txn *txn,
                         const struct year_device *device, uint32_t number, int hour);

struct year_calibration {
    size_t count;
    double median_error; /* days */
    double mean_error;
    double covered; /* share inside the interval */
    double below;   /* share that came sooner than the interval said */
};

/* Sums up the guesses that said from `least` up to `most` days. */
struct year_calibration year_forecast_judge(struct year_guesses *guesses, double least,
                                            double most);

void year_forecast_free(struct year_guesses *guesses);

/*
 * The pace of a device: what it uses a day, how that differs between days of the week, and how much
 * of it is chance. Holidays, when next to nothing is used, are kept apart: a quiet week between the
 * years says nothing of January, but some of that will come again. The unit is pages, or percent of
 * a supply where no pages are counted.
 */
#pragma once

#include "core/fleet/trend.h"

/* Days that a pace is judged by, at most and at least. */
#define FORECAST_PACE_DAYS       364
#define FORECAST_PACE_DAYS_LEAST 14
/* Days that it is followed into the future. */
#define FORECAST_PACE_REACH 730

struct forecast_pace {
    double mean;      /* a day, holidays included */
    double share[7];  /* of the mean, by day of the week, days since 1970 modulo 7 */
    double variance;  /* of a day, as it adds up over weeks */
    double drift;     /* variance of the mean from one month to the next */
    double days;      /* that the mean is worth: newer ones count more */
    int32_t last_day; /* newest day with a reading */
};

/* Measures the pace at the end of a series of what was used by each day, which never falls.
 * at: days since 1970, rising; used: by the end of that day; count: at least 2.
 * Returns: 0; BASE_ENOTFOUND when they span under FORECAST_PACE_DAYS_LEAST days. */
BASE_MUST_CHECK int forecast_pace_measure(const int32_t *at, const double *used, size_t count,
                                          struct forecast_pace *out);

/* Returns: days from the end of last_day until `amount` is used; FORECAST_PACE_REACH at most. */
double forecast_pace_days(const struct forecast_pace *pace, double amount);

/* Returns: variance of what is used in so many days to come. */
double forecast_pace_variance(const struct forecast_pace *pace, double days);

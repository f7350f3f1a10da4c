/*
 * How long a supply or service item will last, from its trend, with an interval that holds in four
 * of five cases, or the reason why that cannot be known. Pure.
 *
 * Method. What a page takes of the supply is the slope of its level over the page counter in this
 * filling (Theil-Sen over pairs that are far apart), joined with the slopes of earlier fillings.
 * Pages per day are the mean of the last eight weeks, in whole weeks, and from four weeks on each
 * day of the week has its own share. The supply is empty on the day when the pages to come reach
 * what is left. The interval knows how much the weeks differ, how little there is to judge by, how
 * coarse the level is, and whether the pace has been drifting from month to month; it is
 * symmetric in the logarithm. A device without a page counter is judged by the level's own pace.
 * Source: Theil 1950, Sen 1968; the vendors' rule that two weeks are the least to judge by.
 * Cost: some 20 us.
 */
#pragma once

#include "core/fleet/trend.h"

/* Data before this is none. */
#define FORECAST_DAYS_LEAST 14
/* What a forecast says at most. */
#define FORECAST_DAYS_MOST 730

enum forecast_reason {
    FORECAST_KNOWN,
    FORECAST_NO_LEVEL, /* the device tells no level, or only that some is left */
    FORECAST_COARSE,   /* the level moves in steps that are too large */
    FORECAST_YOUNG,    /* under 14 days of data */
    FORECAST_REFILLED, /* this filling has not been used enough, and there was none before */
    FORECAST_CONSTANT, /* the level does not move */
    FORECAST_STALE,    /* no reading for a week */
    FORECAST_REASON_COUNT
};

struct forecast {
    enum forecast_reason reason;
    int percent;          /* newest level; -1 none */
    double days;          /* until it is empty, from now; FORECAST_DAYS_MOST = so long or longer */
    double low, high;     /* in one of ten cases less, in one of ten more */
    double pages_per_day; /* -1 = the device counts no pages */
    double percent_per_day;   /* of this supply; -1 = not known */
    double pages_per_filling; /* a whole one; -1 = not known */
    uint32_t data_days;       /* that there are readings of the supply over */
};

/* What is asked of a trend. */
struct forecast_question {
    size_t channel;        /* of the supply */
    int grain;             /* step of its level (events_grain) */
    int64_t since_unix_ms; /* of this filling */
    int64_t now_unix_ms;
};

/* Judges one supply. */
void forecast_supply(const struct trend *trend, const struct forecast_question *question,
                     struct forecast *out);

/* Returns: "known", "no-level", "coarse", ...; static. */
const char *forecast_reason_name(enum forecast_reason reason);

/* Returns: the reason as half a sentence; "" for FORECAST_KNOWN. */
const char *forecast_reason_text(enum forecast_reason reason);

/*
 * How long a supply or service item will last, from its trend, with an interval that holds in four
 * of five cases, or the reason why that cannot be known. Pure.
 *
 * Method. What a page takes of the supply, and where its level stands within a step, follows from
 * this filling and the ones before (forecast_level.h). Pages per day are the mean of the last year,
 * of which each day counts half of what one did forty days later; from four weeks on each day of
 * the week has its own share, and holidays are kept apart (forecast_pace.h). The supply is empty on
 * the day when the pages to come reach what is left. The interval knows how much the weeks differ,
 * how little there is to judge by, how coarse the level is, how fillings differ, and whether the
 * pace has been drifting; it is symmetric in the logarithm. A device without a page counter is
 * judged by the level's own pace.
 *
 * Beyond FORECAST_DAYS_EXACT an exact day would be invented: in the virtual year (bench/year.h)
 * even an oracle that knows all habits and every page that is left, and only not what chance will
 * bring, is off by more than three days in the median there. What can be said is the low end of the
 * interval, which holds in nine of ten cases.
 * Source: Brown 1956 (exponential smoothing); the vendors' rule that two weeks are the least to
 * judge by. Cost: some 20 us.
 */
#pragma once

#include "core/fleet/forecast_pace.h"
#include "core/fleet/trend.h"

/* Data before this is none. */
#define FORECAST_DAYS_LEAST FORECAST_PACE_DAYS_LEAST
/* More days than that are not told one by one. */
#define FORECAST_DAYS_EXACT 42
/* What a forecast says at most. */
#define FORECAST_DAYS_MOST FORECAST_PACE_REACH

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
    double pages_left;        /* until it is empty; -1 = not known */
    uint32_t data_days;       /* that there are readings of the supply over */
};

/* Nothing is known, not even a level. */
extern const struct forecast forecast_nothing;

/* What all supplies of a device share: when it prints. Fields are the module's own. */
struct forecast_device {
    const struct trend *trend; /* borrowed */
    bool is_paged;             /* it counts pages */
    bool has_pace;
    struct forecast_pace pace; /* pages */
};

/* Begins with a device. */
void forecast_device_make(struct forecast_device *device, const struct trend *trend);

/* What is asked of one supply. */
struct forecast_question {
    size_t channel;        /* of the supply */
    int grain;             /* step of its level (events_grain) */
    int64_t since_unix_ms; /* of this filling */
    int64_t now_unix_ms;
};

/* Says whether the day itself is known, and not only that it is after `low`. */
static inline bool forecast_is_exact(const struct forecast *forecast)
{
    return forecast->reason == FORECAST_KNOWN && forecast->days <= FORECAST_DAYS_EXACT;
}

/* Judges one supply. */
void forecast_supply(const struct forecast_device *device, const struct forecast_question *question,
                     struct forecast *out);

/* Returns: "known", "no-level", "coarse", ...; static. */
const char *forecast_reason_name(enum forecast_reason reason);

/* Returns: the reason as half a sentence; "" for FORECAST_KNOWN. */
const char *forecast_reason_text(enum forecast_reason reason);

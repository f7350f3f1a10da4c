/*
 * How a device's page counts and supply levels went: one value a day for two years and one an hour
 * for 30 days, in memory and packed into a few thousand octets. Pure; knows no store and no clock.
 *
 * Channel 0 is the total of pages, channel 1 those in colour, channel 2 + n the percent of supply
 * slot n (events.h): TREND_ABSENT where there is none, EVENTS_SOME where some is left. A row holds
 * the last values of its day or hour (UTC). Packed are the differences between rows, each channel
 * by an adaptive Rice code: a supply costs about a bit a day, a counter eight. What does not fit
 * the size that is asked for loses its oldest hours first, then every second of its oldest days.
 * Cost: some 30 us to unpack two years of ten channels, as much again to pack them.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/fleet/events.h"

#define TREND_DAYS_MAX     731
#define TREND_HOURS_MAX    720
#define TREND_TOTAL        0
#define TREND_COLOR        1
#define TREND_SUPPLY       2 /* and those behind it */
#define TREND_CHANNELS_MAX (TREND_SUPPLY + EVENTS_SUPPLIES_MAX)
#define TREND_ABSENT       (-1)

#define TREND_HOUR_MS INT64_C(3600000)
#define TREND_DAY_MS  INT64_C(86400000)

/* Rows in the order of time. */
struct trend_series {
    int64_t unit_ms; /* TREND_DAY_MS, TREND_HOUR_MS */
    size_t most;     /* rows that are kept */
    int32_t *at;     /* of each row: days or hours since 1970 */
    int64_t *values; /* `stride` a row */
    size_t stride;
    size_t count;
    size_t cap;
};

struct trend {
    size_t channels;      /* that have ever been given */
    int64_t last_unix_ms; /* of the newest values; 0 = none */
    struct trend_series days;
    struct trend_series hours;
};

/* Prepares an empty trend. */
void trend_init(struct trend *trend);

/* Frees its points. */
void trend_fini(struct trend *trend);

/* Adds what was read at a time; a row of that day and hour is replaced, an older time than the
 * newest hour is left out. values: `channels` of them. Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int trend_add(struct trend *trend, int64_t unix_ms, const int64_t *values,
                              size_t channels);

/* Drops what is older than two years and 30 days, and what is of the future. */
void trend_thin(struct trend *trend, int64_t now_unix_ms);

/* Returns: the value of a channel in a row. */
static inline int64_t trend_value(const struct trend_series *series, size_t row, size_t channel)
{
    return channel < series->stride ? series->values[row * series->stride + channel] : TREND_ABSENT;
}

/* Adds the rows of another trend for the days and hours that this one has none of, the newest as
 * many as are kept. map: for each channel of the other one the channel here, TREND_CHANNELS_MAX =
 * it is left out. Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int trend_join(struct trend *trend, const struct trend *other, const uint8_t *map);

/* Packs the trend into cap octets at most; at least TREND_BYTES_MIN. What does not fit is dropped
 * from the trend, too. *size: of what was written. Returns: 0; BASE_ELIMIT. */
#define TREND_BYTES_MIN 1024
BASE_MUST_CHECK int trend_pack(struct trend *trend, uint8_t *out, size_t cap, size_t *size);

/* What of a trend is unpacked. */
enum trend_part { TREND_DAYS, TREND_DAYS_AND_HOURS };

/* Unpacks into an empty trend; no bytes are an empty trend.
 * Returns: 0; BASE_EVERSION; BASE_EFORMAT; -ENOMEM. */
BASE_MUST_CHECK int trend_unpack(struct trend *trend, struct bytes bytes, enum trend_part part);

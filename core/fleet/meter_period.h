/*
 * What a device has counted between two instants, for a bill: opening, closing and the pages
 * between, over whatever breaks there were. Pure: series and times in, sums out.
 *
 * The opening is the last good reading at or before the beginning, the closing the last one at or
 * before the end; where the ledger begins inside the period the opening is its first reading, and
 * that is told. So the closing of a period is the opening of the next, and the sums of all days
 * of a month are the sum of the month. Bad reads count for nothing and no sum is negative.
 */
#pragma once

#include "core/fleet/meter_history.h"

/* Both instants belong to it. */
struct meter_span {
    int64_t from_unix_ms;
    int64_t to_unix_ms;
};

struct meter_sum {
    int64_t opening;
    int64_t closing;
    int64_t opening_unix_ms;
    int64_t closing_unix_ms;
    int64_t delta;
    bool is_opening_inside;             /* there is no reading before the period */
    uint32_t breaks[METER_CAUSE_COUNT]; /* behind the opening reading, up to the end */
    uint32_t break_count;
};

/* Sums up a series that has been judged. Returns: 0; BASE_ENOTFOUND when there is no good reading
 * at or before the end. */
BASE_MUST_CHECK int meter_period_sum(const struct meter_series *series, struct meter_span span,
                                     struct meter_sum *out);

/* Says whether the series is the one that counts for its key in the period: of the sources that are
 * still read at its end, and of those the ones that were read before it, the first listed one. */
bool meter_period_chooses(const struct meter_history *history, size_t series,
                          struct meter_span span);

/* Days without a reading. A device that answers is read at least once a UTC day, so a whole UTC
 * day without a row is one that it was not read on. */
struct meter_gaps {
    uint32_t gaps; /* runs of such days */
    uint32_t days;
};

/* Counts the gaps of a device in a period, from its first reading on and not beyond now. */
struct meter_gaps meter_period_gaps(const struct meter_history *history, struct meter_span span,
                                    int64_t now_unix_ms);

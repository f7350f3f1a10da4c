#include "core/fleet/meter_period.h"

#define DAY_MS INT64_C(86400000)

static bool is_good(const struct meter_series *series, size_t at)
{
    return series->verdicts[at].cause != METER_BAD_READ;
}

/* Returns: how many samples are at or before an instant. */
static size_t count_until(const struct meter_series *series, int64_t unix_ms)
{
    size_t from = 0;
    size_t to = series->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (series->samples[middle].unix_ms <= unix_ms) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

/* The last good one of the first `count` samples; SIZE_MAX none. */
static size_t last_good(const struct meter_series *series, size_t count)
{
    while (count > 0 && !is_good(series, count - 1)) {
        count--;
    }
    return count == 0 ? SIZE_MAX : count - 1;
}

static size_t first_good(const struct meter_series *series)
{
    size_t at = 0;
    while (at < series->count && !is_good(series, at)) {
        at++;
    }
    return at;
}

int meter_period_sum(const struct meter_series *series, struct meter_span span,
                     struct meter_sum *out)
{
    const size_t end = count_until(series, span.to_unix_ms);
    size_t closing = last_good(series, end);
    size_t opening = last_good(series, count_until(series, span.from_unix_ms));
    struct meter_sum sum = {.is_opening_inside = opening == SIZE_MAX};
    if (closing == SIZE_MAX) {
        return BASE_ENOTFOUND;
    }
    if (opening == SIZE_MAX) {
        opening = first_good(series);
    }
    sum.opening = series->samples[opening].value;
    sum.opening_unix_ms = series->samples[opening].unix_ms;
    sum.closing = series->samples[closing].value;
    sum.closing_unix_ms = series->samples[closing].unix_ms;
    for (size_t i = opening + 1; i < end; i++) {
        if (meter_breaks_begin(series->verdicts, i)) {
            sum.breaks[series->verdicts[i].cause]++;
            sum.break_count++;
        }
        sum.delta += series->verdicts[i].gain;
    }
    *out = sum;
    return 0;
}

/* A source that was last read so long before another one of its key is not read any more. */
#define STALE_MS (2 * DAY_MS)

static bool is_of_key(const struct meter_series *series, const struct meter_series *other)
{
    return bytes_equal(series->meter.key, other->meter.key);
}

/* When any source of the key was read last in the period. */
static int64_t newest_closing(const struct meter_history *history,
                              const struct meter_series *series, struct meter_span span)
{
    int64_t newest = INT64_MIN;
    struct meter_sum sum;
    for (size_t i = 0; i < history->series_count; i++) {
        const struct meter_series *other = &history->series[i];
        if (is_of_key(series, other) && meter_period_sum(other, span, &sum) == 0 &&
            sum.closing_unix_ms > newest) {
            newest = sum.closing_unix_ms;
        }
    }
    return newest;
}

/* How well a source speaks for its key in a period; the greater, the better. */
static int fitness(const struct meter_sum *sum, int64_t newest_unix_ms)
{
    bool is_current = newest_unix_ms - sum->closing_unix_ms <= STALE_MS;
    return 2 * is_current + !sum->is_opening_inside;
}

bool meter_period_chooses(const struct meter_history *history, size_t series,
                          struct meter_span span)
{
    const struct meter_series *wanted = &history->series[series];
    const struct meter_series *best = NULL;
    int64_t newest_unix_ms = newest_closing(history, wanted, span);
    int best_fitness = -1;
    for (size_t i = 0; i < history->series_count; i++) {
        const struct meter_series *other = &history->series[i];
        struct meter_sum sum;
        if (!is_of_key(wanted, other) || meter_period_sum(other, span, &sum) != 0) {
            continue;
        }
        int fit = fitness(&sum, newest_unix_ms);
        if (fit > best_fitness || (fit == best_fitness && other->rank < best->rank)) {
            best = other;
            best_fitness = fit;
        }
    }
    return best == wanted;
}

static int64_t day_of(int64_t unix_ms)
{
    return unix_ms / DAY_MS - (unix_ms % DAY_MS < 0);
}

struct meter_gaps meter_period_gaps(const struct meter_history *history, struct meter_span span,
                                    int64_t now_unix_ms)
{
    struct meter_gaps gaps = {0};
    if (history->row_count == 0) {
        return gaps;
    }
    int64_t from = history->rows[0].unix_ms;
    from = from > span.from_unix_ms ? from : span.from_unix_ms;
    int64_t to = now_unix_ms < span.to_unix_ms ? now_unix_ms : span.to_unix_ms;
    int64_t day = day_of(from + DAY_MS - 1); /* the first that is wholly inside */
    const int64_t end = day_of(to + 1);      /* behind the last one */
    for (size_t i = 0; i <= history->row_count && day < end; i++) {
        int64_t next = i < history->row_count ? day_of(history->rows[i].unix_ms) : end;
        if (next > day) {
            gaps.gaps++;
            gaps.days += (uint32_t)((next < end ? next : end) - day);
        }
        day = next >= day ? next + 1 : day;
    }
    return gaps;
}

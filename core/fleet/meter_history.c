#include "core/fleet/meter_history.h"

#include <errno.h>
#include <stdlib.h>

#include "core/fleet/lineage_chain.h"

/* Rows beyond are not read: a row a minute for a century. */
#define ROWS_MAX ((size_t)1 << 26)

/* --- memory ----------------------------------------------------------------------------------- */

/* Returns: the list with room for one more entry; NULL when memory is short. */
static void *with_room(void *list, size_t count, size_t *cap, size_t entry_bytes)
{
    if (count < *cap) {
        return list;
    }
    size_t wanted = *cap == 0 ? 16 : 2 * *cap;
    void *grown = realloc(list, wanted * entry_bytes);
    if (grown != NULL) {
        *cap = wanted;
    }
    return grown;
}

void meter_history_fini(struct meter_history *history)
{
    for (size_t i = 0; i < history->series_count; i++) {
        free(history->series[i].samples);
        free(history->series[i].verdicts);
        free(history->series[i].rows);
    }
    free(history->series);
    free(history->rows);
    *history = (struct meter_history){0};
}

/* --- adding ----------------------------------------------------------------------------------- */

/* The series of a meter that is entry `rank` of its row; made when there is none. */
static int find_series(struct meter_history *history, const struct rows_meter *meter, size_t rank,
                       struct meter_series **out)
{
    /* Rows of a device are alike: most often it stands where it stood. */
    for (size_t i = 0; i < history->series_count; i++) {
        struct meter_series *series = &history->series[(rank + i) % history->series_count];
        if (bytes_equal(series->meter.key, meter->key) &&
            rows_meter_is_same_source(&series->meter, meter)) {
            *out = series;
            return 0;
        }
    }
    struct meter_series *list =
        with_room(history->series, history->series_count, &history->series_cap, sizeof(*list));
    if (list == NULL) {
        return -ENOMEM;
    }
    history->series = list;
    *out = &list[history->series_count++];
    **out = (struct meter_series){0};
    return 0;
}

static int add_sample(struct meter_series *series, const struct meter_row *row, size_t row_index,
                      const struct rows_meter *meter)
{
    if (series->count > 0 && series->rows[series->count - 1] == row_index) {
        return 0; /* the same counter twice in a row: the first counts */
    }
    size_t cap = series->cap;
    struct meter_sample *samples =
        with_room(series->samples, series->count, &cap, sizeof(*samples));
    if (samples == NULL) {
        return -ENOMEM;
    }
    series->samples = samples;
    cap = series->cap;
    size_t *rows = with_room(series->rows, series->count, &cap, sizeof(*rows));
    if (rows == NULL) {
        return -ENOMEM;
    }
    series->rows = rows;
    series->cap = cap;
    series->rows[series->count] = row_index;
    series->samples[series->count++] = (struct meter_sample){.unix_ms = row->unix_ms,
                                                             .value = meter->value,
                                                             .uptime_ticks = row->uptime_ticks,
                                                             .identity = row->identity};
    return 0;
}

int meter_history_add(struct meter_history *history, const struct meter_rows *read)
{
    const struct rows_values *said = read->said;
    const size_t row_index = history->row_count;
    struct meter_series *series = NULL;
    int rc = 0;
    struct meter_row *rows =
        with_room(history->rows, history->row_count, &history->row_cap, sizeof(*rows));
    if (rows == NULL) {
        return -ENOMEM;
    }
    history->rows = rows;
    history->rows[history->row_count++] = (struct meter_row){.sequence = said->sequence,
                                                             .unix_ms = said->unix_ms,
                                                             .said_unix_ms = said->unix_ms,
                                                             .uptime_ticks = said->uptime_ticks,
                                                             .identity = said->identity,
                                                             .flags = said->flags};
    for (size_t i = 0; i < said->count && rc == 0; i++) {
        const struct rows_meter *meter = &read->meters[i];
        rc = find_series(history, meter, i, &series);
        rc = rc == 0 ? add_sample(series, &history->rows[row_index], row_index, meter) : rc;
        if (rc == 0) {
            series->meter = *meter; /* the newest unit counts */
            series->rank = i;
        }
    }
    return rc;
}

/* --- loading ---------------------------------------------------------------------------------- */

static bool is_damage(int rc)
{
    return rc == BASE_ECHECKSUM || rc == BASE_EFORMAT || rc == BASE_EVERSION ||
           rc == BASE_ENOTFOUND;
}

/* Lists the rows of a device and its predecessors, newest first. */
static int list_rows(struct store_txn *txn, const struct store_device *device, size_t rows_max,
                     struct meter_history *history, struct store_row **rows, size_t *count)
{
    struct lineage_chain chain;
    struct store_row row;
    size_t cap = 0;
    int rc = lineage_chain_open(txn, STORE_LEDGER, device, &chain);
    while (rc == 0 && *count < ROWS_MAX && (rows_max == 0 || *count < rows_max)) {
        rc = lineage_chain_next(txn, &chain, &row);
        if (rc == BASE_ENOTFOUND) {
            return 0;
        }
        if (is_damage(rc)) {
            history->damaged++; /* what is older of that device cannot be reached from here */
            rc = 0;
            continue;
        }
        if (rc != 0) {
            return rc;
        }
        struct store_row *list = with_room(*rows, *count, &cap, sizeof(*list));
        if (list == NULL) {
            return -ENOMEM;
        }
        *rows = list;
        list[(*count)++] = row;
    }
    return rc;
}

int meter_history_load(struct store_txn *txn, const struct store_device *device, size_t rows_max,
                       struct meter_history *out)
{
    struct store_row *rows = NULL;
    struct meter_rows read;
    size_t count = 0;
    *out = (struct meter_history){0};
    int rc = list_rows(txn, device, rows_max, out, &rows, &count);
    meter_rows_init(&read, txn);
    while (rc == 0 && count-- > 0) {
        rc = meter_rows_read(&read, &rows[count]);
        rc = rc == 0 ? meter_history_add(out, &read) : rc;
        if (is_damage(rc)) {
            out->damaged++;
            rc = 0;
        }
    }
    free(rows);
    return rc;
}

/* --- judging ---------------------------------------------------------------------------------- */

void meter_history_mend_times(int64_t *times, size_t count, size_t *work)
{
    size_t *tails = work;          /* tails[n]: end of the best run of n + 1 times */
    size_t *before = work + count; /* of each time: the one before it in its run */
    size_t longest = 0;
    for (size_t i = 0; i < count; i++) {
        size_t from = 0;
        size_t to = longest;
        while (from < to) {
            size_t middle = from + (to - from) / 2;
            if (times[tails[middle]] <= times[i]) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        before[i] = from == 0 ? SIZE_MAX : tails[from - 1];
        tails[from] = i;
        longest += from == longest;
    }
    size_t next = longest == 0 ? SIZE_MAX : tails[longest - 1];
    size_t above = count;
    /* Backwards along the longest run; what lies between two of its members fits none. */
    while (next != SIZE_MAX) {
        for (size_t i = next + 1; i < above; i++) {
            times[i] = times[next];
        }
        above = next;
        if (before[next] == SIZE_MAX) {
            for (size_t i = 0; i < next; i++) {
                times[i] = times[next];
            }
        }
        next = before[next];
    }
}

static int order_times(struct meter_history *history)
{
    const size_t count = history->row_count;
    bool is_in_order = true;
    for (size_t i = 1; i < count; i++) {
        is_in_order = is_in_order && history->rows[i].unix_ms >= history->rows[i - 1].unix_ms;
    }
    if (is_in_order) {
        return 0;
    }
    int64_t *times = malloc(count * sizeof(*times));
    size_t *work = malloc(2 * count * sizeof(*work));
    if (times == NULL || work == NULL) {
        free(times);
        free(work);
        return -ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        times[i] = history->rows[i].said_unix_ms;
    }
    meter_history_mend_times(times, count, work);
    for (size_t i = 0; i < count; i++) {
        history->rows[i].unix_ms = times[i];
    }
    free(times);
    free(work);
    for (size_t i = 0; i < history->series_count; i++) {
        struct meter_series *series = &history->series[i];
        for (size_t j = 0; j < series->count; j++) {
            series->samples[j].unix_ms = history->rows[series->rows[j]].unix_ms;
        }
    }
    return 0;
}

bool meter_history_is_paced(struct bytes unit)
{
    /* PrtMarkerCounterUnitTC: what a single page has thousands of. */
    static const char *const fast[] = {"tenThousandthsOfInches", "micrometers", "characters",
                                       "lines", "dotRow"};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(fast); i++) {
        if (bytes_equal(unit, bytes_from_text(fast[i]))) {
            return false;
        }
    }
    return true;
}

int meter_history_judge(struct meter_history *history)
{
    int rc = order_times(history);
    for (size_t i = 0; rc == 0 && i < history->series_count; i++) {
        struct meter_series *series = &history->series[i];
        struct meter_verdict *verdicts =
            realloc(series->verdicts, series->count * sizeof(*verdicts));
        if (verdicts == NULL) {
            return -ENOMEM;
        }
        series->verdicts = verdicts;
        meter_breaks_find(series->samples, series->count,
                          meter_history_is_paced(series->meter.unit), verdicts);
    }
    return rc;
}

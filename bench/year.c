#include "bench/year.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/scratch.h"
#include "bench/sim/model.h"
#include "bench/year_forecast.h"
#include "bench/year_poll.h"
#include "core/base/clock.h"
#include "core/fleet/compact.h"
#include "core/fleet/memory.h"
#include "core/fleet/meter_period.h"
#include "core/fleet/rows.h"

#define SLICE_POLLS 4096

/* What a device may take in all that is remembered of it, ledger and newest records aside. */
#define BYTES_MOST 10240

/* What a year may take, whatever others do beside it. */
#define SECONDS_MOST 180

/* Days between two looks at the forecasts of a device. */
#define LOOK_DAYS 14

struct options {
    unsigned devices;
    uint64_t seed;
};

struct year {
    struct options options;
    struct year_life *lives;
    struct store *store;
    struct archive_slice *slice;
    struct year_guesses guesses;
    struct year_verdict verdict;
    struct archive_figures figures;
    struct compact_figures compacted;
    struct store_table tables[STORE_TABLES];
    uint64_t wrong_sums;
    uint64_t memory_bytes; /* of all devices */
    uint64_t memory_most;  /* of one */
    int64_t poll_us, compact_us, look_us, judge_us, elapsed_us;
    double cpu_s;
};

/* --- living ----------------------------------------------------------------------------------- */

static int commit(struct year *year)
{
    struct archive_figures figures;
    int rc = archive_slice_commit(year->slice, year->store, &figures);
    archive_slice_reset(year->slice);
    if (rc == 0) {
        year->figures.polls += figures.polls;
        year->figures.created += figures.created;
        year->figures.ledger_rows += figures.ledger_rows;
        year->figures.history_rows += figures.history_rows;
        year->figures.event_rows += figures.event_rows;
        year->figures.damaged += figures.damaged;
    }
    return rc;
}

static int live_an_hour(struct year *year, int hour)
{
    int rc = 0;
    for (unsigned i = 0; i < year->options.devices && rc == 0; i++) {
        struct year_life *life = &year->lives[i];
        if (((unsigned)hour + i) % life->device.interval_h != 0) {
            continue;
        }
        rc = year_poll(life, year->slice, hour);
        if (rc == BASE_ELIMIT || (rc == 0 && archive_slice_count(year->slice) == SLICE_POLLS)) {
            int again = rc;
            rc = commit(year);
            rc = rc == 0 && again != 0 ? year_poll(life, year->slice, hour) : rc;
        }
    }
    /* An hour of hourly ones is few: several are stored at once, as an agent would. */
    return rc == 0 && hour % 12 == 11 ? commit(year) : rc;
}

static int tidy(struct year *year, int hour)
{
    const struct compact_order order = {.now_unix_ms = YEAR_START_MS + hour * YEAR_HOUR_MS};
    struct compact_figures figures;
    int rc = compact_run(year->store, &order, &figures);
    year->compacted.devices += figures.devices;
    year->compacted.history_rows += figures.history_rows;
    year->compacted.event_rows += figures.event_rows;
    year->compacted.damaged += figures.damaged;
    return rc;
}

/* Numbers of the store by number of the fleet, as far as they are known. */
static uint32_t *stored_numbers;

static int map_devices(struct year *year, struct store_txn *txn)
{
    struct store_device device;
    uint32_t at = 0;
    int status = 0;
    while (store_device_next(txn, &at, &device, &status)) {
        unsigned long number = strtoul(device.id, NULL, 16);
        if (number < year->options.devices) {
            stored_numbers[number] = at;
        }
    }
    return status;
}

static int look(struct year *year, int day)
{
    struct store_txn *txn = NULL;
    int rc = store_begin(year->store, false, &txn);
    rc = rc == 0 ? map_devices(year, txn) : rc;
    for (unsigned i = 0; i < year->options.devices && rc == 0; i++) {
        const struct year_life *life = &year->lives[i];
        int hour = life->record.last_hour;
        if ((unsigned)day % LOOK_DAYS == i % LOOK_DAYS && stored_numbers[i] != 0 &&
            hour >= (day - 1) * 24) {
            rc = year_forecast_device(&year->guesses, txn, life, stored_numbers[i], hour);
        }
    }
    store_abort(txn);
    return rc;
}

static int live(struct year *year)
{
    int rc = 0;
    for (int hour = 0; hour < YEAR_HOURS && rc == 0; hour++) {
        int64_t started_us = clock_mono_us();
        rc = live_an_hour(year, hour);
        int64_t polled_us = clock_mono_us();
        year->poll_us += polled_us - started_us;
        if (hour % 24 == 23 && rc == 0) {
            rc = tidy(year, hour);
            int64_t tidied_us = clock_mono_us();
            year->compact_us += tidied_us - polled_us;
            rc = rc == 0 ? look(year, hour / 24) : rc;
            year->look_us += clock_mono_us() - tidied_us;
        }
    }
    return rc;
}

/* --- judging ---------------------------------------------------------------------------------- */

struct collected {
    const struct year_life *life;
    struct year_events *list;
    size_t count;
    size_t cap;
};

static bool collect(void *owner, int64_t unix_ms, struct bytes payload)
{
    struct collected *events = owner;
    struct rows_change change = {0};
    struct rows_break found;
    enum rows_event kind = ROWS_EVENT_COUNT;
    int supply = -1;
    if (rows_event(payload, &kind) != 0) {
        return true;
    }
    /* Of the breaks, those of one counter. */
    if (kind == ROWS_METER_BREAK && (rows_get_break(payload, &found) != 0 ||
                                     !bytes_equal(found.meter.key, bytes_from_text("total")))) {
        return true;
    }
    if (rows_get_change(payload, &change) == 0) {
        supply = year_life_supply(events->life, change.index);
    }
    if (events->count == events->cap) {
        size_t cap = events->cap == 0 ? 256 : 2 * events->cap;
        struct year_events *list = realloc(events->list, cap * sizeof(*list));
        if (list == NULL) {
            return false;
        }
        events->list = list;
        events->cap = cap;
    }
    events->list[events->count++] = (struct year_events){unix_ms, kind, supply};
    return true;
}

static int judge_sum(struct year *year, struct store_txn *txn, const struct store_device *stored,
                     const struct year_life *life)
{
    const struct meter_span all = {YEAR_START_MS, YEAR_START_MS + YEAR_HORIZON * YEAR_DAY_MS};
    struct meter_history history;
    struct meter_sum sum = {0};
    int rc = meter_history_load(txn, stored, 0, &history);
    rc = rc == 0 ? meter_history_judge(&history) : rc;
    for (size_t i = 0; i < history.series_count && rc == 0; i++) {
        if (bytes_equal(history.series[i].meter.key, bytes_from_text("total"))) {
            rc = meter_period_sum(&history.series[i], all, &sum);
        }
    }
    meter_history_fini(&history);
    if (rc == 0 && sum.delta != (int64_t)life->record.truth_total) {
        if (year->wrong_sums++ < 10) {
            fprintf(stderr, "device %u: the ledger says %" PRId64 " pages, %" PRIu64 " were\n",
                    life->device.number, sum.delta, life->record.truth_total);
        }
    }
    return rc;
}

static int weigh(struct year *year, struct store_txn *txn, const struct store_device *stored)
{
    static const uint8_t parts[] = {ARCHIVE_PART_EVENTS, ARCHIVE_PART_MEMORY};
    static const enum store_chain chains[] = {STORE_HISTORY, STORE_EVENTS};
    uint64_t bytes = 0;
    struct bytes part;
    struct store_row row;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(parts); i++) {
        if (store_record_get(txn, stored->number, parts[i], &part) == 0) {
            bytes += part.size;
        }
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(chains); i++) {
        uint64_t at = i == 0 ? stored->history_head : stored->event_head;
        while (at != 0 && store_chain_get(txn, chains[i], at, &row) == 0) {
            bytes += row.payload.size + 40; /* key, envelope, head */
            at = row.previous;
        }
    }
    year->memory_bytes += bytes;
    year->memory_most = bytes > year->memory_most ? bytes : year->memory_most;
    return 0;
}

static int judge_device(struct year *year, struct store_txn *txn, unsigned number)
{
    struct year_life *life = &year->lives[number];
    struct collected events = {.life = life};
    struct store_device stored;
    uint64_t damaged = 0;
    int rc = store_device_get(txn, stored_numbers[number], &stored);
    rc = rc == 0 ? memory_events(txn, &stored, collect, &events, &damaged) : rc;
    if (rc == 0) {
        year_judge_events(&life->record, &life->device, events.list, events.count, &year->verdict);
        year->verdict.missing += damaged;
        rc = judge_sum(year, txn, &stored, life);
    }
    free(events.list);
    return rc == 0 ? weigh(year, txn, &stored) : rc;
}

static int judge(struct year *year)
{
    struct store_txn *txn = NULL;
    int64_t started_us = clock_mono_us();
    int rc = store_begin(year->store, false, &txn);
    rc = rc == 0 ? map_devices(year, txn) : rc;
    rc = rc == 0 ? store_tables(txn, year->tables) : rc;
    for (unsigned i = 0; i < year->options.devices && rc == 0; i++) {
        rc = stored_numbers[i] != 0 ? judge_device(year, txn, i) : 0;
    }
    store_abort(txn);
    year->judge_us = clock_mono_us() - started_us;
    return rc;
}

/* --- saying ----------------------------------------------------------------------------------- */

static void say_store(const struct year *year)
{
    const double devices = year->options.devices;
    printf("store: %" PRIu64 " bytes a device remembered, %" PRIu64 " at most\n",
           year->memory_bytes / year->options.devices, year->memory_most);
    for (size_t i = 0; i < STORE_TABLES; i++) {
        printf("  %-8s %9" PRIu64 " entries %9.1f MB %9.0f bytes a device\n", year->tables[i].name,
               year->tables[i].entries, (double)year->tables[i].bytes / 1e6,
               (double)year->tables[i].bytes / devices);
    }
}

static void say(struct year *year)
{
    const struct year_verdict *verdict = &year->verdict;
    printf("%u devices, %d days, %" PRIu64 " polls, seed %" PRIu64 ", %.1f s, %.1f s of CPU time "
           "(polls %.1f, compaction %.1f, forecasts %.1f, judge %.1f)\n",
           year->options.devices, YEAR_DAYS, year->figures.polls, year->options.seed,
           (double)year->elapsed_us / 1e6, year->cpu_s, (double)year->poll_us / 1e6,
           (double)year->compact_us / 1e6, (double)year->look_us / 1e6,
           (double)year->judge_us / 1e6);
    printf("events: %" PRIu64 " told, %" PRIu64 " had to be, %" PRIu64 " missing, %" PRIu64
           " too many, %" PRIu64 " of the wrong kind\n",
           verdict->events, verdict->certain, verdict->missing, verdict->doubled,
           verdict->wrong_kind);
    printf("orders: %" PRIu64 " told, %" PRIu64 " had to be, %" PRIu64 " missing, %" PRIu64
           " too many\n",
           verdict->requests, verdict->requests_certain, verdict->requests_missing,
           verdict->requests_doubled);
    printf("ledger: %" PRIu64 " rows, %" PRIu64 " devices whose sum is not the truth\n",
           year->figures.ledger_rows, year->wrong_sums);
    say_store(year);
}

static bool say_check(const char *what, bool is_held)
{
    printf("%s: %s\n", what, is_held ? "holds" : "FAILED");
    return is_held;
}

/* Returns: whether all that is promised held. */
static bool holds(const struct year *year)
{
    const struct year_verdict *verdict = &year->verdict;
    bool all = year_forecast_say(&year->guesses);
    all = say_check("events and orders exactly once",
                    verdict->missing + verdict->doubled + verdict->wrong_kind == 0) &&
          all;
    all = say_check("the ledger's sums are the truth, nothing is damaged",
                    year->wrong_sums + year->figures.damaged + year->compacted.damaged == 0) &&
          all;
    all = say_check("at most 10 KB a device", year->memory_most <= BYTES_MOST) && all;
    all = say_check("at most three minutes of CPU time", year->cpu_s <= SECONDS_MOST) && all;
    puts(all ? "all holds" : "FAILED");
    return all;
}

/* --- the program ------------------------------------------------------------------------------ */

static int prepare(struct year *year)
{
    size_t count = 0;
    const struct sim_spec *const *specs = sim_model_specs(&count);
    year->lives = calloc(year->options.devices, sizeof(*year->lives));
    stored_numbers = calloc(year->options.devices, sizeof(*stored_numbers));
    if (year->lives == NULL || stored_numbers == NULL) {
        return -ENOMEM;
    }
    size_t next = 0;
    for (unsigned i = 0; i < year->options.devices; i++) {
        while (!year_device_make(&year->lives[i].device, specs[next++ % count], year->options.seed,
                                 i)) {
        }
        year_life_begin(&year->lives[i]);
    }
    return archive_slice_new(SLICE_POLLS, &year->slice);
}

static int run(struct year *year)
{
    char path[SCRATCH_PATH_MAX];
    char message[300] = "";
    int64_t started_us = clock_mono_us();
    int rc = scratch_make(path);
    if (rc != 0) {
        return rc;
    }
    rc = store_open(path, STORE_READ_WRITE, &year->store, message, sizeof(message));
    rc = rc == 0 ? prepare(year) : rc;
    rc = rc == 0 ? live(year) : rc;
    rc = rc == 0 ? commit(year) : rc;
    rc = rc == 0 ? judge(year) : rc;
    if (rc != 0) {
        fprintf(stderr, "platen-bench year: %s %s\n", base_strerror(rc), message);
    } else {
        year->elapsed_us = clock_mono_us() - started_us;
        year->cpu_s = (double)clock() / CLOCKS_PER_SEC;
        say(year);
    }
    store_close(year->store);
    scratch_remove(path);
    return rc;
}

static bool read_options(int argc, char **argv, struct options *options)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--devices") == 0) {
            options->devices = (unsigned)strtoul(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--seed") == 0) {
            options->seed = strtoull(argv[i + 1], NULL, 10);
        } else {
            return false;
        }
    }
    return argc % 2 == 1 && options->devices > 0 && options->devices < 65536;
}

int year_main(int argc, char **argv)
{
    static struct year year = {.options = {.devices = 2000, .seed = 1}};
    if (!read_options(argc, argv, &year.options)) {
        fputs("usage: platen-bench year [--devices N] [--seed N]\n", stderr);
        return 2;
    }
    int rc = run(&year);
    bool is_well = rc == 0 && holds(&year);
    for (unsigned i = 0; year.lives != NULL && i < year.options.devices; i++) {
        year_judge_free(&year.lives[i].record);
    }
    year_forecast_free(&year.guesses);
    archive_slice_free(year.slice);
    free(stored_numbers);
    free(year.lives);
    return is_well ? 0 : 1;
}

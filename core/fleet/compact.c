#include "core/fleet/compact.h"

#include <errno.h>
#include <stdlib.h>

#include "core/fleet/archive.h"
#include "core/fleet/memory.h"
#include "core/fleet/rows_trend.h"

/* Devices of one transaction: some 50 ms, so that nobody waits long for the writer. */
#define BATCH_DEVICES 256

/* Times that a batch is repeated while the store's map grows. */
#define ATTEMPTS 8

/* What a row takes beside its payload: key, envelope, head. */
#define ROW_BYTES 40

/* A device's rows. */
struct load {
    uint32_t bytes;
    bool is_old;
};

struct place {
    uint64_t sequence;
    uint32_t device;
    uint8_t chain;
};

/* A run under way. */
struct run {
    struct store *store;
    const struct compact_order *order;
    struct compact_figures *figures;
    struct load *loads; /* by device number */
    size_t load_count;
    struct place *places; /* rows of the devices that are due */
    size_t place_count;
    size_t place_cap;
    uint32_t chosen; /* devices whose rows are listed */
};

static const enum store_chain chains[] = {STORE_HISTORY, STORE_EVENTS};

static bool is_damage(int rc)
{
    return rc == BASE_ECHECKSUM || rc == BASE_EFORMAT || rc == BASE_EVERSION;
}

/* --- what is due ------------------------------------------------------------------------------ */

static int reserve_load(struct run *run, uint32_t device)
{
    if (device < run->load_count) {
        return 0;
    }
    size_t count = run->load_count * 2 > device ? run->load_count * 2 : (size_t)device + 64;
    struct load *loads = realloc(run->loads, count * sizeof(*loads));
    if (loads == NULL) {
        return -ENOMEM;
    }
    memset(loads + run->load_count, 0, (count - run->load_count) * sizeof(*loads));
    run->loads = loads;
    run->load_count = count;
    return 0;
}

static int note_row(struct run *run, const struct store_row *row)
{
    int rc = reserve_load(run, row->device);
    if (rc == 0) {
        struct load *load = &run->loads[row->device];
        size_t bytes = row->payload.size + ROW_BYTES;
        load->bytes += bytes < UINT32_MAX - load->bytes ? (uint32_t)bytes : 0;
        load->is_old = load->is_old || row->unix_ms < run->order->now_unix_ms - COMPACT_AGE_MS;
    }
    return rc;
}

static bool is_due(const struct run *run, uint32_t device)
{
    const struct load *load = &run->loads[device];
    return load->bytes >= COMPACT_ROWS_BYTES || load->is_old ||
           (run->order->is_all && load->bytes > 0);
}

static int list_row(struct run *run, const struct store_row *row, enum store_chain chain)
{
    if (!is_due(run, row->device)) {
        return 0;
    }
    if (run->place_count == run->place_cap) {
        size_t cap = run->place_cap == 0 ? 1024 : run->place_cap * 2;
        struct place *places = realloc(run->places, cap * sizeof(*places));
        if (places == NULL) {
            return -ENOMEM;
        }
        run->places = places;
        run->place_cap = cap;
    }
    run->places[run->place_count++] = (struct place){row->sequence, row->device, (uint8_t)chain};
    return 0;
}

/* Goes over both chains; `list`: lists the rows of what is due, otherwise only weighs them. */
static int scan(struct run *run, struct store_txn *txn, bool list)
{
    struct store_row row;
    int rc = 0;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(chains) && rc == 0; i++) {
        uint64_t sequence = 0;
        int status = 0;
        do {
            while (rc == 0 && store_chain_next(txn, chains[i], &sequence, &row, &status)) {
                rc = list ? list_row(run, &row, chains[i]) : note_row(run, &row);
            }
        } while (rc == 0 && is_damage(status)); /* goes on behind the damaged row */
        rc = rc == 0 ? status : rc;
    }
    return rc;
}

/* Of what is due, only so many as are wanted. */
static void limit(struct run *run)
{
    for (size_t i = 0; i < run->load_count; i++) {
        if (!is_due(run, (uint32_t)i)) {
            continue;
        }
        run->figures->devices_due++;
        if (run->order->devices_max != 0 && run->chosen == run->order->devices_max) {
            run->loads[i] = (struct load){0};
        } else {
            run->chosen++;
        }
    }
}

static int by_device(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    if (a->device != b->device) {
        return a->device < b->device ? -1 : 1;
    }
    return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static int find_due(struct run *run)
{
    struct store_txn *txn = NULL;
    int rc = store_begin(run->store, false, &txn);
    if (rc != 0) {
        return rc;
    }
    rc = scan(run, txn, false);
    if (rc == 0) {
        limit(run);
        rc = run->chosen > 0 ? scan(run, txn, true) : 0;
    }
    store_abort(txn);
    if (run->place_count > 0) {
        qsort(run->places, run->place_count, sizeof(*run->places), by_device);
    }
    return rc;
}

/* --- one device ------------------------------------------------------------------------------- */

/* A device under way. */
struct device_work {
    struct store_txn *txn;
    struct store_device device;
    struct events_state state;
    struct journal journal;
    struct trend trend;
    struct compact_figures figures; /* of the batch */
};

static int load_memory(struct device_work *work)
{
    struct bytes record;
    struct bytes journal = {0};
    struct bytes trend = {0};
    int rc = store_record_get(work->txn, work->device.number, ARCHIVE_PART_MEMORY, &record);
    rc = rc == 0 ? memory_open(record, &journal, &trend) : rc;
    if (rc != 0 && rc != BASE_ENOTFOUND && !is_damage(rc)) {
        return rc;
    }
    rc = journal_load(&work->journal, journal);
    if (rc == 0) {
        rc = trend_unpack(&work->trend, trend, TREND_DAYS_AND_HOURS);
        rc = rc == -ENOMEM ? rc : 0; /* what could be read of it stays */
    }
    return rc;
}

static int take_up(struct device_work *work, const struct place *place, int64_t now_unix_ms)
{
    int64_t values[TREND_CHANNELS_MAX];
    struct store_row row;
    size_t channels = 0;
    enum store_chain chain = (enum store_chain)place->chain;
    int rc = store_chain_get(work->txn, chain, place->sequence, &row);
    if (rc != 0) {
        work->figures.damaged += is_damage(rc);
        return is_damage(rc) || rc == BASE_ENOTFOUND ? 0 : rc;
    }
    work->figures.row_bytes += row.payload.size + ROW_BYTES;
    if (chain == STORE_EVENTS) {
        work->figures.event_rows++;
        return journal_add(&work->journal, row.unix_ms, row.payload);
    }
    work->figures.history_rows++;
    if (rows_get_trend(row.payload, values, &channels) != 0) {
        work->figures.damaged++;
        return 0;
    }
    /* A clock that was wrong must not keep what comes later out. */
    return row.unix_ms > now_unix_ms + TREND_DAY_MS
               ? 0
               : trend_add(&work->trend, row.unix_ms, values, channels);
}

static int cut(struct device_work *work, const struct place *place)
{
    uint64_t *head =
        place->chain == STORE_EVENTS ? &work->device.event_head : &work->device.history_head;
    *head = *head == place->sequence ? 0 : *head;
    return store_chain_cut(work->txn, (enum store_chain)place->chain, place->sequence);
}

static int write_memory(struct device_work *work, int64_t now_unix_ms)
{
    uint8_t record[MEMORY_BYTES_MAX];
    size_t size = 0;
    int rc = memory_put(&work->journal, &work->trend, now_unix_ms, record, &size);
    return rc == 0 ? store_record_put(work->txn, work->device.number, ARCHIVE_PART_MEMORY,
                                      bytes_of(record, size))
                   : rc;
}

/* Takes up the rows of one device. Without the device itself there is nothing to keep them with. */
static int compact_device(struct device_work *work, const struct place *places, size_t count,
                          int64_t now_unix_ms)
{
    int rc = store_device_get(work->txn, places[0].device, &work->device);
    if (rc == BASE_ENOTFOUND || is_damage(rc)) {
        return 0;
    }
    trend_init(&work->trend);
    work->journal = (struct journal){0};
    rc = rc == 0 ? memory_load_state(work->txn, work->device.number, &work->state) : rc;
    rc = rc == 0 ? load_memory(work) : rc;
    if (rc == 0) {
        trend_thin(&work->trend, now_unix_ms);
    }
    for (size_t i = 0; i < count && rc == 0; i++) {
        rc = take_up(work, &places[i], now_unix_ms);
    }
    rc = rc == 0 ? write_memory(work, now_unix_ms) : rc;
    for (size_t i = 0; i < count && rc == 0; i++) {
        rc = cut(work, &places[i]);
    }
    rc = rc == 0 ? store_device_put(work->txn, &work->device) : rc;
    work->figures.devices += rc == 0;
    journal_fini(&work->journal);
    trend_fini(&work->trend);
    return rc;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* Rows from `first` on that belong to one device. */
static size_t count_same(const struct run *run, size_t first)
{
    size_t end = first;
    while (end < run->place_count && run->places[end].device == run->places[first].device) {
        end++;
    }
    return end - first;
}

/* One transaction. *next: where the one behind it begins. */
static int run_batch(struct run *run, size_t first, size_t *next)
{
    struct device_work *work = calloc(1, sizeof(*work));
    size_t at = first;
    if (work == NULL) {
        return -ENOMEM;
    }
    int rc = store_begin(run->store, true, &work->txn);
    if (rc != 0) {
        free(work);
        return rc;
    }
    for (int i = 0; i < BATCH_DEVICES && at < run->place_count && rc == 0; i++) {
        size_t count = count_same(run, at);
        rc = compact_device(work, run->places + at, count, run->order->now_unix_ms);
        at += count;
    }
    if (rc == 0 || rc == BASE_ELIMIT) {
        rc = store_commit(work->txn); /* of a full map it makes a larger one */
    } else {
        store_abort(work->txn);
    }
    if (rc == 0) {
        run->figures->devices += work->figures.devices;
        run->figures->history_rows += work->figures.history_rows;
        run->figures->event_rows += work->figures.event_rows;
        run->figures->row_bytes += work->figures.row_bytes;
        run->figures->damaged += work->figures.damaged;
        *next = at;
    }
    free(work);
    return rc;
}

static int run_all(struct run *run)
{
    size_t at = 0;
    int rc = 0;
    while (at < run->place_count && rc == 0) {
        rc = BASE_ELIMIT;
        for (int attempt = 0; attempt < ATTEMPTS && rc == BASE_ELIMIT; attempt++) {
            rc = run_batch(run, at, &at);
        }
    }
    return rc;
}

int compact_run(struct store *store, const struct compact_order *order, struct compact_figures *out)
{
    struct run run = {.store = store, .order = order, .figures = out};
    *out = (struct compact_figures){0};
    int rc = find_due(&run);
    if (rc == 0 && order->is_dry) {
        for (size_t i = 0; i < run.load_count; i++) {
            out->row_bytes += is_due(&run, (uint32_t)i) ? run.loads[i].bytes : 0;
        }
        for (size_t i = 0; i < run.place_count; i++) {
            out->history_rows += run.places[i].chain == STORE_HISTORY;
            out->event_rows += run.places[i].chain == STORE_EVENTS;
        }
    } else if (rc == 0) {
        rc = run_all(&run);
    }
    free(run.loads);
    free(run.places);
    return rc;
}

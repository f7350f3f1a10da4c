/*
 * A sweep that stores is killed at random instants, a hundred times. After each the store opens,
 * what was reported as stored is there, every checksum holds, the chains are whole, and no meter is
 * lost, doubled or invented, also when the next sweep repeats polls that were stored.
 */
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/fleet/archive.h"
#include "core/fleet/meter_rows.h"

TestSuite(store_crash, .timeout = 280);

#define DEVICES      200U
#define SLICE        40U
#define KILLS_FRESH  25
#define KILLS_LATER  75
#define SWEEP_MS     INT64_C(60000)
#define FIRST_MS     INT64_C(1700000000000)
#define RECORD_BYTES 700

static char parent[48];
static char path[64];

static int64_t time_of(uint32_t sweep)
{
    return FIRST_MS + sweep * SWEEP_MS;
}

/* The counter of a device in a sweep: never twice the same, so that each poll gives a row. */
static int64_t total_of(uint32_t device, uint32_t sweep)
{
    return (int64_t)device * 1000003 + sweep;
}

static uint8_t octet_of(uint32_t device, uint32_t sweep, size_t at)
{
    return (uint8_t)(device * 7 + sweep * 13 + at);
}

/* --- the process that is killed -------------------------------------------------------------- */

/* What the child tells after each commit: a whole slice of that sweep is stored. */
struct report {
    int32_t status;
    uint32_t sweep;
    uint32_t first_device;
};

static void add_poll(struct archive_slice *slice, uint32_t device, uint32_t sweep)
{
    static uint8_t records[2][RECORD_BYTES];
    char serial[16];
    char address[32];
    struct reading_meter meter = {.key = "total", .value = total_of(device, sweep), .index = "1"};
    struct reading_supply supply = {.index = "1.1", .level = (int64_t)sweep % 100};
    struct reading_alert alert = {.index = "1.1", .code = 8};
    struct reading reading = {.meters = &meter,
                              .meter_count = 1,
                              .supplies = &supply,
                              .supply_count = 1,
                              .alerts = &alert,
                              .alert_count = sweep % 2};
    snprintf(serial, sizeof(serial), "S%06u", (unsigned)device);
    snprintf(address, sizeof(address), "10.0.0.1:%u", 10000 + (unsigned)device);
    snprintf(reading.identity.id, sizeof(reading.identity.id), "%u", (unsigned)device);
    reading.identity.serial = serial;
    for (size_t i = 0; i < RECORD_BYTES; i++) {
        records[0][i] = octet_of(device, 0, i);
        records[1][i] = octet_of(device, sweep, i);
    }
    struct archive_item item = {.address = address,
                                .polled_at_unix_ms = time_of(sweep),
                                .reading = &reading,
                                .static_part = bytes_of(records[0], RECORD_BYTES),
                                .moving_part = bytes_of(records[1], RECORD_BYTES - device % 5),
                                .learned = bytes_of(records[1], 100)};
    int rc = archive_slice_add(slice, &item);
    if (rc != 0) {
        abort();
    }
}

/* Sweeps from `sweep` on until it is killed. */
static _Noreturn void run_child(int to, uint32_t sweep)
{
    struct store *store = NULL;
    struct archive_slice *slice = NULL;
    struct report report = {0};
    report.status = store_open(path, STORE_READ_WRITE, &store, NULL, 0);
    if (report.status == 0) {
        report.status = archive_slice_new(SLICE, &slice);
    }
    for (; report.status == 0; sweep++) {
        for (uint32_t first = 1; first <= DEVICES && report.status == 0; first += SLICE) {
            for (uint32_t device = first; device < first + SLICE; device++) {
                add_poll(slice, device, sweep);
            }
            report = (struct report){.sweep = sweep, .first_device = first};
            report.status = archive_slice_commit(slice, store, NULL);
            archive_slice_reset(slice);
            if (write(to, &report, sizeof(report)) != (ssize_t)sizeof(report)) {
                abort();
            }
        }
    }
    (void)!write(to, &report, sizeof(report));
    _exit(1);
}

/* --- the judge ------------------------------------------------------------------------------- */

/* Last sweep that was reported as stored, and that is stored, per device; index is the device. */
static uint32_t reported[DEVICES + 1];
static uint32_t found[DEVICES + 1];

static void note(const struct report *report)
{
    cr_assert_eq(report->status, 0, "%s", base_strerror(report->status));
    for (uint32_t device = report->first_device; device < report->first_device + SLICE; device++) {
        reported[device] = report->sweep;
    }
}

/* Starts a child, kills it after `delay_us`, and takes down what it reported. */
static void run_and_kill(uint32_t sweep, long delay_us)
{
    int ends[2];
    int status = 0;
    struct report report;
    struct timespec delay = {.tv_nsec = delay_us * 1000};
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        close(ends[0]);
        run_child(ends[1], sweep);
    }
    close(ends[1]);
    nanosleep(&delay, NULL);
    cr_assert_eq(kill(child, SIGKILL), 0);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "it died of something else");
    while (read(ends[0], &report, sizeof(report)) == (ssize_t)sizeof(report)) {
        note(&report);
    }
    close(ends[0]);
}

static void check_ledger_row(struct store_txn *txn, const struct store_row *row, uint32_t device,
                             uint32_t sweep)
{
    struct meter_rows read;
    meter_rows_init(&read, txn);
    cr_assert_eq(row->unix_ms, time_of(sweep));
    cr_assert_eq(meter_rows_read(&read, row), 0);
    cr_assert_eq(read.said->count, 1);
    cr_assert_eq(read.meters[0].value, total_of(device, sweep));
}

/* Follows a chain from its first row: no number is missing, each row names the one before it, and
 * the rows of a device are those of its sweeps, in order. heads gets each device's last row. */
static void check_chain(struct store_txn *txn, enum store_chain chain, uint64_t *heads)
{
    uint32_t sweeps[DEVICES + 1] = {0};
    struct store_row row;
    uint64_t sequence = 0;
    uint64_t expected = 0;
    int status = 0;
    memset(heads, 0, (DEVICES + 1) * sizeof(*heads));
    while (store_chain_next(txn, chain, &sequence, &row, &status)) {
        cr_assert_eq(sequence, ++expected);
        cr_assert(row.device >= 1 && row.device <= DEVICES);
        cr_assert_eq(row.previous, heads[row.device]);
        heads[row.device] = sequence;
        sweeps[row.device]++;
        if (chain == STORE_LEDGER) {
            check_ledger_row(txn, &row, row.device, sweeps[row.device]);
        }
    }
    cr_assert_eq(status, 0, "%s", base_strerror(status));
    memcpy(found, sweeps, sizeof(found));
}

static void check_device(struct store_txn *txn, const struct store_device *device, uint32_t sweep)
{
    struct bytes record;
    char key[32];
    uint32_t number = 0;
    size_t size = RECORD_BYTES - device->number % 5;
    cr_assert_eq(device->last_polled_unix_ms, time_of(sweep));
    cr_assert_eq(device->alerts_active, 0);
    cr_assert_eq((uint32_t)atoi(device->id), device->number);
    snprintf(key, sizeof(key), "serial::S%06u", (unsigned)device->number);
    cr_assert(store_device_find(txn, key, &number) == 0 && number == device->number);
    snprintf(key, sizeof(key), "address:10.0.0.1:%u", 10000 + (unsigned)device->number);
    cr_assert(store_device_find(txn, key, &number) == 0 && number == device->number);
    cr_assert_eq(store_record_get(txn, device->number, RECORD_MOVING, &record), 0);
    cr_assert_eq(record.size, size);
    for (size_t i = 0; i < size; i++) {
        cr_assert_eq(record.data[i], octet_of(device->number, sweep, i), "a torn record");
    }
    cr_assert_eq(store_record_get(txn, device->number, RECORD_STATIC, &record), 0);
    cr_assert_eq(store_learned_get(txn, key + 8, &record), 0);
    cr_assert_eq(record.data[1], octet_of(device->number, sweep, 1));
}

/* Holds the store against what was reported. Returns: the sweep to begin with next. */
static uint32_t check_store(void)
{
    static uint64_t heads[3][DEVICES + 1];
    char message[300] = "";
    struct store *store = NULL;
    struct store_txn *txn = NULL;
    struct store_device device;
    uint32_t number = 0;
    uint32_t devices = 0;
    uint32_t next = UINT32_MAX;
    int status = store_open(path, STORE_READ_WRITE, &store, message, sizeof(message));
    cr_assert_eq(status, 0, "%s", message);
    cr_assert_eq(store_begin(store, false, &txn), 0);
    check_chain(txn, STORE_EVENTS, heads[2]);
    check_chain(txn, STORE_HISTORY, heads[1]);
    check_chain(txn, STORE_LEDGER, heads[0]);
    while (store_device_next(txn, &number, &device, &status)) {
        cr_assert_eq(number, ++devices);
        check_device(txn, &device, found[number]);
        cr_assert_eq(device.ledger_head, heads[0][number]);
        cr_assert_eq(device.history_head, heads[1][number]);
        cr_assert_eq(device.event_head, heads[2][number]);
    }
    cr_assert_eq(status, 0, "%s", base_strerror(status));
    for (uint32_t i = 1; i <= DEVICES; i++) {
        cr_assert_geq(found[i], reported[i], "device %u: reported as stored and lost", (unsigned)i);
        next = found[i] < next ? found[i] : next;
    }
    store_abort(txn);
    store_close(store);
    return next + 1;
}

/* --- the tests ------------------------------------------------------------------------------- */

static int remove_entry(const char *name, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info;
    (void)type;
    (void)ftw;
    return remove(name);
}

static void begin_anew(void)
{
    struct stat info;
    if (stat(path, &info) == 0) {
        cr_assert_eq(nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
    }
    memset(reported, 0, sizeof(reported));
}

/* Returns: a delay below `most_us`, each as likely as any other. */
static long next_delay(uint32_t *seed, long most_us)
{
    *seed = *seed * 1664525 + 1013904223;
    return (long)(*seed >> 8) % most_us;
}

Test(store_crash, loses_nothing_and_tears_nothing_at_a_hundred_kills)
{
    uint32_t seed = 20261122;
    uint32_t sweep = 1;
    cr_log_info("seed %u", (unsigned)seed);
    snprintf(parent, sizeof(parent), "/tmp/platen-crash-XXXXXX");
    cr_assert_not_null(mkdtemp(parent));
    snprintf(path, sizeof(path), "%s/store", parent);
    for (int i = 0; i < KILLS_FRESH; i++) { /* while the store is being made */
        begin_anew();
        run_and_kill(1, next_delay(&seed, 20000));
        check_store();
    }
    begin_anew();
    for (int i = 0; i < KILLS_LATER; i++) {
        run_and_kill(sweep, next_delay(&seed, 120000));
        sweep = check_store();
    }
    cr_log_info("%u sweeps survived", (unsigned)sweep);
    cr_assert(sweep > 10, "the children came to sweep %u only", (unsigned)sweep);
    cr_assert_eq(nftw(parent, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

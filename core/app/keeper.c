#include "core/app/keeper.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/app/printers_read.h"
#include "core/base/clock.h"
#include "core/fleet/address.h"
#include "core/fleet/archive_find.h"

/* Polls that one transaction writes: enough that the two fdatasync of a commit are shared by many,
 * and few enough that slices and dirty pages, some 2 MB, are soon used again: fresh memory costs
 * more than a commit. */
#define KEEPER_SLICE_POLLS 256
/* Full slices that may wait before the sweep is held. */
#define KEEPER_QUEUE_MAX 2
/* A slice that is not full is written after this long. */
#define KEEPER_TICK_MS 250

struct keeper_slice {
    struct keeper_slice *next;
    struct keeper *keeper;
    struct archive_slice *archive;
    uint8_t *output;
    size_t output_size;
    size_t output_cap;
    struct archive_figures figures;
    int status;
};

struct keeper {
    struct store *store;
    struct events_rules rules;
    struct sweep_loop *runner;
    struct keeper_events events;
    struct keeper_slice *filling;
    struct keeper_slice *queue; /* full ones, oldest first */
    struct keeper_slice *queue_tail;
    struct keeper_slice *writing;
    struct keeper_slice *idle;
    unsigned queued;
    bool is_new;           /* the store was empty: nothing to recall */
    int64_t since_unix_ms; /* when the sweep began */
    uv_work_t work;
    struct archive_figures figures;
    int status;
    uint8_t *static_part;
    size_t static_cap;
    struct printers_read printers;
};

static void keeper_slice_free(struct keeper_slice *slice)
{
    while (slice != NULL) {
        struct keeper_slice *next = slice->next;
        archive_slice_free(slice->archive);
        free(slice->output);
        free(slice);
        slice = next;
    }
}

static struct keeper_slice *keeper_slice_take(struct keeper *keeper)
{
    struct keeper_slice *slice = keeper->idle;
    if (slice != NULL) {
        keeper->idle = slice->next;
        slice->next = NULL;
        return slice;
    }
    slice = calloc(1, sizeof(*slice));
    if (slice != NULL && archive_slice_new(KEEPER_SLICE_POLLS, &slice->archive) != 0) {
        free(slice);
        slice = NULL;
    }
    if (slice != NULL) {
        slice->keeper = keeper;
        archive_slice_rules(slice->archive, &keeper->rules);
    }
    return slice;
}

static void keeper_tick(void *owner)
{
    keeper_flush(owner);
}

int keeper_open(struct store *store, struct sweep_loop *runner, const struct keeper_events *events,
                struct keeper **out)
{
    struct store_figures figures;
    int status = store_figures(store, &figures);
    if (status != 0) {
        return status;
    }
    struct keeper *keeper = calloc(1, sizeof(*keeper));
    if (keeper == NULL) {
        return -ENOMEM;
    }
    /* The arena of a thread grows by one page and one mprotect at a time, and the store's pages are
     * of that size: the worker shares the main arena, which grows by many. */
    (void)mallopt(M_ARENA_MAX, 1);
    keeper->store = store;
    keeper->runner = runner;
    keeper->rules = events_rules_usual;
    keeper->is_new = figures.devices == 0 && !runner->is_lasting;
    keeper->since_unix_ms = clock_unix_ms();
    if (events != NULL) {
        keeper->events = *events;
    }
    sweep_loop_tick(runner, KEEPER_TICK_MS, keeper_tick, keeper);
    *out = keeper;
    return 0;
}

void keeper_rules(struct keeper *keeper, const struct events_rules *rules)
{
    keeper->rules = *rules;
}

void keeper_since(struct keeper *keeper, int64_t unix_ms)
{
    keeper->since_unix_ms = unix_ms;
}

void keeper_close(struct keeper *keeper)
{
    if (keeper == NULL) {
        return;
    }
    keeper_slice_free(keeper->filling);
    keeper_slice_free(keeper->queue);
    keeper_slice_free(keeper->idle);
    free(keeper->static_part);
    printers_read_fini(&keeper->printers);
    free(keeper);
}

bool keeper_recall(struct keeper *keeper, const union wire_address *address,
                   struct learned *learned)
{
    return keeper_recall_place(keeper, address, "", learned);
}

bool keeper_recall_place(struct keeper *keeper, const union wire_address *address,
                         const char *place, struct learned *learned)
{
    char key[ADDRESS_PLACE_MAX];
    struct store_txn *txn = NULL;
    struct bytes state;
    if (keeper->is_new || store_begin(keeper->store, false, &txn) != 0) {
        return false;
    }
    address_format_place(address, place, key, sizeof(key));
    /* What cannot be read, or is of another version, is learned again. */
    bool is_known = store_learned_get(txn, key, &state) == 0 && learned_decode(state, learned) == 0;
    store_abort(txn);
    return is_known;
}

static int keeper_copy_static(struct keeper *keeper, struct store_txn *txn, const char *key,
                              size_t *size)
{
    struct store_device device;
    struct bytes record;
    bool is_shared = false;
    int status = archive_device_of(txn, key, &device, &is_shared);
    if (status == 0) {
        status = store_record_get(txn, device.number, RECORD_STATIC, &record);
    }
    if (status != 0) {
        return status;
    }
    if (record.size > keeper->static_cap) {
        uint8_t *grown = realloc(keeper->static_part, record.size);
        if (grown == NULL) {
            return -ENOMEM;
        }
        keeper->static_part = grown;
        keeper->static_cap = record.size;
    }
    memcpy(keeper->static_part, record.data, record.size);
    *size = record.size;
    return 0;
}

struct bytes keeper_static_part(struct keeper *keeper, const struct sweep_result *result,
                                const uint32_t *printer)
{
    /* And "#" with a number. */
    char key[sizeof("address:") + ADDRESS_PLACE_MAX + 12] = "address:";
    struct store_txn *txn = NULL;
    size_t size = 0;
    address_format_place(result->address, result->place, key + sizeof("address:") - 1,
                         ADDRESS_PLACE_MAX);
    if (printer != NULL) {
        size_t end = strlen(key);
        (void)snprintf(key + end, sizeof(key) - end, "#%" PRIu32, *printer);
    }
    if (store_begin(keeper->store, false, &txn) != 0) {
        return bytes_of(NULL, 0);
    }
    int status = keeper_copy_static(keeper, txn, key, &size);
    store_abort(txn);
    return status == 0 ? bytes_of(keeper->static_part, size) : bytes_of(NULL, 0);
}

static void keeper_start(struct keeper *keeper);

static void keeper_on_work(uv_work_t *work)
{
    struct keeper_slice *slice = work->data;
    slice->status = archive_slice_commit(slice->archive, slice->keeper->store, &slice->figures);
}

static void keeper_sum(struct archive_figures *sum, const struct archive_figures *part)
{
    sum->polls += part->polls;
    sum->created += part->created;
    sum->unknown += part->unknown;
    sum->not_printers += part->not_printers;
    sum->duplicates += part->duplicates;
    sum->damaged += part->damaged;
    sum->static_records += part->static_records;
    sum->ledger_rows += part->ledger_rows;
    sum->history_rows += part->history_rows;
    sum->event_rows += part->event_rows;
}

static void keeper_settle(struct keeper *keeper, struct keeper_slice *slice, int status)
{
    if (status == 0) {
        keeper_sum(&keeper->figures, &slice->figures);
    } else if (keeper->status == 0) {
        keeper->status = status;
        sweep_stop(keeper->runner->sweep);
    }
    if (keeper->events.stored != NULL) {
        keeper->events.stored(keeper->events.owner, status,
                              bytes_of(slice->output, slice->output_size));
    }
    archive_slice_reset(slice->archive);
    slice->output_size = 0;
    slice->next = keeper->idle;
    keeper->idle = slice;
}

static void keeper_on_done(uv_work_t *work, int status)
{
    struct keeper_slice *slice = work->data;
    struct keeper *keeper = slice->keeper;
    keeper->writing = NULL;
    keeper->runner->pending--;
    keeper_settle(keeper, slice, status != 0 ? status : slice->status);
    keeper_start(keeper);
    if (keeper->queued < KEEPER_QUEUE_MAX) {
        sweep_hold(keeper->runner->sweep, false);
    }
    wire_udp_wake(keeper->runner->wire);
    sweep_loop_check(keeper->runner);
}

static void keeper_start(struct keeper *keeper)
{
    struct keeper_slice *slice = keeper->queue;
    if (slice == NULL || keeper->writing != NULL) {
        return;
    }
    keeper->queue = slice->next;
    keeper->queue_tail = keeper->queue == NULL ? NULL : keeper->queue_tail;
    keeper->queued--;
    slice->next = NULL;
    keeper->writing = slice;
    keeper->work.data = slice;
    if (keeper->status != 0) {
        /* After a failure nothing is tried again: the rest is given back as not stored. */
        keeper->writing = NULL;
        keeper->runner->pending--;
        keeper_settle(keeper, slice, keeper->status);
        keeper_start(keeper);
        return;
    }
    int status = uv_queue_work(keeper->runner->loop, &keeper->work, keeper_on_work, keeper_on_done);
    BASE_REQUIRE(status == 0);
}

void keeper_flush(struct keeper *keeper)
{
    struct keeper_slice *slice = keeper->filling;
    if (slice == NULL || archive_slice_count(slice->archive) == 0) {
        return;
    }
    keeper->filling = NULL;
    if (keeper->queue_tail != NULL) {
        keeper->queue_tail->next = slice;
    } else {
        keeper->queue = slice;
    }
    keeper->queue_tail = slice;
    keeper->queued++;
    if (keeper->queued >= KEEPER_QUEUE_MAX) {
        sweep_hold(keeper->runner->sweep, true);
    }
    keeper_start(keeper);
}

static int keeper_output(struct keeper_slice *slice, struct bytes output)
{
    size_t size = slice->output_size + output.size;
    if (size > slice->output_cap) {
        size_t cap = size * 2;
        uint8_t *grown = realloc(slice->output, cap);
        if (grown == NULL) {
            return -ENOMEM;
        }
        slice->output = grown;
        slice->output_cap = cap;
    }
    if (output.size > 0) {
        memcpy(slice->output + slice->output_size, output.data, output.size);
    }
    slice->output_size = size;
    return 0;
}

static int keeper_put(struct keeper *keeper, const struct archive_item *item, struct bytes output)
{
    if (keeper->filling == NULL) {
        keeper->filling = keeper_slice_take(keeper);
        if (keeper->filling == NULL) {
            return -ENOMEM;
        }
        keeper->runner->pending++; /* until this slice is settled */
    }
    int status = archive_slice_add(keeper->filling->archive, item);
    return status == 0 ? keeper_output(keeper->filling, output) : status;
}

/* Puts an item, in a new slice where the one at hand is full. */
static void keeper_put_somewhere(struct keeper *keeper, const struct archive_item *item,
                                 struct bytes output)
{
    int status = keeper_put(keeper, item, output);
    if (status == BASE_ELIMIT) {
        keeper_flush(keeper);
        status = keeper_put(keeper, item, output);
    }
    if (status != 0 && keeper->status == 0) {
        keeper->status = status;
        sweep_stop(keeper->runner->sweep);
    }
    if (keeper->filling != NULL &&
        archive_slice_count(keeper->filling->archive) >= KEEPER_SLICE_POLLS) {
        keeper_flush(keeper);
    }
}

/* Each printer of a print server is a device; the output of them all goes with the first. */
static void keeper_put_printers(struct keeper *keeper, const struct sweep_result *result,
                                const struct reading *reading, const struct archive_item *item,
                                struct bytes output)
{
    struct archive_item one = *item;
    uint32_t list[READING_PRINTERS_MAX];
    struct printers_choice choice = {.list = list, .count = reading->printer_count};
    memcpy(list, reading->printers, sizeof(list));
    for (; choice.which < choice.count; choice.which++) {
        struct sweep_result part;
        /* What cannot be parted is not stored; the caller has counted a damaged result. */
        if (printers_read_one(&keeper->printers, keeper, result, &choice, &part) != 0) {
            continue;
        }
        one.reading = &keeper->printers.reading;
        one.static_part = part.static_part;
        one.moving_part = part.moving_part;
        one.printers = list;
        one.printer_count = choice.count;
        one.printer = choice.which;
        keeper_put_somewhere(keeper, &one, choice.which == 0 ? output : bytes_of(NULL, 0));
    }
}

void keeper_add(struct keeper *keeper, const struct sweep_result *result,
                const struct reading *reading, struct bytes output)
{
    char key[ADDRESS_PLACE_MAX];
    uint8_t learned[LEARNED_BYTES];
    struct rows_access access;
    bool is_told = result->credential != NULL;
    if (is_told) {
        access = rows_access_of(result->credential, result->context);
    }
    size_t learned_size = learned_encode(result->learned, learned);
    address_format_place(result->address, result->place, key, sizeof(key));
    struct archive_item item = {.address = key,
                                .status = result->header.status,
                                .polled_at_unix_ms = result->header.polled_at_unix_ms,
                                .reading = reading,
                                .static_part = result->static_part,
                                .moving_part = result->moving_part,
                                .learned = bytes_of(learned, learned_size),
                                .access = is_told ? &access : NULL,
                                .since_unix_ms = result->since_unix_ms != 0
                                                     ? result->since_unix_ms
                                                     : keeper->since_unix_ms};
    if (reading != NULL && reading->printer_count > 1) {
        keeper_put_printers(keeper, result, reading, &item, output);
    } else {
        keeper_put_somewhere(keeper, &item, output);
    }
}

int keeper_status(const struct keeper *keeper)
{
    return keeper->status;
}

const struct archive_figures *keeper_figures(const struct keeper *keeper)
{
    return &keeper->figures;
}

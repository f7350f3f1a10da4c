#include "core/app/discover_run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/app/config_credentials.h"
#include "core/app/profiles.h"
#include "core/app/reading_json.h"
#include "core/base/clock.h"
#include "core/fleet/address.h"

#define TICK_MS 100

int discover_run_init(struct discover_run *run, const struct command *command,
                      struct discover_options *options)
{
    *run = (struct discover_run){.command = command, .options = options};
    targets_init(&run->targets.list);
    json_init(&run->json);
    table_init(&run->table, discover_report_columns, discover_report_column_count, clock_unix_ms());
    /* "platen profile check" says what is wrong with profiles. */
    if (reading_init(&run->reading) != 0 || profiles_open(&run->profiles, NULL) == -ENOMEM) {
        return command_complain(command, COMMAND_STORE, "out of memory");
    }
    reading_use_profiles(&run->reading, &run->profiles);
    return COMMAND_OK;
}

void discover_run_fini(struct discover_run *run)
{
    discover_watch_free(run->watch);
    reading_fini(&run->reading);
    printers_read_fini(&run->printers);
    scoping_close(&run->scoping);
    table_fini(&run->table);
    json_fini(&run->json);
    discover_targets_close(&run->targets);
    store_close(run->store);
    config_credentials_free(run->credentials);
    profile_set_fini(&run->profiles);
}

/* --- addresses -------------------------------------------------------------------------------- */

/* What the store has learned at an address. */
static bool recall(const struct discover_run *run, const union wire_address *address,
                   struct learned *learned)
{
    char key[TARGET_TEXT_MAX];
    struct store_txn *txn = NULL;
    struct bytes state;
    if (run->store == NULL || store_begin(run->store, false, &txn) != 0) {
        return false;
    }
    address_format(address, key, sizeof(key));
    bool is_known = store_learned_get(txn, key, &state) == 0 && learned_decode(state, learned) == 0;
    store_abort(txn);
    return is_known;
}

/* No printer when it was looked at last, and not so long ago that it has to be looked at again. */
static bool is_known_other(const struct discover_run *run)
{
    const struct learned *learned = &run->learned;
    int64_t age_ms = clock_unix_ms() - learned->full_at_unix_ms;
    return run->has_learned && !learned->is_printer && learned->full_at_unix_ms > 0 &&
           age_ms >= 0 && age_ms < run->options->others_after_ms && !run->options->poll.full;
}

bool discover_run_next(struct discover_run *run, union wire_address *address)
{
    struct target target;
    while (targets_next(&run->targets.list, &run->cursor, &target)) {
        address_from_target(&target, address);
        run->has_learned = recall(run, address, &run->learned);
        bool is_other = is_known_other(run);
        bool is_out = !is_other && run->has_learned && !run->options->force_scope &&
                      scoping_leaves_out(&run->scoping, run->store, address);
        if (!is_other && !is_out) {
            return true;
        }
        run->sums.known_others += is_other ? 1 : 0;
        run->sums.out_of_scope += is_out ? 1 : 0;
        run->sums.by_kind[DISCOVER_LEFT_OUT]++;
        discover_watch_count(run->watch, &target, DISCOVER_LEFT_OUT);
    }
    return false;
}

static bool next_event(void *owner, union wire_address *address)
{
    return discover_run_next(owner, address);
}

/* The sweep asks for it right after the address. */
static bool recall_event(void *owner, const union wire_address *address, struct learned *learned)
{
    struct discover_run *run = owner;
    (void)address;
    if (run->has_learned) {
        *learned = run->learned;
    }
    return run->has_learned;
}

/* --- results ---------------------------------------------------------------------------------- */

static void print(struct discover_run *run, struct bytes output)
{
    if (output.size == 0) {
        return;
    }
    progress_finish(&run->progress);
    discover_watch_clear(run->watch);
    bool is_written = fwrite(output.data, 1, output.size, stdout) == output.size;
    if ((!is_written || fflush(stdout) != 0) && run->write_error == 0) {
        run->write_error = errno;
        sweep_stop(run->runner.sweep);
    }
}

static void stored_event(void *owner, int status, struct bytes output)
{
    (void)status; /* said once, at the end; what was read is shown all the same */
    print(owner, output);
}

static const struct reading *decode(struct discover_run *run, const struct sweep_result *result)
{
    if (result->header.pdu_count == 0) {
        return NULL;
    }
    if (reading_decode(&run->reading, result->static_part, result->moving_part, false) != 0) {
        run->damaged++;
        return NULL;
    }
    run->reading.header = result->header;
    return &run->reading;
}

/* Adds what is told of one device, a line of JSON or a row of the table. */
static void tell(struct discover_run *run, const struct sweep_result *result,
                 const struct reading *reading, enum discover_kind kind)
{
    struct rows_access access;
    enum discover_news news = DISCOVER_NEW;
    if (kind == DISCOVER_PRINTER) {
        news = discover_report_news(run->store, result->address, reading);
        run->sums.by_news[news]++;
    } else if (!run->options->poll.all || kind == DISCOVER_SILENT) {
        return;
    }
    if (!run->options->poll.output.json) {
        discover_report_row(&run->table, result, reading, kind, news);
    } else if (reading != NULL) {
        if (result->credential != NULL) {
            access = rows_access_of(result->credential, result->context);
        }
        reading_json(&run->json, reading, result->credential != NULL ? &access : NULL);
        json_newline(&run->json);
    }
}

/* Behind one address there may be several printers.
 * Returns: what is to be printed once it is stored. */
static struct bytes tell_all(struct discover_run *run, const struct sweep_result *result,
                             const struct reading *reading, enum discover_kind kind)
{
    struct printers_choice choice = {.count = reading == NULL ? 0 : reading->printer_count};
    json_reset(&run->json);
    if (kind != DISCOVER_PRINTER || choice.count < 2) {
        tell(run, result, reading, kind);
    } else {
        run->sums.by_kind[DISCOVER_PRINTER] += choice.count - 1;
        for (choice.list = reading->printers; choice.which < choice.count; choice.which++) {
            struct sweep_result part;
            if (printers_read_one(&run->printers, run->keeper, result, &choice, &part) == 0) {
                tell(run, &part, &run->printers.reading, kind);
            } else {
                run->damaged++;
            }
        }
    }
    return run->json.size > 0 && json_status(&run->json) == 0
               ? bytes_of(json_text(&run->json), run->json.size)
               : bytes_of(NULL, 0);
}

/* Keeps a device that is no printer as such, though it has some of the Printer-MIB. */
static void keep_other(struct discover_run *run, const struct sweep_result *result)
{
    struct learned learned = *result->learned;
    struct sweep_result other = *result;
    learned.is_printer = false;
    learned.is_known = false;
    learned.full_at_unix_ms = result->header.polled_at_unix_ms;
    other.learned = &learned;
    other.header.status = RECORD_NOTPRINTER;
    keeper_add(run->keeper, &other, NULL, bytes_of(NULL, 0));
}

static void keep(struct discover_run *run, const struct sweep_result *result,
                 const struct reading *reading, enum discover_kind kind, struct bytes output)
{
    bool was_known = result->learned->polled_at_unix_ms > 0;
    if (kind == DISCOVER_OTHER) {
        keep_other(run, result);
        print(run, output);
    } else if (kind == DISCOVER_PRINTER || kind == DISCOVER_REFUSED || was_known) {
        keeper_add(run->keeper, result, kind == DISCOVER_PRINTER ? reading : NULL, output);
    } else {
        print(run, output); /* nothing is kept of an address where nobody is */
    }
}

static void ended_event(void *owner, const struct sweep_result *result)
{
    struct discover_run *run = owner;
    struct target target;
    if (result->is_canceled) {
        return;
    }
    const struct reading *reading = decode(run, result);
    enum discover_kind kind = discover_report_kind(result, reading);
    address_to_target(result->address, &target);
    run->sums.by_kind[kind]++;
    discover_watch_count(run->watch, &target, kind);
    struct bytes output = tell_all(run, result, reading, kind);
    if (run->keeper != NULL) {
        keep(run, result, reading, kind, output);
    } else {
        print(run, output);
    }
}

/* --- the run ---------------------------------------------------------------------------------- */

static void tick(void *owner)
{
    struct discover_run *run = owner;
    const uint64_t *kinds = run->sums.by_kind;
    struct progress_state state = {.ok = kinds[DISCOVER_PRINTER] + kinds[DISCOVER_OTHER] +
                                         kinds[DISCOVER_SILENT] + kinds[DISCOVER_LEFT_OUT],
                                   .failed = kinds[DISCOVER_REFUSED] + kinds[DISCOVER_FAILED]};
    state.done = state.ok + state.failed;
    if (run->watch != NULL) {
        discover_watch_draw(run->watch, clock_mono_us());
    } else {
        progress_update(&run->progress, &state, clock_mono_us());
    }
    if (run->keeper != NULL) {
        keeper_flush(run->keeper);
    }
}

static int open_loop(struct discover_run *run)
{
    const struct sweep_events events = {
        .owner = run, .next = next_event, .recall = recall_event, .ended = ended_event};
    const struct keeper_events keeper_events = {.owner = run, .stored = stored_event};
    int status = sweep_loop_open(&run->runner, &run->config, &events);
    if (status != 0) {
        return command_complain(run->command, COMMAND_STORE, "cannot open the sockets: %s",
                                base_strerror(status));
    }
    if (run->store != NULL) {
        status = keeper_open(run->store, &run->runner, &keeper_events, &run->keeper);
    }
    if (run->keeper != NULL) {
        keeper_rules(run->keeper, &run->rules);
    }
    if (status == 0 && run->options->watch) {
        run->watch = discover_watch_new(&run->targets.list);
        status = run->watch != NULL ? 0 : -ENOMEM;
    }
    if (status != 0) {
        sweep_loop_close(&run->runner);
        keeper_close(run->keeper);
        return command_complain(run->command, COMMAND_STORE, "cannot begin: %s",
                                base_strerror(status));
    }
    sweep_loop_tick(&run->runner, TICK_MS, tick, run);
    return COMMAND_OK;
}

static int judge(const struct discover_run *run)
{
    if (run->keeper != NULL && keeper_status(run->keeper) != 0) {
        return command_complain(run->command, COMMAND_STORE,
                                "the store could not be written (%s): what was read since then is "
                                "not kept",
                                base_strerror(keeper_status(run->keeper)));
    }
    if (run->damaged > 0) {
        return command_complain(run->command, COMMAND_STORE,
                                "%" PRIu64 " answers could not be decoded and are left out; this "
                                "is a mistake in Platen, please report it",
                                run->damaged);
    }
    uint64_t failed = run->sums.unresolved + run->sums.by_kind[DISCOVER_REFUSED] +
                      run->sums.by_kind[DISCOVER_FAILED];
    return failed > 0 || run->sums.is_interrupted ? COMMAND_FAILED : COMMAND_OK;
}

int discover_run_sweep(struct discover_run *run)
{
    const struct poll_options *options = &run->options->poll;
    int exit_code = open_loop(run);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    int64_t started_us = clock_mono_us();
    progress_init(&run->progress, "addresses", targets_count(&run->targets.list), !options->quiet,
                  started_us);
    sweep_loop_run(&run->runner);
    progress_finish(&run->progress);
    discover_watch_clear(run->watch);
    run->sums.elapsed_us = clock_mono_us() - started_us;
    run->sums.packets = engine_counters(sweep_engine(run->runner.sweep))->sent;
    run->sums.is_interrupted = run->runner.is_interrupted;
    exit_code = judge(run);
    if (!options->output.json) {
        table_sort(&run->table, 0, false);
        int printed =
            output_table(run->command, &run->table, &options->output, "No printer was found.");
        exit_code = printed != COMMAND_OK ? printed : exit_code;
        (void)fflush(stdout);
    }
    if (!options->quiet) {
        discover_report_close(&run->sums, options->output.json);
    }
    sweep_loop_close(&run->runner);
    keeper_close(run->keeper);
    return exit_code;
}

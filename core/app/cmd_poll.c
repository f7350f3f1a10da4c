#include "core/app/cmd_poll.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/app/cmd_store.h"
#include "core/app/config_credentials.h"
#include "core/app/config_events.h"
#include "core/app/keeper.h"
#include "core/app/poll_options.h"
#include "core/app/poll_report.h"
#include "core/app/poll_start.h"
#include "core/app/profiles.h"
#include "core/app/progress.h"
#include "core/app/result_read.h"
#include "core/app/result_tell.h"
#include "core/app/scoping.h"
#include "core/app/sweep_loop.h"
#include "core/base/clock.h"
#include "core/fleet/address.h"
#include "core/fleet/targets.h"

/* The static part of a device is read again after this, whatever the device says: many leave
 * prtGeneralConfigChanges at 0 for ever (facts 1.6). */
#define POLL_STATIC_MAX_AGE_MS (24 * 60 * 60 * 1000LL)
/* Requests that may wait for an answer, dead addresses included. */
#define POLL_INFLIGHT_MAX 16384
/* Addresses that are shown although they did not answer, as long as they are so few. */
#define POLL_FEW_TARGETS 16

const struct command cmd_poll_command = {
    .name = "poll",
    .summary = "read printers now and keep what they say",
    .operands = "TARGET...",
    .examples = {{"platen poll 10.1.2.0/24", "the printers of a network"},
                 {"platen poll @printers.txt --json > readings.jsonl", "one object a line"},
                 {"platen poll 10.1.2.3 --full --no-store", "one device, all of it, for a look"},
                 {"platen poll 10.1.0.0/16 --credentials credentials.yaml --version 3",
                  "by SNMPv3 and nothing else"},
                 {"platen poll 10.1.0.1-10.1.3.254:1161 --community-file community.txt",
                  "a range, another port, a community of your own"}},
    .options = poll_options_table,
    .option_count = POLL_OPTIONS_COUNT,
    .notes =
        "TARGET is an address, a host name, a network (10.1.0.0/16), a range (10.1.0.1-254), each "
        "with an optional :PORT, IPv6 in brackets before a port, or @FILE with one a line (@- "
        "reads standard input).\n\n"
        "A device that is in the store is asked only for what moves: status, alerts, supplies and "
        "meters. When it has restarted, says that its configuration changed, or a day has passed, "
        "names and capacities are read again.\n\n"
        "Credentials are tried in their order: those of --credentials, then the communities, each "
        "as 2c and 1; what worked is remembered of each device. Without any, the community is "
        "\"public\". \"platen config show\" tells what is in force.\n\n"
        "\"no answer\" may mean a wrong community, too, or a device that speaks SNMPv3 only: both "
        "keep silent. By SNMPv3 the error names what is wrong.\n\n"
        "With --json each device is printed once it is stored. Loopback addresses are not paced. "
        "Ctrl-C ends the sweep and keeps what was read.\n\n"
        "Exit: 0 all well, 1 some devices were not read, 2 usage, 3 store or system. Nothing is "
        "ever written to a device.",
    .run = cmd_poll,
};

struct poll_run {
    struct poll_options *options;
    struct targets targets;
    struct targets_cursor cursor;
    struct credentials *credentials;
    struct store *store;
    struct keeper *keeper;
    struct events_rules rules;
    struct sweep_loop runner;
    struct reading reading;
    struct profile_set profiles;
    struct scoping scoping;
    struct result_tell tell;
    struct table table;
    struct progress progress;
    uint64_t unresolved;
    uint64_t out_of_scope; /* known devices that were not polled */
    bool show_silent;
};

static bool poll_next(void *owner, union wire_address *address)
{
    struct poll_run *run = owner;
    struct target target;
    while (targets_next(&run->targets, &run->cursor, &target)) {
        address_from_target(&target, address);
        if (run->store == NULL || run->options->force_scope ||
            !scoping_leaves_out(&run->scoping, run->store, address)) {
            return true;
        }
        run->out_of_scope++;
    }
    return false;
}

static bool poll_recall(void *owner, const union wire_address *address, struct learned *learned)
{
    struct poll_run *run = owner;
    return run->keeper != NULL && keeper_recall(run->keeper, address, learned);
}

static bool poll_recall_place(void *owner, const union wire_address *address, const char *place,
                              struct learned *learned)
{
    struct poll_run *run = owner;
    return run->keeper != NULL && keeper_recall_place(run->keeper, address, place, learned);
}

static void poll_print(struct poll_run *run, struct bytes output)
{
    if (output.size == 0) {
        return;
    }
    progress_finish(&run->progress);
    if (!result_tell_print(&run->tell, output)) {
        sweep_stop(run->runner.sweep);
    }
}

static void poll_stored(void *owner, int status, struct bytes output)
{
    (void)status; /* cmd_poll says it once, at the end; what was read is shown all the same */
    poll_print(owner, output);
}

static const struct reading *poll_decode(struct poll_run *run, const struct sweep_result *result)
{
    if (result_read(run->keeper, result, &run->reading) != 0) {
        run->tell.damaged++;
        return NULL;
    }
    return &run->reading;
}

static void poll_tell(void *owner, const struct sweep_result *result, const struct reading *reading)
{
    struct poll_run *run = owner;
    if (run->options->output.json) {
        result_tell_json(&run->tell, result, reading);
    } else {
        poll_report_row(&run->table, result, reading, run->show_silent);
    }
}

static void poll_ended_event(void *owner, const struct sweep_result *result)
{
    struct poll_run *run = owner;
    if (result->is_canceled) {
        return;
    }
    const struct reading *reading = poll_decode(run, result);
    struct bytes output = result_tell_all(&run->tell, run->keeper, result, reading, poll_tell, run);
    if (run->keeper != NULL) {
        bool is_read = result->header.pdu_count > 0;
        keeper_add(run->keeper, result, is_read ? reading : NULL, output);
    } else {
        poll_print(run, output);
    }
}

static void poll_tick(void *owner)
{
    struct poll_run *run = owner;
    const struct sweep_counters *counters = sweep_counters(run->runner.sweep);
    struct progress_state state = {
        .ok = counters->by_status[RECORD_OK] + counters->by_status[RECORD_NOTPRINTER],
        .failed = counters->by_status[RECORD_PARTIAL] + counters->by_status[RECORD_TIMEOUT] +
                  counters->by_status[RECORD_AUTH] + counters->by_status[RECORD_ERROR]};
    state.done = state.ok + state.failed - counters->places;
    progress_update(&run->progress, &state, clock_mono_us());
    if (run->keeper != NULL) {
        keeper_flush(run->keeper);
    }
}

static int poll_config(const struct poll_run *run, struct sweep_config *config)
{
    const struct poll_options *options = run->options;
    *config = (struct sweep_config){
        .engine = {.max_inflight = POLL_INFLIGHT_MAX},
        .window = (uint32_t)options->concurrency,
        .credentials = run->credentials,
        .profiles = &run->profiles,
        .is_full = options->full || options->no_store,
        .is_forced = options->force,
        .static_max_age_ms = POLL_STATIC_MAX_AGE_MS,
    };
    return poll_start_engine(&cmd_poll_command, options, config);
}

static int poll_read_targets(struct poll_run *run, const struct args *args)
{
    char message[512];
    int status = 0;
    if (args->count == 0) {
        return command_complain(&cmd_poll_command, COMMAND_USAGE,
                                "say what to poll: an address, a network, a range or @FILE");
    }
    for (int i = 0; status == 0 && i < args->count; i++) {
        status = targets_add(&run->targets, args->operands[i], message, sizeof(message));
    }
    if (status == 0) {
        status = targets_close(&run->targets, NULL, message, sizeof(message));
    }
    if (status != 0) {
        return command_complain(&cmd_poll_command, COMMAND_USAGE, "%s", message);
    }
    size_t count = 0;
    const struct targets_name *names = targets_failures(&run->targets, &count);
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, "platen poll: %s: %s\n", names[i].text, targets_name_error(&names[i]));
    }
    run->unresolved = count;
    run->show_silent = run->options->all || targets_count(&run->targets) <= POLL_FEW_TARGETS;
    return COMMAND_OK;
}

static int poll_open_loop(struct poll_run *run)
{
    struct sweep_config config;
    const struct sweep_events events = {.owner = run,
                                        .next = poll_next,
                                        .recall = poll_recall,
                                        .recall_place = poll_recall_place,
                                        .ended = poll_ended_event};
    const struct keeper_events keeper_events = {.owner = run, .stored = poll_stored};
    int exit_code = poll_config(run, &config);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    int status = sweep_loop_open(&run->runner, &config, &events);
    if (status != 0) {
        return command_complain(&cmd_poll_command, COMMAND_STORE, "cannot open the sockets: %s",
                                base_strerror(status));
    }
    if (run->store != NULL) {
        status = keeper_open(run->store, &run->runner, &keeper_events, &run->keeper);
    }
    if (run->keeper != NULL) {
        keeper_rules(run->keeper, &run->rules);
    }
    if (status != 0) {
        sweep_loop_close(&run->runner);
        return command_complain(&cmd_poll_command, COMMAND_STORE, "cannot read the store: %s",
                                base_strerror(status));
    }
    sweep_loop_tick(&run->runner, 100, poll_tick, run);
    return COMMAND_OK;
}

/* The exit code of a sweep that has ended. */
static int poll_judge(const struct poll_run *run)
{
    const struct sweep_counters *counters = sweep_counters(run->runner.sweep);
    int exit_code = result_tell_judge(&run->tell, &cmd_poll_command, run->keeper);
    uint64_t failed = run->unresolved + counters->by_status[RECORD_PARTIAL] +
                      counters->by_status[RECORD_TIMEOUT] + counters->by_status[RECORD_AUTH] +
                      counters->by_status[RECORD_ERROR];
    bool has_failed = failed > 0 || run->runner.is_interrupted;
    return exit_code == COMMAND_OK && has_failed ? COMMAND_FAILED : exit_code;
}

static int poll_sweep(struct poll_run *run)
{
    int exit_code = poll_open_loop(run);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    int64_t started_us = clock_mono_us();
    progress_init(&run->progress, "devices", targets_count(&run->targets), !run->options->quiet,
                  started_us);
    sweep_loop_run(&run->runner);
    progress_finish(&run->progress);
    exit_code = poll_judge(run);
    if (!run->options->output.json) {
        poll_report_sort(&run->table);
        const struct sweep_counters *counters = sweep_counters(run->runner.sweep);
        int printed = output_table(&cmd_poll_command, &run->table, &run->options->output,
                                   poll_report_empty(counters, run->runner.is_interrupted));
        exit_code = printed != COMMAND_OK ? printed : exit_code;
    }
    if (!run->options->quiet) {
        const struct poll_report_end end = {.targets = targets_count(&run->targets),
                                            .unresolved = run->unresolved,
                                            .out_of_scope = run->out_of_scope,
                                            .elapsed_us = clock_mono_us() - started_us,
                                            .is_interrupted = run->runner.is_interrupted};
        (void)result_tell_print(&run->tell, bytes_of(NULL, 0));
        poll_report_close(sweep_counters(run->runner.sweep),
                          engine_counters(sweep_engine(run->runner.sweep)), &end);
    }
    sweep_loop_close(&run->runner);
    keeper_close(run->keeper);
    cmd_store_tidy(&cmd_poll_command, run->store);
    return exit_code;
}

/* A profile with a mistake is left out; the poll goes on without it. */
static void poll_complain(void *context, const char *sentence)
{
    (void)context;
    (void)command_complain(&cmd_poll_command, COMMAND_OK, "%s", sentence);
}

/* Reads credentials, scopes and profiles. */
static int poll_configure(struct poll_run *run)
{
    static struct config config;
    static struct config_report report;
    int exit_code =
        poll_options_open(&cmd_poll_command, run->options, &run->credentials, &config, &report);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    if (profiles_open(&run->profiles, &(struct profiles_report){poll_complain, NULL}) == -ENOMEM) {
        exit_code = command_complain(&cmd_poll_command, COMMAND_STORE, "out of memory");
    } else if (scoping_open(&run->scoping, &config, &run->profiles, &report) != 0) {
        exit_code = command_complain(&cmd_poll_command, COMMAND_USAGE, "%s", report.text);
    }
    config_events(&config, &run->rules);
    config_close(&config); /* passwords that stand in files are needed no more */
    reading_use_profiles(&run->reading, &run->profiles);
    return exit_code;
}

static int poll_prepare(struct poll_run *run, const struct args *args)
{
    int exit_code = output_prepare(&cmd_poll_command, &run->table, &run->options->output);
    if (exit_code == COMMAND_OK) {
        exit_code = poll_configure(run);
    }
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    exit_code = poll_read_targets(run, args);
    return exit_code != COMMAND_OK
               ? exit_code
               : poll_start_store(&cmd_poll_command, run->options, STORE_READ_WRITE, &run->store);
}

int cmd_poll(int argc, char **argv)
{
    static struct poll_options options;
    static struct poll_run run;
    struct args args;
    int exit_code = COMMAND_OK;
    poll_options_init(&options);
    if (!command_open(&cmd_poll_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    run = (struct poll_run){.options = &options};
    targets_init(&run.targets);
    result_tell_init(&run.tell);
    table_init(&run.table, poll_report_columns, poll_report_column_count, clock_unix_ms());
    if (reading_init(&run.reading) != 0) {
        exit_code = command_complain(&cmd_poll_command, COMMAND_STORE, "out of memory");
    } else {
        exit_code = poll_prepare(&run, &args);
    }
    if (exit_code == COMMAND_OK) {
        exit_code = poll_sweep(&run);
    }
    reading_fini(&run.reading);
    result_tell_fini(&run.tell);
    scoping_close(&run.scoping);
    table_fini(&run.table);
    store_close(run.store);
    targets_fini(&run.targets);
    config_credentials_free(run.credentials);
    profile_set_fini(&run.profiles);
    return result_tell_close(&run.tell, &cmd_poll_command, exit_code);
}

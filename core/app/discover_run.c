#include "core/app/discover_run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "core/app/config_credentials.h"
#include "core/app/profiles.h"
#include "core/base/clock.h"

#define TICK_MS 100

/* --- results ---------------------------------------------------------------------------------- */

static void print(void *owner, struct bytes output)
{
    struct discover_run *run = owner;
    if (output.size == 0) {
        return;
    }
    progress_finish(&run->progress);
    discover_watch_clear(run->search.watch);
    if (!result_tell_print(&run->tell, output)) {
        sweep_stop(run->runner.sweep);
    }
}

static void stored_event(void *owner, int status, struct bytes output)
{
    (void)status; /* said once, at the end; what was read is shown all the same */
    print(owner, output);
}

/* One result, and what it was found to be. */
struct finding {
    struct discover_run *run;
    enum discover_kind kind;
};

static void tell(void *owner, const struct sweep_result *result, const struct reading *reading)
{
    const struct finding *finding = owner;
    struct discover_run *run = finding->run;
    enum discover_news news = DISCOVER_NEW;
    if (finding->kind == DISCOVER_PRINTER) {
        news = discover_report_news(run->search.store, result, reading);
        run->search.sums.by_news[news]++;
    } else if (!run->options->poll.all || finding->kind == DISCOVER_SILENT) {
        return;
    }
    if (run->options->poll.output.json) {
        result_tell_json(&run->tell, result, reading);
    } else {
        discover_report_row(&run->table, result, reading, finding->kind, news);
    }
}

/* Returns: what is to be printed once it is stored. */
static struct bytes tell_all(void *owner, const struct sweep_result *result,
                             const struct reading *reading, enum discover_kind kind)
{
    struct discover_run *run = owner;
    struct finding finding = {run, kind};
    return result_tell_all(&run->tell, run->search.keeper, result, reading, tell, &finding);
}

/* --- the run ---------------------------------------------------------------------------------- */

int discover_run_init(struct discover_run *run, const struct command *command,
                      struct discover_options *options)
{
    *run = (struct discover_run){.command = command, .options = options};
    targets_init(&run->targets.list);
    result_tell_init(&run->tell);
    table_init(&run->table, discover_report_columns, discover_report_column_count, clock_unix_ms());
    /* "platen profile check" says what is wrong with profiles. */
    if (profiles_open(&run->profiles, NULL) == -ENOMEM ||
        discover_search_init(&run->search, &run->profiles) != 0) {
        return command_complain(command, COMMAND_STORE, "out of memory");
    }
    run->search.tell = tell_all;
    run->search.told = print;
    run->search.owner = run;
    return COMMAND_OK;
}

void discover_run_fini(struct discover_run *run)
{
    discover_watch_free(run->search.watch);
    discover_search_fini(&run->search);
    result_tell_fini(&run->tell);
    scoping_close(&run->scoping);
    table_fini(&run->table);
    discover_targets_close(&run->targets);
    store_close(run->search.store);
    config_credentials_free(run->credentials);
    profile_set_fini(&run->profiles);
}

static void tick(void *owner)
{
    struct discover_run *run = owner;
    const uint64_t *kinds = run->search.sums.by_kind;
    struct progress_state state = {.ok = kinds[DISCOVER_PRINTER] + kinds[DISCOVER_OTHER] +
                                         kinds[DISCOVER_SILENT] + kinds[DISCOVER_LEFT_OUT],
                                   .failed = kinds[DISCOVER_REFUSED] + kinds[DISCOVER_FAILED]};
    state.done = state.ok + state.failed;
    if (run->search.watch != NULL) {
        discover_watch_draw(run->search.watch, clock_mono_us());
    } else {
        progress_update(&run->progress, &state, clock_mono_us());
    }
    if (run->search.keeper != NULL) {
        keeper_flush(run->search.keeper);
    }
}

static int open_loop(struct discover_run *run)
{
    const struct sweep_events events = {.owner = &run->search,
                                        .next = discover_search_next,
                                        .recall = discover_search_recall,
                                        .recall_place = discover_search_recall_place,
                                        .ended = discover_search_ended};
    const struct keeper_events keeper_events = {.owner = run, .stored = stored_event};
    int status = sweep_loop_open(&run->runner, &run->config, &events);
    if (status != 0) {
        return command_complain(run->command, COMMAND_STORE, "cannot open the sockets: %s",
                                base_strerror(status));
    }
    if (run->search.store != NULL) {
        status = keeper_open(run->search.store, &run->runner, &keeper_events, &run->search.keeper);
    }
    if (run->search.keeper != NULL) {
        keeper_rules(run->search.keeper, &run->rules);
    }
    if (status == 0 && run->options->watch) {
        run->search.watch = discover_watch_new(&run->targets.list);
        status = run->search.watch != NULL ? 0 : -ENOMEM;
    }
    if (status != 0) {
        sweep_loop_close(&run->runner);
        keeper_close(run->search.keeper);
        return command_complain(run->command, COMMAND_STORE, "cannot begin: %s",
                                base_strerror(status));
    }
    sweep_loop_tick(&run->runner, TICK_MS, tick, run);
    return COMMAND_OK;
}

static int judge(struct discover_run *run)
{
    run->tell.damaged += run->search.damaged;
    int exit_code = result_tell_judge(&run->tell, run->command, run->search.keeper);
    uint64_t failed = run->search.sums.unresolved + run->search.sums.by_kind[DISCOVER_REFUSED] +
                      run->search.sums.by_kind[DISCOVER_FAILED];
    bool has_failed = failed > 0 || run->search.sums.is_interrupted;
    return exit_code == COMMAND_OK && has_failed ? COMMAND_FAILED : exit_code;
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
    discover_watch_end(run->search.watch);
    run->search.sums.elapsed_us = clock_mono_us() - started_us;
    run->search.sums.packets = engine_counters(sweep_engine(run->runner.sweep))->sent;
    run->search.sums.is_interrupted = run->runner.is_interrupted;
    exit_code = judge(run);
    if (!options->output.json) {
        table_sort(&run->table, 0, false);
        int printed =
            output_table(run->command, &run->table, &options->output, "No printer was found.");
        exit_code = printed != COMMAND_OK ? printed : exit_code;
        (void)result_tell_print(&run->tell, bytes_of(NULL, 0));
    }
    if (!options->quiet) {
        discover_report_close(&run->search.sums, options->output.json);
    }
    sweep_loop_close(&run->runner);
    keeper_close(run->search.keeper);
    return exit_code;
}

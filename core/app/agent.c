#include "core/app/agent.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/app/agent_chores.h"
#include "core/app/agent_lock.h"
#include "core/app/agent_polls.h"
#include "core/app/agent_roster.h"
#include "core/app/agent_search.h"
#include "core/app/agent_words.h"
#include "core/app/service.h"
#include "core/app/store_path.h"

#define TICK_MS 1000

/* A loop that comes so late has stood still. */
#define LAG_TOLD_US 1000000

/* A round shorter than this is told together with the next. */
#define ROUND_MS_MIN 5000

/* After polls ended because the store could not be written, or could not begin. */
#define REST_MS 30000

struct agent {
    const struct agent_options *options;
    uv_loop_t loop;
    uv_signal_t signals[3]; /* hang up, interrupt, terminate */
    uv_timer_t ticker;
    int64_t tick_us; /* when the last tick was */
    struct store *store;
    int lock_fd;
    struct agent_clock clock;
    struct schedule *schedule;
    struct agent_roster roster;
    struct agent_chores chores;
    struct agent_settings *settings; /* in force */
    struct agent_polls *polls;       /* those in force; NULL while they rest */
    unsigned polls_alive;            /* with those that come to their end */
    struct agent_search *search;     /* under way; NULL = none */
    struct agent_round round;
    int64_t round_began_ms;  /* these: on the time line */
    int64_t search_began_ms; /* 0 = never, so it is due at once */
    int64_t rest_until_ms;
    struct agent_note note;
    bool is_noted; /* the note in the store is as this one */
    bool is_stopping;
    char path[PATH_MAX]; /* of the store */
};

static void go_on_stopping(struct agent *agent);

static int64_t now_ms(const struct agent *agent)
{
    return agent_clock_ms(&agent->clock);
}

static void note(struct agent *agent, enum agent_note_fact fact, int64_t value)
{
    agent->note.facts[fact] = value;
    agent->is_noted = false;
}

/* --- polls ------------------------------------------------------------------------------------ */

static void polls_ended(void *owner, struct agent_polls *polls, int status)
{
    struct agent *agent = owner;
    bool was_in_force = agent->polls == polls;
    agent_polls_free(polls);
    agent->polls_alive--;
    if (was_in_force) {
        agent->polls = NULL;
        agent->rest_until_ms = now_ms(agent) + REST_MS;
    }
    if (status != 0) {
        service_log(SERVICE_ERROR,
                    "the store could not be written: %s; what was read since then is not kept. "
                    "Polls rest for %d s",
                    base_strerror(status), REST_MS / 1000);
    }
    go_on_stopping(agent);
}

static void begin_polls(struct agent *agent)
{
    const struct agent_polls_terms terms = {.loop = &agent->loop,
                                            .store = agent->store,
                                            .schedule = agent->schedule,
                                            .clock = &agent->clock,
                                            .round = &agent->round,
                                            .settings = agent->settings,
                                            .owner = agent,
                                            .ended = polls_ended};
    int status = agent_polls_open(&terms, &agent->polls);
    agent->polls_alive += status == 0;
    if (status != 0) {
        agent->rest_until_ms = now_ms(agent) + REST_MS;
        service_log(SERVICE_ERROR, "polls cannot begin: %s; again in %d s", base_strerror(status),
                    REST_MS / 1000);
    }
}

static void check_round(struct agent *agent)
{
    char text[AGENT_WORDS_MAX];
    int64_t every_ms = agent->settings->poll.every_ms;
    int64_t took_ms = now_ms(agent) - agent->round_began_ms;
    if (took_ms < every_ms || took_ms < ROUND_MS_MIN) {
        return;
    }
    const uint64_t *by_status = agent->round.by_status;
    note(agent, AGENT_NOTE_ROUND_ENDED, clock_unix_ms());
    note(agent, AGENT_NOTE_ROUND_TOOK, took_ms);
    note(agent, AGENT_NOTE_ROUND_POLLED, (int64_t)agent->round.polled);
    note(agent, AGENT_NOTE_ROUND_OK, (int64_t)by_status[RECORD_OK]);
    note(agent, AGENT_NOTE_ROUND_SILENT, (int64_t)by_status[RECORD_TIMEOUT]);
    agent_words_round(&agent->round, took_ms, schedule_count(agent->schedule), text);
    service_log(SERVICE_INFO, "%s", text);
    service_status(text);
    agent->round = (struct agent_round){0};
    agent->round_began_ms = now_ms(agent);
}

/* --- searches --------------------------------------------------------------------------------- */

static void search_ended(void *owner, const struct agent_search *search, int status)
{
    struct agent *agent = owner;
    char text[AGENT_WORDS_MAX];
    const struct discover_sums *sums = agent_search_sums(search);
    bool was_stopped = agent_search_was_stopped(search);
    agent->search = NULL;
    if (status != 0) {
        const char *message = agent_search_message(search);
        service_log(SERVICE_ERROR, "the search ended: %s",
                    message[0] != '\0' ? message : base_strerror(status));
    } else {
        agent_words_search(sums, agent_search_created(search), text);
        service_log(SERVICE_INFO, "%s", text);
    }
    if (!was_stopped) { /* else it is begun anew, now or by the next agent */
        note(agent, AGENT_NOTE_SEARCH_ENDED, clock_unix_ms());
        note(agent, AGENT_NOTE_SEARCH_TOOK, sums->elapsed_us / 1000);
        note(agent, AGENT_NOTE_SEARCH_ADDRESSES, (int64_t)sums->addresses);
        note(agent, AGENT_NOTE_SEARCH_PRINTERS, (int64_t)sums->by_kind[DISCOVER_PRINTER]);
        note(agent, AGENT_NOTE_SEARCH_NEW, (int64_t)agent_search_created(search));
    }
    go_on_stopping(agent);
}

static bool is_search_due(const struct agent *agent)
{
    const struct schedule_job *job = &agent->settings->search;
    bool is_daily = job->every_ms == 0;
    /* A time of day is the wall clock's, an interval is not. */
    int64_t began = is_daily && agent->search_began_ms != 0
                        ? agent->note.facts[AGENT_NOTE_SEARCH_BEGAN]
                        : agent->search_began_ms;
    return schedule_job_wait_ms(job, began, is_daily ? clock_unix_ms() : now_ms(agent)) == 0;
}

static void check_search(struct agent *agent)
{
    const struct agent_search_terms terms = {.loop = &agent->loop,
                                             .store = agent->store,
                                             .schedule = agent->schedule,
                                             .clock = &agent->clock,
                                             .settings = agent->settings,
                                             .owner = agent,
                                             .ended = search_ended};
    if (!agent->settings->searches || agent->search != NULL || !is_search_due(agent)) {
        return;
    }
    agent->search_began_ms = now_ms(agent);
    note(agent, AGENT_NOTE_SEARCH_BEGAN, clock_unix_ms());
    int status = agent_search_begin(&terms, &agent->search);
    if (status != 0) {
        service_log(SERVICE_ERROR, "the search cannot begin: %s", base_strerror(status));
    }
}

/* --- settings --------------------------------------------------------------------------------- */

/* Notes what the settings in force say about times. */
static void note_settings(struct agent *agent)
{
    const struct agent_settings *settings = agent->settings;
    note(agent, AGENT_NOTE_POLL_EVERY, settings->poll.every_ms);
    note(agent, AGENT_NOTE_OFFLINE_EVERY, settings->poll.offline_every_ms);
    note(agent, AGENT_NOTE_FULL_EVERY, settings->poll.full_every_ms);
    note(agent, AGENT_NOTE_SEARCHES, settings->searches);
    note(agent, AGENT_NOTE_SEARCH_EVERY, settings->search.every_ms);
    note(agent, AGENT_NOTE_SEARCH_AT, settings->search.at_minute);
}

static void log_settings(const struct agent *agent, const char *beginning)
{
    char text[AGENT_WORDS_MAX];
    agent_words_settings(agent->settings, text);
    service_log(SERVICE_INFO, "%s %s: %" PRIu32 " devices; %s", beginning, agent->path,
                schedule_count(agent->schedule), text);
    if (!agent->settings->searches && schedule_count(agent->schedule) == 0) {
        service_log(SERVICE_NOTICE, "there is nothing to do yet: set discovery.targets in the "
                                    "configuration, or run \"platen discover\"");
    }
}

/* What the new settings change begins now; what is under way ends with the old ones. */
static void put_in_force(struct agent *agent, struct agent_settings *settings)
{
    agent_settings_drop(agent->settings);
    agent->settings = settings;
    schedule_set_rules(agent->schedule, &settings->poll, now_ms(agent));
    if (agent->polls != NULL) {
        struct agent_polls *old = agent->polls;
        agent->polls = NULL;
        agent_polls_end(old, false);
    }
    begin_polls(agent);
    if (agent->search != NULL) {
        agent_search_stop(agent->search);
        agent->search_began_ms = 0; /* and is begun anew */
    }
    note_settings(agent);
    log_settings(agent, "reloaded, on the store");
}

static void reload(struct agent *agent)
{
    static struct config_report report;
    struct agent_settings *settings = NULL;
    service_reloading();
    int status = agent_settings_load(agent->options, &report, &settings);
    if (status == 0 && settings->profile_mistakes > 0) {
        agent_settings_drop(settings);
        status = BASE_EUSAGE;
    }
    if (status != 0) {
        service_log(SERVICE_ERROR, "%s", report.text);
        service_log(SERVICE_ERROR, "nothing is changed: the settings from before stay in force");
    } else {
        put_in_force(agent, settings);
    }
    service_ready();
}

/* --- the loop --------------------------------------------------------------------------------- */

static void check_lag(struct agent *agent)
{
    int64_t now_us = clock_mono_us();
    int64_t lag_us = now_us - agent->tick_us - TICK_MS * INT64_C(1000);
    agent->tick_us = now_us;
    if (lag_us / 1000 > agent->note.facts[AGENT_NOTE_LAG_MAX]) {
        agent->note.facts[AGENT_NOTE_LAG_MAX] = lag_us / 1000; /* is written with the next reason */
    }
    if (lag_us > LAG_TOLD_US) {
        service_log(SERVICE_WARNING, "the loop stood still for %d ms", (int)(lag_us / 1000));
    }
}

static void on_tick(uv_timer_t *timer)
{
    struct agent *agent = timer->data;
    check_lag(agent);
    service_alive();
    if (agent->is_stopping) {
        return;
    }
    int status = agent_roster_step(&agent->roster);
    if (status != 0) {
        service_log(SERVICE_ERROR, "the store cannot be read: %s", base_strerror(status));
    }
    if (agent->polls == NULL && now_ms(agent) >= agent->rest_until_ms) {
        begin_polls(agent);
    }
    check_search(agent);
    check_round(agent);
    if (!agent->is_noted) {
        agent->note.facts[AGENT_NOTE_WRITTEN] = clock_unix_ms();
        agent->is_noted = agent_chores_do(&agent->chores, &agent->note);
    } else {
        (void)agent_chores_do(&agent->chores, NULL);
    }
}

static void chore_done(void *owner)
{
    go_on_stopping(owner);
}

/* Ends the loop once everything under way has ended. */
static void go_on_stopping(struct agent *agent)
{
    if (!agent->is_stopping || agent->polls_alive > 0 || agent->search != NULL ||
        agent->chores.is_busy || uv_is_closing((uv_handle_t *)&agent->ticker) != 0) {
        return;
    }
    agent->note.facts[AGENT_NOTE_STOPPED] = clock_unix_ms();
    agent->note.facts[AGENT_NOTE_WRITTEN] = clock_unix_ms();
    int status = agent_chores_write(agent->store, &agent->note);
    if (status != 0) {
        service_log(SERVICE_WARNING, "the agent's note could not be written: %s",
                    base_strerror(status));
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(agent->signals); i++) {
        uv_close((uv_handle_t *)&agent->signals[i], NULL);
    }
    uv_close((uv_handle_t *)&agent->ticker, NULL);
}

static void stop(struct agent *agent)
{
    agent->is_stopping = true;
    service_stopping();
    service_log(SERVICE_INFO, "stopping: what was read is being kept");
    if (agent->polls != NULL) {
        agent_polls_end(agent->polls, true);
    }
    if (agent->search != NULL) {
        agent_search_stop(agent->search);
    }
    go_on_stopping(agent);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct agent *agent = handle->data;
    if (number == SIGHUP) {
        if (!agent->is_stopping) {
            reload(agent);
        }
        return;
    }
    if (agent->is_stopping) {
        _exit(COMMAND_FAILED); /* the store is whole at any instant */
    }
    stop(agent);
}

static int open_loop(struct agent *agent)
{
    static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
    int status = uv_loop_init(&agent->loop);
    if (status != 0) {
        return status;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(numbers); i++) {
        uv_signal_init(&agent->loop, &agent->signals[i]);
        agent->signals[i].data = agent;
        uv_signal_start(&agent->signals[i], on_signal, numbers[i]);
    }
    uv_timer_init(&agent->loop, &agent->ticker);
    agent->ticker.data = agent;
    agent->tick_us = clock_mono_us();
    uv_timer_start(&agent->ticker, on_tick, TICK_MS, TICK_MS);
    return 0;
}

/* --- beginning and end ------------------------------------------------------------------------ */

static int load(struct agent *agent, const struct command *command)
{
    static struct config_report report;
    int status = agent_settings_load(agent->options, &report, &agent->settings);
    if (status != 0) {
        return command_complain(command, COMMAND_USAGE, "%s", report.text);
    }
    if (report.count > 0) {
        service_log(SERVICE_WARNING, "%s", report.text);
    }
    return COMMAND_OK;
}

static int open_store(struct agent *agent, const struct command *command)
{
    char message[512] = "";
    struct agent_lock other;
    const char *variable = getenv("PLATEN_STORE");
    const char *option = agent->options->store;
    if (option == NULL && (variable == NULL || variable[0] == '\0') &&
        agent->settings->store[0] != '\0') {
        option = agent->settings->store;
    }
    if (store_path_find(option, agent->path, sizeof(agent->path)) != 0) {
        return command_complain(command, COMMAND_USAGE,
                                "no place for the store: name one with --store DIR");
    }
    int status = store_open(agent->path, STORE_READ_WRITE, &agent->store, message, sizeof(message));
    if (status != 0) {
        return command_complain(command, COMMAND_STORE, "%s", message);
    }
    status = agent_lock_take(agent->path, clock_unix_ms(), &agent->lock_fd, &other);
    if (status == BASE_EEXISTS) {
        return command_complain(command, COMMAND_STORE,
                                "process %" PRId64 " is an agent on the store in %s already",
                                other.pid, agent->path);
    }
    return status == 0 ? COMMAND_OK
                       : command_complain(command, COMMAND_STORE, "cannot lock %s/agent.lock: %s",
                                          agent->path, base_strerror(status));
}

/* Goes on where the agent before was. A search that it did not end counts for nothing. */
static void recall(struct agent *agent)
{
    struct store_txn *txn = NULL;
    int64_t *facts = agent->note.facts;
    if (store_begin(agent->store, false, &txn) == 0) {
        if (agent_note_read(txn, &agent->note) != 0) {
            agent->note = (struct agent_note){0};
        }
        store_abort(txn);
    }
    if (facts[AGENT_NOTE_SEARCH_BEGAN] > facts[AGENT_NOTE_SEARCH_ENDED]) {
        facts[AGENT_NOTE_SEARCH_BEGAN] = facts[AGENT_NOTE_SEARCH_ENDED];
    }
    int64_t began_unix_ms = facts[AGENT_NOTE_SEARCH_BEGAN];
    agent->search_began_ms = began_unix_ms != 0 ? agent_clock_of(&agent->clock, began_unix_ms) : 0;
    note(agent, AGENT_NOTE_STARTED, clock_unix_ms());
    note(agent, AGENT_NOTE_STOPPED, 0);
    note(agent, AGENT_NOTE_LAG_MAX, 0);
    note_settings(agent);
}

static int open_schedule(struct agent *agent, const struct command *command)
{
    agent->schedule = schedule_new(&agent->settings->poll);
    agent->roster = (struct agent_roster){
        .store = agent->store, .schedule = agent->schedule, .clock = &agent->clock};
    int status = agent->schedule != NULL ? agent_roster_read(&agent->roster) : -ENOMEM;
    agent->round_began_ms = now_ms(agent);
    return status == 0 ? COMMAND_OK
                       : command_complain(command, COMMAND_STORE, "cannot read the store: %s",
                                          base_strerror(status));
}

static int run(struct agent *agent, const struct command *command)
{
    int status = open_loop(agent);
    if (status != 0) {
        return command_complain(command, COMMAND_STORE, "cannot begin: %s", base_strerror(status));
    }
    agent->chores = (struct agent_chores){.loop = &agent->loop,
                                          .store = agent->store,
                                          .owner = agent,
                                          .done = chore_done,
                                          .compacted_us = clock_mono_us()};
    log_settings(agent, "platen " PLATEN_VERSION " runs on the store");
    begin_polls(agent);
    check_search(agent);
    service_ready();
    uv_run(&agent->loop, UV_RUN_DEFAULT);
    status = uv_loop_close(&agent->loop);
    BASE_REQUIRE(status == 0);
    service_log(SERVICE_INFO, "stopped");
    return COMMAND_OK;
}

int agent_run(const struct command *command, const struct agent_options *options)
{
    static struct agent agent;
    agent = (struct agent){.options = options, .lock_fd = -1};
    agent_clock_start(&agent.clock);
    service_log_until(options->verbose ? SERVICE_DEBUG : SERVICE_INFO);
    int exit_code = load(&agent, command);
    if (exit_code == COMMAND_OK) {
        exit_code = open_store(&agent, command);
    }
    if (exit_code == COMMAND_OK) {
        exit_code = open_schedule(&agent, command);
    }
    if (exit_code == COMMAND_OK) {
        recall(&agent);
        exit_code = run(&agent, command);
    }
    schedule_free(agent.schedule);
    agent_settings_drop(agent.settings);
    store_close(agent.store);
    if (agent.lock_fd >= 0) {
        (void)close(agent.lock_fd);
    }
    return exit_code;
}

#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include "core/app/agent_inside.h"
#include "core/app/agent_words.h"
#include "core/app/service.h"

#define TICK_MS 1000

/* A loop that comes so late has stood still. */
#define LAG_TOLD_US 1000000

/* A round shorter than this is told together with the next. */
#define ROUND_MS_MIN 5000

/* After polls ended because the store could not be written, or could not begin. */
#define REST_MS 30000

/* After a search that could not begin or go on. */
#define SEARCH_AGAIN_MS (10 * 60 * 1000)

static void go_on_stopping(struct agent *agent);

/* --- polls ------------------------------------------------------------------------------------ */

static void polls_ended(void *owner, struct agent_polls *polls, int status)
{
    struct agent *agent = owner;
    bool was_in_force = agent->polls == polls;
    agent_polls_free(polls);
    agent->polls_alive--;
    if (was_in_force) {
        agent->polls = NULL;
        agent->rest_until_ms = agent_now_ms(agent) + REST_MS;
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
        agent->rest_until_ms = agent_now_ms(agent) + REST_MS;
        service_log(SERVICE_ERROR, "polls cannot begin: %s; again in %d s", base_strerror(status),
                    REST_MS / 1000);
    }
}

static void check_round(struct agent *agent)
{
    char text[AGENT_WORDS_MAX];
    int64_t every_ms = agent->settings->poll.every_ms;
    int64_t took_ms = agent_now_ms(agent) - agent->round_began_ms;
    if (took_ms < every_ms || took_ms < ROUND_MS_MIN) {
        return;
    }
    const uint64_t *by_status = agent->round.by_status;
    agent_put(agent, AGENT_NOTE_ROUND_ENDED, clock_unix_ms());
    agent_put(agent, AGENT_NOTE_ROUND_TOOK, took_ms);
    agent_put(agent, AGENT_NOTE_ROUND_POLLED, (int64_t)agent->round.polled);
    agent_put(agent, AGENT_NOTE_ROUND_OK, (int64_t)by_status[RECORD_OK]);
    agent_put(agent, AGENT_NOTE_ROUND_SILENT, (int64_t)by_status[RECORD_TIMEOUT]);
    agent_words_round(&agent->round, took_ms, schedule_count(agent->schedule), text);
    service_log(SERVICE_INFO, "%s", text);
    service_status(text);
    agent->round = (struct agent_round){0};
    agent->round_began_ms = agent_now_ms(agent);
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
        service_log(SERVICE_ERROR, "the search ended, and begins again in %d minutes: %s",
                    SEARCH_AGAIN_MS / 60000, message[0] != '\0' ? message : base_strerror(status));
    } else {
        agent_words_search(sums, agent_search_created(search), text);
        service_log(SERVICE_INFO, "%s", text);
    }
    if (status != 0) { /* it counts for nothing */
        agent->search_began_ms = 0;
        agent->search_rests_until_ms = agent_now_ms(agent) + SEARCH_AGAIN_MS;
        agent_put(agent, AGENT_NOTE_SEARCH_BEGAN, agent->note.facts[AGENT_NOTE_SEARCH_ENDED]);
    } else if (!was_stopped) { /* else it is begun anew, now or by the next agent */
        agent_put(agent, AGENT_NOTE_SEARCH_ENDED, clock_unix_ms());
        agent_put(agent, AGENT_NOTE_SEARCH_TOOK, sums->elapsed_us / 1000);
        agent_put(agent, AGENT_NOTE_SEARCH_ADDRESSES, (int64_t)sums->addresses);
        agent_put(agent, AGENT_NOTE_SEARCH_PRINTERS, (int64_t)sums->printers);
        agent_put(agent, AGENT_NOTE_SEARCH_NEW, (int64_t)agent_search_created(search));
    }
    agent->is_trimming = true; /* its memory is freed behind this */
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
    return schedule_job_wait_ms(job, began, is_daily ? clock_unix_ms() : agent_now_ms(agent)) == 0;
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
    if (!agent->settings->searches || agent->search != NULL || !is_search_due(agent) ||
        agent_now_ms(agent) < agent->search_rests_until_ms) {
        return;
    }
    agent->search_began_ms = agent_now_ms(agent);
    agent_put(agent, AGENT_NOTE_SEARCH_BEGAN, clock_unix_ms());
    int status = agent_search_begin(&terms, &agent->search);
    if (status != 0) {
        agent->search_rests_until_ms = agent_now_ms(agent) + SEARCH_AGAIN_MS;
        agent->search_began_ms = 0;
        service_log(SERVICE_ERROR, "the search cannot begin: %s", base_strerror(status));
    }
}

/* --- settings --------------------------------------------------------------------------------- */

void agent_put_settings(struct agent *agent)
{
    const struct agent_settings *settings = agent->settings;
    agent_put(agent, AGENT_NOTE_POLL_EVERY, settings->poll.every_ms);
    agent_put(agent, AGENT_NOTE_OFFLINE_EVERY, settings->poll.offline_every_ms);
    agent_put(agent, AGENT_NOTE_FULL_EVERY, settings->poll.full_every_ms);
    agent_put(agent, AGENT_NOTE_SEARCHES, settings->searches);
    agent_put(agent, AGENT_NOTE_SEARCH_EVERY, settings->search.every_ms);
    agent_put(agent, AGENT_NOTE_SEARCH_AT, settings->search.at_minute);
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
    schedule_set_rules(agent->schedule, &settings->poll, agent_now_ms(agent));
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
    agent->search_rests_until_ms = 0;
    agent_put_settings(agent);
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
    if (agent->polls == NULL && agent_now_ms(agent) >= agent->rest_until_ms) {
        begin_polls(agent);
    }
    if (agent->is_trimming) {
        agent->is_trimming = false;
        (void)malloc_trim(0);
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

int agent_loop(struct agent *agent, const struct command *command)
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

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/app/agent_inside.h"
#include "core/app/agent_lock.h"
#include "core/app/service.h"
#include "core/app/store_path.h"

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
    agent_put(agent, AGENT_NOTE_STARTED, clock_unix_ms());
    agent_put(agent, AGENT_NOTE_STOPPED, 0);
    agent_put(agent, AGENT_NOTE_LAG_MAX, 0);
    agent_put_settings(agent);
}

static int open_schedule(struct agent *agent, const struct command *command)
{
    agent->schedule = schedule_new(&agent->settings->poll);
    agent->roster = (struct agent_roster){
        .store = agent->store, .schedule = agent->schedule, .clock = &agent->clock};
    int status = agent->schedule != NULL ? agent_roster_read(&agent->roster) : -ENOMEM;
    agent->round_began_ms = agent_now_ms(agent);
    return status == 0 ? COMMAND_OK
                       : command_complain(command, COMMAND_STORE, "cannot read the store: %s",
                                          base_strerror(status));
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
        exit_code = agent_loop(&agent, command);
    }
    schedule_free(agent.schedule);
    agent_settings_drop(agent.settings);
    store_close(agent.store);
    if (agent.lock_fd >= 0) {
        (void)close(agent.lock_fd);
    }
    return exit_code;
}

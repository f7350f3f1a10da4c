#include "core/app/cmd_status.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "core/app/duration.h"
#include "core/app/output.h"
#include "core/app/status_read.h"
#include "core/app/when.h"

static const struct args_option options_table[] = {
    OUTPUT_OPTION_JSON,     OUTPUT_OPTION_CONFIG, OUTPUT_OPTION_STORE,
    OUTPUT_OPTION_NO_COLOR, ARGS_HELP_OPTION,
};

const struct command cmd_status_command = {
    .name = "status",
    .summary = "whether the agent runs, and how the fleet does",
    .operands = "",
    .examples = {{"platen status", "for people"},
                 {"platen status --json | jq .polls.overdue", "for monitoring"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes = "A device is ok when its last poll was answered, silent after one or two that were "
             "not, offline after three. It is overdue when it has not been polled for two of its "
             "intervals. The oldest reading is that of the device, of those that answer, which "
             "was read longest ago.\n\n"
             "Exit: 0 the agent runs and nothing is overdue, 1 it does not or something is, "
             "2 usage, 3 store or system.",
    .run = cmd_status,
};

/* --- for programs ----------------------------------------------------------------------------- */

static void put_moment(struct json *json, const char *key, int64_t unix_ms)
{
    char text[WHEN_TEXT_MAX];
    json_key(json, key);
    when_iso(unix_ms, text, sizeof(text));
    json_put_string(json, unix_ms > 0 ? text : NULL);
}

static void put_number(struct json *json, const char *key, int64_t value)
{
    json_key(json, key);
    json_put_integer(json, value);
}

static void put_device(struct json *json, const char *key, const struct store_device *device,
                       int64_t at_unix_ms)
{
    json_key(json, key);
    if (device->number == 0) {
        json_put_null(json);
        return;
    }
    json_object_begin(json);
    json_key(json, "id");
    json_put_string(json, device->id);
    json_key(json, "address");
    json_put_string(json, device->address);
    put_moment(json, "at", at_unix_ms);
    json_object_end(json);
}

static void put_agent(struct json *json, const struct status_read *status)
{
    const int64_t *facts = status->note.facts;
    json_key(json, "agent");
    json_object_begin(json);
    json_key(json, "running");
    json_put_bool(json, status->is_running);
    json_key(json, "pid");
    if (status->is_running) {
        json_put_integer(json, status->agent.pid);
    } else {
        json_put_null(json);
    }
    put_moment(json, "since", status->is_running ? status->agent.since_unix_ms : 0);
    put_moment(json, "stopped", facts[AGENT_NOTE_STOPPED]);
    put_moment(json, "heard", facts[AGENT_NOTE_WRITTEN]);
    put_number(json, "lag_max_ms", facts[AGENT_NOTE_LAG_MAX]);
    json_object_end(json);
}

static void put_devices(struct json *json, const struct status_read *status)
{
    json_key(json, "devices");
    json_object_begin(json);
    put_number(json, "known", (int64_t)status->known);
    put_number(json, "ok", (int64_t)status->ok);
    put_number(json, "silent", (int64_t)status->silent);
    put_number(json, "offline", (int64_t)status->offline);
    put_number(json, "never_read", (int64_t)status->never_read);
    put_number(json, "out_of_scope", (int64_t)status->out_of_scope);
    json_object_end(json);
}

static void put_polls(struct json *json, const struct status_read *status)
{
    const int64_t *facts = status->note.facts;
    json_key(json, "polls");
    json_object_begin(json);
    put_number(json, "every_s", facts[AGENT_NOTE_POLL_EVERY] / 1000);
    put_number(json, "overdue", (int64_t)status->overdue);
    put_device(json, "polled_longest_ago", &status->latest_due,
               status->latest_due.last_polled_unix_ms);
    put_device(json, "oldest_reading", &status->oldest, status->oldest.last_answered_unix_ms);
    put_moment(json, "round_ended", facts[AGENT_NOTE_ROUND_ENDED]);
    put_number(json, "round_polled", facts[AGENT_NOTE_ROUND_POLLED]);
    put_number(json, "round_ok", facts[AGENT_NOTE_ROUND_OK]);
    put_number(json, "round_silent", facts[AGENT_NOTE_ROUND_SILENT]);
    json_object_end(json);
}

static void put_search(struct json *json, const struct status_read *status)
{
    const int64_t *facts = status->note.facts;
    json_key(json, "search");
    json_object_begin(json);
    json_key(json, "under_way");
    json_put_bool(json, status->is_searching);
    put_moment(json, "began", facts[AGENT_NOTE_SEARCH_BEGAN]);
    put_moment(json, "ended", facts[AGENT_NOTE_SEARCH_ENDED]);
    put_number(json, "addresses", facts[AGENT_NOTE_SEARCH_ADDRESSES]);
    put_number(json, "printers", facts[AGENT_NOTE_SEARCH_PRINTERS]);
    put_number(json, "new", facts[AGENT_NOTE_SEARCH_NEW]);
    put_moment(json, "next", status->next_search_unix_ms);
    json_object_end(json);
}

/* A UUID as RFC 9562 writes it. */
static const char *uuid_text(const uint8_t id[STORE_INSTALLATION_BYTES])
{
    static char text[2 * STORE_INSTALLATION_BYTES + sizeof("----")];
    size_t size = 0;
    for (size_t i = 0; i < STORE_INSTALLATION_BYTES; i++) {
        const char *dash = i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "";
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%02x", dash, id[i]);
    }
    return text;
}

static int print_json(const struct status_read *status, const char *path)
{
    struct json json;
    json_init(&json);
    json_object_begin(&json);
    json_key(&json, "installation");
    json_put_string(&json, uuid_text(status->installation));
    put_agent(&json, status);
    put_devices(&json, status);
    put_polls(&json, status);
    put_search(&json, status);
    json_key(&json, "store");
    json_object_begin(&json);
    json_key(&json, "path");
    json_put_string(&json, path);
    put_number(&json, "bytes", (int64_t)status->store.used_bytes);
    put_number(&json, "ledger_rows", (int64_t)status->store.ledger_rows);
    json_object_end(&json);
    json_object_end(&json);
    return output_json(&cmd_status_command, &json);
}

/* --- for people ------------------------------------------------------------------------------- */

static const char *ago(const struct status_read *status, int64_t unix_ms)
{
    static char text[WHEN_TEXT_MAX];
    when_ago(unix_ms, status->now_unix_ms, text, sizeof(text));
    return text;
}

static const char *length(int64_t ms)
{
    static char text[DURATION_TEXT_MAX];
    duration_format(ms < 1000 ? ms : (ms + 500) / 1000 * 1000, text, sizeof(text));
    return text;
}

static void print_agent(const struct status_read *status)
{
    const int64_t *facts = status->note.facts;
    if (status->is_running) {
        char since[WHEN_TEXT_MAX];
        when_local(status->agent.since_unix_ms, since, sizeof(since));
        printf("Agent    runs as process %" PRId64 " since %s\n", status->agent.pid, since);
    } else if (!status->has_note) {
        puts("Agent    has never run on this store");
    } else if (facts[AGENT_NOTE_STOPPED] != 0) {
        printf("Agent    does not run; it was stopped %s\n",
               ago(status, facts[AGENT_NOTE_STOPPED]));
    } else {
        printf("Agent    does not run; it ended without a word, after %s\n",
               ago(status, facts[AGENT_NOTE_WRITTEN]));
    }
}

static void print_devices(const struct status_read *status)
{
    printf("Devices  %" PRIu64 ": %" PRIu64 " ok, %" PRIu64 " silent, %" PRIu64 " offline, %" PRIu64
           " never read",
           status->known, status->ok, status->silent, status->offline, status->never_read);
    if (status->out_of_scope > 0) {
        printf(", %" PRIu64 " out of scope", status->out_of_scope);
    }
    putchar('\n');
    if (status->oldest.number != 0) {
        printf("Reading  the oldest is of %s, %s\n", status->oldest.address,
               ago(status, status->oldest.last_answered_unix_ms));
    }
}

static void print_polls(const struct status_read *status)
{
    const int64_t *facts = status->note.facts;
    if (!status->has_note) {
        return;
    }
    printf("Polls    every %s", length(facts[AGENT_NOTE_POLL_EVERY]));
    if (facts[AGENT_NOTE_ROUND_ENDED] != 0) {
        printf("; the last round, %s: %" PRId64 " polls, %" PRId64 " ok, %" PRId64 " silent",
               ago(status, facts[AGENT_NOTE_ROUND_ENDED]), facts[AGENT_NOTE_ROUND_POLLED],
               facts[AGENT_NOTE_ROUND_OK], facts[AGENT_NOTE_ROUND_SILENT]);
    }
    putchar('\n');
    if (status->overdue > 0) {
        printf("Overdue  %" PRIu64 ", most of all %s, polled %s\n", status->overdue,
               status->latest_due.address, ago(status, status->latest_due.last_polled_unix_ms));
    }
}

static void print_search(const struct status_read *status)
{
    const int64_t *facts = status->note.facts;
    char next[WHEN_TEXT_MAX];
    if (!status->has_note || facts[AGENT_NOTE_SEARCHES] == 0) {
        return;
    }
    fputs("Search   ", stdout);
    if (facts[AGENT_NOTE_SEARCH_ENDED] != 0) {
        printf("%s: %" PRId64 " printers (%" PRId64 " new) at %" PRId64 " addresses in %s",
               ago(status, facts[AGENT_NOTE_SEARCH_ENDED]), facts[AGENT_NOTE_SEARCH_PRINTERS],
               facts[AGENT_NOTE_SEARCH_NEW], facts[AGENT_NOTE_SEARCH_ADDRESSES],
               length(facts[AGENT_NOTE_SEARCH_TOOK]));
    } else {
        fputs("none has ended yet", stdout);
    }
    if (status->is_searching) {
        fputs("; one is under way\n", stdout);
    } else if (status->next_search_unix_ms != 0) {
        when_local(status->next_search_unix_ms, next, sizeof(next));
        printf("; next %s\n", next);
    } else {
        putchar('\n');
    }
}

static int print_lines(const struct status_read *status, const char *path)
{
    print_agent(status);
    print_devices(status);
    print_polls(status);
    print_search(status);
    printf("Store    %" PRIu64 ".%" PRIu64 " MB in %s, %" PRIu64 " ledger rows\n",
           status->store.used_bytes / 1000000, status->store.used_bytes / 100000 % 10, path,
           status->store.ledger_rows);
    printf("Id       %s\n", uuid_text(status->installation));
    if (status->note.facts[AGENT_NOTE_LAG_MAX] >= 1000) {
        printf("Loop     stood still for %s at worst\n",
               length(status->note.facts[AGENT_NOTE_LAG_MAX]));
    }
    return COMMAND_OK;
}

static int show(const struct output_options *options, const char *path)
{
    struct view view;
    struct status_read status;
    int exit_code = view_open(&view, &cmd_status_command, options->store, options->config);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    int rc = status_read(&view, path, &status);
    if (rc != 0) {
        exit_code = command_complain(&cmd_status_command, COMMAND_STORE, "%s", base_strerror(rc));
    } else {
        exit_code = options->json ? print_json(&status, path) : print_lines(&status, path);
    }
    if (exit_code == COMMAND_OK && (!status.is_running || status.overdue > 0)) {
        exit_code = COMMAND_FAILED;
    }
    return view_close(&view, exit_code);
}

int cmd_status(int argc, char **argv)
{
    struct output_options options = {0};
    struct args args;
    char path[PATH_MAX];
    int exit_code = COMMAND_OK;
    if (!command_open(&cmd_status_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    exit_code = view_path(&cmd_status_command, options.store, options.config, path);
    return exit_code == COMMAND_OK ? command_close(&cmd_status_command, show(&options, path))
                                   : exit_code;
}

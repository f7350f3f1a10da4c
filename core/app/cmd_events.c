#include "core/app/cmd_events.h"

#include <inttypes.h>
#include <string.h>

#include "core/app/event_words.h"
#include "core/app/events_follow.h"
#include "core/app/listing.h"
#include "core/fleet/lineage_memory.h"

/* Events that are shown without --limit, and those that --follow begins with. */
#define LIMIT        100
#define LIMIT_FOLLOW 10

static const struct args_option options_table[] = {
    {"since", 0, "TIME", "only events from TIME on: 7d (seven days ago), 2026-11-30T18:00",
     ARGS_TIME, offsetof(struct cmd_events_options, since_unix_ms), 0, 0},
    {"kind", 'k', "LIST",
     "only these kinds, separated by commas; a word means all that begin with it: supply, alert",
     ARGS_TEXT, offsetof(struct cmd_events_options, kind), 0, 0},
    {"limit", 'n', "N", "at most N events, the newest, 0 for all (100, with --follow 10)",
     ARGS_NUMBER, offsetof(struct cmd_events_options, limit), 0, 1000000000},
    {"follow", 'f', NULL, "then go on and show what happens, until Ctrl-C", ARGS_FLAG,
     offsetof(struct cmd_events_options, follow), 0, 0},
    LISTING_OPTIONS,
    ARGS_HELP_OPTION,
};

const struct command cmd_events_command = {
    .name = "events",
    .summary = "what happened, the newest first, each once",
    .operands = "[ID...]",
    .examples = {{"platen events --since 24h", "what happened since yesterday"},
                 {"platen events --kind replenish --since 7d --csv > order.csv",
                  "what to order: each supply once, before it is empty"},
                 {"platen events --follow --kind alert,offline", "what goes wrong, as it is seen"},
                 {"platen events 10.1.2.3 --kind supply --limit 0",
                  "the life of a device's cartridges"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "Kinds: supply-low, supply-empty, supply-replaced, supply-replaced-early, "
        "service-near-end, replenish, alert-raised, alert-cleared, offline, asleep, back, gone, "
        "moved, firmware-changed, credential-changed, credential-downgraded, counter-break, "
        "counter-dispute, identity-conflict, duplicate-serial, merged, split, new.\n\n"
        "A supply is told low and empty once until it is refilled, and requested once "
        "(replenish) when its days fall through the lead time, or when it is low and its days "
        "cannot be known. Sleep is no fault: a device that falls silent after it said that it "
        "sleeps is asleep. Thresholds stand in the configuration: events, replenishment.\n\n"
        "--follow shows the oldest first, and each new one as soon as whoever polls has stored "
        "it.\n\n"
        "Events are kept for two years and alerts for 30 days, as far as the room of a device "
        "goes: some 400 events.\n\n"
        "Columns: id, name, address, port, model, serial, at, event, subject, detail; and for "
        "programs, or when --columns names them: scope, index, value (percent, or days of a "
        "replenish), "
        "before, now, since.",
    .run = cmd_events,
};

#define FIRST LISTING_COUNT

static const struct table_column columns[] = {
    LISTING_COLUMNS,
    CMD_EVENTS_COLUMNS,
};

_Static_assert(BASE_ARRAY_COUNT(columns) == FIRST + CMD_EVENTS_COUNT, "a column for each name");

/* --- one event -------------------------------------------------------------------------------- */

/* A device under way. */
struct adding {
    struct view *view;
    struct table *table;
    const struct store_device *device;
    const struct cmd_events_filter *filter;
    bool has_device;
};

static void set_text(struct table *table, size_t column, struct bytes text)
{
    char copy[256];
    if (text.size > 0) {
        snprintf(copy, sizeof(copy), "%.*s", (int)text.size, (const char *)text.data);
        table_set_text(table, column, copy);
    }
}

static bool add_event(void *owner, int64_t unix_ms, struct bytes payload)
{
    const struct adding *adding = owner;
    struct table *table = adding->table;
    struct event_words words;
    if (unix_ms < adding->filter->since_unix_ms) {
        return true;
    }
    if (event_words_of(payload, &adding->view->reading, &words) != 0) {
        adding->view->damaged++;
        return true;
    }
    if ((adding->filter->kinds >> words.kind & 1U) == 0) {
        return true;
    }
    size_t first = adding->has_device ? FIRST : 0;
    table_row(table);
    if (adding->has_device) {
        listing_set_device(table, adding->view, adding->device);
    }
    table_set_number(table, first + CMD_EVENTS_AT, unix_ms);
    table_set_text(table, first + CMD_EVENTS_EVENT, rows_event_name(words.kind));
    table_set_style(table, first + CMD_EVENTS_EVENT, words.style);
    table_set_text(table, first + CMD_EVENTS_SUBJECT,
                   words.subject[0] != '\0' ? words.subject : NULL);
    table_set_text(table, first + CMD_EVENTS_DETAIL, words.detail[0] != '\0' ? words.detail : NULL);
    set_text(table, first + CMD_EVENTS_INDEX, words.index);
    set_text(table, first + CMD_EVENTS_BEFORE, words.before);
    set_text(table, first + CMD_EVENTS_NOW, words.now);
    if (words.value != ROWS_CHANGE_NOTHING) {
        table_set_number(table, first + CMD_EVENTS_VALUE, words.value);
    }
    if (words.since_unix_ms != 0) {
        table_set_number(table, first + CMD_EVENTS_SINCE, words.since_unix_ms);
    }
    return true;
}

void cmd_events_add_one(struct view *view, struct table *table, const struct store_device *device,
                        const struct cmd_events_filter *filter, const struct store_row *row)
{
    struct adding adding = {view, table, device, filter, true};
    (void)add_event(&adding, row->unix_ms, row->payload);
}

void cmd_events_add(struct view *view, struct table *table, const struct store_device *device,
                    const struct cmd_events_filter *filter, bool has_device)
{
    struct adding adding = {view, table, device, filter, has_device};
    if (lineage_events(view->txn, device, add_event, &adding, &view->damaged) != 0) {
        view->damaged++;
    }
}

/* --- all -------------------------------------------------------------------------------------- */

static void collect(struct view *view, struct table *table, struct view_set *set,
                    const void *options)
{
    const struct cmd_events_options *events = options;
    struct store_device device;
    uint32_t number = 0;
    while (view_set_next(view, set, &number, &device)) {
        cmd_events_add(view, table, &device, &events->filter, true);
    }
    table_sort(table, FIRST + CMD_EVENTS_AT, true);
    if (events->limit > 0) {
        table_limit(table, (size_t)events->limit);
    }
    if (events->follow) {
        table_sort(table, FIRST + CMD_EVENTS_AT, false);
        table->is_growing = true;
    }
}

/* Kinds of a list of words; a word means each kind that is it or begins with it. */
static bool read_kinds(const char *list, uint64_t *kinds)
{
    *kinds = list == NULL ? UINT64_MAX : 0;
    while (list != NULL && *list != '\0') {
        size_t size = strcspn(list, ",");
        uint64_t found = 0;
        for (int i = 0; i < ROWS_EVENT_COUNT && size > 0; i++) {
            if (strncmp(rows_event_name((enum rows_event)i), list, size) == 0) {
                found |= UINT64_C(1) << i;
            }
        }
        if (found == 0) {
            (void)command_complain(&cmd_events_command, COMMAND_USAGE,
                                   "there is no kind of event \"%.*s\".\nTry \"platen events "
                                   "--help\" for those there are.",
                                   (int)(size < 40 ? size : 40), list);
            return false;
        }
        *kinds |= found;
        list += size + (list[size] == ',');
    }
    return true;
}

int cmd_events(int argc, char **argv)
{
    struct listing listing = {
        .command = &cmd_events_command,
        .columns = columns,
        .column_count = BASE_ARRAY_COUNT(columns),
        .nothing = "Nothing happened.",
        .collect = collect,
    };
    struct cmd_events_options options = {.limit = -1};
    struct args args;
    int exit_code = COMMAND_OK;
    if (!command_open(&cmd_events_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    options.filter.since_unix_ms = options.since_unix_ms;
    if (!read_kinds(options.kind, &options.filter.kinds)) {
        return COMMAND_USAGE;
    }
    if (options.follow && (options.listing.output.csv || options.listing.output.sort != NULL)) {
        return command_complain(&cmd_events_command, COMMAND_USAGE,
                                "--follow goes with neither --csv nor --sort");
    }
    if (options.limit < 0) {
        options.limit = options.follow ? LIMIT_FOLLOW : LIMIT;
    }
    listing.go_on = options.follow ? events_follow : NULL;
    return listing_show(&listing, &args, &options);
}

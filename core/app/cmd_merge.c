#include "core/app/cmd_merge.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/app/output.h"
#include "core/app/view.h"
#include "core/base/clock.h"
#include "core/fleet/archive.h"
#include "core/fleet/lineage.h"

struct merge_options {
    struct output_options output; /* only store is offered */
};

static const struct args_option options_table[] = {OUTPUT_OPTION_CONFIG, OUTPUT_OPTION_STORE,
                                                   ARGS_HELP_OPTION};

const struct command cmd_merge_command = {
    .name = "merge",
    .summary = "two devices of the store are one",
    .operands = "ID ID",
    .examples = {{"platen merge 3f2a 91c0", "the device 91c0 is the device 3f2a, with another "
                                            "board"},
                 {"platen merge LOBBY-2 10.1.2.7", "by name and address"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes = "The first device stays, with its id; the second one goes into it: what it is known "
             "by, and its address where it answered last. No record of the ledger changes: those "
             "of both are read together from then on, and so are their events, their tags and what "
             "forecasts are made of; of a scope set by hand that of the first one counts. Both "
             "have it among their events, and \"platen split\" takes it back and gives each its "
             "own.\n\n"
             "It works beside a poll, and beside an agent, which heeds it within a minute.",
    .run = cmd_merge,
};

const struct command cmd_split_command = {
    .name = "split",
    .summary = "takes a merge of two devices back",
    .operands = "ID [GONE]",
    .examples = {{"platen split 3f2a",
                  "the device that was merged into 3f2a last is one of its own "
                  "again"},
                 {"platen split 3f2a 91c0", "the one that had the id 91c0"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes = "GONE is the id, or the beginning of it, of a device that \"platen show ID\" tells as "
             "merged; without it the last one. Both get what they were known by; records stay with "
             "the device that they were read for. Merges that Platen made by itself, because a "
             "device came back with a new board, are taken back in the same way, and are not made "
             "again.\n\n"
             "It works beside a poll, and beside an agent, which heeds it within a minute.",
    .run = cmd_split,
};

/* What is to be done, found out before the store is opened for writing. */
struct merge_task {
    const struct command *command;
    char path[PATH_MAX];
    uint32_t stays;
    uint32_t gone; /* 0 = the last one */
    char stays_id[STORE_ID_MAX];
    char gone_id[STORE_ID_MAX];
};

/* --- finding ---------------------------------------------------------------------------------- */

static int find_two(struct view *view, const struct args *args, struct merge_task *task)
{
    struct store_device stays;
    struct store_device gone;
    int exit_code = view_find(view, args->operands[0], &stays);
    exit_code = exit_code == COMMAND_OK ? view_find(view, args->operands[1], &gone) : exit_code;
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    if (stays.number == gone.number) {
        return command_complain(task->command, COMMAND_USAGE, "\"%s\" and \"%s\" are one device",
                                args->operands[0], args->operands[1]);
    }
    task->stays = stays.number;
    task->gone = gone.number;
    memcpy(task->stays_id, stays.id, sizeof(task->stays_id));
    memcpy(task->gone_id, gone.id, sizeof(task->gone_id));
    return COMMAND_OK;
}

/* Finds the merge that is meant: the last one that the word fits, NULL = any. */
static int find_merge(struct view *view, const struct store_device *stays, const char *word,
                      struct merge_task *task)
{
    struct lineage_entry entry;
    struct store_device gone;
    struct bytes list;
    size_t at = 0;
    if (store_record_get(view->txn, stays->number, ARCHIVE_PART_LINEAGE, &list) != 0) {
        list = bytes_of(NULL, 0);
    }
    while (lineage_next(list, &at, &entry)) {
        if (store_device_get(view->txn, entry.number, &gone) == 0 &&
            (word == NULL || strncasecmp(gone.id, word, strlen(word)) == 0)) {
            task->gone = gone.number;
            memcpy(task->gone_id, gone.id, sizeof(task->gone_id));
        }
    }
    if (task->gone == 0) {
        return command_complain(task->command, COMMAND_USAGE, "no device%s%s was merged into %s",
                                word != NULL ? " with the id " : "", word != NULL ? word : "",
                                stays->id);
    }
    task->stays = stays->number;
    memcpy(task->stays_id, stays->id, sizeof(task->stays_id));
    return COMMAND_OK;
}

static int find_split(struct view *view, const struct args *args, struct merge_task *task)
{
    struct store_device stays;
    int exit_code = view_find(view, args->operands[0], &stays);
    return exit_code == COMMAND_OK
               ? find_merge(view, &stays, args->count > 1 ? args->operands[1] : NULL, task)
               : exit_code;
}

/* --- writing ---------------------------------------------------------------------------------- */

static int write_txn(struct store_txn *txn, const struct merge_task *task)
{
    const struct lineage_reason reason = {.unix_ms = clock_unix_ms()};
    struct store_device device;
    uint32_t back = 0;
    int status = store_device_get(txn, task->stays, &device);
    if (status == 0) {
        status = task->command == &cmd_merge_command
                     ? lineage_merge(txn, &device, task->gone, &reason)
                     : lineage_split(txn, &device, task->gone, reason.unix_ms, &back);
    }
    return status == 0 ? store_device_put(txn, &device) : status;
}

static int write_store(const struct merge_task *task)
{
    char message[512] = "";
    struct store *store = NULL;
    struct store_txn *txn = NULL;
    int status = store_open(task->path, STORE_READ_WRITE, &store, message, sizeof(message));
    if (status != 0) {
        return command_complain(task->command, COMMAND_STORE, "%s",
                                message[0] != '\0' ? message : base_strerror(status));
    }
    status = store_begin(store, true, &txn);
    status = status == 0 ? write_txn(txn, task) : status;
    if (status == 0) {
        status = store_commit(txn);
    } else {
        store_abort(txn);
    }
    store_close(store);
    if (status == BASE_ELIMIT || status == BASE_EUSAGE) {
        return command_complain(task->command, COMMAND_USAGE,
                                "%s cannot be merged with %s: too many devices are in them already",
                                task->gone_id, task->stays_id);
    }
    return status == 0
               ? COMMAND_OK
               : command_complain(task->command, COMMAND_STORE, "%s", base_strerror(status));
}

static int run(struct merge_task *task, int argc, char **argv, int operands_min,
               int (*find)(struct view *view, const struct args *args, struct merge_task *task))
{
    struct merge_options options = {0};
    struct args args;
    struct view view;
    int exit_code = COMMAND_OK;
    if (!command_open(task->command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    if (args.count < operands_min || args.count > 2) {
        return command_complain(task->command, COMMAND_USAGE,
                                "takes %s, but got %d.\nTry \"platen devices\" for the ids, or "
                                "\"platen %s --help\".",
                                task->command->operands, args.count, task->command->name);
    }
    exit_code = view_path(task->command, options.output.store, options.output.config, task->path);
    if (exit_code == COMMAND_OK) {
        exit_code = view_open(&view, task->command, options.output.store, options.output.config);
    }
    if (exit_code == COMMAND_OK) {
        exit_code = view_close(&view, find(&view, &args, task));
    }
    return exit_code == COMMAND_OK ? write_store(task) : exit_code;
}

int cmd_merge(int argc, char **argv)
{
    struct merge_task task = {.command = &cmd_merge_command};
    int exit_code = run(&task, argc, argv, 2, find_two);
    if (exit_code == COMMAND_OK && task.stays != 0) {
        printf("%s is %s now; \"platen split %s\" takes it back.\n", task.gone_id, task.stays_id,
               task.stays_id);
    }
    return command_close(task.command, exit_code);
}

int cmd_split(int argc, char **argv)
{
    struct merge_task task = {.command = &cmd_split_command};
    int exit_code = run(&task, argc, argv, 1, find_split);
    if (exit_code == COMMAND_OK && task.stays != 0) {
        printf("%s is a device of its own again, beside %s.\n", task.gone_id, task.stays_id);
    }
    return command_close(task.command, exit_code);
}

#include "core/app/cmd_scope.h"

#include <stdio.h>
#include <string.h>

#include "core/app/output.h"
#include "core/app/view.h"
#include "core/fleet/lineage_memory.h"

struct scope_options {
    struct output_options output;
};

static const struct args_option options_table[] = {OUTPUT_OPTION_CONFIG, OUTPUT_OPTION_STORE,
                                                   ARGS_HELP_OPTION};

const struct command cmd_scope_command = {
    .name = "scope",
    .summary = "say by hand whether a device is ours to manage",
    .operands = "DEVICE in|out|auto",
    .examples = {{"platen scope 10.1.2.3 out", "not ours: neither polled nor reported any more"},
                 {"platen scope 1f3a9c0e auto", "let the rules of the configuration decide"},
                 {"platen devices --scope out", "who is out of scope"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes = "DEVICE is an id, the beginning of one, an address, a serial number or a name.\n\n"
             "Rules stand in the section \"scope\" of the configuration, the first that matches "
             "counts: {vendor, subnet, model, serial, tag, scope: in|out}, with * and ? in texts. "
             "What is said by hand counts more.\n\n"
             "It works beside a poll, and beside an agent, which heeds it within a minute.",
    .run = cmd_scope,
};

const struct command cmd_tag_command = {
    .name = "tag",
    .summary = "put tags on a device, or take them off",
    .operands = "DEVICE [+TAG|-TAG...]",
    .examples = {{"platen tag 10.1.2.3 +leased +floor-3", "two tags more"},
                 {"platen tag 10.1.2.3 -- -leased", "one less"},
                 {"platen tag 10.1.2.3", "which it has"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "A tag has letters, digits, \".\", \"_\" and \"-\", 31 at most; a device has up to 16. "
        "Rules of scope may ask for tags. A \"-\" at the beginning of a word looks like an "
        "option: put \"--\" before it.",
    .run = cmd_tag,
};

/* Finds the device that is meant, and what is said of it. */
static int find(const struct command *command, const struct output_options *options,
                const char *word, struct store_device *device, struct scope_labels *labels)
{
    struct view view;
    int exit_code = view_open(&view, command, options->store, options->config);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    exit_code = view_find(&view, word, device);
    if (exit_code == COMMAND_OK) {
        scoping_labels(view.txn, device->number, labels);
    }
    return view_close(&view, exit_code);
}

/* Writes the scope of the labels, or their tags. */
static int write_labels(struct store *store, uint32_t device, const struct scope_labels *labels,
                        bool is_scope)
{
    struct store_txn *txn = NULL;
    int status = store_begin(store, true, &txn);
    if (status != 0) {
        return status;
    }
    status = is_scope ? lineage_set_scope(txn, device, labels->scope)
                      : lineage_set_tags(txn, device, labels);
    if (status == 0 || status == BASE_ELIMIT) {
        return store_commit(txn);
    }
    store_abort(txn);
    return status;
}

static int keep(const struct command *command, const struct output_options *options,
                uint32_t device, const struct scope_labels *labels, bool is_scope)
{
    char path[PATH_MAX];
    char message[512] = "";
    struct store *store = NULL;
    int exit_code = view_path(command, options->store, options->config, path);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    int status = store_open(path, STORE_READ_WRITE, &store, message, sizeof(message));
    if (status == 0) {
        status = write_labels(store, device, labels, is_scope);
        status = status == BASE_ELIMIT ? write_labels(store, device, labels, is_scope) : status;
        store_close(store);
    }
    return status == 0 ? COMMAND_OK
                       : command_complain(command, COMMAND_STORE, "%s",
                                          message[0] != '\0' ? message : base_strerror(status));
}

int cmd_scope(int argc, char **argv)
{
    struct scope_options options = {0};
    struct store_device device;
    struct scope_labels labels;
    struct args args;
    int exit_code = COMMAND_OK;
    if (!command_open(&cmd_scope_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    const char *word = args.count == 2 ? args.operands[1] : "";
    enum scope scope = strcmp(word, "in") == 0    ? SCOPE_IN
                       : strcmp(word, "out") == 0 ? SCOPE_OUT
                                                  : SCOPE_UNCLASSIFIED;
    if (args.count == 2 && scope == SCOPE_UNCLASSIFIED && strcmp(word, "auto") != 0) {
        return command_complain(&cmd_scope_command, COMMAND_USAGE,
                                "\"%.40s\" is no scope: write in, out, or auto for what the rules "
                                "of the configuration say",
                                word);
    }
    if (args.count != 2) {
        return command_complain(&cmd_scope_command, COMMAND_USAGE,
                                "say which device, and in, out or auto: platen scope 10.1.2.3 out");
    }
    exit_code = find(&cmd_scope_command, &options.output, args.operands[0], &device, &labels);
    if (exit_code == COMMAND_OK) {
        labels.scope = scope;
        exit_code = keep(&cmd_scope_command, &options.output, device.number, &labels, true);
    }
    return command_close(&cmd_scope_command, exit_code);
}

/* Puts a tag on, or takes it off. */
static int change(struct scope_labels *labels, const char *word)
{
    if (word[0] == '-') {
        scope_remove_tag(labels, word + 1);
        return COMMAND_OK;
    }
    int status = word[0] == '+' ? scope_add_tag(labels, word + 1) : BASE_EFORMAT;
    if (status == BASE_ELIMIT) {
        return command_complain(&cmd_tag_command, COMMAND_USAGE, "a device has at most %d tags",
                                SCOPE_TAGS_MAX);
    }
    return status == 0 ? COMMAND_OK
                       : command_complain(&cmd_tag_command, COMMAND_USAGE,
                                          "\"%.40s\" is no tag: write +leased or -leased, of "
                                          "letters, digits, \".\", \"_\" and \"-\"",
                                          word);
}

int cmd_tag(int argc, char **argv)
{
    struct scope_options options = {0};
    struct store_device device;
    struct scope_labels labels = {.tag_count = 0};
    struct args args;
    int exit_code = COMMAND_OK;
    if (!command_open(&cmd_tag_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    if (args.count == 0) {
        return command_complain(&cmd_tag_command, COMMAND_USAGE,
                                "say which device: platen tag 10.1.2.3 +leased");
    }
    exit_code = find(&cmd_tag_command, &options.output, args.operands[0], &device, &labels);
    for (int i = 1; i < args.count && exit_code == COMMAND_OK; i++) {
        exit_code = change(&labels, args.operands[i]);
    }
    if (exit_code == COMMAND_OK && args.count > 1) {
        exit_code = keep(&cmd_tag_command, &options.output, device.number, &labels, false);
    }
    for (size_t i = 0; i < labels.tag_count && exit_code == COMMAND_OK && args.count == 1; i++) {
        puts(labels.tags[i]);
    }
    return command_close(&cmd_tag_command, exit_code);
}

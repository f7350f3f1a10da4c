#include "core/app/cmd_profile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/app/display.h"
#include "core/app/output.h"
#include "core/app/profiles.h"
#include "core/app/suggest.h"
#include "core/base/clock.h"
#include "proto/oid.h"

struct profile_options {
    struct output_options output;
    const char *recording;
    const char *recordings;
};

static const struct args_option options_table[] = {
    {"recording", 0, "R", "a .snmprec file, or its name in the folder of recordings", ARGS_TEXT,
     offsetof(struct profile_options, recording), 0, 0},
    {"recordings", 0, "DIR", "folder of the fixtures' recordings (default: PLATEN_RECORDINGS)",
     ARGS_TEXT, offsetof(struct profile_options, recordings), 0, 0},
    OUTPUT_TABLE_OPTIONS,
    ARGS_HELP_OPTION,
};

const struct command cmd_profile_command = {
    .name = "profile",
    .summary = "what is known of vendors: list it, check it, try it",
    .operands = "list | check [PATH...] | test FILE",
    .examples = {{"platen profile list", "the profiles in force and where they are"},
                 {"platen profile check our-copiers.yaml", "mistakes, and rules that fail"},
                 {"platen profile test kyocera.yaml --recording cs4053.snmprec",
                  "what its rules make of a device"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "A profile is a YAML file about a maker or a family: how to recognise it, where its "
        "private objects hold serial, model, firmware and meters, what must not be asked. Ours "
        "are installed with Platen (PLATEN_PROFILES names another folder); yours stand in "
        "/etc/platen/profiles and ~/.config/platen/profiles. One with the name of ours takes its "
        "place; with \"extends\" and that name it adds to it.\n\n"
        "check reads files, or those of folders; without a name all in force, and runs every rule "
        "against its fixture. A fixture may name a recording of a device; where that is not at "
        "hand, the rule is skipped and counted.\n\n"
        "Exit: 0 all well, 1 a profile is wrong or a rule fails, 2 usage.",
    .run = cmd_profile,
};

static void complain(void *context, const char *sentence)
{
    (void)context;
    fflush(stdout);
    fprintf(stderr, "%s\n", sentence);
}

static const struct profiles_report report = {complain, NULL};

static const char *recordings_folder(const struct profile_options *options)
{
    return options->recordings != NULL ? options->recordings : getenv("PLATEN_RECORDINGS");
}

/* A profile_recordings for folders named by the user. */
static int open_recording(void *context, const char *name, struct snmprec *out)
{
    char *folder = context;

    return folder != NULL && folder[0] != '\0' ? profiles_recording(folder, name, out)
                                               : BASE_ENOTFOUND;
}

/* --- list ------------------------------------------------------------------------------------- */

enum { NAME, TITLE, EXTENDS, RULES, ASKS, FILE_NAME, COLUMN_COUNT };

static const struct table_column columns[] = {
    [NAME] = {.key = "name", .title = "NAME", .kind = TABLE_TEXT},
    [TITLE] = {.key = "title", .title = "TITLE", .kind = TABLE_TEXT, .least = 12},
    [EXTENDS] = {.key = "extends", .title = "EXTENDS", .kind = TABLE_TEXT},
    [RULES] = {.key = "rules", .title = "RULES", .kind = TABLE_NUMBER},
    [ASKS] = {.key = "asks", .title = "ASKS", .kind = TABLE_NUMBER, .rank = 1},
    [FILE_NAME] = {.key = "file", .title = "FILE", .kind = TABLE_TEXT, .least = 12, .rank = 2},
};

static void add_profile(struct table *table, const struct profile *profile)
{
    const struct profile *parent = profile_parent(profile);
    size_t asks;

    profile_questions(profile, &asks);
    table_row(table);
    table_set_text(table, NAME, profile_name(profile));
    table_set_text(table, TITLE, profile_title(profile));
    table_set_text(table, EXTENDS, parent != NULL ? profile_name(parent) : NULL);
    table_set_number(table, RULES, (int64_t)profile_rule_count(profile));
    table_set_number(table, ASKS, (int64_t)asks);
    table_set_text(table, FILE_NAME, profile_file(profile));
}

static int list(const struct profile_options *options)
{
    struct profile_set set;
    struct table table;
    int status = profiles_open(&set, &report);
    int exit_code;

    table_init(&table, columns, COLUMN_COUNT, clock_unix_ms());
    exit_code = output_prepare(&cmd_profile_command, &table, &options->output);
    if (exit_code == COMMAND_OK) {
        for (size_t i = 0; i < set.count; i++) {
            if (!profile_is_replaced(set.profiles[i])) {
                add_profile(&table, set.profiles[i]);
            }
        }
        table_sort(&table, NAME, false);
        exit_code =
            output_table(&cmd_profile_command, &table, &options->output, "There are no profiles.");
    }
    table_fini(&table);
    profile_set_fini(&set);
    return exit_code == COMMAND_OK && status != 0 ? COMMAND_FAILED : exit_code;
}

/* --- check ------------------------------------------------------------------------------------ */

struct tally {
    size_t passed;
    size_t failed;
    size_t skipped;
};

static void check_profile(const struct profile_set *set, const struct profile *profile,
                          const struct profile_options *options, struct tally *tally)
{
    char folder[4096];
    const char *named = recordings_folder(options);
    struct profile_error message = {.text = ""};

    snprintf(folder, sizeof(folder), "%s", named != NULL ? named : "");
    for (size_t i = 0; i < profile_own_rule_count(profile); i++) {
        switch (profile_check_rule(set, profile, i, open_recording, folder, &message)) {
        case PROFILE_PASSED:
            tally->passed++;
            break;
        case PROFILE_FAILED:
            tally->failed++;
            complain(NULL, message.text);
            break;
        case PROFILE_SKIPPED:
            tally->skipped++;
            break;
        }
    }
}

static void print_tally(const char *what, const struct tally *tally)
{
    printf("%s: %zu rules hold", what, tally->passed);
    if (tally->failed > 0) {
        printf(", %zu fail", tally->failed);
    }
    if (tally->skipped > 0) {
        printf(", %zu skipped for want of recordings", tally->skipped);
    }
    putchar('\n');
}

/* Checks the profiles of one path, NULL for all that are in force. */
static int check_path(const char *path, const struct profile_options *options)
{
    struct profile_set set;
    struct tally tally = {0};
    size_t first = 0;
    int status = path == NULL ? profiles_open(&set, &report)
                              : profiles_open_with(&set, path, &first, &report);

    if (status < 0 && set.count == 0 && status != BASE_EFORMAT) {
        profile_set_fini(&set);
        return command_complain(&cmd_profile_command, COMMAND_USAGE, "%s: %s", path,
                                base_strerror(status));
    }
    for (size_t i = first; i < set.count && status == 0; i++) {
        check_profile(&set, set.profiles[i], options, &tally);
    }
    if (status == 0) {
        print_tally(path != NULL ? path : "all profiles", &tally);
    }
    profile_set_fini(&set);
    return status != 0 || tally.failed > 0 ? COMMAND_FAILED : COMMAND_OK;
}

static int check(const struct profile_options *options, const struct args *args)
{
    int worst = args->count == 1 ? check_path(NULL, options) : COMMAND_OK;

    for (int i = 1; i < args->count; i++) {
        int exit_code = check_path(args->operands[i], options);
        worst = exit_code > worst ? exit_code : worst;
    }
    return worst;
}

/* --- test ------------------------------------------------------------------------------------- */

static void print_line(const char *what, const char *value, struct bytes oid, const char *rule)
{
    char dotted[OID_TEXT_MAX] = "derived";
    char clean[512];

    if (oid.size > 0 && oid_to_text(oid, dotted, sizeof(dotted)) != 0) {
        dotted[0] = '\0';
    }
    display_clean(value, clean, sizeof(clean));
    printf("%-18s %-28s %s\n%-18s %s\n", what, clean, dotted, "", rule);
}

static size_t print_result(const struct profile_result *result)
{
    static const char *const fields[] = {
        [PROFILE_SERIAL] = "serial",     [PROFILE_MODEL] = "model",
        [PROFILE_FIRMWARE] = "firmware", [PROFILE_ASSET_TAG] = "asset_tag",
        [PROFILE_NAME] = "name",
    };
    size_t count = result->meter_count;
    char value[64];

    for (size_t i = 0; i < PROFILE_FIELD_COUNT; i++) {
        if (result->fields[i].text != NULL) {
            print_line(fields[i], result->fields[i].text, result->fields[i].oid,
                       profile_rule_text(result->fields[i].rule));
            count++;
        }
    }
    for (size_t i = 0; i < result->meter_count; i++) {
        const struct profile_meter *meter = &result->meters[i];
        snprintf(value, sizeof(value), "%" PRId64 " %.40s", meter->value, meter->unit);
        print_line(meter->key, value, meter->oid, profile_rule_text(meter->rule));
    }
    return count;
}

/* Shows what a profile makes of a recording, and whether it would be chosen for it. */
static int try_profile(const struct profile_set *set, const struct profile *profile,
                       const struct snmprec *recording)
{
    struct profile_result *result = malloc(sizeof(*result));
    char texts[PROFILE_DEVICE_BYTES];
    struct profile_device device;
    const struct profile *chosen;
    size_t count;

    if (result == NULL) {
        return command_complain(&cmd_profile_command, COMMAND_STORE, "out of memory");
    }
    profile_device_of(&recording->list, &device, texts);
    chosen = profile_choose(set, &device);
    if (chosen != profile) {
        fprintf(stderr, "A device like this one gets the profile %s.\n",
                chosen != NULL ? profile_name(chosen) : "of no vendor");
    }
    profile_apply(profile, &recording->list, profile_standard_total(&recording->list), result);
    count = print_result(result);
    free(result);
    if (count == 0) {
        complain(NULL, "Its rules find nothing in this recording.");
    }
    return chosen == profile && count > 0 ? COMMAND_OK : COMMAND_FAILED;
}

static int test(const struct profile_options *options, const struct args *args)
{
    char folder[4096];
    const char *named = recordings_folder(options);
    struct profile_set set;
    struct snmprec recording;
    size_t first = 0;
    int exit_code = COMMAND_FAILED;
    int status;

    if (args->count != 2 || options->recording == NULL) {
        return command_complain(&cmd_profile_command, COMMAND_USAGE,
                                "test takes one FILE and --recording R");
    }
    snprintf(folder, sizeof(folder), "%s", named != NULL ? named : "");
    status = profiles_recording(folder[0] != '\0' ? folder : NULL, options->recording, &recording);
    if (status != 0) {
        return command_complain(&cmd_profile_command, COMMAND_USAGE, "%s: %s", options->recording,
                                base_strerror(status));
    }
    status = profiles_open_with(&set, args->operands[1], &first, &report);
    if (status == 0 && set.count > first) {
        exit_code = try_profile(&set, set.profiles[first], &recording);
    } else if (status != BASE_EFORMAT) {
        exit_code = command_complain(&cmd_profile_command, COMMAND_USAGE, "%s: %s",
                                     args->operands[1], base_strerror(status));
    }
    profile_set_fini(&set);
    snmprec_free(&recording);
    return exit_code;
}

/* ---------------------------------------------------------------------------------------------- */

int cmd_profile(int argc, char **argv)
{
    struct profile_options options = {0};
    struct suggest suggest = {.word = ""};
    struct args args;
    int exit_code = COMMAND_OK;
    if (!command_open(&cmd_profile_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    suggest.word = args.count > 0 ? args.operands[0] : "";
    suggest_offer(&suggest, "list");
    suggest_offer(&suggest, "check");
    suggest_offer(&suggest, "test");
    if (strcmp(suggest.word, "list") == 0) {
        exit_code = list(&options);
    } else if (strcmp(suggest.word, "check") == 0) {
        exit_code = check(&options, &args);
    } else if (strcmp(suggest.word, "test") == 0) {
        exit_code = test(&options, &args);
    } else if (suggest.nearest != NULL && args.count > 0) {
        exit_code = command_complain(&cmd_profile_command, COMMAND_USAGE,
                                     "there is no \"%.40s\"; did you mean \"platen profile %s\"?",
                                     suggest.word, suggest.nearest);
    } else {
        exit_code = command_complain(&cmd_profile_command, COMMAND_USAGE,
                                     "say what to do: list, check or test");
    }
    return command_close(&cmd_profile_command, exit_code);
}

#include "core/app/cmd_config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/app/config_credential.h"
#include "core/app/config_credentials.h"
#include "core/app/config_discovery.h"
#include "core/app/config_scope.h"
#include "core/app/config_show.h"
#include "core/app/output.h"
#include "core/app/secrets.h"
#include "core/app/store_path.h"
#include "core/app/suggest.h"
#include "core/base/clock.h"
#include "core/base/json.h"

struct config_options {
    struct output_options output;
    const char *config;
    const char *credentials;
    const char *community_file;
    bool approved_only;
};

#define CONFIG_FIELD(field) offsetof(struct config_options, field)

static const struct args_option options_table[] = {
    {"config", 0, "FILE", "configuration (default: PLATEN_CONFIG, or none)", ARGS_TEXT,
     CONFIG_FIELD(config), 0, 0},
    {"credentials", 0, "FILE", "YAML file with credentials, as of \"platen poll\"", ARGS_TEXT,
     CONFIG_FIELD(credentials), 0, 0},
    {"community-file", 0, "FILE", "file with SNMP communities, as of \"platen poll\"", ARGS_TEXT,
     CONFIG_FIELD(community_file), 0, 0},
    {"approved-only", 0, NULL, "as if snmp.approved_only were true", ARGS_FLAG,
     CONFIG_FIELD(approved_only), 0, 0},
    SECRETS_REFUSED_OPTIONS,
    OUTPUT_OPTION_JSON,
    OUTPUT_OPTION_STORE,
    OUTPUT_OPTION_NO_COLOR,
    ARGS_HELP_OPTION,
};

const struct command cmd_config_command = {
    .name = "config",
    .summary = "check the configuration, or show what is in force",
    .operands = "check [FILE] | show",
    .examples = {{"platen config check platen.yaml", "everything that is wrong, with its line"},
                 {"platen config show", "every setting and where it comes from"},
                 {"platen config check --credentials credentials.yaml",
                  "the credentials and the files that they name"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes = "The configuration is YAML; every key may be left out:\n\n"
             "    store: /var/lib/platen\n"
             "    snmp:\n"
             "      approved_only: false\n"
             "      order: [3, 2c, 1]\n"
             "      timeout: 1s\n"
             "      retries: 3\n"
             "      rate: 10000\n"
             "      subnet_rate: 1000\n"
             "      concurrency: 2048\n"
             "      credentials_file: credentials.yaml\n"
             "    discovery:\n"
             "      targets: [10.1.0.0/16, \"@printers.txt\"]\n"
             "      exclude: [10.1.7.0/24]\n"
             "      every: 24h            # or at: \"02:00\", for platen agent\n"
             "      timeout: 300ms\n"
             "      retries: 2\n"
             "      concurrency: 8192\n"
             "      others_after: 7d\n"
             "    poll:                   # for platen agent\n"
             "      every: 15m\n"
             "      offline_every: 1h\n"
             "      full_every: 24h\n"
             "    events:\n"
             "      low_percent: 15\n"
             "      service_percent: 10\n"
             "      early_percent: 20\n"
             "      offline_after: 10m\n"
             "      gone_after: 30d\n"
             "    replenishment:\n"
             "      lead_days: 7\n"
             "    scope:                  # the first that matches counts\n"
             "      - {vendor: Zebra, scope: out}\n"
             "      - {subnet: 10.9.0.0/16, model: \"LaserJet*\", scope: in}\n\n"
             "and the credentials, in the file that --credentials or credentials_file names, or "
             "below snmp:\n\n"
             "    credentials:\n"
             "      - name: office\n"
             "        version: 3\n"
             "        user: platen\n"
             "        auth: {protocol: SHA-256, password_file: office.auth}\n"
             "        priv: {protocol: AES-128, password_file: office.priv}\n"
             "        subnets: [10.1.0.0/16]\n"
             "      - name: old\n"
             "        version: 2c\n"
             "        community_file: old.community\n\n"
             "Files with secrets must be readable by their owner alone (chmod 600); secrets are "
             "never shown. What the command line or the environment says wins over the file; "
             "\"man platen\" explains each key.\n\n"
             "Exit: 0 all well, 2 something is wrong, 3 system.",
    .run = cmd_config,
};

/* One run. */
struct config_run {
    const struct config_options *options;
    struct config config;
    struct config_report report;
    struct credentials *credentials;
};

/* Lets options and environment win over the file. */
static void settle(struct config_run *run, char *store, size_t cap)
{
    const struct config_options *options = run->options;
    const char *variable = getenv("PLATEN_STORE");
    bool is_set = run->config.values[CONFIG_STORE].text != NULL;
    if (options->approved_only) {
        config_set(&run->config, CONFIG_APPROVED_ONLY, 1, NULL, "--approved-only");
    }
    if (options->credentials != NULL) {
        config_set(&run->config, CONFIG_CREDENTIALS_FILE, 0, options->credentials, "--credentials");
    }
    if (options->output.store != NULL) {
        config_set(&run->config, CONFIG_STORE, 0, options->output.store, "--store");
    } else if (variable != NULL && variable[0] != '\0') {
        config_set(&run->config, CONFIG_STORE, 0, variable, "PLATEN_STORE");
    } else if (!is_set && store_path_find(NULL, store, cap) == 0) {
        config_set(&run->config, CONFIG_STORE, 0, store, "default");
    }
}

/* The sections that only some commands read: lists of targets, and scopes. */
static int check_others(struct config_run *run)
{
    static struct scope_rules rules;
    struct targets list;
    targets_init(&list);
    int status = config_scope_read(&run->config, &rules, &run->report);
    int targets = config_discovery_targets(&run->config, &list, &run->report);
    int exclude = config_discovery_exclude(&run->config, &list, &run->report);
    targets_fini(&list);
    status = status != 0 ? status : targets;
    return status != 0 ? status : exclude;
}

static int load(struct config_run *run, const char *file, char *store, size_t cap)
{
    const struct config_options *options = run->options;
    const struct config_credential_options sources = {.credentials_file = options->credentials,
                                                      .community_file = options->community_file};
    int status = config_open(&run->config, file != NULL ? file : options->config, &run->report);
    if (status != 0 && run->config.main.root == NULL) {
        return status;
    }
    settle(run, store, cap);
    /* What is wrong with the credentials is told together with what is wrong with the settings. */
    int credentials =
        config_credentials_open(&run->config, &sources, &run->report, &run->credentials);
    int others = check_others(run);
    status = status != 0 ? status : credentials;
    return status != 0 ? status : others;
}

static int complain(const struct config_run *run)
{
    (void)command_complain(&cmd_config_command, COMMAND_USAGE, "%s", run->report.text);
    if (run->report.count > CONFIG_REPORT_MAX) {
        fprintf(stderr, "... and %u more\n", run->report.count - CONFIG_REPORT_MAX);
    }
    return COMMAND_USAGE;
}

/* --- check ------------------------------------------------------------------------------------ */

static void put_errors(struct json *json, const char *text)
{
    json_key(json, "errors");
    json_array_begin(json);
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        json_put_string_bytes(json, bytes_of(text, size));
        text += size + (text[size] == '\n');
    }
    json_array_end(json);
}

static void put_credentials(struct json *json, const struct credentials *list)
{
    json_key(json, "credentials");
    json_array_begin(json);
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct credential *item = &list->items[i];
        bool is_v3 = item->version == PDU_V3;
        json_object_begin(json);
        json_key(json, "name");
        json_put_string(json, item->name);
        json_key(json, "version");
        json_put_string(json, config_version_name(item->version));
        json_key(json, "level");
        json_put_string(json, is_v3 ? config_credential_level(&item->user) : NULL);
        json_key(json, "auth");
        json_put_string(json, is_v3 ? usm_auth_name(item->user.auth) : NULL);
        json_key(json, "priv");
        json_put_string(json, is_v3 ? usm_priv_name(item->user.priv) : NULL);
        json_object_end(json);
    }
    json_array_end(json);
}

static int check_json(const struct config_run *run)
{
    struct json json;
    json_init(&json);
    json_object_begin(&json);
    json_key(&json, "file");
    json_put_string(&json, run->config.main.path[0] != '\0' ? run->config.main.path : NULL);
    json_key(&json, "ok");
    json_put_bool(&json, run->report.count == 0);
    put_errors(&json, run->report.text);
    put_credentials(&json, run->credentials);
    json_object_end(&json);
    return output_json(&cmd_config_command, &json);
}

static void print_credentials(const struct credentials *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct credential *item = &list->items[i];
        bool is_v3 = item->version == PDU_V3;
        printf("  %-24s SNMPv%-3s %s%s%s%s%s\n", item->name, config_version_name(item->version),
               is_v3 ? config_credential_level(&item->user) : "community",
               is_v3 && item->user.auth != USM_NO_AUTH ? " " : "",
               is_v3 && item->user.auth != USM_NO_AUTH ? usm_auth_name(item->user.auth) : "",
               is_v3 && item->user.priv != USM_NO_PRIV ? " " : "",
               is_v3 && item->user.priv != USM_NO_PRIV ? usm_priv_name(item->user.priv) : "");
    }
}

static int check(struct config_run *run, const char *file)
{
    char store[PATH_MAX];
    const char *variable = getenv("PLATEN_CONFIG");
    bool is_named = file != NULL || run->options->config != NULL ||
                    run->options->credentials != NULL || run->options->community_file != NULL ||
                    (variable != NULL && variable[0] != '\0');
    if (!is_named) {
        return command_complain(&cmd_config_command, COMMAND_USAGE,
                                "there is nothing to check: name a file, or set PLATEN_CONFIG");
    }
    int status = load(run, file, store, sizeof(store));
    if (run->options->output.json) {
        int exit_code = check_json(run);
        return exit_code != COMMAND_OK ? exit_code : status != 0 ? COMMAND_USAGE : COMMAND_OK;
    }
    if (status != 0) {
        return complain(run);
    }
    const char *const paths[] = {run->config.main.path, run->config.list.path,
                                 run->config.community_origin};
    const char *before = "";
    for (size_t i = 0; i < BASE_ARRAY_COUNT(paths); i++) {
        printf("%s%s", paths[i][0] != '\0' ? before : "", paths[i]);
        before = paths[i][0] != '\0' ? ", " : before;
    }
    printf(": all well, %zu ways to ask:\n", run->credentials->count);
    print_credentials(run->credentials);
    return COMMAND_OK;
}

/* --- show ------------------------------------------------------------------------------------- */

static int show(struct config_run *run)
{
    char store[PATH_MAX];
    struct table table;
    if (load(run, NULL, store, sizeof(store)) != 0) {
        return complain(run);
    }
    table_init(&table, config_show_columns, CONFIG_SHOW_COLUMN_COUNT, clock_unix_ms());
    config_show_settings(&table, &run->config);
    config_show_lists(&table, &run->config);
    config_show_credentials(&table, &run->config);
    int exit_code =
        output_table(&cmd_config_command, &table, &run->options->output, "Nothing is set.");
    table_fini(&table);
    return exit_code;
}

static int complain_words(const struct args *args)
{
    struct suggest suggest = {.word = args->count > 0 ? args->operands[0] : ""};
    suggest_offer(&suggest, "check");
    suggest_offer(&suggest, "show");
    if (suggest.nearest != NULL && args->count == 1) {
        return command_complain(&cmd_config_command, COMMAND_USAGE,
                                "did you mean \"platen config %s\"?", suggest.nearest);
    }
    return command_complain(&cmd_config_command, COMMAND_USAGE,
                            "say \"platen config check [FILE]\" or \"platen config show\"");
}

int cmd_config(int argc, char **argv)
{
    static struct config_run run;
    struct config_options options = {0};
    struct args args;
    int exit_code = COMMAND_OK;
    if (!command_open(&cmd_config_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    memset(&run, 0, sizeof(run));
    run.options = &options;
    const char *word = args.count > 0 ? args.operands[0] : "";
    if (strcmp(word, "check") == 0 && args.count <= 2) {
        exit_code = check(&run, args.count == 2 ? args.operands[1] : NULL);
    } else if (strcmp(word, "show") == 0 && args.count == 1) {
        exit_code = show(&run);
    } else {
        exit_code = complain_words(&args);
    }
    config_credentials_free(run.credentials);
    config_close(&run.config);
    return command_close(&cmd_config_command, exit_code);
}

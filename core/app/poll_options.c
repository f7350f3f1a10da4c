#include "core/app/poll_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/app/config_credential.h"
#include "core/app/config_credentials.h"
#include "core/app/secrets.h"

#define POLL_FIELD(field) offsetof(struct poll_options, field)

const struct args_option poll_options_table[] = {
    {"credentials", 0, "FILE",
     "YAML file with the credentials to try, SNMPv3 users and communities", ARGS_TEXT,
     POLL_FIELD(credentials), 0, 0},
    {"community-file", 0, "FILE", "file with SNMP communities, one a line, readable by you alone",
     ARGS_TEXT, POLL_FIELD(community_file), 0, 0},
    SECRETS_REFUSED_OPTIONS,
    {"version", 0, "1|2c|3|auto", "version of SNMP (auto: what worked last time, else in order)",
     ARGS_TEXT, POLL_FIELD(version), 0, 0},
    {"approved-only", 0, NULL, "refuse MD5, DES, SNMP 1 and 2c, and AES keys longer than the hash",
     ARGS_FLAG, POLL_FIELD(approved_only), 0, 0},
    {"config", 0, "FILE", "configuration (default: PLATEN_CONFIG, or none)", ARGS_TEXT,
     POLL_FIELD(config), 0, 0},
    {"timeout", 0, "TIME", "first wait for a device never measured (1s); others follow their RTT",
     ARGS_DURATION, POLL_FIELD(timeout_ms), CONFIG_TIMEOUT_MS_MIN, CONFIG_TIMEOUT_MS_MAX},
    {"retries", 0, "N", "attempts after the first one (3)", ARGS_NUMBER, POLL_FIELD(retries), 0,
     CONFIG_RETRIES_MAX},
    {"rate", 0, "N", "packets a second in all, 0 = no limit (10000)", ARGS_NUMBER, POLL_FIELD(rate),
     0, CONFIG_RATE_MAX},
    {"subnet-rate", 0, "N", "packets a second to one IPv4 /24 or IPv6 /64, 0 = no limit (1000)",
     ARGS_NUMBER, POLL_FIELD(subnet_rate), 0, CONFIG_RATE_MAX},
    {"concurrency", 0, "N", "devices asked at the same time, one question each (2048)", ARGS_NUMBER,
     POLL_FIELD(concurrency), 1, CONFIG_CONCURRENCY_MAX},
    {"full", 0, NULL, "read names and capacities again, too, of devices that are known", ARGS_FLAG,
     POLL_FIELD(full), 0, 0},
    {"force", 0, NULL, "also poll devices that are left alone because our questions hurt them",
     ARGS_FLAG, POLL_FIELD(force), 0, 0},
    {"force-scope", 0, NULL, "also poll devices that are out of scope", ARGS_FLAG,
     POLL_FIELD(force_scope), 0, 0},
    {"no-store", 0, NULL, "keep nothing", ARGS_FLAG, POLL_FIELD(no_store), 0, 0},
    {"all", 0, NULL, "list the addresses without answer, too", ARGS_FLAG, POLL_FIELD(all), 0, 0},
    {"quiet", 'q', NULL, "no progress line and no closing sentence", ARGS_FLAG, POLL_FIELD(quiet),
     0, 0},
    OUTPUT_TABLE_OPTIONS,
    ARGS_HELP_OPTION,
};

_Static_assert(BASE_ARRAY_COUNT(poll_options_table) == POLL_OPTIONS_COUNT, "count the rows");

void poll_options_init(struct poll_options *options)
{
    *options = (struct poll_options){.version = "auto",
                                     .timeout_ms = -1,
                                     .retries = -1,
                                     .rate = -1,
                                     .subnet_rate = -1,
                                     .concurrency = -1};
}

static int read_version(const struct command *command, const char *text, unsigned *uses)
{
    enum pdu_version version;
    if (strcmp(text, "auto") == 0) {
        *uses = 0;
        return COMMAND_OK;
    }
    if (!config_version(text, &version)) {
        return command_complain(command, COMMAND_USAGE,
                                "--version is 1, 2c, 3 or auto, not \"%.20s\"", text);
    }
    *uses = version == PDU_V3    ? CONFIG_USES_V3
            : version == PDU_V2C ? CONFIG_USES_V2C
                                 : CONFIG_USES_V1;
    return COMMAND_OK;
}

/* Lets the options win over the configuration, then fills those that were not given from it. */
static void settle(struct poll_options *options, struct config *config)
{
    const struct {
        int64_t *option;
        enum config_key key;
        const char *source;
    } numbers[] = {{&options->timeout_ms, CONFIG_TIMEOUT, "--timeout"},
                   {&options->retries, CONFIG_RETRIES, "--retries"},
                   {&options->rate, CONFIG_RATE, "--rate"},
                   {&options->subnet_rate, CONFIG_SUBNET_RATE, "--subnet-rate"},
                   {&options->concurrency, CONFIG_CONCURRENCY, "--concurrency"}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(numbers); i++) {
        if (*numbers[i].option >= 0) {
            config_set(config, numbers[i].key, *numbers[i].option, NULL, numbers[i].source);
        }
        *numbers[i].option = config->values[numbers[i].key].number;
    }
    if (options->approved_only) {
        config_set(config, CONFIG_APPROVED_ONLY, 1, NULL, "--approved-only");
    }
    const char *store = config_store(config, options->output.store);
    if (store != NULL && store != options->output.store) {
        snprintf(options->store, sizeof(options->store), "%s", store);
        options->output.store = options->store;
    }
}

int poll_options_open(const struct command *command, struct poll_options *options,
                      struct credentials **credentials, struct config *config,
                      struct config_report *report)
{
    struct config_credential_options sources = {.credentials_file = options->credentials,
                                                .community_file = options->community_file};
    int exit_code = read_version(command, options->version, &sources.uses);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    memset(report, 0, sizeof(*report));
    int status = config_open(config, options->config, report);
    if (status == 0) {
        settle(options, config);
        status = config_credentials_open(config, &sources, report, credentials);
    }
    if (status != 0) {
        config_close(config);
        return command_complain(command, COMMAND_USAGE, "%s", report->text);
    }
    return COMMAND_OK;
}

int poll_options_load(const struct command *command, struct poll_options *options,
                      struct credentials **credentials)
{
    static struct config config;
    static struct config_report report;
    int exit_code = poll_options_open(command, options, credentials, &config, &report);
    if (exit_code == COMMAND_OK) {
        config_close(&config); /* passwords that stand in files are needed no more */
    }
    return exit_code;
}

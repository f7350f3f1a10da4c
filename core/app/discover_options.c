#include "core/app/discover_options.h"

#include "core/app/secrets.h"

#define FIELD(field) offsetof(struct discover_options, field)

const struct args_option discover_options_table[] = {
    {"import", 0, "FILE", "CSV file with a column address, ip or host", ARGS_TEXT, FIELD(import), 0,
     0},
    {"exclude", 0, "TARGET", "never ask these; may be given again, or as @FILE", ARGS_LIST,
     FIELD(exclude), 0, 0},
    {"dry-run", 0, NULL, "say what would be asked, and ask nobody", ARGS_FLAG, FIELD(dry_run), 0,
     0},
    {"watch", 0, NULL, "show how far each subnet is", ARGS_FLAG, FIELD(watch), 0, 0},
    {"all", 0, NULL, "list devices that are no printers or refused us, too", ARGS_FLAG,
     FIELD(poll.all), 0, 0},
    {"others-after", 0, "TIME", "leave known devices that are no printers alone so long (7d)",
     ARGS_DURATION, FIELD(others_after_ms), 0, CONFIG_OTHERS_AFTER_MS_MAX},
    {"full", 0, NULL, "ask those, too", ARGS_FLAG, FIELD(poll.full), 0, 0},
    {"credentials", 0, "FILE",
     "YAML file with the credentials to try, SNMPv3 users and communities", ARGS_TEXT,
     FIELD(poll.credentials), 0, 0},
    {"community-file", 0, "FILE", "file with SNMP communities, one a line, readable by you alone",
     ARGS_TEXT, FIELD(poll.community_file), 0, 0},
    SECRETS_REFUSED_OPTIONS,
    {"version", 0, "1|2c|3|auto", "version of SNMP (auto: all, in the order of the credentials)",
     ARGS_TEXT, FIELD(poll.version), 0, 0},
    {"approved-only", 0, NULL, "refuse MD5, DES, SNMP 1 and 2c, and AES keys longer than the hash",
     ARGS_FLAG, FIELD(poll.approved_only), 0, 0},
    {"config", 0, "FILE", "configuration (default: PLATEN_CONFIG, or none)", ARGS_TEXT,
     FIELD(poll.config), 0, 0},
    {"timeout", 0, "TIME", "first wait for an answer, doubled for each retry (300ms)",
     ARGS_DURATION, FIELD(poll.timeout_ms), CONFIG_TIMEOUT_MS_MIN, CONFIG_TIMEOUT_MS_MAX},
    {"retries", 0, "N", "attempts after the first, for each credential (2)", ARGS_NUMBER,
     FIELD(poll.retries), 0, CONFIG_RETRIES_MAX},
    {"rate", 0, "N", "packets a second in all, 0 = no limit (10000)", ARGS_NUMBER, FIELD(poll.rate),
     0, CONFIG_RATE_MAX},
    {"subnet-rate", 0, "N", "packets a second to one IPv4 /24 or IPv6 /64, 0 = no limit (1000)",
     ARGS_NUMBER, FIELD(poll.subnet_rate), 0, CONFIG_RATE_MAX},
    {"concurrency", 0, "N", "addresses asked at the same time that are not silent yet (8192)",
     ARGS_NUMBER, FIELD(poll.concurrency), 1, CONFIG_DISCOVERY_CONCURRENCY_MAX},
    {"pace-loopback", 0, NULL, "let the rates hold for loopback addresses, too", ARGS_FLAG,
     FIELD(pace_loopback), 0, 0},
    {"force", 0, NULL, "also ask devices that are left alone because our questions hurt them",
     ARGS_FLAG, FIELD(poll.force), 0, 0},
    {"force-scope", 0, NULL, "also ask devices that are out of scope", ARGS_FLAG,
     FIELD(force_scope), 0, 0},
    {"no-store", 0, NULL, "keep nothing", ARGS_FLAG, FIELD(poll.no_store), 0, 0},
    {"quiet", 'q', NULL, "no progress line and no closing sentence", ARGS_FLAG, FIELD(poll.quiet),
     0, 0},
    OUTPUT_TABLE_OPTIONS,
    ARGS_HELP_OPTION,
};

_Static_assert(BASE_ARRAY_COUNT(discover_options_table) == DISCOVER_OPTIONS_COUNT,
               "count the rows");

void discover_options_init(struct discover_options *options)
{
    *options = (struct discover_options){.others_after_ms = -1};
    poll_options_init(&options->poll);
}

int discover_options_open(const struct command *command, struct discover_options *options,
                          struct credentials **credentials, struct config *config,
                          struct config_report *report)
{
    const struct {
        int64_t *option;
        int64_t given;
        enum config_key key;
    } numbers[] = {
        {&options->poll.timeout_ms, options->poll.timeout_ms, CONFIG_DISCOVERY_TIMEOUT},
        {&options->poll.retries, options->poll.retries, CONFIG_DISCOVERY_RETRIES},
        {&options->poll.concurrency, options->poll.concurrency, CONFIG_DISCOVERY_CONCURRENCY},
        {&options->others_after_ms, options->others_after_ms, CONFIG_DISCOVERY_OTHERS_AFTER}};
    int exit_code = poll_options_open(command, &options->poll, credentials, config, report);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(numbers) && exit_code == COMMAND_OK; i++) {
        *numbers[i].option =
            numbers[i].given >= 0 ? numbers[i].given : config->values[numbers[i].key].number;
    }
    return exit_code;
}

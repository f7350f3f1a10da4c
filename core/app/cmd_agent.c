#include "core/app/cmd_agent.h"

#include "core/app/agent.h"
#include "core/app/secrets.h"

#define FIELD(field) offsetof(struct agent_options, field)

static const struct args_option options_table[] = {
    {"config", 0, "FILE", "configuration (default: PLATEN_CONFIG, or none)", ARGS_TEXT,
     FIELD(config), 0, 0},
    {"store", 0, "DIR", "where the store is (default: PLATEN_STORE, or the usual place)", ARGS_TEXT,
     FIELD(store), 0, 0},
    {"credentials", 0, "FILE",
     "YAML file with the credentials to try, SNMPv3 users and communities", ARGS_TEXT,
     FIELD(credentials), 0, 0},
    {"community-file", 0, "FILE", "file with SNMP communities, one a line, readable by you alone",
     ARGS_TEXT, FIELD(community_file), 0, 0},
    SECRETS_REFUSED_OPTIONS,
    {"approved-only", 0, NULL, "refuse MD5, DES, SNMP 1 and 2c, and AES keys longer than the hash",
     ARGS_FLAG, FIELD(approved_only), 0, 0},
    {"verbose", 'v', NULL, "log every poll, too", ARGS_FLAG, FIELD(verbose), 0, 0},
    ARGS_HELP_OPTION,
};

const struct command cmd_agent_command = {
    .name = "agent",
    .summary = "poll and search for ever, as a service",
    .operands = "",
    .examples = {{"platen agent --config /etc/platen/platen.yaml", "in the foreground"},
                 {"systemctl enable --now platen-agent", "as the service of the package"},
                 {"systemctl reload platen-agent", "configuration, credentials, profiles anew"},
                 {"platen status", "how it does"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .notes =
        "What it does when stands in the configuration; these are the defaults, but for the "
        "targets:\n\n"
        "    discovery:\n"
        "      targets: [10.0.0.0/16]\n"
        "      every: 24h            # or at: \"02:00\", local time\n"
        "    poll:\n"
        "      every: 15m            # status, alerts, levels, meters\n"
        "      offline_every: 1h     # devices that have been silent for long\n"
        "      full_every: 24h       # names and capacities, too\n\n"
        "The polls of all devices are spread evenly over the interval, and a restart goes on where "
        "it was. A search has half of the rate, polls the other half; printers that it finds are "
        "read at once and polled from then on. Devices out of scope are left alone.\n\n"
        "SIGHUP reads configuration, credentials and profiles anew. If anything in them is wrong, "
        "the log says what and where, and nothing is changed. SIGTERM and Ctrl-C stop it; what was "
        "read is kept. The log goes to stderr, a line for each round of polls and each search.\n\n"
        "One agent runs on a store; all other commands work beside it.\n\n"
        "Exit: 0 stopped, 2 usage or configuration, 3 store or system, or another agent runs.",
    .run = cmd_agent,
};

int cmd_agent(int argc, char **argv)
{
    static struct agent_options options;
    struct args args;
    int exit_code = COMMAND_OK;
    if (!command_open(&cmd_agent_command, argc, argv, &options, &args, &exit_code)) {
        return exit_code;
    }
    return agent_run(&cmd_agent_command, &options);
}

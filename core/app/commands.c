#include "core/app/commands.h"

#include <stdio.h>
#include <string.h>

#include "core/app/cmd_agent.h"
#include "core/app/cmd_alerts.h"
#include "core/app/cmd_config.h"
#include "core/app/cmd_coverage.h"
#include "core/app/cmd_devices.h"
#include "core/app/cmd_discover.h"
#include "core/app/cmd_events.h"
#include "core/app/cmd_forecast.h"
#include "core/app/cmd_help.h"
#include "core/app/cmd_ledger.h"
#include "core/app/cmd_merge.h"
#include "core/app/cmd_meters.h"
#include "core/app/cmd_poll.h"
#include "core/app/cmd_profile.h"
#include "core/app/cmd_record.h"
#include "core/app/cmd_scope.h"
#include "core/app/cmd_show.h"
#include "core/app/cmd_status.h"
#include "core/app/cmd_store.h"
#include "core/app/cmd_supplies.h"
#include "core/app/cmd_version.h"
#include "core/app/suggest.h"

static const struct command *const all[] = {
    &cmd_discover_command, &cmd_poll_command,    &cmd_agent_command,   &cmd_status_command,
    &cmd_devices_command,  &cmd_show_command,    &cmd_meters_command,  &cmd_ledger_command,
    &cmd_supplies_command, &cmd_alerts_command,  &cmd_events_command,  &cmd_forecast_command,
    &cmd_coverage_command, &cmd_scope_command,   &cmd_tag_command,     &cmd_merge_command,
    &cmd_split_command,    &cmd_config_command,  &cmd_profile_command, &cmd_record_command,
    &cmd_store_command,    &cmd_version_command, &cmd_help_command,
};

const struct command *const *commands_all(size_t *count)
{
    *count = BASE_ARRAY_COUNT(all);
    return all;
}

const struct command *commands_find(const char *name)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(all); i++) {
        if (strcmp(all[i]->name, name) == 0) {
            return all[i];
        }
    }
    return NULL;
}

int commands_complain_unknown(const char *name)
{
    struct suggest suggest = {.word = name};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(all); i++) {
        suggest_offer(&suggest, all[i]->name);
    }
    if (suggest.nearest != NULL) {
        fprintf(stderr, "platen: there is no command \"%.40s\"; did you mean \"platen %s\"?\n",
                name, suggest.nearest);
    } else {
        fprintf(stderr,
                "platen: there is no command \"%.40s\".\nTry \"platen --help\" for those there "
                "are.\n",
                name);
    }
    return COMMAND_USAGE;
}

void commands_print_guide(void)
{
    puts("Platen reads printers by SNMP and remembers what they said.\n"
         "\n"
         "  platen poll 10.1.2.0/24      read the printers of a network\n"
         "  platen devices               list them, those that need a hand first\n"
         "  platen show 10.1.2.3         everything known of one\n"
         "  platen supplies --below 20   what to order\n"
         "  platen alerts                what is wrong now\n"
         "  platen events --since 24h    what happened since yesterday\n"
         "\n"
         "\"platen --help\" lists all commands, \"platen COMMAND --help\" explains one.");
}

void commands_print_overview(void)
{
    puts("platen: reads printers of any vendor by SNMP and remembers what they said.\n"
         "It only reads: no SNMP SET is ever sent.\n"
         "\n"
         "Examples:\n"
         "  platen poll 10.1.0.0/22 --community-file ~/.config/platen/community\n"
         "  platen supplies --below 20 --csv > order.csv\n"
         "\n"
         "Usage: platen COMMAND [OPTION...] [ARGUMENT...]\n"
         "\n"
         "Commands:");
    for (size_t i = 0; i < BASE_ARRAY_COUNT(all); i++) {
        printf("  %-10s %s\n", all[i]->name, all[i]->summary);
    }
    puts("\n"
         "Environment:\n"
         "  PLATEN_CONFIG     configuration file, as --config\n"
         "  PLATEN_STORE      directory of the store, as --store\n"
         "  PLATEN_PROFILES   folder of vendor profiles, in place of ours\n"
         "  PLATEN_COMMUNITY  SNMP community, when there is no --community-file\n"
         "  NO_COLOR          no colours\n"
         "\n"
         "Exit codes: 0 all well, 1 some devices failed, 2 usage or configuration error,\n"
         "3 store or system error.\n"
         "\n"
         "\"platen COMMAND --help\" explains a command, \"man platen\" all of them.");
}

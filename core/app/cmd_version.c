#include "core/app/cmd_version.h"

#include <stdio.h>

#include <uv.h>

#include "uplink/tls.h"

#ifndef PLATEN_VERSION
#define PLATEN_VERSION "of unknown version"
#endif

static const struct args_option options_table[] = {ARGS_HELP_OPTION};

const struct command cmd_version_command = {
    .name = "version",
    .summary = "what this program is made of",
    .operands = "",
    .examples = {{"platen version", "its version and that of its libraries"},
                 {"platen --version | head -1", "the version alone"}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .run = cmd_version,
};

int cmd_version(int argc, char **argv)
{
    struct args args;
    char nothing[1];
    int exit_code = COMMAND_OK;
    if (!command_open(&cmd_version_command, argc, argv, nothing, &args, &exit_code)) {
        return exit_code;
    }
    printf("platen %s\n"
           "TLS library: %s\n"
           "libuv: %s\n"
           "read-only: yes, never sends SNMP SET\n",
           PLATEN_VERSION, tls_library(), uv_version_string());
    return command_close(&cmd_version_command, COMMAND_OK);
}

#include "core/app/cmd_help.h"

#include "core/app/commands.h"

static const struct args_option options_table[] = {ARGS_HELP_OPTION};

const struct command cmd_help_command = {
    .name = "help",
    .summary = "explain a command",
    .operands = "[COMMAND]",
    .examples = {{"platen help", "the list of commands"},
                 {"platen help poll", "the same page as \"platen poll --help\""}},
    .options = options_table,
    .option_count = BASE_ARRAY_COUNT(options_table),
    .run = cmd_help,
};

int cmd_help(int argc, char **argv)
{
    struct args args;
    char nothing[1];
    int exit_code = COMMAND_OK;
    if (!command_open(&cmd_help_command, argc, argv, nothing, &args, &exit_code)) {
        return exit_code;
    }
    if (args.count == 0) {
        commands_print_overview();
        return command_close(&cmd_help_command, COMMAND_OK);
    }
    const struct command *command = commands_find(args.operands[0]);
    if (command == NULL) {
        return commands_complain_unknown(args.operands[0]);
    }
    command_help(command);
    return command_close(&cmd_help_command, COMMAND_OK);
}

/*
 * `platen help`: how to use the commands.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_help_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_help(int argc, char **argv);

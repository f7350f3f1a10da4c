/*
 * `platen status`: how the agent and its fleet do.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_status_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_status(int argc, char **argv);

/*
 * `platen agent`: the service that polls and searches for ever.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_agent_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_agent(int argc, char **argv);

/*
 * `platen config`: checks the configuration, or shows what is in force and where it comes from.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_config_command;

/* Runs the command. Returns: enum command_exit. */
int cmd_config(int argc, char **argv);

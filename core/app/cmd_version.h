/*
 * `platen version`: what this program is made of.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_version_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_version(int argc, char **argv);

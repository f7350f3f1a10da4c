/*
 * `platen coverage --expect FILE.csv`: which of the devices that should be there are.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_coverage_command;

/* Runs the command. Returns: enum command_exit. */
int cmd_coverage(int argc, char **argv);

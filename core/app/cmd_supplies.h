/*
 * `platen supplies`: what the devices have left, the emptiest first.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_supplies_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_supplies(int argc, char **argv);

/*
 * `platen alerts`: what the devices report, the worst first.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_alerts_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_alerts(int argc, char **argv);

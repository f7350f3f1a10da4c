/*
 * `platen devices`: the list of all devices, those that need a hand first.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_devices_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_devices(int argc, char **argv);

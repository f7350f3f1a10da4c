/*
 * `platen meters`: what the devices have counted, now and at any time before.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_meters_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_meters(int argc, char **argv);

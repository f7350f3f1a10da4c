/*
 * `platen show`: everything known of one device, and why.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_show_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_show(int argc, char **argv);

/*
 * `platen discover [TARGET...]`: finds the printers of networks, reads and keeps them.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_discover_command;

/* Runs the command. Returns: enum command_exit. */
int cmd_discover(int argc, char **argv);

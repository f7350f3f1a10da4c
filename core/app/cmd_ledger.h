/*
 * `platen ledger verify`: whether the ledger is as it was written, and where not.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_ledger_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_ledger(int argc, char **argv);

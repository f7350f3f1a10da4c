/*
 * platen record: everything that one device tells, as a recording that names nobody.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_record_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_record(int argc, char **argv);

/*
 * `platen poll`: one sweep over the targets, now.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_poll_command;

/* Runs the command. Returns: enum command_exit. */
int cmd_poll(int argc, char **argv);

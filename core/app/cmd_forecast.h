/*
 * `platen forecast`: how long supplies and service items will last, or why that cannot be known.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_forecast_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_forecast(int argc, char **argv);

/*
 * `platen status`: how the agent and its fleet do.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_status_command;

int cmd_status(int argc, char **argv);

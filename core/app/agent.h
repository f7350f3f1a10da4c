/*
 * The agent: one loop on which devices are polled as the schedule says, networks are searched at
 * their time, and a signal makes it read its settings anew or stop. It writes to the store what
 * came of it, and to its log one line for each round of polls and each search.
 */
#pragma once

#include "core/app/agent_settings.h"
#include "core/app/command.h"

/* Runs until SIGTERM or SIGINT. Returns: the exit code. */
int agent_run(const struct command *command, const struct agent_options *options);

/*
 * `platen store`: what the store takes, and its compaction.
 */
#pragma once

#include "core/app/command.h"
#include "store/store.h"

extern const struct command cmd_store_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_store(int argc, char **argv);

/* Compacts what is due, as much as fits the end of a poll. A failure is told on stderr and is none
 * of the command's: the next poll goes on. */
void cmd_store_tidy(const struct command *command, struct store *store);

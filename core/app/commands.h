/*
 * The registry of subcommands: what `platen` dispatches by and what its overview lists.
 */
#pragma once

#include "core/app/command.h"

/* Returns: all commands in the order of the overview; *count gets how many. */
const struct command *const *commands_all(size_t *count);

/* Returns: the command of that name, or NULL. */
const struct command *commands_find(const char *name);

/* Says on stderr that there is no such command, and which is nearest. Returns: COMMAND_USAGE. */
int commands_complain_unknown(const char *name);

/* Prints the short guide that a bare `platen` shows. */
void commands_print_guide(void);

/* Prints the page of `platen --help`. */
void commands_print_overview(void);

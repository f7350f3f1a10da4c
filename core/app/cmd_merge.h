/* `platen merge` and `platen split`: a person says which devices are one. */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_merge_command;
extern const struct command cmd_split_command;

/* Run the commands. argv[0] is the name. Return: enum command_exit. */
int cmd_merge(int argc, char **argv);
int cmd_split(int argc, char **argv);

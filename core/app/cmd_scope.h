/*
 * `platen scope DEVICE in|out|auto` and `platen tag DEVICE [+TAG] [-TAG]...`: what people say of a
 * device, kept with it in the store.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_scope_command;
extern const struct command cmd_tag_command;

/* Run the commands. Return: enum command_exit. */
int cmd_scope(int argc, char **argv);
int cmd_tag(int argc, char **argv);

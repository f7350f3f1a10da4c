/*
 * platen profile: lists what Platen knows of vendors, checks profiles against their fixtures, tries
 * one on a recording.
 */
#pragma once

#include "core/app/command.h"

extern const struct command cmd_profile_command;

/* Runs the command. argv[0] is its name. Returns: enum command_exit. */
int cmd_profile(int argc, char **argv);

/*
 * `platen events --follow`: what is stored from now on, by whatever program, until a signal comes.
 */
#pragma once

#include "core/app/cmd_events.h"

/* A listing's go_on: shows what comes behind what the view has, in the form that the options ask
 * for. options: struct cmd_events_options. Returns: COMMAND_OK after SIGINT or SIGTERM;
 * COMMAND_STORE after saying why. */
int events_follow(struct view *view, struct table *table, struct view_set *set,
                  const void *options);

/*
 * One run of a search: addresses in, printers into the store and onto the screen. For
 * cmd_discover.c, which prepares it.
 */
#pragma once

#include "core/app/command.h"
#include "core/app/discover_options.h"
#include "core/app/discover_search.h"
#include "core/app/discover_targets.h"
#include "core/app/profiles.h"
#include "core/app/progress.h"
#include "core/app/result_tell.h"
#include "core/app/scoping.h"
#include "core/app/sweep_loop.h"

struct discover_run {
    const struct command *command;
    struct discover_options *options;
    struct discover_targets targets;
    struct credentials *credentials;
    struct sweep_config config;
    struct scoping scoping;
    struct events_rules rules;
    struct sweep_loop runner;
    struct discover_search search;
    struct profile_set profiles;
    struct result_tell tell;
    struct table table;
    struct progress progress;
};

/* Returns: COMMAND_OK; COMMAND_STORE after saying why. discover_run_fini frees it in any case. */
int discover_run_init(struct discover_run *run, const struct command *command,
                      struct discover_options *options);
void discover_run_fini(struct discover_run *run);

/* Searches. Returns: the exit code. */
int discover_run_sweep(struct discover_run *run);

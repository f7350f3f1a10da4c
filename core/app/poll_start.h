/*
 * How the commands that ask devices begin once their options are settled: the pace of the engine,
 * and the store that takes what is read.
 */
#pragma once

#include "core/app/command.h"
#include "core/app/poll_options.h"
#include "core/fleet/sweep.h"
#include "store/store.h"

/* Fills what config->engine has from the options, and its random numbers; max_inflight and
 * paces_loopback are left to the caller.
 * Returns: COMMAND_OK; COMMAND_STORE after saying why. */
int poll_start_engine(const struct command *command, const struct poll_options *options,
                      struct sweep_config *config);

/* Opens the store of the options. *store: left as it is with no_store, and when there is none to be
 * read only.
 * Returns: COMMAND_OK; COMMAND_USAGE or COMMAND_STORE after saying why. */
int poll_start_store(const struct command *command, const struct poll_options *options,
                     enum store_mode mode, struct store **store);

/*
 * Which addresses a search is about: those of the command line and of an imported CSV file, else
 * those of the configuration; less those that are excluded.
 */
#pragma once

#include "core/app/command.h"
#include "core/app/discover_options.h"
#include "core/fleet/targets.h"

struct discover_targets {
    struct targets list;
    uint64_t excluded;   /* addresses that were taken out */
    uint64_t unresolved; /* host names without an address, told on stderr */
};

/* Fills an empty structure; discover_targets_close frees it, also after a failure.
 * Returns: COMMAND_OK; COMMAND_USAGE after saying why. */
int discover_targets_open(const struct command *command, const struct discover_options *options,
                          const struct args *args, const struct config *config,
                          struct discover_targets *out);

/* Frees the lists, filled or not. */
void discover_targets_close(struct discover_targets *targets);

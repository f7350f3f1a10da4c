/*
 * What `platen discover` is told: its options, those that it shares with `platen poll`, and the
 * section `discovery` of the configuration. How it asks differs from polling: a short first wait
 * and two retries, since most addresses are nobody's, but for each credential by itself.
 */
#pragma once

#include "core/app/args.h"
#include "core/app/config.h"
#include "core/app/poll_options.h"
#include "core/base/base.h"

struct discover_options {
    struct poll_options poll; /* the first member: its options are at the same place */
    const char *import;       /* a CSV file with addresses; NULL none */
    struct args_list exclude;
    int64_t others_after_ms; /* -1 = not given, until discover_options_open */
    bool dry_run;
    bool watch;
    bool pace_loopback;
    bool force_scope;
};

/* The option table. */
#define DISCOVER_OPTIONS_COUNT 34
extern const struct args_option discover_options_table[];

/* Nothing given. */
void discover_options_init(struct discover_options *options);

/* Reads configuration and credentials, and completes the options with them. After COMMAND_OK the
 * caller closes the configuration, and frees *credentials by config_credentials_free.
 * Returns: COMMAND_OK; COMMAND_USAGE after saying why. */
int discover_options_open(const struct command *command, struct discover_options *options,
                          struct credentials **credentials, struct config *config,
                          struct config_report *report);

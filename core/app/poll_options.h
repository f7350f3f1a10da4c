/*
 * What `platen poll` is told: its options, completed by the configuration and its defaults, and the
 * credentials that all of them together give.
 */
#pragma once

#include "core/app/config.h"
#include "core/app/output.h"
#include "core/base/base.h"
#include "core/fleet/credential.h"

struct poll_options {
    struct output_options output;
    const char *config;
    const char *credentials;
    const char *community_file;
    const char *version;
    int64_t timeout_ms; /* these: -1 = not given, until poll_options_load */
    int64_t retries;
    int64_t rate;
    int64_t subnet_rate;
    int64_t concurrency;
    bool approved_only;
    bool full;
    bool force;
    bool force_scope;
    bool no_store;
    bool all;
    bool quiet;
    char store[PATH_MAX]; /* what output.store points to when the configuration names the store */
};

/* The option table. */
#define POLL_OPTIONS_COUNT 28
extern const struct args_option poll_options_table[];

/* Nothing given. */
void poll_options_init(struct poll_options *options);

/* Reads the configuration and the credentials, and completes the options with them.
 * *credentials: to be freed by config_credentials_free.
 * Returns: COMMAND_OK; COMMAND_USAGE after saying why. */
int poll_options_load(const struct command *command, struct poll_options *options,
                      struct credentials **credentials);

/* The same, and leaves the configuration open for who reads more of it: after COMMAND_OK the caller
 * closes it. report: where mistakes in it are collected. */
int poll_options_open(const struct command *command, struct poll_options *options,
                      struct credentials **credentials, struct config *config,
                      struct config_report *report);

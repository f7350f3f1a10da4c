/*
 * What the agent works by: everything that its configuration, its credentials and the profiles say,
 * read once and never changed. A reload makes another one; each sweep keeps the one that it began
 * with until it has ended, its keys of SNMPv3 with it, so that nothing outlives what it was made
 * from.
 */
#pragma once

#include "core/app/config.h"
#include "core/app/scoping.h"
#include "core/fleet/credential.h"
#include "core/fleet/events.h"
#include "core/fleet/schedule.h"
#include "core/fleet/sweep.h"
#include "core/fleet/targets.h"

/* What the command line says. */
struct agent_options {
    const char *store;
    const char *config;
    const char *credentials;
    const char *community_file;
    bool approved_only;
    bool verbose;
};

struct agent_settings {
    unsigned users; /* agent_settings_drop frees it with the last of them */
    struct credentials *credentials;
    struct profile_set profiles;
    unsigned profile_mistakes; /* profiles that were told and left out */
    struct scoping scoping;
    struct events_rules rules;
    struct schedule_rules poll;
    struct sweep_config poll_config; /* without seeds */
    bool searches;                   /* there is somewhere to search: */
    struct targets targets;          /* open lists, to be copied, closed and resolved each time */
    struct targets excluded;
    struct schedule_job search;
    struct sweep_config search_config; /* without seeds */
    int64_t others_after_ms;
    char store[PATH_MAX]; /* "" = the default place */
};

/* Reads everything. *out has one user.
 * Returns: 0, also when a profile has a mistake, which is reported; BASE_EUSAGE after reporting
 * what is wrong; -ENOMEM, reported. */
BASE_MUST_CHECK int agent_settings_load(const struct agent_options *options,
                                        struct config_report *report, struct agent_settings **out);

/* One user more, one less; NULL is allowed. */
struct agent_settings *agent_settings_take(struct agent_settings *settings);
void agent_settings_drop(struct agent_settings *settings);

#include "core/app/agent_settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/app/config_credentials.h"
#include "core/app/config_discovery.h"
#include "core/app/config_events.h"
#include "core/app/profiles.h"

/* Requests of polls that may wait for an answer: those of the silent for the most part, some ten
 * seconds each. */
#define POLL_INFLIGHT_MAX 4096
/* The same of a search, where most addresses are nobody's. */
#define SEARCH_INFLIGHT_MAX 16384

/* The age alone is no reason for a full poll: the schedule says when. That it can say so, every
 * device that was read fully in our time is younger than this. */
#define STATIC_AGE_MS (INT64_C(20) * 366 * 86400000)

static void complain(void *context, const char *sentence)
{
    (void)config_report_add(context, NULL, 0, "%s", sentence);
}

/* A profile with a mistake is left out. */
static int read_profiles(struct agent_settings *settings, struct config_report *report)
{
    unsigned before = report->count;
    int status = profiles_open(&settings->profiles, &(struct profiles_report){complain, report});
    settings->profile_mistakes = report->count - before;
    return status == -ENOMEM ? status : 0;
}

static int read_targets(struct agent_settings *settings, const struct config *config,
                        struct config_report *report)
{
    settings->excluded.is_for_excluding = true;
    int status = config_discovery_targets(config, &settings->targets, report);
    int other = config_discovery_exclude(config, &settings->excluded, report);
    settings->searches = settings->targets.range_count + settings->targets.name_count > 0;
    return status != 0 ? status : other;
}

/* While there are searches, polls and searches have half of the rate each: a search never starves
 * the polls, and together they are within it. 0 = no limit stays that. */
static uint32_t share(const struct agent_settings *settings, int64_t rate)
{
    return settings->searches && rate > 1 ? (uint32_t)(rate / 2) : (uint32_t)rate;
}

static void fill_sweeps(struct agent_settings *settings, const struct config *config)
{
    const struct config_value *values = config->values;
    struct sweep_config both = {
        .engine = {.per_device = 1,
                   .packets_per_second = share(settings, values[CONFIG_RATE].number),
                   .subnet_packets_per_second = share(settings, values[CONFIG_SUBNET_RATE].number),
                   .burst = 32,
                   .sends_per_turn = 256},
        .credentials = settings->credentials,
        .profiles = &settings->profiles,
    };
    settings->poll_config = both;
    settings->poll_config.engine.max_inflight = POLL_INFLIGHT_MAX;
    settings->poll_config.engine.initial_timeout_us =
        (uint32_t)values[CONFIG_TIMEOUT].number * 1000;
    settings->poll_config.engine.retries = (uint8_t)values[CONFIG_RETRIES].number;
    settings->poll_config.window = (uint32_t)values[CONFIG_CONCURRENCY].number;
    settings->poll_config.static_max_age_ms = STATIC_AGE_MS;
    settings->search_config = both;
    settings->search_config.engine.max_inflight = SEARCH_INFLIGHT_MAX;
    settings->search_config.engine.initial_timeout_us =
        (uint32_t)values[CONFIG_DISCOVERY_TIMEOUT].number * 1000;
    settings->search_config.engine.retries = (uint8_t)values[CONFIG_DISCOVERY_RETRIES].number;
    settings->search_config.window = (uint32_t)values[CONFIG_DISCOVERY_CONCURRENCY].number;
    settings->search_config.is_full = true; /* who is where is only told by names and serials */
    settings->search_config.is_search = true;
}

static void fill_times(struct agent_settings *settings, const struct config *config)
{
    const struct config_value *values = config->values;
    int64_t at = values[CONFIG_DISCOVERY_AT].number;
    settings->poll =
        (struct schedule_rules){.every_ms = values[CONFIG_POLL_EVERY].number,
                                .offline_every_ms = values[CONFIG_POLL_OFFLINE_EVERY].number,
                                .full_every_ms = values[CONFIG_POLL_FULL_EVERY].number};
    if (settings->poll.offline_every_ms < settings->poll.every_ms) {
        settings->poll.offline_every_ms = settings->poll.every_ms;
    }
    settings->search.every_ms = at >= 0 ? 0 : values[CONFIG_DISCOVERY_EVERY].number;
    settings->search.at_minute = (int)at;
    settings->others_after_ms = values[CONFIG_DISCOVERY_OTHERS_AFTER].number;
    const char *store = values[CONFIG_STORE].text;
    (void)snprintf(settings->store, sizeof(settings->store), "%s", store != NULL ? store : "");
}

static int read_all(struct agent_settings *settings, const struct agent_options *options,
                    struct config *config, struct config_report *report)
{
    const struct config_credential_options sources = {.credentials_file = options->credentials,
                                                      .community_file = options->community_file};
    int status = config_open(config, options->config, report);
    if (status != 0) {
        return status;
    }
    if (options->approved_only) {
        config_set(config, CONFIG_APPROVED_ONLY, 1, NULL, "--approved-only");
    }
    status = config_credentials_open(config, &sources, report, &settings->credentials);
    int targets = read_targets(settings, config, report);
    int profiles = read_profiles(settings, report);
    int scopes = scoping_open(&settings->scoping, config, &settings->profiles, report);
    config_events(config, &settings->rules);
    fill_times(settings, config);
    fill_sweeps(settings, config);
    status = status != 0 ? status : targets;
    status = status != 0 ? status : profiles;
    return status != 0 ? status : scopes;
}

int agent_settings_load(const struct agent_options *options, struct config_report *report,
                        struct agent_settings **out)
{
    static struct config config;
    struct agent_settings *settings = calloc(1, sizeof(*settings));
    memset(report, 0, sizeof(*report));
    if (settings == NULL) {
        (void)config_report_add(report, NULL, 0, "out of memory");
        return -ENOMEM;
    }
    settings->users = 1;
    int status = read_all(settings, options, &config, report);
    config_close(&config); /* passwords that stand in files are needed no more */
    if (status != 0) {
        if (report->count == settings->profile_mistakes) {
            (void)config_report_add(report, NULL, 0, "%s", base_strerror(status));
        }
        agent_settings_drop(settings);
        return status;
    }
    *out = settings;
    return 0;
}

struct agent_settings *agent_settings_take(struct agent_settings *settings)
{
    settings->users++;
    return settings;
}

void agent_settings_drop(struct agent_settings *settings)
{
    if (settings == NULL || --settings->users > 0) {
        return;
    }
    scoping_close(&settings->scoping);
    targets_fini(&settings->targets);
    targets_fini(&settings->excluded);
    config_credentials_free(settings->credentials);
    profile_set_fini(&settings->profiles);
    free(settings);
}

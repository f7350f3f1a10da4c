#include "bench/sim/options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How the argument of an option is read, and where its value goes. */
enum kind {
    KIND_FLAG,
    KIND_COUNT,
    KIND_BASE,
    KIND_PORT,
    KIND_SEED,
    KIND_TEXT,
    KIND_NUMBER, /* a positive real */
    KIND_SHARE,  /* 0..1, or 0..100 followed by % */
    KIND_SMALL,  /* SHARE[:BYTES] */
    KIND_EPOCH,
    KIND_CLOCK,
    KIND_BYTES,
    KIND_DELAY,
    KIND_NO_TEMPLATES,
    KIND_USER,
    KIND_CONTEXT,
    KIND_FLAW,
};

struct rule {
    const char *name;
    enum kind kind;
    size_t offset; /* of the field in struct sim_options */
};

#define FIELD(name) offsetof(struct sim_options, name)

static const struct rule rules[] = {
    {"devices", KIND_COUNT, FIELD(device_count)},
    {"others", KIND_COUNT, FIELD(other_count)},
    {"spread", KIND_COUNT, FIELD(spread)},
    {"base", KIND_BASE, FIELD(base)},
    {"port", KIND_PORT, FIELD(port)},
    {"seed", KIND_SEED, FIELD(seed)},
    {"community", KIND_TEXT, FIELD(community)},
    {"models", KIND_TEXT, FIELD(models)},
    {"time-scale", KIND_NUMBER, FIELD(time_scale)},
    {"epoch", KIND_EPOCH, FIELD(epoch_ms)},
    {"clock", KIND_CLOCK, FIELD(clock)},
    {"recordings", KIND_TEXT, FIELD(recordings)},
    {"ipv6", KIND_COUNT, FIELD(ipv6_count)},
    {"reply-max", KIND_BYTES, FIELD(reply_max)},
    {"no-templates", KIND_NO_TEMPLATES, FIELD(has_templates)},
    {"loss", KIND_SHARE, FIELD(loss)},
    {"duplicate", KIND_SHARE, FIELD(duplicate)},
    {"reorder", KIND_SHARE, FIELD(reorder)},
    {"delay-ms", KIND_DELAY, FIELD(delay_min_us)},
    {"sleep", KIND_SHARE, FIELD(sleep)},
    {"dead", KIND_SHARE, FIELD(dead)},
    {"v1-only", KIND_SHARE, FIELD(v1_only)},
    {"small-pdu", KIND_SMALL, FIELD(small_pdu)},
    {"small-pdu-silent", KIND_FLAG, FIELD(small_pdu_silent)},
    {"nonincreasing", KIND_SHARE, FIELD(nonincreasing)},
    {"endless", KIND_SHARE, FIELD(endless)},
    {"wrong-source", KIND_SHARE, FIELD(wrong_source)},
    {"reboot-on-poll", KIND_SHARE, FIELD(reboot_on_poll)},
    {"hostile", KIND_SHARE, FIELD(hostile)},
    {"hostile-kind", KIND_TEXT, FIELD(hostile_kind)},
    {"v3", KIND_USER, FIELD(v3_users)},
    {"v3-share", KIND_SHARE, FIELD(v3_share)},
    {"no-v2", KIND_FLAG, FIELD(is_v3_only)},
    {"context", KIND_CONTEXT, FIELD(context)},
    {"v3-flaw", KIND_FLAW, FIELD(v3_flaw)},
    {"run-seconds", KIND_NUMBER, FIELD(run_seconds)},
    {"stats", KIND_TEXT, FIELD(stats)},
    {"truth", KIND_TEXT, FIELD(truth)},
    {"list", KIND_FLAG, FIELD(is_list)},
    {"json", KIND_FLAG, FIELD(is_json)},
    {"help", KIND_FLAG, FIELD(is_help)},
    {"version", KIND_FLAG, FIELD(is_version)},
};

#define RULE_COUNT (sizeof(rules) / sizeof(rules[0]))

static bool take_number(const char *text, const char **end, double *number)
{
    char *stop;

    errno = 0;
    *number = strtod(text, &stop);
    *end = stop;
    return stop != text && errno == 0 && isfinite(*number) && *number >= 0;
}

/* "0.25" or "25%". */
static bool take_share(const char *text, const char **end, double *share)
{
    if (!take_number(text, end, share)) {
        return false;
    }
    if (**end == '%') {
        *share /= 100;
        (*end)++;
    }
    return *share <= 1;
}

static bool take_whole(const char *text, uint64_t highest, uint64_t *whole)
{
    char *stop;

    errno = 0;
    *whole = strtoull(text, &stop, 10);
    return text[0] >= '0' && text[0] <= '9' && *stop == '\0' && errno == 0 && *whole <= highest;
}

static bool take_base(const char *text, uint32_t *base)
{
    struct in_addr address;

    if (inet_pton(AF_INET, text, &address) != 1) {
        return false;
    }
    *base = ntohl(address.s_addr);
    return *base >> 24 == 127; /* loopback is all that is ever answered for */
}

static bool take_epoch(const char *text, uint64_t *epoch_ms)
{
    uint64_t seconds;

    if (strcmp(text, "now") == 0) {
        *epoch_ms = (uint64_t)time(NULL) * 1000;
        return true;
    }
    /* To the year 2100. */
    if (!take_whole(text, 4102444800u, &seconds)) {
        return false;
    }
    *epoch_ms = seconds * 1000;
    return true;
}

static bool take_delay(const char *text, struct sim_options *options)
{
    const char *end;
    double low;
    double high;

    if (!take_number(text, &end, &low)) {
        return false;
    }
    high = low;
    if (*end == '-' && !take_number(end + 1, &end, &high)) {
        return false;
    }
    options->delay_min_us = (uint32_t)(low * 1000);
    options->delay_max_us = (uint32_t)(high * 1000);
    return *end == '\0' && high >= low && high <= 600000;
}

static bool take_small(const char *text, struct sim_options *options)
{
    const char *end;
    uint64_t bytes = options->small_pdu_bytes;

    if (!take_share(text, &end, &options->small_pdu)) {
        return false;
    }
    if (*end == ':' && !take_whole(end + 1, SIM_DATAGRAM_MAX, &bytes)) {
        return false;
    }
    options->small_pdu_bytes = (size_t)bytes;
    return *end == '\0' || *end == ':';
}

static bool take_user(const char *text, struct sim_options *options)
{
    struct sim_usm_user user;

    if (options->v3_user_count == SIM_USM_USERS_MAX || !sim_usm_user_parse(text, &user)) {
        return false;
    }
    options->v3_users[options->v3_user_count++] = text;
    return true;
}

static bool take_flaw(const char *text, struct sim_options *options)
{
    const char *end;

    if (!take_share(text, &end, &options->v3_flaw)) {
        return false;
    }
    options->v3_flaw_kind = *end == ':' ? end + 1 : NULL;
    return *end == '\0' || *end == ':';
}

static bool take_context(const char *text, const char **context)
{
    size_t n = strcspn(text, ":");

    *context = text;
    return n > 0 && n <= SIM_USM_CONTEXT_MAX;
}

/* Reads the kinds that need more than one line. */
static bool take_special(enum kind kind, const char *text, void *field, struct sim_options *options)
{
    uint64_t whole;
    bool ok;

    switch ((int)kind) {
    case KIND_BASE:
        return take_base(text, field);
    case KIND_EPOCH:
        return take_epoch(text, field);
    case KIND_DELAY:
        return take_delay(text, options);
    case KIND_SMALL:
        return take_small(text, options);
    case KIND_CLOCK:
        options->clock = strcmp(text, "frozen") == 0 ? SIM_CLOCK_FROZEN : SIM_CLOCK_RUNNING;
        return options->clock == SIM_CLOCK_FROZEN || strcmp(text, "running") == 0;
    case KIND_BYTES:
        ok = take_whole(text, 60000, &whole) && whole >= 484; /* RFC 3417's least */
        *(size_t *)field = (size_t)whole;
        return ok;
    case KIND_USER:
        return take_user(text, options);
    case KIND_CONTEXT:
        return take_context(text, field);
    case KIND_FLAW:
        return take_flaw(text, options);
    default:
        return false;
    }
}

static bool take(const struct rule *rule, const char *text, struct sim_options *options)
{
    void *field = (char *)options + rule->offset;
    const char *end = "";
    uint64_t whole;
    bool ok;

    switch ((int)rule->kind) {
    case KIND_FLAG:
        *(bool *)field = true;
        return true;
    case KIND_NO_TEMPLATES:
        *(bool *)field = false;
        return true;
    case KIND_COUNT:
        ok = take_whole(text, 16000000, &whole);
        *(uint32_t *)field = (uint32_t)whole;
        return ok;
    case KIND_PORT:
        ok = take_whole(text, 65535, &whole) && whole > 0;
        *(uint16_t *)field = (uint16_t)whole;
        return ok;
    case KIND_SEED:
        return take_whole(text, UINT64_MAX, field);
    case KIND_TEXT:
        *(const char **)field = text;
        return true;
    case KIND_NUMBER:
        return take_number(text, &end, field) && *end == '\0' && *(double *)field <= 1e9;
    case KIND_SHARE:
        return take_share(text, &end, field) && *end == '\0';
    default:
        return take_special(rule->kind, text, field, options);
    }
}

static void set_defaults(struct sim_options *options)
{
    *options = (struct sim_options){
        .device_count = 50,
        .base = 0x7f010001,
        .port = 21161,
        .seed = 1,
        .community = "public",
        .time_scale = 1,
        .epoch_ms = SIM_EPOCH_MS,
        .reply_max = SIM_REPLY_MAX,
        .has_templates = true,
        .small_pdu_bytes = 484,
        .v3_share = 1,
    };
}

static bool takes_argument(const struct rule *rule)
{
    return rule->kind != KIND_FLAG && rule->kind != KIND_NO_TEMPLATES;
}

/* What one option alone cannot tell. */
static int check(const struct sim_options *options, char *error, size_t error_size)
{
    if (strlen(options->community) > SIM_COMMUNITY_MAX) {
        (void)snprintf(error, error_size, "--community: longer than %u bytes", SIM_COMMUNITY_MAX);
        return -EINVAL;
    }
    if (options->spread != 0 && options->spread < options->device_count + options->other_count) {
        (void)snprintf(error, error_size, "--spread: fewer addresses than devices");
        return -EINVAL;
    }
    if ((uint64_t)options->base + options->device_count + options->other_count > 0x7fffffff ||
        (uint64_t)options->base + options->spread > 0x7fffffff) {
        (void)snprintf(error, error_size, "--devices: the addresses go beyond 127.255.255.255");
        return -EINVAL;
    }
    if (options->v3_user_count == 0 &&
        (options->is_v3_only || options->context != NULL || options->v3_flaw > 0)) {
        (void)snprintf(error, error_size, "--no-v2, --context, --v3-flaw: need a user (--v3)");
        return -EINVAL;
    }
    return 0;
}

bool sim_options_takes(const struct sim_options *options, uint32_t number,
                       struct sim_slice community)
{
    const char *name = options->community;
    uint32_t count = 1;
    size_t length;

    for (const char *at = name; *at != '\0'; at++) {
        count += *at == ',';
    }
    for (uint32_t turn = number % count; turn > 0; turn--) {
        name = strchr(name, ',') + 1;
    }
    length = strcspn(name, ",");
    return community.length == length && memcmp(community.bytes, name, length) == 0;
}

int sim_options_parse(struct sim_options *options, int argc, char **argv, char *error,
                      size_t error_size)
{
    struct option longs[RULE_COUNT + 1] = {0};
    int at;
    int which;

    set_defaults(options);
    for (size_t i = 0; i < RULE_COUNT; i++) {
        longs[i].name = rules[i].name;
        longs[i].has_arg = takes_argument(&rules[i]) ? required_argument : no_argument;
    }
    optind = 0; /* so that tests may call it again */
    opterr = 0;
    while ((which = getopt_long(argc, argv, "", longs, &at)) != -1) {
        if (which != 0) {
            (void)snprintf(error, error_size, "%s: unknown option or missing argument",
                           argv[optind - 1]);
            return -EINVAL;
        }
        if (!take(&rules[at], optarg, options)) {
            (void)snprintf(error, error_size, "--%s: '%s' is not a value it takes", rules[at].name,
                           optarg);
            return -EINVAL;
        }
    }
    if (optind < argc) {
        (void)snprintf(error, error_size, "%s: unexpected argument", argv[optind]);
        return -EINVAL;
    }
    return check(options, error, error_size);
}

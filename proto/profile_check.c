/*
 * Fixtures: a rule, the values of a device, and what the rule must make of them, compared as text.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/profile_inside.h"
#include "proto/snmprec.h"

/* What a rule made, as `expect` has it. */
struct outcome {
    char text[1024];
    size_t size;
};

BASE_PRINTF(2, 3) static void tell(struct outcome *outcome, const char *format, ...)
{
    size_t room = sizeof(outcome->text) - outcome->size;
    va_list arguments;
    int size;

    if (outcome->size > 0 && room > 2) {
        memcpy(outcome->text + outcome->size, ", ", 3);
        outcome->size += 2;
        room -= 2;
    }
    va_start(arguments, format);
    size = vsnprintf(outcome->text + outcome->size, room, format, arguments);
    va_end(arguments);
    outcome->size += size > 0 ? ((size_t)size < room ? (size_t)size : room - 1) : 0;
}

int64_t profile_standard_total(const struct varbinds *values)
{
    static const uint8_t life_count[] = {0x2b, 6, 1, 2, 1, 43, 10, 2, 1, 4};
    size_t count;
    const struct varbind *first =
        varbinds_below(values, bytes_of(life_count, sizeof(life_count)), &count);
    int64_t number;

    return first != NULL && varbind_number(first, &number) == 0 ? number : PROFILE_ABSENT;
}

static void tell_match(const struct profile_set *set, const struct profile_rule *rule,
                       const struct profile_device *device, struct outcome *outcome)
{
    const struct profile *chosen = profile_choose(set, device);

    if (!profile_rule_is_for(rule, device)) {
        tell(outcome, "no match");
    } else {
        tell(outcome, "%s", chosen != NULL ? chosen->name : "none");
    }
}

static void tell_values(const struct profile *profile, const struct profile_rule *rule,
                        const struct varbinds *values, struct outcome *outcome)
{
    struct profile_result *result = malloc(sizeof(*result));

    if (result == NULL) {
        tell(outcome, "out of memory");
        return;
    }
    profile_apply_only(profile, values, profile_standard_total(values), rule, result);
    for (int i = 0; i < PROFILE_FIELD_COUNT; i++) {
        if (result->fields[i].rule == rule && result->fields[i].text != NULL) {
            tell(outcome, "%s %s", rule->key, result->fields[i].text);
        }
    }
    for (size_t i = 0; i < result->meter_count; i++) {
        const struct profile_meter *meter = &result->meters[i];
        if (meter->rule == rule) {
            tell(outcome, "%s %" PRId64 " %s%s", meter->key, meter->value, meter->unit,
                 rule->prefer == NULL   ? ""
                 : meter->standard_wins ? " (standard wins)"
                                        : " (private wins)");
        }
    }
    free(result);
}

static void tell_supply(const struct profile *profile, const struct profile_rule *rule,
                        const struct varbinds *values, struct outcome *outcome)
{
    struct profile_supply supply = {
        .name = rule->fixture.name, .type = rule->fixture.type, .color = rule->fixture.color};
    struct profile_supply_result result;

    profile_supply_only(profile, values, &supply, rule, &result);
    if (result.is_ghost) {
        tell(outcome, "ghost");
    }
    if (result.is_inverted) {
        tell(outcome, "inverted");
    }
    if (result.class_name != NULL) {
        tell(outcome, "class %s", result.class_name);
    }
    if (result.percent >= 0) {
        tell(outcome, "%d percent", result.percent);
    }
    if (result.pages_left != PROFILE_ABSENT) {
        tell(outcome, "%" PRId64 " pages", result.pages_left);
    }
    if (result.name != NULL) {
        tell(outcome, "name %s", result.name);
    }
    if (result.part != NULL) {
        tell(outcome, "part %s", result.part);
    }
    if (result.serial != NULL) {
        tell(outcome, "serial %s", result.serial);
    }
}

static void tell_avoid(const struct profile_rule *rule, const struct profile_device *device,
                       struct outcome *outcome)
{
    char dotted[OID_TEXT_MAX];

    for (unsigned i = 0; i < rule->at.count && profile_rule_is_for(rule, device); i++) {
        if (oid_to_text(rule->at.list[i], dotted, sizeof(dotted)) == 0) {
            tell(outcome, "avoid %s", dotted);
        }
    }
}

static void tell_limits(const struct profile_rule *rule, const struct profile_device *device,
                        struct outcome *outcome)
{
    if (!profile_rule_is_for(rule, device)) {
        return;
    }
    if (rule->no_bulk) {
        tell(outcome, "no bulk");
    }
    if (rule->repetitions_most > 0) {
        tell(outcome, "repetitions %u", rule->repetitions_most);
    }
    if (rule->varbinds_most > 0) {
        tell(outcome, "varbinds %u", rule->varbinds_most);
    }
    if (rule->version_first > 0) {
        tell(outcome, "version %u", rule->version_first);
    }
}

static void tell_context(const struct profile_rule *rule, const struct profile_device *device,
                         struct outcome *outcome)
{
    if (!profile_rule_is_for(rule, device)) {
        return;
    }
    if (rule->key != NULL) {
        tell(outcome, "context %s", rule->key);
    }
    if (rule->community != NULL) {
        tell(outcome, "community %s", rule->community);
    }
}

static void tell_rule(const struct profile_set *set, const struct profile *profile,
                      const struct profile_rule *rule, const struct varbinds *values,
                      struct outcome *outcome)
{
    char texts[PROFILE_DEVICE_BYTES];
    struct profile_device device;

    profile_device_of(values, &device, texts);
    switch (rule->section) {
    case PROFILE_MATCH:
        tell_match(set, rule, &device, outcome);
        break;
    case PROFILE_IDENTITY:
    case PROFILE_METERS:
        tell_values(profile, rule, values, outcome);
        break;
    case PROFILE_SUPPLIES:
        tell_supply(profile, rule, values, outcome);
        break;
    case PROFILE_TRAYS:
        tell(outcome, "%s",
             rule->fixture.name != NULL && profile_glob(rule->name, rule->fixture.name) ? "no tray"
                                                                                        : "tray");
        break;
    case PROFILE_AVOID:
        tell_avoid(rule, &device, outcome);
        break;
    case PROFILE_CONTEXTS:
        tell_context(rule, &device, outcome);
        break;
    case PROFILE_LIMITS:
        tell_limits(rule, &device, outcome);
        break;
    case PROFILE_SECTION_COUNT:
        break;
    }
}

/* The lines of a fixture: its sample, or those written in it. */
static int parse_own(const struct profile *profile, const struct profile_fixture *fixture,
                     struct snmprec *out)
{
    size_t size = 1;
    char *text;
    char *at;
    int status;

    for (unsigned i = 0; i < profile->sample_count && fixture->sample != NULL; i++) {
        if (strcmp(profile->samples[i].name, fixture->sample) == 0) {
            return snmprec_parse(bytes_from_text(profile->samples[i].values), profile->root, out);
        }
    }
    for (unsigned i = 0; i < fixture->given_count; i++) {
        size += strlen(fixture->given[i]) + 1;
    }
    text = malloc(size);
    if (text == NULL) {
        return -ENOMEM;
    }
    at = text;
    *at = '\0';
    for (unsigned i = 0; i < fixture->given_count; i++) {
        at = stpcpy(stpcpy(at, fixture->given[i]), "\n");
    }
    status = snmprec_parse(bytes_from_text(text), profile->root, out);
    free(text);
    return status;
}

static const struct profile_rule *own_rule(const struct profile *profile, size_t i)
{
    for (int section = 0; section < PROFILE_SECTION_COUNT; section++) {
        if (i < profile->rules[section].count) {
            return &profile->rules[section].list[i];
        }
        i -= profile->rules[section].count;
    }
    return NULL;
}

enum profile_verdict profile_check_rule(const struct profile_set *set,
                                        const struct profile *profile, size_t i,
                                        profile_recordings *recordings, void *context,
                                        struct profile_error *message)
{
    const struct profile_rule *rule = own_rule(profile, i);
    BASE_REQUIRE(rule != NULL);
    const struct profile_fixture *fixture = &rule->fixture;
    struct outcome outcome = {.text = ""};
    struct snmprec values;
    size_t refused;
    int status = fixture->recording == NULL ? parse_own(profile, fixture, &values)
                                            : recordings(context, fixture->recording, &values);

    if (status != 0) {
        snprintf(message->text, sizeof(message->text), "%s:%u: %s: %s", profile->file, rule->line,
                 fixture->recording != NULL ? fixture->recording : "its values",
                 base_strerror(status));
        return fixture->recording != NULL ? PROFILE_SKIPPED : PROFILE_FAILED;
    }
    refused = values.refused;
    tell_rule(set, profile, rule, &values.list, &outcome);
    snmprec_free(&values);
    if (refused > 0 && fixture->recording == NULL) {
        snprintf(message->text, sizeof(message->text),
                 "%s:%u: %zu of the fixture's values cannot be read; write OID|TAG|VALUE",
                 profile->file, rule->line, refused);
        return PROFILE_FAILED;
    }
    if (strcmp(outcome.text, fixture->expect) != 0) {
        snprintf(message->text, sizeof(message->text),
                 "%s:%u: the rule gives \"%.150s\", its fixture expects \"%.150s\"; correct the "
                 "rule, or the fixture if the device says so",
                 profile->file, rule->line, outcome.text, fixture->expect);
        return PROFILE_FAILED;
    }
    return PROFILE_PASSED;
}

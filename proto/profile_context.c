/*
 * Contexts: where a box has its further printers. (The one context that a maker hides its only
 * printer in has to be known before the device has said who it is: core/fleet/poll_access.c.)
 */
#include <ctype.h>

#include "proto/profile_inside.h"

/* A name is shown behind an address, and a community goes behind a secret one. */
static bool is_plain(const char *text)
{
    size_t size = 0;

    for (; text != NULL && text[size] != '\0'; size++) {
        if (!isgraph((unsigned char)text[size])) {
            return false;
        }
    }
    return text == NULL || (size > 0 && size <= PROFILE_CONTEXT_MAX);
}

const char *profile_context_fault(const struct profile_rule *rule)
{
    if (rule->key == NULL && rule->community == NULL) {
        return "the rule names no context; write name for SNMPv3, community for v1 and v2c";
    }
    if (!is_plain(rule->key) || !is_plain(rule->community)) {
        return "name or community is no plain word; write 1 to 31 ASCII characters without spaces";
    }
    return NULL;
}

bool profile_has_contexts(const struct profile *profile)
{
    return profile->linked_count[PROFILE_CONTEXTS] > 0;
}

bool profile_context(const struct profile *profile, const struct profile_device *device, size_t *at,
                     struct profile_context *out)
{
    while (*at < profile->linked_count[PROFILE_CONTEXTS]) {
        const struct profile_rule *rule = profile->linked[PROFILE_CONTEXTS][(*at)++];
        if (profile_rule_is_for(rule, device)) {
            *out = (struct profile_context){.name = rule->key, .community = rule->community};
            return true;
        }
    }
    return false;
}

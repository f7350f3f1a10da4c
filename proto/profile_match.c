/*
 * Recognising: patterns, and which profile a device belongs to.
 */
#include <stdio.h>
#include <strings.h>

#include "proto/gate.h"
#include "proto/profile_inside.h"

/* An arc of an object id outweighs any description. */
#define SCORE_OF_ARC 1000

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* One pattern without "|", `size` octets. The last * is the only one to come back to. */
static bool glob_one(const char *pattern, size_t size, const char *text)
{
    size_t at = 0;
    size_t star = size; /* none seen */
    const char *from = text;

    while (*text != '\0') {
        if (at < size && pattern[at] == '*') {
            star = at++;
            from = text;
        } else if (at < size && small(pattern[at]) == small(*text)) {
            at++;
            text++;
        } else if (star < size) {
            at = star + 1;
            text = ++from;
        } else {
            return false;
        }
    }
    while (at < size && pattern[at] == '*') {
        at++;
    }
    return at == size;
}

bool profile_glob(const char *pattern, const char *text)
{
    for (;;) {
        size_t size = strcspn(pattern, "|");
        if (glob_one(pattern, size, text)) {
            return true;
        }
        if (pattern[size] == '\0') {
            return false;
        }
        pattern += size + 1;
    }
}

static bool holds(const char *pattern, const char *text)
{
    return pattern == NULL || (text != NULL && profile_glob(pattern, text));
}

bool profile_rule_is_for(const struct profile_rule *rule, const struct profile_device *device)
{
    bool is_below = rule->object_id == NULL;

    for (unsigned i = 0; i < rule->at.count && !is_below; i++) {
        is_below = oid_is_below(device->object_id, rule->at.list[i]) ||
                   bytes_equal(device->object_id, rule->at.list[i]);
    }
    /* A model is named by hrDeviceDescr, and by sysDescr where that is all there is. */
    return is_below && holds(rule->description, device->description) &&
           (rule->model == NULL ||
            (device->model != NULL && profile_glob(rule->model, device->model)) ||
            (device->description != NULL && profile_glob(rule->model, device->description))) &&
           holds(rule->maker, device->maker);
}

static size_t pattern_weight(const char *pattern)
{
    return pattern != NULL ? strlen(pattern) : 0;
}

static size_t match_score(const struct profile_rule *rule, const struct profile_device *device)
{
    size_t score = 0;

    if (!profile_rule_is_for(rule, device)) {
        return 0;
    }
    if (rule->object_id != NULL) {
        score += SCORE_OF_ARC * rule->at.list[0].size;
    }
    return score + pattern_weight(rule->description) + pattern_weight(rule->model) +
           pattern_weight(rule->maker);
}

const struct profile *profile_choose(const struct profile_set *set,
                                     const struct profile_device *device)
{
    const struct profile *best = NULL;
    size_t best_score = 0;

    for (size_t i = 0; i < set->count; i++) {
        const struct profile *profile = set->profiles[i];
        for (unsigned k = 0; k < profile->linked_count[PROFILE_MATCH]; k++) {
            size_t score = match_score(profile->linked[PROFILE_MATCH][k], device);
            if (!profile->is_replaced && score > best_score) {
                best = profile;
                best_score = score;
            }
        }
    }
    return best;
}

/* What stands for a key of a 1284 device id: "KEY:value;" pairs; MFG is also MANUFACTURER, MDL is
 * also MODEL. */
struct bytes profile_1284(struct bytes id, const char *key)
{
    static const char *const pairs[][2] = {
        {"MFG", "MANUFACTURER"}, {"MFG", "MANUFACTURE"}, {"MDL", "MODEL"}, {"SN", "SERN"}};
    size_t key_size = strlen(key);
    struct bytes found = bytes_of(NULL, 0);

    for (size_t at = 0; at < id.size;) {
        const char *field = (const char *)id.data + at;
        const uint8_t *end = memchr(field, ';', id.size - at);
        size_t size = end != NULL ? (size_t)(end - id.data) - at : id.size - at;
        size_t blanks = 0;
        while (blanks < size && (uint8_t)field[blanks] <= ' ') {
            blanks++;
        }
        if (size - blanks > key_size && field[blanks + key_size] == ':' &&
            strncasecmp(field + blanks, key, key_size) == 0) {
            return bytes_of(field + blanks + key_size + 1, size - blanks - key_size - 1);
        }
        at += size + 1;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(pairs) && found.size == 0; i++) {
        if (strcmp(pairs[i][0], key) == 0) {
            found = profile_1284(id, pairs[i][1]);
        }
    }
    return found;
}

static const char *put_text(char **at, size_t *room, struct bytes text)
{
    char *start = *at;
    size_t size = text.size < 255 ? text.size : 255;

    if (text.size == 0 || size + 1 > *room) {
        return NULL;
    }
    memcpy(start, text.data, size);
    start[size] = '\0';
    *at += size + 1;
    *room -= size + 1;
    return start;
}

void profile_device_of(const struct varbinds *values, struct profile_device *out,
                       char texts[PROFILE_DEVICE_BYTES])
{
    static const uint8_t description[] = {0x2b, 6, 1, 2, 1, 1, 1, 0};
    static const uint8_t object_id[] = {0x2b, 6, 1, 2, 1, 1, 2, 0};
    static const uint8_t model[] = {0x2b, 6, 1, 2, 1, 25, 3, 2, 1, 3};
    /* ppmPrinterIEEE1284DeviceId, and gdStatusId of HP, which others answer, too. */
    static const uint8_t ppm_id[] = {0x2b, 6, 1, 4, 1, 0x95, 0x0b, 1, 2, 1, 2, 1, 1, 3};
    static const uint8_t hp_id[] = {0x2b, 6, 1, 4, 1, 11, 2, 3, 9, 1, 1, 7};
    const struct bytes ids[] = {bytes_of(ppm_id, sizeof(ppm_id)), bytes_of(hp_id, sizeof(hp_id))};
    size_t room = PROFILE_DEVICE_BYTES;
    size_t count;
    const struct varbind *found = varbinds_find(values, bytes_of(object_id, sizeof(object_id)));

    *out = (struct profile_device){0};
    if (found != NULL && found->tag == GATE_OID) {
        out->object_id = found->value;
    }
    found = varbinds_find(values, bytes_of(description, sizeof(description)));
    if (found != NULL) {
        out->description = put_text(&texts, &room, found->value);
    }
    found = varbinds_below(values, bytes_of(model, sizeof(model)), &count);
    if (found != NULL) {
        out->model = put_text(&texts, &room, found->value);
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(ids) && out->maker == NULL; i++) {
        found = varbinds_below(values, ids[i], &count);
        if (found != NULL) {
            out->maker = put_text(&texts, &room, profile_1284(found->value, "MFG"));
        }
    }
}

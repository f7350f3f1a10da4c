#include "core/fleet/scope.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SCOPE_LABELS_VERSION 1

const char *scope_name(enum scope scope)
{
    switch (scope) {
    case SCOPE_IN:
        return "in";
    case SCOPE_OUT:
        return "out";
    case SCOPE_UNCLASSIFIED:
        break;
    }
    return "unclassified";
}

bool scope_matches(const char *pattern, const char *text)
{
    const char *star = NULL; /* the last one, and what it has been taken to stand for */
    const char *from = NULL;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            from = text;
        } else if (*pattern == '?' ||
                   tolower((unsigned char)*pattern) == tolower((unsigned char)*text)) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

static bool is_within(const struct target_range *range, const struct target *address)
{
    struct target first = range->first;
    struct target at = *address;
    first.port = 0;
    at.port = 0;
    return first.family == at.family && target_distance(&first, &at) < range->count;
}

static bool covers(const struct scope_rule *rule, const struct scope_subject *subject)
{
    const struct {
        const char *pattern;
        const char *text;
    } texts[] = {{rule->vendor, subject->vendor},
                 {rule->model, subject->model},
                 {rule->serial, subject->serial}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(texts); i++) {
        if (texts[i].pattern[0] != '\0' &&
            (texts[i].text == NULL || !scope_matches(texts[i].pattern, texts[i].text))) {
            return false;
        }
    }
    bool has_tag = rule->tag[0] == '\0' ||
                   (subject->labels != NULL && scope_has_tag(subject->labels, rule->tag));
    return has_tag && (rule->subnet.count == 0 || is_within(&rule->subnet, &subject->address));
}

enum scope scope_of(const struct scope_rules *rules, const struct scope_subject *subject)
{
    if (subject->labels != NULL && subject->labels->scope != SCOPE_UNCLASSIFIED) {
        return subject->labels->scope;
    }
    for (size_t i = 0; i < rules->count; i++) {
        if (covers(&rules->items[i], subject)) {
            return rules->items[i].scope;
        }
    }
    return SCOPE_UNCLASSIFIED;
}

/* --- labels ----------------------------------------------------------------------------------- */

static bool is_tag(const char *text)
{
    size_t size = strlen(text);
    for (size_t i = 0; i < size; i++) {
        if (!isalnum((unsigned char)text[i]) && strchr("._-", text[i]) == NULL) {
            return false;
        }
    }
    return size > 0 && size <= SCOPE_TAG_MAX && isalnum((unsigned char)text[0]);
}

bool scope_has_tag(const struct scope_labels *labels, const char *tag)
{
    for (size_t i = 0; i < labels->tag_count; i++) {
        if (strcasecmp(labels->tags[i], tag) == 0) {
            return true;
        }
    }
    return false;
}

int scope_add_tag(struct scope_labels *labels, const char *tag)
{
    size_t at = 0;
    if (!is_tag(tag)) {
        return BASE_EFORMAT;
    }
    if (scope_has_tag(labels, tag)) {
        return 0;
    }
    if (labels->tag_count == SCOPE_TAGS_MAX) {
        return BASE_ELIMIT;
    }
    while (at < labels->tag_count && strcasecmp(labels->tags[at], tag) < 0) {
        at++;
    }
    memmove(labels->tags[at + 1], labels->tags[at],
            (labels->tag_count - at) * sizeof(labels->tags[0]));
    snprintf(labels->tags[at], sizeof(labels->tags[0]), "%s", tag);
    labels->tag_count++;
    return 0;
}

void scope_remove_tag(struct scope_labels *labels, const char *tag)
{
    for (size_t i = 0; i < labels->tag_count; i++) {
        if (strcasecmp(labels->tags[i], tag) == 0) {
            labels->tag_count--;
            memmove(labels->tags[i], labels->tags[i + 1],
                    (labels->tag_count - i) * sizeof(labels->tags[0]));
            return;
        }
    }
}

size_t scope_put_labels(uint8_t *out, const struct scope_labels *labels)
{
    size_t size = 0;
    out[size++] = SCOPE_LABELS_VERSION;
    out[size++] = (uint8_t)labels->scope;
    out[size++] = (uint8_t)labels->tag_count;
    for (size_t i = 0; i < labels->tag_count; i++) {
        size_t length = strlen(labels->tags[i]);
        out[size++] = (uint8_t)length;
        memcpy(out + size, labels->tags[i], length);
        size += length;
    }
    return size;
}

int scope_get_labels(struct bytes stored, struct scope_labels *out)
{
    struct scope_labels labels = {.scope = SCOPE_UNCLASSIFIED};
    size_t at = 3;
    if (stored.size < 1) {
        return BASE_EFORMAT;
    }
    if (stored.data[0] != SCOPE_LABELS_VERSION) {
        return BASE_EVERSION;
    }
    if (stored.size < at || stored.data[1] > SCOPE_OUT || stored.data[2] > SCOPE_TAGS_MAX) {
        return BASE_EFORMAT;
    }
    labels.scope = (enum scope)stored.data[1];
    for (size_t i = 0; i < stored.data[2]; i++) {
        char tag[SCOPE_TAG_MAX + 1] = "";
        size_t size = at < stored.size ? stored.data[at] : 0;
        if (size == 0 || size > SCOPE_TAG_MAX || size > stored.size - at - 1) {
            return BASE_EFORMAT;
        }
        memcpy(tag, stored.data + at + 1, size);
        at += 1 + size;
        if (scope_add_tag(&labels, tag) != 0) {
            return BASE_EFORMAT;
        }
    }
    if (at != stored.size) {
        return BASE_EFORMAT;
    }
    *out = labels;
    return 0;
}

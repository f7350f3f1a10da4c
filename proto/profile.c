/*
 * The set of profiles: adding, resolving what extends what, choosing.
 */
#include "proto/profile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/profile_inside.h"

/* Parents of parents; a longer chain is a circle or a muddle. */
#define ANCESTORS_MAX 8

void *profile_alloc(struct profile *profile, size_t size)
{
    struct profile_block *block = calloc(1, sizeof(*block) + size);

    if (block == NULL) {
        return NULL;
    }
    block->next = profile->memory;
    profile->memory = block;
    return block->data;
}

static void free_profile(struct profile *profile)
{
    while (profile->memory != NULL) {
        struct profile_block *next = profile->memory->next;
        free(profile->memory);
        profile->memory = next;
    }
    profile_unload(profile);
}

void profile_set_init(struct profile_set *set)
{
    *set = (struct profile_set){0};
}

void profile_set_fini(struct profile_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        free_profile(set->profiles[i]);
    }
    free(set->profiles);
    *set = (struct profile_set){0};
}

static int make_room(struct profile_set *set)
{
    size_t cap = set->cap == 0 ? 32 : 2 * set->cap;
    struct profile **grown;

    if (set->count < set->cap) {
        return 0;
    }
    grown = realloc(set->profiles, cap * sizeof(struct profile *));
    if (grown == NULL) {
        return -ENOMEM;
    }
    set->profiles = grown;
    set->cap = cap;
    return 0;
}

int profile_set_add(struct profile_set *set, const char *file, struct bytes text,
                    struct profile_error *error)
{
    struct profile *profile = NULL;
    int status = make_room(set);

    if (status == 0) {
        status = profile_load(file, text, &profile, error);
    }
    if (status != 0) {
        return status;
    }
    profile->file = profile_alloc(profile, strlen(file) + 1);
    if (profile->file == NULL) {
        status = -ENOMEM;
        goto out;
    }
    memcpy(profile->file, file, strlen(file) + 1);
    status = profile_compile(profile, text, error);
    if (status == 0) {
        set->profiles[set->count++] = profile;
        profile = NULL;
    }
out:
    if (profile != NULL) {
        free_profile(profile);
    }
    return status;
}

/* The last profile of that name among the first `count`. */
static struct profile *find_before(const struct profile_set *set, const char *name, size_t count)
{
    while (count-- > 0) {
        if (strcmp(set->profiles[count]->name, name) == 0) {
            return set->profiles[count];
        }
    }
    return NULL;
}

/* A profile that extends its own name extends the one that it replaces. */
static int find_parent(struct profile_set *set, size_t i, struct profile_error *error)
{
    struct profile *profile = set->profiles[i];
    bool is_own_name = profile->extends != NULL && strcmp(profile->extends, profile->name) == 0;
    struct profile *replaced = find_before(set, profile->name, i);

    if (replaced != NULL) {
        replaced->is_replaced = true;
    }
    profile->parent = NULL;
    if (profile->extends == NULL) {
        return 0;
    }
    profile->parent = is_own_name ? replaced : find_before(set, profile->extends, set->count);
    if (profile->parent == NULL) {
        snprintf(error->text, sizeof(error->text),
                 "%s:1: it extends \"%s\", and there is no such profile; correct the name or take "
                 "the line out",
                 profile->file, profile->extends);
        return BASE_EFORMAT;
    }
    return 0;
}

static bool is_without(const struct profile *profile, const struct profile_rule *rule)
{
    for (unsigned i = 0; rule->key != NULL && i < profile->without.count; i++) {
        if (profile_glob(profile->without.list[i], rule->key)) {
            return true;
        }
    }
    return false;
}

/* What a child has of its parents: everything but how they are recognised, except when it takes
 * the place of its parent and says nothing of its own. */
static bool is_inherited(const struct profile *profile, const struct profile *parent,
                         enum profile_section section)
{
    return section != PROFILE_MATCH ||
           (profile->rules[PROFILE_MATCH].count == 0 && strcmp(profile->name, parent->name) == 0);
}

static int link_section(struct profile *profile, enum profile_section section)
{
    unsigned most = 0;
    unsigned count = 0;
    const struct profile_rule **list;

    for (const struct profile *from = profile; from != NULL; from = from->parent) {
        most += from->rules[section].count;
    }
    list = profile_alloc(profile, (most + 1) * sizeof(const struct profile_rule *));
    if (list == NULL) {
        return -ENOMEM;
    }
    for (const struct profile *from = profile; from != NULL; from = from->parent) {
        for (unsigned i = 0; i < from->rules[section].count; i++) {
            const struct profile_rule *rule = &from->rules[section].list[i];
            if (from == profile ||
                (is_inherited(profile, from, section) && !is_without(profile, rule))) {
                list[count++] = rule;
            }
        }
    }
    profile->linked[section] = list;
    profile->linked_count[section] = count;
    return 0;
}

static bool has_circle(const struct profile *profile)
{
    int depth = 0;

    while (profile != NULL && depth++ < ANCESTORS_MAX) {
        profile = profile->parent;
    }
    return profile != NULL;
}

/* Finds the parents of all. *faulty gets the first profile that cannot have its own. */
static int find_parents(struct profile_set *set, size_t *faulty, struct profile_error *error)
{
    for (size_t i = 0; i < set->count; i++) {
        set->profiles[i]->is_replaced = false;
    }
    for (*faulty = 0; *faulty < set->count; (*faulty)++) {
        int status = find_parent(set, *faulty, error);
        if (status != 0) {
            return status;
        }
    }
    for (*faulty = 0; *faulty < set->count; (*faulty)++) {
        if (has_circle(set->profiles[*faulty])) {
            snprintf(error->text, sizeof(error->text),
                     "%s:1: what it extends comes back to it, or is more than %d deep; take one "
                     "`extends` out",
                     set->profiles[*faulty]->file, ANCESTORS_MAX);
            return BASE_EFORMAT;
        }
    }
    return 0;
}

static int link_profile(struct profile *profile, struct profile_error *error)
{
    int status = 0;

    for (int section = 0; section < PROFILE_SECTION_COUNT && status == 0; section++) {
        status = link_section(profile, (enum profile_section)section);
    }
    if (status == 0) {
        status = profile_make_questions(profile);
    }
    if (status == BASE_ELIMIT) {
        snprintf(error->text, sizeof(error->text),
                 "%s:1: its rules ask for %zu objects, and %d is the most; take some out, or leave "
                 "out inherited ones by `without`",
                 profile->file, profile->question_count, PROFILE_QUESTIONS_MAX);
        status = BASE_EFORMAT;
    }
    return status;
}

int profile_set_link(struct profile_set *set, struct profile_error *error)
{
    size_t faulty;
    int status = find_parents(set, &faulty, error);

    for (size_t i = 0; i < set->count && status == 0; i++) {
        faulty = i;
        status = link_profile(set->profiles[i], error);
    }
    if (status == BASE_EFORMAT) {
        free_profile(set->profiles[faulty]);
        set->count--;
        memmove(&set->profiles[faulty], &set->profiles[faulty + 1],
                (set->count - faulty) * sizeof(struct profile *));
    }
    return status;
}

const struct profile *profile_find(const struct profile_set *set, const char *name)
{
    return find_before(set, name, set->count);
}

const char *profile_name(const struct profile *profile)
{
    return profile->name;
}

const char *profile_title(const struct profile *profile)
{
    return profile->title;
}

const char *profile_file(const struct profile *profile)
{
    return profile->file;
}

const struct profile *profile_parent(const struct profile *profile)
{
    return profile->parent;
}

bool profile_is_replaced(const struct profile *profile)
{
    return profile->is_replaced;
}

size_t profile_rule_count(const struct profile *profile)
{
    size_t count = 0;

    for (int section = 0; section < PROFILE_SECTION_COUNT; section++) {
        count += profile->linked_count[section];
    }
    return count;
}

size_t profile_own_rule_count(const struct profile *profile)
{
    size_t count = 0;

    for (int section = 0; section < PROFILE_SECTION_COUNT; section++) {
        count += profile->rules[section].count;
    }
    return count;
}

const struct profile_question *profile_questions(const struct profile *profile, size_t *count)
{
    *count = profile->question_count;
    return profile->questions;
}

bool profile_is_pseudo_tray(const struct profile *profile, const char *name)
{
    for (unsigned i = 0; i < profile->linked_count[PROFILE_TRAYS]; i++) {
        if (profile_glob(profile->linked[PROFILE_TRAYS][i]->name, name)) {
            return true;
        }
    }
    return false;
}

const char *profile_rule_text(const struct profile_rule *rule)
{
    return rule->text;
}

/*
 * Asking: which private objects the rules of a profile need, what must not be asked, and how much
 * at once.
 */
#include <errno.h>
#include <stdlib.h>

#include "proto/profile_inside.h"

static int compare_questions(const void *a, const void *b)
{
    const struct profile_question *first = a;
    const struct profile_question *second = b;
    size_t common = first->oid.size < second->oid.size ? first->oid.size : second->oid.size;
    int order = memcmp(first->oid.data, second->oid.data, common);

    return order != 0 ? order
                      : (first->oid.size > second->oid.size) - (first->oid.size < second->oid.size);
}

static void put(struct profile *profile, const struct profile_oids *oids, bool is_column,
                bool is_moving)
{
    for (unsigned i = 0; i < oids->count; i++) {
        profile->questions[profile->question_count++] = (struct profile_question){
            .oid = oids->list[i], .is_column = is_column, .is_moving = is_moving};
    }
}

static size_t most_of(const struct profile_rule *rule)
{
    size_t most = rule->at.count + rule->labels.count;

    for (unsigned i = 0; i < rule->where_count; i++) {
        most += rule->where[i].columns.count;
    }
    return most;
}

/* Values move, what names them does not. */
static void put_rule(struct profile *profile, const struct profile_rule *rule)
{
    put(profile, &rule->at, rule->is_column, rule->section != PROFILE_IDENTITY);
    put(profile, &rule->labels, true, false);
    for (unsigned i = 0; i < rule->where_count; i++) {
        put(profile, &rule->where[i].columns, true, false);
    }
}

/* What two rules need is asked once; a name that one of them needs with every poll, with every
 * poll. */
static void unite(struct profile *profile)
{
    size_t kept = 0;

    if (profile->question_count == 0) {
        return;
    }
    qsort(profile->questions, profile->question_count, sizeof(*profile->questions),
          compare_questions);
    for (size_t i = 1; i < profile->question_count; i++) {
        struct profile_question *last = &profile->questions[kept];
        const struct profile_question *next = &profile->questions[i];
        if (bytes_equal(last->oid, next->oid)) {
            last->is_moving = last->is_moving || next->is_moving;
            last->is_column = last->is_column || next->is_column;
        } else {
            profile->questions[++kept] = *next;
        }
    }
    profile->question_count = kept + 1;
}

static uint32_t hash_octets(uint32_t hash, struct bytes octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        hash = (hash ^ octets.data[i]) * 16777619U; /* FNV-1a */
    }
    return hash * 16777619U;
}

static uint32_t key_of(const struct profile *profile)
{
    uint32_t hash = hash_octets(2166136261U, bytes_from_text(profile->name));

    for (size_t i = 0; i < profile->question_count; i++) {
        const struct profile_question *question = &profile->questions[i];
        uint8_t kind = (uint8_t)(question->is_column | question->is_moving << 1);
        hash = hash_octets(hash, question->oid);
        hash = hash_octets(hash, bytes_of(&kind, 1));
    }
    return hash != 0 ? hash : 1;
}

int profile_make_questions(struct profile *profile)
{
    static const enum profile_section sections[] = {PROFILE_IDENTITY, PROFILE_METERS,
                                                    PROFILE_SUPPLIES};
    size_t most = 1;

    for (size_t k = 0; k < BASE_ARRAY_COUNT(sections); k++) {
        for (unsigned i = 0; i < profile->linked_count[sections[k]]; i++) {
            most += most_of(profile->linked[sections[k]][i]);
        }
    }
    profile->question_count = 0;
    profile->questions = profile_alloc(profile, most * sizeof(*profile->questions));
    if (profile->questions == NULL) {
        return -ENOMEM;
    }
    for (size_t k = 0; k < BASE_ARRAY_COUNT(sections); k++) {
        for (unsigned i = 0; i < profile->linked_count[sections[k]]; i++) {
            put_rule(profile, profile->linked[sections[k]][i]);
        }
    }
    unite(profile);
    profile->key = key_of(profile);
    return profile->question_count <= PROFILE_QUESTIONS_MAX ? 0 : BASE_ELIMIT;
}

uint32_t profile_key(const struct profile *profile)
{
    return profile->key;
}

/* Says whether an instance is, or lies below, one of the OIDs. */
static bool is_at(const struct profile_oids *oids, struct bytes oid)
{
    for (unsigned i = 0; i < oids->count; i++) {
        if (bytes_equal(oid, oids->list[i]) || oid_is_below(oid, oids->list[i])) {
            return true;
        }
    }
    return false;
}

static enum profile_use use_by(const struct profile_rule *rule, struct bytes oid)
{
    if (is_at(&rule->labels, oid)) {
        return PROFILE_USE_LABEL;
    }
    for (unsigned i = 0; i < rule->where_count; i++) {
        if (is_at(&rule->where[i].columns, oid)) {
            return PROFILE_USE_LABEL;
        }
    }
    if (!is_at(&rule->at, oid)) {
        return PROFILE_USE_NONE;
    }
    if (rule->section != PROFILE_IDENTITY) {
        return rule->gives != NULL && rule->gives_as == PROFILE_GIVES_SERIAL ? PROFILE_USE_IDENTITY
                                                                             : PROFILE_USE_VALUE;
    }
    return rule->field == PROFILE_MODEL || rule->field == PROFILE_FIRMWARE ? PROFILE_USE_LABEL
                                                                           : PROFILE_USE_IDENTITY;
}

enum profile_use profile_use_of(const struct profile *profile, struct bytes oid)
{
    static const enum profile_section sections[] = {PROFILE_IDENTITY, PROFILE_SUPPLIES,
                                                    PROFILE_METERS};
    enum profile_use use = PROFILE_USE_NONE;

    for (size_t k = 0; k < BASE_ARRAY_COUNT(sections); k++) {
        for (unsigned i = 0; i < profile->linked_count[sections[k]]; i++) {
            enum profile_use here = use_by(profile->linked[sections[k]][i], oid);
            if (here == PROFILE_USE_IDENTITY) {
                return here;
            }
            use = here != PROFILE_USE_NONE ? here : use;
        }
    }
    return use;
}

bool profile_is_avoided(const struct profile *profile, const struct profile_device *device,
                        struct bytes oid)
{
    for (unsigned i = 0; i < profile->linked_count[PROFILE_AVOID]; i++) {
        const struct profile_rule *rule = profile->linked[PROFILE_AVOID][i];
        for (unsigned k = 0; k < rule->at.count && profile_rule_is_for(rule, device); k++) {
            if (bytes_equal(oid, rule->at.list[k]) || oid_is_below(oid, rule->at.list[k])) {
                return true;
            }
        }
    }
    return false;
}

bool profile_may_ask(const struct profile *profile, const struct profile_device *device,
                     struct bytes oid)
{
    for (unsigned i = 0; i < profile->linked_count[PROFILE_AVOID]; i++) {
        const struct profile_rule *rule = profile->linked[PROFILE_AVOID][i];
        if (!profile_rule_is_for(rule, device)) {
            continue;
        }
        for (unsigned k = 0; k < rule->at.count; k++) {
            /* A column is not asked either when part of it must not be. */
            if (bytes_equal(oid, rule->at.list[k]) || oid_is_below(oid, rule->at.list[k]) ||
                oid_is_below(rule->at.list[k], oid)) {
                return false;
            }
        }
    }
    return true;
}

static unsigned smaller(unsigned known, unsigned limit)
{
    return limit > 0 && (known == 0 || limit < known) ? limit : known;
}

void profile_limits(const struct profile *profile, const struct profile_device *device,
                    struct profile_limits *out)
{
    *out = (struct profile_limits){0};
    for (unsigned i = 0; i < profile->linked_count[PROFILE_LIMITS]; i++) {
        const struct profile_rule *rule = profile->linked[PROFILE_LIMITS][i];
        if (profile_rule_is_for(rule, device)) {
            out->no_bulk = out->no_bulk || rule->no_bulk;
            out->repetitions = smaller(out->repetitions, rule->repetitions_most);
            out->varbinds = smaller(out->varbinds, rule->varbinds_most);
            out->version = smaller(out->version, rule->version_first);
        }
    }
}

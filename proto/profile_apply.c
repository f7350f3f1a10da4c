/*
 * Applying: identity values and meters out of the private objects of one device.
 */
#include <stdio.h>

#include "proto/profile_inside.h"
#include "proto/reading_keys.h"

/* Octets of an identity value, and of the part of a key that a row gives. */
#define VALUE_BYTES_MAX 256
#define SLUG_BYTES_MAX  48

struct apply {
    const struct profile *profile;
    const struct varbinds *values;
    const struct profile_rule *only;
    int64_t standard_total;
    struct profile_result *out;
    struct profile_join join;
};

/* Copies a text to where it stays; NULL when there is no more room. */
static const char *keep(struct profile_result *out, const char *text, size_t size)
{
    char *kept = out->text + out->text_size;

    if (size + 1 > sizeof(out->text) - out->text_size) {
        return NULL;
    }
    memcpy(kept, text, size);
    kept[size] = '\0';
    out->text_size += size + 1;
    return kept;
}

/* Serial numbers that name no device are none, so that the next rule may do better. */
static bool is_usable(const struct profile_rule *rule, const char *text)
{
    return rule->field != PROFILE_SERIAL || reading_serial_is_usable(text);
}

static void apply_identity(struct apply *apply, const struct profile_rule *rule)
{
    struct profile_value *value = &apply->out->fields[rule->field];
    const struct varbind *rows[PROFILE_ROWS_MAX];
    char text[VALUE_BYTES_MAX];
    unsigned at;
    size_t count;

    if (value->text != NULL) {
        return;
    }
    count = profile_rows(rule, apply->values, &apply->join, rows, &at);
    for (size_t i = 0; i < count; i++) {
        size_t size = profile_text(rule, rows[i], text, sizeof(text));
        if (size > 0 && is_usable(rule, text)) {
            *value = (struct profile_value){
                .text = keep(apply->out, text, size), .oid = rows[i]->oid, .rule = rule};
            return;
        }
    }
}

static struct profile_meter *find_meter(const struct apply *apply, const char *key)
{
    for (size_t i = 0; i < apply->out->meter_count; i++) {
        if (strcmp(apply->out->meters[i].key, key) == 0) {
            return &apply->out->meters[i];
        }
    }
    return NULL;
}

static void add_meter(struct apply *apply, const struct profile_rule *rule, const char *key,
                      int64_t value, struct bytes oid)
{
    struct profile_result *out = apply->out;
    bool standard_wins =
        rule->prefer_as == PROFILE_PREFER_STANDARD ||
        (rule->prefer_as == PROFILE_PREFER_LARGER && apply->standard_total > value);

    if (key != NULL && out->meter_count < PROFILE_METERS_MAX && find_meter(apply, key) == NULL) {
        out->meters[out->meter_count++] = (struct profile_meter){
            .key = key,
            .unit = rule->unit,
            .value = value,
            .oid = oid,
            .standard_wins = standard_wins && apply->standard_total != PROFILE_ABSENT,
            .rule = rule,
        };
    }
}

/* "A4" and "Legal (R)" as parts of a key: "a4", "legal_r". */
static size_t slug(const char *label, char *out, size_t cap)
{
    size_t size = 0;

    for (; *label != '\0' && size + 1 < cap; label++) {
        char c = *label;
        bool is_capital = c >= 'A' && c <= 'Z';
        if (is_capital || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            out[size++] = is_capital ? (char)(c - 'A' + 'a') : c;
        } else if (size > 0 && out[size - 1] != '_') {
            out[size++] = '_';
        }
    }
    while (size > 0 && out[size - 1] == '_') {
        size--;
    }
    out[size] = '\0';
    return size;
}

/* The name that `names` has for a label: "26 a4". */
static const char *named(const struct profile_rule *rule, const char *label)
{
    size_t size = strlen(label);

    for (unsigned i = 0; i < rule->names.count; i++) {
        const char *pair = rule->names.list[i];
        if (strncmp(pair, label, size) == 0 && pair[size] == ' ') {
            return pair + size + 1;
        }
    }
    return label;
}

/* The label of a row: what column `by` says, else the first arc of its index. */
static bool label_of(const struct apply *apply, const struct profile_rule *rule,
                     const struct varbind *row, unsigned at, char out[VALUE_BYTES_MAX])
{
    static const struct profile_rule as_it_is = {0};
    struct bytes column = rule->at.list[at];
    const struct varbind *label;
    uint32_t arcs[OID_ARCS_MAX];
    size_t count;

    if (rule->by == NULL) {
        if (oid_index_arcs(oid_index(row->oid, column), arcs, OID_ARCS_MAX, &count) != 0 ||
            count == 0) {
            return false;
        }
        snprintf(out, VALUE_BYTES_MAX, "%u", arcs[0]);
        return true;
    }
    label = profile_beside(apply->values, row, column,
                           rule->labels.list[rule->labels.count > 1 ? at : 0]);
    return label != NULL && profile_text(&as_it_is, label, out, VALUE_BYTES_MAX) > 0;
}

/* One meter for each label: paper sizes. Rows of one label add up, what was never used is left
 * out. */
static void apply_open(struct apply *apply, const struct profile_rule *rule,
                       const struct varbind **rows, size_t count, unsigned at)
{
    char label[VALUE_BYTES_MAX];
    char part[SLUG_BYTES_MAX];
    char key[VALUE_BYTES_MAX];
    size_t star = strcspn(rule->key, "*");
    int64_t value;

    for (size_t i = 0; i < count; i++) {
        struct profile_meter *known;
        int size;
        if (!profile_number(rule, rows[i], &value) || value == 0 ||
            !label_of(apply, rule, rows[i], at, label) ||
            slug(named(rule, label), part, sizeof(part)) == 0) {
            continue;
        }
        size = snprintf(key, sizeof(key), "%.*s%s%s", (int)star, rule->key, part,
                        rule->key + star + 1);
        known = find_meter(apply, key);
        if (known != NULL && known->rule == rule && value <= INT64_MAX - known->value) {
            known->value += value;
        } else if (known == NULL && size > 0 && (size_t)size < sizeof(key)) {
            add_meter(apply, rule, keep(apply->out, key, (size_t)size), value, rows[i]->oid);
        }
    }
}

static void apply_measured(struct apply *apply, const struct profile_rule *rule)
{
    const struct varbind *rows[PROFILE_ROWS_MAX];
    const struct varbind *from = NULL;
    int64_t sum = 0;
    unsigned at;
    size_t count = profile_rows(rule, apply->values, &apply->join, rows, &at);

    if (rule->is_open) {
        apply_open(apply, rule, rows, count, at);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        int64_t value;
        if (!profile_number(rule, rows[i], &value)) {
            continue;
        }
        if (from == NULL || (rule->take_as == PROFILE_MOST && value > sum)) {
            sum = value;
            from = rows[i];
        } else if (rule->take_as == PROFILE_SUM && value <= INT64_MAX - sum) {
            sum += value;
        }
    }
    if (from != NULL) {
        add_meter(apply, rule, rule->key, sum, from->oid);
    }
}

/* Adds `sign` times the meters named; a name with "?" may be missing. Returns: false when one that
 * must be there is not. */
static bool add_terms(const struct apply *apply, const struct profile_texts *terms, int sign,
                      int64_t *sum, bool *is_any)
{
    for (unsigned i = 0; i < terms->count; i++) {
        char key[VALUE_BYTES_MAX];
        size_t size = strcspn(terms->list[i], "?");
        const struct profile_meter *meter;
        snprintf(key, sizeof(key), "%.*s", (int)size, terms->list[i]);
        meter = find_meter(apply, key);
        if (meter == NULL && strcmp(key, "total") == 0 && apply->standard_total != PROFILE_ABSENT) {
            *sum += sign * apply->standard_total;
            *is_any = true;
        } else if (meter != NULL) {
            *sum += sign * meter->value;
            *is_any = true;
        } else if (terms->list[i][size] != '?') {
            return false;
        }
    }
    return true;
}

static void apply_derived(struct apply *apply, const struct profile_rule *rule)
{
    int64_t sum = 0;
    bool is_any = false;

    if (add_terms(apply, &rule->sum, 1, &sum, &is_any) &&
        add_terms(apply, &rule->minus, -1, &sum, &is_any) && is_any && sum >= 0) {
        add_meter(apply, rule, rule->key, sum, bytes_of(NULL, 0));
    }
}

/* Whether a rule has to stand back for the only one that counts. */
static bool stands_back(const struct profile_rule *rule, const struct profile_rule *only)
{
    return only != NULL && rule != only && rule->section == only->section &&
           strcmp(rule->key, only->key) == 0;
}

void profile_apply_only(const struct profile *profile, const struct varbinds *values,
                        int64_t standard_total, const struct profile_rule *only,
                        struct profile_result *out)
{
    struct apply apply = {.profile = profile,
                          .values = values,
                          .only = only,
                          .standard_total = standard_total,
                          .out = out};
    const struct profile_rule **rules = profile->linked[PROFILE_IDENTITY];

    memset(out->fields, 0, sizeof(out->fields));
    out->meter_count = 0;
    out->text_size = 0;
    for (unsigned i = 0; i < profile->linked_count[PROFILE_IDENTITY]; i++) {
        if (!stands_back(rules[i], only)) {
            apply_identity(&apply, rules[i]);
        }
    }
    rules = profile->linked[PROFILE_METERS];
    for (unsigned i = 0; i < profile->linked_count[PROFILE_METERS]; i++) {
        if (rules[i]->at.count > 0 && !stands_back(rules[i], only)) {
            apply_measured(&apply, rules[i]);
        }
    }
    for (unsigned i = 0; i < profile->linked_count[PROFILE_METERS]; i++) {
        if (rules[i]->at.count == 0 && !stands_back(rules[i], only)) {
            apply_derived(&apply, rules[i]);
        }
    }
}

void profile_apply(const struct profile *profile, const struct varbinds *values,
                   int64_t standard_total, struct profile_result *out)
{
    profile_apply_only(profile, values, standard_total, NULL, out);
}

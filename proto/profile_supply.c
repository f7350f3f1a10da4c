/*
 * Supplies: what the private objects and the description tell beyond prtMarkerSuppliesTable.
 */
#include "proto/profile_inside.h"

#define PART_BYTES_MAX 128

static const char *keep(struct profile_supply_result *out, const char *text, size_t size)
{
    char *kept = out->text + out->text_size;

    while (size > 0 && text[size - 1] == ' ') {
        size--;
    }
    while (size > 0 && *text == ' ') {
        text++;
        size--;
    }
    if (size == 0 || size + 1 > sizeof(out->text) - out->text_size) {
        return NULL;
    }
    memcpy(kept, text, size);
    kept[size] = '\0';
    out->text_size += size + 1;
    return kept;
}

static void apply_split(const struct profile_rule *rule, const char *name,
                        struct profile_supply_result *out)
{
    struct bytes parts[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};

    if (out->split != NULL || name == NULL || !profile_split(rule->split, name, parts)) {
        return;
    }
    out->split = rule;
    out->name = keep(out, (const char *)parts[0].data, parts[0].size);
    if (profile_split_is_told(parts[1]) && out->part == NULL) {
        out->part = keep(out, (const char *)parts[1].data, parts[1].size);
    }
    if (profile_split_is_told(parts[2]) && out->serial == NULL) {
        out->serial = keep(out, (const char *)parts[2].data, parts[2].size);
    }
}

static void take_row(const struct profile_rule *rule, const struct varbind *row,
                     struct profile_supply_result *out)
{
    char text[PART_BYTES_MAX];
    int64_t number = 0;
    bool is_text = rule->gives_as == PROFILE_GIVES_PART || rule->gives_as == PROFILE_GIVES_SERIAL;
    size_t size = is_text ? profile_text(rule, row, text, sizeof(text)) : 0;

    if (!is_text && !profile_number(rule, row, &number)) {
        return;
    }
    switch (rule->gives_as) {
    case PROFILE_GIVES_PERCENT:
        if (out->percent < 0 && number <= 100) {
            out->percent = (int)number;
            out->oid = row->oid;
            out->rule = rule;
        }
        break;
    case PROFILE_GIVES_PAGES:
        out->pages_left = out->pages_left == PROFILE_ABSENT ? number : out->pages_left;
        break;
    case PROFILE_GIVES_PART:
        out->part = out->part == NULL && size > 0 ? keep(out, text, size) : out->part;
        break;
    case PROFILE_GIVES_SERIAL:
        out->serial = out->serial == NULL && size > 0 ? keep(out, text, size) : out->serial;
        break;
    }
}

static void apply_rule(const struct profile_rule *rule, const struct varbinds *values,
                       const struct profile_supply *supply, struct profile_supply_result *out)
{
    const struct varbind *rows[PROFILE_ROWS_MAX];
    struct profile_join join;
    unsigned at;
    size_t count;

    out->is_ghost = out->is_ghost || rule->is_ghost;
    out->is_inverted = out->is_inverted || rule->is_inverted;
    if (out->class_name == NULL) {
        out->class_name = rule->class_name;
    }
    if (rule->split != NULL) {
        apply_split(rule, supply->name, out);
    }
    join.column.size = 0;
    count = profile_rows(rule, values, &join, rows, &at);
    for (size_t i = 0; i < count; i++) {
        take_row(rule, rows[i], out);
    }
}

static bool fits(const char *pattern, const char *text)
{
    return pattern == NULL || (text != NULL && profile_glob(pattern, text));
}

void profile_supply_only(const struct profile *profile, const struct varbinds *values,
                         const struct profile_supply *supply, const struct profile_rule *only,
                         struct profile_supply_result *out)
{
    *out = (struct profile_supply_result){.percent = -1, .pages_left = PROFILE_ABSENT};
    for (unsigned i = 0; i < profile->linked_count[PROFILE_SUPPLIES]; i++) {
        const struct profile_rule *rule = profile->linked[PROFILE_SUPPLIES][i];
        if ((only == NULL || rule == only) && fits(rule->name, supply->name) &&
            fits(rule->type, supply->type) && fits(rule->color, supply->color)) {
            apply_rule(rule, values, supply, out);
        }
    }
}

void profile_apply_supply(const struct profile *profile, const struct varbinds *values,
                          const struct profile_supply *supply, struct profile_supply_result *out)
{
    profile_supply_only(profile, values, supply, NULL, out);
}

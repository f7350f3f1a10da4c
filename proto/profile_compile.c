/*
 * Compiling: texts of rules into numbers, OIDs and choices, with a sentence and a line for each
 * that is not what it must be.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/profile_inside.h"

#define NUMBER_MOST 1000000

struct compiler {
    struct profile *profile;
    struct bytes text;
    struct profile_error *error;
    enum profile_section section;
    const char *field; /* at the top of the file, instead of a section; NULL none */
    unsigned index;    /* of the rule in its section */
};

/* The line of the index-th "- " below "SECTION:"; of the section, or the first, when it is written
 * in another way. */
static unsigned line_of(struct bytes text, const char *section, unsigned index)
{
    const char *at = (const char *)text.data;
    const char *end = at + text.size;
    unsigned line = 0;
    unsigned found = 0;
    unsigned seen = 0;
    size_t dash = 0; /* column of the section's dashes */

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t size = stop != NULL ? (size_t)(stop - at) : (size_t)(end - at);
        size_t column = 0;
        line++;
        while (column < size && at[column] == ' ') {
            column++;
        }
        if (found == 0 && size > strlen(section) && at[strlen(section)] == ':' &&
            strncmp(at, section, strlen(section)) == 0) {
            found = line;
        } else if (found != 0 && column + 1 < size && at[column] == '-' && at[column + 1] == ' ' &&
                   (seen == 0 || column == dash)) {
            dash = column;
            if (seen++ == index) {
                return line;
            }
        } else if (found != 0 && column == 0 && size > 0 && at[0] != '#') {
            break; /* the next section */
        }
        at += size + 1;
    }
    return found != 0 ? found : 1;
}

BASE_PRINTF(2, 3) static int complain(struct compiler *compiler, const char *format, ...)
{
    const char *section =
        compiler->field != NULL ? compiler->field : profile_section_names[compiler->section];
    va_list arguments;
    char what[384];

    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    snprintf(compiler->error->text, sizeof(compiler->error->text), "%s:%u: %s",
             compiler->profile->file, line_of(compiler->text, section, compiler->index), what);
    return BASE_EFORMAT;
}

static int take_choice(struct compiler *compiler, const char *what, const char *text,
                       const char *const *choices, int *out)
{
    char list[160] = "";

    *out = 0;
    if (text == NULL) {
        return 0;
    }
    for (int i = 0; choices[i] != NULL; i++) {
        if (strcmp(choices[i], text) == 0) {
            *out = i;
            return 0;
        }
        snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", i > 0 ? ", " : "",
                 choices[i]);
    }
    return complain(compiler, "%s is \"%.40s\"; write one of: %s", what, text, list);
}

static int take_number(struct compiler *compiler, const char *what, const char *text, int base,
                       int64_t *out)
{
    char *end;
    long long number;

    if (text == NULL) {
        return 0;
    }
    number = strtoll(text, &end, base);
    if (end == text || *end != '\0' || number < 0 || number > NUMBER_MOST) {
        return complain(compiler, "%s is \"%.40s\"; write a whole number", what, text);
    }
    *out = number;
    return 0;
}

static int take_yes(struct compiler *compiler, const char *what, const char *text, bool *out)
{
    static const char *const choices[] = {"no", "yes", NULL};
    int choice;
    int status = take_choice(compiler, what, text, choices, &choice);

    *out = choice == 1;
    return status;
}

static int take_oids(struct compiler *compiler, const char *what, const char *text, bool is_private,
                     struct profile_oids *out)
{
    static const uint8_t enterprises[] = {0x2b, 6, 1, 4, 1};
    int status;

    if (text == NULL) {
        return 0;
    }
    status = profile_oids(compiler->profile, compiler->profile->root, text, out);
    if (status == -ENOMEM) {
        return status;
    }
    if (status != 0) {
        return complain(compiler,
                        "%s is \"%.80s\"; write numbers with dots between them, and a dot in front "
                        "only where the profile has a root",
                        what, text);
    }
    for (unsigned i = 0; i < out->count && is_private; i++) {
        if (!oid_is_below(out->list[i], bytes_of(enterprises, sizeof(enterprises)))) {
            return complain(compiler,
                            "%s is no private object; take the rule out: the standard's objects "
                            "are asked anyway",
                            what);
        }
    }
    return 0;
}

/* What a condition wants: numbers where it is written in digits alone, else a pattern. */
static void take_wanted(struct profile_where *where)
{
    bool is_number = strspn(where->is, "0123456789|") == strlen(where->is);

    where->is_plain = strpbrk(where->is, "*|") == NULL;
    for (const char *at = where->is; is_number && at != NULL;) {
        char *end;
        if (!isdigit((unsigned char)*at) || where->number_count == PROFILE_NUMBERS_MAX) {
            where->number_count = 0;
            return;
        }
        where->numbers[where->number_count++] = strtoll(at, &end, 10);
        at = *end == '|' ? end + 1 : NULL;
    }
}

/* oid or column, and what belongs to a column. */
static int take_place(struct compiler *compiler, struct profile_rule *rule)
{
    int status;

    if (rule->oid != NULL && rule->column != NULL) {
        return complain(compiler, "the rule has an oid and a column; leave one of them");
    }
    if (rule->oid != NULL && (rule->where_count > 0 || rule->by != NULL)) {
        return complain(compiler, "where and by choose rows; write column for oid");
    }
    rule->is_column = rule->column != NULL;
    status = take_oids(compiler, rule->is_column ? "column" : "oid",
                       rule->is_column ? rule->column : rule->oid, true, &rule->at);
    for (unsigned i = 0; i < rule->where_count && status == 0; i++) {
        struct profile_where *where = &rule->where[i];
        status = take_oids(compiler, "the column of where", where->column, true, &where->columns);
        take_wanted(where);
        if (status == 0 && where->columns.count > 1 && where->columns.count != rule->at.count) {
            status = complain(compiler, "the braces of where and column differ; write as many "
                                        "numbers into both");
        }
    }
    if (status == 0) {
        status = take_oids(compiler, "by", rule->by, true, &rule->labels);
    }
    if (status == 0 && rule->labels.count > 1 && rule->labels.count != rule->at.count) {
        status = complain(compiler, "the braces of by and column differ; write as many numbers "
                                    "into both");
    }
    return status;
}

static int take_arithmetic(struct compiler *compiler, struct profile_rule *rule)
{
    static const char *const decodes[] = {"number", "float", NULL};
    static const char *const takes[] = {"first", "sum", "most", NULL};
    int64_t tag = -1;
    int choice = 0;
    int status;

    rule->times_by = 1;
    rule->over_by = 1;
    status = take_number(compiler, "times", rule->times, 10, &rule->times_by);
    if (status == 0) {
        status = take_number(compiler, "over", rule->over, 10, &rule->over_by);
    }
    if (status == 0 && (rule->times_by == 0 || rule->over_by == 0)) {
        status = complain(compiler, "times and over cannot be 0; take the one that is out");
    }
    if (status == 0) {
        status = take_number(compiler, "tag", rule->tag, 16, &tag);
    }
    if (status == 0 && tag > 0xfe) {
        status = complain(compiler, "tag is above FE; write two hex digits");
    }
    rule->tag_number = (int)tag;
    if (status == 0) {
        status = take_choice(compiler, "decode", rule->decode, decodes, &choice);
        rule->decode_as = tag >= 0             ? PROFILE_TLV
                          : choice == 1        ? PROFILE_FLOAT
                          : rule->word != NULL ? PROFILE_WORD
                                               : PROFILE_PLAIN;
    }
    if (status == 0) {
        status = take_choice(compiler, "take", rule->take, takes, &choice);
        rule->take_as = (enum profile_take)choice;
    }
    return status;
}

static bool is_key(const char *key, bool may_be_open)
{
    size_t stars = 0;

    if (!islower((unsigned char)key[0])) {
        return false;
    }
    for (; *key != '\0'; key++) {
        stars += *key == '*';
        if (!islower((unsigned char)*key) && !isdigit((unsigned char)*key) && *key != '_' &&
            !(*key == '*' && may_be_open)) {
            return false;
        }
    }
    return stars <= 1;
}

static int take_identity(struct compiler *compiler, struct profile_rule *rule)
{
    static const char *const fields[] = {"serial", "model", "firmware", "asset_tag", "name", NULL};
    int choice;
    int status = take_choice(compiler, "field", rule->key, fields, &choice);

    rule->field = (enum profile_field)choice;
    if (status == 0 && rule->oid == NULL && rule->column == NULL) {
        status = complain(compiler, "the rule has neither oid nor column; write where the text is");
    }
    return status == 0 ? take_place(compiler, rule) : status;
}

static int take_meter(struct compiler *compiler, struct profile_rule *rule)
{
    static const char *const prefers[] = {"private", "standard", "larger", NULL};
    bool is_derived = rule->sum.count > 0;
    int choice = 0;
    int status = take_arithmetic(compiler, rule);

    if (status == 0) {
        status = take_choice(compiler, "prefer", rule->prefer, prefers, &choice);
    }
    rule->prefer_as = (enum profile_prefer)choice;
    rule->is_open = strchr(rule->key, '*') != NULL;
    if (status != 0) {
        return status;
    }
    if (!is_key(rule->key, true)) {
        return complain(compiler,
                        "key is \"%.40s\"; write small letters, digits and _ with at "
                        "most one *",
                        rule->key);
    }
    if (is_derived == (rule->oid != NULL || rule->column != NULL)) {
        return complain(compiler, "the rule needs one of oid, column and sum; leave one of them");
    }
    if (rule->is_open != (rule->by != NULL || rule->names.count > 0)) {
        return complain(compiler, "a key with * and by or names belong together; write both");
    }
    if (rule->is_open && rule->column == NULL) {
        return complain(compiler, "a key with * needs rows; write column for oid");
    }
    return take_place(compiler, rule);
}

static int take_supply(struct compiler *compiler, struct profile_rule *rule)
{
    static const char *const givings[] = {"percent", "pages", "part", "serial", NULL};
    bool has_place = rule->oid != NULL || rule->column != NULL;
    int choice = 0;
    int status = take_arithmetic(compiler, rule);

    if (status == 0) {
        status = take_yes(compiler, "ghost", rule->ghost, &rule->is_ghost);
    }
    if (status == 0) {
        status = take_yes(compiler, "inverted", rule->inverted, &rule->is_inverted);
    }
    if (status == 0) {
        status = take_choice(compiler, "gives", rule->gives, givings, &choice);
    }
    rule->gives_as = (enum profile_gives)choice;
    if (status == 0 && has_place != (rule->gives != NULL)) {
        status = complain(compiler, "gives says what an oid or column holds; write both");
    }
    if (status == 0 && rule->class_name != NULL && strcmp(rule->class_name, "consumed") != 0 &&
        strcmp(rule->class_name, "receptacle") != 0) {
        status = complain(compiler, "class is \"%.40s\"; write consumed or receptacle",
                          rule->class_name);
    }
    if (status == 0 && !has_place && !rule->is_ghost && !rule->is_inverted && rule->split == NULL &&
        rule->class_name == NULL) {
        status = complain(compiler, "the rule does nothing; write split, ghost, inverted, class or "
                                    "gives");
    }
    return status == 0 ? take_place(compiler, rule) : status;
}

static int take_limit(struct compiler *compiler, struct profile_rule *rule)
{
    int64_t repetitions = 0;
    int64_t varbinds = 0;
    int64_t version = 0;
    bool bulk = true;
    int status = rule->bulk != NULL ? take_yes(compiler, "bulk", rule->bulk, &bulk) : 0;

    if (status == 0) {
        status = take_number(compiler, "repetitions", rule->repetitions, 10, &repetitions);
    }
    if (status == 0) {
        status = take_number(compiler, "varbinds", rule->varbinds, 10, &varbinds);
    }
    if (status == 0) {
        status = take_number(compiler, "version", rule->version, 10, &version);
    }
    rule->no_bulk = !bulk;
    rule->repetitions_most = (unsigned)repetitions;
    rule->varbinds_most = (unsigned)varbinds;
    rule->version_first = (unsigned)version;
    if (status == 0 && bulk && repetitions == 0 && varbinds == 0 && version == 0) {
        status = complain(compiler, "the rule limits nothing; write bulk: no, repetitions, "
                                    "varbinds or version");
    }
    return status;
}

static int take_match(struct compiler *compiler, struct profile_rule *rule)
{
    if (rule->object_id == NULL && rule->description == NULL && rule->model == NULL &&
        rule->maker == NULL) {
        return complain(compiler, "the rule fits every device; write object_id, description, model "
                                  "or maker");
    }
    return take_oids(compiler, "object_id", rule->object_id, false, &rule->at);
}

static const struct profile_sample *find_sample(const struct profile *profile, const char *name)
{
    for (unsigned i = 0; i < profile->sample_count; i++) {
        if (strcmp(profile->samples[i].name, name) == 0) {
            return &profile->samples[i];
        }
    }
    return NULL;
}

static int check_fixture(struct compiler *compiler, const struct profile_rule *rule)
{
    const struct profile_fixture *fixture = &rule->fixture;
    int sources =
        (fixture->recording != NULL) + (fixture->sample != NULL) + (fixture->given_count > 0);

    if (sources > 1 || (sources == 0 && fixture->name == NULL)) {
        return complain(compiler, "the fixture has %s; write one of recording, sample and given",
                        sources > 1 ? "several sources of values" : "no values");
    }
    if (fixture->sample != NULL && find_sample(compiler->profile, fixture->sample) == NULL) {
        return complain(compiler, "there is no sample \"%.40s\"; write it below `samples`",
                        fixture->sample);
    }
    return 0;
}

/* "FILE, meters total: source" */
static int make_text(struct profile *profile, struct profile_rule *rule)
{
    const char *slash = strrchr(profile->file, '/');
    const char *file = slash != NULL ? slash + 1 : profile->file;
    const char *section = profile_section_names[rule->section];
    const char *key = rule->key != NULL ? rule->key : "";
    int size = snprintf(NULL, 0, "%s, %s %s: %s", file, section, key, rule->source);

    rule->text = profile_alloc(profile, (size_t)size + 1);
    if (rule->text == NULL) {
        return -ENOMEM;
    }
    snprintf(rule->text, (size_t)size + 1, "%s, %s%s%s: %s", file, section,
             key[0] != '\0' ? " " : "", key, rule->source);
    return 0;
}

static int take_rule(struct compiler *compiler, struct profile_rule *rule)
{
    int status = check_fixture(compiler, rule);
    const char *fault;

    rule->profile = compiler->profile;
    rule->section = compiler->section;
    rule->line = line_of(compiler->text, profile_section_names[compiler->section], compiler->index);
    rule->tag_number = -1;
    rule->times_by = 1;
    rule->over_by = 1;
    if (status == 0) {
        status = make_text(compiler->profile, rule);
    }
    if (status != 0) {
        return status;
    }
    switch (compiler->section) {
    case PROFILE_MATCH:
        return take_match(compiler, rule);
    case PROFILE_IDENTITY:
        return take_identity(compiler, rule);
    case PROFILE_METERS:
        return take_meter(compiler, rule);
    case PROFILE_SUPPLIES:
        return take_supply(compiler, rule);
    case PROFILE_AVOID:
        return take_oids(compiler, "oid", rule->oid, false, &rule->at);
    case PROFILE_LIMITS:
        return take_limit(compiler, rule);
    case PROFILE_CONTEXTS:
        fault = profile_context_fault(rule);
        return fault != NULL ? complain(compiler, "%s", fault) : 0;
    case PROFILE_TRAYS:
    case PROFILE_SECTION_COUNT:
        break;
    }
    return 0;
}

static bool is_name(const char *name)
{
    for (; *name != '\0'; name++) {
        if (!islower((unsigned char)*name) && !isdigit((unsigned char)*name) && *name != '-') {
            return false;
        }
    }
    return true;
}

int profile_compile(struct profile *profile, struct bytes text, struct profile_error *error)
{
    struct compiler compiler = {.profile = profile, .text = text, .error = error, .field = "name"};
    struct profile_oids root = {.count = 0};
    int status = 0;

    if (!is_name(profile->name)) {
        return complain(&compiler, "name is \"%.40s\"; write small letters, digits and -",
                        profile->name);
    }
    compiler.field = "root";
    if (profile->root != NULL && profile_oids(profile, NULL, profile->root, &root) != 0) {
        return complain(&compiler, "root is \"%.80s\"; write an OID like 1.3.6.1.4.1.253",
                        profile->root);
    }
    compiler.field = NULL;
    for (int section = 0; section < PROFILE_SECTION_COUNT; section++) {
        struct profile_rules *rules = &profile->rules[section];
        compiler.section = (enum profile_section)section;
        for (unsigned i = 0; i < rules->count && status == 0; i++) {
            compiler.index = i;
            status = take_rule(&compiler, &rules->list[i]);
        }
    }
    return status;
}

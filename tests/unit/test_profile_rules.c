/*
 * The profiles of the source tree: every rule holds against its fixture, and no rule can be changed
 * without its fixture telling. What cannot be checked for want of a recording is counted aloud.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "proto/profile_inside.h"
#include "tests/unit/support_profiles.h"

Test(profile_rules, all_hold_against_their_fixtures)
{
    struct profile_set set;
    struct profile_error error = {.text = ""};
    size_t checked = 0;
    size_t skipped = 0;

    profiles_load(&set);
    for (size_t i = 0; i < set.count; i++) {
        for (size_t k = 0; k < profile_own_rule_count(set.profiles[i]); k++) {
            enum profile_verdict verdict =
                profile_check_rule(&set, set.profiles[i], k, fixture_recording, NULL, &error);
            cr_expect_neq(verdict, PROFILE_FAILED, "%s", error.text);
            checked += verdict == PROFILE_PASSED;
            skipped += verdict == PROFILE_SKIPPED;
        }
    }
    profile_set_fini(&set);
    fprintf(stderr, "%zu rules checked, %zu SKIPPED for want of recordings\n", checked, skipped);
    cr_expect_gt(checked, 300);
    cr_expect(skipped == 0 || !profiles_have_recordings());
}

/* --- mutation --------------------------------------------------------------------------------- */

/* Where one value of a rule stands in the text of its file. */
struct spot {
    int section;    /* enum profile_section */
    unsigned index; /* of the rule in its section */
    char key[32];
    size_t start; /* the value without quotes */
    size_t size;
};

struct mutant {
    const char *name; /* of the file */
    const char *text; /* of the file */
    struct spot spot;
    char changed[512]; /* the value as changed */
};

static size_t mutants;
static size_t unseen;

static const char *const swaps[][2] = {
    {"sum", "first"},      {"first", "sum"},           {"most", "first"},
    {"larger", "private"}, {"standard", "private"},    {"private", "standard"},
    {"float", "number"},   {"percent", "pages"},       {"pages", "percent"},
    {"part", "serial"},    {"serial", "part"},         {"no", "yes"},
    {"yes", "no"},         {"consumed", "receptacle"}, {"receptacle", "consumed"},
};

/* Numbers in braces are changed all together: a fixture can only prove the one that it uses. */
static void change_braces(const char *value, char *out, size_t cap)
{
    size_t size = 0;

    while (*value != '\0' && size + 8 < cap) {
        if (isdigit((unsigned char)*value)) {
            unsigned long number = strtoul(value, NULL, 10);
            value += strspn(value, "0123456789");
            size += (size_t)snprintf(out + size, cap - size, "%lu", number + 300);
        } else {
            out[size++] = *value++;
        }
    }
    out[size] = '\0';
}

/* The last number of an OID, and of "26 a4" the text. */
static void change_oid(const char *value, char *out, size_t cap)
{
    const char *last = strrchr(value, '.');
    const char *open = strchr(value, '{');

    if (open != NULL) {
        snprintf(out, cap, "%.*s", (int)(open - value), value);
        change_braces(open, out + strlen(out), cap - strlen(out));
        return;
    }
    snprintf(out, cap, "%.*s%lu", (int)(last + 1 - value), value, strtoul(last + 1, NULL, 10) + 1);
}

/* Each alternative of a pattern: a number grows, a word gets another letter inside. */
static void change_pattern(const char *value, char *out, size_t cap)
{
    size_t size = 0;

    while (*value != '\0' && size + 24 < cap) {
        size_t length = strcspn(value, "|");
        size_t letters = strspn(value, "0123456789");
        if (letters == length) {
            size += (size_t)snprintf(out + size, cap - size, "%lu", strtoul(value, NULL, 10) + 1);
        } else {
            size_t at = 0;
            while (at < length && !isalnum((unsigned char)value[at])) {
                at++;
            }
            size += (size_t)snprintf(out + size, cap - size, "%.*sq%.*s", (int)at, value,
                                     (int)(length - at), value + at);
        }
        value += length;
        if (*value == '|') {
            out[size++] = *value++;
        }
    }
    out[size] = '\0';
}

static bool is_any(const char *key, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        if (strcmp(key, *keys) == 0) {
            return true;
        }
    }
    return false;
}

static void change(const char *key, const char *value, char *out, size_t cap)
{
    static const char *const oids[] = {"oid", "column", "by", "object_id", NULL};
    static const char *const numbers[] = {"times",    "over",    "repetitions",
                                          "varbinds", "version", NULL};
    static const char *const texts[] = {"key", "unit", "field", NULL};

    if (is_any(key, oids)) {
        change_oid(value, out, cap);
    } else if (is_any(key, numbers)) {
        snprintf(out, cap, "%lu", 2 * strtoul(value, NULL, 10) + 1);
    } else if (strcmp(key, "tag") == 0) {
        snprintf(out, cap, "%02lX", strtoul(value, NULL, 16) ^ 5);
    } else if (strcmp(key, "field") == 0) {
        snprintf(out, cap, "%s", strcmp(value, "name") == 0 ? "model" : "name");
    } else if (is_any(key, texts) || strcmp(key, "names") == 0) {
        cr_assert_lt((size_t)snprintf(out, cap, "%sq", value), cap);
    } else {
        for (size_t i = 0; i < BASE_ARRAY_COUNT(swaps); i++) {
            if (strcmp(swaps[i][0], value) == 0) {
                snprintf(out, cap, "%s", swaps[i][1]);
                return;
            }
        }
        change_pattern(value, out, cap);
    }
}

/* Loads the changed file and those that it extends, and runs the rule's fixture.
 * Returns: whether anybody noticed. */
static bool is_noticed(const struct profiles_files *files, const struct mutant *mutant)
{
    static char text[PROFILES_TEXT_MAX + 1024];
    struct profile_set set;
    struct profile_error error;
    bool noticed;
    size_t i = mutant->spot.index;

    snprintf(text, sizeof(text), "%.*s%s%s", (int)mutant->spot.start, mutant->text, mutant->changed,
             mutant->text + mutant->spot.start + mutant->spot.size);
    profile_set_init(&set);
    noticed = profile_set_add(&set, mutant->name, bytes_from_text(text), &error) != 0;
    for (const char *extends = strstr(text, "\nextends: "); !noticed && extends != NULL;) {
        char name[64];
        const char *parent = NULL;
        snprintf(name, sizeof(name), "%.*s.yaml", (int)strcspn(extends + 10, "\n"), extends + 10);
        for (size_t k = 0; k < files->count; k++) {
            parent = strcmp(files->names[k], name) == 0 ? files->texts[k] : parent;
        }
        cr_assert_not_null(parent, "%s", name);
        cr_assert_eq(profile_set_add(&set, name, bytes_from_text(parent), &error), 0);
        extends = strstr(parent, "\nextends: ");
    }
    if (!noticed) {
        cr_assert_eq(profile_set_link(&set, &error), 0, "%s", error.text);
        for (int section = 0; section < mutant->spot.section; section++) {
            i += set.profiles[0]->rules[section].count;
        }
        noticed = profile_check_rule(&set, set.profiles[0], i, fixture_recording, NULL, &error) ==
                  PROFILE_FAILED;
    }
    profile_set_fini(&set);
    return noticed;
}

static void try_mutant(const struct profiles_files *files, struct mutant *mutant, const char *value)
{
    change(mutant->spot.key, value, mutant->changed, sizeof(mutant->changed));
    cr_expect_str_neq(mutant->changed, value);
    mutants++;
    if (!is_noticed(files, mutant)) {
        unseen++;
        cr_expect(false, "%s, %s %u: %s: %s for %s breaks no fixture", mutant->name,
                  profile_section_names[mutant->spot.section], mutant->spot.index, mutant->spot.key,
                  mutant->changed, value);
    }
}

/* Tries a value, or each of a list. at: behind "key: ". */
static void try_values(const struct profiles_files *files, struct mutant *mutant, const char *at)
{
    size_t end = strcspn(at, "\n");
    bool is_list = *at == '[';

    for (const char *from = at + is_list; from < at + end;) {
        char value[512];
        char quote = *from == '"' ? '"' : '\0';
        const char *start = from + (quote != '\0');
        size_t size =
            quote != '\0' ? strcspn(start, "\"") : strcspn(start, is_list ? ",]\n" : "\n");
        snprintf(value, sizeof(value), "%.*s", (int)size, start);
        mutant->spot.start = (size_t)(start - mutant->text);
        mutant->spot.size = size;
        try_mutant(files, mutant, value);
        from = start + size + (quote != '\0');
        from += strspn(from, ",] ");
    }
}

/* The section whose heading a line is; -1 none. */
static int section_at(const char *line)
{
    for (int i = 0; i < PROFILE_SECTION_COUNT; i++) {
        size_t size = strlen(profile_section_names[i]);
        if (strncmp(line, profile_section_names[i], size) == 0 && line[size] == ':') {
            return i;
        }
    }
    return -1;
}

/* Changes every value of every rule of a file: all lines of a rule but its source and fixture. */
static void mutate_file(const struct profiles_files *files, size_t file)
{
    struct mutant mutant = {.name = files->names[file], .text = files->texts[file]};
    bool is_in_rule = false;
    int section = -1;
    unsigned count = 0;

    for (const char *line = mutant.text; *line != '\0'; line += strcspn(line, "\n") + 1) {
        size_t indent = strspn(line, " -");
        const char *colon = line + strcspn(line, ":\n");
        if (indent == 0) {
            section = section_at(line);
            is_in_rule = false;
            count = 0;
            continue;
        }
        if (section >= 0 && strncmp(line, "  - ", 4) == 0) {
            is_in_rule = true;
            count++;
        }
        snprintf(mutant.spot.key, sizeof(mutant.spot.key), "%.*s",
                 (int)(colon - line - (long)indent), line + indent);
        if (strcmp(mutant.spot.key, "source") == 0 || strcmp(mutant.spot.key, "fixture") == 0) {
            is_in_rule = false; /* the last two of a rule */
        }
        if (is_in_rule && section >= 0 && colon[0] == ':' && colon[1] == ' ') {
            mutant.spot.section = section;
            mutant.spot.index = count - 1;
            try_values(files, &mutant, colon + 2);
        }
    }
}

Test(profile_rules, cannot_be_changed_without_their_fixture_telling, .timeout = 110)
{
    struct profiles_files files;

    if (!profiles_have_recordings()) {
        fprintf(stderr, "SKIPPED: PLATEN_RECORDINGS is not set\n");
        cr_skip_test("PLATEN_RECORDINGS is not set");
    }
    profiles_files_read(&files);
    for (size_t i = 0; i < files.count; i++) {
        mutate_file(&files, i);
    }
    profiles_files_free(&files);
    fprintf(stderr, "%zu changes tried, %zu not noticed\n", mutants, unseen);
    cr_expect_gt(mutants, 1000);
}

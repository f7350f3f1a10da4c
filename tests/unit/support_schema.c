#include "tests/unit/support_schema.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/base/base.h"

#define PATH_BYTES 1024

struct check {
    char path[PATH_BYTES]; /* "/supplies/0/level" */
    char *where;
    size_t cap;
};

static int check_value(struct check *check, json_t *schema, json_t *value);

static int fail(struct check *check, const char *reason)
{
    if (check->where[0] == '\0') {
        snprintf(check->where, check->cap, "%s: %s", check->path, reason);
    }
    return -1;
}

/* Checks a child and takes its name off the path again. */
static int check_child(struct check *check, const char *name, json_t *schema, json_t *value)
{
    size_t size = strlen(check->path);
    int status;

    snprintf(check->path + size, PATH_BYTES - size, "/%s", name);
    status = check_value(check, schema, value);
    check->path[size] = '\0';
    return status;
}

static int is_type(const char *type, json_t *value)
{
    return strcmp(type, "null") == 0      ? json_is_null(value)
           : strcmp(type, "boolean") == 0 ? json_is_boolean(value)
           : strcmp(type, "integer") == 0 ? json_is_integer(value)
           : strcmp(type, "number") == 0  ? json_is_number(value)
           : strcmp(type, "string") == 0  ? json_is_string(value)
           : strcmp(type, "array") == 0   ? json_is_array(value)
           : strcmp(type, "object") == 0  ? json_is_object(value)
                                          : 0;
}

static int check_type(struct check *check, json_t *types, json_t *value)
{
    if (json_is_string(types)) {
        return is_type(json_string_value(types), value) ? 0 : fail(check, "wrong type");
    }
    for (size_t i = 0; i < json_array_size(types); i++) {
        if (is_type(json_string_value(json_array_get(types, i)), value)) {
            return 0;
        }
    }
    return fail(check, "wrong type");
}

static int check_enum(struct check *check, json_t *list, json_t *value)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (json_equal(json_array_get(list, i), value)) {
            return 0;
        }
    }
    return fail(check, "not in enum");
}

static int check_required(struct check *check, json_t *names, json_t *value)
{
    for (size_t i = 0; json_is_object(value) && i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        if (json_object_get(value, name) == NULL) {
            return fail(check, name);
        }
    }
    return 0;
}

/* Members by their own schema, others by additionalProperties. */
static int check_members(struct check *check, json_t *schema, json_t *value)
{
    json_t *properties = json_object_get(schema, "properties");
    json_t *others = json_object_get(schema, "additionalProperties");
    const char *name;
    json_t *member;

    if (!json_is_object(value)) {
        return 0;
    }
    json_object_foreach(value, name, member)
    {
        json_t *own = json_object_get(properties, name);
        int status = 0;
        if (own == NULL && json_is_false(others)) {
            return fail(check, name);
        }
        own = own != NULL ? own : others;
        if (json_is_object(own)) {
            status = check_child(check, name, own, member);
        }
        if (status != 0) {
            return status;
        }
    }
    return 0;
}

static int check_items(struct check *check, json_t *schema, json_t *value)
{
    char name[24];

    for (size_t i = 0; i < json_array_size(value); i++) {
        snprintf(name, sizeof(name), "%zu", i);
        if (check_child(check, name, schema, json_array_get(value, i)) != 0) {
            return -1;
        }
    }
    return 0;
}

static int check_pattern(struct check *check, const char *pattern, json_t *value)
{
    regex_t regex;
    int status;

    if (!json_is_string(value)) {
        return 0;
    }
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
        return fail(check, "bad pattern in the schema");
    }
    status = regexec(&regex, json_string_value(value), 0, NULL, 0);
    regfree(&regex);
    return status == 0 ? 0 : fail(check, "does not match the pattern");
}

static int check_bound(struct check *check, const char *keyword, json_t *bound, json_t *value)
{
    double limit = json_number_value(bound);

    if (strcmp(keyword, "minLength") == 0) {
        return !json_is_string(value) || (double)json_string_length(value) >= limit
                   ? 0
                   : fail(check, "too short");
    }
    if (!json_is_number(value)) {
        return 0;
    }
    if (strcmp(keyword, "minimum") == 0) {
        return json_number_value(value) >= limit ? 0 : fail(check, "below minimum");
    }
    return json_number_value(value) <= limit ? 0 : fail(check, "above maximum");
}

static int check_keyword(struct check *check, const char *keyword, json_t *schema, json_t *value)
{
    static const char *const ignored[] = {"title", "description", "$schema"};
    json_t *argument = json_object_get(schema, keyword);

    if (strcmp(keyword, "type") == 0) {
        return check_type(check, argument, value);
    }
    if (strcmp(keyword, "enum") == 0) {
        return check_enum(check, argument, value);
    }
    if (strcmp(keyword, "required") == 0) {
        return check_required(check, argument, value);
    }
    if (strcmp(keyword, "properties") == 0 || strcmp(keyword, "additionalProperties") == 0) {
        return check_members(check, schema, value);
    }
    if (strcmp(keyword, "items") == 0) {
        return check_items(check, argument, value);
    }
    if (strcmp(keyword, "pattern") == 0) {
        return check_pattern(check, json_string_value(argument), value);
    }
    if (strcmp(keyword, "minimum") == 0 || strcmp(keyword, "maximum") == 0 ||
        strcmp(keyword, "minLength") == 0) {
        return check_bound(check, keyword, argument, value);
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(ignored); i++) {
        if (strcmp(keyword, ignored[i]) == 0) {
            return 0;
        }
    }
    return fail(check, "unknown keyword in the schema");
}

static int check_value(struct check *check, json_t *schema, json_t *value)
{
    const char *keyword;
    json_t *argument;

    json_object_foreach(schema, keyword, argument)
    {
        if (check_keyword(check, keyword, schema, value) != 0) {
            return -1;
        }
    }
    return 0;
}

int schema_check(const char *schema, const char *text, char *where, size_t cap)
{
    struct check check = {.where = where, .cap = cap};
    json_error_t error;
    json_t *rules = json_loads(schema, JSON_REJECT_DUPLICATES, &error);
    json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    int status;

    where[0] = '\0';
    if (rules == NULL || value == NULL) {
        snprintf(where, cap, "no JSON: %s", error.text);
        status = -1;
    } else {
        status = check_value(&check, rules, value);
    }
    json_decref(rules);
    json_decref(value);
    return status;
}

char *schema_read_file(const char *path)
{
    const char *folder = getenv("PLATEN_SOURCE_DIR");
    char full[PATH_BYTES];
    char *text = NULL;
    size_t cap = 0;
    FILE *file;

    snprintf(full, sizeof(full), "%s/%s", folder != NULL ? folder : ".", path);
    file = fopen(full, "r");
    if (file == NULL) {
        return NULL;
    }
    if (getdelim(&text, &cap, '\0', file) < 0) {
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

/*
 * The shape of a profile's file: which sections there are and which texts a rule of each may have.
 * Everything is read as text: libcyaml takes "1x" for the number 1.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <cyaml/cyaml.h>

#include "proto/profile_inside.h"

#define TEXT_OCTETS_MAX   8192
#define RULES_MAX         400
#define LIST_MAX          64
#define MESSAGE_BYTES_MAX 256

const char *const profile_section_names[PROFILE_SECTION_COUNT] = {
    "match", "identity", "meters", "supplies", "trays", "avoid", "contexts", "limits",
};

#define TEXT(yaml, type, member)                                                                   \
    CYAML_FIELD_STRING_PTR(yaml, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1,        \
                           TEXT_OCTETS_MAX)
#define NEEDED(yaml, type, member)                                                                 \
    CYAML_FIELD_STRING_PTR(yaml, CYAML_FLAG_POINTER, type, member, 1, TEXT_OCTETS_MAX)
#define LIST(yaml, type, member, counter, entry, most)                                             \
    CYAML_FIELD_SEQUENCE_COUNT(yaml, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member,       \
                               counter, entry, 1, most)

static const cyaml_schema_value_t text_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_OCTETS_MAX)};

static const cyaml_schema_field_t where_fields[] = {NEEDED("column", struct profile_where, column),
                                                    NEEDED("is", struct profile_where, is),
                                                    CYAML_FIELD_END};
static const cyaml_schema_value_t where_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct profile_where, where_fields)};

static const cyaml_schema_field_t fixture_fields[] = {
    TEXT("recording", struct profile_fixture, recording),
    TEXT("sample", struct profile_fixture, sample),
    LIST("given", struct profile_fixture, given, given_count, &text_value, LIST_MAX),
    TEXT("name", struct profile_fixture, name),
    TEXT("type", struct profile_fixture, type),
    TEXT("color", struct profile_fixture, color),
    NEEDED("expect", struct profile_fixture, expect),
    CYAML_FIELD_END};

/* What every rule has. */
#define PROVEN                                                                                     \
    NEEDED("source", struct profile_rule, source),                                                 \
        CYAML_FIELD_MAPPING("fixture", CYAML_FLAG_DEFAULT, struct profile_rule, fixture,           \
                            fixture_fields),                                                       \
        CYAML_FIELD_END
/* Where a value stands. */
#define PLACE                                                                                      \
    TEXT("oid", struct profile_rule, oid), TEXT("column", struct profile_rule, column),            \
        LIST("where", struct profile_rule, where, where_count, &where_value, PROFILE_WHERE_MAX)
#define RULE(member) TEXT(#member, struct profile_rule, member)

static const cyaml_schema_field_t match_fields[] = {RULE(object_id), RULE(description), RULE(model),
                                                    RULE(maker), PROVEN};
static const cyaml_schema_field_t identity_fields[] = {NEEDED("field", struct profile_rule, key),
                                                       PLACE, RULE(pick), RULE(reject), PROVEN};
static const cyaml_schema_field_t meter_fields[] = {
    NEEDED("key", struct profile_rule, key),
    NEEDED("unit", struct profile_rule, unit),
    PLACE,
    RULE(by),
    LIST("names", struct profile_rule, names.list, names.count, &text_value, LIST_MAX),
    RULE(tag),
    RULE(word),
    RULE(decode),
    RULE(take),
    RULE(times),
    RULE(over),
    LIST("sum", struct profile_rule, sum.list, sum.count, &text_value, PROFILE_TERMS_MAX),
    LIST("minus", struct profile_rule, minus.list, minus.count, &text_value, PROFILE_TERMS_MAX),
    RULE(prefer),
    PROVEN};
static const cyaml_schema_field_t supply_fields[] = {RULE(name),
                                                     RULE(type),
                                                     RULE(color),
                                                     RULE(split),
                                                     RULE(ghost),
                                                     RULE(inverted),
                                                     TEXT("class", struct profile_rule, class_name),
                                                     PLACE,
                                                     RULE(gives),
                                                     RULE(tag),
                                                     RULE(times),
                                                     RULE(over),
                                                     PROVEN};
static const cyaml_schema_field_t tray_fields[] = {NEEDED("name", struct profile_rule, name),
                                                   PROVEN};
static const cyaml_schema_field_t avoid_fields[] = {NEEDED("oid", struct profile_rule, oid),
                                                    RULE(model), RULE(description), PROVEN};
static const cyaml_schema_field_t context_fields[] = {TEXT("name", struct profile_rule, key),
                                                      RULE(community), RULE(model),
                                                      RULE(description), PROVEN};
static const cyaml_schema_field_t limit_fields[] = {
    RULE(bulk),  RULE(repetitions), RULE(varbinds), RULE(version),
    RULE(model), RULE(description), PROVEN};

#define RULES(fields)                                                                              \
    {                                                                                              \
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct profile_rule, fields)                       \
    }
static const cyaml_schema_value_t section_values[PROFILE_SECTION_COUNT] = {
    [PROFILE_MATCH] = RULES(match_fields),      [PROFILE_IDENTITY] = RULES(identity_fields),
    [PROFILE_METERS] = RULES(meter_fields),     [PROFILE_SUPPLIES] = RULES(supply_fields),
    [PROFILE_TRAYS] = RULES(tray_fields),       [PROFILE_AVOID] = RULES(avoid_fields),
    [PROFILE_CONTEXTS] = RULES(context_fields), [PROFILE_LIMITS] = RULES(limit_fields),
};

static const cyaml_schema_field_t sample_fields[] = {
    NEEDED("name", struct profile_sample, name), NEEDED("values", struct profile_sample, values),
    CYAML_FIELD_END};
static const cyaml_schema_value_t sample_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct profile_sample, sample_fields)};

#define SECTION(yaml, section)                                                                     \
    LIST(yaml, struct profile, rules[section].list, rules[section].count,                          \
         &section_values[section], RULES_MAX)
static const cyaml_schema_field_t profile_fields[] = {
    NEEDED("name", struct profile, name),
    NEEDED("title", struct profile, title),
    TEXT("extends", struct profile, extends),
    TEXT("root", struct profile, root),
    LIST("without", struct profile, without.list, without.count, &text_value, LIST_MAX),
    SECTION("match", PROFILE_MATCH),
    SECTION("identity", PROFILE_IDENTITY),
    SECTION("meters", PROFILE_METERS),
    SECTION("supplies", PROFILE_SUPPLIES),
    SECTION("trays", PROFILE_TRAYS),
    SECTION("avoid", PROFILE_AVOID),
    SECTION("contexts", PROFILE_CONTEXTS),
    SECTION("limits", PROFILE_LIMITS),
    LIST("samples", struct profile, samples, sample_count, &sample_value, LIST_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_value_t profile_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct profile, profile_fields)};

/* What libcyaml says while it reads: the first sentence, and the innermost line. */
struct listener {
    char sentence[MESSAGE_BYTES_MAX];
    unsigned line;
};

BASE_PRINTF(3, 0)
static void listen(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
    struct listener *listener = context;
    char text[MESSAGE_BYTES_MAX];
    const char *line;

    (void)level;
    if (vsnprintf(text, sizeof(text), format, arguments) < 0) {
        return;
    }
    text[strcspn(text, "\n")] = '\0';
    line = strstr(text, "(line: ");
    if (line != NULL && listener->line == 0) {
        listener->line = (unsigned)strtoul(line + strlen("(line: "), NULL, 10);
    } else if (line == NULL && listener->sentence[0] == '\0' && strstr(text, "Backtrace") == NULL) {
        const char *sentence = strncmp(text, "Load: ", 6) == 0 ? text + 6 : text;
        snprintf(listener->sentence, sizeof(listener->sentence), "%s", sentence);
    }
}

static cyaml_config_t config_for(struct listener *listener)
{
    return (cyaml_config_t){
        .log_fn = listen,
        .log_ctx = listener,
        .log_level = CYAML_LOG_WARNING,
        .mem_fn = cyaml_mem,
        .flags = CYAML_CFG_NO_ALIAS, /* aliases of aliases make megabytes of a page */
    };
}

/* How to mend what libcyaml complains about. */
static const char *advice(const char *sentence)
{
    static const struct {
        const char *begin;
        const char *advice;
    } known[] = {
        {"Unexpected key", "take it out or correct its name"},
        {"Missing required mapping field", "every rule needs a source and a fixture with expect"},
        {"Mapping field already seen", "take one of the two out"},
        {"Expecting", "look at the other profiles for the shape of this part"},
        {"YAML alias", "write the value out"},
        {"STRING length", "write a text there"},
        {"libyaml", "mend the indentation, or put the text into quotes"},
        {"Ignoring documents", "one file holds one profile: take out the line of dashes"},
    };

    for (size_t i = 0; i < BASE_ARRAY_COUNT(known); i++) {
        if (strncmp(sentence, known[i].begin, strlen(known[i].begin)) == 0) {
            return known[i].advice;
        }
    }
    return "correct the line";
}

/* libcyaml gives the line before an unexpected key; the key itself is easily found behind it. */
static unsigned line_of_key(struct bytes text, const char *key, unsigned from)
{
    const char *at = (const char *)text.data;
    const char *end = at + text.size;

    for (unsigned line = 1; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t size = stop != NULL ? (size_t)(stop - at) : (size_t)(end - at);
        size_t indent = 0;
        while (indent < size && (at[indent] == ' ' || at[indent] == '-')) {
            indent++;
        }
        if (line >= from && size - indent > strlen(key) && at[indent + strlen(key)] == ':' &&
            strncmp(at + indent, key, strlen(key)) == 0) {
            return line;
        }
        at += size + 1;
    }
    return from;
}

int profile_load(const char *file, struct bytes text, struct profile **out,
                 struct profile_error *error)
{
    static const char unexpected[] = "Unexpected key: ";
    struct listener listener = {.sentence = ""};
    cyaml_config_t config = config_for(&listener);
    struct profile *profile = NULL;
    cyaml_err_t status = cyaml_load_data(text.data, text.size, &config, &profile_schema,
                                         (cyaml_data_t **)&profile, NULL);

    if (status == CYAML_ERR_OOM) {
        return -ENOMEM;
    }
    if (status == CYAML_OK && profile == NULL) {
        snprintf(listener.sentence, sizeof(listener.sentence), "the file is empty");
    } else if (status != CYAML_OK && listener.sentence[0] == '\0') {
        snprintf(listener.sentence, sizeof(listener.sentence), "%s", cyaml_strerror(status));
    }
    if (listener.sentence[0] == '\0') {
        *out = profile;
        return 0;
    }
    cyaml_free(&config, &profile_schema, profile, 0);
    listener.line = listener.line > 0 ? listener.line : 1;
    if (strncmp(listener.sentence, unexpected, strlen(unexpected)) == 0) {
        listener.line = line_of_key(text, listener.sentence + strlen(unexpected), listener.line);
    }
    snprintf(error->text, sizeof(error->text), "%s:%u: %s; %s", file, listener.line,
             listener.sentence, advice(listener.sentence));
    return BASE_EFORMAT;
}

void profile_unload(struct profile *profile)
{
    struct listener listener = {.sentence = ""};
    cyaml_config_t config = config_for(&listener);

    cyaml_free(&config, &profile_schema, profile, 0);
}

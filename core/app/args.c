#include "core/app/args.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/app/duration.h"
#include "core/app/suggest.h"
#include "core/app/when.h"

/* One run over argv. */
struct parser {
    const struct args_option *table;
    size_t table_count;
    const struct args_line *line;
    int at; /* the entry being read */
    char *options;
};

static int BASE_PRINTF(2, 3) fail(const struct parser *parser, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(parser->line->message, parser->line->message_cap, format, args);
    va_end(args);
    return BASE_EUSAGE;
}

static int parse_number(const struct parser *parser, const struct args_option *option,
                        const char *value, int64_t *out)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || number < option->least ||
        number > option->most) {
        return fail(parser, "--%s takes a number from %" PRId64 " to %" PRId64 ", not \"%s\"",
                    option->name, option->least, option->most, value);
    }
    *out = number;
    return 0;
}

static int parse_duration(const struct parser *parser, const struct args_option *option,
                          const char *value, int64_t *out)
{
    char least[DURATION_TEXT_MAX];
    char most[DURATION_TEXT_MAX];
    if (duration_parse(value, option->least, option->most, out) != 0) {
        duration_format(option->least, least, sizeof(least));
        duration_format(option->most, most, sizeof(most));
        return fail(parser, "--%s takes a time from %s to %s, like 2s or 500ms, not \"%s\"",
                    option->name, least, most, value);
    }
    return 0;
}

static int parse_time(const struct parser *parser, const struct args_option *option,
                      const char *value, int64_t *out)
{
    if (when_parse(value, parser->line->now_unix_ms, out) != 0) {
        return fail(parser,
                    "--%s takes a time like 2026-11-30, 2026-11-30T18:00, or 7d for seven days "
                    "ago, not \"%s\"",
                    option->name, value);
    }
    return 0;
}

static int parse_item(const struct parser *parser, const struct args_option *option,
                      const char *value, struct args_list *out)
{
    if (value[0] == '\0') {
        return fail(parser, "--%s takes a %s, not an empty text", option->name,
                    option->placeholder);
    }
    if (out->count == ARGS_LIST_MAX) {
        return fail(parser, "--%s can be given %d times; put more into a file: --%s @FILE",
                    option->name, ARGS_LIST_MAX, option->name);
    }
    out->items[out->count++] = value;
    return 0;
}

static int store_value(struct parser *parser, const struct args_option *option, const char *value)
{
    void *field = parser->options + option->offset;
    switch (option->type) {
    case ARGS_FLAG:
        *(bool *)field = true;
        return 0;
    case ARGS_TEXT:
        *(const char **)field = value;
        return value[0] != '\0' ? 0
                                : fail(parser, "--%s takes a %s, not an empty text", option->name,
                                       option->placeholder);
    case ARGS_LIST:
        return parse_item(parser, option, value, field);
    case ARGS_NUMBER:
        return parse_number(parser, option, value, field);
    case ARGS_DURATION:
        return parse_duration(parser, option, value, field);
    case ARGS_TIME:
        return parse_time(parser, option, value, field);
    case ARGS_HELP:
        return BASE_ECANCELED;
    case ARGS_REFUSED:
        return fail(parser, "%s", option->help);
    }
    return BASE_EUSAGE;
}

/* value: what stands behind "=", NULL when nothing does. */
static int take_option(struct parser *parser, const struct args_option *option, const char *value)
{
    if (option->type == ARGS_REFUSED || option->type == ARGS_HELP) {
        return store_value(parser, option, "");
    }
    if (option->placeholder == NULL) {
        return value == NULL ? store_value(parser, option, "")
                             : fail(parser, "--%s takes no value", option->name);
    }
    if (value == NULL) {
        if (parser->at + 1 >= parser->line->argc) {
            return fail(parser, "--%s lacks its %s", option->name, option->placeholder);
        }
        value = parser->line->argv[++parser->at];
    }
    return store_value(parser, option, value);
}

static int take_long(struct parser *parser, const char *text)
{
    char name[64];
    const char *equals = strchr(text, '=');
    size_t size = equals != NULL ? (size_t)(equals - text) : strlen(text);
    snprintf(name, sizeof(name), "%.*s", (int)size, text);
    struct suggest suggest = {.word = name};
    for (size_t i = 0; i < parser->table_count; i++) {
        if (strcmp(parser->table[i].name, name) == 0) {
            return take_option(parser, &parser->table[i], equals != NULL ? equals + 1 : NULL);
        }
        if (parser->table[i].type != ARGS_REFUSED) {
            suggest_offer(&suggest, parser->table[i].name);
        }
    }
    if (suggest.nearest != NULL) {
        return fail(parser, "unknown option --%s; did you mean --%s?", name, suggest.nearest);
    }
    return fail(parser, "unknown option --%s", name);
}

static int take_letters(struct parser *parser, const char *letters)
{
    for (const char *c = letters; *c != '\0'; c++) {
        const struct args_option *option = NULL;
        for (size_t i = 0; i < parser->table_count; i++) {
            if (parser->table[i].letter == *c) {
                option = &parser->table[i];
            }
        }
        if (option == NULL) {
            return fail(parser, "unknown option -%c", isprint((unsigned char)*c) ? *c : '?');
        }
        bool has_value = option->placeholder != NULL;
        int status = take_option(parser, option, has_value && c[1] != '\0' ? c + 1 : NULL);
        if (status != 0 || has_value) {
            return status;
        }
    }
    return 0;
}

int args_parse(const struct args_option *table, size_t table_count, const struct args_line *line,
               void *options, struct args *out)
{
    struct parser parser = {table, table_count, line, 1, options};
    int kept = 1;
    bool only_operands = false;
    for (; parser.at < line->argc; parser.at++) {
        char *text = line->argv[parser.at];
        int status = 0;
        if (only_operands || text[0] != '-' || text[1] == '\0') {
            line->argv[kept++] = text;
        } else if (strcmp(text, "--") == 0) {
            only_operands = true;
        } else {
            status =
                text[1] == '-' ? take_long(&parser, text + 2) : take_letters(&parser, text + 1);
        }
        if (status != 0) {
            return status;
        }
    }
    *out = (struct args){.operands = line->argv + 1, .count = kept - 1};
    return 0;
}

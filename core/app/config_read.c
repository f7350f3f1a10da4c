#include "core/app/config_read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/app/duration.h"
#include "core/app/suggest.h"

/* Writes "a, b, c" as far as it fits. */
static void join(const char *const *words, size_t count, char *out, size_t cap)
{
    size_t size = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count && size < cap; i++) {
        size += (size_t)snprintf(out + size, cap - size, "%s%s", i > 0 ? ", " : "", words[i]);
    }
}

/* The key itself is told only when it is nearly a known one: else it can be a misplaced secret. */
static void report_unknown(const struct config_place *place, const struct config_node *child,
                           const char *const *keys, size_t key_count)
{
    char known[256];
    struct suggest suggest = {.word = child->key};
    for (size_t i = 0; i < key_count; i++) {
        suggest_offer(&suggest, keys[i]);
    }
    if (suggest.nearest != NULL) {
        (void)config_report_add(place->report, place->file, child->key_line,
                                "this key is not known here; did you mean \"%s\"?",
                                suggest.nearest);
        return;
    }
    join(keys, key_count, known, sizeof(known));
    (void)config_report_add(place->report, place->file, child->key_line,
                            "this key is not known here; known are %s", known);
}

bool config_read_map(const struct config_place *place, const struct config_node *node,
                     const char *what, const char *const *keys, size_t key_count)
{
    char known[256];
    bool is_good = true;
    if (node->kind != CONFIG_MAP) {
        join(keys, key_count, known, sizeof(known));
        (void)config_report_add(place->report, place->file, node->line,
                                "%s is a mapping of some of these keys: %s", what, known);
        return false;
    }
    for (const struct config_node *child = node->child; child != NULL; child = child->next) {
        bool is_known = false;
        for (size_t i = 0; i < key_count && !is_known; i++) {
            is_known = strcmp(keys[i], child->key) == 0;
        }
        if (!is_known) {
            report_unknown(place, child, keys, key_count);
            is_good = false;
        }
    }
    return is_good;
}

const struct config_node *config_read_text(const struct config_place *place,
                                           const struct config_node *map, const char *key)
{
    const struct config_node *node = config_yaml_get(map, key);
    if (node == NULL) {
        return NULL;
    }
    if (node->kind != CONFIG_TEXT) {
        (void)config_report_add(place->report, place->file, node->line,
                                "%s is a text, not a list or a mapping", key);
        return NULL;
    }
    if (config_yaml_is_null(node)) {
        (void)config_report_add(place->report, place->file, node->line,
                                "%s has no value; give it one or leave the line out", key);
        return NULL;
    }
    return node;
}

static const char *name_of(const struct config_node *node)
{
    return node->key != NULL ? node->key : "the value";
}

int config_read_number(const struct config_place *place, const struct config_node *node,
                       int64_t least, int64_t most, int64_t *out)
{
    char *end = NULL;
    errno = 0;
    long long number = node->kind == CONFIG_TEXT ? strtoll(node->text, &end, 10) : 0;
    if (node->kind != CONFIG_TEXT || errno != 0 || end == node->text || *end != '\0' ||
        number < least || number > most) {
        return config_report_add(place->report, place->file, node->line,
                                 "%s is a number from %" PRId64 " to %" PRId64, name_of(node),
                                 least, most);
    }
    *out = number;
    return 0;
}

int config_read_duration(const struct config_place *place, const struct config_node *node,
                         int64_t least_ms, int64_t most_ms, int64_t *ms)
{
    char least[DURATION_TEXT_MAX];
    char most[DURATION_TEXT_MAX];
    if (node->kind == CONFIG_TEXT && duration_parse(node->text, least_ms, most_ms, ms) == 0) {
        return 0;
    }
    duration_format(least_ms, least, sizeof(least));
    duration_format(most_ms, most, sizeof(most));
    return config_report_add(place->report, place->file, node->line,
                             "%s is a time from %s to %s, like 2s or 500ms", name_of(node), least,
                             most);
}

int config_read_bool(const struct config_place *place, const struct config_node *node, bool *out)
{
    static const struct {
        const char *text;
        bool value;
    } words[] = {{"true", true},   {"yes", true}, {"on", true},
                 {"false", false}, {"no", false}, {"off", false}};
    for (size_t i = 0; node->kind == CONFIG_TEXT && i < BASE_ARRAY_COUNT(words); i++) {
        if (strcasecmp(node->text, words[i].text) == 0) {
            *out = words[i].value;
            return 0;
        }
    }
    return config_report_add(place->report, place->file, node->line, "%s is true or false",
                             name_of(node));
}

static int digits(const char *text)
{
    bool are_two = text[0] >= '0' && text[0] <= '9' && text[1] >= '0' && text[1] <= '9';
    return are_two ? (text[0] - '0') * 10 + text[1] - '0' : -1;
}

int config_read_clock(const struct config_place *place, const struct config_node *node,
                      int64_t *minutes)
{
    bool is_shaped = node->kind == CONFIG_TEXT && node->size == 5 && node->text[2] == ':';
    int hour = is_shaped ? digits(node->text) : -1;
    int minute = is_shaped ? digits(node->text + 3) : -1;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return config_report_add(place->report, place->file, node->line,
                                 "%s is a time of day from \"00:00\" to \"23:59\"", name_of(node));
    }
    *minutes = hour * 60 + minute;
    return 0;
}

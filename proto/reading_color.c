#include "proto/reading_color.h"

#include <string.h>
#include <strings.h>

struct color_word {
    const char *word; /* small letters */
    const char *name;
};

/* By first letter. Languages in which devices have been seen to speak. */
static const struct color_word words[] = {
    {"amarelo", "yellow"},  {"amarillo", "yellow"}, {"black", "black"},       {"blue", "blue"},
    {"bk", "black"},        {"ciano", "cyan"},      {"cian", "cyan"},         {"clear", "clear"},
    {"cyaan", "cyan"},      {"cyan", "cyan"},       {"czarny", "black"},      {"gelb", "yellow"},
    {"geel", "yellow"},     {"giallo", "yellow"},   {"gold", "gold"},         {"gray", "gray"},
    {"green", "green"},     {"grey", "gray"},       {"gul", "yellow"},        {"jaune", "yellow"},
    {"magenta", "magenta"}, {"negro", "black"},     {"nero", "black"},        {"noir", "black"},
    {"orange", "orange"},   {"preto", "black"},     {"purpurowy", "magenta"}, {"red", "red"},
    {"schwarz", "black"},   {"silver", "silver"},   {"svart", "black"},       {"violet", "violet"},
    {"white", "white"},     {"yellow", "yellow"},   {"zwart", "black"},
};

/* Words that belong to the colour after them. */
static const char *const shades[] = {"matte", "photo", "light", "dark", "vivid"};

static const struct color_word hexes[] = {
    {"#000000", "black"}, {"#00ffff", "cyan"}, {"#ff00ff", "magenta"}, {"#ffff00", "yellow"},
    {"#ffffff", "white"}, {"#ff0000", "red"},  {"#00ff00", "green"},   {"#0000ff", "blue"},
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

static const char *find_word(const char *text, size_t size)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++) {
        if (words[i].word[0] == (text[0] | 0x20) && strncasecmp(words[i].word, text, size) == 0 &&
            words[i].word[size] == '\0') {
            return words[i].name;
        }
    }
    return NULL;
}

static const char *find_shade(const char *text, size_t size)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(shades); i++) {
        if (strncasecmp(shades[i], text, size) == 0 && shades[i][size] == '\0') {
            return shades[i];
        }
    }
    return NULL;
}

/* "shade name"; both are of the tables above, so they fit. */
static bool put(const char *shade, const char *name, char out[READING_COLOR_MAX])
{
    if (shade != NULL) {
        out = stpcpy(out, shade);
        *out++ = ' ';
    }
    stpcpy(out, name);
    return true;
}

bool reading_color_of_words(const char *text, char out[READING_COLOR_MAX])
{
    const char *shade = NULL;

    while (*text != '\0') {
        size_t size = 0;
        const char *name;
        while (is_letter(text[size])) {
            size++;
        }
        if (size == 0) {
            text++;
            continue;
        }
        name = find_word(text, size);
        if (name != NULL) {
            return put(shade, name, out);
        }
        shade = find_shade(text, size);
        text += size;
    }
    return false;
}

bool reading_color_of_part_number(const char *text, char out[READING_COLOR_MAX])
{
    static const char letters[] = "KCMY";
    static const char *const names[] = {"black", "cyan", "magenta", "yellow"};
    size_t size = strlen(text);
    const char *letter = size > 0 ? strchr(letters, text[size - 1]) : NULL;
    const char *last = strrchr(text, ' ');
    size_t word_size = last != NULL ? size - (size_t)(last + 1 - text) : size;
    char before = size > 1 ? text[size - 2] : '\0';

    if (letter == NULL || *letter == '\0' || word_size < 5 ||
        !(before == '-' || (before >= '0' && before <= '9'))) {
        return false;
    }
    return put(NULL, names[letter - letters], out);
}

bool reading_color_of_colorant(const char *value, char out[READING_COLOR_MAX])
{
    static const char *const nothing[] = {"other", "unknown", "none", "n/a"};
    size_t size = strlen(value);

    if (reading_color_of_words(value, out)) {
        return true;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(nothing); i++) {
        if (strcasecmp(value, nothing[i]) == 0) {
            return false;
        }
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(hexes); i++) {
        if (strcasecmp(value, hexes[i].word) == 0) {
            return put(NULL, hexes[i].name, out);
        }
    }
    if (size == 0 || size >= READING_COLOR_MAX) {
        return false;
    }
    for (size_t i = 0; i <= size; i++) {
        out[i] = value[i] >= 'A' && value[i] <= 'Z' ? (char)(value[i] | 0x20) : value[i];
    }
    return true;
}

#include "proto/reading_color.h"

#include <string.h>
#include <strings.h>

struct color_word {
    const char *word; /* small letters */
    const char *name; /* of the colour; NULL for a shade, a word that belongs to the colour after */
};

#define WORDS_PER_LETTER 8

/* By first letter, each list ending with an empty word. Languages in which devices have been seen
 * to speak. */
#define LETTER(letter) [(letter) - 'a']
static const struct color_word words['z' - 'a' + 1][WORDS_PER_LETTER + 1] = {
    LETTER('a') = {{"amarelo", "yellow"}, {"amarillo", "yellow"}},
    LETTER('b') = {{"black", "black"}, {"blue", "blue"}, {"bk", "black"}},
    LETTER('c') = {{"ciano", "cyan"},
                   {"cian", "cyan"},
                   {"clear", "clear"},
                   {"cyaan", "cyan"},
                   {"cyan", "cyan"},
                   {"czarny", "black"}},
    LETTER('d') = {{"dark", NULL}},
    LETTER('g') = {{"gelb", "yellow"},
                   {"geel", "yellow"},
                   {"giallo", "yellow"},
                   {"gold", "gold"},
                   {"gray", "gray"},
                   {"green", "green"},
                   {"grey", "gray"},
                   {"gul", "yellow"}},
    LETTER('j') = {{"jaune", "yellow"}},
    LETTER('l') = {{"light", NULL}},
    LETTER('m') = {{"magenta", "magenta"}, {"matte", NULL}},
    LETTER('n') = {{"negro", "black"}, {"nero", "black"}, {"noir", "black"}},
    LETTER('o') = {{"orange", "orange"}},
    LETTER('p') = {{"preto", "black"}, {"purpurowy", "magenta"}, {"photo", NULL}},
    LETTER('r') = {{"red", "red"}},
    LETTER('s') = {{"schwarz", "black"}, {"silver", "silver"}, {"svart", "black"}},
    LETTER('v') = {{"violet", "violet"}, {"vivid", NULL}},
    LETTER('w') = {{"white", "white"}},
    LETTER('y') = {{"yellow", "yellow"}},
    LETTER('z') = {{"zwart", "black"}},
};
#undef LETTER

struct color_code {
    const char *code;
    const char *name;
};

static const struct color_code hexes[] = {
    {"#000000", "black"}, {"#00ffff", "cyan"}, {"#ff00ff", "magenta"}, {"#ffff00", "yellow"},
    {"#ffffff", "white"}, {"#ff0000", "red"},  {"#00ff00", "green"},   {"#0000ff", "blue"},
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

/* Says whether letters are that word, in small or capital letters. */
static bool is_word(const char *text, size_t size, const char *word)
{
    size_t at = 0;

    while (at < size && (text[at] | 0x20) == word[at]) {
        at++;
    }
    return at == size && word[size] == '\0';
}

/* Returns: the word of the table that the letters are; NULL for none. */
static const struct color_word *find_word(const char *text, size_t size)
{
    size_t letter = (uint8_t)(text[0] | 0x20) - (size_t)'a';

    if (letter >= BASE_ARRAY_COUNT(words)) {
        return NULL;
    }
    for (const struct color_word *word = words[letter]; word->word != NULL; word++) {
        /* Most are told apart by their second letter. */
        if (size > 1 && (text[1] | 0x20) == word->word[1] && is_word(text, size, word->word)) {
            return word;
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
        const struct color_word *word;
        size_t size = 0;
        while (is_letter(text[size])) {
            size++;
        }
        if (size == 0) {
            text++;
            continue;
        }
        word = find_word(text, size);
        if (word != NULL && word->name != NULL) {
            return put(shade, word->name, out);
        }
        shade = word != NULL ? word->word : NULL;
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
        if (strcasecmp(value, hexes[i].code) == 0) {
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

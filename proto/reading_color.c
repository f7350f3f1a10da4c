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
    uint8_t octet = (uint8_t)c;

    return (uint8_t)((octet | 0x20) - 'a') <= 'z' - 'a' || octet >= 0x80;
}

/* Returns: the octets of a word, in small letters, at the start of the text in small or capital
 * ones; 0 when there is another word. */
static size_t match_word(const char *text, const char *word)
{
    size_t at = 0;

    while (word[at] != '\0' && (text[at] | 0x20) == word[at]) {
        at++;
    }
    return word[at] == '\0' && !is_letter(text[at]) ? at : 0;
}

/* Finds the word of the table at the start of the text. Returns: its octets; 0 for none. */
static size_t find_word(const char *text, const struct color_word **found)
{
    size_t letter = (uint8_t)(text[0] | 0x20) - (size_t)'a';

    if (letter >= BASE_ARRAY_COUNT(words)) {
        return 0;
    }
    for (const struct color_word *word = words[letter]; word->word != NULL; word++) {
        /* Most are told apart by their second letter. */
        size_t size = (text[1] | 0x20) == word->word[1] ? match_word(text, word->word) : 0;
        if (size > 0) {
            *found = word;
            return size;
        }
    }
    return 0;
}

/* "shade name"; both are of the tables above, so they fit. */
static const char *shaded(const char *shade, const char *name, char out[READING_COLOR_MAX])
{
    if (shade == NULL) {
        return name;
    }
    stpcpy(stpcpy(stpcpy(out, shade), " "), name);
    return out;
}

const char *reading_color_of_words(const char *text, char out[READING_COLOR_MAX])
{
    const char *shade = NULL;

    while (*text != '\0') {
        const struct color_word *word = NULL;
        size_t size = 1;
        if (is_letter(*text)) {
            size = find_word(text, &word);
            if (word != NULL && word->name != NULL) {
                return shaded(shade, word->name, out);
            }
            shade = word != NULL ? word->word : NULL;
            while (is_letter(text[size])) {
                size++;
            }
        }
        text += size;
    }
    return NULL;
}

const char *reading_color_of_part_number(const char *text)
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
        return NULL;
    }
    return names[letter - letters];
}

const char *reading_color_of_colorant(const char *value, char out[READING_COLOR_MAX])
{
    static const char *const nothing[] = {"other", "unknown", "none", "n/a"};
    const char *name = reading_color_of_words(value, out);
    size_t size;

    if (name != NULL) {
        return name;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(nothing); i++) {
        if (strcasecmp(value, nothing[i]) == 0) {
            return NULL;
        }
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(hexes); i++) {
        if (strcasecmp(value, hexes[i].code) == 0) {
            return hexes[i].name;
        }
    }
    size = strlen(value);
    if (size == 0 || size >= READING_COLOR_MAX) {
        return NULL;
    }
    for (size_t i = 0; i <= size; i++) {
        out[i] = value[i] >= 'A' && value[i] <= 'Z' ? (char)(value[i] | 0x20) : value[i];
    }
    return out;
}

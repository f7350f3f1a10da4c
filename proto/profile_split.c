/*
 * Texts that hold several things: the description of a supply with its part number and the serial
 * number of its cartridge.
 */
#include <strings.h>

#include "proto/profile_inside.h"

/* Fewer octets are a size or a tray, and no part number. */
#define PART_OCTETS_MIN 4

enum field { FIELD_NAME, FIELD_PART, FIELD_SERIAL, FIELD_COUNT };

/* The field that begins at `pattern`; FIELD_COUNT = none. *size gets its length. */
static enum field field_at(const char *pattern, size_t *size)
{
    static const char *const fields[FIELD_COUNT] = {"{name}", "{part}", "{serial}"};
    unsigned i = 0;

    for (; i < FIELD_COUNT; i++) {
        *size = strlen(fields[i]);
        if (strncmp(pattern, fields[i], *size) == 0) {
            break;
        }
    }
    return (enum field)i;
}

/* What devices write instead of a number. */
static bool is_word_for_nothing(struct bytes text)
{
    static const char *const words[] = {"unknown", "none", "n/a"};

    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++) {
        if (text.size == strlen(words[i]) &&
            strncasecmp((const char *)text.data, words[i], text.size) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_digit(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] >= '0' && text.data[i] <= '9') {
            return true;
        }
    }
    return false;
}

bool profile_split_is_told(struct bytes number)
{
    return has_digit(number) && !is_word_for_nothing(number);
}

/* A number is one word, or several with commas between: "110V-P1B91A, 220V-P1B92A". */
static bool is_one_word(struct bytes text)
{
    bool is_after_comma = false;

    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == ' ' && !is_after_comma) {
            return false;
        }
        is_after_comma = text.data[i] == ',';
    }
    return !is_after_comma;
}

/* Says whether a slice may be what the field is for. */
static bool is_shaped(enum field field, struct bytes text)
{
    switch (field) {
    case FIELD_NAME:
        return text.size > 0 && text.data[0] != ' ' && text.data[text.size - 1] != ' ';
    case FIELD_PART:
        return text.size >= PART_OCTETS_MIN && is_one_word(text) &&
               (has_digit(text) || is_word_for_nothing(text));
    case FIELD_SERIAL: /* may be missing behind its label */
        return is_one_word(text);
    case FIELD_COUNT:
        break;
    }
    return false;
}

bool profile_split(const char *pattern, const char *text, struct bytes out[3])
{
    size_t size = 0;
    enum field field = field_at(pattern, &size);

    if (*pattern == '\0' || *text == '\0') {
        return *text == '\0' &&
               (*pattern == '\0' || (field == FIELD_SERIAL && pattern[size] == '\0'));
    }
    if (field == FIELD_COUNT) {
        return strncasecmp(pattern, text, 1) == 0 && profile_split(pattern + 1, text + 1, out);
    }
    for (size_t length = 0; length <= strlen(text); length++) {
        struct bytes slice = bytes_of(text, length);
        if (is_shaped(field, slice) && profile_split(pattern + size, text + length, out)) {
            out[field] = slice;
            return true;
        }
    }
    return false;
}

/*
 * Colours of supplies: a colorant's value or a description's words to one English name. Names are
 * static, or stand in `out` when they are put together or nothing but the device's own word.
 */
#pragma once

#include "core/base/base.h"

#define READING_COLOR_MAX 32

/* Reads prtMarkerColorantValue: a standard or localized name, or "#rrggbb".
 * Returns: the name in small letters; NULL for "other", "unknown", "none" and empty values. */
const char *reading_color_of_colorant(const char *value, char out[READING_COLOR_MAX]);

/* Finds the first colour word of a text, with its shade: "Matte Black Ink Tank", "Toner (Cyan)".
 * Returns: NULL when there is none. */
const char *reading_color_of_words(const char *text, char out[READING_COLOR_MAX]);

/* Reads the letter K, C, M or Y that ends a part number after a digit or a dash, the last word of
 * the text: "TK-8527K", "SJIC35P-C". Only fit for supplies that mark: "MK-8505C" is a kit.
 * Returns: NULL when there is none. */
const char *reading_color_of_part_number(const char *text);

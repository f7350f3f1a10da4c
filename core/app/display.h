/*
 * Text for people's terminals: what it may contain, how many cells it takes, how it is cut.
 *
 * Everything that came from a device or a user passes display_clean on its way to a terminal or a
 * file: no control octet, no broken UTF-8, no character that turns the direction of a line.
 */
#pragma once

#include <stdio.h>

#include "core/base/base.h"

/* Prepares the C library's character tables; once, before the others. Keeps the number formats of
 * the C locale. */
void display_init(void);

/* Copies `text` with every control character, broken octet and bidirectional control replaced by
 * "?" and line ends and tabs by a space. out: cap bytes, NUL-terminated, cut at a whole character.
 * Returns: the length. */
size_t display_clean(const char *text, char *out, size_t cap);

/* Returns: the terminal cells that a clean text takes. */
size_t display_width(const char *text);

/* Writes a clean text cut to `width` cells, the last one "…" when something was cut; clean text
 * that fits is written whole. width: at least 1. Returns: the cells written. */
size_t display_put(FILE *file, const char *text, size_t width);

/* Writes `count` spaces. */
void display_spaces(FILE *file, size_t count);

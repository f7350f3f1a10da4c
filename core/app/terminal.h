/*
 * What the other end of an output stream can show: width, colours, block characters.
 */
#pragma once

#include <stdio.h>

#include "core/base/base.h"

/* Meanings, not colours: the same state has the same colour everywhere, and never stands alone. */
enum terminal_style {
    TERMINAL_PLAIN,
    TERMINAL_HEADING,
    TERMINAL_DIM,
    TERMINAL_GOOD,
    TERMINAL_WARN,
    TERMINAL_BAD,
};

struct terminal {
    FILE *file;
    size_t width; /* cells of a line; 0 = unlimited, not a terminal */
    bool colour;
    bool blocks; /* shows U+2588 and its like */
};

/* Asks the system about `file`. Colours need a terminal, no NO_COLOR (https://no-color.org), TERM
 * other than "dumb", and colour_allowed. */
void terminal_init(struct terminal *terminal, FILE *file, bool colour_allowed);

/* Switches to a style and back; nothing without colours. */
void terminal_begin(const struct terminal *terminal, enum terminal_style style);
void terminal_end(const struct terminal *terminal, enum terminal_style style);

/* Room for a bar of TERMINAL_BAR_WIDTH cells, brackets and NUL included. */
#define TERMINAL_BAR_WIDTH 10
#define TERMINAL_BAR_MAX   (TERMINAL_BAR_WIDTH * 3 + 3)

/* Writes a bar of which `percent` (0..100) is filled. blocks: with block characters instead of "#".
 * out: at least TERMINAL_BAR_MAX bytes. Returns: the length. */
size_t terminal_bar(bool blocks, int percent, char *out, size_t cap);

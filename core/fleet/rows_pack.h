/*
 * The inside of rows: how numbers and texts stand in a payload. Shared by rows.c and rows_meter.c.
 */
#pragma once

#include "core/fleet/rows.h"

#define ROWS_TEXT_MAX         255
#define ROWS_NUMBER_BYTES_MAX 10
#define ROWS_TEXT_BYTES_MAX   (1 + ROWS_TEXT_MAX)

/* Entries that a payload may claim: rows of one table (proto/reading). */
#define ROWS_ENTRIES_MAX READING_ROWS_MAX

static inline size_t rows_capped(size_t count)
{
    return count < ROWS_ENTRIES_MAX ? count : ROWS_ENTRIES_MAX;
}

/* --- writing: each returns where the next one goes ------------------------------------------- */

/* Seven bits an octet, the lowest first; a number is folded before, so that small ones are short
 * on either side of 0. */
uint8_t *rows_put_count(uint8_t *at, uint64_t value);
uint8_t *rows_put_number(uint8_t *at, int64_t value);

/* Cuts what is longer than ROWS_TEXT_MAX, but not inside a character. */
uint8_t *rows_put_octets(uint8_t *at, struct bytes text);
/* text: NULL is the empty one. */
uint8_t *rows_put_text(uint8_t *at, const char *text);

/* --- reading --------------------------------------------------------------------------------- */

/* Where reading stands; is_bad stays once anything was not there. */
struct rows_cursor {
    struct bytes from;
    size_t at;
    bool is_bad;
};

/* Return 0, or an empty text, where nothing good stands. */
uint8_t rows_get_octet(struct rows_cursor *cursor);
uint64_t rows_get_count(struct rows_cursor *cursor);
int64_t rows_get_number(struct rows_cursor *cursor);
struct bytes rows_get_text(struct rows_cursor *cursor);

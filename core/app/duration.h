/*
 * Lengths of time as people write them: "2", "1.5s", "500ms", "3m", "12h", "7d".
 * Pure functions.
 */
#pragma once

#include "core/base/base.h"

/* Room for any text written here, NUL included. */
#define DURATION_TEXT_MAX 32

/* Reads a duration into milliseconds; a number alone is seconds.
 * Returns: 0; BASE_EFORMAT for other texts; BASE_ERANGE outside of least..most (ms). */
BASE_MUST_CHECK int duration_parse(const char *text, int64_t least, int64_t most, int64_t *ms);

/* Writes a duration as short as it can be read back: "2s", "1500ms". */
void duration_format(int64_t ms, char *out, size_t cap);

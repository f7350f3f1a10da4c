/*
 * Strict UTF-8: one character at a time, nothing overlong, no surrogates, nothing above U+10FFFF.
 * Source: RFC 3629.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

/* Reads the character that begins at text; size > 0 octets are there.
 * *code_point: written only on success.
 * Returns: its length, 1 to 4; 0 when the octets begin no valid character. */
size_t utf8_take(const uint8_t *text, size_t size, uint32_t *code_point);

/* Says whether all octets are valid; nothing is. */
bool utf8_is_valid(struct bytes text);

/*
 * A streaming JSON writer into a growing buffer: no tree, no numbers in floating point, no state
 * but the comma. What is written is always valid UTF-8: bytes that are not, and control characters,
 * never leave as they are. The caller keeps the nesting right; a broken nesting is his error.
 *
 * Out of memory is remembered: further calls do nothing and json_status tells at the end, so that
 * writers need not check each call. The buffer is kept by json_reset for the next text.
 * Names of jansson, which programs may link beside this, are avoided (json_string, json_null, ...).
 * Source: RFC 8259.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

struct json {
    char *data; /* NUL-terminated after json_text; NULL until the first write */
    size_t size;
    size_t cap;
    bool needs_comma;
    int status; /* 0 or -ENOMEM */
};

/* Prepares an empty text; allocates nothing yet. */
void json_init(struct json *json);

/* Frees the buffer. */
void json_fini(struct json *json);

/* Starts over, keeping the buffer. */
void json_reset(struct json *json);

/* Opens and closes an object or an array. */
void json_object_begin(struct json *json);
void json_object_end(struct json *json);
void json_array_begin(struct json *json);
void json_array_end(struct json *json);

/* Writes a member's name; its value comes next. name: ASCII that needs no escapes. */
void json_key(struct json *json, const char *name);

/* Writes a string; NULL gives null. Octets that are no UTF-8 become U+FFFD. */
void json_put_string(struct json *json, const char *text);
void json_put_string_bytes(struct json *json, struct bytes text);

/* Write a value of that kind. */
void json_put_integer(struct json *json, int64_t value);

/* Writes value / 1000 with as many decimals as it needs: 3100 gives 3.1. */
void json_put_thousandths(struct json *json, int64_t value);

void json_put_bool(struct json *json, bool value);
void json_put_null(struct json *json);

/* Writes a line feed between two texts of newline-delimited JSON. */
void json_newline(struct json *json);

/* Returns: 0, or -ENOMEM when any call since the last reset has failed. */
BASE_MUST_CHECK int json_status(const struct json *json);

/* Returns: the text so far, NUL-terminated, valid until the next call; "" when nothing was written
 * or memory was short. */
const char *json_text(struct json *json);

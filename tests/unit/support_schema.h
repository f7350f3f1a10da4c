/*
 * A JSON Schema checker for the tests: the keywords that our schemas use, and an error for any
 * other, so that nothing in a schema goes unchecked.
 * Keywords: type, enum, required, properties, additionalProperties, items, minimum, maximum,
 * minLength, pattern; title, description and $schema are ignored.
 */
#pragma once

#include <stddef.h>

/* Holds a JSON text against a schema text.
 * where: cap bytes; gets the place and the reason of the first violation, "" when there is none.
 * Returns: 0 when it fits, -1 when it does not or when either text is no JSON. */
int schema_check(const char *schema, const char *text, char *where, size_t cap);

/* Reads a whole file below the source folder (PLATEN_SOURCE_DIR, else the working folder).
 * Returns: the text, to be freed; NULL when it cannot be read. */
char *schema_read_file(const char *path);

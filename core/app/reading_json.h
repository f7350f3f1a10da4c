/*
 * The JSON of a reading, one object: what `platen poll --json` prints a device a line.
 * Values that the device did not give are null, lists that it did not give are empty. Its schema is
 * tests/data/reading.schema.json.
 */
#pragma once

#include "core/base/json.h"
#include "core/fleet/rows.h"
#include "proto/reading.h"

/* Appends the object; no line feed. Errors stay in `out` (json_status).
 * access: how the device was asked; NULL = not known. */
void reading_json(struct json *out, const struct reading *reading,
                  const struct rows_access *access);

/* Appends its members alone, for an object that has more. */
void reading_json_members(struct json *out, const struct reading *reading,
                          const struct rows_access *access);

/* Appends the array of a reading's `why` list; empty when it was not collected. */
void reading_json_why(struct json *out, const struct reading *reading);

/*
 * The object of `platen show --json`: that of a poll (reading_json.h), and behind its last member
 * what is known of the device beside it, how long its supplies will last, and the reasons.
 */
#pragma once

#include "core/app/standing.h"
#include "core/base/json.h"
#include "core/fleet/forecast.h"

struct show_json_of {
    const struct reading *reading;
    const struct rows_access *access; /* NULL = not known */
    const struct standing *standing;
    const struct forecast *forecasts; /* one a supply of the reading */
    bool with_why;
};

/* Writes the object; no line feed. Errors stay in `json` (json_status). */
void show_json(struct json *json, const struct show_json_of *of);

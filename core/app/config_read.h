/*
 * Values out of a configuration's tree: texts, numbers, times, yes and no. What is of the wrong
 * kind is reported with its line, and no value is repeated: any of them may be a secret that stands
 * in the wrong place.
 */
#pragma once

#include "core/app/config_report.h"
#include "core/app/config_yaml.h"
#include "core/base/base.h"

/* Which file is read, and where its mistakes go. */
struct config_place {
    const char *file;
    struct config_report *report;
};

/* Says whether the node is a mapping of known keys; reports what it is not, and every key that is
 * not known with the one that was probably meant.
 * what: "a credential". */
bool config_read_map(const struct config_place *place, const struct config_node *node,
                     const char *what, const char *const *keys, size_t key_count);

/* Returns: the text of a key in a mapping; NULL when the key is absent, and when its value is
 * nothing, a list or a mapping, which is reported. */
const struct config_node *config_read_text(const struct config_place *place,
                                           const struct config_node *map, const char *key);

/* Read a value that is there. *out is written on success only.
 * Returns: 0; BASE_EUSAGE, reported. */
BASE_MUST_CHECK int config_read_number(const struct config_place *place,
                                       const struct config_node *node, int64_t least, int64_t most,
                                       int64_t *out);
BASE_MUST_CHECK int config_read_duration(const struct config_place *place,
                                         const struct config_node *node, int64_t least_ms,
                                         int64_t most_ms, int64_t *ms);
BASE_MUST_CHECK int config_read_bool(const struct config_place *place,
                                     const struct config_node *node, bool *out);

/* Reads a time of day, "02:00". *minutes: since midnight. Returns as the others. */
BASE_MUST_CHECK int config_read_clock(const struct config_place *place,
                                      const struct config_node *node, int64_t *minutes);

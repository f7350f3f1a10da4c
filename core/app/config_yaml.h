/*
 * YAML as configuration uses it: mappings, lists and texts, each with its line, so that a mistake
 * of any kind can be told with the place where it stands. Parsed by libyaml, event by event.
 *
 * Refused, with a sentence: anchors, aliases, tags, several documents, a key that stands twice in
 * one mapping, more than CONFIG_YAML_DEPTH_MAX levels or CONFIG_YAML_NODES_MAX values, octets that
 * are no UTF-8. So a hostile file costs no more than its size. Any text may be a secret: none gets
 * into a sentence, and all are overwritten by config_yaml_free.
 * Knows no key by name.
 */
#pragma once

#include "core/app/config_report.h"
#include "core/base/base.h"
#include "core/base/bytes.h"

#define CONFIG_YAML_BYTES_MAX 262144
#define CONFIG_YAML_DEPTH_MAX 8
#define CONFIG_YAML_NODES_MAX 4096

enum config_kind { CONFIG_TEXT, CONFIG_LIST, CONFIG_MAP };

struct config_node {
    enum config_kind kind;
    unsigned line;  /* where the value begins */
    bool is_quoted; /* a text in quotes or a block; else "~" and nothing mean no value */
    char *text;     /* of a text, NUL-terminated, else NULL */
    size_t size;    /* of the text, octets */
    char *key;      /* of a mapping's value, else NULL */
    unsigned key_line;
    size_t count;                     /* children */
    struct config_node *child, *last; /* the first and the last of them */
    struct config_node *next;
};

/* Reads one document. file: its name, for the report. *out: NULL for a document without content.
 * Returns: 0; BASE_EUSAGE after reporting why; -ENOMEM, reported, too. */
BASE_MUST_CHECK int config_yaml_read(struct bytes text, const char *file,
                                     struct config_report *report, struct config_node **out);

/* Overwrites and frees a tree. NULL is allowed. */
void config_yaml_free(struct config_node *node);

/* Returns: the value of a key in a mapping; NULL when it has none or is no mapping. */
const struct config_node *config_yaml_get(const struct config_node *map, const char *key);

/* Says whether the value is nothing: left empty, "~" or "null". */
bool config_yaml_is_null(const struct config_node *node);

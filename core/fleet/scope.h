/*
 * Which devices are ours to manage: in scope, out of scope, or unclassified. Rules decide, the
 * first that matches; what somebody has set by hand counts more. A device that is out of scope is
 * kept as it was last seen, and is neither asked nor reported further.
 *
 * Also the tags that people put on devices. Both are kept in the store as labels
 * (ARCHIVE_PART_LABELS). Pure functions; filled by core/app from configuration and store.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/fleet/target.h"

enum scope {
    SCOPE_UNCLASSIFIED = 0, /* stored: the numbers are for ever */
    SCOPE_IN = 1,
    SCOPE_OUT = 2,
};

#define SCOPE_TAGS_MAX     16
#define SCOPE_TAG_MAX      31
#define SCOPE_LABELS_BYTES (4 + SCOPE_TAGS_MAX * (SCOPE_TAG_MAX + 1))
#define SCOPE_RULES_MAX    256
#define SCOPE_TEXT_MAX     64

/* What people have said of a device. */
struct scope_labels {
    enum scope scope; /* by hand; SCOPE_UNCLASSIFIED = by the rules */
    size_t tag_count;
    char tags[SCOPE_TAGS_MAX][SCOPE_TAG_MAX + 1]; /* sorted, each once */
};

/* A rule matches when all that it names do. "" and count 0 name nothing. */
struct scope_rule {
    char vendor[SCOPE_TEXT_MAX];
    char model[SCOPE_TEXT_MAX]; /* pattern: * any text, ? any character */
    char serial[SCOPE_TEXT_MAX];
    char tag[SCOPE_TAG_MAX + 1];
    struct target_range subnet; /* its port is not looked at */
    enum scope scope;
};

struct scope_rules {
    size_t count;
    struct scope_rule items[SCOPE_RULES_MAX];
};

/* What a rule looks at. Texts: NULL when the device does not tell. */
struct scope_subject {
    const char *vendor;
    const char *model;
    const char *serial;
    struct target address;             /* family 0 = not known */
    const struct scope_labels *labels; /* NULL = none */
};

/* Judges a device. */
enum scope scope_of(const struct scope_rules *rules, const struct scope_subject *subject);

/* "in", "out", "unclassified"; static. */
const char *scope_name(enum scope scope);

/* Says whether a text matches a pattern, upper and lower case alike. */
bool scope_matches(const char *pattern, const char *text);

/* Writes the labels into out[SCOPE_LABELS_BYTES]. Returns: the size. */
size_t scope_put_labels(uint8_t *out, const struct scope_labels *labels);

/* Reads labels. Returns: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int scope_get_labels(struct bytes stored, struct scope_labels *out);

/* Adds or removes a tag; one that is there, or is not, changes nothing. A tag has letters, digits,
 * ".", "_" and "-", at most SCOPE_TAG_MAX.
 * Returns: 0; BASE_EFORMAT when it cannot be a tag; BASE_ELIMIT when there is no room. */
BASE_MUST_CHECK int scope_add_tag(struct scope_labels *labels, const char *tag);
void scope_remove_tag(struct scope_labels *labels, const char *tag);

/* Says whether the device has the tag. */
bool scope_has_tag(const struct scope_labels *labels, const char *tag);

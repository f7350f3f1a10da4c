/*
 * What the files of the profile share; nobody else includes this.
 *
 * A rule is one structure for all sections of a file: its texts as YAML gives them, and what
 * compiling makes of them. Which texts a section may have is the table in profile_load.c; what they
 * must look like is profile_compile.c; what they do is profile_apply.c and profile_supply.c.
 */
#pragma once

#include "proto/oid.h"
#include "proto/profile.h"

/* "{1,10,101}" in an OID stands for this many OIDs at most. */
#define PROFILE_ALTERNATIVES_MAX 12
/* Conditions on one row, and terms of one sum. */
#define PROFILE_WHERE_MAX 4
#define PROFILE_TERMS_MAX 12
/* Numbers of one condition: scans of Lexmark have three kinds. */
#define PROFILE_NUMBERS_MAX 12

enum profile_section {
    PROFILE_MATCH,
    PROFILE_IDENTITY,
    PROFILE_METERS,
    PROFILE_SUPPLIES,
    PROFILE_TRAYS,
    PROFILE_AVOID,
    PROFILE_CONTEXTS,
    PROFILE_LIMITS,
    PROFILE_SECTION_COUNT
};

enum profile_take { PROFILE_FIRST, PROFILE_SUM, PROFILE_MOST };

enum profile_decode { PROFILE_PLAIN, PROFILE_FLOAT, PROFILE_WORD, PROFILE_TLV };

enum profile_prefer { PROFILE_PREFER_PRIVATE, PROFILE_PREFER_STANDARD, PROFILE_PREFER_LARGER };

enum profile_gives {
    PROFILE_GIVES_PERCENT,
    PROFILE_GIVES_PAGES,
    PROFILE_GIVES_PART,
    PROFILE_GIVES_SERIAL,
};

/* The OIDs that one text with braces stands for. */
struct profile_oids {
    struct bytes list[PROFILE_ALTERNATIVES_MAX];
    unsigned count;
};

/* A condition on the row of a value: what another column says at the same index. */
struct profile_where {
    char *column;
    char *is;
    struct profile_oids columns;
    bool is_plain;         /* no * and no | in it */
    unsigned number_count; /* it is these numbers; 0 = a text */
    int64_t numbers[PROFILE_NUMBERS_MAX];
};

struct profile_fixture {
    char *recording; /* name of a recording ... */
    char *sample;    /* ... or of a sample of the profile ... */
    char **given;    /* ... or lines of values */
    unsigned given_count;
    char *name; /* a supply or a tray that the values do not hold */
    char *type;
    char *color;
    char *expect;
};

struct profile_texts {
    char **list;
    unsigned count;
};

struct profile_rule {
    /* As written; NULL = not given. */
    char *key; /* also the field of an identity, and the name of a context */
    char *unit;
    char *oid;
    char *column;
    struct profile_where *where;
    unsigned where_count;
    char *by;
    struct profile_texts names;
    char *pick;
    char *reject;
    char *tag;
    char *word;
    char *decode;
    char *take;
    char *times;
    char *over;
    struct profile_texts sum;
    struct profile_texts minus;
    char *prefer;
    char *object_id;
    char *description;
    char *model;
    char *maker;
    char *name;
    char *type;
    char *color;
    char *split;
    char *ghost;
    char *inverted;
    char *class_name;
    char *gives;
    char *community;
    char *bulk;
    char *repetitions;
    char *varbinds;
    char *version;
    char *source;
    struct profile_fixture fixture;
    /* Compiled. */
    const struct profile *profile; /* whose file it stands in */
    enum profile_section section;
    unsigned line;              /* in that file */
    struct profile_oids at;     /* of oid, column or object_id */
    struct profile_oids labels; /* of by */
    bool is_column;
    bool is_open; /* the key has a * that each row fills */
    bool is_ghost;
    bool is_inverted;
    bool no_bulk;
    int tag_number; /* -1 none */
    enum profile_field field;
    enum profile_decode decode_as;
    enum profile_take take_as;
    enum profile_prefer prefer_as;
    enum profile_gives gives_as;
    int64_t times_by;
    int64_t over_by;
    unsigned repetitions_most;
    unsigned varbinds_most;
    unsigned version_first;
    char *text; /* for `--why` */
};

struct profile_rules {
    struct profile_rule *list;
    unsigned count;
};

struct profile_sample {
    char *name;
    char *values;
};

/* The top of a file. */
struct profile {
    char *name;
    char *title;
    char *extends;
    char *root;
    struct profile_texts without;
    struct profile_rules rules[PROFILE_SECTION_COUNT];
    struct profile_sample *samples;
    unsigned sample_count;
    /* Compiled. */
    char *file;
    struct profile_block *memory;
    /* Linked. */
    const struct profile *parent;
    bool is_replaced;
    const struct profile_rule **linked[PROFILE_SECTION_COUNT]; /* own rules, then the parents' */
    unsigned linked_count[PROFILE_SECTION_COUNT];
    struct profile_question *questions;
    size_t question_count;
    uint32_t key; /* of the questions */
};

struct profile_block {
    struct profile_block *next;
    _Alignas(max_align_t) uint8_t data[];
};

/* profile.c: memory that lives as long as the profile, all zero; NULL when there is none. */
void *profile_alloc(struct profile *profile, size_t size);

/* profile_load.c */
extern const char *const profile_section_names[PROFILE_SECTION_COUNT];
/* Reads the YAML of a profile. Returns as profile_set_add. */
BASE_MUST_CHECK int profile_load(const char *file, struct bytes text, struct profile **out,
                                 struct profile_error *error);
/* Frees what YAML made; the profile is gone then. */
void profile_unload(struct profile *profile);

/* profile_compile.c: checks every rule and fills what is compiled. text: the file, to find the
 * line of a mistake. Returns as profile_set_add. */
BASE_MUST_CHECK int profile_compile(struct profile *profile, struct bytes text,
                                    struct profile_error *error);

/* profile_oids.c: parses an OID, relative to `root` when it begins with a dot, with at most one
 * list in braces. Returns: 0; BASE_EFORMAT; BASE_ELIMIT; -ENOMEM. */
BASE_MUST_CHECK int profile_oids(struct profile *profile, const char *root, const char *text,
                                 struct profile_oids *out);

/* profile_context.c. Returns: what is wrong with a rule about a context; NULL = nothing. */
const char *profile_context_fault(const struct profile_rule *rule);

/* profile_split.c */
/* Takes a text apart by a pattern like "{name}, PN {part};SN{serial}", the shortest name first. A
 * part or serial number is one word, or several with commas between; a part number has a digit, or
 * is a word for none. Each of out[3] (name, part, serial), empty before, gets its slice; what the
 * pattern does not name stays empty. Returns whether it fits. */
bool profile_split(const char *pattern, const char *text, struct bytes out[3]);
/* Says whether a part or serial number is one: not "unknown", "CRUM-". */
bool profile_split_is_told(struct bytes number);

/* profile_match.c */
/* Says whether a text is as the pattern says: * stands for any text, | between patterns for "or";
 * case does not matter. */
bool profile_glob(const char *pattern, const char *text);
/* Says whether a rule's conditions on the device hold; a rule without any holds. */
bool profile_rule_is_for(const struct profile_rule *rule, const struct profile_device *device);
/* What stands for a key of a 1284 device id ("MDL"). Returns: size 0 for none. */
struct bytes profile_1284(struct bytes id, const char *key);

/* profile_value.c: where a rule's value stands and how it is read. */
/* Rows of one table that rules look at. */
#define PROFILE_ROWS_MAX 96
struct profile_join {
    struct bytes column; /* empty = nothing is joined yet */
    struct bytes other;
    size_t count;
    const struct varbind *rows[PROFILE_ROWS_MAX];
    const struct varbind *beside[PROFILE_ROWS_MAX];
};
/* Finds the rows that a rule's oid or column and conditions choose, in the order of the list; of
 * several alternatives the first that has any. *at gets which one that is. cache: begins as zero,
 * kept from rule to rule over the same values.
 * Returns: how many of `out` were filled. */
size_t profile_rows(const struct profile_rule *rule, const struct varbinds *values,
                    struct profile_join *cache, const struct varbind *out[PROFILE_ROWS_MAX],
                    unsigned *at);
/* The number of one row as the rule decodes and scales it. Returns: false for none; negative
 * numbers are none. */
bool profile_number(const struct profile_rule *rule, const struct varbind *row, int64_t *out);
/* The clean text of a value as the rule picks it, written to out. Returns: its length, 0 none. */
size_t profile_text(const struct profile_rule *rule, const struct varbind *row, char *out,
                    size_t cap);
/* Finds the value of another column at the index of a row. Returns: NULL for none. */
const struct varbind *profile_beside(const struct varbinds *values, const struct varbind *row,
                                     struct bytes column, struct bytes other);

/* profile_apply.c: as profile_apply; with `only`, other rules for its field or key do not count. */
void profile_apply_only(const struct profile *profile, const struct varbinds *values,
                        int64_t standard_total, const struct profile_rule *only,
                        struct profile_result *out);
/* profile_supply.c: as profile_apply_supply for one rule alone, or for all when it is NULL. */
void profile_supply_only(const struct profile *profile, const struct varbinds *values,
                         const struct profile_supply *supply, const struct profile_rule *only,
                         struct profile_supply_result *out);
/* profile_ask.c: fills the questions of a linked profile. Returns: 0; -ENOMEM; BASE_ELIMIT when
 * there are too many. */
BASE_MUST_CHECK int profile_make_questions(struct profile *profile);

/*
 * Vendor knowledge as data: what the standard MIBs do not tell, and where each vendor keeps it.
 *
 * A profile is a YAML file about a maker or a family: how to recognise it, which private objects
 * give serial, model, firmware and the meters, which supply rows are to be read in another way,
 * what must not be asked. Every rule names its source and a fixture, that is values of a device
 * and what the rule must make of them; profile_check_rule runs it.
 *
 * A set holds the profiles of our folder and then those of the user's: one of the same name takes
 * the place of ours, and if it extends itself it adds to ours. After profile_set_link a set is
 * only read, by any number of threads. Pure: text and values in, values out; nothing here opens a
 * file or asks a device. The format is described in profiles/README, the facts are in its files.
 *
 * Lifetimes: rules, keys, units and OIDs belong to the set.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "proto/varbinds.h"

struct profile;
struct profile_rule;

/* Meters of one device beyond these are left out; the largest device known has some 60. */
#define PROFILE_METERS_MAX 128
/* Octets of the texts that applying makes: keys of open sets and identity values. */
#define PROFILE_TEXT_BYTES 6144
#define PROFILE_ABSENT     INT64_MIN

/* FILE:LINE: what is wrong; how to mend it. */
struct profile_error {
    char text[512];
};

/* All fields are private to the profile's files. */
struct profile_set {
    struct profile **profiles; /* in the order in which they were added */
    size_t count;
    size_t cap;
};

/* What a device says of itself before anything private is asked; NULL or empty = not known. */
struct profile_device {
    struct bytes object_id;  /* sysObjectID, BER content octets */
    const char *description; /* sysDescr */
    const char *model;       /* hrDeviceDescr */
    const char *maker;       /* MFG of its IEEE 1284 device id */
};

/* A private object to ask for. */
struct profile_question {
    struct bytes oid;
    bool is_column; /* below it stand rows; else the OID is the instance itself */
    bool is_moving; /* asked with every poll; else with the names and capacities */
};

enum profile_field {
    PROFILE_SERIAL,
    PROFILE_MODEL,
    PROFILE_FIRMWARE,
    PROFILE_ASSET_TAG,
    PROFILE_NAME,
    PROFILE_FIELD_COUNT
};

struct profile_value {
    const char *text; /* NULL = no rule gave one */
    struct bytes oid; /* the instance that was read */
    const struct profile_rule *rule;
};

struct profile_meter {
    const char *key;
    const char *unit;
    int64_t value;
    struct bytes oid;   /* the instance that was read; empty = derived from other meters */
    bool standard_wins; /* the rule says that the standard's counter is the one to bill by */
    const struct profile_rule *rule;
};

/* What a device's private objects mean. Some 12 KB, memory of the caller. */
struct profile_result {
    struct profile_value fields[PROFILE_FIELD_COUNT];
    struct profile_meter meters[PROFILE_METERS_MAX];
    size_t meter_count;
    size_t text_size;
    char text[PROFILE_TEXT_BYTES];
};

/* A row of prtMarkerSuppliesTable as the standard gives it. */
struct profile_supply {
    const char *name;  /* NULL absent */
    const char *type;  /* "toner", ...; NULL absent */
    const char *color; /* "black", ...; NULL absent */
};

struct profile_supply_result {
    bool is_ghost;          /* no such supply in the machine: leave the row out */
    bool is_inverted;       /* the level tells what is used, not what is left */
    const char *class_name; /* "consumed" or "receptacle" against what the device says; NULL */
    int percent;            /* by the private objects; -1 none */
    int64_t pages_left;     /* PROFILE_ABSENT none */
    const char *part;       /* NULL none; texts lie in `text` */
    const char *serial;
    const char *name;                 /* without part and serial; NULL = unchanged */
    const struct profile_rule *split; /* that took the name apart; NULL none */
    struct bytes oid;                 /* the instance that percent or pages came from */
    const struct profile_rule *rule;  /* that gave the percentage; NULL none */
    size_t text_size;
    char text[512];
};

struct profile_limits {
    bool no_bulk;         /* GETBULK is broken or slow: use GETNEXT */
    unsigned repetitions; /* rows of one GETBULK at most; 0 = no limit of its own */
    unsigned varbinds;    /* names of one question at most; 0 = no limit of its own */
    unsigned version;     /* SNMP version that it must be asked in: 1; 0 = any */
};

/* Prepares an empty set. */
void profile_set_init(struct profile_set *set);

/* Frees everything. */
void profile_set_fini(struct profile_set *set);

/* Reads a profile's text. file: the name that errors begin with; copied.
 * Returns: 0; BASE_EFORMAT with *error filled; -ENOMEM. Nothing is added then. */
BASE_MUST_CHECK int profile_set_add(struct profile_set *set, const char *file, struct bytes text,
                                    struct profile_error *error);

/* Resolves `extends`, after the last profile was added.
 * Returns: 0; BASE_EFORMAT with *error filled when a parent is missing or stands in a circle: that
 * profile is dropped then, and the call is repeated for the others; -ENOMEM. */
BASE_MUST_CHECK int profile_set_link(struct profile_set *set, struct profile_error *error);

/* Returns: the profile whose match fits best, or NULL. The longest sysObjectID prefix decides,
 * then the description that says most: a badge names a brand, the object id says whose agent
 * answers. */
const struct profile *profile_choose(const struct profile_set *set,
                                     const struct profile_device *device);

/* Returns: the profile of that name that is in force, or NULL. */
const struct profile *profile_find(const struct profile_set *set, const char *name);

/* Static as long as the set is: "hp", "HP", and the file it was read from. */
const char *profile_name(const struct profile *profile);
const char *profile_title(const struct profile *profile);
const char *profile_file(const struct profile *profile);
/* The profile that it extends; NULL none. */
const struct profile *profile_parent(const struct profile *profile);
/* Says whether another profile has taken its place. */
bool profile_is_replaced(const struct profile *profile);
/* Rules of its own and those it has of its parents. */
size_t profile_rule_count(const struct profile *profile);
size_t profile_own_rule_count(const struct profile *profile);

/* Objects of one profile; profile_set_link refuses more. */
#define PROFILE_QUESTIONS_MAX 64

/* Returns: a number that tells this list of questions from others; never 0. */
uint32_t profile_key(const struct profile *profile);

/* Returns: the private objects to ask for, ascending, none twice; *count gets how many, at most
 * PROFILE_QUESTIONS_MAX. */
const struct profile_question *profile_questions(const struct profile *profile, size_t *count);

/* Says whether a device may be asked for an OID or anything below it. */
bool profile_may_ask(const struct profile *profile, const struct profile_device *device,
                     struct bytes oid);

enum profile_use {
    PROFILE_USE_NONE,     /* no rule reads it */
    PROFILE_USE_IDENTITY, /* serial, asset tag or name */
    PROFILE_USE_LABEL,    /* it names something else: model, firmware, a counter's label */
    PROFILE_USE_VALUE,    /* counters and levels */
};

/* Returns: what the rules of a profile read an instance for. */
enum profile_use profile_use_of(const struct profile *profile, struct bytes oid);

/* Says whether an OID is a branch that must not be asked, or lies in one. */
bool profile_is_avoided(const struct profile *profile, const struct profile_device *device,
                        struct bytes oid);

/* Fills in what the profile knows of the limits of a device. */
void profile_limits(const struct profile *profile, const struct profile_device *device,
                    struct profile_limits *out);

/* A context besides the default one, in which a box of this family may have a further printer. */
struct profile_context {
    const char *name;      /* contextName of SNMPv3; NULL = not in v3 */
    const char *community; /* v1 and v2c: what stands behind the community; NULL = not in these */
};

/* Longest name and community of a context, octets. */
#define PROFILE_CONTEXT_MAX 31

/* Says whether a profile has contexts at all. */
bool profile_has_contexts(const struct profile *profile);

/* Gives the next context of a device; begin with *at = 0. Returns false at the end. */
bool profile_context(const struct profile *profile, const struct profile_device *device, size_t *at,
                     struct profile_context *out);

/* Says whether an input of that name is no tray but a way to choose one ("AUTO"). */
bool profile_is_pseudo_tray(const struct profile *profile, const char *name);

/* Decodes the private objects. standard_total: prtMarkerLifeCount, PROFILE_ABSENT when there is
 * none. Of several rules for one field or key the first that gives a value counts. */
void profile_apply(const struct profile *profile, const struct varbinds *values,
                   int64_t standard_total, struct profile_result *out);

/* Returns: prtMarkerLifeCount among the values; PROFILE_ABSENT when there is none. */
int64_t profile_standard_total(const struct varbinds *values);

/* Decodes what the private objects and the name tell of one supply. */
void profile_apply_supply(const struct profile *profile, const struct varbinds *values,
                          const struct profile_supply *supply, struct profile_supply_result *out);

/* The sentence of `--why`: which rule of which file made the value. */
const char *profile_rule_text(const struct profile_rule *rule);

/* --- checking --- */

enum profile_verdict {
    PROFILE_PASSED,
    PROFILE_FAILED,  /* *message says what came out and what should have */
    PROFILE_SKIPPED, /* the recording is not at hand */
};

struct snmprec;

/* Where fixtures get recordings from: fills *out, which is then freed by snmprec_free.
 * Returns: 0 or a negative code when there is none. */
typedef int profile_recordings(void *context, const char *name, struct snmprec *out);

/* Runs the fixture of the i-th of the profile's own rules (profile_own_rule_count). */
enum profile_verdict profile_check_rule(const struct profile_set *set,
                                        const struct profile *profile, size_t i,
                                        profile_recordings *recordings, void *context,
                                        struct profile_error *message);

/* The device behind a list of values: the standard's objects that name it. Texts are written to
 * `texts`, 3 KB. */
#define PROFILE_DEVICE_BYTES 3072
void profile_device_of(const struct varbinds *values, struct profile_device *out,
                       char texts[PROFILE_DEVICE_BYTES]);

/*
 * The SNMP agent of a virtual device: answers GET, GETNEXT and GETBULK in v1 and v2c from a table
 * of names and values, rightly or with one of the bad habits that real agents have.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "tests/scenario/support_ber.h"

/* Values that the agent makes when it is asked. */
enum agent_source {
    AGENT_FIXED,
    AGENT_UPTIME,         /* agent.booted_us tells */
    AGENT_CONFIG_CHANGES, /* agent.config_changes */
    AGENT_PAGES,          /* agent.pages */
};

struct agent_entry {
    struct support_oid oid;
    uint8_t name[SUPPORT_ARCS_MAX * 5];
    uint8_t name_size;
    uint8_t column_size;  /* octets of the name before the index */
    uint8_t column_count; /* arcs before the index */
    uint8_t object;       /* enum object_id, 0 = none that Platen knows */
    uint8_t tag;
    enum agent_source source;
    uint16_t value_size;
    uint8_t *value;
};

/* What an agent has to tell; shared by devices of one model. */
struct agent_mib {
    struct agent_entry *entries; /* sorted once agent_mib_sort has run */
    size_t count;
    size_t cap;
};

void agent_mib_free(struct agent_mib *mib);

/* Adds a value under `column` and `index` ("1.5"; the column alone when empty). */
struct agent_entry *agent_mib_put(struct agent_mib *mib, const char *column, const char *index,
                                  uint8_t tag, struct bytes value);
struct agent_entry *agent_mib_put_number(struct agent_mib *mib, const char *column,
                                         const char *index, uint8_t tag, int64_t number);

/* Takes out all entries within a root. */
void agent_mib_drop(struct agent_mib *mib, const char *root);

/* Sorts the entries; a name may stand there once. Must be called after the last put. */
void agent_mib_sort(struct agent_mib *mib);

/* Returns: the entry with this name, or NULL. */
const struct agent_entry *agent_mib_find(const struct agent_mib *mib,
                                         const struct support_oid *oid);

/* How a walk goes wrong below agent_habits.wrong_root. */
enum agent_walk {
    AGENT_WALK_RIGHT,
    AGENT_WALK_REPEATS,  /* the same name again */
    AGENT_WALK_BACKWARD, /* the second row leads to the first */
    AGENT_WALK_ENDLESS,  /* rows that count up for ever */
    AGENT_WALK_DEEPENS,  /* each name is the last one with an arc more */
    AGENT_WALK_TO_START, /* after the last row comes sysDescr */
    AGENT_WALK_GENERR,   /* no answer but genErr */
    AGENT_WALK_PASSES,   /* names below are passed over: GET alone finds them */
};

/* How it takes questions with names below agent_habits.wrong_root. */
enum agent_temper {
    AGENT_TEMPER_EVEN,
    AGENT_TEMPER_SILENT,       /* no answer */
    AGENT_TEMPER_MIXED_SILENT, /* no answer when there are others beside them */
    AGENT_TEMPER_MIXED_GENERR, /* genErr then, with the index that `index` says */
};

/* What error-index a refusal names. */
enum agent_index {
    AGENT_INDEX_RIGHT,
    AGENT_INDEX_ZERO,
    AGENT_INDEX_99,
    AGENT_INDEX_NEGATIVE,
};

struct agent_habits {
    bool is_v1_only;
    bool is_v2_only;
    bool is_closed; /* authorizationError to all */
    bool is_bulk_silent;
    bool is_bulk_generr;
    bool is_empty;             /* answers without varbinds */
    bool is_v1_answered_in_v2; /* version of the reply is the wrong one */
    uint16_t names_max;        /* more names in a question are refused as genErr 0; 0 = any */
    uint16_t too_big_above;    /* octets of a reply; 0 = any */
    uint16_t silent_above;     /* octets of a reply; 0 = any */
    uint16_t bulk_varbinds;    /* a GETBULK is cut to so many; 0 = as asked */
    enum agent_walk walk;
    enum agent_index index;
    enum agent_temper temper;
    const char *wrong_root;
};

struct agent {
    const struct agent_mib *mib;
    struct bytes community;
    struct agent_habits habits;
    int64_t booted_us;
    uint32_t config_changes;
    uint32_t pages;
    uint32_t questions; /* that it understood */
};

/* Answers a request. Returns: octets of the reply in *out; 0 for silence. */
size_t agent_answer(struct agent *agent, struct bytes request, int64_t now_us,
                    struct support_octets *out);

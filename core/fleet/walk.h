/*
 * A walk through everything that a device tells: all objects below mib-2 and enterprises, one after
 * another, for a recording of it. Driven by a poll once it has asked what it wants to know, so that
 * credential, version and what the device bears are known.
 *
 * Never asked, nor kept when an answer runs into it, is what the vendor's profile tells to avoid.
 * Bounded: objects, octets, questions; names must rise.
 * Pure logic: walk_start; while walk_ask gives a question: send it, then walk_accept, walk_refused
 * or walk_silence.
 */
#pragma once

#include "core/fleet/plan.h"
#include "core/fleet/told.h"
#include "proto/oid.h"
#include "proto/profile.h"
#include "proto/varbinds.h"

#define WALK_OBJECTS_MAX   40000
#define WALK_OCTETS_MAX    (8u << 20)
#define WALK_QUESTIONS_MAX 8000

struct walk {
    const struct profile_set *profiles; /* NULL = none; the caller's */
    const struct profile *profile;      /* of the device; NULL none */
    struct told told;
    unsigned root; /* which one is walked */
    uint8_t cursor[OID_BER_MAX];
    size_t cursor_size;
    uint8_t repetitions;
    uint8_t silences;
    bool is_bulk;
    bool is_started;
    bool is_cut; /* not everything could be read */
    unsigned questions;
    uint8_t *octets; /* names and values, one after another */
    size_t size;
    size_t cap;
    struct varbind *items; /* their slices point nowhere until walk_list */
    size_t count;
    size_t items_cap;
};

/* Prepares an empty walk. */
void walk_init(struct walk *walk, const struct profile_set *profiles);

/* Frees what was read. */
void walk_fini(struct walk *walk);

/* Begins. plan: has asked everything. */
void walk_start(struct walk *walk, const struct plan *plan);

/* Makes the next question. Returns false at the end. */
bool walk_ask(struct walk *walk, struct plan_question *question);

/* Take an answer: its varbinds, or an error-status. */
void walk_accept(struct walk *walk, const struct gate_varbind *varbinds, size_t count);
void walk_refused(struct walk *walk, int32_t error_status);
/* Returns: false when the device is given up. */
bool walk_silence(struct walk *walk);

/* Returns: what was read, sorted; lives until walk_fini. */
struct varbinds walk_list(struct walk *walk);

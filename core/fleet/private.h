/*
 * The private objects of one device: what its vendor's profile asks for, after the plan has asked
 * for everything of the standard.
 *
 * Instances are asked by GET, as many at a time as the device bears; columns are walked by GETBULK
 * (or GETNEXT) until they end, or, when only what moves is asked, for the rows that they had. What
 * a device does not have is learned, and not asked again until it has restarted or changed.
 * Entries go into the plan's records behind all others, as RECORD_PRIVATE.
 *
 * Pure logic, used like a plan: private_start; while private_ask gives a question: send it, then
 * private_accept, private_refused or private_silence; at the end private_learn. Rows, questions and
 * bytes are bounded. A device that is hurt or silenced by such a question has lost nothing of the
 * standard's: this ends, the poll is as good as without it.
 */
#pragma once

#include "core/fleet/plan.h"
#include "proto/profile.h"

/* Objects of one profile; profile_set_link refuses more. */
#define PRIVATE_OBJECTS_MAX LEARNED_PRIVATE_MAX
/* Rows of one column: the longest counter table known has some 60. */
#define PRIVATE_ROWS_MAX 96
/* Questions of one poll. */
#define PRIVATE_QUESTIONS_MAX 32

struct private_walk {
    const struct profile_question *objects; /* of the profile; NULL = nothing is asked */
    uint32_t profile;                       /* its key, to be learned */
    const struct profile *chosen;           /* by what this poll was told; NULL = none, or it was
                                               not told */
    uint8_t count;
    bool is_full; /* also what is static, and columns to their end */
    bool is_bulk;
    bool has_answered;
    uint8_t questions;
    uint8_t silences;
    uint8_t names_max;     /* of one question, shrunk by trouble */
    uint8_t varbinds_most; /* of one answer */
    uint8_t repetitions_most;
    uint64_t open;                 /* bit per object: still to be asked */
    uint64_t lacking;              /* asked, and not there */
    uint16_t room_bytes;           /* of a reply, by estimate */
    uint8_t asked[PLAN_NAMES_MAX]; /* objects of the question under way */
    uint8_t asked_count;
    uint8_t asked_repetitions; /* 0 = a GET of instances */
    uint8_t rows[LEARNED_PRIVATE_MAX];
    uint8_t expected[LEARNED_PRIVATE_MAX];
    uint16_t last[LEARNED_PRIVATE_MAX]; /* offset of a column's last entry in its record */
};

/* Chooses the profile and the objects to ask. plan: has asked everything; profiles: NULL = none.
 * learned: of the device, for what is not asked again. has_changed: it has restarted, or says that
 * its configuration has changed, so that what was absent may be there now. */
void private_start(struct private_walk *walk, const struct plan *plan,
                   const struct profile_set *profiles, const struct learned *learned,
                   bool has_changed);

/* Makes the next question. Returns false when there is nothing more to ask. */
bool private_ask(struct private_walk *walk, struct plan *plan, struct plan_question *question);

/* Takes the varbinds of an answer without error-status into the plan's records. */
void private_accept(struct private_walk *walk, struct plan *plan,
                    const struct gate_varbind *varbinds, size_t count);

/* Takes an answer with an error-status. */
void private_refused(struct private_walk *walk, int32_t error_status, int32_t error_index);

/* The question got no answer. Returns false when the device should not be asked like that again:
 * what was asked counts as not there. */
bool private_silence(struct private_walk *walk);

/* Writes what this walk has taught into *learned. */
void private_learn(const struct private_walk *walk, struct learned *learned);

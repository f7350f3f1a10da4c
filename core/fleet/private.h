/*
 * The private objects of one device: what its vendor's profile asks for.
 *
 * As soon as it is known who the device is, they ride in the questions of the plan: instances and
 * single rows beside its scalars, columns beside its columns. What a plan's question cannot take,
 * or should not, is asked by questions of their own when the plan has asked everything: instances
 * by GET, as many at a time as the device bears, where GETNEXT has not found them or may not look
 * for them; and all of it from devices without GETBULK, since in v1 a
 * single missing name costs the whole answer, and from devices that fell silent when both were
 * asked together. Columns are walked until they end, or, when only what moves is asked, for the
 * rows that they had. What a device does not have is learned, and not asked again until it has
 * restarted or changed.
 *
 * Pure logic, used like a plan: private_board before each question of the plan; after the last one
 * private_begin_alone, and while private_ask gives a question: send it, then private_accept,
 * private_refused or private_silence; at the end private_learn and private_finish. Rows, questions
 * and bytes are bounded. A device that is hurt or silenced by such a question has lost nothing of
 * the standard's: this ends, the poll is as good as without it.
 */
#pragma once

#include "core/fleet/plan.h"
#include "proto/profile.h"

/* Objects of one profile; profile_set_link refuses more. */
#define PRIVATE_OBJECTS_MAX LEARNED_PRIVATE_MAX
/* Rows of one column: the longest counter table known has some 60. */
#define PRIVATE_ROWS_MAX 96
/* Questions of one poll besides the plan's. */
#define PRIVATE_QUESTIONS_MAX 32

struct private_walk {
    const struct profile_question *objects; /* of the profile; NULL = nothing is asked */
    uint32_t profile;                       /* its key, to be learned */
    const struct profile *chosen;           /* by what this poll was told; NULL = none, or it was
                                               not told */
    uint8_t count;
    bool is_begun;
    bool is_full;  /* also what is static, and columns to their end */
    bool is_bulk;  /* its columns may be repeaters */
    bool is_apart; /* nothing rides: it was to blame, or may have been, for a question's failure */
    bool was_heard_apart; /* and the device has answered since */
    bool has_answered;
    uint8_t questions; /* of its own */
    uint8_t silences;
    uint8_t names_max;     /* of one question, shrunk by trouble */
    uint8_t varbinds_most; /* of one answer */
    uint8_t repetitions_most;
    uint16_t boarded;              /* questions of the plan before it began */
    uint64_t open;                 /* bit per object: still to be asked */
    uint64_t lacking;              /* asked, and not there */
    uint64_t by_get;               /* objects that do not ride */
    uint64_t missed;               /* of them: instances that GETNEXT does not find */
    uint64_t guessed;              /* instances of which nobody knows whether they are there */
    uint8_t asked[PLAN_NAMES_MAX]; /* objects of the question of its own under way */
    uint8_t asked_count;
    uint8_t asked_repetitions; /* 0 = a GET of instances */
    uint8_t rows[LEARNED_PRIVATE_MAX];
    uint8_t expected[LEARNED_PRIVATE_MAX];
    uint16_t last[LEARNED_PRIVATE_MAX]; /* offset of a column's last entry in its record */
    struct record_writer parts[2];      /* static, moving; data is malloc'ed and grows */
};

/* What private_board goes by. */
struct private_ground {
    const struct profile_set *profiles; /* NULL = none */
    const struct learned *learned;      /* of the device, for what is not asked again */
    bool was_moving; /* the poll began as one of what moves: when it is no more, the device has
                        restarted, or says that its configuration has changed, so that what was
                        absent may be there now */
};

/* Prepares a walk in memory that is zero or has served another one (its buffers are reused). */
void private_reset(struct private_walk *walk);

/* Frees its buffers. */
void private_fini(struct private_walk *walk);

/* Chooses the profile and the objects to ask, and lets them ride with the plan, once it is known
 * who the device is. Begins anew when a poll of what moves has become one of everything. */
void private_board(struct private_walk *walk, struct plan *plan,
                   const struct private_ground *ground);

/* The plan has asked everything: what is left is asked by questions of its own. */
void private_begin_alone(struct private_walk *walk, struct plan *plan,
                         const struct private_ground *ground);

/* Makes the next question. Returns false when there is nothing more to ask. */
bool private_ask(struct private_walk *walk, struct plan *plan, struct plan_question *question);

/* Takes the varbinds of an answer without error-status. */
void private_accept(struct private_walk *walk, const struct gate_varbind *varbinds, size_t count);

/* Takes an answer with an error-status. */
void private_refused(struct private_walk *walk, int32_t error_status, int32_t error_index);

/* The question got no answer. Returns false when the device should not be asked like that again:
 * what has never been there counts as not there. */
bool private_silence(struct private_walk *walk);

/* Writes what this walk has taught into *learned. */
void private_learn(const struct private_walk *walk, struct learned *learned);

/* Puts what was read into the plan's records, behind all others. */
void private_finish(struct private_walk *walk, struct plan *plan);

/* --- riding: for the plan --- */

/* The rows that an object may bring back in a question of the plan. */
enum private_wish {
    PRIVATE_SCOUT, /* one row, and soon: it is not known how many there are */
    PRIVATE_ONE,   /* one row: there is no other */
    PRIVATE_ROWS,  /* so many as *rows says */
    PRIVATE_MORE,  /* as many as the question has of others: the end is not known */
    PRIVATE_GUEST, /* one row where there is room: it is not known whether there is one */
};

/* The objects that ride in the plan's next question: bits. */
uint64_t private_riding(const struct private_walk *walk, const struct plan *plan);

/* Says how an object wants to ride. *rows: written for PRIVATE_ROWS. */
enum private_wish private_wish(const struct private_walk *walk, size_t object, unsigned *rows);

/* What one varbind of an object takes in a reply, by estimate. */
unsigned private_varbind_bytes(const struct private_walk *walk, size_t object);

/* Writes the name by which GETNEXT finds the object's next row into out[cap].
 * Returns: its size; 0 when there is no room. */
size_t private_name(const struct private_walk *walk, size_t object, uint8_t *out, size_t cap);

/* The index, or all, of a column's last row: what its next name follows from besides the object.
 * Empty when it has none yet. */
struct bytes private_last(const struct private_walk *walk, size_t object);

/* Takes the rows that an answer of the plan has of an object: `rows` varbinds, `stride` apart. */
void private_take(struct private_walk *walk, size_t object, const struct gate_varbind *varbinds,
                  size_t rows, size_t stride);

/* An object has no name that it could ride by. */
void private_leave(struct private_walk *walk, size_t object);

/* The device refuses an object. */
void private_close(struct private_walk *walk, size_t object);

/*
 * The poll plan of one device: which objects are asked next, and what the answers mean for that.
 *
 * Everything is a walk of columns. A question is one GETBULK (or GETNEXT, for v1 and devices whose
 * GETBULK is broken) over as many columns as the device can bear: scalars and single rows as
 * non-repeaters, columns with about the same number of rows left as repeaters. Key columns are
 * walked to their end and tell which rows a table has; the plain columns of the table then ask
 * for exactly those rows, so that nothing is fetched to find the end. A device that is known has
 * its row counts learned and needs no second round.
 *
 * Objects of the vendor's own (private.h) ride in the same questions once it is known whose they
 * are: in the room that is left, and first where it takes rounds to find out how many there are.
 *
 * Pure logic: it sends nothing and reads no clock. One plan serves one poll:
 *   plan_start; while plan_ask gives a question: send it, then plan_accept, plan_refused or
 *   plan_silence; at the end plan_learn.
 * Whatever a device answers, a plan ends: rows per table, questions, and bytes are bounded
 * (security facts S10), and every answer closes a column or moves it forward.
 * Sources: RFC 3416 section 4.2.3, facts 4.1 #2-#7 and #15-#18.
 */
#pragma once

#include "core/base/base.h"
#include "core/fleet/learned.h"
#include "proto/gate.h"
#include "proto/object.h"
#include "proto/pdu.h"
#include "proto/record.h"

/* Columns of one question. */
#define PLAN_NAMES_MAX 64
/* Varbinds that one question may bring back at most. */
#define PLAN_VARBINDS_MAX 120
/* Reply size that every device is trusted to bear: one Ethernet frame (facts 4.1 #4). */
#define PLAN_REPLY_BYTES 1400
/* What is asked of a device never seen before: its texts may be longer than estimated, the way to
 * it may be a tunnel of 1,280 octets, and its agent may be weak. Once it has answered all, it is
 * asked for whole frames. */
#define PLAN_REPLY_BYTES_FIRST 1000
/* Questions of one poll, rows of one table (security facts S10). */
#define PLAN_QUESTIONS_MAX 256
#define PLAN_ROWS_MAX      512
/* Longest index whose row can be compared with that of other columns. */
#define PLAN_INDEX_MAX 14

enum plan_goal {
    PLAN_FIRST,  /* nothing is known: first whether it is a printer, then everything */
    PLAN_FULL,   /* everything, of a device whose shape is known */
    PLAN_MOVING, /* status, levels, counters, alerts only; and who says so */
};

struct private_walk;

/* A set of columns, by their positions in object_all. What is true of many columns at once is told
 * or changed for all of them together. */
struct plan_set {
    uint64_t bits[2];
};

struct plan_column {
    uint16_t last; /* offset of its last entry in its record, 0 = none yet */
    uint16_t rows;
};
_Static_assert(RECORD_BYTES_MAX - 1 <= UINT16_MAX, "an entry's offset fits plan_column.last");

struct plan_table {
    uint64_t last_word; /* index of the keys' last row for comparing, 0 = by plan->last */
    uint16_t rows;      /* most rows of any of its columns so far */
    uint16_t expected;  /* before the keys have told */
    uint8_t is_trusted; /* expected is what the last poll saw */
    uint8_t last_size;  /* of that index; 0xff = longer than kept */
};

struct plan {
    enum plan_goal goal;
    bool is_bulk;
    bool is_bulk_broken; /* found out in this poll */
    bool has_answered;   /* something that moved the plan on */
    bool is_probing;     /* still finding out whether it is a printer */
    bool is_root_told;   /* has_printer_mib is what the device said */
    bool has_printer_mib;
    bool is_out_of_memory;
    bool is_maker_awaited; /* somebody waits for what tells who the device is: it comes first */
    uint8_t silences;      /* questions in a row that got no answer */
    uint16_t questions;
    uint16_t reply_bytes;     /* what is asked for at most, estimated */
    uint16_t bearable;        /* the same at the start: less now means that it was too much */
    uint16_t names_max;       /* shrunk when a device cannot name the bad one */
    uint16_t names_limit;     /* what that never exceeds */
    uint16_t repetitions_max; /* of one GETBULK */
    uint16_t varbinds_max;    /* of the next question: fewer when even a small one was too big */
    struct plan_set wanted;   /* columns that this poll is about; of them: */
    struct plan_set open;     /* still walked */
    struct plan_set ended;    /* walked to their end, or to the last row of their table; what is
                                  neither was given up: not increasing, too many rows, errors */
    struct plan_set filled;   /* have rows */
    uint32_t failed_tables;   /* bit per enum object_table_id */
    uint16_t asked_bytes;     /* estimate for the question under way */
    uint16_t asked_count;
    uint16_t asked_singles; /* non-repeaters */
    uint16_t asked_repetitions;
    uint8_t asked[PLAN_NAMES_MAX]; /* positions in object_all; PLAN_ROOT: the Printer-MIB's root;
                                      from PLAN_RIDER on: private objects */
    struct plan_table tables[OBJECT_TABLE_COUNT];
    uint8_t last[OBJECT_TABLE_COUNT][PLAN_INDEX_MAX]; /* indexes of the keys' last rows */
    struct plan_column *columns;   /* one per object of object_all; the caller's memory */
    struct private_walk *riders;   /* the vendor's objects; NULL = not known, or there are none */
    struct record_writer parts[2]; /* static, moving; data is malloc'ed and grows */
    int64_t uptime_ticks;          /* as read, -1 until */
    int64_t config_changes;        /* as read, -1 until */
};

/* A question as pdu_encode wants it; storage that is reused for every plan. */
struct plan_question {
    struct pdu_request pdu; /* version and community are the caller's to fill */
    uint16_t max_varbinds;
    struct bytes names[PLAN_NAMES_MAX];
    uint8_t storage[PLAN_NAMES_MAX * 96];
};

/* Memory for plan->columns: plan_column_count() entries. */
size_t plan_column_count(void);

/* Prepares a plan in memory that is zero or has served another plan (its buffers are reused);
 * plan->columns must be set.
 * learned: shape of the device, used for PLAN_FULL and PLAN_MOVING; is_v1: GETNEXT only.
 * Returns: 0 or -ENOMEM. */
BASE_MUST_CHECK int plan_start(struct plan *plan, enum plan_goal goal,
                               const struct learned *learned, bool is_v1);

/* Puts a plan into the state of `opening`, a plan that has asked but not yet accepted anything;
 * plan->columns and the record buffers stay plan's own. Cheaper than plan_start and plan_ask, for
 * the first question of devices never seen, which is always the same.
 * Returns: 0 or -ENOMEM. */
BASE_MUST_CHECK int plan_resume(struct plan *plan, const struct plan *opening);

/* Asks from now on as the device must be asked; a new plan does what is learned of that. */
void plan_limit(struct plan *plan, const struct learned_limits *limits);

/* Frees the record buffers. */
void plan_fini(struct plan *plan);

/* Makes the next question. Returns false when there is nothing more to ask. */
bool plan_ask(struct plan *plan, struct plan_question *question);

/* Takes the varbinds of an answer without error-status. */
void plan_accept(struct plan *plan, const struct gate_varbind *varbinds, size_t count);

/* Takes an answer with an error-status: tooBig shrinks, noSuchName ends the column at
 * error_index, others break it; an index that names nothing halves the question. */
void plan_refused(struct plan *plan, int32_t error_status, int32_t error_index);

/* The question got no answer though the device is there: it may have been too much. Shrinks.
 * Returns false when it has been small, or silent, often enough: give up. */
bool plan_silence(struct plan *plan);

/* Adds the static objects to a plan that was PLAN_MOVING, because the device has restarted or its
 * configuration or rows have changed. What was read stays. */
void plan_escalate(struct plan *plan);

/* Says whether a PLAN_MOVING that has asked everything found other rows than the last poll in a
 * table that has static objects, too: many devices never count their configuration changes. Or
 * another name or serial number: addresses change hands without a restart, too. */
bool plan_has_other_rows(const struct plan *plan, const struct learned *learned);

/* Says whether everything has been asked that tells who the device is: sysObjectID, sysDescr and
 * hrDeviceDescr, as far as it has them. */
bool plan_is_device_told(const struct plan *plan);

/* Says whether the Printer-MIB is absent: the poll may end, the system group has been read. */
bool plan_is_not_printer(const struct plan *plan);

/* Marks the tables that still have open columns as failed: the poll was cut short. */
void plan_abandon(struct plan *plan);

/* Writes what this poll has taught into *learned: rows, absent objects, bearable size. */
void plan_learn(const struct plan *plan, struct learned *learned);

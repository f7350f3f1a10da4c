#include "core/fleet/private.h"

#include <stdlib.h>

#include "core/fleet/told.h"
#include "proto/oid.h"

/* Estimates of what one varbind takes in a reply besides its name: headers, and a value. */
#define VARBIND_BYTES 14
/* What a column's row adds to the column's name. */
#define INDEX_BYTES 4
/* Message and PDU headers of a reply. */
#define MESSAGE_BYTES 64
/* Rows to ask of a column never seen: most are not there, or have a single row. Then of one that
 * has more. */
#define ROWS_FIRST   2
#define ROWS_GUESS   16
#define SILENCES_MAX 2
/* Room of one name in the question's storage. */
#define NAME_BYTES_MAX 96
/* Names of one request, octets: requests are not fragmented. */
#define NAMES_BYTES 1000

_Static_assert(LEARNED_PRIVATE_MAX == 64, "objects are bits of a word");

static uint64_t bit_of(size_t object)
{
    return UINT64_C(1) << object;
}

/* --- starting --------------------------------------------------------------------------------- */

static const struct profile *find_known(const struct profile_set *profiles, uint32_t key)
{
    for (size_t i = 0; i < profiles->count; i++) {
        if (key != 0 && profile_key(profiles->profiles[i]) == key) {
            return profiles->profiles[i];
        }
    }
    return NULL;
}

/* Opens what this poll asks: what is there, or not yet known to be absent. */
static void open_objects(struct private_walk *walk, const struct learned *learned, bool is_anew)
{
    bool is_known = learned->profile == walk->profile && !is_anew;

    for (size_t i = 0; i < walk->count; i++) {
        uint8_t rows = is_known ? learned->private_rows[i] : LEARNED_PRIVATE_UNKNOWN;
        bool is_absent = rows == LEARNED_PRIVATE_ABSENT;
        walk->expected[i] = is_absent ? 0 : rows;
        if (!is_absent && (walk->is_full || (walk->objects[i].is_moving && is_known))) {
            walk->open |= bit_of(i);
        }
    }
}

static void set_limits(struct private_walk *walk, const struct plan *plan,
                       const struct profile_limits *limits)
{
    walk->is_bulk = plan->is_bulk && !limits->no_bulk;
    walk->room_bytes = plan->reply_bytes;
    if (plan->goal == PLAN_FIRST && plan->reply_bytes == plan->bearable) {
        /* It has answered all: it is asked for whole frames from now on. */
        walk->room_bytes = (uint16_t)(walk->room_bytes + PLAN_REPLY_BYTES - PLAN_REPLY_BYTES_FIRST);
    }
    walk->names_max = PLAN_NAMES_MAX;
    walk->varbinds_most = PLAN_VARBINDS_MAX;
    walk->repetitions_most = PRIVATE_ROWS_MAX;
    if (limits->varbinds > 0 && limits->varbinds < walk->varbinds_most) {
        walk->varbinds_most = (uint8_t)limits->varbinds;
    }
    if (limits->repetitions > 0 && limits->repetitions < walk->repetitions_most) {
        walk->repetitions_most = (uint8_t)limits->repetitions;
    }
}

void private_start(struct private_walk *walk, const struct plan *plan,
                   const struct profile_set *profiles, const struct learned *learned,
                   bool has_changed)
{
    const struct profile *profile = NULL;
    struct profile_limits limits = {0};
    struct told told = {.device = {.description = NULL}};
    size_t count = 0;

    *walk = (struct private_walk){.is_full = plan->goal != PLAN_MOVING};
    if (profiles == NULL || plan->is_out_of_memory || plan_is_not_printer(plan)) {
        return;
    }
    if (walk->is_full) {
        told_read(&told, plan);
        profile = profile_choose(profiles, &told.device);
        walk->chosen = profile;
    } else {
        profile = find_known(profiles, learned->profile);
    }
    if (profile == NULL) {
        return;
    }
    profile_limits(profile, &told.device, &limits);
    walk->objects = profile_questions(profile, &count);
    walk->count = (uint8_t)(count < PRIVATE_OBJECTS_MAX ? count : PRIVATE_OBJECTS_MAX);
    walk->profile = profile_key(profile);
    set_limits(walk, plan, &limits);
    open_objects(walk, learned, plan->goal == PLAN_FIRST || has_changed);
    for (size_t i = 0; i < walk->count && walk->is_full; i++) {
        if (!profile_may_ask(profile, &told.device, walk->objects[i].oid)) {
            walk->open &= ~bit_of(i);
            walk->lacking |= bit_of(i); /* so that polls of what moves do not ask it either */
        }
    }
}

/* --- asking ----------------------------------------------------------------------------------- */

static struct record_writer *part_of(const struct private_walk *walk, struct plan *plan, size_t i)
{
    return &plan->parts[walk->objects[i].is_moving ? OBJECT_PACE_MOVING : OBJECT_PACE_STATIC];
}

/* The name of a column's last row, else the column. */
static struct bytes next_name(const struct private_walk *walk, struct plan *plan, size_t i)
{
    const uint8_t *entry;

    if (walk->last[i] == 0) {
        return walk->objects[i].oid;
    }
    entry = part_of(walk, plan, i)->data + walk->last[i];
    return bytes_of(entry + 2, entry[1]);
}

static void put_name(struct plan_question *question, size_t at, struct bytes name)
{
    uint8_t *storage = question->storage + at * NAME_BYTES_MAX;

    memcpy(storage, name.data, name.size);
    question->names[at] = bytes_of(storage, name.size);
}

/* Rows that a column still wants. */
static unsigned rows_wanted(const struct private_walk *walk, size_t i)
{
    unsigned rows = walk->rows[i];
    unsigned expected = walk->expected[i];

    if (expected > rows) {
        return expected - rows + (walk->is_full ? 1u : 0u);
    }
    return rows == 0 ? ROWS_FIRST : ROWS_GUESS;
}

/* Takes objects into the question while they fit. times: varbinds that each brings back. */
static size_t pack(struct private_walk *walk, struct plan *plan, struct plan_question *question,
                   uint64_t candidates, unsigned times)
{
    size_t room = walk->room_bytes > MESSAGE_BYTES ? walk->room_bytes - MESSAGE_BYTES : 0;
    size_t request_room = NAMES_BYTES;
    size_t varbinds = 0;
    size_t count = 0;

    for (; candidates != 0; candidates &= candidates - 1) {
        size_t i = (size_t)__builtin_ctzll(candidates);
        struct bytes name = next_name(walk, plan, i);
        size_t index_bytes = walk->objects[i].is_column ? INDEX_BYTES : 0;
        size_t bytes = times * (VARBIND_BYTES + index_bytes + walk->objects[i].oid.size);
        bool fits = bytes <= room && name.size <= request_room && count < walk->names_max &&
                    varbinds + times <= walk->varbinds_most;
        if (name.size > NAME_BYTES_MAX) {
            walk->open &= ~bit_of(i); /* an index that no table of ours has */
            continue;
        }
        if (!fits && count > 0) {
            break;
        }
        put_name(question, count, name);
        walk->asked[count++] = (uint8_t)i;
        room -= bytes < room ? bytes : room;
        request_room -= name.size < request_room ? name.size : request_room;
        varbinds += times;
    }
    return count;
}

static size_t pack_instances(struct private_walk *walk, struct plan *plan,
                             struct plan_question *question)
{
    uint64_t candidates = 0;

    for (size_t i = 0; i < walk->count; i++) {
        if ((walk->open & bit_of(i)) != 0 && !walk->objects[i].is_column) {
            candidates |= bit_of(i);
        }
    }
    walk->asked_repetitions = 0;
    question->pdu.pdu = GATE_GET;
    return pack(walk, plan, question, candidates, 1);
}

/* Columns that want about as many rows as the longest of them. */
static size_t pack_columns(struct private_walk *walk, struct plan *plan,
                           struct plan_question *question)
{
    uint64_t candidates = 0;
    unsigned longest = 0;
    unsigned most = 1;

    for (size_t i = 0; i < walk->count; i++) {
        if ((walk->open & bit_of(i)) != 0) {
            unsigned wanted = rows_wanted(walk, i);
            longest = wanted > longest ? wanted : longest;
        }
    }
    for (size_t i = 0; i < walk->count; i++) {
        if ((walk->open & bit_of(i)) != 0 && 2 * rows_wanted(walk, i) >= longest) {
            size_t each = VARBIND_BYTES + INDEX_BYTES + walk->objects[i].oid.size;
            unsigned fit = walk->room_bytes > MESSAGE_BYTES
                               ? (unsigned)((walk->room_bytes - MESSAGE_BYTES) / each)
                               : 1;
            most = fit > most ? fit : most;
            candidates |= bit_of(i);
        }
    }
    longest = longest < most ? longest : most;
    longest = longest < walk->varbinds_most ? longest : walk->varbinds_most;
    longest = longest < walk->repetitions_most ? longest : walk->repetitions_most;
    walk->asked_repetitions = (uint8_t)(walk->is_bulk ? longest : 1);
    question->pdu.pdu = walk->is_bulk ? GATE_GETBULK : GATE_GETNEXT;
    return pack(walk, plan, question, candidates, walk->asked_repetitions);
}

bool private_ask(struct private_walk *walk, struct plan *plan, struct plan_question *question)
{
    size_t count;

    if (walk->open == 0 || walk->questions >= PRIVATE_QUESTIONS_MAX || plan->is_out_of_memory) {
        return false;
    }
    count = pack_instances(walk, plan, question);
    if (count == 0) {
        count = pack_columns(walk, plan, question);
    }
    if (count == 0) {
        return false;
    }
    walk->asked_count = (uint8_t)count;
    walk->questions++;
    plan->questions++;
    question->pdu.varbinds = bytes_of(NULL, 0);
    question->pdu.names = question->names;
    question->pdu.count = count;
    question->pdu.non_repeaters = 0;
    question->pdu.max_repetitions = question->pdu.pdu == GATE_GETBULK ? walk->asked_repetitions : 0;
    question->max_varbinds =
        (uint16_t)(count * (walk->asked_repetitions > 0 ? walk->asked_repetitions : 1u));
    return true;
}

/* --- accepting -------------------------------------------------------------------------------- */

/* Appends an entry; the record grows to its bound. */
static bool store(struct private_walk *walk, struct plan *plan, size_t i,
                  const struct gate_varbind *varbind)
{
    struct record_writer *part = part_of(walk, plan, i);
    struct bytes name = bytes_of(varbind->name, varbind->name_size);
    struct bytes value = bytes_of(varbind->value, varbind->value_size);
    size_t at = part->size;

    while (record_put(part, RECORD_PRIVATE, name, varbind->tag, value) != 0) {
        size_t cap = 2 * part->cap;
        uint8_t *data = cap <= RECORD_BYTES_MAX ? realloc(part->data, cap) : NULL;
        if (data == NULL || name.size > UINT8_MAX) {
            return false;
        }
        part->data = data;
        part->cap = cap;
        at = part->size;
    }
    walk->last[i] = (uint16_t)at;
    walk->rows[i]++;
    return true;
}

static void close_object(struct private_walk *walk, size_t i)
{
    walk->open &= ~bit_of(i);
    if (walk->rows[i] == 0) {
        walk->lacking |= bit_of(i);
    }
}

static bool is_value(uint8_t tag)
{
    return tag != GATE_NULL && tag < GATE_NO_SUCH_OBJECT;
}

/* Takes one row of a column; closes the column where it ends. */
static void take_row(struct private_walk *walk, struct plan *plan, size_t i,
                     const struct gate_varbind *varbind)
{
    struct bytes column = walk->objects[i].oid;
    struct bytes name = bytes_of(varbind->name, varbind->name_size);
    bool is_forward = walk->last[i] == 0 || oid_compare(name, next_name(walk, plan, i)) > 0;
    bool has_all;

    if ((walk->open & bit_of(i)) == 0) {
        return;
    }
    if (!oid_is_below(name, column) || !is_value(varbind->tag) || !is_forward ||
        walk->rows[i] >= PRIVATE_ROWS_MAX || !store(walk, plan, i, varbind)) {
        close_object(walk, i);
        return;
    }
    has_all = !walk->is_full && walk->expected[i] > 0 && walk->rows[i] >= walk->expected[i];
    if (has_all) {
        close_object(walk, i);
    }
}

static void take_instance(struct private_walk *walk, struct plan *plan, size_t i,
                          const struct gate_varbind *varbind)
{
    struct bytes name = bytes_of(varbind->name, varbind->name_size);

    if (bytes_equal(name, walk->objects[i].oid) && is_value(varbind->tag)) {
        (void)store(walk, plan, i, varbind);
    }
    close_object(walk, i);
}

/* Nothing in the answer moves on: less is asked until the one that is to blame is found. */
static void blame(struct private_walk *walk)
{
    if (walk->asked_count > 1) {
        walk->names_max = (uint8_t)(walk->asked_count / 2);
        return;
    }
    if (walk->is_bulk && walk->asked_repetitions > 0 && !walk->has_answered) {
        walk->is_bulk = false;
    } else {
        close_object(walk, walk->asked[0]);
    }
    walk->names_max = PLAN_NAMES_MAX;
}

void private_accept(struct private_walk *walk, struct plan *plan,
                    const struct gate_varbind *varbinds, size_t count)
{
    walk->silences = 0;
    if (count == 0) {
        blame(walk);
        return;
    }
    walk->has_answered = true;
    /* Column after column, so that records hold sorted runs. */
    for (size_t k = 0; k < walk->asked_count; k++) {
        size_t i = walk->asked[k];
        if (walk->asked_repetitions == 0) {
            if (k < count) {
                take_instance(walk, plan, i, &varbinds[k]);
            }
            continue;
        }
        for (size_t at = k; at < count; at += walk->asked_count) {
            take_row(walk, plan, i, &varbinds[at]);
        }
    }
}

void private_refused(struct private_walk *walk, int32_t error_status, int32_t error_index)
{
    walk->silences = 0;
    if (error_status == PDU_TOO_BIG) {
        if (walk->asked_count == 1 && walk->asked_repetitions <= 1) {
            blame(walk);
        } else if (walk->asked_repetitions > 1) {
            walk->varbinds_most = (uint8_t)(walk->asked_repetitions / 2);
        } else {
            walk->names_max = (uint8_t)(walk->asked_count / 2);
        }
    } else if (error_index >= 1 && error_index <= walk->asked_count) {
        close_object(walk, walk->asked[error_index - 1]);
    } else {
        blame(walk);
    }
}

bool private_silence(struct private_walk *walk)
{
    bool is_small = walk->asked_count == 1 && walk->asked_repetitions <= 1;

    walk->silences++;
    if (!is_small && walk->silences < SILENCES_MAX) {
        walk->names_max = (uint8_t)(walk->asked_count > 4 ? walk->asked_count / 4 : 1);
        walk->varbinds_most =
            (uint8_t)(walk->asked_repetitions > 4 ? walk->asked_repetitions / 4 : walk->names_max);
        return true;
    }
    for (size_t k = 0; k < walk->asked_count; k++) {
        walk->lacking |= bit_of(walk->asked[k]);
    }
    walk->open = 0;
    return false;
}

/* --- learning --------------------------------------------------------------------------------- */

void private_learn(const struct private_walk *walk, struct learned *learned)
{
    if (walk->objects == NULL) {
        if (walk->is_full) {
            learned->profile = 0;
        }
        return;
    }
    if (learned->profile != walk->profile) {
        memset(learned->private_rows, LEARNED_PRIVATE_UNKNOWN, sizeof(learned->private_rows));
        learned->profile = walk->profile;
    }
    for (size_t i = 0; i < walk->count; i++) {
        if ((walk->lacking & bit_of(i)) != 0) {
            learned->private_rows[i] = LEARNED_PRIVATE_ABSENT;
        } else if (walk->rows[i] > 0 && (walk->open & bit_of(i)) == 0) {
            learned->private_rows[i] = walk->rows[i];
        }
    }
}

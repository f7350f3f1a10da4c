#include "core/fleet/private.h"

#include <stdlib.h>

#include "core/fleet/plan_inside.h"
#include "core/fleet/private_inside.h"
#include "core/fleet/told.h"
#include "proto/oid.h"

/* Message and PDU headers of a reply. */
#define MESSAGE_BYTES 64
/* Rows to ask of a column never seen: most are not there, or have a single row. Then of one that
 * has more. */
#define ROWS_FIRST 2
#define ROWS_GUESS 16
/* Room of one name in the question's storage. */
#define NAME_BYTES_MAX 96
/* Names of one request, octets: requests are not fragmented. */
#define NAMES_BYTES 1000
/* First size of a record's buffer. */
#define RECORD_BYTES 1024

/* 1.3.6.1.4.1, below which all vendors are. */
static const uint8_t enterprises[] = {0x2b, 6, 1, 4, 1};

_Static_assert(LEARNED_PRIVATE_MAX == 64, "objects are bits of a word");

/* --- starting --------------------------------------------------------------------------------- */

void private_reset(struct private_walk *walk)
{
    *walk = (struct private_walk){.parts = {walk->parts[0], walk->parts[1]}};
    for (unsigned i = 0; i < 2; i++) {
        if (walk->parts[i].data != NULL) {
            record_start(&walk->parts[i], walk->parts[i].data, walk->parts[i].cap);
        }
    }
}

void private_fini(struct private_walk *walk)
{
    for (unsigned i = 0; i < 2; i++) {
        free(walk->parts[i].data);
        walk->parts[i] = (struct record_writer){0};
    }
}

/* The buffers are there once a device has had something to ask. */
static bool reserve(struct private_walk *walk)
{
    for (unsigned i = 0; i < 2; i++) {
        if (walk->parts[i].data == NULL) {
            uint8_t *data = malloc(RECORD_BYTES);
            if (data == NULL) {
                return false;
            }
            record_start(&walk->parts[i], data, RECORD_BYTES);
        }
    }
    return true;
}

static const struct profile *find_known(const struct profile_set *profiles, uint32_t key)
{
    for (size_t i = 0; i < profiles->count; i++) {
        if (key != 0 && profile_key(profiles->profiles[i]) == key) {
            return profiles->profiles[i];
        }
    }
    return NULL;
}

/* Says how an instance is asked for whose place is not certain. */
static void open_instance(struct private_walk *walk, size_t i, uint8_t rows)
{
    if (rows == PRIVATE_BY_GET) {
        walk->by_get |= private_bit(i);
        walk->missed |= private_bit(i);
    } else if (rows != 1) {
        walk->guessed |= private_bit(i);
    }
}

/* Opens what this poll asks: what is there, or not yet known to be absent. */
static void open_objects(struct private_walk *walk, const struct learned *learned, bool is_anew)
{
    bool is_known = learned->profile == walk->profile && !is_anew;

    walk->is_apart = is_known && learned->is_private_apart;
    for (size_t i = 0; i < walk->count; i++) {
        uint8_t rows = is_known ? learned->private_rows[i] : LEARNED_PRIVATE_UNKNOWN;
        bool is_absent = rows == LEARNED_PRIVATE_ABSENT;
        walk->expected[i] = is_absent ? 0 : rows;
        if (!is_absent && (walk->is_full || (walk->objects[i].is_moving && is_known))) {
            walk->open |= private_bit(i);
        }
        if (!walk->objects[i].is_column) {
            open_instance(walk, i, rows);
        }
    }
}

static void set_limits(struct private_walk *walk, const struct plan *plan,
                       const struct profile_limits *limits)
{
    walk->is_bulk = plan->is_bulk && !limits->no_bulk;
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

static void begin(struct private_walk *walk, struct plan *plan, const struct private_ground *ground)
{
    const struct profile *profile = NULL;
    struct profile_limits limits = {0};
    struct told told = {.device = {.description = NULL}};
    size_t count = 0;

    private_reset(walk);
    walk->is_begun = true;
    walk->is_full = plan->goal != PLAN_MOVING;
    walk->boarded = plan->questions;
    if (ground->profiles == NULL || plan->is_out_of_memory || plan_is_not_printer(plan)) {
        return;
    }
    if (walk->is_full) {
        told_read(&told, plan);
        profile = profile_choose(ground->profiles, &told.device);
        walk->chosen = profile;
    } else {
        profile = find_known(ground->profiles, ground->learned->profile);
    }
    if (profile == NULL || !reserve(walk)) {
        return;
    }
    profile_limits(profile, &told.device, &limits);
    walk->objects = profile_questions(profile, &count);
    walk->count = (uint8_t)(count < PRIVATE_OBJECTS_MAX ? count : PRIVATE_OBJECTS_MAX);
    walk->profile = profile_key(profile);
    open_objects(walk, ground->learned,
                 plan->goal == PLAN_FIRST || (ground->was_moving && walk->is_full));
    set_limits(walk, plan, &limits);
    for (size_t i = 0; i < walk->count && walk->is_full; i++) {
        if (!profile_may_ask(profile, &told.device, walk->objects[i].oid)) {
            walk->open &= ~private_bit(i);
            walk->lacking |= private_bit(i); /* so that polls of what moves do not ask it either */
        }
    }
    if (!profile_may_ask(profile, &told.device, bytes_of(enterprises, sizeof(enterprises)))) {
        /* What GETNEXT brings in the place of what is not there may be what must not be asked. */
        walk->by_get |= walk->guessed;
    }
    plan->riders = walk;
}

/* Says whether a plan knows who the device is: what a profile is chosen by, and what tells it not
 * to ask some models at all. A poll of what moves takes the profile that is known, once the first
 * answer has told that nothing has changed. */
static bool is_told(const struct plan *plan)
{
    return plan->goal == PLAN_MOVING ? plan->has_answered : plan_is_device_told(plan);
}

void private_board(struct private_walk *walk, struct plan *plan,
                   const struct private_ground *ground)
{
    bool is_outdated = walk->is_begun && !walk->is_full && plan->goal != PLAN_MOVING;

    if (is_outdated) {
        private_reset(walk);
        plan->riders = NULL;
    }
    if (!walk->is_begun && ground->profiles != NULL && is_told(plan)) {
        begin(walk, plan, ground);
    }
    plan->is_maker_awaited = !walk->is_begun && ground->profiles != NULL;
}

void private_begin_alone(struct private_walk *walk, struct plan *plan,
                         const struct private_ground *ground)
{
    if (!walk->is_begun) {
        begin(walk, plan, ground);
    }
}

/* --- asking ----------------------------------------------------------------------------------- */

static void put_name(struct plan_question *question, size_t at, struct bytes name)
{
    uint8_t *storage = question->storage + at * NAME_BYTES_MAX;

    bytes_copy(storage, name);
    question->names[at] = bytes_of(storage, name.size);
}

/* The name of a column's last row, else the column. */
static struct bytes next_name(const struct private_walk *walk, size_t i)
{
    struct bytes last = private_last_name(walk, i);

    return last.size > 0 ? last : walk->objects[i].oid;
}

unsigned private_rows_known(const struct private_walk *walk, size_t object)
{
    unsigned rows = walk->rows[object];
    unsigned expected = walk->expected[object];

    return expected > rows ? expected - rows + (walk->is_full ? 1u : 0u) : 0;
}

/* Rows that a column still wants. */
static unsigned rows_wanted(const struct private_walk *walk, size_t i)
{
    unsigned known = private_rows_known(walk, i);

    return known > 0 ? known : (walk->rows[i] == 0 ? ROWS_FIRST : ROWS_GUESS);
}

/* Octets of the varbinds of one reply. */
static size_t reply_room(const struct plan *plan)
{
    size_t bytes = plan->reply_bytes;
    if (plan->goal == PLAN_FIRST && plan->reply_bytes == plan->bearable) {
        /* It has answered all: it is asked for whole frames from now on. */
        bytes += PLAN_REPLY_BYTES - PLAN_REPLY_BYTES_FIRST;
    }
    return bytes > MESSAGE_BYTES ? bytes - MESSAGE_BYTES : 0;
}

/* Takes objects into the question while they fit. times: varbinds that each brings back. */
static size_t pack(struct private_walk *walk, const struct plan *plan,
                   struct plan_question *question, uint64_t candidates, unsigned times)
{
    size_t room = reply_room(plan);
    size_t request_room = NAMES_BYTES;
    size_t varbinds = 0;
    size_t count = 0;

    for (; candidates != 0; candidates &= candidates - 1) {
        size_t i = (size_t)__builtin_ctzll(candidates);
        struct bytes name = next_name(walk, i);
        size_t bytes = times * private_varbind_bytes(walk, i);
        bool fits = bytes <= room && name.size <= request_room && count < walk->names_max &&
                    varbinds + times <= walk->varbinds_most;
        if (name.size > NAME_BYTES_MAX) {
            walk->open &= ~private_bit(i); /* an index that no table of ours has */
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

static size_t pack_instances(struct private_walk *walk, const struct plan *plan,
                             struct plan_question *question)
{
    uint64_t candidates = 0;

    for (size_t i = 0; i < walk->count; i++) {
        if ((walk->open & private_bit(i)) != 0 && !walk->objects[i].is_column) {
            candidates |= private_bit(i);
        }
    }
    walk->asked_repetitions = 0;
    question->pdu.pdu = GATE_GET;
    return pack(walk, plan, question, candidates, 1);
}

/* Columns that want about as many rows as the longest of them. */
static size_t pack_columns(struct private_walk *walk, const struct plan *plan,
                           struct plan_question *question)
{
    uint64_t candidates = 0;
    unsigned longest = 0;
    unsigned most = 1;

    for (size_t i = 0; i < walk->count; i++) {
        if ((walk->open & private_bit(i)) != 0) {
            unsigned wanted = rows_wanted(walk, i);
            longest = wanted > longest ? wanted : longest;
        }
    }
    for (size_t i = 0; i < walk->count; i++) {
        if ((walk->open & private_bit(i)) != 0 && 2 * rows_wanted(walk, i) >= longest) {
            unsigned fit = (unsigned)reply_room(plan) / private_varbind_bytes(walk, i);
            most = fit > most ? fit : most;
            candidates |= private_bit(i);
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
    learned->is_private_apart = walk->is_apart && (walk->was_heard_apart || walk->has_answered);
    for (size_t i = 0; i < walk->count; i++) {
        bool is_closed = (walk->open & private_bit(i)) == 0;
        bool is_missed = (walk->missed & private_bit(i)) != 0;
        if ((walk->lacking & private_bit(i)) != 0) {
            learned->private_rows[i] = LEARNED_PRIVATE_ABSENT;
        } else if (walk->rows[i] > 0 && is_closed) {
            learned->private_rows[i] = is_missed ? PRIVATE_BY_GET : walk->rows[i];
        }
    }
}

void private_finish(struct private_walk *walk, struct plan *plan)
{
    struct record_entry entry;

    for (unsigned i = 0; i < 2 && walk->objects != NULL; i++) {
        struct record_writer *part = &plan->parts[i];
        struct bytes record = bytes_of(walk->parts[i].data, walk->parts[i].size);
        size_t offset = RECORD_HEADER_BYTES;
        int status = 0;
        while (status == 0 && record_next(record, &offset, &entry)) {
            do {
                status = record_put(part, entry.object, entry.index, entry.tag, entry.value);
            } while (status == BASE_ELIMIT && plan_grow(part) == 0);
        }
    }
}

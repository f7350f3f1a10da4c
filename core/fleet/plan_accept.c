/*
 * What answers mean for the plan: rows go into the records, columns move on, end or break.
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>

#include "core/fleet/plan.h"
#include "core/fleet/plan_inside.h"
#include "proto/oid.h"

/* The smallest reply that is asked for: one varbind with a long name and a short text. */
#define PLAN_REPLY_BYTES_MIN 160
/* Questions in a row without answer before a device that had answered is given up. */
#define PLAN_SILENCES_MAX 3

static int plan_grow(struct record_writer *part)
{
    size_t cap = part->cap * 2;
    if (cap > RECORD_BYTES_MAX) {
        return BASE_ELIMIT;
    }
    uint8_t *data = realloc(part->data, cap);
    if (data == NULL) {
        return -ENOMEM;
    }
    part->data = data;
    part->cap = cap;
    return 0;
}

/* An index with the word by which two of them compare in most cases: equally many octets, at most
 * eight, each an arc of its own (below 128). Then the order of the arcs is that of the words. */
struct plan_index {
    struct bytes octets;
    uint64_t word; /* 0 = compare the octets: a row's arcs are not all 0 in real tables */
};

/* The word is read backwards from the end of the name, so that it never reaches beyond it: column
 * and index together have eight octets at least. */
static inline struct plan_index plan_index_of(const uint8_t *octets, size_t size)
{
    struct plan_index index = {.octets = bytes_of(octets, size)};
    uint64_t word;
    if (size == 0 || size > sizeof(word)) {
        return index;
    }
    memcpy(&word, octets + size - sizeof(word), sizeof(word));
    word = be64toh(word) & (UINT64_MAX >> (64 - 8 * size));
    index.word = (word & 0x8080808080808080u) == 0 ? word : 0;
    return index;
}

/* Says whether index `a` comes after `b`. */
static inline bool plan_is_after(const struct plan_index *a, const struct plan_index *b)
{
    if (a->octets.size == b->octets.size && a->word != 0 && b->word != 0) {
        return a->word > b->word;
    }
    return oid_compare(a->octets, b->octets) > 0;
}

/* The largest index of a table's keys so far. Stored without the column before it: compared by its
 * octets when they have no word. */
static inline struct plan_index plan_table_last(const struct plan_table *table)
{
    return (struct plan_index){.octets = bytes_of(table->last, table->last_size),
                               .word = table->last_word};
}

/* Keeps the largest index of a table's keys. */
static void plan_note_last(struct plan_table *table, const struct plan_index *index)
{
    if (table->last_size == PLAN_LAST_UNKNOWN || index->octets.size > PLAN_INDEX_MAX) {
        table->last_size = PLAN_LAST_UNKNOWN;
        return;
    }
    struct plan_index last = plan_table_last(table);
    if (plan_is_after(index, &last)) {
        bytes_copy(table->last, index->octets);
        table->last_size = (uint8_t)index->octets.size;
        table->last_word = index->word;
    }
}

/* Says whether a plain column has now reached the last row of its table. */
static inline bool plan_is_last_row(const struct plan *plan, const struct object *object,
                                    unsigned rows, const struct plan_index *index)
{
    const struct plan_table *table = &plan->tables[object->table];
    if (object->table == OBJECT_TABLE_SYSTEM) {
        return true;
    }
    if (object->role == OBJECT_ROLE_KEY || table->keys_open > 0) {
        return false;
    }
    if (table->last_size == 0) { /* no key was asked in this poll: what the last one saw counts */
        return rows >= table->expected;
    }
    struct plan_index last = plan_table_last(table);
    return table->last_size != PLAN_LAST_UNKNOWN && !plan_is_after(&last, index);
}

/* The two numbers that decide what a poll must ask. */
static void plan_note_number(struct plan *plan, const struct object *object,
                             const struct gate_varbind *varbind)
{
    int64_t number;
    if (pdu_number(varbind->tag, bytes_of(varbind->value, varbind->value_size), &number) != 0 ||
        number < 0 || number > UINT32_MAX) {
        return;
    }
    if (object->id == OBJECT_SYS_UPTIME) {
        plan->uptime_ticks = number;
    } else if (plan->config_changes < 0) { /* of the first printer behind this address */
        plan->config_changes = number;
    }
}

static int plan_record(struct plan *plan, const struct object *object,
                       const struct gate_varbind *varbind)
{
    struct record_writer *part = &plan->parts[object->pace];
    int status;
    while ((status = record_put_varbind(part, (uint8_t)object->id, varbind,
                                        object->column.size)) == BASE_ELIMIT) {
        status = plan_grow(part);
        if (status != 0) {
            plan->is_out_of_memory = true;
            return status;
        }
    }
    return status;
}

static bool plan_is_exception(uint8_t tag)
{
    return tag == GATE_NO_SUCH_OBJECT || tag == GATE_NO_SUCH_INSTANCE ||
           tag == GATE_END_OF_MIB_VIEW;
}

/* oid_is_below without a call: columns take 7 to 14 octets, two overlapping loads. */
static inline bool plan_is_below(const struct gate_varbind *varbind, struct bytes column)
{
    uint64_t begin[2];
    uint64_t end[2];
    if (column.size < sizeof(begin[0]) || column.size > 2 * sizeof(begin[0])) {
        return oid_is_below(bytes_of(varbind->name, varbind->name_size), column);
    }
    if (varbind->name_size <= column.size) {
        return false;
    }
    memcpy(&begin[0], varbind->name, sizeof(begin[0]));
    memcpy(&begin[1], column.data, sizeof(begin[1]));
    memcpy(&end[0], varbind->name + column.size - sizeof(end[0]), sizeof(end[0]));
    memcpy(&end[1], column.data + column.size - sizeof(end[1]), sizeof(end[1]));
    return begin[0] == begin[1] && end[0] == end[1];
}

/* Takes one row. Returns: the state that the column has then. */
static inline enum plan_column_state plan_take_row(struct plan *plan, size_t position,
                                                   const struct gate_varbind *varbind,
                                                   struct plan_index *previous)
{
    const struct object *object = &plan_shape()->objects[position];
    struct plan_column *column = &plan->columns[position];
    struct plan_table *table = &plan->tables[object->table];
    size_t column_size = object->column.size;
    if (!plan_is_below(varbind, object->column) || plan_is_exception(varbind->tag)) {
        return PLAN_ENDED;
    }
    struct plan_index index =
        plan_index_of(varbind->name + column_size, varbind->name_size - column_size);
    uint32_t at = (uint32_t)plan->parts[object->pace].size;
    bool is_increasing = previous->octets.size == 0 || plan_is_after(&index, previous);
    if (!is_increasing || index.octets.size > UINT8_MAX || column->rows >= PLAN_ROWS_MAX ||
        plan_record(plan, object, varbind) != 0) {
        return PLAN_BROKEN;
    }
    *previous = index;
    column->last = at;
    column->rows++;
    table->rows = column->rows > table->rows ? column->rows : table->rows;
    if (object->role == OBJECT_ROLE_KEY) {
        plan_note_last(table, &index);
    }
    if (object->id == OBJECT_SYS_UPTIME || object->id == OBJECT_GENERAL_CONFIG_CHANGES) {
        plan_note_number(plan, object, varbind);
    }
    return plan_is_last_row(plan, object, column->rows, &index) ? PLAN_ENDED : PLAN_OPEN;
}

/* Takes the rows that an answer has of one column: `rows` varbinds, `stride` apart. The first is
 * compared with the last row in the record before anything is written there, so that a buffer
 * which moves while it grows is not looked at again. */
static void plan_accept_column(struct plan *plan, size_t position,
                               const struct gate_varbind *varbinds, size_t rows, size_t stride)
{
    struct plan_index previous = {.octets = plan_last_index(plan, position)};
    for (size_t i = 0; i < rows && plan->columns[position].state == PLAN_OPEN; i++) {
        enum plan_column_state state =
            plan_take_row(plan, position, &varbinds[i * stride], &previous);
        if (state != PLAN_OPEN) {
            plan_close_column(plan, position, state);
        }
    }
}

static void plan_note_root(struct plan *plan, bool has_printer_mib)
{
    plan->is_root_told = true;
    plan->has_printer_mib = has_printer_mib;
}

static void plan_accept_root(struct plan *plan, const struct gate_varbind *varbind)
{
    struct bytes name = bytes_of(varbind->name, varbind->name_size);
    plan_note_root(plan, !plan_is_exception(varbind->tag) &&
                             oid_is_below(name, plan_shape()->root));
}

static void plan_shrink_bytes(struct plan *plan, unsigned bytes)
{
    plan->reply_bytes =
        (uint16_t)(bytes > PLAN_REPLY_BYTES_MIN ? bytes : PLAN_REPLY_BYTES_MIN);
}

/* Nothing in the answer moves the plan on: ask for less, or give the column up. */
static void plan_break_single(struct plan *plan)
{
    if (plan->asked_count > 1) {
        plan->names_max = (uint16_t)(plan->asked_count / 2);
    } else if (plan->asked[0] == PLAN_ROOT) {
        plan_note_root(plan, false);
    } else if (plan->columns[plan->asked[0]].state == PLAN_OPEN) {
        plan_close_column(plan, plan->asked[0], PLAN_BROKEN);
    }
}

void plan_accept(struct plan *plan, const struct gate_varbind *varbinds, size_t count)
{
    size_t singles = plan->asked_singles;
    size_t repeaters = plan->asked_count - singles;
    plan->silences = 0;
    if (count == 0) {
        plan_break_single(plan);
        return;
    }
    for (size_t i = 0; i < singles && i < count; i++) {
        if (plan->asked[i] == PLAN_ROOT) {
            plan_accept_root(plan, &varbinds[i]);
        } else {
            plan_accept_column(plan, plan->asked[i], &varbinds[i], 1, 1);
        }
    }
    /* Repetition after repetition in the answer, column after column here: what is known of a
     * column stays at hand, and nothing is looked at beyond its end. */
    for (size_t i = 0; i < repeaters && singles + i < count; i++) {
        size_t rows = (count - singles - i + repeaters - 1) / repeaters;
        plan_accept_column(plan, plan->asked[singles + i], &varbinds[singles + i], rows,
                           repeaters);
    }
}

static void plan_refuse_name(struct plan *plan, int32_t error_index,
                             enum plan_column_state state)
{
    if (error_index < 1 || error_index > (int32_t)plan->asked_count) {
        plan_break_single(plan);
        return;
    }
    uint8_t position = plan->asked[error_index - 1];
    if (position == PLAN_ROOT) {
        plan_note_root(plan, false);
    } else if (plan->columns[position].state == PLAN_OPEN) {
        plan_close_column(plan, position, state);
    }
}

void plan_refused(struct plan *plan, int32_t error_status, int32_t error_index)
{
    plan->silences = 0;
    if (error_status == PDU_TOO_BIG) {
        if (plan->asked_count == 1 && plan->asked_repetitions <= 1) {
            plan_break_single(plan);
        } else {
            plan_shrink_bytes(plan, (plan->asked_bytes + PLAN_REPLY_BYTES_MIN) / 2u);
            plan->names_max = plan->reply_bytes == PLAN_REPLY_BYTES_MIN ? 1 : plan->names_max;
        }
    } else if (error_status == PDU_NO_SUCH_NAME) {
        plan_refuse_name(plan, error_index, PLAN_ENDED);
    } else {
        plan_refuse_name(plan, error_index, PLAN_BROKEN);
    }
}

bool plan_silence(struct plan *plan)
{
    plan->silences++;
    bool is_small = plan->asked_count == 1 && plan->asked_repetitions <= 1;
    if (is_small || plan->silences >= PLAN_SILENCES_MAX) {
        return false;
    }
    plan_shrink_bytes(plan, plan->asked_bytes / 4u);
    return true;
}

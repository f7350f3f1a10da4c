/*
 * What answers mean for the plan: rows go into the records, columns move on, end or break.
 */
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

/* What the walk of one column needs at every row, looked up once per answer. */
struct plan_lane {
    const struct object *object;
    struct plan_column *column;
    struct plan_table *table;
    struct bytes previous; /* index of the row before; empty when there is none */
    size_t position;
};

static int plan_record(struct plan *plan, struct plan_lane *lane,
                       const struct gate_varbind *varbind)
{
    const struct object *object = lane->object;
    struct record_writer *part = &plan->parts[object->pace];
    uint32_t at = (uint32_t)part->size;
    int status;
    while ((status = record_put_varbind(part, (uint8_t)object->id, varbind,
                                        object->column.size)) == BASE_ELIMIT) {
        status = plan_grow(part);
        if (status != 0) {
            plan->is_out_of_memory = true;
            return status;
        }
    }
    lane->column->last = at;
    return status;
}

/* Says whether index `a` comes after `b`. Most indexes are two arcs below 128, whose order is that
 * of their octets. */
static inline bool plan_is_after(struct bytes a, struct bytes b)
{
    if (a.size == 2 && b.size == 2 && ((a.data[0] | a.data[1] | b.data[0] | b.data[1]) & 0x80) == 0) {
        return (a.data[0] << 8 | a.data[1]) > (b.data[0] << 8 | b.data[1]);
    }
    return oid_compare(a, b) > 0;
}

/* Keeps the largest index of a table's keys. */
static void plan_note_last(struct plan_table *table, struct bytes index)
{
    if (table->last_size == PLAN_LAST_UNKNOWN || index.size > PLAN_INDEX_MAX) {
        table->last_size = PLAN_LAST_UNKNOWN;
        return;
    }
    if (plan_is_after(index, bytes_of(table->last, table->last_size))) {
        memcpy(table->last, index.data, index.size);
        table->last_size = (uint8_t)index.size;
    }
}

/* Says whether a plain column has now reached the last row of its table. */
static inline bool plan_is_last_row(const struct plan_lane *lane, struct bytes index)
{
    const struct plan_table *table = lane->table;
    if (lane->object->table == OBJECT_TABLE_SYSTEM) {
        return true;
    }
    if (lane->object->role == OBJECT_ROLE_KEY || table->keys_open > 0) {
        return false;
    }
    if (table->last_size == 0) { /* no key was asked in this poll: what the last one saw counts */
        return lane->column->rows >= table->expected;
    }
    return table->last_size != PLAN_LAST_UNKNOWN &&
           !plan_is_after(bytes_of(table->last, table->last_size), index);
}

static inline bool plan_is_noted(const struct object *object)
{
    return object->id == OBJECT_SYS_UPTIME || object->id == OBJECT_GENERAL_CONFIG_CHANGES;
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

static void plan_accept_row(struct plan *plan, struct plan_lane *lane,
                            const struct gate_varbind *varbind, struct bytes index)
{
    struct plan_column *column = lane->column;
    struct plan_table *table = lane->table;
    bool is_increasing = lane->previous.size == 0 || plan_is_after(index, lane->previous);
    if (!is_increasing || index.size > UINT8_MAX || column->rows >= PLAN_ROWS_MAX ||
        plan_record(plan, lane, varbind) != 0) {
        plan_close_column(plan, lane->position, PLAN_BROKEN);
        return;
    }
    lane->previous = index;
    column->rows++;
    table->rows = column->rows > table->rows ? column->rows : table->rows;
    if (lane->object->role == OBJECT_ROLE_KEY) {
        plan_note_last(table, index);
    }
    if (plan_is_noted(lane->object)) {
        plan_note_number(plan, lane->object, varbind);
    }
    if (plan_is_last_row(lane, index)) {
        plan_close_column(plan, lane->position, PLAN_ENDED);
    }
}

static bool plan_is_exception(uint8_t tag)
{
    return tag == GATE_NO_SUCH_OBJECT || tag == GATE_NO_SUCH_INSTANCE ||
           tag == GATE_END_OF_MIB_VIEW;
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

static void plan_accept_one(struct plan *plan, struct plan_lane *lane,
                            const struct gate_varbind *varbind)
{
    if (lane->column->state != PLAN_OPEN) {
        return;
    }
    struct bytes column = lane->object->column;
    if (!plan_is_below(varbind, column) || plan_is_exception(varbind->tag)) {
        plan_close_column(plan, lane->position, PLAN_ENDED);
        return;
    }
    plan_accept_row(plan, lane, varbind,
                    bytes_of(varbind->name + column.size, varbind->name_size - column.size));
}

static void plan_lane(struct plan *plan, size_t position, struct plan_lane *lane)
{
    const struct object *object = &plan_shape()->objects[position];
    lane->object = object;
    lane->column = &plan->columns[position];
    lane->table = &plan->tables[object->table];
    lane->previous = plan_last_index(plan, position);
    lane->position = position;
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

/* Non-repeaters: one row each. */
static void plan_accept_singles(struct plan *plan, const struct gate_varbind *varbinds,
                                size_t count)
{
    struct plan_lane lane;
    for (size_t i = 0; i < count; i++) {
        if (plan->asked[i] == PLAN_ROOT) {
            plan_accept_root(plan, &varbinds[i]);
        } else {
            plan_lane(plan, plan->asked[i], &lane);
            plan_accept_one(plan, &lane, &varbinds[i]);
        }
    }
}

/* A record's buffer may move while it grows, so what a lane remembers of the row before must lie in
 * the answer, not in the record: the first row of a lane is compared before anything is written. */
static void plan_accept_repeaters(struct plan *plan, const struct gate_varbind *varbinds,
                                  size_t count, size_t repeaters)
{
    struct plan_lane lanes[PLAN_NAMES_MAX];
    const uint8_t *asked = plan->asked + plan->asked_singles;
    for (size_t at = 0; at < count; at += repeaters) {
        size_t row = count - at < repeaters ? count - at : repeaters;
        for (size_t i = 0; i < row; i++) {
            if (at == 0) {
                plan_lane(plan, asked[i], &lanes[i]);
            }
            plan_accept_one(plan, &lanes[i], &varbinds[at + i]);
        }
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
    plan_accept_singles(plan, varbinds, count < singles ? count : singles);
    if (count > singles && repeaters > 0) {
        plan_accept_repeaters(plan, varbinds + singles, count - singles, repeaters);
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

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

static int plan_record(struct plan *plan, size_t position, struct bytes index,
                       const struct gate_varbind *varbind)
{
    const struct object *object = &plan_shape()->objects[position];
    struct record_writer *part = &plan->parts[object->pace];
    uint32_t at = (uint32_t)part->size;
    struct bytes value = bytes_of(varbind->value, varbind->value_size);
    int status;
    while ((status = record_put(part, (uint8_t)object->id, index, varbind->tag, value)) ==
           BASE_ELIMIT) {
        status = plan_grow(part);
        if (status != 0) {
            plan->is_out_of_memory = true;
            return status;
        }
    }
    if (status == 0) {
        plan->columns[position].last = at;
    }
    return status;
}

/* Keeps the largest index of a table's keys. */
static void plan_note_last(struct plan_table *table, struct bytes index)
{
    if (table->last_size == PLAN_LAST_UNKNOWN || index.size > PLAN_INDEX_MAX) {
        table->last_size = PLAN_LAST_UNKNOWN;
        return;
    }
    if (oid_compare(index, bytes_of(table->last, table->last_size)) > 0) {
        memcpy(table->last, index.data, index.size);
        table->last_size = (uint8_t)index.size;
    }
}

/* Says whether a plain column has now reached the last row of its table. */
static bool plan_is_last_row(const struct plan *plan, const struct object *object,
                             const struct plan_column *column, struct bytes index)
{
    const struct plan_table *table = &plan->tables[object->table];
    if (object->table == OBJECT_TABLE_SYSTEM) {
        return true;
    }
    if (object->role == OBJECT_ROLE_KEY || table->keys_open > 0) {
        return false;
    }
    if (table->last_size == 0) { /* no key was asked in this poll: what the last one saw counts */
        return column->rows >= table->expected;
    }
    return table->last_size != PLAN_LAST_UNKNOWN &&
           oid_compare(index, bytes_of(table->last, table->last_size)) >= 0;
}

/* The two numbers that decide what a poll must ask. */
static void plan_note_number(struct plan *plan, const struct object *object,
                             const struct gate_varbind *varbind)
{
    int64_t number;
    if (object->id != OBJECT_SYS_UPTIME && object->id != OBJECT_GENERAL_CONFIG_CHANGES) {
        return;
    }
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

static void plan_accept_row(struct plan *plan, size_t position,
                            const struct gate_varbind *varbind, struct bytes index)
{
    const struct object *object = &plan_shape()->objects[position];
    struct plan_column *column = &plan->columns[position];
    struct plan_table *table = &plan->tables[object->table];
    bool is_increasing =
        column->last == 0 || oid_compare(index, plan_last_index(plan, position)) > 0;
    if (!is_increasing || index.size > UINT8_MAX || column->rows >= PLAN_ROWS_MAX ||
        plan_record(plan, position, index, varbind) != 0) {
        plan_close_column(plan, position, PLAN_BROKEN);
        return;
    }
    column->rows++;
    table->rows = column->rows > table->rows ? column->rows : table->rows;
    if (object->role == OBJECT_ROLE_KEY) {
        plan_note_last(table, index);
    }
    plan_note_number(plan, object, varbind);
    if (plan_is_last_row(plan, object, column, index)) {
        plan_close_column(plan, position, PLAN_ENDED);
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

static void plan_accept_one(struct plan *plan, size_t position,
                            const struct gate_varbind *varbind)
{
    struct bytes name = bytes_of(varbind->name, varbind->name_size);
    if (position == PLAN_ROOT) {
        plan_note_root(plan, !plan_is_exception(varbind->tag) &&
                                 oid_is_below(name, plan_shape()->root));
        return;
    }
    const struct object *object = &plan_shape()->objects[position];
    if (plan->columns[position].state != PLAN_OPEN) {
        return;
    }
    if (plan_is_exception(varbind->tag) || !oid_is_below(name, object->column)) {
        plan_close_column(plan, position, PLAN_ENDED);
        return;
    }
    plan_accept_row(plan, position, varbind, oid_index(name, object->column));
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
    for (size_t i = 0; i < count && i < singles; i++) {
        plan_accept_one(plan, plan->asked[i], &varbinds[i]);
    }
    size_t column = 0;
    for (size_t i = singles; i < count && repeaters > 0; i++) {
        plan_accept_one(plan, plan->asked[singles + column], &varbinds[i]);
        column = column + 1 < repeaters ? column + 1 : 0;
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

/*
 * Questions: what was packed, as pdu_encode wants it.
 */
#include "core/fleet/plan.h"
#include "core/fleet/plan_pack.h"
#include "core/fleet/private.h"

/* Writes the name of a column's next row into the question. Returns false when it is too long. */
static bool plan_name(const struct plan *plan, struct plan_question *question, size_t at,
                      size_t position)
{
    if (position == PLAN_ROOT) {
        question->names[at] = plan_shape.root;
        return true;
    }
    if (position >= PLAN_RIDER) {
        uint8_t *storage = question->storage + at * PLAN_NAME_MAX;
        size_t size = private_name(plan->riders, position - PLAN_RIDER, storage, PLAN_NAME_MAX);
        question->names[at] = bytes_of(storage, size);
        return size > 0;
    }
    struct bytes column = plan_shape.objects[position].column;
    struct bytes index = plan_last_index(plan, position);
    if (index.size == 0) {
        question->names[at] = column;
        return true;
    }
    if (column.size + index.size > PLAN_NAME_MAX) {
        return false;
    }
    uint8_t *name = question->storage + at * PLAN_NAME_MAX;
    memcpy(name, column.data, column.size);
    memcpy(name + column.size, index.data, index.size);
    question->names[at] = bytes_of(name, column.size + index.size);
    return true;
}

/* A column cannot be asked on. */
static void plan_leave(struct plan *plan, size_t position)
{
    if (position >= PLAN_RIDER) {
        private_leave(plan->riders, position - PLAN_RIDER);
    } else {
        plan_close_column(plan, position, PLAN_BROKEN);
    }
}

static void plan_write(struct plan *plan, const struct plan_packing *packing,
                       struct plan_question *question)
{
    size_t count = 0;
    plan->asked_singles = 0;
    for (unsigned i = 0; i < packing->singles + packing->repeaters; i++) {
        bool is_single = i < packing->singles;
        uint8_t position = is_single ? packing->single[i] : packing->repeater[i - packing->singles];
        if (!plan_name(plan, question, count, position)) {
            plan_leave(plan, position);
            continue;
        }
        plan->asked[count++] = position;
        plan->asked_singles = (uint16_t)(plan->asked_singles + (is_single ? 1 : 0));
    }
    unsigned used = plan->reply_bytes - PLAN_MESSAGE_BYTES - packing->room;
    bool has_repeaters = count > plan->asked_singles;
    plan->asked_count = (uint16_t)count;
    plan->asked_repetitions = (uint16_t)(has_repeaters ? packing->repetitions : 0);
    plan->asked_bytes = (uint16_t)used;
    question->pdu.varbinds = bytes_of(NULL, 0);
    question->pdu.names = question->names;
    question->pdu.count = count;
    question->pdu.pdu = plan->is_bulk ? GATE_GETBULK : GATE_GETNEXT;
    question->pdu.non_repeaters = plan->is_bulk ? plan->asked_singles : 0;
    /* Without repeaters the field means nothing; 1 is what no agent stumbles over. */
    question->pdu.max_repetitions =
        plan->is_bulk ? (has_repeaters ? plan->asked_repetitions : 1) : 0;
    question->max_varbinds =
        (uint16_t)(plan->asked_singles + (count - plan->asked_singles) * plan->asked_repetitions);
}

/* Says whether anything may be left to ask for: most plans end with nothing. */
static bool plan_may_ask(const struct plan *plan)
{
    bool has_riders = plan->riders != NULL && private_riding(plan->riders, plan) != 0;
    return has_riders || plan->is_probing || !plan_set_is_empty(&plan->open);
}

bool plan_ask(struct plan *plan, struct plan_question *question)
{
    struct plan_packing packing;
    for (;;) {
        if (plan->questions >= PLAN_QUESTIONS_MAX || plan->is_out_of_memory) {
            plan_abandon(plan);
            return false;
        }
        bool has_names = plan_may_ask(plan) && plan_pack(plan, &packing);
        if (!has_names && plan->is_probing) {
            plan_widen(plan);
            continue;
        }
        if (!has_names) {
            plan_abandon(plan);
            return false;
        }
        plan_write(plan, &packing, question);
        if (question->pdu.count > 0) {
            plan->questions++;
            return true;
        }
    }
}

/*
 * The packing of questions: as many columns as the device bears, columns of about equal length
 * together, so that little is fetched beyond their ends.
 */
#include "core/fleet/plan.h"
#include "core/fleet/plan_inside.h"

/* Columns with more rows left than this are treated alike. */
#define PLAN_LEFT_MAX 24
/* Message, community and PDU headers of a reply, and some air. */
#define PLAN_MESSAGE_BYTES 64
/* Room of one name in the question's storage. */
#define PLAN_NAME_MAX 96
/* Bytes of all names in one question: with the headers around them they must fit a path of 1,280
 * octets, since requests are not fragmented (core/engine/wire.c). */
#define PLAN_NAMES_BYTES  1100
#define PLAN_NAME_HEADERS 6
/* The varbind that answers for the Printer-MIB's root. */
#define PLAN_ROOT_BYTES 24

/* Open columns sorted by the rows they still need. */
struct plan_candidates {
    uint8_t head[PLAN_LEFT_MAX + 1];
    uint8_t next[OBJECT_ID_LIMIT];
    unsigned longest;
};

#define PLAN_NONE 0xff

struct plan_packing {
    struct plan *plan;
    unsigned room; /* reply bytes left */
    unsigned request_room;
    unsigned varbinds;
    unsigned repetitions;
    unsigned singles;
    unsigned repeaters;
    uint8_t single[PLAN_NAMES_MAX];
    uint8_t repeater[PLAN_NAMES_MAX];
};

/* Rows that the plain columns of a table should have; 0 = they wait for its keys. */
static unsigned plan_table_rows(const struct plan_table *table, bool has_open_keys)
{
    if (has_open_keys && !table->is_trusted) {
        return 0;
    }
    if (table->is_trusted && table->expected > table->rows) {
        return table->expected;
    }
    return table->rows > 0 || has_open_keys ? table->rows : 1;
}

/* Rows that a column should still be asked for; 0 = not now. plain_rows: of plan_table_rows. */
static unsigned plan_rows_left(const struct plan_table *table, const struct plan_item *item,
                               unsigned plain_rows, unsigned rows)
{
    if (item->table == OBJECT_TABLE_SYSTEM) {
        return 1;
    }
    if (!item->is_key) {
        return plain_rows == 0 ? 0 : (plain_rows > rows ? plain_rows - rows : 2);
    }
    unsigned expected = table->expected > table->rows ? table->expected : table->rows;
    /* One more than the rows shows the end. Beyond what was expected: half as much again. */
    return expected > rows ? expected - rows + 1u : 2u + rows / 2u;
}

static unsigned plan_gather(const struct plan *plan, struct plan_candidates *candidates)
{
    uint8_t tail[PLAN_LEFT_MAX + 1];
    unsigned plain_rows[OBJECT_TABLE_COUNT];
    unsigned count = 0;
    struct plan_set rest = plan->open;
    size_t position;
    if (plan_set_is_empty(&rest)) {
        return 0;
    }
    for (unsigned table = 0; table < OBJECT_TABLE_COUNT; table++) {
        plain_rows[table] = plan_table_rows(&plan->tables[table], plan_has_open_keys(plan, table));
    }
    memset(candidates->head, PLAN_NONE, sizeof(candidates->head));
    candidates->longest = 0;
    while (plan_set_take(&rest, &position)) {
        const struct plan_item *item = &plan_shape.items[position];
        unsigned left = plan_rows_left(&plan->tables[item->table], item, plain_rows[item->table],
                                       plan->columns[position].rows);
        if (left == 0) {
            continue;
        }
        left = left < PLAN_LEFT_MAX ? left : PLAN_LEFT_MAX;
        if (candidates->head[left] == PLAN_NONE) {
            candidates->head[left] = (uint8_t)position;
        } else {
            candidates->next[tail[left]] = (uint8_t)position;
        }
        tail[left] = (uint8_t)position;
        candidates->next[position] = PLAN_NONE;
        candidates->longest = left > candidates->longest ? left : candidates->longest;
        count++;
    }
    return count;
}

/* Takes a column into the question if it fits: `bytes` of the reply, `times` varbinds. */
static bool plan_fit(struct plan_packing *packing, unsigned bytes, unsigned times,
                     unsigned name_bytes)
{
    unsigned names = packing->singles + packing->repeaters;
    bool fits = names < packing->plan->names_max && bytes <= packing->room &&
                name_bytes <= packing->request_room &&
                packing->varbinds + times <= packing->plan->varbinds_max;
    /* The first column always fits: a device that cannot even bear that says so. */
    if (!fits && names > 0) {
        return false;
    }
    packing->room -= bytes < packing->room ? bytes : packing->room;
    packing->request_room -=
        name_bytes < packing->request_room ? name_bytes : packing->request_room;
    packing->varbinds += times;
    return true;
}

static bool plan_pack(struct plan_packing *packing, size_t position, bool is_single)
{
    const struct plan_item *item = &plan_shape.items[position];
    unsigned times = is_single ? 1 : packing->repetitions;
    unsigned name_bytes =
        PLAN_NAME_HEADERS +
        (unsigned)(item->column_size + plan_last_index(packing->plan, position).size);
    if (!plan_fit(packing, item->varbind_bytes * times, times, name_bytes)) {
        return false;
    }
    if (is_single) {
        packing->single[packing->singles++] = (uint8_t)position;
    } else {
        packing->repeater[packing->repeaters++] = (uint8_t)position;
    }
    return true;
}

static void plan_pack_repeaters(struct plan_packing *packing,
                                const struct plan_candidates *candidates)
{
    for (unsigned left = candidates->longest; left >= 2 && 2 * left >= packing->repetitions;
         left--) {
        for (unsigned i = candidates->head[left]; i != PLAN_NONE; i = candidates->next[i]) {
            if (packing->repetitions == 0) {
                unsigned most = packing->room / plan_shape.items[i].varbind_bytes;
                most = most < packing->plan->varbinds_max ? most : packing->plan->varbinds_max;
                most =
                    most < packing->plan->repetitions_max ? most : packing->plan->repetitions_max;
                packing->repetitions = left < most ? left : (most > 0 ? most : 1);
            }
            if (!plan_pack(packing, i, false)) {
                return;
            }
        }
    }
}

static void plan_pack_singles(struct plan_packing *packing,
                              const struct plan_candidates *candidates, unsigned longest)
{
    if (packing->plan->is_probing && !packing->plan->is_root_told &&
        plan_fit(packing, PLAN_ROOT_BYTES, 1, PLAN_ROOT_BYTES)) {
        packing->single[packing->singles++] = PLAN_ROOT;
    }
    for (unsigned left = 1; left <= longest; left++) {
        for (unsigned i = candidates->head[left]; i != PLAN_NONE; i = candidates->next[i]) {
            if (!plan_pack(packing, i, true)) {
                return;
            }
        }
    }
}

/* Writes the name of a column's next row into the question. Returns false when it is too long. */
static bool plan_name(const struct plan *plan, struct plan_question *question, size_t at,
                      size_t position)
{
    if (position == PLAN_ROOT) {
        question->names[at] = plan_shape.root;
        return true;
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

static void plan_write(struct plan *plan, const struct plan_packing *packing,
                       struct plan_question *question)
{
    size_t count = 0;
    plan->asked_singles = 0;
    for (unsigned i = 0; i < packing->singles + packing->repeaters; i++) {
        bool is_single = i < packing->singles;
        uint8_t position = is_single ? packing->single[i] : packing->repeater[i - packing->singles];
        if (!plan_name(plan, question, count, position)) {
            plan_close_column(plan, position, PLAN_BROKEN);
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

bool plan_ask(struct plan *plan, struct plan_question *question)
{
    struct plan_candidates candidates;
    for (;;) {
        unsigned count = plan_gather(plan, &candidates);
        bool is_root_due = plan->is_probing && !plan->is_root_told;
        if (count == 0 && plan->is_probing && !is_root_due) {
            plan_widen(plan);
            continue;
        }
        if ((count == 0 && !is_root_due) || plan->questions >= PLAN_QUESTIONS_MAX ||
            plan->is_out_of_memory) {
            plan_abandon(plan);
            return false;
        }
        struct plan_packing packing = {.plan = plan,
                                       .room = plan->reply_bytes - PLAN_MESSAGE_BYTES,
                                       .request_room = PLAN_NAMES_BYTES};
        if (plan->is_bulk) {
            plan_pack_repeaters(&packing, &candidates);
            plan_pack_singles(&packing, &candidates, 1);
        } else {
            plan_pack_singles(&packing, &candidates, candidates.longest);
        }
        plan_write(plan, &packing, question);
        if (question->pdu.count > 0) {
            plan->questions++;
            return true;
        }
    }
}

/*
 * The packing of questions: as many columns as the device bears. A question asks all its columns
 * for the same number of rows, so columns of about equal length go together, little is fetched
 * beyond their ends, and longer ones are asked on later.
 */
#include "core/fleet/plan_pack.h"

#include "core/fleet/private.h"

/* Columns with more rows left than this are treated alike. */
#define PLAN_LEFT_MAX 24
/* Bytes of all names in one question: with the headers around them they must fit a path of 1,280
 * octets, since requests are not fragmented (core/engine/wire.c). */
#define PLAN_NAMES_BYTES  1100
#define PLAN_NAME_HEADERS 6
/* The varbind that answers for the Printer-MIB's root. */
#define PLAN_ROOT_BYTES 24

/* Lists of candidates: of 1 to PLAN_LEFT_MAX rows that they still need, and */
#define PLAN_SCOUTS 0                   /* of which one row goes into the question first */
#define PLAN_MORE   (PLAN_LEFT_MAX + 1) /* that take as many rows as the question has of others */
#define PLAN_GUESTS (PLAN_LEFT_MAX + 2) /* of which one row goes where room is left at last */
#define PLAN_KEYS   32 /* and on: of keys whose rows are not known, so that others wait for them */
#define PLAN_LISTS  (PLAN_KEYS + PLAN_LEFT_MAX + 1)
/* Rows of such a question that has no others. */
#define PLAN_MORE_ROWS 16

/* Questions' worth of known columns from which on they are packed tightly. */
#define PLAN_MUCH 2

/* This part of a reply stays free where questions do not count: values are longer than expected in
 * some devices, and what a reply had no room for is asked for once more. */
#define PLAN_AIR 16

#define PLAN_NONE 0xff

/* Open columns sorted by the rows they still need. By position: */
struct plan_candidates {
    const struct plan *plan;
    uint64_t filled; /* bit per list */
    uint8_t head[PLAN_LISTS];
    uint8_t tail[PLAN_LISTS];
    uint8_t next[OBJECT_ID_LIMIT];
    uint16_t row_bytes[PLAN_LISTS]; /* of a reply's row of all columns of a list */
};
_Static_assert(PLAN_LISTS <= 64, "lists are bits of a word");

/* --- gathering -------------------------------------------------------------------------------- */

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

static unsigned plan_varbind_bytes(const struct plan *plan, size_t position)
{
    return position >= PLAN_RIDER ? private_varbind_bytes(plan->riders, position - PLAN_RIDER)
                                  : plan_shape.items[position].varbind_bytes;
}

/* The lists of a group, PLAN_KEYS or 0, in which columns of two rows and more stand. */
static uint32_t plan_lists(const struct plan_candidates *candidates, unsigned group)
{
    return (uint32_t)(candidates->filled >> group) & ~(UINT32_MAX << PLAN_MORE) & ~UINT32_C(3);
}

static void plan_add(struct plan_candidates *candidates, size_t position, unsigned list)
{
    unsigned bytes = plan_varbind_bytes(candidates->plan, position);
    if ((candidates->filled >> list & 1) == 0) {
        candidates->filled |= UINT64_C(1) << list;
        candidates->head[list] = (uint8_t)position;
        candidates->row_bytes[list] = (uint16_t)bytes;
    } else {
        candidates->next[candidates->tail[list]] = (uint8_t)position;
        candidates->row_bytes[list] = (uint16_t)(candidates->row_bytes[list] + bytes);
    }
    candidates->tail[list] = (uint8_t)position;
    candidates->next[position] = PLAN_NONE;
}

static void plan_gather_riders(struct plan_candidates *candidates)
{
    const struct private_walk *walk = candidates->plan->riders;
    uint64_t rest = walk != NULL ? private_riding(walk, candidates->plan) : 0;
    for (; rest != 0; rest &= rest - 1) {
        size_t object = (size_t)__builtin_ctzll(rest);
        unsigned rows = 1;
        unsigned list = 1;
        switch (private_wish(walk, object, &rows)) {
        case PRIVATE_SCOUT:
            list = PLAN_SCOUTS;
            break;
        case PRIVATE_ONE:
            break;
        case PRIVATE_ROWS:
            list = rows < PLAN_LEFT_MAX ? rows : PLAN_LEFT_MAX;
            break;
        case PRIVATE_MORE:
            list = PLAN_MORE;
            break;
        case PRIVATE_GUEST:
            list = PLAN_GUESTS;
            break;
        }
        plan_add(candidates, PLAN_RIDER + object, list);
    }
}

/* What tells who the device is comes first where somebody waits for it. */
static bool plan_is_scout(const struct plan *plan, size_t position)
{
    return plan->is_maker_awaited && plan_set_has(&plan_shape.makers, position) &&
           !plan_set_has(&plan->filled, position);
}

static void plan_gather(const struct plan *plan, struct plan_candidates *candidates)
{
    unsigned plain_rows[OBJECT_TABLE_COUNT];
    struct plan_set rest = plan->open;
    size_t position;
    candidates->plan = plan;
    candidates->filled = 0;
    plan_gather_riders(candidates);
    for (unsigned table = 0; table < OBJECT_TABLE_COUNT; table++) {
        plain_rows[table] = plan_table_rows(&plan->tables[table], plan_has_open_keys(plan, table));
        if (plain_rows[table] == 0) {
            struct plan_set plain = plan_set_without(&plan_shape.tables[table], &plan_shape.keys);
            rest = plan_set_without(&rest, &plain);
        }
    }
    while (plan_set_take(&rest, &position)) {
        const struct plan_item *item = &plan_shape.items[position];
        unsigned left = plan_rows_left(&plan->tables[item->table], item, plain_rows[item->table],
                                       plan->columns[position].rows);
        if (left == 0) {
            continue;
        }
        unsigned list = left < PLAN_LEFT_MAX ? left : PLAN_LEFT_MAX;
        if (plan_is_scout(plan, position)) {
            list = PLAN_SCOUTS;
        } else if (list > 1 && item->is_key && !plan->tables[item->table].is_trusted) {
            list += PLAN_KEYS;
        }
        plan_add(candidates, position, list);
    }
}

/* --- packing ---------------------------------------------------------------------------------- */

static unsigned plan_name_bytes(const struct plan *plan, size_t position)
{
    uint8_t name[PLAN_NAME_MAX];
    size_t size =
        position >= PLAN_RIDER
            ? private_name(plan->riders, position - PLAN_RIDER, name, sizeof(name))
            : plan_shape.items[position].column_size + plan_last_index(plan, position).size;
    return PLAN_NAME_HEADERS + (unsigned)size;
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

static void plan_pack_singles(struct plan_packing *packing,
                              const struct plan_candidates *candidates, unsigned list)
{
    const struct plan *plan = packing->plan;
    if ((candidates->filled >> list & 1) == 0) {
        return;
    }
    for (unsigned i = candidates->head[list]; i != PLAN_NONE; i = candidates->next[i]) {
        if (plan_fit(packing, plan_varbind_bytes(plan, i), 1, plan_name_bytes(plan, i))) {
            packing->single[packing->singles++] = (uint8_t)i;
        }
    }
}

/* Packs a list of columns for as many rows as the question has. */
static void plan_pack_repeaters(struct plan_packing *packing,
                                const struct plan_candidates *candidates, unsigned list)
{
    const struct plan *plan = packing->plan;
    unsigned rows = packing->repetitions;
    for (unsigned i = candidates->head[list]; i != PLAN_NONE; i = candidates->next[i]) {
        /* A column of the vendor's may bear fewer rows at once. */
        bool is_too_many = i >= PLAN_RIDER && rows > plan->riders->repetitions_most;
        if (!is_too_many &&
            plan_fit(packing, rows * plan_varbind_bytes(plan, i), rows, plan_name_bytes(plan, i))) {
            packing->repeater[packing->repeaters++] = (uint8_t)i;
        }
    }
}

/* Packs columns of a group of lists that still need `least` to `most` rows. */
static void plan_pack_lists(struct plan_packing *packing, const struct plan_candidates *candidates,
                            unsigned group, unsigned least, unsigned most)
{
    uint32_t lists =
        plan_lists(candidates, group) & UINT32_MAX << least & ~(UINT32_MAX << most << 1);
    while (lists != 0) {
        unsigned left = 31 - (unsigned)__builtin_clz(lists);
        plan_pack_repeaters(packing, candidates, group + left);
        lists &= ~(UINT32_C(1) << left);
    }
}

/* Packs columns of a group of lists that are asked on later. */
static void plan_pack_longer(struct plan_packing *packing, const struct plan_candidates *candidates,
                             unsigned group)
{
    uint32_t lists = plan_lists(candidates, group) & UINT32_MAX << packing->repetitions << 1;
    for (; lists != 0; lists &= lists - 1) {
        plan_pack_repeaters(packing, candidates, group + (unsigned)__builtin_ctz(lists));
    }
}

/* Says whether there is much to ask. Then columns are cut to fill each question; else that is left
 * for the room where nothing else fits, since it costs more to take a column in parts. */
static bool plan_is_much(const struct plan_packing *packing,
                         const struct plan_candidates *candidates)
{
    if (!plan_is_tight(packing->plan)) {
        return false;
    }
    unsigned bytes = 0;
    for (uint32_t lists = plan_lists(candidates, 0); lists != 0; lists &= lists - 1) {
        unsigned left = (unsigned)__builtin_ctz(lists);
        bytes += candidates->row_bytes[left] * left;
    }
    return bytes > PLAN_MUCH * ((unsigned)packing->plan->reply_bytes - PLAN_MESSAGE_BYTES);
}

/* Packs a question that asks for so many rows; single rows fill any room that is left. */
static void plan_pack_rows(struct plan_packing *packing, const struct plan_candidates *candidates,
                           unsigned rows)
{
    bool is_much = plan_is_much(packing, candidates);
    packing->repetitions = rows;
    if ((candidates->filled >> PLAN_MORE & 1) != 0) {
        plan_pack_repeaters(packing, candidates, PLAN_MORE);
    }
    unsigned half = (rows + 1) / 2;
    unsigned third = (rows + 2) / 3;
    plan_pack_lists(packing, candidates, PLAN_KEYS, half, rows);
    plan_pack_longer(packing, candidates, PLAN_KEYS);
    if (is_much) {
        plan_pack_longer(packing, candidates, 0);
    }
    plan_pack_lists(packing, candidates, 0, half, rows);
    if (!is_much) {
        plan_pack_longer(packing, candidates, 0);
    }
    plan_pack_singles(packing, candidates, 1);
    plan_pack_lists(packing, candidates, PLAN_KEYS, third, half - 1);
    plan_pack_lists(packing, candidates, 0, third, half - 1);
}

/* As many rows as a reply bears of the first column of a list. */
static unsigned plan_bearable_rows(const struct plan_packing *packing,
                                   const struct plan_candidates *candidates, unsigned list,
                                   unsigned rows)
{
    const struct plan *plan = packing->plan;
    unsigned first = candidates->head[list];
    unsigned most = packing->room / plan_varbind_bytes(plan, first);
    most = most < plan->varbinds_max ? most : plan->varbinds_max;
    most = most < plan->repetitions_max ? most : plan->repetitions_max;
    if (first >= PLAN_RIDER && most > plan->riders->repetitions_most) {
        most = plan->riders->repetitions_most;
    }
    return rows < most ? rows : (most > 0 ? most : 1);
}

/* What a question for so many rows would bring of what a group of lists wants. */
static unsigned plan_worth(const struct plan_candidates *candidates, unsigned group, unsigned rows)
{
    unsigned worth = 0;
    for (uint32_t lists = plan_lists(candidates, group); lists != 0; lists &= lists - 1) {
        unsigned left = (unsigned)__builtin_ctz(lists);
        if (3 * left >= rows) {
            worth += candidates->row_bytes[group + left] * (left > rows ? rows : left);
        }
    }
    return worth;
}

/* Chooses the rows of the question: as many as the longest columns have, unless with fewer rows so
 * many more go along that it brings twice as much. Keys come first. 0 = there are only single
 * rows. */
static unsigned plan_choose_rows(const struct plan_packing *packing,
                                 const struct plan_candidates *candidates)
{
    unsigned group = plan_lists(candidates, PLAN_KEYS) != 0 ? PLAN_KEYS : 0;
    uint32_t lists = plan_lists(candidates, group);
    unsigned best = 0;
    unsigned best_worth = 0;
    while (lists != 0) {
        unsigned left = 31 - (unsigned)__builtin_clz(lists);
        unsigned rows = plan_bearable_rows(packing, candidates, group + left, left);
        unsigned worth = plan_worth(candidates, group, rows);
        lists &= ~(UINT32_C(1) << left);
        worth = worth < packing->room ? worth : packing->room;
        if (worth > 2 * best_worth) {
            best = rows;
            best_worth = worth;
        }
    }
    return best;
}

static void plan_pack_bulk(struct plan_packing *packing, const struct plan_candidates *candidates)
{
    plan_pack_singles(packing, candidates, PLAN_SCOUTS);
    unsigned rows = plan_choose_rows(packing, candidates);
    if (rows > 0) {
        plan_pack_rows(packing, candidates, rows);
    } else if ((candidates->filled >> PLAN_MORE & 1) != 0) {
        plan_pack_rows(packing, candidates,
                       plan_bearable_rows(packing, candidates, PLAN_MORE, PLAN_MORE_ROWS));
    } else {
        plan_pack_singles(packing, candidates, 1);
    }
}

static void plan_pack_root(struct plan_packing *packing)
{
    if (packing->plan->is_probing && !packing->plan->is_root_told &&
        plan_fit(packing, PLAN_ROOT_BYTES, 1, PLAN_ROOT_BYTES)) {
        packing->single[packing->singles++] = PLAN_ROOT;
    }
}

bool plan_is_tight(const struct plan *plan)
{
    return plan->goal == PLAN_MOVING || plan->is_maker_awaited || plan->riders != NULL;
}

bool plan_pack(struct plan *plan, struct plan_packing *packing)
{
    struct plan_candidates candidates;
    plan_gather(plan, &candidates);
    unsigned room = plan->reply_bytes - PLAN_MESSAGE_BYTES;
    *packing = (struct plan_packing){.plan = plan,
                                     .room = plan_is_tight(plan) ? room : room - room / PLAN_AIR,
                                     .request_room = PLAN_NAMES_BYTES};
    plan_pack_root(packing);
    if (plan->is_bulk) {
        plan_pack_bulk(packing, &candidates);
    } else {
        for (unsigned left = PLAN_SCOUTS; left <= PLAN_LEFT_MAX; left++) {
            plan_pack_singles(packing, &candidates, left);
            plan_pack_singles(packing, &candidates, PLAN_KEYS + left);
        }
    }
    bool has_names = packing->singles + packing->repeaters > 0;
    if (has_names) {
        plan_pack_singles(packing, &candidates, PLAN_GUESTS);
    }
    return has_names;
}

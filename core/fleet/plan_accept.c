/*
 * What answers mean for the plan: rows go into the records, columns move on, end or break.
 */
#include <endian.h>

#include "core/fleet/plan.h"
#include "core/fleet/plan_inside.h"
#include "core/fleet/private.h"
#include "proto/oid.h"

/* Questions in a row without answer before a device that had answered is given up. */
#define PLAN_SILENCES_MAX 3
/* Octets that come into a cache together. */
#define PLAN_CACHE_LINE 64

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
    if (size - 1 < sizeof(word)) {
        memcpy(&word, octets + size - sizeof(word), sizeof(word));
        word = be64toh(word) & (UINT64_MAX >> (64 - 8 * size));
        index.word = (word & 0x8080808080808080u) == 0 ? word : 0;
    }
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
static inline struct plan_index plan_table_last(const struct plan *plan, unsigned table)
{
    return (struct plan_index){.octets = bytes_of(plan->last[table], plan->tables[table].last_size),
                               .word = plan->tables[table].last_word};
}

/* Keeps the largest index of a table's keys. */
static void plan_note_last(struct plan *plan, unsigned table, const struct plan_index *index)
{
    struct plan_table *state = &plan->tables[table];
    if (state->last_size == PLAN_LAST_UNKNOWN || index->octets.size > PLAN_INDEX_MAX) {
        state->last_size = PLAN_LAST_UNKNOWN;
        return;
    }
    struct plan_index last = plan_table_last(plan, table);
    if (state->last_size == 0 || plan_is_after(index, &last)) {
        bytes_copy(plan->last[table], index->octets);
        state->last_size = (uint8_t)index->octets.size;
        state->last_word = index->word;
    }
}

/* Says whether a plain column has now reached the last row of its table. */
static inline bool plan_is_last_row(const struct plan *plan, const struct plan_item *item,
                                    unsigned rows, const struct plan_index *index)
{
    const struct plan_table *table = &plan->tables[item->table];
    if (item->table == OBJECT_TABLE_SYSTEM) {
        return true;
    }
    if (item->is_key || plan_has_open_keys(plan, item->table)) {
        return false;
    }
    if (table->last_size == 0) { /* no key was asked in this poll: what the last one saw counts */
        return rows >= table->expected;
    }
    struct plan_index last = plan_table_last(plan, item->table);
    return table->last_size != PLAN_LAST_UNKNOWN && !plan_is_after(&last, index);
}

/* The two numbers that decide what a poll must ask. */
static void plan_note_number(struct plan *plan, const struct plan_item *item,
                             const struct gate_varbind *varbind)
{
    int64_t number;
    if (pdu_number(varbind->tag, bytes_of(varbind->value, varbind->value_size), &number) != 0 ||
        number < 0 || number > UINT32_MAX) {
        return;
    }
    if (item->object == OBJECT_SYS_UPTIME) {
        plan->uptime_ticks = number;
    } else if (plan->config_changes < 0) { /* of the first printer behind this address */
        plan->config_changes = number;
    }
}

/* What the rows of one column have in common, looked up once per answer. */
struct plan_walk {
    const struct plan_item *item;
    struct bytes name; /* of the column */
    struct plan_column *column;
    struct record_writer *part;
    struct plan_index previous;
};

/* A buffer of the record is full: more room, or the device has said enough. */
static int plan_record_more(struct plan *plan, const struct plan_walk *walk,
                            const struct gate_varbind *varbind)
{
    int status = BASE_ELIMIT;
    while (status == BASE_ELIMIT) {
        status = plan_grow(walk->part);
        if (status != 0) {
            plan->is_out_of_memory = true;
            return status;
        }
        status = record_put_varbind(walk->part, walk->item->object, varbind, walk->name.size);
    }
    return status;
}

/* No value: the gate has let nothing else pass above the exceptions' first tag. */
static inline bool plan_is_exception(uint8_t tag)
{
    return tag >= GATE_NO_SUCH_OBJECT;
}

static inline uint64_t plan_load(const uint8_t *octets)
{
    uint64_t word;
    memcpy(&word, octets, sizeof(word));
    return word;
}

/* oid_is_below without a call. */
static inline bool plan_is_below(const struct plan_walk *walk, const struct gate_varbind *varbind)
{
    const struct plan_item *item = walk->item;
    size_t size = item->column_size;
    if (!item->has_words) {
        return oid_is_below(bytes_of(varbind->name, varbind->name_size), walk->name);
    }
    return varbind->name_size > size && plan_load(varbind->name) == item->begin &&
           plan_load(varbind->name + size - sizeof(item->end)) == item->end;
}

/* Takes one row. Returns: the state that the column has then. */
static enum plan_column_state plan_take_row(struct plan *plan, struct plan_walk *walk,
                                            const struct gate_varbind *varbind)
{
    const struct plan_item *item = walk->item;
    size_t column_size = item->column_size;
    if (!plan_is_below(walk, varbind) || plan_is_exception(varbind->tag)) {
        return PLAN_ENDED;
    }
    struct plan_index index =
        plan_index_of(varbind->name + column_size, varbind->name_size - column_size);
    uint16_t at = (uint16_t)walk->part->size;
    if ((walk->previous.octets.size > 0 && !plan_is_after(&index, &walk->previous)) ||
        index.octets.size > UINT8_MAX || walk->column->rows >= PLAN_ROWS_MAX) {
        return PLAN_BROKEN;
    }
    if (record_put_varbind(walk->part, item->object, varbind, column_size) != 0 &&
        plan_record_more(plan, walk, varbind) != 0) {
        return PLAN_BROKEN;
    }
    walk->previous = index;
    walk->column->last = at;
    walk->column->rows++;
    if (item->is_key) {
        plan_note_last(plan, item->table, &index);
    }
    return plan_is_last_row(plan, item, walk->column->rows, &index) ? PLAN_ENDED : PLAN_OPEN;
}

/* The table's last row as far as the usual column is concerned: its index word; UINT64_MAX while
 * its keys are walked; 0 = the column is none of the usual. */
static inline uint64_t plan_usual_end(const struct plan *plan, const struct plan_item *item,
                                      size_t index_size)
{
    const struct plan_table *table = &plan->tables[item->table];
    if (!item->has_words || index_size - 1 >= sizeof(uint64_t)) {
        return 0;
    }
    if (item->is_key || plan_has_open_keys(plan, item->table)) {
        return UINT64_MAX;
    }
    return table->last_size == index_size ? table->last_word : 0;
}

/* Notes what the usual column has taken: `size` octets of entries at the record's end, the last of
 * them for `last`, whose index has that word. */
static inline void plan_note_usual(struct plan *plan, size_t position,
                                   const struct gate_varbind *last, uint64_t word, size_t rows,
                                   size_t size)
{
    const struct plan_item *item = &plan_shape.items[position];
    struct record_writer *part = &plan->parts[item->part];
    const size_t index_size = last->name_size - (size_t)item->column_size;
    part->size += size;
    plan->columns[position].last =
        (uint16_t)(part->size - RECORD_RUN_HEADERS - index_size - last->value_size);
    plan->columns[position].rows = (uint16_t)rows;
    if (item->is_key) {
        const struct plan_index index = {bytes_of(last->name + item->column_size, index_size),
                                         word};
        plan_note_last(plan, item->table, &index);
    }
}

/* Takes rows of the usual column: its first ones, their indexes of the same size and with words.
 * Stops at anything else, which plan_take_rest judges. Every varbind passes this loop: what changes
 * with a row stays in registers until the last one.
 * Returns: how many rows it took; *state is the column's after them. */
static inline size_t plan_take_usual(struct plan *plan, size_t position,
                                     const struct gate_varbind *varbinds, size_t rows,
                                     size_t stride, enum plan_column_state *state)
{
    const struct plan_item *item = &plan_shape.items[position];
    const struct record_writer *part = &plan->parts[item->part];
    const struct gate_varbind *varbind = varbinds;
    const size_t name_size = varbind->name_size;
    const size_t index_size = name_size - item->column_size;
    const uint64_t end_word = plan_usual_end(plan, item, index_size);
    const uint64_t mask = UINT64_MAX >> ((64 - 8 * index_size) & 63);
    uint8_t *room = part->data + part->size;
    uint64_t word = 0;
    size_t taken = 0;
    if (end_word == 0) {
        return 0;
    }
    do {
        const uint8_t *name = varbind->name;
        const uint8_t *index = name + item->column_size;
        if (varbind->name_size != name_size) {
            break;
        }
        if (plan_load(name) != item->begin || plan_load(index - sizeof(item->end)) != item->end ||
            plan_is_exception(varbind->tag)) {
            *state = PLAN_ENDED;
            break;
        }
        uint64_t next = be64toh(plan_load(index + index_size - sizeof(next))) & mask;
        if ((next & 0x8080808080808080u) != 0 || next <= word) {
            break;
        }
        uint8_t *after =
            record_put_run(room, part->data + part->cap, item->object, index, index_size, varbind);
        if (after == NULL) {
            break;
        }
        room = after;
        word = next;
        varbind += stride;
        taken++;
    } while (taken < rows && word < end_word);
    if (taken > 0) {
        plan_note_usual(plan, position, varbind - stride, word, taken,
                        (size_t)(room - part->data) - part->size);
        if (word >= end_word) {
            *state = PLAN_ENDED;
        }
    }
    return taken;
}

/* Takes rows one by one, whatever they are. The first is compared with the last row in the record
 * before anything is written there, so that a buffer which moves while it grows is not looked at
 * again. Returns: the state that the column has then. */
static __attribute__((noinline)) enum plan_column_state
plan_take_rest(struct plan *plan, size_t position, const struct gate_varbind *varbinds, size_t rows,
               size_t stride)
{
    const struct plan_item *item = &plan_shape.items[position];
    struct bytes previous = plan_last_index(plan, position);
    struct plan_walk walk = {.item = item,
                             .name = plan_shape.objects[position].column,
                             .column = &plan->columns[position],
                             .part = &plan->parts[item->part],
                             .previous = plan_index_of(previous.data, previous.size)};
    enum plan_column_state state = PLAN_OPEN;
    for (size_t i = 0; i < rows && state == PLAN_OPEN; i++) {
        state = plan_take_row(plan, &walk, &varbinds[i * stride]);
    }
    return state;
}

/* Takes the rows that an answer has of one column: `rows` varbinds, `stride` apart. */
static inline void plan_accept_column(struct plan *plan, size_t position,
                                      const struct gate_varbind *varbinds, size_t rows,
                                      size_t stride)
{
    const struct plan_item *item = &plan_shape.items[position];
    const struct plan_column *column = &plan->columns[position];
    struct plan_table *table = &plan->tables[item->table];
    enum plan_column_state state = PLAN_OPEN;
    unsigned rows_before = column->rows;
    size_t taken = 0;
    if (!plan_set_has(&plan->open, position)) {
        return;
    }
    if (rows_before == 0) {
        taken = plan_take_usual(plan, position, varbinds, rows, stride, &state);
    }
    if (taken < rows && state == PLAN_OPEN) {
        state = plan_take_rest(plan, position, &varbinds[taken * stride], rows - taken, stride);
    }
    if (column->rows > rows_before) {
        plan_set_add(&plan->filled, position);
        table->rows = column->rows > table->rows ? column->rows : table->rows;
        if (item->decides_asking) {
            plan_note_number(plan, item, &varbinds[0]);
        }
    }
    if (state == PLAN_ENDED && !item->is_key) {
        plan_set_remove(&plan->open, position);
        plan_set_add(&plan->ended, position);
    } else if (state != PLAN_OPEN) {
        plan_close_column(plan, position, state);
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
    plan_note_root(plan, !plan_is_exception(varbind->tag) && oid_is_below(name, plan_shape.root));
}

/* The question asked for too much. Its size is remembered, down to what any device should bear;
 * below that only the next question is made smaller. */
static void plan_shrink(struct plan *plan, unsigned bytes, unsigned part)
{
    unsigned repeaters = (unsigned)plan->asked_count - plan->asked_singles;
    unsigned varbinds = plan->asked_singles + repeaters * plan->asked_repetitions;
    if (plan->asked_bytes <= PLAN_REPLY_BYTES_MIN) {
        plan->varbinds_max = (uint16_t)(varbinds > part ? varbinds / part : 1);
    } else {
        plan->reply_bytes = (uint16_t)(bytes > PLAN_REPLY_BYTES_MIN ? bytes : PLAN_REPLY_BYTES_MIN);
    }
}

static bool plan_has_asked_riders(const struct plan *plan)
{
    for (unsigned i = 0; i < plan->asked_count; i++) {
        if (plan->asked[i] >= PLAN_RIDER && plan->asked[i] != PLAN_ROOT) {
            return true;
        }
    }
    return false;
}

/* A question went wrong in which objects of the vendor's rode: the standard's are asked without
 * them from now on. Returns false when there were none. */
static bool plan_set_down_riders(struct plan *plan)
{
    bool has_riders = plan_has_asked_riders(plan);
    if (has_riders) {
        plan->riders->is_apart = true;
    }
    return has_riders;
}

/* Nothing in the answer moves the plan on: ask for less until the one name is found that is to
 * blame, and close that column. */
static void plan_blame_one(struct plan *plan, enum plan_column_state state)
{
    if (plan_set_down_riders(plan)) {
        return;
    }
    if (plan->asked_count > 1) {
        plan->names_max = (uint16_t)(plan->asked_count / 2);
        return;
    }
    if (plan->is_bulk && !plan->has_answered) { /* facts 4.1 #3: GETBULK itself is to blame */
        plan->is_bulk = false;
        plan->is_bulk_broken = true;
    } else if (plan->asked[0] == PLAN_ROOT) {
        plan_note_root(plan, false);
    } else if (plan_set_has(&plan->open, plan->asked[0])) {
        plan_close_column(plan, plan->asked[0], state);
    }
    plan->names_max = plan->names_limit;
    plan->varbinds_max = PLAN_VARBINDS_MAX;
}

/* While other devices were served, what belongs to this plan has left the nearest caches. Fetched
 * together it is waited for once, not line by line, which took a tenth of a poll's time. */
static inline void plan_fetch(const struct plan *plan)
{
    const uint8_t *columns = (const uint8_t *)plan->columns;
    const uint8_t *tables = (const uint8_t *)plan->tables;
    for (size_t at = 0; at < plan_shape.count * sizeof(plan->columns[0]); at += PLAN_CACHE_LINE) {
        __builtin_prefetch(columns + at, 1);
    }
    for (size_t at = 0; at < sizeof(plan->tables) + PLAN_CACHE_LINE; at += PLAN_CACHE_LINE) {
        __builtin_prefetch(tables + at, 1);
    }
    for (unsigned i = 0; i < 2; i++) {
        __builtin_prefetch(plan->parts[i].data + plan->parts[i].size, 1);
    }
}

void plan_accept(struct plan *plan, const struct gate_varbind *varbinds, size_t count)
{
    plan_fetch(plan);
    size_t singles = plan->asked_singles;
    size_t repeaters = plan->asked_count - singles;
    plan->silences = 0;
    if (count == 0) {
        plan_blame_one(plan, PLAN_BROKEN);
        return;
    }
    plan->has_answered = true;
    if (plan->riders != NULL && plan->riders->is_apart) {
        plan->riders->was_heard_apart = true;
    }
    plan->varbinds_max =
        (uint16_t)(plan->varbinds_max < PLAN_VARBINDS_MAX / 2 ? plan->varbinds_max * 2
                                                              : PLAN_VARBINDS_MAX);
    /* Repetition after repetition in the answer, column after column here: what is known of a
     * column stays at hand, and nothing is looked at beyond its end. */
    size_t repeated = count > singles && repeaters > 0 ? count - singles : 0;
    size_t rows_least = repeated > 0 ? repeated / repeaters : 0;
    size_t longer_end = singles + (repeated - rows_least * repeaters); /* these have one more */
    for (size_t i = 0; i < plan->asked_count && i < count; i++) {
        bool is_single = i < singles;
        size_t rows = is_single ? 1 : rows_least + (i < longer_end ? 1 : 0);
        if (plan->asked[i] == PLAN_ROOT) {
            plan_accept_root(plan, &varbinds[i]);
        } else if (plan->asked[i] >= PLAN_RIDER) {
            private_take(plan->riders, plan->asked[i] - (size_t)PLAN_RIDER, &varbinds[i], rows,
                         repeaters);
        } else {
            plan_accept_column(plan, plan->asked[i], &varbinds[i], rows, repeaters);
        }
    }
}

static void plan_refuse_name(struct plan *plan, int32_t error_index, enum plan_column_state state)
{
    if (error_index < 1 || error_index > (int32_t)plan->asked_count) {
        plan_blame_one(plan, state);
        return;
    }
    uint8_t position = plan->asked[error_index - 1];
    if (position == PLAN_ROOT) {
        plan_note_root(plan, false);
    } else if (position >= PLAN_RIDER) {
        private_close(plan->riders, position - (size_t)PLAN_RIDER);
    } else if (plan_set_has(&plan->open, position)) {
        plan_close_column(plan, position, state);
    }
}

void plan_refused(struct plan *plan, int32_t error_status, int32_t error_index)
{
    plan->silences = 0;
    if (error_status == PDU_TOO_BIG) {
        if (plan->asked_count == 1 && plan->asked_repetitions <= 1) {
            plan_blame_one(plan, PLAN_BROKEN);
        } else {
            plan_shrink(plan, (plan->asked_bytes + PLAN_REPLY_BYTES_MIN) / 2u, 2);
        }
    } else if (error_status == PDU_NO_SUCH_NAME) {
        plan_refuse_name(plan, error_index, PLAN_ENDED);
    } else {
        plan_refuse_name(plan, error_index, PLAN_BROKEN);
    }
}

bool plan_silence(struct plan *plan)
{
    if (plan_set_down_riders(plan)) {
        return true;
    }
    plan->silences++;
    bool is_small = plan->asked_count == 1 && plan->asked_repetitions <= 1;
    if (is_small || plan->silences >= PLAN_SILENCES_MAX) {
        return false;
    }
    plan_shrink(plan, plan->asked_bytes / 4u, 4);
    return true;
}

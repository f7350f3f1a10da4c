#include "core/fleet/plan.h"

#include <errno.h>
#include <stdlib.h>

#include "core/fleet/plan_inside.h"
#include "proto/oid.h"

/* First size of a record's buffer: most static parts fit, and it grows. */
#define PLAN_RECORD_BYTES 4096
/* Octets around name and value of a varbind: three headers of two octets. */
#define PLAN_VARBIND_HEADERS 6
/* What an index takes in most tables: hrDeviceIndex and row. */
#define PLAN_INDEX_BYTES 2

static struct plan_shape shape;

static uint8_t plan_value_bytes(const struct object *object)
{
    switch (object->kind) {
    case OBJECT_KIND_NUMBER:
        return 3;
    case OBJECT_KIND_TEXT:
        return object->id == OBJECT_SYS_DESCR ? 80 : 14;
    case OBJECT_KIND_LOCALIZED:
    case OBJECT_KIND_CONSOLE_TEXT:
        return 20;
    case OBJECT_KIND_OID:
        return 9;
    case OBJECT_KIND_BITS:
        return 2;
    case OBJECT_KIND_OCTETS:
        return 6;
    }
    return 8;
}

const struct plan_shape *plan_shape(void)
{
    static uint8_t root[OID_BER_MAX];
    if (shape.objects != NULL) {
        return &shape;
    }
    shape.objects = object_all(&shape.count);
    size_t size = 0;
    BASE_REQUIRE(oid_from_text("1.3.6.1.2.1.43", root, sizeof(root), &size) == 0);
    shape.root = bytes_of(root, size);
    size_t position = 0;
    for (unsigned table = 0; table < OBJECT_TABLE_COUNT; table++) {
        shape.first[table] = (uint8_t)position;
        while (position < shape.count && shape.objects[position].table == table) {
            const struct object *object = &shape.objects[position];
            shape.items[position++] = (struct plan_item){
                .table = (uint8_t)table,
                .is_key = object->role == OBJECT_ROLE_KEY,
                .varbind_bytes = (uint8_t)(PLAN_VARBIND_HEADERS + object->column.size +
                                           PLAN_INDEX_BYTES + plan_value_bytes(object)),
                .column_size = (uint8_t)object->column.size};
        }
    }
    shape.first[OBJECT_TABLE_COUNT] = (uint8_t)position;
    /* 128: bits of plan->open */
    BASE_REQUIRE(position == shape.count && position <= 128 && position < PLAN_ROOT);
    return &shape;
}

size_t plan_column_count(void)
{
    return plan_shape()->count;
}

static int plan_reserve(struct record_writer *part)
{
    if (part->data == NULL) {
        uint8_t *data = malloc(PLAN_RECORD_BYTES);
        if (data == NULL) {
            return -ENOMEM;
        }
        part->data = data;
        part->cap = PLAN_RECORD_BYTES;
    }
    record_start(part, part->data, part->cap);
    return 0;
}

void plan_open_column(struct plan *plan, size_t position)
{
    const struct object *object = &plan_shape()->objects[position];
    plan->columns[position] = (struct plan_column){.state = PLAN_OPEN};
    plan->waiting[plan->waiting_count++] = (uint8_t)position;
    plan->open[position / 64] |= UINT64_C(1) << position % 64;
    plan->tables[object->table].open++;
    if (object->role == OBJECT_ROLE_KEY) {
        plan->tables[object->table].keys_open++;
    }
}

/* The objects whose answers show that a printer is there, with what every device has. */
static bool plan_is_probe(const struct object *object)
{
    switch ((int)object->table) {
    case OBJECT_TABLE_SYSTEM:
    case OBJECT_TABLE_HR_PRINTER:
    case OBJECT_TABLE_GENERAL:
    case OBJECT_TABLE_MARKER:
        return object->role == OBJECT_ROLE_KEY;
    default:
        return false;
    }
}

static bool plan_is_wanted(const struct plan *plan, const struct object *object,
                           const struct learned *learned)
{
    switch (plan->goal) {
    case PLAN_FIRST:
        return plan_is_probe(object);
    case PLAN_FULL:
        return !learned_is_absent(learned, object->id);
    case PLAN_MOVING:
        return object->pace == OBJECT_PACE_MOVING && !learned_is_absent(learned, object->id);
    }
    return false;
}

/* What the device bore last time. A full poll, once a day, tries twice that: the silence that had
 * shrunk it may have been an outage. */
static uint16_t plan_bearable(enum plan_goal goal, const struct learned *learned)
{
    unsigned most = goal == PLAN_FIRST ? PLAN_REPLY_BYTES_FIRST : PLAN_REPLY_BYTES;
    unsigned bytes = learned->reply_bytes * (goal == PLAN_FULL ? 2u : 1u);
    if (bytes == 0 || bytes > most) {
        return (uint16_t)most;
    }
    return (uint16_t)(bytes > PLAN_REPLY_BYTES_MIN ? bytes : PLAN_REPLY_BYTES_MIN);
}

/* Fills a plan with `state`, all but what belongs to it for good: its buffers and its columns. */
static int plan_reset(struct plan *plan, const struct plan *state)
{
    struct record_writer parts[2] = {plan->parts[0], plan->parts[1]};
    struct plan_column *columns = plan->columns;
    for (unsigned i = 0; i < 2; i++) {
        int status = plan_reserve(&parts[i]);
        plan->parts[i] = parts[i];
        if (status != 0) {
            return status;
        }
    }
    *plan = *state;
    plan->parts[0] = parts[0];
    plan->parts[1] = parts[1];
    plan->columns = columns;
    return 0;
}

int plan_resume(struct plan *plan, const struct plan *opening)
{
    int status = plan_reset(plan, opening);
    if (status == 0) {
        memcpy(plan->columns, opening->columns, plan_shape()->count * sizeof(*plan->columns));
    }
    return status;
}

int plan_start(struct plan *plan, enum plan_goal goal, const struct learned *learned, bool is_v1)
{
    static const struct plan blank;
    const struct plan_shape *all = plan_shape();
    int status = plan_reset(plan, &blank);
    if (status != 0) {
        return status;
    }
    plan->goal = goal;
    plan->is_bulk = !is_v1 && !learned->is_bulk_broken;
    plan->is_probing = goal == PLAN_FIRST;
    plan->has_printer_mib = goal != PLAN_FIRST;
    plan->bearable = plan_bearable(goal, learned);
    plan->reply_bytes = plan->bearable;
    plan->names_max = PLAN_NAMES_MAX;
    plan->varbinds_max = PLAN_VARBINDS_MAX;
    plan->uptime_ticks = -1;
    plan->config_changes = -1;
    for (unsigned table = 0; table < OBJECT_TABLE_COUNT; table++) {
        struct plan_table *state = &plan->tables[table];
        state->is_trusted = goal != PLAN_FIRST;
        state->expected = goal == PLAN_FIRST
                              ? (uint16_t)object_table_find(table)->first_rows_guess
                              : learned->rows[table];
    }
    memset(plan->columns, 0, all->count * sizeof(*plan->columns));
    for (size_t i = 0; i < all->count; i++) {
        if (plan_is_wanted(plan, &all->objects[i], learned)) {
            plan_open_column(plan, i);
        }
    }
    return 0;
}

void plan_fini(struct plan *plan)
{
    for (unsigned i = 0; i < 2; i++) {
        free(plan->parts[i].data);
        plan->parts[i] = (struct record_writer){0};
    }
}

struct bytes plan_last_index(const struct plan *plan, size_t position)
{
    uint32_t last = plan->columns[position].last;
    if (last == 0) {
        return bytes_of(NULL, 0);
    }
    const struct record_writer *part = &plan->parts[plan_shape()->objects[position].pace];
    /* An entry begins with object id, index size, index (proto/record.h). */
    return bytes_of(part->data + last + 2, part->data[last + 1]);
}

/* The keys of a table have been walked: its plain columns are at their end when they have reached
 * the keys' last row, or when there is no row at all. */
static void plan_keys_walked(struct plan *plan, enum object_table_id table)
{
    const struct plan_shape *all = plan_shape();
    const struct plan_table *state = &plan->tables[table];
    struct bytes last = bytes_of(state->last, state->last_size);
    for (size_t i = all->first[table]; i < all->first[table + 1]; i++) {
        if (plan->columns[i].state != PLAN_OPEN) {
            continue;
        }
        bool is_there = state->last_size != PLAN_LAST_UNKNOWN && plan->columns[i].rows > 0 &&
                        oid_compare(plan_last_index(plan, i), last) >= 0;
        if (state->rows == 0 || is_there) {
            plan_close_column(plan, i, PLAN_ENDED);
        }
    }
}

/* A table without end: its other columns would be as long. */
static void plan_give_up_table(struct plan *plan, enum object_table_id table)
{
    const struct plan_shape *all = plan_shape();
    for (size_t i = all->first[table]; i < all->first[table + 1]; i++) {
        if (plan->columns[i].state == PLAN_OPEN) {
            plan_close_column(plan, i, PLAN_BROKEN);
        }
    }
}

void plan_close_column(struct plan *plan, size_t position, enum plan_column_state state)
{
    const struct object *object = &plan_shape()->objects[position];
    struct plan_table *table = &plan->tables[object->table];
    plan->columns[position].state = (uint8_t)state;
    plan->open[position / 64] &= ~(UINT64_C(1) << position % 64);
    plan->started[position / 64] &= ~(UINT64_C(1) << position % 64);
    table->open--;
    if (state == PLAN_BROKEN) {
        plan->failed_tables |= 1u << object->table;
        if (plan->columns[position].rows >= PLAN_ROWS_MAX) {
            plan_give_up_table(plan, object->table);
        }
    }
    if (object->role == OBJECT_ROLE_KEY && --table->keys_open == 0) {
        plan_keys_walked(plan, object->table);
    }
}

void plan_escalate(struct plan *plan)
{
    const struct plan_shape *all = plan_shape();
    if (plan->goal != PLAN_MOVING) {
        return;
    }
    plan->goal = PLAN_FULL;
    for (unsigned table = 0; table < OBJECT_TABLE_COUNT; table++) {
        plan->tables[table].is_trusted = false;
    }
    for (size_t i = 0; i < all->count; i++) {
        if (plan->columns[i].state == PLAN_UNWANTED) {
            plan_open_column(plan, i);
        }
    }
}

/* Which rows the moving keys have found, as one number: how many and which the last one is. Tables
 * that move as a whole, such as alerts, do not count. */
static uint32_t plan_rows_shape(const struct plan *plan)
{
    const struct plan_shape *all = plan_shape();
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (unsigned table = OBJECT_TABLE_SYSTEM + 1; table < OBJECT_TABLE_COUNT; table++) {
        bool has_static = false;
        for (size_t i = all->first[table]; i < all->first[table + 1]; i++) {
            has_static = has_static || all->objects[i].pace == OBJECT_PACE_STATIC;
        }
        for (size_t i = all->first[table]; has_static && i < all->first[table + 1]; i++) {
            if (all->items[i].is_key == 0 || all->objects[i].pace != OBJECT_PACE_MOVING) {
                continue;
            }
            struct bytes last = plan_last_index(plan, i);
            hash = (hash ^ plan->columns[i].rows) * 16777619u;
            for (size_t octet = 0; octet < last.size; octet++) {
                hash = (hash ^ last.data[octet]) * 16777619u;
            }
        }
    }
    return hash != 0 ? hash : 1;
}

bool plan_has_other_rows(const struct plan *plan, const struct learned *learned)
{
    return plan->goal == PLAN_MOVING && plan->failed_tables == 0 && learned->shape != 0 &&
           learned->shape != plan_rows_shape(plan);
}

bool plan_is_not_printer(const struct plan *plan)
{
    return plan->goal == PLAN_FIRST && !plan->has_printer_mib;
}

void plan_abandon(struct plan *plan)
{
    const struct plan_shape *all = plan_shape();
    for (size_t i = 0; i < all->count; i++) {
        if (plan->columns[i].state == PLAN_OPEN) {
            plan->failed_tables |= 1u << all->objects[i].table;
        }
    }
    if (plan->is_probing) {
        plan->failed_tables |= 1u << OBJECT_TABLE_GENERAL;
    }
}

/* Says whether any table of the Printer-MIB has a row. */
static bool plan_has_printer_rows(const struct plan *plan)
{
    for (unsigned table = 0; table < OBJECT_TABLE_COUNT; table++) {
        if (plan->tables[table].rows > 0 && object_table_find(table)->is_printer_mib) {
            return true;
        }
    }
    return false;
}

/* An object is absent when it was walked, gave no row, and its table has rows of other columns.
 * An empty table tells nothing: alerts come and go. */
static void plan_learn_object(const struct plan *plan, size_t position, struct learned *learned)
{
    const struct object *object = &plan_shape()->objects[position];
    const struct plan_column *column = &plan->columns[position];
    uint8_t bit = (uint8_t)(1u << (object->id % 8));
    uint8_t *octet = &learned->absent[object->id / 8];
    if (column->state != PLAN_ENDED) {
        return;
    }
    bool is_scalar = object->table == OBJECT_TABLE_SYSTEM;
    if (column->rows == 0 && (is_scalar || plan->tables[object->table].rows > 0)) {
        *octet |= bit;
    } else {
        *octet &= (uint8_t)~bit;
    }
}

void plan_learn(const struct plan *plan, struct learned *learned)
{
    const struct plan_shape *all = plan_shape();
    for (size_t i = 0; i < all->count; i++) {
        plan_learn_object(plan, i, learned);
    }
    for (unsigned table = 0; table < OBJECT_TABLE_COUNT; table++) {
        const struct plan_table *state = &plan->tables[table];
        bool was_asked = false;
        for (size_t i = all->first[table]; i < all->first[table + 1]; i++) {
            was_asked = was_asked || plan->columns[i].state == PLAN_ENDED;
        }
        if (was_asked) {
            learned->rows[table] = (uint8_t)(state->rows < UINT8_MAX ? state->rows : UINT8_MAX);
        }
    }
    bool was_too_much = plan->reply_bytes < plan->bearable;
    if (was_too_much || learned->reply_bytes != 0) {
        learned->reply_bytes = plan->reply_bytes < PLAN_REPLY_BYTES ? plan->reply_bytes : 0;
    }
    learned->is_bulk_broken =
        learned->is_bulk_broken || (plan->is_bulk_broken && plan->has_answered);
    if (plan->config_changes >= 0 && plan->goal != PLAN_MOVING) {
        learned->config_changes = plan->config_changes;
    }
    if (plan->uptime_ticks >= 0) {
        learned->uptime_known = 1;
        learned->uptime_ticks = (uint32_t)plan->uptime_ticks;
    }
    /* A known printer without rows may have become something else: the next poll begins anew. */
    bool is_printer = plan->has_printer_mib && plan_has_printer_rows(plan);
    learned->is_printer = plan->has_printer_mib;
    learned->is_known = is_printer && plan->failed_tables == 0;
    if (learned->is_known) {
        learned->shape = plan_rows_shape(plan);
    }
}

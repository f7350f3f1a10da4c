#include "core/fleet/plan.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/hash64.h"
#include "core/fleet/plan_inside.h"
#include "proto/oid.h"

/* First size of a record's buffer: most static parts fit, and it grows. */
#define PLAN_RECORD_BYTES 4096
/* Octets around name and value of a varbind: three headers of two octets. */
#define PLAN_VARBIND_HEADERS 6
/* What an index takes in most tables: hrDeviceIndex and row. */
#define PLAN_INDEX_BYTES 2

struct plan_shape plan_shape;

/* What values take in recordings of real printers on average, with a little air. */
static uint8_t plan_value_bytes(const struct object *object)
{
    switch ((int)object->id) {
    case OBJECT_SYS_DESCR:
        return 80;
    case OBJECT_ALERT_DESCRIPTION:
        return 32;
    case OBJECT_HR_DEVICE_DESCR:
    case OBJECT_SUPPLY_DESCRIPTION:
        return 24;
    case OBJECT_SYS_UPTIME:
    case OBJECT_IF_SPEED:
    case OBJECT_MARKER_LIFE_COUNT:
    case OBJECT_ALERT_TIME:
        return 4;
    default:
        break;
    }
    switch (object->kind) {
    case OBJECT_KIND_NUMBER:
    case OBJECT_KIND_BITS:
        return 2;
    case OBJECT_KIND_TEXT:
        return 12;
    case OBJECT_KIND_LOCALIZED:
    case OBJECT_KIND_CONSOLE_TEXT:
        return 18;
    case OBJECT_KIND_OID:
        return 10;
    case OBJECT_KIND_OCTETS:
        return 6;
    }
    return 8;
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

static void plan_build_item(size_t position)
{
    const struct object *object = &plan_shape.objects[position];
    size_t size = object->column.size;
    struct plan_item *item = &plan_shape.items[position];
    *item = (struct plan_item){
        .object = (uint8_t)object->id,
        .table = (uint8_t)object->table,
        .part = (uint8_t)object->pace,
        .varbind_bytes =
            (uint8_t)(PLAN_VARBIND_HEADERS + size + PLAN_INDEX_BYTES + plan_value_bytes(object)),
        .column_size = (uint8_t)size,
        .is_key = object->role == OBJECT_ROLE_KEY,
        .has_words = size >= sizeof(item->begin) && size <= 2 * sizeof(item->begin),
        .decides_asking =
            object->id == OBJECT_SYS_UPTIME || object->id == OBJECT_GENERAL_CONFIG_CHANGES};
    if (item->has_words) {
        memcpy(&item->begin, object->column.data, sizeof(item->begin));
        memcpy(&item->end, object->column.data + size - sizeof(item->end), sizeof(item->end));
    }
    plan_set_add(&plan_shape.all, position);
    plan_set_add(&plan_shape.tables[item->table], position);
    if (item->is_key) {
        plan_set_add(&plan_shape.keys, position);
    }
    if (plan_is_probe(object)) {
        plan_set_add(&plan_shape.probe, position);
    }
    if (object->id == OBJECT_SYS_NAME || object->id == OBJECT_GENERAL_SERIAL_NUMBER) {
        plan_set_add(&plan_shape.names, position);
    }
    if (object->id == OBJECT_SYS_OBJECT_ID || object->id == OBJECT_SYS_DESCR ||
        object->id == OBJECT_HR_DEVICE_DESCR) {
        plan_set_add(&plan_shape.makers, position);
    }
}

static void plan_build_witnesses(void)
{
    struct plan_set rest = plan_shape.keys;
    size_t position;
    while (plan_set_take(&rest, &position)) {
        const struct plan_item *item = &plan_shape.items[position];
        struct plan_set table = plan_shape.tables[item->table];
        bool has_static = false;
        size_t other;
        while (plan_set_take(&table, &other)) {
            has_static = has_static || plan_shape.items[other].part == OBJECT_PACE_STATIC;
        }
        if (has_static && item->table != OBJECT_TABLE_SYSTEM && item->part == OBJECT_PACE_MOVING) {
            plan_set_add(&plan_shape.witnesses, position);
        }
    }
}

static void plan_build_shape(void)
{
    static uint8_t root[OID_BER_MAX];
    size_t size = 0;
    if (plan_shape.objects != NULL) {
        return;
    }
    plan_shape.objects = object_all(&plan_shape.count);
    BASE_REQUIRE(plan_shape.count <= 8 * sizeof(struct plan_set));
    BASE_REQUIRE(oid_from_text("1.3.6.1.2.1.43", root, sizeof(root), &size) == 0);
    plan_shape.root = bytes_of(root, size);
    for (size_t position = 0; position < plan_shape.count; position++) {
        plan_build_item(position);
    }
    plan_build_witnesses();
}

size_t plan_column_count(void)
{
    plan_build_shape();
    return plan_shape.count;
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

int plan_grow(struct record_writer *part)
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

void plan_open_columns(struct plan *plan, const struct plan_set *columns)
{
    plan->wanted = plan_set_either(&plan->wanted, columns);
    plan->open = plan_set_either(&plan->open, columns);
}

/* What a poll is about. */
static struct plan_set plan_wanted(enum plan_goal goal, const struct learned *learned)
{
    struct plan_set wanted = {{0, 0}};
    if (goal == PLAN_FIRST) {
        return plan_shape.probe;
    }
    for (size_t i = 0; i < plan_shape.count; i++) {
        const struct plan_item *item = &plan_shape.items[i];
        if ((goal == PLAN_FULL || item->part == OBJECT_PACE_MOVING ||
             plan_set_has(&plan_shape.names, i)) &&
            !learned_is_absent(learned, item->object)) {
            plan_set_add(&wanted, i);
        }
    }
    return wanted;
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
        memcpy(plan->columns, opening->columns, plan_shape.count * sizeof(*plan->columns));
    }
    return status;
}

int plan_start(struct plan *plan, enum plan_goal goal, const struct learned *learned, bool is_v1)
{
    static const struct plan blank;
    plan_build_shape();
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
    plan->names_limit = PLAN_NAMES_MAX;
    plan->names_max = PLAN_NAMES_MAX;
    plan->varbinds_max = PLAN_VARBINDS_MAX;
    plan->repetitions_max = PLAN_ROWS_MAX;
    plan_limit(plan, &learned->limits);
    plan->uptime_ticks = -1;
    plan->config_changes = -1;
    for (unsigned table = 0; table < OBJECT_TABLE_COUNT; table++) {
        struct plan_table *state = &plan->tables[table];
        state->is_trusted = goal != PLAN_FIRST;
        state->expected = goal == PLAN_FIRST ? (uint16_t)object_table_find(table)->first_rows_guess
                                             : learned->rows[table];
    }
    memset(plan->columns, 0, plan_shape.count * sizeof(*plan->columns));
    struct plan_set wanted = plan_wanted(goal, learned);
    plan_open_columns(plan, &wanted);
    return 0;
}

void plan_limit(struct plan *plan, const struct learned_limits *limits)
{
    plan->is_bulk = plan->is_bulk && !limits->no_bulk;
    if (limits->repetitions > 0) {
        plan->repetitions_max = limits->repetitions;
    }
    if (limits->varbinds > 0 && limits->varbinds < plan->names_limit) {
        plan->names_limit = limits->varbinds;
        plan->names_max = plan->names_max < plan->names_limit ? plan->names_max : plan->names_limit;
    }
}

void plan_fini(struct plan *plan)
{
    for (unsigned i = 0; i < 2; i++) {
        free(plan->parts[i].data);
        plan->parts[i] = (struct record_writer){0};
    }
}

void plan_widen(struct plan *plan)
{
    plan->is_probing = false;
    if (plan->has_printer_mib) {
        struct plan_set others = plan_set_without(&plan_shape.all, &plan->wanted);
        plan_open_columns(plan, &others);
    }
}

/* The keys of a table have been walked: its plain columns are at their end when they have reached
 * the keys' last row, or when there is no row at all. */
static void plan_keys_walked(struct plan *plan, unsigned table)
{
    const struct plan_table *state = &plan->tables[table];
    struct bytes last = bytes_of(plan->last[table], state->last_size);
    struct plan_set rest = plan_open_of(plan, table);
    size_t i;
    if (state->rows == 0) {
        plan->open = plan_set_without(&plan->open, &rest);
        plan->ended = plan_set_either(&plan->ended, &rest);
        return;
    }
    rest = plan_set_both(&rest, &plan->filled);
    while (state->last_size != PLAN_LAST_UNKNOWN && plan_set_take(&rest, &i)) {
        if (oid_compare(plan_last_index(plan, i), last) >= 0) {
            plan_close_column(plan, i, PLAN_ENDED);
        }
    }
}

void plan_close_column(struct plan *plan, size_t position, enum plan_column_state state)
{
    const struct plan_item *item = &plan_shape.items[position];
    plan_set_remove(&plan->open, position);
    if (state == PLAN_ENDED) {
        plan_set_add(&plan->ended, position);
    } else {
        plan->failed_tables |= 1u << item->table;
        if (plan->columns[position].rows >= PLAN_ROWS_MAX) {
            /* A table without end: its other columns would be as long. */
            plan->open = plan_set_without(&plan->open, &plan_shape.tables[item->table]);
            return;
        }
    }
    if (item->is_key && !plan_has_open_keys(plan, item->table)) {
        plan_keys_walked(plan, item->table);
    }
}

void plan_escalate(struct plan *plan)
{
    if (plan->goal != PLAN_MOVING) {
        return;
    }
    plan->goal = PLAN_FULL;
    for (unsigned table = 0; table < OBJECT_TABLE_COUNT; table++) {
        plan->tables[table].is_trusted = false;
    }
    struct plan_set others = plan_set_without(&plan_shape.all, &plan->wanted);
    plan_open_columns(plan, &others);
}

/* Which rows the moving keys have found, as one number: how many and which the last one is, and of
 * whom: name and serial number. Tables that move as a whole, such as alerts, do not count. */
static uint32_t plan_rows_shape(const struct plan *plan)
{
    struct plan_set rest = plan_shape.witnesses;
    uint32_t hash = 2166136261u; /* FNV-1a */
    size_t i;
    while (plan_set_take(&rest, &i)) {
        struct bytes last = plan_last_index(plan, i);
        hash = (hash ^ plan->columns[i].rows) * 16777619u;
        for (size_t octet = 0; octet < last.size; octet++) {
            hash = (hash ^ last.data[octet]) * 16777619u;
        }
    }
    rest = plan_shape.names;
    while (plan_set_take(&rest, &i)) {
        hash = (hash ^ (uint32_t)hash64(plan_last_value(plan, i))) * 16777619u;
    }
    return hash != 0 ? hash : 1;
}

bool plan_has_other_rows(const struct plan *plan, const struct learned *learned)
{
    return plan->goal == PLAN_MOVING && plan->failed_tables == 0 && learned->shape != 0 &&
           learned->shape != plan_rows_shape(plan);
}

bool plan_is_device_told(const struct plan *plan)
{
    struct plan_set untold = plan_set_without(&plan_shape.makers, &plan->filled);
    untold = plan_set_both(&untold, &plan->open);
    return !plan->is_probing && plan_set_is_empty(&untold);
}

bool plan_is_not_printer(const struct plan *plan)
{
    return plan->goal == PLAN_FIRST && !plan->has_printer_mib;
}

void plan_abandon(struct plan *plan)
{
    struct plan_set rest = plan->open;
    size_t i;
    while (plan_set_take(&rest, &i)) {
        plan->failed_tables |= 1u << plan_shape.items[i].table;
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
static void plan_learn_absent(const struct plan *plan, struct learned *learned)
{
    static const uint8_t nothing[sizeof(learned->absent)];
    struct plan_set empty = plan_set_without(&plan->ended, &plan->filled);
    struct plan_set there = plan_set_both(&plan->ended, &plan->filled);
    bool is_new = memcmp(learned->absent, nothing, sizeof(nothing)) == 0;
    size_t i;
    while (!is_new && plan_set_take(&there, &i)) {
        unsigned object = plan_shape.items[i].object;
        learned->absent[object / 8] &= (uint8_t) ~(1u << object % 8);
    }
    while (plan_set_take(&empty, &i)) {
        const struct plan_item *item = &plan_shape.items[i];
        uint8_t bit = (uint8_t)(1u << item->object % 8);
        uint8_t *octet = &learned->absent[item->object / 8];
        bool is_scalar = item->table == OBJECT_TABLE_SYSTEM;
        *octet &= (uint8_t)~bit;
        if (is_scalar || plan->tables[item->table].rows > 0) {
            *octet |= bit;
        }
    }
}

void plan_learn(const struct plan *plan, struct learned *learned)
{
    plan_learn_absent(plan, learned);
    for (unsigned table = 0; table < OBJECT_TABLE_COUNT; table++) {
        unsigned rows = plan->tables[table].rows;
        struct plan_set asked = plan_set_both(&plan->ended, &plan_shape.tables[table]);
        if (!plan_set_is_empty(&asked)) {
            learned->rows[table] = (uint8_t)(rows < UINT8_MAX ? rows : UINT8_MAX);
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

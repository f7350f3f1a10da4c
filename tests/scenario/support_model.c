#include "tests/scenario/support_model.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/record.h"

/* The list once more as text: nothing of proto/ has a part in what the devices say. */
static const struct {
    enum object_id id;
    enum object_table_id table;
    unsigned arc;
    const char *name;
    enum object_kind kind;
    enum object_pace pace;
    enum object_role role;
} OBJECTS[] = {
#define MODEL_OBJECT(symbol, id, table, arc, name, kind, pace, role)                               \
    {OBJECT_##symbol,    OBJECT_TABLE_##table, (arc), (name), OBJECT_KIND_##kind,                  \
     OBJECT_PACE_##pace, OBJECT_ROLE_##role},
    OBJECT_LIST(MODEL_OBJECT)
#undef MODEL_OBJECT
};

static const char *const ROOTS[] = {
#define MODEL_ROOT(symbol, root, name, rows) root,
    OBJECT_TABLES(MODEL_ROOT)
#undef MODEL_ROOT
};

const char *model_table(enum object_table_id table)
{
    return ROOTS[table];
}

static size_t place_of(enum object_id object)
{
    static uint8_t places[OBJECT_ID_LIMIT]; /* plus one */
    if (places[OBJECTS[0].id] == 0) {
        for (size_t i = 0; i < BASE_ARRAY_COUNT(OBJECTS); i++) {
            places[OBJECTS[i].id] = (uint8_t)(i + 1);
        }
    }
    BASE_REQUIRE(object < OBJECT_ID_LIMIT && places[object] != 0);
    return places[object] - 1u;
}

static void put_at(struct agent_mib *mib, size_t place, const char *index, unsigned salt)
{
    static const uint8_t OCTETS[] = {0x00, 0x1b, 0xa9, 0x01, 0x02, 0x03};
    char column[80];
    char text[300];
    struct agent_entry *entry = NULL;
    unsigned id = (unsigned)OBJECTS[place].id;
    /* The system group is what a device never seen is asked for first, whatever it bears. */
    bool is_long = salt % 61 == 60 && OBJECTS[place].table != OBJECT_TABLE_SYSTEM;
    snprintf(column, sizeof(column), "%s.%u", ROOTS[OBJECTS[place].table], OBJECTS[place].arc);
    switch (OBJECTS[place].kind) {
    case OBJECT_KIND_NUMBER:
        entry = agent_mib_put_number(mib, column, index, 0x02, (int64_t)salt * 37 + id);
        break;
    case OBJECT_KIND_TEXT:
    case OBJECT_KIND_LOCALIZED:
    case OBJECT_KIND_CONSOLE_TEXT:
        snprintf(text, sizeof(text), "%s %u%*s", OBJECTS[place].name + 3, salt,
                 (int)(is_long ? 200 : 0), "");
        entry = agent_mib_put(mib, column, index, 0x04, bytes_from_text(text));
        break;
    case OBJECT_KIND_OID:
        entry = agent_mib_put(mib, column, index, 0x06,
                              bytes_of("\x2b\x06\x01\x02\x01\x19\x03\x01\x05", 9));
        break;
    case OBJECT_KIND_BITS:
        entry = agent_mib_put(mib, column, index, 0x04, bytes_of("\x20\x00", 2));
        break;
    case OBJECT_KIND_OCTETS:
        entry = agent_mib_put(mib, column, index, 0x04, bytes_of(OCTETS, sizeof(OCTETS)));
        break;
    }
    BASE_REQUIRE(entry != NULL);
    entry->object = (uint8_t)id;
    if (id == OBJECT_SYS_UPTIME) {
        entry->tag = 0x43;
        entry->source = AGENT_UPTIME;
    } else if (id == OBJECT_GENERAL_CONFIG_CHANGES) {
        entry->tag = 0x41;
        entry->source = AGENT_CONFIG_CHANGES;
    } else if (id == OBJECT_MARKER_LIFE_COUNT) {
        entry->tag = 0x41;
        entry->source = AGENT_PAGES;
    }
}

void model_put(struct agent_mib *mib, enum object_id object, const char *index, unsigned salt)
{
    put_at(mib, place_of(object), index, salt);
}

/* "1.5": the index of a row, in the way of its table. */
static void write_index(char text[64], enum object_table_id table, unsigned device, unsigned row)
{
    switch ((int)table) {
    case OBJECT_TABLE_SYSTEM:
        snprintf(text, 64, "0");
        break;
    case OBJECT_TABLE_HR_DEVICE:
    case OBJECT_TABLE_INTERFACE:
        snprintf(text, 64, "%u", row);
        break;
    case OBJECT_TABLE_HR_PRINTER:
    case OBJECT_TABLE_GENERAL:
        snprintf(text, 64, "%u", device + row - 1);
        break;
    case OBJECT_TABLE_IP_ADDRESS:
        snprintf(text, 64, "10.%u.%u.200", row / 256, row % 256);
        break;
    default:
        snprintf(text, 64, "%u.%u", device, row);
        break;
    }
}

/* What stands beside and behind the wanted objects and must not get into a record. */
static void put_neighbours(struct agent_mib *mib)
{
    static const char *const COLUMNS[] = {
        "1.3.6.1.2.1.1.9.1.2",     "1.3.6.1.2.1.2.1",          "1.3.6.1.2.1.2.2.1.10",
        "1.3.6.1.2.1.4.20.1.3",    "1.3.6.1.2.1.25.3.2.1.1",   "1.3.6.1.2.1.25.3.2.1.99",
        "1.3.6.1.2.1.43.5.1.1.3",  "1.3.6.1.2.1.43.8.2.1.16",  "1.3.6.1.2.1.43.8.2.1.99",
        "1.3.6.1.2.1.43.14.1.1.2", "1.3.6.1.2.1.43.18.1.1.10", "1.3.6.1.4.1.253.8.51.1"};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(COLUMNS); i++) {
        agent_mib_put_number(mib, COLUMNS[i], "1", 0x02, (int64_t)i);
        agent_mib_put_number(mib, COLUMNS[i], "2", 0x02, (int64_t)i);
    }
}

struct model_shape model_office(void)
{
    return (struct model_shape){.device = 1,
                                .rows = {[OBJECT_TABLE_SYSTEM] = 1,
                                         [OBJECT_TABLE_HR_DEVICE] = 5,
                                         [OBJECT_TABLE_HR_PRINTER] = 1,
                                         [OBJECT_TABLE_INTERFACE] = 2,
                                         [OBJECT_TABLE_IP_ADDRESS] = 2,
                                         [OBJECT_TABLE_GENERAL] = 1,
                                         [OBJECT_TABLE_COVER] = 4,
                                         [OBJECT_TABLE_LOCALIZATION] = 2,
                                         [OBJECT_TABLE_INPUT] = 4,
                                         [OBJECT_TABLE_OUTPUT] = 2,
                                         [OBJECT_TABLE_MARKER] = 1,
                                         [OBJECT_TABLE_SUPPLY] = 6,
                                         [OBJECT_TABLE_COLORANT] = 4,
                                         [OBJECT_TABLE_MEDIA_PATH] = 2,
                                         [OBJECT_TABLE_CONSOLE] = 4,
                                         [OBJECT_TABLE_LIGHT] = 3,
                                         [OBJECT_TABLE_ALERT] = 3}};
}

struct agent_mib model_printer(const struct model_shape *shape)
{
    char index[64];
    struct agent_mib mib = {0};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(OBJECTS); i++) {
        for (unsigned row = 1; row <= shape->rows[OBJECTS[i].table]; row++) {
            write_index(index, OBJECTS[i].table, shape->device, row);
            put_at(&mib, i, index, row);
        }
    }
    put_neighbours(&mib);
    agent_mib_sort(&mib);
    return mib;
}

struct agent_mib model_host(void)
{
    struct model_shape shape = {.device = 1};
    shape.rows[OBJECT_TABLE_SYSTEM] = 1;
    shape.rows[OBJECT_TABLE_HR_DEVICE] = 20;
    shape.rows[OBJECT_TABLE_INTERFACE] = 3;
    struct agent_mib mib = model_printer(&shape);
    agent_mib_drop(&mib, "1.3.6.1.2.1.43");
    return mib;
}

static unsigned random_rows(struct world *world, enum object_table_id table)
{
    if (table == OBJECT_TABLE_SYSTEM) {
        return 1;
    }
    uint32_t kind = world_below(world, 100);
    if (kind < 15) {
        return table == OBJECT_TABLE_GENERAL ? 1 : 0;
    }
    if (kind < 75) {
        return 1 + world_below(world, 4);
    }
    return kind < 95 ? 5 + world_below(world, 8) : 13 + world_below(world, 28);
}

/* Row numbers that grow with gaps, some of them large. */
static unsigned next_row(struct world *world, unsigned row)
{
    if (world_chance(world, 800)) {
        return row + 1;
    }
    return row + 1 + world_below(world, world_chance(world, 800) ? 8 : 40000);
}

static void put_random_table(struct agent_mib *mib, struct world *world, enum object_table_id table,
                             unsigned device)
{
    char index[40][64];
    unsigned rows = random_rows(world, table);
    unsigned row = world_below(world, 3);
    for (unsigned i = 0; i < rows; i++) {
        write_index(index[i], table, device, row);
        row = next_row(world, row);
    }
    for (size_t place = 0; place < BASE_ARRAY_COUNT(OBJECTS); place++) {
        bool is_vital = OBJECTS[place].id == OBJECT_GENERAL_CONFIG_CHANGES;
        if (OBJECTS[place].table != table || (!is_vital && world_chance(world, 120))) {
            continue; /* the whole column is missing */
        }
        unsigned missing_permille = world_chance(world, 200) ? 300 : 0;
        for (unsigned i = 0; i < rows; i++) {
            if (is_vital || !world_chance(world, missing_permille)) {
                put_at(mib, place, index[i], world_below(world, 1000));
            }
        }
    }
}

struct agent_mib model_random(struct world *world)
{
    static const unsigned DEVICES[] = {0, 1, 1, 1, 2, 5, 10, 65535};
    struct agent_mib mib = {0};
    unsigned device = DEVICES[world_below(world, BASE_ARRAY_COUNT(DEVICES))];
    for (int table = 0; table < OBJECT_TABLE_COUNT; table++) {
        put_random_table(&mib, world, (enum object_table_id)table, device);
    }
    if (world_chance(world, 500)) {
        put_neighbours(&mib);
    }
    agent_mib_sort(&mib);
    return mib;
}

/* --- comparison ------------------------------------------------------------------------------ */

static struct support_oid index_of(const struct agent_entry *entry)
{
    struct support_oid index = {.count = entry->oid.count - entry->column_count};
    memcpy(index.arcs, entry->oid.arcs + entry->column_count, index.count * sizeof(index.arcs[0]));
    return index;
}

/* The last row of each table that a key of these paces tells of; count 0 = none. */
static void find_last_rows(const struct agent_mib *mib, unsigned paces, struct support_oid *last)
{
    for (size_t i = 0; i < mib->count; i++) {
        const struct agent_entry *entry = &mib->entries[i];
        size_t place = entry->object != 0 ? place_of((enum object_id)entry->object) : SIZE_MAX;
        if (place == SIZE_MAX || OBJECTS[place].role != OBJECT_ROLE_KEY ||
            (paces >> OBJECTS[place].pace & 1) == 0) {
            continue;
        }
        struct support_oid index = index_of(entry);
        if (support_oid_compare(&index, &last[OBJECTS[place].table]) > 0) {
            last[OBJECTS[place].table] = index;
        }
    }
}

static bool is_promised(const struct agent_entry *entry, size_t place,
                        const struct support_oid *last)
{
    struct support_oid index = index_of(entry);
    return OBJECTS[place].role == OBJECT_ROLE_KEY ||
           support_oid_compare(&index, &last[OBJECTS[place].table]) <= 0;
}

static uint64_t mix(uint64_t x, struct bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        x = (x ^ bytes.data[i]) * 0x100000001b3u;
    }
    return x;
}

/* Takes what a record holds; `times` counts by the agent's entries. */
static void take_record(const struct agent_mib *mib, struct bytes record, uint8_t *times,
                        struct model_match *match)
{
    size_t offset = 0;
    struct record_entry read;
    while (record.size > 0 && record_next(record, &offset, &read)) {
        const struct agent_entry *found = NULL;
        for (size_t i = 0; i < mib->count && found == NULL; i++) {
            const struct agent_entry *entry = &mib->entries[i];
            if (entry->object == read.object &&
                bytes_equal(bytes_of(entry->name + entry->column_size,
                                     (size_t)entry->name_size - entry->column_size),
                            read.index)) {
                found = entry;
            }
        }
        bool is_same = found != NULL && found->tag == read.tag &&
                       (found->source != AGENT_FIXED ||
                        bytes_equal(bytes_of(found->value, found->value_size), read.value));
        match->read++;
        if (!is_same) {
            match->strange++;
            match->strange_tables |= 1u << OBJECTS[place_of((enum object_id)read.object)].table;
        }
        if (found != NULL) {
            match->doubled += times[found - mib->entries]++ > 0 ? 1 : 0;
            match->sum += mix(mix(read.object, read.index), bytes_of(&read.tag, 1));
        }
    }
}

struct model_match model_compare(const struct agent_mib *mib, unsigned paces,
                                 struct bytes static_part, struct bytes moving_part)
{
    struct model_match match = {0};
    struct support_oid last[OBJECT_TABLE_COUNT] = {0};
    uint8_t *times = calloc(mib->count, 1);
    BASE_REQUIRE(times != NULL);
    struct support_oid static_last[OBJECT_TABLE_COUNT] = {0};
    find_last_rows(mib, paces, last);
    find_last_rows(mib, MODEL_STATIC, static_last);
    for (size_t table = 0; table < OBJECT_TABLE_COUNT; table++) {
        last[table] = last[table].count > 0 ? last[table] : static_last[table];
    }
    take_record(mib, static_part, times, &match);
    take_record(mib, moving_part, times, &match);
    for (size_t i = 0; i < mib->count; i++) {
        const struct agent_entry *entry = &mib->entries[i];
        if (entry->object == 0) {
            continue;
        }
        size_t place = place_of((enum object_id)entry->object);
        if ((paces >> OBJECTS[place].pace & 1) == 0) {
            continue;
        }
        bool is_due = is_promised(entry, place, last);
        match.wanted++;
        match.beyond += !is_due && times[i] > 0 ? 1 : 0;
        if (is_due && times[i] == 0) {
            match.missing_tables |= 1u << OBJECTS[place].table;
            if (match.missing++ == 0) {
                snprintf(match.first_missing, sizeof(match.first_missing), "%s.%u",
                         OBJECTS[place].name, entry->oid.arcs[entry->oid.count - 1]);
            }
        }
    }
    free(times);
    return match;
}

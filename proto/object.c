#include "proto/object.h"

#include "proto/oid.h"

/* The longest column of the list takes 11 octets; the rest is room for vendor columns. */
#define COLUMN_OCTETS_MAX 24

/* Kind, pace and role are short words in the list. */
#define OBJECT_ENTRY(symbol, number, table_symbol, arc, text, kind_word, pace_word, role_word)     \
    {                                                                                              \
        .name = (text),                                                                            \
        .id = OBJECT_##symbol,                                                                     \
        .table = OBJECT_TABLE_##table_symbol,                                                      \
        .kind = OBJECT_KIND_##kind_word,                                                           \
        .pace = OBJECT_PACE_##pace_word,                                                           \
        .role = OBJECT_ROLE_##role_word,                                                           \
    },
static struct object objects[] = {OBJECT_LIST(OBJECT_ENTRY)};
#undef OBJECT_ENTRY

#define OBJECT_ARC(symbol, id, table, arc, name, kind, pace, role) (arc),
static const uint32_t arcs[] = {OBJECT_LIST(OBJECT_ARC)};
#undef OBJECT_ARC

#define TABLE_ROOT(symbol, root, name, rows) root,
static const char *const roots[] = {OBJECT_TABLES(TABLE_ROOT)};
#undef TABLE_ROOT

/* prtMIB, RFC 3805. The comparison is by text, so the dot keeps 1.3.6.1.2.1.430 out. */
#define PRINTER_MIB                           "1.3.6.1.2.1.43."
#define TABLE_ENTRY(symbol, root, text, rows) {.name = (text), .first_rows_guess = (rows)},
static struct object_table tables[] = {OBJECT_TABLES(TABLE_ENTRY)};
#undef TABLE_ENTRY

_Static_assert(BASE_ARRAY_COUNT(objects) < UINT8_MAX,
               "by_id holds a position plus one in an octet");

static uint8_t columns[BASE_ARRAY_COUNT(objects)][COLUMN_OCTETS_MAX];
static uint8_t by_id[OBJECT_ID_LIMIT]; /* position in objects plus one; 0 = no such object */
static bool is_built;

static void build_column(size_t i)
{
    uint8_t arc_octets[5];
    char arc_text[11];
    size_t root_size = 0;
    size_t arc_size = 0;
    size_t digit = sizeof arc_text - 1;
    arc_text[digit] = '\0';
    for (uint32_t rest = arcs[i]; rest > 0; rest /= 10) {
        arc_text[--digit] = (char)('0' + rest % 10);
    }
    BASE_REQUIRE(
        oid_from_text(roots[objects[i].table], columns[i], COLUMN_OCTETS_MAX, &root_size) == 0);
    BASE_REQUIRE(oid_index_from_text(arc_text + digit, arc_octets, sizeof arc_octets, &arc_size) ==
                 0);
    BASE_REQUIRE(root_size + arc_size <= COLUMN_OCTETS_MAX);
    memcpy(columns[i] + root_size, arc_octets, arc_size);
    objects[i].column = bytes_of(columns[i], root_size + arc_size);
}

static void build(void)
{
    for (size_t i = 0; i < BASE_ARRAY_COUNT(objects); i++) {
        BASE_REQUIRE((unsigned)objects[i].id < OBJECT_ID_LIMIT);
        build_column(i);
        by_id[objects[i].id] = (uint8_t)(i + 1);
    }
    for (size_t i = 0; i < OBJECT_TABLE_COUNT; i++) {
        tables[i].is_printer_mib = strncmp(roots[i], PRINTER_MIB, strlen(PRINTER_MIB)) == 0;
    }
    is_built = true;
}

const struct object *object_all(size_t *count)
{
    if (!is_built) {
        build();
    }
    *count = BASE_ARRAY_COUNT(objects);
    return objects;
}

const struct object *object_find(unsigned id)
{
    if (!is_built) {
        build();
    }
    if (id >= OBJECT_ID_LIMIT || by_id[id] == 0) {
        return NULL;
    }
    return &objects[by_id[id] - 1];
}

const struct object_table *object_table_find(enum object_table_id table)
{
    BASE_REQUIRE((unsigned)table < OBJECT_TABLE_COUNT);
    if (!is_built) {
        build();
    }
    return &tables[table];
}

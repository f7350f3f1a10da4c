/*
 * The data table of wanted MIB objects: which column, of which table, of which kind, how often it
 * moves. The poll plan asks by this table and the reading is decoded by it; an object that is not
 * here is neither asked nor shown. The list itself is object_list.h.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "proto/object_list.h"

enum object_table_id {
#define OBJECT_TABLE_ENUM(symbol, root, name, rows) OBJECT_TABLE_##symbol,
    OBJECT_TABLES(OBJECT_TABLE_ENUM)
#undef OBJECT_TABLE_ENUM
        OBJECT_TABLE_COUNT
};

/* Stored in records: the numbers are for ever. */
enum object_id {
#define OBJECT_ENUM(symbol, id, table, arc, name, kind, pace, role) OBJECT_##symbol = (id),
    OBJECT_LIST(OBJECT_ENUM)
#undef OBJECT_ENUM
};

/* Ids are below this; a table indexed by id has this size. */
#define OBJECT_ID_LIMIT 240

enum object_kind {
    OBJECT_KIND_NUMBER,       /* INTEGER or any unsigned type: devices mix them up */
    OBJECT_KIND_TEXT,         /* nominally ASCII or UTF-8 */
    OBJECT_KIND_LOCALIZED,    /* charset of prtGeneralCurrentLocalization */
    OBJECT_KIND_CONSOLE_TEXT, /* charset of prtConsoleLocalization */
    OBJECT_KIND_OID,
    OBJECT_KIND_BITS,
    OBJECT_KIND_OCTETS, /* raw, e.g. a MAC address */
};

enum object_pace {
    OBJECT_PACE_STATIC,
    OBJECT_PACE_MOVING,
};

enum object_role {
    OBJECT_ROLE_PLAIN,
    OBJECT_ROLE_KEY,
};

struct object {
    const char *name;    /* "prtMarkerSuppliesLevel" */
    struct bytes column; /* BER content octets of the column's OID */
    enum object_id id;
    enum object_table_id table;
    enum object_kind kind;
    enum object_pace pace;
    enum object_role role;
};

struct object_table {
    const char *name;          /* "prtMarkerSuppliesTable" */
    unsigned first_rows_guess; /* rows to expect of a device never seen before */
    bool is_printer_mib;       /* below 1.3.6.1.2.1.43: a row there makes the device a printer */
};

/* All objects, grouped by table, in the order of the list; *count gets how many.
 * The BER of the columns is built at the first call; not thread-safe for that first call only. */
const struct object *object_all(size_t *count);

/* Returns: the object, or NULL when no object has that id. */
const struct object *object_find(unsigned id);

/* Returns: the table's properties; never NULL for a valid enum. */
const struct object_table *object_table_find(enum object_table_id table);

/*
 * What the files of the reading share; nobody else includes this.
 *
 * Decoding has two steps. Collecting sorts a record's entries into one grid a table: rows in index
 * order, one cell a column, each cell a slice of the record. Filling then turns cells into the
 * structures of reading.h, table by table. Nothing is interpreted in the first step and nothing is
 * searched in the second, and charsets are known before the first text is touched.
 */
#pragma once

#include <endian.h>

#include "proto/gate.h"
#include "proto/profile.h"
#include "proto/reading.h"
#include "proto/text.h"

/* Indexes longer than this belong to no table of ours (the longest is an IPv4 address). */
#define READING_INDEX_OCTETS_MAX 20

struct reading_chunk {
    struct reading_chunk *next;
    size_t cap;
    size_t used;
    _Alignas(max_align_t) uint8_t data[];
};

/* Memory of one reading: chunks that are kept from one device to the next. */
struct reading_arena {
    struct reading_chunk *first;
    struct reading_chunk *current;
    bool is_exhausted; /* malloc has failed since the last reset */
    struct text_decoder text;
};

/* What a device gave for one object of one row. */
struct reading_cell {
    struct bytes value;
    uint8_t tag; /* enum gate_tag; 0 = the device did not give it */
};

struct reading_row {
    struct bytes index;
    uint64_t index_word;   /* its last eight octets as a number, zero where it has fewer */
    uint64_t index_mask;   /* of index_word: the octets that are the index's */
    const uint8_t **cells; /* by the object's place in its table: the tag in the record, or NULL */
};

struct reading_grid {
    struct reading_row *rows; /* ascending by index */
    uint16_t count;
    uint16_t cap;
};

struct reading_decoder {
    struct reading *out;
    struct reading_arena *arena;
    struct reading_grid grids[1 + OBJECT_TABLE_COUNT]; /* by table, counted from 1 */
    const uint8_t **spare_cells;                       /* empty ones for new rows */
    size_t spare_count;
    int64_t charset;                   /* MIBenum of localized strings */
    int64_t console_charset;           /* MIBenum of console strings */
    const struct reading_row *device;  /* hrDeviceTable row of the printer; NULL none */
    const struct reading_row *general; /* its prtGeneralTable row; NULL none */
    struct bytes records[2];           /* static, moving */
    size_t private_counts[2];          /* entries of private objects in them, or more */
    struct reading_private *private;   /* NULL when there are none, or no profile */
    bool with_why;
    const char *row_path; /* "supplies[1.1]", only with_why; NULL = fields of the device itself */
    size_t why_cap;
};

/* Names of an enumeration by code; NULL entries and codes outside have no name. */
struct reading_names {
    const char *const *names;
    size_t count;
};

enum reading_form {
    READING_FORM_NUMBER,
    READING_FORM_COUNTER, /* a number that cannot be negative: -1 is absent (Konica Minolta) */
    READING_FORM_CODE,    /* a number and its name */
    READING_FORM_TEXT,    /* from here on texts */
    READING_FORM_SERIAL,  /* a text without padding by dots */
};

/* One column's way into a structure of reading.h. */
struct reading_field {
    uint8_t object; /* enum object_id */
    uint8_t form;   /* enum reading_form */
    uint16_t offset;
    uint16_t name_offset; /* READING_FORM_CODE with names */
    const struct reading_names *names;
    const char *path; /* as the JSON names it */
};

/* Memory (reading.c). Both return NULL when there is none, and the decoding fails as a whole then,
 * at its end. reserve gives room that the next call gives again unless commit keeps part of it. */
/* Moves on to a chunk with `size` octets free: one that is there already, else a new one. NULL when
 * there is no memory. */
struct reading_chunk *reading_next_chunk(struct reading_arena *arena, size_t size);

static inline char *reading_reserve(struct reading_arena *arena, size_t size)
{
    struct reading_chunk *chunk = arena->current;

    if (size > chunk->cap - chunk->used) {
        chunk = reading_next_chunk(arena, size);
    }
    return chunk != NULL ? (char *)chunk->data + chunk->used : NULL;
}

static inline void reading_commit(struct reading_arena *arena, size_t size)
{
    arena->current->used += size;
}

static inline void *reading_alloc(struct reading_arena *arena, size_t size)
{
    size_t padding = -arena->current->used & 7;
    char *room = reading_reserve(arena, padding + size);

    if (room == NULL) {
        return NULL;
    }
    /* A new chunk begins aligned. */
    padding = -arena->current->used & 7;
    reading_commit(arena, padding + size);
    return room + padding;
}

/* As reading_alloc, all octets zero. */
void *reading_alloc_zero(struct reading_arena *arena, size_t size);

/* reading_grid.c: collecting. */
/* Makes all tables empty; before the first record. Returns: false when there is no memory. */
bool reading_grids_init(struct reading_decoder *decoder);
/* Returns: false when the entries are damaged. */
bool reading_collect(struct reading_decoder *decoder, struct bytes record, bool is_moving);
const struct reading_grid *reading_grid(const struct reading_decoder *decoder,
                                        enum object_table_id table);
/* Returns: the row with that index, or NULL. */
const struct reading_row *reading_row_find(const struct reading_decoder *decoder,
                                           enum object_table_id table, struct bytes index);
/* The place of an object's cell among those of its row. */
extern const uint8_t reading_cell_places[UINT8_MAX + 1];
/* Where the record has the tag of an object in a row of its table; NULL for none. row: NULL for
 * none. */
static inline const uint8_t *reading_tag(const struct reading_row *row, unsigned object)
{
    return row != NULL ? row->cells[reading_cell_places[object]] : NULL;
}
static inline struct reading_cell reading_cell_at(const uint8_t *tag)
{
    if (tag == NULL) {
        return (struct reading_cell){.tag = 0};
    }
    return (struct reading_cell){.value = record_value(tag), .tag = tag[0]};
}
/* The cell of an object in a row; its tag is 0 when absent. */
static inline struct reading_cell reading_cell(const struct reading_row *row, unsigned object)
{
    return reading_cell_at(reading_tag(row, object));
}
/* The number at a tag, of any numeric type, also of decimal text; READING_ABSENT for none. */
int64_t reading_any_number(const uint8_t *tag);
static inline int64_t reading_number_at(const uint8_t *tag)
{
    if (tag != NULL && tag[0] == GATE_INTEGER && tag[1] - 1U < sizeof(uint64_t)) {
        /* The usual ones at once. The octets before a value are those of its entry and the
         * record's header. */
        unsigned unused_bits = 64 - 8U * tag[1];
        uint64_t word;
        memcpy(&word, tag + 2 + tag[1] - sizeof(word), sizeof(word));
        return (int64_t)(be64toh(word) << unused_bits) >> unused_bits;
    }
    return reading_any_number(tag);
}
/* The same for the cell of an object in a row. */
static inline int64_t reading_number(const struct reading_row *row, unsigned object)
{
    return reading_number_at(reading_tag(row, object));
}
/* The first and the last arc of an index: hrDeviceIndex, and the row's own. 0 when empty. */
uint32_t reading_first_arc(struct bytes index);
uint32_t reading_last_arc(struct bytes index);
/* Writes the index of a row as text: "1.5". */
void reading_index_text(const struct reading_row *row, char out[READING_INDEX_TEXT_MAX]);

/* reading_fill.c: filling. */
const char *reading_name(const struct reading_names *names, int64_t code);
/* The cleaned text of a cell in the arena, NULL when absent or nothing but padding. */
const char *reading_text(struct reading_decoder *decoder, const struct reading_row *row,
                         unsigned object);
/* The cleaned text of octets, whose charset is that of texts of the object; 0 for a private one.
 * NULL when there is nothing but padding. */
const char *reading_clean(struct reading_decoder *decoder, struct bytes raw, unsigned object);
/* Copies a slice of clean text; NULL for an empty one. */
const char *reading_copy(struct reading_decoder *decoder, struct bytes text);
/* As reading_copy, but drops dots and blanks at both ends. */
const char *reading_unpadded(struct reading_decoder *decoder, struct bytes text);
/* Fills a structure from a row, which must be there. */
void reading_fill(struct reading_decoder *decoder, const struct reading_row *row,
                  const struct reading_field *fields, size_t count, void *out);
/* Room for one structure per row of a table, all zero; NULL when the table is empty. */
void *reading_rows(struct reading_decoder *decoder, enum object_table_id table, size_t size);
/* Writes the index text and, with_why, the path of the row's fields. */
void reading_enter_row(struct reading_decoder *decoder, const struct reading_row *row,
                       const char *list, char index[READING_INDEX_TEXT_MAX]);
/* Writes "aa:bb:..." for six usable octets (or their text); "" for none, zero, group or all-ones
 * addresses. */
void reading_mac(struct reading_cell cell, char out[18]);

/* The parts, in the order in which they are decoded. */
void reading_identity_decode(struct reading_decoder *decoder);
void reading_supply_decode(struct reading_decoder *decoder);
void reading_tables_decode(struct reading_decoder *decoder);
void reading_alert_decode(struct reading_decoder *decoder);
void reading_condition_decode(struct reading_decoder *decoder);

/* reading_why.c: for decoder->with_why alone. path: below the row's path. row and object:
 * where the value was read, NULL and 0 for a value that no single object gave. */
void reading_why_add(struct reading_decoder *decoder, const char *path,
                     const struct reading_row *row, unsigned object, const char *value,
                     const char *rule);
/* As reading_why_add, but does nothing unless with_why. */
static inline void reading_why(struct reading_decoder *decoder, const char *path,
                               const struct reading_row *row, unsigned object, const char *value,
                               const char *rule)
{
    if (decoder->with_why) {
        reading_why_add(decoder, path, row, object, value, rule);
    }
}
/* As reading_why for a number; READING_ABSENT is skipped. */
void reading_why_number(struct reading_decoder *decoder, const char *path,
                        const struct reading_row *row, unsigned object, int64_t value,
                        const char *rule);
/* Formats into the arena; for why only, never on the usual path. NULL without memory. */
const char *reading_format(struct reading_decoder *decoder, const char *format, ...)
    BASE_PRINTF(2, 3);

/* Appends an entry as it is. */
void reading_why_put(struct reading_decoder *decoder, const struct reading_why *why);
/* The octets of a value between quotes, with escapes. NULL without memory. */
const char *reading_quoted(struct reading_decoder *decoder, struct bytes value);

/* reading_private.c: what a vendor's profile adds. */
/* Chooses the profile and decodes the private objects. object_id: sysObjectID; device_text:
 * hrDeviceDescr, NULL none. */
void reading_private_decode(struct reading_decoder *decoder, struct bytes object_id,
                            const char *device_text);
/* The text of an identity value, explained under `path`; NULL for none. */
const char *reading_private_text(struct reading_decoder *decoder, enum profile_field field,
                                 const char *path);
/* Puts the private meters into the list, before and behind the standard's. */
void reading_private_meters(struct reading_decoder *decoder);
/* Completes a supply. Returns: false when there is no such supply. */
bool reading_private_supply(struct reading_decoder *decoder, struct reading_supply *supply);
/* Says whether an input of that name is no tray but a way to choose one. */
bool reading_private_is_pseudo(const struct reading_decoder *decoder, const char *name);
/* reading_supply.c: sets a percentage and the state that follows. rule: static text. */
void reading_supply_percent(struct reading_supply *supply, int percent, const char *rule);

/* reading_names.c */
extern const struct reading_names reading_device_states;
extern const struct reading_names reading_printer_states;
extern const struct reading_names reading_error_bits;
extern const struct reading_names reading_units;
extern const struct reading_names reading_speed_units;
extern const struct reading_names reading_supply_types;
extern const struct reading_names reading_cover_states;
extern const struct reading_names reading_mark_techs;
extern const struct reading_names reading_path_types;
extern const struct reading_names reading_severities;
extern const struct reading_names reading_alert_groups;

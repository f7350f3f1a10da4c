/*
 * What the files of the reading share; nobody else includes this.
 *
 * Decoding has two steps. Collecting sorts a record's entries into one grid a table: rows in index
 * order, one cell a column, each cell a slice of the record. Filling then turns cells into the
 * structures of reading.h, table by table. Nothing is interpreted in the first step and nothing is
 * searched in the second, and charsets are known before the first text is touched.
 */
#pragma once

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

struct reading_cell {
    const uint8_t *data;
    uint16_t size;
    uint8_t tag; /* enum gate_tag; 0 = the device did not give it */
};

struct reading_row {
    struct bytes index;
    uint64_t index_word;        /* of reading_index_word: equal for equal indexes */
    struct reading_cell *cells; /* by the object's place in its table */
    const char *index_text;     /* "1.5" */
    uint8_t index_text_size;    /* with the NUL */
    bool is_moving;             /* the moving record has given part of it */
};

struct reading_grid {
    struct reading_row *rows; /* ascending by index */
    uint16_t count;
    uint16_t cap;
    uint16_t hint; /* the row that was found last */
};

struct reading_decoder {
    struct reading *out;
    struct reading_arena *arena;
    struct reading_grid grids[OBJECT_TABLE_COUNT];
    int64_t charset;                   /* MIBenum of localized strings */
    int64_t console_charset;           /* MIBenum of console strings */
    const struct reading_row *device;  /* hrDeviceTable row of the printer; NULL none */
    const struct reading_row *general; /* its prtGeneralTable row; NULL none */
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
    READING_FORM_TEXT,
    READING_FORM_SERIAL, /* a text without padding by dots */
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

/* reading.c: memory. Both return NULL when there is none, and the decoding fails as a whole then,
 * at its end. reserve gives room that the next call gives again unless commit keeps part of it. */
void *reading_alloc(struct reading_arena *arena, size_t size);
char *reading_reserve(struct reading_arena *arena, size_t size);
void reading_commit(struct reading_arena *arena, size_t size);

/* reading_grid.c: collecting. */
/* Returns: false when the entries are damaged. */
bool reading_collect(struct reading_decoder *decoder, struct bytes record, bool is_moving);
const struct reading_grid *reading_grid(const struct reading_decoder *decoder,
                                        enum object_table_id table);
/* Returns: the row with that index, or NULL. */
const struct reading_row *reading_row_find(const struct reading_decoder *decoder,
                                           enum object_table_id table, struct bytes index);
/* The cell of an object in a row of its table; its tag is 0 when absent. */
const struct reading_cell *reading_cell(const struct reading_row *row, unsigned object);
/* The number of a cell of any numeric type, also of decimal text; READING_ABSENT for none. */
int64_t reading_number(const struct reading_row *row, unsigned object);
/* The first and the last arc of an index: hrDeviceIndex, and the row's own. 0 when empty. */
uint32_t reading_first_arc(struct bytes index);
uint32_t reading_last_arc(struct bytes index);

/* reading_fill.c: filling. */
const char *reading_name(const struct reading_names *names, int64_t code);
/* The cleaned text of a cell in the arena, NULL when absent or nothing but padding. */
const char *reading_text(struct reading_decoder *decoder, const struct reading_row *row,
                         unsigned object);
/* Copies a slice of clean text; NULL for an empty one. */
const char *reading_copy(struct reading_decoder *decoder, struct bytes text);
/* As reading_copy, but drops dots and blanks at both ends. */
const char *reading_unpadded(struct reading_decoder *decoder, struct bytes text);
void reading_fill(struct reading_decoder *decoder, const struct reading_row *row,
                  const struct reading_field *fields, size_t count, void *out);
/* Room for one structure per row of a table, all zero; NULL when the table is empty. */
void *reading_rows(struct reading_decoder *decoder, enum object_table_id table, size_t size);
/* Writes the index text and, with_why, the path of the row's fields. */
void reading_enter_row(struct reading_decoder *decoder, const struct reading_row *row,
                       const char *list, char index[READING_INDEX_TEXT_MAX]);
/* Writes "aa:bb:..." for six usable octets (or their text); "" for none, zero, group or all-ones
 * addresses. */
void reading_mac(const struct reading_cell *cell, char out[18]);

/* The parts, in the order in which they are decoded. */
void reading_identity_decode(struct reading_decoder *decoder);
void reading_supply_decode(struct reading_decoder *decoder);
void reading_tables_decode(struct reading_decoder *decoder);
void reading_alert_decode(struct reading_decoder *decoder);
void reading_condition_decode(struct reading_decoder *decoder);

/* reading_why.c: does nothing unless decoder->with_why. path: below the row's path. row and object:
 * where the value was read, NULL and 0 for a value that no single object gave. */
void reading_why(struct reading_decoder *decoder, const char *path, const struct reading_row *row,
                 unsigned object, const char *value, const char *rule);
/* As reading_why for a number; READING_ABSENT is skipped. */
void reading_why_number(struct reading_decoder *decoder, const char *path,
                        const struct reading_row *row, unsigned object, int64_t value,
                        const char *rule);
/* Formats into the arena; for why only, never on the usual path. NULL without memory. */
const char *reading_format(struct reading_decoder *decoder, const char *format, ...)
    BASE_PRINTF(2, 3);

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

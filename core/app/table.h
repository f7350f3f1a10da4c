/*
 * A table in memory, from one list of columns to four forms: aligned for a terminal, CSV, JSON
 * lines, and sorted or filtered beforehand. So the forms cannot differ in what they show.
 *
 * Filling: table_row begins a row, the table_set functions give its cells; a cell that is never
 * given is absent: "-" for people, empty in CSV, null in JSON. Memory running out is remembered
 * and told once by table_status, so that filling needs no checks.
 * Texts are copied and cleaned (display.h). Cost: 16 bytes a cell and its text.
 */
#pragma once

#include <stdio.h>

#include "core/app/terminal.h"
#include "core/base/base.h"

enum table_kind {
    TABLE_TEXT,
    TABLE_NUMBER,
    TABLE_PERCENT, /* a number of 0 to 100; "45 %" for people */
    TABLE_BAR,     /* the same with a bar: "[####......]  45 %" */
    TABLE_TIME,    /* ms since 1970; "3 min ago" for people, ISO 8601 for programs */
    TABLE_MOMENT,  /* the same, but local date and time for people */
    TABLE_FLAG,    /* 0 or 1; "no", "yes" for people, false and true in JSON */
};

struct table_column {
    const char *key;   /* in --columns, --sort, CSV and JSON: "last_polled" */
    const char *title; /* for people: "POLLED" */
    enum table_kind kind;
    unsigned least; /* cells that a text may be cut to on a narrow terminal; 0 = never cut */
    unsigned rank;  /* on a narrow terminal columns leave by highest rank; 0 = never */
    bool hidden;    /* for programs, and for people only when --columns names it */
    unsigned brief; /* people get so many characters unless they chose columns; 0 = all */
    int64_t usual; /* people do not get a column of rank > 0 whose numbers are all this; 0 = none */
};

struct table_cell;

/* A column of numbers that is shown when it is asked for. */
#define TABLE_HIDDEN_NUMBER(key_text, title_text)                                                  \
    {                                                                                              \
        .key = (key_text), .title = (title_text), .kind = TABLE_NUMBER, .hidden = true             \
    }

/* Fields are the table's own. */
struct table {
    const struct table_column *columns;
    size_t column_count;
    size_t *shown; /* the columns for people, in the order of output */
    size_t shown_count;
    bool is_chosen;    /* the user named the columns: none leaves by itself */
    bool is_growing;   /* the caller's to set: rows will follow, so none leaves by itself either, */
    bool is_continued; /* and these are such rows: no heading */
    struct table_cell *cells;
    size_t *order; /* rows in the order of output */
    size_t row_count, row_cap;
    size_t kept_count; /* rows that are shown, the first ones of `order` */
    char *texts;
    size_t texts_size, texts_cap;
    int status;
    int64_t now_unix_ms; /* what "ago" counts from */
};

/* columns: must outlive the table. */
void table_init(struct table *table, const struct table_column *columns, size_t column_count,
                int64_t now_unix_ms);

/* Frees everything. */
void table_fini(struct table *table);

/* Returns: 0, or -ENOMEM when something that was given is not in the table. */
BASE_MUST_CHECK int table_status(const struct table *table);

/* Begins a row; the setters speak of the last row. */
void table_row(struct table *table);

/* Set a cell. text: NULL leaves it absent. column: index into the columns. */
void table_set_text(struct table *table, size_t column, const char *text);
void table_set_number(struct table *table, size_t column, int64_t number);

/* Sets a cell to "more than that": people read ">45", programs find nothing, sorting goes by the
 * number. */
void table_set_bound(struct table *table, size_t column, int64_t number);

/* Says whether a cell of the last row has been set. */
bool table_is_set(const struct table *table, size_t column);

/* Colours a cell of the last row; its text must say the same. */
void table_set_style(struct table *table, size_t column, enum terminal_style style);

/* Chooses columns by a list "id,serial,status".
 * message: message_cap bytes that get one English sentence on failure.
 * Returns: 0; BASE_EUSAGE. */
BASE_MUST_CHECK int table_choose(struct table *table, const char *list, char *message,
                                 size_t message_cap);

/* Finds a column by its key. Returns as table_choose. */
BASE_MUST_CHECK int table_find_column(const struct table *table, const char *key, size_t *column,
                                      char *message, size_t message_cap);

/* Sorts the rows; absent cells come last either way, equal rows keep their order, so
 * that several sorts make a sort by several columns. */
void table_sort(struct table *table, size_t column, bool descending);

/* Keeps the rows with a text cell that contains `part`, upper and lower case alike. */
void table_filter(struct table *table, const char *part);

/* Forgets all rows and keeps what is set about columns. */
void table_clear(struct table *table);

/* Keeps the first `count` rows. */
void table_limit(struct table *table, size_t count);

/* Prints the table for people. Columns that do not fit the terminal are cut, then left out. A table
 * without rows prints nothing. */
void table_print(const struct table *table, const struct terminal *terminal);

/* Prints RFC 4180 CSV with a header line; all columns unless some are chosen. Text
 * cells that a spreadsheet would take for a formula get an apostrophe in front (CWE-1236). */
void table_csv(const struct table *table, FILE *file);

/* Prints one JSON object a line, keys are the columns' keys; all columns unless some are chosen.
 * Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int table_json(const struct table *table, FILE *file);

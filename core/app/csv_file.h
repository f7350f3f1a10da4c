/*
 * Reading a CSV file as spreadsheets and inventories write it (RFC 4180 and its relatives): fields
 * in quotes, which may hold the delimiter and line ends; comma, semicolon or tab, whichever the
 * first line has most of; CRLF; a byte order mark. The first line is a header when one of its
 * fields is a name that the reader knows; else it is data.
 *
 * Not for writing (table_csv.c). A row of more than 64 KB or 256 fields, a quote that is never
 * closed, UTF-16 and NUL octets are refused with the line they stand in.
 */
#pragma once

#include <stdio.h>

#include "core/base/base.h"

#define CSV_FILE_FIELDS_MAX 256
#define CSV_FILE_ROW_BYTES  65536

/* Fields are the reader's own, but `fields`, `count` and `line`. */
struct csv_file {
    FILE *file;
    const char *name;
    char delimiter;
    bool is_pending; /* the first row was data and is still to be handed out */
    unsigned long next_line;
    unsigned long line;                      /* where the row begins, from 1 */
    size_t count;                            /* fields of the row */
    char *fields[CSV_FILE_FIELDS_MAX];       /* without quotes and the blanks around them */
    const char *header[CSV_FILE_FIELDS_MAX]; /* of a file with a header; else count 0 */
    size_t header_count;
    char *row; /* CSV_FILE_ROW_BYTES */
    char *header_row;
    char *message; /* message_cap bytes, for one English sentence on failure */
    size_t message_cap;
};

/* Opens a file ("-" = standard input) and reads its first row. names: count names of which one
 * makes the row a header, compared without regard to case, blanks, "-" and "_".
 * message: message_cap bytes that must live as long as the reader.
 * Returns: 0; BASE_EUSAGE; -errno; -ENOMEM. The reader is to be closed only after success. */
BASE_MUST_CHECK int csv_file_open(struct csv_file *csv, const char *path, const char *const *names,
                                  size_t count, char *message, size_t message_cap);

/* Closes the file and frees its line. */
void csv_file_close(struct csv_file *csv);

/* Returns: the column whose header is one of the names, in the order of the names; -1 for none. */
int csv_file_column(const struct csv_file *csv, const char *const *names, size_t count);

/* Reads the next row into `fields`; blank lines are skipped. Returns: 1; 0 at the end; BASE_EUSAGE
 * or -errno with the message. */
int csv_file_next(struct csv_file *csv);

/* Returns: the field of a column, "" when the row is shorter or column is -1. */
const char *csv_file_field(const struct csv_file *csv, int column);

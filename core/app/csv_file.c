#include "core/app/csv_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/target.h"

static int complain(const struct csv_file *csv, const char *what)
{
    return base_fail(BASE_EUSAGE, csv->message, csv->message_cap, "%s:%lu: %s", csv->name,
                     csv->line, what);
}

/* Reads one row with its quotes and line ends into csv->row.
 * Returns: its size; 0 at the end of the file; a code. */
static int read_row(struct csv_file *csv, size_t *size)
{
    bool is_quoted = false;
    int c = 0;
    *size = 0;
    csv->line = csv->next_line;
    while ((c = getc(csv->file)) != EOF) {
        csv->next_line += c == '\n' ? 1 : 0;
        is_quoted = is_quoted != (c == '"');
        if (c == '\0' || (csv->line == 1 && *size < 2 && (c == 0xff || c == 0xfe))) {
            return complain(csv, "is no CSV in UTF-8; save it as \"CSV UTF-8\"");
        }
        if (*size + 1 >= CSV_FILE_ROW_BYTES) {
            return complain(csv, is_quoted ? "has a quote that is never closed"
                                           : "is longer than any row of a list of devices");
        }
        csv->row[(*size)++] = (char)c;
        if (c == '\n' && !is_quoted) {
            break;
        }
    }
    if (ferror(csv->file)) {
        int error = errno;
        return base_fail(-error, csv->message, csv->message_cap, "cannot read %s: %s", csv->name,
                         base_strerror(-error));
    }
    csv->row[*size] = '\0';
    return is_quoted ? complain(csv, "has a quote that is never closed") : 0;
}

static char find_delimiter(const char *row)
{
    static const char known[] = {',', ';', '\t'};
    size_t counts[sizeof(known)] = {0};
    size_t best = 0;
    bool is_quoted = false;
    for (const char *c = row; *c != '\0'; c++) {
        is_quoted = is_quoted != (*c == '"');
        for (size_t i = 0; i < sizeof(known) && !is_quoted; i++) {
            counts[i] += *c == known[i] ? 1 : 0;
        }
    }
    for (size_t i = 1; i < sizeof(known); i++) {
        best = counts[i] > counts[best] ? i : best;
    }
    return known[best];
}

/* Takes a field out of its quotes, in place. *at: behind the field's delimiter afterwards; NULL at
 * the end of the row. */
static char *take_field(const struct csv_file *csv, char **at)
{
    char *start = *at + strspn(*at, csv->delimiter == '\t' ? " " : " \t");
    char *out = start;
    bool is_quoted = false;
    char *c = start;
    for (; *c != '\0' && (is_quoted || *c != csv->delimiter); c++) {
        if (*c != '"') {
            *out++ = *c;
        } else if (is_quoted && c[1] == '"') {
            *out++ = *c++;
        } else {
            is_quoted = !is_quoted;
        }
    }
    *at = *c == '\0' ? NULL : c + 1;
    while (out > start && isspace((unsigned char)out[-1])) {
        out--;
    }
    *out = '\0';
    return start;
}

static int split(struct csv_file *csv)
{
    char *at = csv->row;
    csv->count = 0;
    while (at != NULL) {
        if (csv->count == CSV_FILE_FIELDS_MAX) {
            return complain(csv, "has more columns than any list of devices");
        }
        csv->fields[csv->count++] = take_field(csv, &at);
    }
    return 0;
}

static bool is_same(const char *left, const char *right)
{
    static const char ignored[] = " -_.\t";
    for (;;) {
        left += strspn(left, ignored);
        right += strspn(right, ignored);
        if (tolower((unsigned char)*left) != tolower((unsigned char)*right)) {
            return false;
        }
        if (*left == '\0') {
            return true;
        }
        left++;
        right++;
    }
}

static bool is_any_of(const char *text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_same(text, names[i])) {
            return true;
        }
    }
    return false;
}

/* Reads the first row, and keeps it aside when it is a header. */
static int begin(struct csv_file *csv, const char *const *names, size_t count)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t size = 0;
    int status = read_row(csv, &size);
    if (status != 0) {
        return status;
    }
    if (size >= 3 && memcmp(csv->row, mark, 3) == 0) {
        memmove(csv->row, csv->row + 3, size - 3 + 1);
    }
    csv->delimiter = find_delimiter(csv->row);
    status = split(csv);
    if (status != 0) {
        return status;
    }
    bool is_header = false;
    for (size_t i = 0; i < csv->count; i++) {
        is_header = is_header || is_any_of(csv->fields[i], names, count);
    }
    csv->is_pending = !is_header;
    if (is_header) {
        char *row = csv->row;
        csv->row = csv->header_row;
        csv->header_row = row;
        memcpy(csv->header, csv->fields, sizeof(csv->header));
        csv->header_count = csv->count;
    }
    return 0;
}

int csv_file_open(struct csv_file *csv, const char *path, const char *const *names, size_t count,
                  char *message, size_t message_cap)
{
    bool is_stdin = strcmp(path, "-") == 0;
    *csv = (struct csv_file){.name = is_stdin ? "standard input" : path,
                             .next_line = 1,
                             .message = message,
                             .message_cap = message_cap};
    csv->file = is_stdin ? stdin : fopen(path, "re");
    if (csv->file == NULL) {
        int error = errno;
        return base_fail(-error, message, message_cap, "cannot read %s: %s", path,
                         base_strerror(-error));
    }
    csv->row = malloc(CSV_FILE_ROW_BYTES);
    csv->header_row = malloc(CSV_FILE_ROW_BYTES);
    int status = -ENOMEM;
    if (csv->row != NULL && csv->header_row != NULL) {
        status = begin(csv, names, count);
    } else {
        base_fail(status, message, message_cap, "out of memory for %s", path);
    }
    if (status != 0) {
        csv_file_close(csv);
    }
    return status;
}

void csv_file_close(struct csv_file *csv)
{
    if (csv->file != NULL && csv->file != stdin) {
        fclose(csv->file);
    }
    free(csv->row);
    free(csv->header_row);
    *csv = (struct csv_file){0};
}

int csv_file_column(const struct csv_file *csv, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t column = 0; column < csv->header_count; column++) {
            if (is_same(csv->header[column], names[i])) {
                return (int)column;
            }
        }
    }
    return -1;
}

int csv_file_next(struct csv_file *csv)
{
    if (csv->is_pending) {
        csv->is_pending = false;
        if (csv->count > 1 || csv->fields[0][0] != '\0') {
            return 1;
        }
    }
    for (;;) {
        size_t size = 0;
        int status = read_row(csv, &size);
        if (status != 0 || size == 0) {
            return status;
        }
        status = split(csv);
        if (status != 0) {
            return status;
        }
        if (csv->count > 1 || csv->fields[0][0] != '\0') {
            return 1;
        }
    }
}

const char *csv_file_field(const struct csv_file *csv, int column)
{
    return column < 0 || (size_t)column >= csv->count ? "" : csv->fields[column];
}

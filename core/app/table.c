#include "core/app/table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/app/display.h"
#include "core/app/suggest.h"
#include "core/app/table_inside.h"

/* Longer texts of devices are cut; the store's limit is 1023. */
#define TEXT_MAX 2048

void table_init(struct table *table, const struct table_column *columns, size_t column_count,
                int64_t now_unix_ms)
{
    *table = (struct table){
        .columns = columns, .column_count = column_count, .now_unix_ms = now_unix_ms};
    table->shown = calloc(column_count, sizeof(*table->shown));
    if (table->shown == NULL) {
        table->status = -ENOMEM;
        return;
    }
    for (size_t i = 0; i < column_count; i++) {
        if (!columns[i].hidden) {
            table->shown[table->shown_count++] = i;
        }
    }
}

void table_fini(struct table *table)
{
    free(table->shown);
    free(table->cells);
    free(table->order);
    free(table->texts);
    *table = (struct table){0};
}

int table_status(const struct table *table)
{
    return table->status;
}

/* --- filling ---------------------------------------------------------------------------------- */

static bool grow_rows(struct table *table)
{
    size_t cap = table->row_cap == 0 ? 64 : table->row_cap * 2;
    struct table_cell *cells =
        reallocarray(table->cells, cap * table->column_count, sizeof(*cells));
    if (cells != NULL) {
        table->cells = cells;
    }
    size_t *order = reallocarray(table->order, cap, sizeof(*order));
    if (order != NULL) {
        table->order = order;
    }
    if (cells == NULL || order == NULL) {
        return false;
    }
    table->row_cap = cap;
    return true;
}

void table_row(struct table *table)
{
    if (table->status != 0 || (table->row_count == table->row_cap && !grow_rows(table))) {
        table->status = -ENOMEM;
        return;
    }
    memset(&table->cells[table->row_count * table->column_count], 0,
           table->column_count * sizeof(*table->cells));
    table->order[table->row_count] = table->row_count;
    table->row_count++;
    table->kept_count = table->row_count;
}

static struct table_cell *last_cell(struct table *table, size_t column)
{
    BASE_REQUIRE(column < table->column_count);
    if (table->status != 0 || table->row_count == 0) {
        return NULL;
    }
    return &table->cells[(table->row_count - 1) * table->column_count + column];
}

static bool reserve_text(struct table *table, size_t size)
{
    if (table->texts_cap - table->texts_size >= size) {
        return true;
    }
    size_t cap = table->texts_cap * 2 + size + 4096;
    char *texts = realloc(table->texts, cap);
    if (texts == NULL) {
        table->status = -ENOMEM;
        return false;
    }
    table->texts = texts;
    table->texts_cap = cap;
    return true;
}

void table_set_text(struct table *table, size_t column, const char *text)
{
    struct table_cell *cell = last_cell(table, column);
    if (cell == NULL || text == NULL || text[0] == '\0' || !reserve_text(table, TEXT_MAX)) {
        return;
    }
    cell->is_set = true;
    cell->value = (int64_t)table->texts_size;
    table->texts_size += display_clean(text, table->texts + table->texts_size, TEXT_MAX) + 1;
}

void table_set_number(struct table *table, size_t column, int64_t number)
{
    struct table_cell *cell = last_cell(table, column);
    if (cell != NULL) {
        cell->is_set = true;
        cell->value = number;
    }
}

void table_set_bound(struct table *table, size_t column, int64_t number)
{
    struct table_cell *cell = last_cell(table, column);
    if (cell != NULL) {
        cell->is_set = true;
        cell->is_bound = true;
        cell->value = number;
    }
}

bool table_is_set(const struct table *table, size_t column)
{
    BASE_REQUIRE(column < table->column_count);
    return table->status == 0 && table->row_count > 0 &&
           table->cells[(table->row_count - 1) * table->column_count + column].is_set;
}

void table_set_style(struct table *table, size_t column, enum terminal_style style)
{
    struct table_cell *cell = last_cell(table, column);
    if (cell != NULL) {
        cell->style = (uint8_t)style;
    }
}

/* --- choosing --------------------------------------------------------------------------------- */

int table_find_column(const struct table *table, const char *key, size_t *column, char *message,
                      size_t message_cap)
{
    struct suggest suggest = {.word = key};
    for (size_t i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].key, key) == 0) {
            *column = i;
            return 0;
        }
        suggest_offer(&suggest, table->columns[i].key);
    }
    if (suggest.nearest != NULL) {
        snprintf(message, message_cap, "there is no column \"%.40s\"; did you mean \"%s\"?", key,
                 suggest.nearest);
        return BASE_EUSAGE;
    }
    int size = snprintf(message, message_cap, "there is no column \"%.40s\"; there are", key);
    for (size_t i = 0; i < table->column_count && size >= 0 && (size_t)size < message_cap; i++) {
        size += snprintf(message + size, message_cap - (size_t)size, "%s %s", i > 0 ? "," : "",
                         table->columns[i].key);
    }
    return BASE_EUSAGE;
}

int table_choose(struct table *table, const char *list, char *message, size_t message_cap)
{
    char key[64];
    size_t count = 0;
    if (table->shown == NULL) {
        return 0; /* table_status tells */
    }
    while (*list != '\0') {
        size_t size = strcspn(list, ",");
        size_t column = 0;
        snprintf(key, sizeof(key), "%.*s", (int)size, list);
        int status = table_find_column(table, key, &column, message, message_cap);
        if (status != 0) {
            return status;
        }
        if (count == table->column_count) {
            snprintf(message, message_cap, "more columns are named than there are");
            return BASE_EUSAGE;
        }
        table->shown[count++] = column;
        list += size;
        list += *list == ',';
    }
    table->shown_count = count;
    table->is_chosen = true;
    return 0;
}

/* --- ordering --------------------------------------------------------------------------------- */

struct sorting {
    const struct table *table;
    size_t column;
    bool descending;
};

/* A row and where it stood before. */
struct placed_row {
    size_t row;
    size_t place;
};

static int compare_rows(const void *a, const void *b, void *argument)
{
    const struct sorting *sorting = argument;
    const struct table *table = sorting->table;
    const struct placed_row *left = a;
    const struct placed_row *right = b;
    const struct table_cell *x = table_cell_at(table, left->row, sorting->column);
    const struct table_cell *y = table_cell_at(table, right->row, sorting->column);
    int order = 0;
    if (x->is_set != y->is_set) {
        return x->is_set ? -1 : 1;
    }
    if (x->is_set && table->columns[sorting->column].kind == TABLE_TEXT) {
        /* Numbers inside texts count as numbers: 10.1.0.9 before 10.1.0.10. */
        order = strverscmp(table->texts + x->value, table->texts + y->value);
    } else if (x->is_set) {
        order = (x->value > y->value) - (x->value < y->value);
    }
    if (order == 0) {
        return (left->place > right->place) - (left->place < right->place);
    }
    return sorting->descending ? -order : order;
}

void table_sort(struct table *table, size_t column, bool descending)
{
    struct sorting sorting = {table, column, descending};
    struct placed_row *rows = calloc(table->kept_count + 1, sizeof(*rows));
    if (rows == NULL) {
        table->status = -ENOMEM;
        return;
    }
    for (size_t i = 0; i < table->kept_count; i++) {
        rows[i] = (struct placed_row){table->order[i], i};
    }
    qsort_r(rows, table->kept_count, sizeof(*rows), compare_rows, &sorting);
    for (size_t i = 0; i < table->kept_count; i++) {
        table->order[i] = rows[i].row;
    }
    free(rows);
}

static bool row_contains(const struct table *table, size_t row, const char *part)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct table_cell *cell = table_cell_at(table, row, i);
        if (cell->is_set && table->columns[i].kind == TABLE_TEXT &&
            strcasestr(table->texts + cell->value, part) != NULL) {
            return true;
        }
    }
    return false;
}

void table_filter(struct table *table, const char *part)
{
    size_t kept = 0;
    for (size_t i = 0; i < table->kept_count; i++) {
        if (row_contains(table, table->order[i], part)) {
            table->order[kept++] = table->order[i];
        }
    }
    table->kept_count = kept;
}

void table_clear(struct table *table)
{
    table->row_count = 0;
    table->kept_count = 0;
    table->texts_size = 0;
}

void table_limit(struct table *table, size_t count)
{
    if (count < table->kept_count) {
        table->kept_count = count;
    }
}

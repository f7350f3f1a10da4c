/*
 * What the files of the table share; for table*.c only.
 */
#pragma once

#include "core/app/table.h"

struct table_cell {
    int64_t value; /* number, or where the text begins in table->texts */
    bool is_set;
    bool is_bound; /* the number is larger than that */
    uint8_t style; /* enum terminal_style */
};

/* The cell of a row, by the number of its column. */
static inline const struct table_cell *table_cell_at(const struct table *table, size_t row,
                                                     size_t column)
{
    return &table->cells[row * table->column_count + column];
}

/* Programs get every column, in the order of the definition, unless the user chose. */
static inline size_t table_program_count(const struct table *table)
{
    return table->is_chosen ? table->shown_count : table->column_count;
}

/* The column at a place of what is printed for programs. */
static inline size_t table_program_column(const struct table *table, size_t place)
{
    return table->is_chosen ? table->shown[place] : place;
}

/* The table for people: widths, cutting, leaving out, colours. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/app/display.h"
#include "core/app/table_inside.h"
#include "core/app/when.h"

/* Between columns. */
#define GAP 2
/* Room for any cell that is not a text. */
#define SHORT_MAX (TERMINAL_BAR_MAX + 16)

/* One printing: which columns, how wide. */
struct layout {
    const struct table *table;
    const struct terminal *terminal;
    size_t *columns;
    size_t *widths; /* by place, as columns */
    size_t count;
};

/* The cell as people read it; `buffer` holds what is no text. */
static const char *cell_text(const struct layout *layout, size_t row, size_t column, char *buffer)
{
    const struct table *table = layout->table;
    const struct table_cell *cell = table_cell_at(table, row, column);
    if (!cell->is_set) {
        return "-";
    }
    switch (table->columns[column].kind) {
    case TABLE_TEXT:
        return table->texts + cell->value;
    case TABLE_NUMBER:
        snprintf(buffer, SHORT_MAX, "%" PRId64, cell->value);
        break;
    case TABLE_PERCENT:
        snprintf(buffer, SHORT_MAX, "%" PRId64 " %%", cell->value);
        break;
    case TABLE_BAR: {
        size_t size = terminal_bar(layout->terminal->blocks, (int)cell->value, buffer, SHORT_MAX);
        snprintf(buffer + size, SHORT_MAX - size, " %3" PRId64 " %%", cell->value);
        break;
    }
    case TABLE_TIME:
        when_ago(cell->value, table->now_unix_ms, buffer, SHORT_MAX);
        break;
    case TABLE_FLAG:
        return cell->value != 0 ? "yes" : "no";
    }
    return buffer;
}

static bool is_right_aligned(const struct table_column *column)
{
    return column->kind == TABLE_NUMBER || column->kind == TABLE_PERCENT;
}

static const struct table_column *column_at(const struct layout *layout, size_t place)
{
    return &layout->table->columns[layout->columns[place]];
}

static void measure(struct layout *layout)
{
    char buffer[SHORT_MAX];
    for (size_t place = 0; place < layout->count; place++) {
        size_t widest = display_width(column_at(layout, place)->title);
        for (size_t i = 0; i < layout->table->kept_count; i++) {
            size_t width = display_width(
                cell_text(layout, layout->table->order[i], layout->columns[place], buffer));
            widest = width > widest ? width : widest;
        }
        layout->widths[place] = widest;
    }
}

static size_t total_width(const struct layout *layout)
{
    size_t total = 0;
    for (size_t i = 0; i < layout->count; i++) {
        total += layout->widths[i] + (i > 0 ? GAP : 0);
    }
    return total;
}

/* The narrowest that a column may become. */
static size_t least_width(const struct layout *layout, size_t place)
{
    const struct table_column *column = column_at(layout, place);
    size_t title = display_width(column->title);
    size_t least = column->least > title ? column->least : title;
    size_t width = layout->widths[place];
    return column->least == 0 || width < least ? width : least;
}

static size_t least_total(const struct layout *layout)
{
    size_t total = 0;
    for (size_t i = 0; i < layout->count; i++) {
        total += least_width(layout, i) + (i > 0 ? GAP : 0);
    }
    return total;
}

/* Removes the column of the highest rank. Returns: false when all that is left must stay. */
static bool leave_one_out(struct layout *layout)
{
    size_t worst = 0;
    for (size_t i = 1; i < layout->count; i++) {
        if (column_at(layout, i)->rank > column_at(layout, worst)->rank) {
            worst = i;
        }
    }
    if (column_at(layout, worst)->rank == 0) {
        return false;
    }
    layout->count--;
    for (size_t i = worst; i < layout->count; i++) {
        layout->columns[i] = layout->columns[i + 1];
        layout->widths[i] = layout->widths[i + 1];
    }
    return true;
}

/* Takes cells from the widest column that can give some until the table fits. */
static void shrink(struct layout *layout)
{
    size_t total = total_width(layout);
    while (total > layout->terminal->width) {
        size_t widest = SIZE_MAX;
        for (size_t i = 0; i < layout->count; i++) {
            if (layout->widths[i] > least_width(layout, i) &&
                (widest == SIZE_MAX || layout->widths[i] > layout->widths[widest])) {
                widest = i;
            }
        }
        if (widest == SIZE_MAX) {
            return;
        }
        layout->widths[widest]--;
        total--;
    }
}

/* Empty columns tell nothing; people get them only when they name them. */
static void drop_empty(struct layout *layout)
{
    size_t kept = 0;
    for (size_t place = 0; place < layout->count; place++) {
        bool any = column_at(layout, place)->rank == 0;
        for (size_t i = 0; !any && i < layout->table->kept_count; i++) {
            any = table_cell_at(layout->table, layout->table->order[i], layout->columns[place])
                      ->is_set;
        }
        if (any) {
            layout->columns[kept++] = layout->columns[place];
        }
    }
    layout->count = kept;
}

static void print_cell(const struct layout *layout, size_t place, const char *text,
                       enum terminal_style style)
{
    FILE *file = layout->terminal->file;
    size_t width = layout->widths[place];
    size_t needed = display_width(text);
    size_t padding = needed < width ? width - needed : 0;
    bool right = is_right_aligned(column_at(layout, place));
    display_spaces(file, (place > 0 ? GAP : 0) + (right ? padding : 0));
    terminal_begin(layout->terminal, style);
    size_t used = display_put(file, text, width);
    terminal_end(layout->terminal, style);
    if (!right && place + 1 < layout->count && used < width) {
        display_spaces(file, width - used);
    }
}

static void print_rows(const struct layout *layout)
{
    const struct table *table = layout->table;
    char buffer[SHORT_MAX];
    for (size_t place = 0; place < layout->count; place++) {
        print_cell(layout, place, column_at(layout, place)->title, TERMINAL_HEADING);
    }
    fputc('\n', layout->terminal->file);
    for (size_t i = 0; i < table->kept_count; i++) {
        for (size_t place = 0; place < layout->count; place++) {
            size_t column = layout->columns[place];
            const struct table_cell *cell = table_cell_at(table, table->order[i], column);
            print_cell(layout, place, cell_text(layout, table->order[i], column, buffer),
                       (enum terminal_style)cell->style);
        }
        fputc('\n', layout->terminal->file);
    }
}

/* Says which columns the terminal was too narrow for. */
static void print_left_out(const struct layout *layout)
{
    const struct table *table = layout->table;
    FILE *file = layout->terminal->file;
    terminal_begin(layout->terminal, TERMINAL_DIM);
    fprintf(file, "Too narrow for:");
    const char *separator = " ";
    for (size_t i = 0; i < table->shown_count; i++) {
        bool stays = false;
        for (size_t place = 0; place < layout->count; place++) {
            stays = stays || layout->columns[place] == table->shown[i];
        }
        if (!stays) {
            fprintf(file, "%s%s", separator, table->columns[table->shown[i]].key);
            separator = ", ";
        }
    }
    fprintf(file, " (--columns chooses)");
    terminal_end(layout->terminal, TERMINAL_DIM);
    fputc('\n', file);
}

void table_print(const struct table *table, const struct terminal *terminal)
{
    if (table->kept_count == 0 || table->shown_count == 0) {
        return;
    }
    size_t *room = calloc(table->shown_count * 2, sizeof(*room));
    if (room == NULL) {
        fputs("platen: out of memory for the table\n", stderr);
        return;
    }
    struct layout layout = {table, terminal, room, room + table->shown_count, table->shown_count};
    memcpy(layout.columns, table->shown, table->shown_count * sizeof(*room));
    if (!table->is_chosen) {
        drop_empty(&layout);
    }
    measure(&layout);
    bool left_out = false;
    if (terminal->width > 0) {
        while (!table->is_chosen && least_total(&layout) > terminal->width &&
               leave_one_out(&layout)) {
            left_out = true;
        }
        shrink(&layout);
    }
    print_rows(&layout);
    if (left_out) {
        print_left_out(&layout);
    }
    free(room);
}

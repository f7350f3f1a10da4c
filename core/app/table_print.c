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
    size_t *narrowed; /* columns that left because the terminal is narrow */
    size_t narrowed_count;
};

/* Ids are long so that programs never meet two alike; people get along with their beginning. */
static const char *brief_text(const struct table *table, size_t column, const char *text,
                              char *buffer)
{
    unsigned brief = table->columns[column].brief;
    if (brief == 0 || table->is_chosen || brief >= SHORT_MAX) {
        return text;
    }
    snprintf(buffer, SHORT_MAX, "%.*s", (int)brief, text);
    return buffer;
}

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
        return brief_text(table, column, table->texts + cell->value, buffer);
    case TABLE_NUMBER:
        snprintf(buffer, SHORT_MAX, "%s%" PRId64, cell->is_bound ? ">" : "", cell->value);
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
    case TABLE_MOMENT:
        when_local(cell->value, buffer, SHORT_MAX);
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
    layout->narrowed[layout->narrowed_count++] = layout->columns[worst];
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

static bool tells_something(const struct layout *layout, size_t column)
{
    const struct table *table = layout->table;
    bool has_usual = table->columns[column].usual != 0;
    for (size_t i = 0; i < table->kept_count; i++) {
        const struct table_cell *cell = table_cell_at(table, table->order[i], column);
        if (cell->is_set && !(has_usual && cell->value == table->columns[column].usual)) {
            return true;
        }
    }
    return false;
}

/* Columns that are empty or as always are for those who name them. */
static void drop_silent(struct layout *layout)
{
    size_t kept = 0;
    for (size_t place = 0; place < layout->count; place++) {
        size_t column = layout->columns[place];
        if (layout->table->columns[column].rank == 0 || tells_something(layout, column)) {
            layout->columns[kept++] = column;
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
    for (size_t place = 0; place < layout->count && !table->is_continued; place++) {
        print_cell(layout, place, column_at(layout, place)->title, TERMINAL_HEADING);
    }
    if (!table->is_continued) {
        fputc('\n', layout->terminal->file);
    }
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

/* Writes a word behind a blank, or on a line of its own where the terminal ends before it. */
static void print_word(const struct layout *layout, const char *word, const char *mark,
                       size_t *used)
{
    size_t size = strlen(word) + strlen(mark);
    bool fits = *used + 1 + size <= layout->terminal->width;
    fprintf(layout->terminal->file, "%s%s%s", fits ? " " : "\n", word, mark);
    *used = fits ? *used + 1 + size : size;
}

/* Says which columns the terminal was too narrow for. */
static void print_narrowed(const struct layout *layout)
{
    static const char heading[] = "Too narrow for:";
    FILE *file = layout->terminal->file;
    size_t used = sizeof(heading) - 1;
    if (layout->narrowed_count == 0) {
        return;
    }
    terminal_begin(layout->terminal, TERMINAL_DIM);
    fputs(heading, file);
    for (size_t i = layout->narrowed_count; i > 0; i--) {
        print_word(layout, layout->table->columns[layout->narrowed[i - 1]].key, i > 1 ? "," : "",
                   &used);
    }
    print_word(layout, "(--columns chooses)", "", &used);
    terminal_end(layout->terminal, TERMINAL_DIM);
    fputc('\n', file);
}

void table_print(const struct table *table, const struct terminal *terminal)
{
    size_t count = table->shown_count;
    if (table->kept_count == 0 || count == 0) {
        return;
    }
    size_t *room = calloc(count * 3, sizeof(*room));
    if (room == NULL) {
        fputs("platen: out of memory for the table\n", stderr);
        return;
    }
    struct layout layout = {
        .table = table,
        .terminal = terminal,
        .columns = room,
        .widths = room + count,
        .count = count,
        .narrowed = room + 2 * count,
    };
    memcpy(layout.columns, table->shown, count * sizeof(*room));
    if (!table->is_chosen && !table->is_growing) {
        drop_silent(&layout);
    }
    measure(&layout);
    if (terminal->width > 0) {
        while (!table->is_chosen && !table->is_growing && least_total(&layout) > terminal->width &&
               leave_one_out(&layout)) {
        }
        shrink(&layout);
    }
    print_rows(&layout);
    print_narrowed(&layout);
    free(room);
}

/* The table for spreadsheets: RFC 4180. */
#include <inttypes.h>
#include <string.h>

#include "core/app/table_inside.h"
#include "core/app/when.h"

/* Says whether a spreadsheet would take the text for a formula; also in the full-width forms of
 * = + - @ (U+FF1D, U+FF0B, U+FF0D, U+FF20), which some turn into the plain ones. */
static bool is_formula(const char *text)
{
    static const char *const wide[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
                                       "\xef\xbc\xa0"};
    if (strchr("=+-@\t\r\n", text[0]) != NULL) {
        return true;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(wide); i++) {
        if (strncmp(text, wide[i], 3) == 0) {
            return true;
        }
    }
    return false;
}

static void put_text(FILE *file, const char *text)
{
    bool formula = is_formula(text);
    bool quote =
        strpbrk(text, "\",\r\n") != NULL || text[0] == ' ' || text[strlen(text) - 1] == ' ';
    if (quote) {
        fputc('"', file);
    }
    if (formula) {
        fputc('\'', file);
    }
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            fputc('"', file);
        }
        fputc(*text, file);
    }
    if (quote) {
        fputc('"', file);
    }
}

static void put_cell(const struct table *table, FILE *file, size_t row, size_t column)
{
    const struct table_cell *cell = table_cell_at(table, row, column);
    char text[WHEN_TEXT_MAX];
    if (!cell->is_set || cell->is_bound) {
        return;
    }
    switch (table->columns[column].kind) {
    case TABLE_TEXT:
        put_text(file, table->texts + cell->value);
        break;
    case TABLE_NUMBER:
    case TABLE_PERCENT:
    case TABLE_BAR:
        fprintf(file, "%" PRId64, cell->value);
        break;
    case TABLE_TIME:
    case TABLE_MOMENT:
        when_iso(cell->value, text, sizeof(text));
        fputs(text, file);
        break;
    case TABLE_FLAG:
        fputs(cell->value != 0 ? "yes" : "no", file);
        break;
    }
}

void table_csv(const struct table *table, FILE *file)
{
    size_t count = table_program_count(table);
    for (size_t place = 0; place < count; place++) {
        fprintf(file, "%s%s", place > 0 ? "," : "",
                table->columns[table_program_column(table, place)].key);
    }
    fputs("\r\n", file);
    for (size_t i = 0; i < table->kept_count; i++) {
        for (size_t place = 0; place < count; place++) {
            if (place > 0) {
                fputc(',', file);
            }
            put_cell(table, file, table->order[i], table_program_column(table, place));
        }
        fputs("\r\n", file);
    }
}

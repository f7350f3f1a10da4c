/* The table for programs: newline-delimited JSON. */
#include "core/app/table_inside.h"
#include "core/app/when.h"
#include "core/base/json.h"

static void put_cell(struct json *json, const struct table *table, size_t row, size_t column)
{
    const struct table_cell *cell = table_cell_at(table, row, column);
    char text[WHEN_TEXT_MAX];
    json_key(json, table->columns[column].key);
    if (!cell->is_set || cell->is_bound) {
        json_put_null(json);
        return;
    }
    switch (table->columns[column].kind) {
    case TABLE_TEXT:
        json_put_string(json, table->texts + cell->value);
        break;
    case TABLE_NUMBER:
    case TABLE_PERCENT:
    case TABLE_BAR:
        json_put_integer(json, cell->value);
        break;
    case TABLE_TIME:
    case TABLE_MOMENT:
        when_iso(cell->value, text, sizeof(text));
        json_put_string(json, text);
        break;
    case TABLE_FLAG:
        json_put_bool(json, cell->value != 0);
        break;
    }
}

int table_json(const struct table *table, FILE *file)
{
    struct json json;
    int status = 0;
    json_init(&json);
    for (size_t i = 0; i < table->kept_count && status == 0; i++) {
        json_reset(&json);
        json_object_begin(&json);
        for (size_t place = 0; place < table_program_count(table); place++) {
            put_cell(&json, table, table->order[i], table_program_column(table, place));
        }
        json_object_end(&json);
        json_newline(&json);
        status = json_status(&json);
        if (status == 0) {
            fputs(json_text(&json), file);
        }
    }
    json_fini(&json);
    return status;
}

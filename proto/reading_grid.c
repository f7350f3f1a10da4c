/*
 * Collecting: a record's entries into grids, one a table.
 */
#include <endian.h>

#include "proto/gate.h"
#include "proto/oid.h"
#include "proto/reading_internal.h"

/* First and last object of each table; ids of a table follow each other in the list. */
#define TABLE_SPANS(X)                                                                             \
    X(SYSTEM, SYS_DESCR, SYS_SERVICES)                                                             \
    X(HR_DEVICE, HR_DEVICE_TYPE, HR_DEVICE_ERRORS)                                                 \
    X(HR_PRINTER, HR_PRINTER_STATUS, HR_PRINTER_ERROR_STATE)                                       \
    X(INTERFACE, IF_DESCR, IF_OPER_STATUS)                                                         \
    X(IP_ADDRESS, IP_AD_ENT_IF_INDEX, IP_AD_ENT_IF_INDEX)                                          \
    X(GENERAL, GENERAL_CONFIG_CHANGES, ALERT_ALL_EVENTS)                                           \
    X(COVER, COVER_DESCRIPTION, COVER_STATUS)                                                      \
    X(LOCALIZATION, LOCALIZATION_LANGUAGE, LOCALIZATION_CHARSET)                                   \
    X(INPUT, INPUT_TYPE, INPUT_MEDIA_COLOR)                                                        \
    X(OUTPUT, OUTPUT_TYPE, OUTPUT_DESCRIPTION)                                                     \
    X(MARKER, MARKER_MARK_TECH, MARKER_STATUS)                                                     \
    X(SUPPLY, SUPPLY_MARKER_INDEX, SUPPLY_LEVEL)                                                   \
    X(COLORANT, COLORANT_ROLE, COLORANT_VALUE)                                                     \
    X(MEDIA_PATH, MEDIA_PATH_SPEED_UNIT, MEDIA_PATH_STATUS)                                        \
    X(CONSOLE, CONSOLE_TEXT, CONSOLE_TEXT)                                                         \
    X(LIGHT, LIGHT_ON_TIME, LIGHT_DESCRIPTION)                                                     \
    X(ALERT, ALERT_SEVERITY, ALERT_TIME)

#define SPAN_ENUM(table, first, last) FIRST_##table = OBJECT_##first, LAST_##table = OBJECT_##last,
enum { TABLE_SPANS(SPAN_ENUM) };

/* An object outside its table's span would write into another row's cells. */
#define SPAN_CHECK(symbol, id, table, arc, name, kind, pace, role)                                 \
    _Static_assert((id) >= FIRST_##table && (id) <= LAST_##table, "span of " #table);
OBJECT_LIST(SPAN_CHECK)

struct place {
    uint8_t table; /* enum object_table_id */
    uint8_t cell;
    bool is_known;
};

#define PLACE(symbol, id, table_symbol, arc, name, kind, pace, role)                               \
    [id] = {.table = OBJECT_TABLE_##table_symbol,                                                  \
            .cell = (id)-FIRST_##table_symbol,                                                     \
            .is_known = true},
static const struct place places[UINT8_MAX + 1] = {OBJECT_LIST(PLACE)};

#define CELL_COUNT(table, first, last) [OBJECT_TABLE_##table] = OBJECT_##last - OBJECT_##first + 1,
static const uint8_t cell_counts[OBJECT_TABLE_COUNT] = {TABLE_SPANS(CELL_COUNT)};

static const struct reading_cell no_cell;

/* Makes room for one more row. */
static bool grow(struct reading_decoder *decoder, struct reading_grid *grid)
{
    uint16_t cap = grid->cap == 0 ? 8 : (uint16_t)(grid->cap * 2);
    struct reading_row *rows;

    if (grid->count < grid->cap) {
        return true;
    }
    if (grid->count >= READING_ROWS_MAX) {
        return false;
    }
    rows = reading_alloc(decoder->arena, cap * sizeof(*rows));
    if (rows == NULL) {
        return false;
    }
    if (grid->count > 0) {
        memcpy(rows, grid->rows, grid->count * sizeof(*rows));
    }
    grid->rows = rows;
    grid->cap = cap;
    return true;
}

/* The last eight octets of an index that lies in a record, as a number; shorter indexes have what
 * their size is in front, so that different ones differ. The octets before an entry are those of
 * the record's header at least. */
static inline uint64_t index_word(struct bytes index)
{
    uint64_t word;
    memcpy(&word, index.data + index.size - sizeof(word), sizeof(word));
    word = le64toh(word);
    if (index.size < sizeof(word)) {
        /* An entry's octet before its index is the index's size. */
        word &= UINT64_MAX << (8 * (sizeof(word) - 1 - index.size));
    }
    return word;
}

/* Inserts an empty row at a position. Returns NULL when there is no room or the index is none. */
static struct reading_row *insert_row(struct reading_decoder *decoder, struct reading_grid *grid,
                                      unsigned table, size_t at, struct bytes index)
{
    struct reading_row *row;
    struct reading_cell *cells;
    char *text;
    size_t text_size;
    size_t cells_size = cell_counts[table] * sizeof(*cells);

    if (index.size > READING_INDEX_OCTETS_MAX || !grow(decoder, grid)) {
        return NULL;
    }
    cells = reading_alloc(decoder->arena, cells_size);
    text = reading_reserve(decoder->arena, READING_INDEX_TEXT_MAX);
    if (cells == NULL || text == NULL ||
        oid_index_to_text(index, text, READING_INDEX_TEXT_MAX) != 0) {
        return NULL;
    }
    text_size = strlen(text) + 1;
    reading_commit(decoder->arena, text_size);
    memset(cells, 0, cells_size);
    row = grid->rows + at;
    memmove(row + 1, row, (grid->count - at) * sizeof(*row));
    grid->count++;
    *row = (struct reading_row){
        .index = index,
        .index_word = index_word(index),
        .cells = cells,
        .index_text = text,
        .index_text_size = (uint8_t)text_size,
    };
    return row;
}

/* Position of the first row that does not come before the index. */
static size_t lower_bound(const struct reading_grid *grid, struct bytes index)
{
    size_t low = 0;
    size_t high = grid->count;

    if (high > 0 && oid_compare(grid->rows[high - 1].index, index) < 0) {
        return high;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (oid_compare(grid->rows[middle].index, index) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static inline bool is_index(const struct reading_row *row, struct bytes index, uint64_t word)
{
    return row->index_word == word && row->index.size == index.size &&
           (index.size <= sizeof(word) || memcmp(row->index.data, index.data, index.size) == 0);
}

/* Finds or makes the row of an entry. Entries walk down a column or along a row, so the row is
 * nearly always the one of the last entry, the next one, or the first. */
static struct reading_row *take_row(struct reading_decoder *decoder, unsigned table,
                                    struct bytes index)
{
    struct reading_grid *grid = &decoder->grids[table];
    uint64_t word = index_word(index);
    size_t at = grid->hint;

    if (at < grid->count) {
        struct reading_row *row = &grid->rows[at];
        if (is_index(row, index, word)) {
            return row;
        }
        if (at + 1U < grid->count && is_index(row + 1, index, word)) {
            grid->hint++;
            return row + 1;
        }
        if (is_index(grid->rows, index, word)) {
            grid->hint = 0;
            return grid->rows;
        }
    }
    at = lower_bound(grid, index);
    grid->hint = (uint16_t)at;
    if (at < grid->count && is_index(&grid->rows[at], index, word)) {
        return &grid->rows[at];
    }
    return insert_row(decoder, grid, table, at, index);
}

bool reading_collect(struct reading_decoder *decoder, struct bytes record, bool is_moving)
{
    struct record_entry entry;
    size_t offset = 0;

    while (record_next(record, &offset, &entry)) {
        const struct place *place = &places[entry.object];
        struct reading_row *row;
        /* NULL and the exceptions of v2c say that there is no value. */
        if (!place->is_known || entry.tag == GATE_NULL || entry.tag >= GATE_NO_SUCH_OBJECT) {
            continue;
        }
        row = take_row(decoder, place->table, entry.index);
        if (row != NULL) {
            row->is_moving = row->is_moving || is_moving;
            row->cells[place->cell] = (struct reading_cell){
                .data = entry.value.data,
                .size = (uint16_t)entry.value.size,
                .tag = entry.tag,
            };
        }
    }
    return record.size == 0 || record_ended(record, offset);
}

const struct reading_grid *reading_grid(const struct reading_decoder *decoder,
                                        enum object_table_id table)
{
    return &decoder->grids[table];
}

const struct reading_row *reading_row_find(const struct reading_decoder *decoder,
                                           enum object_table_id table, struct bytes index)
{
    const struct reading_grid *grid = &decoder->grids[table];
    size_t at = lower_bound(grid, index);

    if (at < grid->count && bytes_equal(grid->rows[at].index, index)) {
        return &grid->rows[at];
    }
    return NULL;
}

const struct reading_cell *reading_cell(const struct reading_row *row, unsigned object)
{
    return row != NULL ? &row->cells[places[object].cell] : &no_cell;
}

/* Decimal digits with a sign and blanks around, as OKI and others send counters. */
static int64_t text_number(const struct reading_cell *cell)
{
    size_t at = 0;
    size_t end = cell->size;
    bool is_negative;
    int64_t value = 0;

    while (at < end && (cell->data[at] == ' ' || cell->data[at] == 0)) {
        at++;
    }
    while (end > at && (cell->data[end - 1] == ' ' || cell->data[end - 1] == 0)) {
        end--;
    }
    is_negative = at < end && cell->data[at] == '-';
    at += is_negative ? 1 : 0;
    if (at == end || end - at > 18) {
        return READING_ABSENT;
    }
    for (; at < end; at++) {
        if (cell->data[at] < '0' || cell->data[at] > '9') {
            return READING_ABSENT;
        }
        value = value * 10 + (cell->data[at] - '0');
    }
    return is_negative ? -value : value;
}

int64_t reading_number(const struct reading_row *row, unsigned object)
{
    const struct reading_cell *cell = reading_cell(row, object);
    bool is_signed = cell->tag == GATE_INTEGER;
    uint64_t value;

    switch (cell->tag) {
    case GATE_INTEGER:
    case GATE_COUNTER32:
    case GATE_GAUGE32:
    case GATE_TIMETICKS:
    case GATE_COUNTER64:
        break;
    case GATE_OCTET_STRING:
        return text_number(cell);
    default:
        return READING_ABSENT;
    }
    if (cell->size == 0 || cell->size > 9 || (cell->size == 9 && cell->data[0] != 0)) {
        return READING_ABSENT;
    }
    value = is_signed && cell->data[0] >= 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < cell->size; i++) {
        value = value << 8 | cell->data[i];
    }
    if (!is_signed && value > INT64_MAX) {
        return READING_ABSENT;
    }
    return (int64_t)value;
}

/* The arc that begins at an offset; slices of a grid have been checked when the row was made. */
static uint32_t arc_at(struct bytes index, size_t offset)
{
    uint32_t arc = 0;

    while (offset < index.size) {
        arc = arc << 7 | (index.data[offset] & 0x7fU);
        if (index.data[offset++] < 0x80) {
            break;
        }
    }
    return arc;
}

uint32_t reading_first_arc(struct bytes index)
{
    return arc_at(index, 0);
}

uint32_t reading_last_arc(struct bytes index)
{
    size_t start = index.size;

    while (start > 0 && (start == index.size || index.data[start - 1] >= 0x80)) {
        start--;
    }
    return arc_at(index, start);
}

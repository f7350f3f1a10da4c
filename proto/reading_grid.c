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

/* The table of each object, counted from 1; 0 of ids that are no object. */
#define TABLE(symbol, id, table_symbol, arc, name, kind, pace, role)                               \
    [id] = OBJECT_TABLE_##table_symbol + 1,
static const uint8_t tables[UINT8_MAX + 1] = {OBJECT_LIST(TABLE)};

#define CELL_COUNT(table, first, last)                                                             \
    [1 + OBJECT_TABLE_##table] = OBJECT_##last - OBJECT_##first + 1,
static const uint8_t cell_counts[1 + OBJECT_TABLE_COUNT] = {TABLE_SPANS(CELL_COUNT)};

#define CELL_PLACE(symbol, id, table_symbol, arc, name, kind, pace, role)                          \
    [id] = (id)-FIRST_##table_symbol,
const uint8_t reading_cell_places[UINT8_MAX + 1] = {OBJECT_LIST(CELL_PLACE)};

const struct reading_cell reading_no_cell;

/* Makes room for one more row. */
static bool grow(struct reading_decoder *decoder, struct reading_grid *grid, unsigned table)
{
    uint16_t cap = grid->cap == 0 ? 4 : (uint16_t)(grid->cap * 2);
    size_t cells_size =
        (size_t)(cap - grid->cap) * cell_counts[table] * sizeof(struct reading_cell);
    struct reading_row *rows;

    if (grid->count < grid->cap) {
        return true;
    }
    if (grid->count >= READING_ROWS_MAX) {
        return false;
    }
    rows = reading_alloc(decoder->arena, cap * sizeof(*rows) + cells_size);
    if (rows == NULL) {
        return false;
    }
    if (grid->count > 0) {
        memcpy(rows, grid->rows, grid->count * sizeof(*rows));
    }
    grid->rows = rows;
    grid->spare_cells = (struct reading_cell *)(rows + cap);
    memset(grid->spare_cells, 0, cells_size);
    grid->cap = cap;
    return true;
}

/* The high bit of all octets of a word. */
#define HIGH_BITS UINT64_C(0x8080808080808080)

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
        word >>= 8 * (sizeof(word) - 1 - index.size);
    }
    return word;
}

/* Says whether each octet of an index is an arc of its own, as nearly always. */
static inline bool has_small_arcs(struct bytes index, uint64_t word)
{
    return index.size < sizeof(word) && (word & HIGH_BITS) == 0;
}

/* NULL and the exceptions of v2c say that there is no value. */
static inline bool is_value(uint8_t tag)
{
    return tag != GATE_NULL && tag < GATE_NO_SUCH_OBJECT;
}

/* Says whether the octets are an index that a row can have. */
static bool is_valid_index(struct bytes index, uint64_t word)
{
    char text[READING_INDEX_TEXT_MAX];

    return has_small_arcs(index, word) || (index.size <= READING_INDEX_OCTETS_MAX &&
                                           oid_index_to_text(index, text, sizeof(text)) == 0);
}

/* Inserts an empty row at a position. Returns NULL when there is no room or the index is none. */
static struct reading_row *insert_row(struct reading_decoder *decoder, unsigned table, size_t at,
                                      struct bytes index, uint64_t word)
{
    struct reading_grid *grid = &decoder->grids[table];
    struct reading_row *row;

    if (!is_valid_index(index, word) || !grow(decoder, grid, table)) {
        return NULL;
    }
    row = grid->rows + at;
    if (at < grid->count) {
        memmove(row + 1, row, (grid->count - at) * sizeof(*row));
    }
    *row = (struct reading_row){
        .index = index,
        .index_word = word,
        .short_word = index.size < sizeof(word) ? word : UINT64_MAX,
        .cells = grid->spare_cells,
    };
    grid->spare_cells += cell_counts[table];
    grid->hint = (uint16_t)at;
    grid->count++;
    return row;
}

/* Says whether a row comes before an index, in the order of SNMP. */
static inline bool is_before(const struct reading_row *row, struct bytes index, uint64_t word)
{
    if (row->index.size == index.size && has_small_arcs(index, row->index_word | word)) {
        return htobe64(htole64(row->index_word)) < htobe64(htole64(word));
    }
    return oid_compare(row->index, index) < 0;
}

/* Position of the first row that does not come before the index. */
static size_t lower_bound(const struct reading_grid *grid, struct bytes index, uint64_t word)
{
    size_t low = 0;
    size_t high = grid->count;

    if (high > 0 && is_before(&grid->rows[high - 1], index, word)) {
        return high;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_before(&grid->rows[middle], index, word)) {
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

/* As is_index, for short indexes only; it says no to others. Words of such indexes differ where the
 * sizes do. */
static inline bool is_short_index(const struct reading_row *row, struct bytes index)
{
    return index.size < sizeof(uint64_t) && row->short_word == index_word(index);
}

/* Finds or makes the row of an entry. Its position is kept: entries that walk along a row instead
 * of down a column have it again, or the next one. Never inlined: the loop that calls it has few
 * registers to spare. */
static __attribute__((noinline)) struct reading_row *take_row(struct reading_decoder *decoder,
                                                              unsigned table, struct bytes index)
{
    struct reading_grid *grid = &decoder->grids[table];
    uint64_t word = index_word(index);
    size_t at = grid->count;

    if (at > 0 && !is_before(&grid->rows[at - 1], index, word)) {
        at = grid->hint;
        if (is_index(&grid->rows[at], index, word)) {
            return &grid->rows[at];
        }
        if (at + 1 == grid->count || !is_index(&grid->rows[++at], index, word)) {
            at = lower_bound(grid, index, word);
        }
    }
    if (at < grid->count && is_index(&grid->rows[at], index, word)) {
        grid->hint = (uint16_t)at;
        return &grid->rows[at];
    }
    return insert_row(decoder, table, at, index, word);
}

/* No entry whose value's size takes one octet is longer than this. */
#define ENTRY_BYTES_MAX (4 + UINT8_MAX + 127)

/* As record_next, at *at, but such that a compiler keeps the usual entry in registers. end: of the
 * record. Far enough from it nothing needs to be compared with it. */
static inline bool next_entry(struct bytes record, const uint8_t *end, const uint8_t **at,
                              struct record_entry *out)
{
    const uint8_t *entry = *at;
    size_t left = (size_t)(end - entry);
    struct record_entry unusual;
    size_t offset;
    bool is_entry;

    if (left >= ENTRY_BYTES_MAX || (left > 4 && left - 4 > entry[1])) {
        size_t index_size = entry[1];
        const uint8_t *tag = entry + 2 + index_size;
        size_t value_size = tag[1];
        if (value_size < 128 && (left >= ENTRY_BYTES_MAX || left - 4 - index_size >= value_size)) {
            out->object = entry[0];
            out->tag = tag[0];
            out->index = bytes_of(entry + 2, index_size);
            out->value = bytes_of(tag + 2, value_size);
            *at = tag + 2 + value_size;
            return true;
        }
    }
    offset = (size_t)(entry - record.data);
    is_entry = record_next_careful(record, &offset, &unusual);
    *at = record.data + offset;
    if (is_entry) {
        *out = unusual;
    }
    return is_entry;
}

/* Entries walk down the columns, so the row of an entry is nearly always the one below the last
 * entry's, or the first where a new column begins. */
bool reading_collect(struct reading_decoder *decoder, struct bytes record, bool is_moving)
{
    const struct reading_grid *grid = &decoder->grids[0];
    struct reading_row *row = NULL;
    struct reading_row *rows_end = NULL;
    struct record_entry entry;
    unsigned object = 0; /* of the column; no object has this id */
    unsigned table = 0;  /* of that object, counted from 1; 0 for none */
    size_t cell = 0;     /* of that object */
    const uint8_t *end;
    const uint8_t *at;

    if (record.size == 0) {
        return true;
    }
    end = record.data + record.size;
    at = record.data + RECORD_HEADER_BYTES;
    while (next_entry(record, end, &at, &entry)) {
        if (entry.object != object) {
            object = entry.object;
            cell = reading_cell_places[object];
            table = tables[object];
            grid = &decoder->grids[table];
            row = grid->rows;
            rows_end = row + grid->count;
        }
        if (table == 0 || !is_value(entry.tag)) {
            decoder->private_counts[is_moving] += object == RECORD_PRIVATE ? 1U : 0U;
            continue;
        }
        if (row == rows_end || !is_short_index(row, entry.index)) {
            row = take_row(decoder, table, entry.index);
            rows_end = row != NULL ? grid->rows + grid->count : NULL;
            if (row == NULL) {
                continue;
            }
        }
        row->is_moving |= is_moving;
        row->cells[cell] = (struct reading_cell){
            .data = entry.value.data,
            .size = (uint16_t)entry.value.size,
            .tag = entry.tag,
        };
        row++;
    }
    return record_ended(record, (size_t)(at - record.data));
}

const struct reading_grid *reading_grid(const struct reading_decoder *decoder,
                                        enum object_table_id table)
{
    return &decoder->grids[1 + table];
}

const struct reading_row *reading_row_find(const struct reading_decoder *decoder,
                                           enum object_table_id table, struct bytes index)
{
    const struct reading_grid *grid = reading_grid(decoder, table);

    for (size_t i = 0; i < grid->count; i++) {
        if (bytes_equal(grid->rows[i].index, index)) {
            return &grid->rows[i];
        }
    }
    return NULL;
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

int64_t reading_number_of(const struct reading_cell *cell)
{
    size_t size = cell->size;
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
    if (size == 0 || size > 9 || (size == 9 && cell->data[0] != 0)) {
        return READING_ABSENT;
    }
    value = cell->tag == GATE_INTEGER && cell->data[0] >= 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | cell->data[i];
    }
    if (cell->tag != GATE_INTEGER && value > INT64_MAX) {
        return READING_ABSENT;
    }
    return (int64_t)value;
}

int64_t reading_number(const struct reading_row *row, unsigned object)
{
    return reading_cell_number(reading_cell(row, object));
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

void reading_index_text(const struct reading_row *row, char out[READING_INDEX_TEXT_MAX])
{
    if (!has_small_arcs(row->index, row->index_word)) {
        BASE_REQUIRE(oid_index_to_text(row->index, out, READING_INDEX_TEXT_MAX) == 0);
        return;
    }
    for (size_t i = 0; i < row->index.size; i++) {
        uint8_t arc = row->index.data[i];
        if (i > 0) {
            *out++ = '.';
        }
        if (arc >= 100) {
            *out++ = '1';
        }
        if (arc >= 10) {
            *out++ = (char)('0' + arc / 10 % 10);
        }
        *out++ = (char)('0' + arc % 10);
    }
    *out = '\0';
}

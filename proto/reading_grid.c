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

/* How many cells are made at a time: enough for the rows of most devices. */
#define CELLS_AT_ONCE 384

/* How many rows of each table there is room for at first; it doubles. */
#define ROWS_AT_FIRST 6

/* The high bit of all octets of a word. */
#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Has the index of no entry. One such row stands behind the last of each table, so that who walks
 * down a table need not look for its end. */
static const struct reading_row no_row = {.index_word = HIGH_BITS};

static inline void end_rows(struct reading_row *behind_last)
{
    behind_last->index_word = no_row.index_word;
    behind_last->index_mask = no_row.index_mask;
}

bool reading_grids_init(struct reading_decoder *decoder)
{
    const size_t table_count = BASE_ARRAY_COUNT(decoder->grids);
    struct reading_row(*rows)[ROWS_AT_FIRST + 1] =
        reading_alloc(decoder->arena, table_count * sizeof(*rows));

    for (size_t table = 0; rows != NULL && table < table_count; table++) {
        decoder->grids[table] =
            (struct reading_grid){.rows = rows[table], .count = 0, .cap = ROWS_AT_FIRST};
        end_rows(rows[table]);
    }
    return rows != NULL;
}

/* Makes room for one more row and the one behind it. Never inlined: few tables need it. */
static __attribute__((noinline)) bool grow(struct reading_decoder *decoder,
                                           struct reading_grid *grid)
{
    uint16_t cap = (uint16_t)(grid->cap * 2);
    struct reading_row *rows = reading_alloc(decoder->arena, (cap + 1U) * sizeof(*rows));

    if (rows == NULL) {
        return false;
    }
    memcpy(rows, grid->rows, grid->count * sizeof(*rows));
    end_rows(&rows[grid->count]);
    grid->rows = rows;
    grid->cap = cap;
    return true;
}

/* Makes more empty cells. Never inlined: one time does for most devices. */
static __attribute__((noinline)) bool grow_cells(struct reading_decoder *decoder)
{
    const uint8_t **cells = reading_alloc_zero(decoder->arena, CELLS_AT_ONCE * sizeof(*cells));

    if (cells == NULL) {
        return false;
    }
    decoder->spare_cells = cells;
    decoder->spare_count = CELLS_AT_ONCE;
    return true;
}

/* The eight octets that end with an index, as a number. The octets before an entry are those of the
 * record's header at least. */
static inline uint64_t word_before(const uint8_t *index_end)
{
    uint64_t word;
    memcpy(&word, index_end - sizeof(word), sizeof(word));
    return le64toh(word);
}

/* Gives a row its index. */
static inline void set_index(struct reading_row *row, struct bytes index)
{
    const size_t word_size = sizeof(row->index_word);

    row->index = index;
    row->index_mask = 0;
    row->index_word = HIGH_BITS;
    if (index.size <= word_size) {
        row->index_mask = index.size > 0 ? UINT64_MAX << (8 * (word_size - index.size)) : 0;
        row->index_word = word_before(index.data + index.size) & row->index_mask;
    }
}

/* Says whether a row has that index; it says no to indexes that are longer than a word. */
static inline bool has_index(const struct reading_row *row, const uint8_t *index, size_t size)
{
    return row->index.size == size &&
           (word_before(index + size) & row->index_mask) == row->index_word;
}

/* Says whether each octet of an index is an arc of its own, as nearly always. */
static inline bool has_small_arcs(const struct reading_row *row)
{
    return (row->index_word & HIGH_BITS) == 0;
}

/* An octet of an index takes four characters at most: so many octets always fit. */
#define INDEX_OCTETS_THAT_FIT ((READING_INDEX_TEXT_MAX - 1) / 4)

/* Says whether an index of other than small arcs is one that a row can have. Never inlined: its
 * text would burden those that have small arcs. */
static __attribute__((noinline)) bool is_valid_index(struct bytes index)
{
    char text[READING_INDEX_TEXT_MAX];

    if (index.size <= INDEX_OCTETS_THAT_FIT) {
        return oid_is_valid(index);
    }
    return index.size <= READING_INDEX_OCTETS_MAX &&
           oid_index_to_text(index, text, sizeof(text)) == 0;
}

/* Says whether a row comes before another, in the order of SNMP. */
static inline bool is_before(const struct reading_row *a, const struct reading_row *b)
{
    if (a->index.size == b->index.size && ((a->index_word | b->index_word) & HIGH_BITS) == 0) {
        return htobe64(htole64(a->index_word)) < htobe64(htole64(b->index_word));
    }
    return oid_compare(a->index, b->index) < 0;
}

/* Position of the first row that does not come before the wanted one. */
static size_t lower_bound(const struct reading_grid *grid, const struct reading_row *wanted)
{
    size_t low = 0;
    size_t high = grid->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_before(&grid->rows[middle], wanted)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Makes the row behind the last one the last, with empty cells, if it can be a row. */
static inline bool keep_row(struct reading_decoder *decoder, unsigned table)
{
    struct reading_grid *grid = &decoder->grids[table];
    struct reading_row *row = grid->rows + grid->count;

    if ((!has_small_arcs(row) && !is_valid_index(row->index)) || grid->count >= READING_ROWS_MAX ||
        (decoder->spare_count < cell_counts[table] && !grow_cells(decoder))) {
        end_rows(row);
        return false;
    }
    row->cells = decoder->spare_cells;
    decoder->spare_cells += cell_counts[table];
    decoder->spare_count -= cell_counts[table];
    grid->count++;
    end_rows(row + 1);
    return true;
}

/* Finds the row that has the index of the one behind the last, or makes it where it belongs. Never
 * inlined: rows come in order nearly always. */
static __attribute__((noinline)) const struct reading_row *
place_row(struct reading_decoder *decoder, unsigned table)
{
    struct reading_grid *grid = &decoder->grids[table];
    struct reading_row *wanted = grid->rows + grid->count;
    struct reading_row *row = grid->rows + lower_bound(grid, wanted);
    struct reading_row kept;

    if (bytes_equal(row->index, wanted->index)) {
        end_rows(wanted);
        return row;
    }
    if (!keep_row(decoder, table)) {
        return NULL;
    }
    kept = *wanted;
    memmove(row + 1, row, (size_t)(wanted - row) * sizeof(*row));
    *row = kept;
    return row;
}

/* NULL and the exceptions of v2c say that there is no value. */
static inline bool is_value(uint8_t tag)
{
    return tag != GATE_NULL && tag < GATE_NO_SUCH_OBJECT;
}

/* Finds or makes the row of an entry; NULL when it is left out. It is made behind the last one,
 * where it stays if it comes next. Never inlined: the loop that calls it has few registers
 * to spare. */
static __attribute__((noinline)) const struct reading_row *
take_row(struct reading_decoder *decoder, const uint8_t *entry, bool is_moving)
{
    struct bytes index = bytes_of(entry + 2, entry[1]);
    unsigned table = tables[entry[0]];
    struct reading_grid *grid = &decoder->grids[table];
    struct reading_row *row;

    if (table == 0 || !is_value(entry[2 + index.size])) {
        decoder->private_counts[is_moving] += entry[0] == RECORD_PRIVATE ? 1U : 0U;
        return NULL;
    }
    if (grid->count == grid->cap && !grow(decoder, grid)) {
        return NULL;
    }
    row = grid->rows + grid->count;
    set_index(row, index);
    if (grid->count > 0 && !is_before(row - 1, row)) {
        return place_row(decoder, table);
    }
    return keep_row(decoder, table) ? row : NULL;
}

/* Where an entry ends that is not as nearly all are; NULL at the record's end and at damage. */
static __attribute__((noinline)) const uint8_t *unusual_end(struct bytes record,
                                                            const uint8_t *entry)
{
    size_t offset = (size_t)(entry - record.data);
    struct record_entry unusual;

    return record_next_careful(record, &offset, &unusual) ? record.data + offset : NULL;
}

/* No entry whose value's size takes one octet is longer than this. */
#define ENTRY_BYTES_MAX (4 + UINT8_MAX + 127)

/* Says whether an entry whose value's size takes one octet ends within the record. */
static inline bool is_whole(const uint8_t *entry, const uint8_t *end)
{
    size_t left = (size_t)(end - entry);
    size_t size = 4;

    if (left < size || left < (size += entry[1])) {
        return false;
    }
    return left - size >= entry[size - 1];
}

/* Entries walk down the columns, so the row of an entry is nearly always the one below the last
 * entry's, or the first where a new column begins. Far enough from the record's end nothing needs
 * to be compared with it. */
bool reading_collect(struct reading_decoder *decoder, struct bytes record, bool is_moving)
{
    const uint8_t *end = record.data + record.size;
    const uint8_t *far = record.size > ENTRY_BYTES_MAX ? end - ENTRY_BYTES_MAX : record.data;
    const uint8_t *entry = record.data + RECORD_HEADER_BYTES;
    const struct reading_row *row = &no_row;
    unsigned object = 0; /* of the column; no object has this id */
    size_t cell = 0;     /* of that object */

    if (record.size == 0) {
        return true;
    }
    for (;;) {
        const uint8_t *here = entry;
        const uint8_t *tag;
        if ((here <= far || is_whole(here, end)) && here[3 + here[1]] < 128) {
            entry = here + 4 + here[1] + here[3 + here[1]];
        } else {
            entry = unusual_end(record, here);
            if (entry == NULL) {
                return record_ended(record, (size_t)(here - record.data));
            }
        }
        tag = here + 2 + here[1];
        if (here[0] != object) {
            object = here[0];
            cell = reading_cell_places[object];
            row = decoder->grids[tables[object]].rows;
        }
        if (has_index(row, here + 2, here[1]) && is_value(*tag)) {
            row->cells[cell] = tag;
            row++;
            continue;
        }
        row = take_row(decoder, here, is_moving);
        if (row != NULL) {
            row->cells[cell] = tag;
        }
        row = row != NULL ? row + 1 : &no_row;
    }
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
static int64_t text_number(struct bytes text)
{
    size_t at = 0;
    size_t end = text.size;
    bool is_negative;
    int64_t value = 0;

    while (at < end && (text.data[at] == ' ' || text.data[at] == 0)) {
        at++;
    }
    while (end > at && (text.data[end - 1] == ' ' || text.data[end - 1] == 0)) {
        end--;
    }
    is_negative = at < end && text.data[at] == '-';
    at += is_negative ? 1 : 0;
    if (at == end || end - at > 18) {
        return READING_ABSENT;
    }
    for (; at < end; at++) {
        if (text.data[at] < '0' || text.data[at] > '9') {
            return READING_ABSENT;
        }
        value = value * 10 + (text.data[at] - '0');
    }
    return is_negative ? -value : value;
}

int64_t reading_any_number(const uint8_t *tag)
{
    struct reading_cell cell = reading_cell_at(tag);
    size_t size = cell.value.size;
    const uint8_t *data = cell.value.data;
    uint64_t value;

    switch (cell.tag) {
    case GATE_INTEGER:
    case GATE_COUNTER32:
    case GATE_GAUGE32:
    case GATE_TIMETICKS:
    case GATE_COUNTER64:
        break;
    case GATE_OCTET_STRING:
        return text_number(cell.value);
    default:
        return READING_ABSENT;
    }
    if (size == 0 || size > 9 || (size == 9 && data[0] != 0)) {
        return READING_ABSENT;
    }
    value = cell.tag == GATE_INTEGER && data[0] >= 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | data[i];
    }
    if (cell.tag != GATE_INTEGER && value > INT64_MAX) {
        return READING_ABSENT;
    }
    return (int64_t)value;
}

/* The arc that begins at an offset; slices of a grid have been checked when the row was made. */
static uint32_t arc_at(struct bytes index, size_t offset)
{
    uint32_t arc = 0;

    if (offset < index.size && index.data[offset] < 0x80) {
        return index.data[offset]; /* nearly always */
    }
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
    size_t start = index.size > 0 ? index.size - 1 : 0;

    while (start > 0 && index.data[start - 1] >= 0x80) {
        start--;
    }
    return arc_at(index, start);
}

void reading_index_text(const struct reading_row *row, char out[READING_INDEX_TEXT_MAX])
{
    if (!has_small_arcs(row)) {
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
            arc %= 10;
        }
        *out++ = (char)('0' + arc);
    }
    *out = '\0';
}

/*
 * Values of private objects: which rows a rule means, and what stands in them.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "proto/gate.h"
#include "proto/profile_inside.h"

/* A label longer than this is none. */
#define LABEL_BYTES_MAX 256

/* More digits than this are no counter. */
#define NUMBER_DIGITS_MAX 15

/* Maintenance values of Brother: tag, kind, size, octets. */
#define TLV_HEAD_BYTES 3

const struct varbind *profile_beside(const struct varbinds *values, const struct varbind *row,
                                     struct bytes column, struct bytes other)
{
    uint8_t name[2 * OID_BER_MAX];
    struct bytes index = oid_index(row->oid, column);

    if (other.size + index.size > sizeof(name)) {
        return NULL;
    }
    memcpy(name, other.data, other.size);
    memcpy(name + other.size, index.data, index.size);
    return varbinds_find(values, bytes_of(name, other.size + index.size));
}

/* Octets that a text may hold; the others become blanks. */
static bool is_shown(uint8_t octet)
{
    return octet >= 0x20 && octet != 0x7f;
}

static bool is_padding(char c)
{
    return c == ' ' || c == '.';
}

/* Blanks for controls (HP's PML strings begin with two), none twice, no padding at the ends. */
static size_t clean(struct bytes raw, char *out, size_t cap)
{
    size_t size = 0;
    size_t start = 0;

    for (size_t i = 0; i < raw.size && size + 1 < cap; i++) {
        char c = is_shown(raw.data[i]) ? (char)raw.data[i] : ' ';
        if (c != ' ' || (size > 0 && out[size - 1] != ' ')) {
            out[size++] = c;
        }
    }
    while (size > 0 && is_padding(out[size - 1])) {
        size--;
    }
    while (start < size && is_padding(out[start])) {
        start++;
    }
    memmove(out, out + start, size - start);
    out[size - start] = '\0';
    return size - start;
}

size_t profile_text(const struct profile_rule *rule, const struct varbind *row, char *out,
                    size_t cap)
{
    struct bytes raw = row->value;
    int64_t number;
    size_t size;

    if (row->tag != GATE_OCTET_STRING) {
        bool is_number = varbind_number(row, &number) == 0;
        int length = is_number ? snprintf(out, cap, "%" PRId64, number) : 0;
        return length > 0 && (size_t)length < cap ? (size_t)length : 0;
    }
    if (rule->pick != NULL) {
        if (raw.size > 2 && raw.data[0] < 0x20) { /* the wire form: its length in front */
            raw = bytes_of(raw.data + 2, raw.size - 2);
        }
        raw = profile_1284(raw, rule->pick);
    }
    size = clean(raw, out, cap);
    return size > 0 && rule->reject != NULL && profile_glob(rule->reject, out) ? 0 : size;
}

static bool is_number_wanted(const struct varbind *value, const struct profile_where *where)
{
    int64_t number;

    if (varbind_number(value, &number) != 0) {
        return false;
    }
    for (unsigned i = 0; i < where->number_count; i++) {
        if (where->numbers[i] == number) {
            return true;
        }
    }
    return false;
}

static char small(uint8_t octet)
{
    return (char)(octet >= 'A' && octet <= 'Z' ? octet - 'A' + 'a' : octet);
}

/* Says whether a text, once it is clean, is the wanted one, without making it: most labels of a
 * table differ in their first letters. */
static bool is_clean_text(struct bytes raw, const char *wanted)
{
    size_t at = 0;

    while (at < raw.size && (!is_shown(raw.data[at]) || is_padding((char)raw.data[at]))) {
        at++;
    }
    for (; *wanted != '\0'; wanted++) {
        bool is_blank = *wanted == ' ';
        if (at >= raw.size) {
            return false;
        }
        if (!is_blank && small(raw.data[at]) != small((uint8_t)*wanted)) {
            return false;
        }
        if (is_blank && is_shown(raw.data[at]) && raw.data[at] != ' ') {
            return false;
        }
        at++;
        while (is_blank && at < raw.size && (!is_shown(raw.data[at]) || raw.data[at] == ' ')) {
            at++;
        }
    }
    while (at < raw.size && (!is_shown(raw.data[at]) || is_padding((char)raw.data[at]))) {
        at++;
    }
    return at == raw.size;
}

static bool is_as_wanted(const struct varbind *value, const struct profile_where *where)
{
    static const struct profile_rule as_it_is = {0};
    char text[LABEL_BYTES_MAX];

    if (where->number_count > 0) {
        return is_number_wanted(value, where);
    }
    if (where->is_plain && value->tag == GATE_OCTET_STRING) {
        return is_clean_text(value->value, where->is);
    }
    return profile_text(&as_it_is, value, text, sizeof(text)) > 0 && profile_glob(where->is, text);
}

/* Another column beside that of the values: both are sorted by index, so one walk goes along. */
struct side {
    const struct varbind *rows;
    size_t count;
    size_t at;
    size_t column_size;
};

static int compare_indexes(struct bytes a, struct bytes b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* The value at an index that is not before the last one asked for; NULL for none. */
static const struct varbind *side_find(struct side *side, struct bytes index)
{
    for (; side->at < side->count; side->at++) {
        const struct varbind *row = &side->rows[side->at];
        int order = compare_indexes(
            bytes_of(row->oid.data + side->column_size, row->oid.size - side->column_size), index);
        if (order >= 0) {
            return order == 0 ? row : NULL;
        }
    }
    return NULL;
}

/* The rows of a column beside those of another; made once for all rules that look at both. */
static const struct profile_join *join(const struct varbinds *values, struct bytes column,
                                       struct bytes other, struct profile_join *out)
{
    size_t count;
    const struct varbind *rows;
    struct side side = {.column_size = other.size};

    if (bytes_equal(out->column, column) && bytes_equal(out->other, other)) {
        return out;
    }
    *out = (struct profile_join){.column = column, .other = other};
    rows = varbinds_below(values, column, &count);
    side.rows = varbinds_below(values, other, &side.count);
    for (size_t k = 0; k < count && out->count < PROFILE_ROWS_MAX; k++) {
        const struct varbind *beside = side_find(&side, oid_index(rows[k].oid, column));
        if (beside != NULL) {
            out->rows[out->count] = &rows[k];
            out->beside[out->count++] = beside;
        }
    }
    return out;
}

static struct bytes other_column(const struct profile_where *where, unsigned at)
{
    return where->columns.list[where->columns.count > 1 ? at : 0];
}

/* The rows of one alternative whose conditions all hold. */
static size_t fitting_rows(const struct profile_rule *rule, const struct varbinds *values,
                           unsigned at, struct profile_join *cache,
                           const struct varbind *out[PROFILE_ROWS_MAX])
{
    struct bytes column = rule->at.list[at];
    const struct profile_join *first;
    size_t found = 0;

    if (rule->where_count == 0) {
        const struct varbind *rows = varbinds_below(values, column, &found);
        found = found < PROFILE_ROWS_MAX ? found : PROFILE_ROWS_MAX;
        for (size_t k = 0; k < found; k++) {
            out[k] = &rows[k];
        }
        return found;
    }
    first = join(values, column, other_column(&rule->where[0], at), cache);
    for (size_t k = 0; k < first->count; k++) {
        bool fits = is_as_wanted(first->beside[k], &rule->where[0]);
        for (unsigned i = 1; i < rule->where_count && fits; i++) {
            const struct varbind *beside =
                profile_beside(values, first->rows[k], column, other_column(&rule->where[i], at));
            fits = beside != NULL && is_as_wanted(beside, &rule->where[i]);
        }
        if (fits) {
            out[found++] = first->rows[k];
        }
    }
    return found;
}

size_t profile_rows(const struct profile_rule *rule, const struct varbinds *values,
                    struct profile_join *cache, const struct varbind *out[PROFILE_ROWS_MAX],
                    unsigned *at)
{
    size_t found = 0;

    for (unsigned i = 0; i < rule->at.count && found == 0; i++) {
        *at = i;
        if (rule->is_column) {
            found = fitting_rows(rule, values, i, cache, out);
        } else {
            out[0] = varbinds_find(values, rule->at.list[i]);
            found = out[0] != NULL;
        }
    }
    return found;
}

/* Finds a tag among "tag kind size octets" entries; they end with FF, and the last one may be cut.
 * Two octets are a level and what full is: they count in hundredths of a percent, as the four
 * octets of newer devices do. */
static bool tlv_number(struct bytes blob, int tag, int64_t *out)
{
    for (size_t at = 0; at + TLV_HEAD_BYTES <= blob.size && blob.data[at] != 0xff;) {
        const uint8_t *entry = blob.data + at;
        size_t size = entry[2];
        if (size > blob.size - at - TLV_HEAD_BYTES) {
            return false;
        }
        if (entry[0] == tag && size == 4) {
            *out = (int64_t)entry[3] << 24 | entry[4] << 16 | entry[5] << 8 | entry[6];
            return true;
        }
        if (entry[0] == tag && size == 2 && entry[4] > 0) {
            *out = (int64_t)entry[3] * 10000 / entry[4];
            return true;
        }
        at += TLV_HEAD_BYTES + size;
    }
    return false;
}

/* IEEE 754 single precision in four octets (HP FutureSmart). */
static bool float_number(struct bytes octets, int64_t *out)
{
    uint32_t bits = 0;
    float value;

    if (octets.size != 4) {
        return false;
    }
    for (size_t i = 0; i < 4; i++) {
        bits = bits << 8 | octets.data[i];
    }
    memcpy(&value, &bits, sizeof(value));
    if (!(value >= 0) || value > (float)INT32_MAX * 1024) {
        return false;
    }
    *out = (int64_t)llroundf(value);
    return true;
}

/* The number in front of a word: of "555719 INCHES, 1411527 CENTIMETERS" one or the other. */
static bool word_number(struct bytes text, const char *word, int64_t *out)
{
    char line[LABEL_BYTES_MAX];
    int64_t number = 0;
    size_t digits = 0;

    snprintf(line, sizeof(line), "%.*s", (int)text.size, (const char *)text.data);
    const char *end = strcasestr(line, word);
    while (end != NULL && end > line && end[-1] == ' ') {
        end--;
    }
    for (int64_t place = 1; end != NULL && end > line && digits <= NUMBER_DIGITS_MAX; end--) {
        if (end[-1] >= '0' && end[-1] <= '9') {
            number += place * (end[-1] - '0');
            place *= 10;
            digits++;
        } else if (end[-1] != ',' || digits == 0) {
            break;
        }
    }
    *out = number;
    return digits > 0 && digits <= NUMBER_DIGITS_MAX;
}

bool profile_number(const struct profile_rule *rule, const struct varbind *row, int64_t *out)
{
    int64_t number = 0;
    bool is_there = false;

    switch (rule->decode_as) {
    case PROFILE_PLAIN:
        is_there = varbind_number(row, &number) == 0;
        break;
    case PROFILE_WORD:
        is_there = row->tag == GATE_OCTET_STRING && word_number(row->value, rule->word, &number);
        break;
    case PROFILE_FLOAT:
        is_there = row->tag == GATE_OCTET_STRING && float_number(row->value, &number);
        break;
    case PROFILE_TLV:
        is_there =
            row->tag == GATE_OCTET_STRING && tlv_number(row->value, rule->tag_number, &number);
        break;
    }
    /* -1 is "not counted" (Konica Minolta). */
    if (!is_there || number < 0 || number > INT64_MAX / rule->times_by) {
        return false;
    }
    *out = number * rule->times_by / rule->over_by;
    return true;
}

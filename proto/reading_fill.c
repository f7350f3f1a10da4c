/*
 * Filling: cells into structures, by tables of fields.
 */
#include <stdlib.h>

#include "proto/gate.h"
#include "proto/reading_internal.h"

#define KIND(symbol, id, table, arc, name, kind, pace, role) [id] = OBJECT_KIND_##kind,
static const uint8_t kinds[OBJECT_ID_LIMIT] = {OBJECT_LIST(KIND)};

static int64_t charset_of(const struct reading_decoder *decoder, unsigned object)
{
    switch (kinds[object]) {
    case OBJECT_KIND_LOCALIZED:
        return decoder->charset;
    case OBJECT_KIND_CONSOLE_TEXT:
        return decoder->console_charset;
    default:
        return TEXT_CHARSET_NONE;
    }
}

/* Keeps a text of that length that was written into what reserve gave; NULL for an empty one. */
static inline const char *keep_text(struct reading_decoder *decoder, const char *text, size_t size)
{
    if (size == 0) {
        return NULL;
    }
    reading_commit(decoder->arena, size + 1);
    return text;
}

/* Never inlined: texts that are plain need few registers. */
static __attribute__((noinline)) const char *clean_carefully(struct reading_decoder *decoder,
                                                             struct bytes raw, unsigned object)
{
    size_t room = TEXT_BOUND(raw.size);
    char *text = reading_reserve(decoder->arena, room);

    if (text == NULL) {
        return NULL;
    }
    return keep_text(
        decoder, text,
        text_clean(&decoder->arena->text, raw, charset_of(decoder, object), text, room));
}

const char *reading_clean(struct reading_decoder *decoder, struct bytes raw, unsigned object)
{
    char *text = reading_reserve(decoder->arena, TEXT_BOUND(raw.size));
    size_t size = text != NULL ? text_clean_plain(raw, text) : 0;

    return size > 0 ? keep_text(decoder, text, size) : clean_carefully(decoder, raw, object);
}

static inline const char *text_of(struct reading_decoder *decoder, struct reading_cell cell,
                                  unsigned object)
{
    return cell.tag == GATE_OCTET_STRING && cell.value.size > 0
               ? reading_clean(decoder, cell.value, object)
               : NULL;
}

const char *reading_text(struct reading_decoder *decoder, const struct reading_row *row,
                         unsigned object)
{
    return text_of(decoder, reading_cell(row, object), object);
}

const char *reading_copy(struct reading_decoder *decoder, struct bytes text)
{
    char *copy;

    if (text.size == 0) {
        return NULL;
    }
    copy = reading_reserve(decoder->arena, text.size + 1);
    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    reading_commit(decoder->arena, text.size + 1);
    return copy;
}

static bool is_padding(uint8_t octet)
{
    return octet == ' ' || octet == '.';
}

const char *reading_unpadded(struct reading_decoder *decoder, struct bytes text)
{
    while (text.size > 0 && is_padding(text.data[text.size - 1])) {
        text.size--;
    }
    while (text.size > 0 && is_padding(text.data[0])) {
        text.data++;
        text.size--;
    }
    return reading_copy(decoder, text);
}

/* How a text of that object was read. */
static const char *text_rule(struct reading_decoder *decoder, unsigned object)
{
    int64_t charset = charset_of(decoder, object);
    const char *name = text_charset_name(charset);

    if (charset == TEXT_CHARSET_NONE) {
        return "text as sent, cleaned to UTF-8 without controls and padding";
    }
    return reading_format(decoder,
                          "text cleaned to UTF-8; unless it is UTF-8 its charset is %s, row of "
                          "prtLocalizationTable",
                          name != NULL ? name : "not known");
}

static void explain_number(struct reading_decoder *decoder, const struct reading_row *row,
                           const struct reading_field *field, int64_t value)
{
    const char *name;

    if (field->form != READING_FORM_CODE) {
        reading_why_number(decoder, field->path, row, field->object, value, "as sent");
    } else if (value != READING_ABSENT) {
        name = reading_name(field->names, value);
        reading_why(decoder, field->path, row, field->object, name,
                    name != NULL ? "name of the code in the MIB" : "the MIB has no such code");
    }
}

static inline void fill_number(const struct reading_field *field, const uint8_t *tag, char *out)
{
    int64_t value = reading_number_at(tag);

    if (field->form != READING_FORM_NUMBER) {
        if (field->form == READING_FORM_CODE) {
            const char *name = reading_name(field->names, value);
            memcpy(out + field->name_offset, &name, sizeof(name));
        } else if (value < 0) {
            value = READING_ABSENT;
        }
    }
    memcpy(out + field->offset, &value, sizeof(value));
}

static inline void fill_text(struct reading_decoder *decoder, const struct reading_field *field,
                             const uint8_t *tag, char *out)
{
    const char *value = text_of(decoder, reading_cell_at(tag), field->object);

    if (field->form == READING_FORM_SERIAL && value != NULL) {
        value = reading_unpadded(decoder, bytes_from_text(value));
    }
    memcpy(out + field->offset, &value, sizeof(value));
}

static bool is_text(const struct reading_field *field)
{
    return field->form >= READING_FORM_TEXT;
}

static void explain_fields(struct reading_decoder *decoder, const struct reading_row *row,
                           const struct reading_field *fields, size_t count, const char *out)
{
    for (const struct reading_field *field = fields; field < fields + count; field++) {
        const char *text;
        int64_t number;
        if (!is_text(field)) {
            memcpy(&number, out + field->offset, sizeof(number));
            explain_number(decoder, row, field, number);
            continue;
        }
        memcpy(&text, out + field->offset, sizeof(text));
        if (text != NULL) {
            reading_why(decoder, field->path, row, field->object, text,
                        text_rule(decoder, field->object));
        }
    }
}

void reading_fill(struct reading_decoder *decoder, const struct reading_row *row,
                  const struct reading_field *fields, size_t count, void *out)
{
    for (const struct reading_field *field = fields; field < fields + count; field++) {
        const uint8_t *tag = row->cells[reading_cell_places[field->object]];
        if (is_text(field)) {
            fill_text(decoder, field, tag, out);
        } else {
            fill_number(field, tag, out);
        }
    }
    if (decoder->with_why) {
        explain_fields(decoder, row, fields, count, out);
    }
}

void *reading_rows(struct reading_decoder *decoder, enum object_table_id table, size_t size)
{
    size_t count = reading_grid(decoder, table)->count;

    return count > 0 ? reading_alloc_zero(decoder->arena, count * size) : NULL;
}

void reading_enter_row(struct reading_decoder *decoder, const struct reading_row *row,
                       const char *list, char index[READING_INDEX_TEXT_MAX])
{
    reading_index_text(row, index);
    if (decoder->with_why) {
        decoder->row_path = reading_format(decoder, "%s[%s]", list, index);
    }
}

/* Reads "00:1b:a9:00:00:01", with any separator or none. Returns false for other text. */
static bool mac_from_text(struct reading_cell cell, uint8_t octets[6])
{
    size_t digits = 0;

    for (size_t i = 0; i < cell.value.size; i++) {
        char digit[2] = {(char)cell.value.data[i], '\0'};
        char *end;
        unsigned long value = strtoul(digit, &end, 16);
        if (cell.value.data[i] == ':' || cell.value.data[i] == '-' || cell.value.data[i] == ' ') {
            continue;
        }
        if (*end != '\0' || cell.value.data[i] == 0 || digits == 12) {
            return false;
        }
        octets[digits / 2] = (uint8_t)(octets[digits / 2] << 4 | (uint8_t)value);
        digits++;
    }
    return digits == 12;
}

void reading_mac(struct reading_cell cell, char out[18])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t octets[6] = {0};
    uint8_t any = 0;
    uint8_t all = 0xff;

    out[0] = '\0';
    if (cell.tag != GATE_OCTET_STRING) {
        return;
    }
    if (cell.value.size == 6) {
        memcpy(octets, cell.value.data, 6);
    } else if (!mac_from_text(cell, octets)) {
        return;
    }
    for (size_t i = 0; i < 6; i++) {
        any |= octets[i];
        all &= octets[i];
        out[3 * i] = digits[octets[i] >> 4];
        out[3 * i + 1] = digits[octets[i] & 0xf];
        out[3 * i + 2] = i < 5 ? ':' : '\0';
    }
    if (any == 0 || all == 0xff || (octets[0] & 1) != 0) {
        out[0] = '\0';
    }
}

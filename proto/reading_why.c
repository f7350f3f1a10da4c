/*
 * Where values come from: the list behind `--why`.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "proto/gate.h"
#include "proto/oid.h"
#include "proto/reading_internal.h"

#define WHY_CAP_FIRST 256 /* a usual device shows some 250 values */

const char *reading_format(struct reading_decoder *decoder, const char *format, ...)
{
    va_list arguments;
    char *text;
    int size;

    va_start(arguments, format);
    size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    text = size >= 0 ? reading_reserve(decoder->arena, (size_t)size + 1) : NULL;
    if (text != NULL) {
        va_start(arguments, format);
        vsnprintf(text, (size_t)size + 1, format, arguments);
        va_end(arguments);
        reading_commit(decoder->arena, (size_t)size + 1);
    }
    return text;
}

const char *reading_quoted(struct reading_decoder *decoder, struct bytes value)
{
    size_t room = 4 * value.size + 3;
    char *text = reading_reserve(decoder->arena, room);
    size_t size = 0;

    if (text == NULL) {
        return NULL;
    }
    text[size++] = '"';
    for (size_t i = 0; i < value.size; i++) {
        uint8_t octet = value.data[i];
        if (octet >= 0x20 && octet < 0x7f && octet != '"' && octet != '\\') {
            text[size++] = (char)octet;
        } else {
            size += (size_t)snprintf(text + size, room - size, "\\x%02x", octet);
        }
    }
    text[size++] = '"';
    text[size++] = '\0';
    reading_commit(decoder->arena, size);
    return text;
}

static const char *hex(struct reading_decoder *decoder, struct bytes value)
{
    size_t room = 3 * value.size + 1;
    char *text = reading_reserve(decoder->arena, room);
    size_t size = 0;

    if (text == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < value.size; i++) {
        size +=
            (size_t)snprintf(text + size, room - size, i == 0 ? "%02x" : " %02x", value.data[i]);
    }
    text[size++] = '\0';
    reading_commit(decoder->arena, size);
    return text;
}

/* The value as it came, by its type and by what its object holds. */
static const char *raw_text(struct reading_decoder *decoder, const struct reading_row *row,
                            const struct object *object)
{
    struct reading_cell cell = reading_cell(row, object->id);
    char dotted[OID_TEXT_MAX];

    if (cell.tag == GATE_OID && oid_to_text(cell.value, dotted, sizeof(dotted)) == 0) {
        return reading_copy(decoder, bytes_from_text(dotted));
    }
    if (cell.tag == GATE_OCTET_STRING) {
        bool is_text = object->kind != OBJECT_KIND_OCTETS && object->kind != OBJECT_KIND_BITS;
        return is_text ? reading_quoted(decoder, cell.value) : hex(decoder, cell.value);
    }
    if (reading_number(row, object->id) != READING_ABSENT) {
        return reading_format(decoder, "%" PRId64, reading_number(row, object->id));
    }
    return hex(decoder, cell.value);
}

static const char *instance_text(struct reading_decoder *decoder, const struct reading_row *row,
                                 const struct object *object)
{
    char dotted[OID_TEXT_MAX];
    char index[READING_INDEX_TEXT_MAX];

    if (oid_to_text(object->column, dotted, sizeof(dotted)) != 0) {
        return NULL;
    }
    reading_index_text(row, index);
    return reading_format(decoder, "%s.%s", dotted, index);
}

/* Room for one more entry; the list is doubled when it is full. */
static struct reading_why *new_entry(struct reading_decoder *decoder)
{
    struct reading *out = decoder->out;
    size_t cap = decoder->why_cap == 0 ? WHY_CAP_FIRST : 2 * decoder->why_cap;
    struct reading_why *list;

    if (out->why_count == decoder->why_cap) {
        list = reading_alloc(decoder->arena, cap * sizeof(*list));
        if (list == NULL) {
            return NULL;
        }
        if (out->why_count > 0) {
            memcpy(list, out->why, out->why_count * sizeof(*list));
        }
        out->why = list;
        decoder->why_cap = cap;
    }
    return &out->why[out->why_count++];
}

void reading_why_put(struct reading_decoder *decoder, const struct reading_why *why)
{
    struct reading_why *entry = new_entry(decoder);

    if (entry != NULL) {
        *entry = *why;
    }
}

void reading_why_add(struct reading_decoder *decoder, const char *path,
                     const struct reading_row *row, unsigned object, const char *value,
                     const char *rule)
{
    struct reading_why why = {.field = path, .value = value, .rule = rule};

    if (decoder->row_path != NULL) {
        why.field = reading_format(decoder, "%s.%s", decoder->row_path, path);
    }
    if (row != NULL && object != 0 && reading_cell(row, object).tag != 0) {
        const struct object *properties = object_find(object);
        why.object = properties->name;
        why.oid = instance_text(decoder, row, properties);
        why.raw = raw_text(decoder, row, properties);
    }
    reading_why_put(decoder, &why);
}

void reading_why_number(struct reading_decoder *decoder, const char *path,
                        const struct reading_row *row, unsigned object, int64_t value,
                        const char *rule)
{
    if (decoder->with_why && value != READING_ABSENT) {
        reading_why(decoder, path, row, object, reading_format(decoder, "%" PRId64, value), rule);
    }
}

#include "core/base/json.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/utf8.h"

#define CAP_FIRST   ((size_t)4 * 1024) /* a usual reading takes 6 KB */
#define REPLACEMENT "\xef\xbf\xbd"     /* U+FFFD */

void json_init(struct json *json)
{
    *json = (struct json){0};
}

void json_fini(struct json *json)
{
    free(json->data);
    *json = (struct json){0};
}

void json_reset(struct json *json)
{
    json->size = 0;
    json->needs_comma = false;
    json->status = 0;
}

/* Makes room for `size` more octets and the NUL. Returns where they go, NULL without memory. */
static char *room(struct json *json, size_t size)
{
    size_t cap = json->cap == 0 ? CAP_FIRST : json->cap;
    char *data;

    if (json->status != 0) {
        return NULL;
    }
    if (size < json->cap - json->size) {
        return json->data + json->size;
    }
    while (cap - json->size <= size) {
        cap *= 2;
    }
    data = realloc(json->data, cap);
    if (data == NULL) {
        json->status = -ENOMEM;
        return NULL;
    }
    json->data = data;
    json->cap = cap;
    return data + json->size;
}

static void put(struct json *json, const char *text, size_t size)
{
    char *out = room(json, size);

    if (out != NULL) {
        memcpy(out, text, size);
        json->size += size;
    }
}

/* A value follows: writes the comma that parts it from the one before. */
static void before_value(struct json *json)
{
    if (json->needs_comma) {
        put(json, ",", 1);
    }
    json->needs_comma = true;
}

static void open_with(struct json *json, const char *bracket)
{
    before_value(json);
    put(json, bracket, 1);
    json->needs_comma = false;
}

static void close_with(struct json *json, const char *bracket)
{
    put(json, bracket, 1);
    json->needs_comma = true;
}

void json_object_begin(struct json *json)
{
    open_with(json, "{");
}

void json_object_end(struct json *json)
{
    close_with(json, "}");
}

void json_array_begin(struct json *json)
{
    open_with(json, "[");
}

void json_array_end(struct json *json)
{
    close_with(json, "]");
}

void json_key(struct json *json, const char *name)
{
    size_t size = strlen(name);
    char *out;

    before_value(json);
    out = room(json, size + 3);
    if (out != NULL) {
        out[0] = '"';
        memcpy(out + 1, name, size);
        out[size + 1] = '"';
        out[size + 2] = ':';
        json->size += size + 3;
    }
    json->needs_comma = false;
}

/* Writes one character that needs more than a copy. Returns the octets of text it stood for. */
static size_t put_special(struct json *json, const uint8_t *text, size_t left)
{
    static const char digits[] = "0123456789abcdef";
    static const char escapes[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    const char *escape = text[0] != 0 ? strchr(escapes, text[0]) : NULL;
    size_t size;
    uint32_t code = 0;

    if (escape != NULL) {
        put(json, (const char[]){'\\', letters[escape - escapes]}, 2);
        return 1;
    }
    if (text[0] < 0x20 || text[0] == 0x7f) {
        put(json, (const char[]){'\\', 'u', '0', '0', digits[text[0] >> 4], digits[text[0] & 0xf]},
            6);
        return 1;
    }
    size = utf8_take(text, left, &code);
    if (size == 2 && code < 0xa0) {
        put(json, (const char[]){'\\', 'u', '0', '0', digits[text[1] >> 4], digits[text[1] & 0xf]},
            6);
        return 2;
    }
    if (size == 0) {
        put(json, REPLACEMENT, strlen(REPLACEMENT));
        return 1;
    }
    put(json, (const char *)text, size);
    return size;
}

static bool is_plain(uint8_t octet)
{
    return octet >= 0x20 && octet < 0x7f && octet != '"' && octet != '\\';
}

void json_put_string_bytes(struct json *json, struct bytes text)
{
    size_t at = 0;

    before_value(json);
    put(json, "\"", 1);
    while (at < text.size) {
        size_t start = at;
        while (at < text.size && is_plain(text.data[at])) {
            at++;
        }
        if (at > start) {
            put(json, (const char *)text.data + start, at - start);
        }
        if (at < text.size) {
            at += put_special(json, text.data + at, text.size - at);
        }
    }
    put(json, "\"", 1);
}

void json_put_string(struct json *json, const char *text)
{
    if (text == NULL) {
        json_put_null(json);
        return;
    }
    json_put_string_bytes(json, bytes_from_text(text));
}

/* Writes the digits of a number so that they end at `end`. Returns where they begin. */
static char *digits_of(uint64_t value, char *end)
{
    do {
        *--end = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return end;
}

void json_put_integer(struct json *json, int64_t value)
{
    char text[24];
    char *end = text + sizeof(text);
    char *start = digits_of(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, end);

    if (value < 0) {
        *--start = '-';
    }
    before_value(json);
    put(json, start, (size_t)(end - start));
}

void json_put_thousandths(struct json *json, int64_t value)
{
    char text[4] = {'.'};
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    uint64_t rest = magnitude % 1000;
    size_t size = rest % 10 != 0 ? 4 : rest % 100 != 0 ? 3 : rest != 0 ? 2 : 0;

    if (value < 0 && magnitude < 1000) {
        before_value(json);
        put(json, "-0", 2);
    } else {
        json_put_integer(json, value / 1000);
    }
    text[1] = (char)('0' + rest / 100);
    text[2] = (char)('0' + rest / 10 % 10);
    text[3] = (char)('0' + rest % 10);
    put(json, text, size);
}

void json_put_bool(struct json *json, bool value)
{
    before_value(json);
    put(json, value ? "true" : "false", value ? 4 : 5);
}

void json_put_null(struct json *json)
{
    before_value(json);
    put(json, "null", 4);
}

void json_newline(struct json *json)
{
    put(json, "\n", 1);
    json->needs_comma = false;
}

int json_status(const struct json *json)
{
    return json->status;
}

const char *json_text(struct json *json)
{
    if (json->data == NULL || json->status != 0) {
        return "";
    }
    json->data[json->size] = '\0';
    return json->data;
}

#include "core/base/utf8.h"

/* Smallest code point that needs so many octets; what lies below it there is overlong. */
static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};

static size_t length_of(uint8_t first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

size_t utf8_take(const uint8_t *text, size_t size, uint32_t *code_point)
{
    size_t length = length_of(text[0]);
    uint32_t code = length < 2 ? text[0] : text[0] & (0x7fU >> length);

    if (length == 0 || length > size) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0U) != 0x80U) {
            return 0;
        }
        code = code << 6 | (text[i] & 0x3fU);
    }
    if (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
        return 0;
    }
    *code_point = code;
    return length;
}

bool utf8_is_valid(struct bytes text)
{
    uint32_t code;

    for (size_t at = 0; at < text.size;) {
        size_t length = utf8_take(text.data + at, text.size - at, &code);
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}

#include "core/app/display.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>

/* U+2026 HORIZONTAL ELLIPSIS */
#define ELLIPSIS "\xe2\x80\xa6"

void display_init(void)
{
    if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
        setlocale(LC_CTYPE, "C.UTF-8");
    }
}

/* Reads one character. Returns: its octets, 0 when they are no UTF-8. */
static size_t decode(const char *text, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *octets = (const unsigned char *)text;
    size_t size = octets[0] < 0x80             ? 1
                  : (octets[0] & 0xe0) == 0xc0 ? 2
                  : (octets[0] & 0xf0) == 0xe0 ? 3
                  : (octets[0] & 0xf8) == 0xf0 ? 4
                                               : 0;
    if (size < 2) {
        *code = octets[0];
        return size;
    }
    uint32_t value = octets[0] & (0x7fU >> size);
    for (size_t i = 1; i < size; i++) {
        if ((octets[i] & 0xc0) != 0x80) {
            return 0;
        }
        value = value << 6 | (octets[i] & 0x3fU);
    }
    if (value < smallest[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) {
        return 0;
    }
    *code = value;
    return size;
}

/* C0, DEL and C1; the marks, embeddings, overrides and isolates that reorder a line (UAX 9); line
 * and paragraph separators; the invisible byte order mark. */
static bool is_harmful(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c ||
           (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

size_t display_clean(const char *text, char *out, size_t cap)
{
    size_t size = 0;
    while (*text != '\0') {
        uint32_t code = 0;
        size_t octets = decode(text, &code);
        bool keep = octets > 0 && !is_harmful(code);
        size_t needed = keep ? octets : 1;
        if (size + needed >= cap) {
            break;
        }
        if (keep) {
            memcpy(out + size, text, octets);
        } else {
            out[size] = octets > 0 && strchr("\t\r\n", *text) != NULL ? ' ' : '?';
        }
        size += needed;
        text += octets > 0 ? octets : 1;
    }
    out[size] = '\0';
    return size;
}

static size_t cells(uint32_t code)
{
    int width = wcwidth((wchar_t)code);
    return width < 0 ? 1 : (size_t)width;
}

size_t display_width(const char *text)
{
    size_t width = 0;
    while (*text != '\0') {
        uint32_t code = 0;
        size_t octets = decode(text, &code);
        width += octets > 0 ? cells(code) : 1;
        text += octets > 0 ? octets : 1;
    }
    return width;
}

size_t display_put(FILE *file, const char *text, size_t width)
{
    size_t whole = display_width(text);
    if (whole <= width) {
        fputs(text, file);
        return whole;
    }
    const char *end = text;
    size_t used = 0;
    while (*end != '\0') {
        uint32_t code = 0;
        size_t octets = decode(end, &code);
        size_t more = octets > 0 ? cells(code) : 1;
        if (used + more > width - 1) {
            break;
        }
        used += more;
        end += octets > 0 ? octets : 1;
    }
    fwrite(text, 1, (size_t)(end - text), file);
    fputs(ELLIPSIS, file);
    return used + 1;
}

void display_spaces(FILE *file, size_t count)
{
    fprintf(file, "%*s", (int)count, "");
}

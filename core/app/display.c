#include "core/app/display.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "core/base/utf8.h"

/* U+2026 HORIZONTAL ELLIPSIS */
#define ELLIPSIS "\xe2\x80\xa6"

void display_init(void)
{
    if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
        setlocale(LC_CTYPE, "C.UTF-8");
    }
}

/* Reads one character of a NUL-terminated text. Returns: its octets, 0 when they are no UTF-8. */
static size_t decode(const char *text, uint32_t *code)
{
    return utf8_take((const uint8_t *)text, strnlen(text, 4), code);
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

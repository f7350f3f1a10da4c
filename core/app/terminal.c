#include "core/app/terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Narrower than this no table is worth reading; the line wraps instead. */
#define WIDTH_MIN     40
#define WIDTH_DEFAULT 80

static const char *const style_codes[] = {
    [TERMINAL_PLAIN] = "",        [TERMINAL_HEADING] = "\x1b[1m", [TERMINAL_DIM] = "\x1b[2m",
    [TERMINAL_GOOD] = "\x1b[32m", [TERMINAL_WARN] = "\x1b[33m",   [TERMINAL_BAD] = "\x1b[31m",
};

static size_t ask_width(int fd)
{
    struct winsize size = {0};
    const char *columns = getenv("COLUMNS");
    size_t width = columns != NULL ? strtoul(columns, NULL, 10) : 0;
    if (width == 0 && ioctl(fd, TIOCGWINSZ, &size) == 0) {
        width = size.ws_col;
    }
    if (width == 0) {
        return WIDTH_DEFAULT;
    }
    return width < WIDTH_MIN ? WIDTH_MIN : width;
}

/* What the user's own locale says, whatever the program has switched to. */
static bool locale_is_utf8(void)
{
    locale_t own = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    bool utf8 = own != (locale_t)0 && strcmp(nl_langinfo_l(CODESET, own), "UTF-8") == 0;
    if (own != (locale_t)0) {
        freelocale(own);
    }
    return utf8;
}

void terminal_init(struct terminal *terminal, FILE *file, bool colour_allowed)
{
    const char *kind = getenv("TERM");
    const char *no_color = getenv("NO_COLOR");
    int fd = fileno(file);
    bool tty = fd >= 0 && isatty(fd) == 1;
    *terminal = (struct terminal){
        .file = file,
        .width = tty ? ask_width(fd) : 0,
        .colour = tty && colour_allowed && (no_color == NULL || no_color[0] == '\0') &&
                  kind != NULL && strcmp(kind, "dumb") != 0,
        .blocks = locale_is_utf8(),
    };
}

void terminal_begin(const struct terminal *terminal, enum terminal_style style)
{
    if (terminal->colour) {
        fputs(style_codes[style], terminal->file);
    }
}

void terminal_end(const struct terminal *terminal, enum terminal_style style)
{
    if (terminal->colour && style != TERMINAL_PLAIN) {
        fputs("\x1b[0m", terminal->file);
    }
}

size_t terminal_bar(bool blocks, int percent, char *out, size_t cap)
{
    BASE_REQUIRE(cap >= TERMINAL_BAR_MAX);
    const size_t width = TERMINAL_BAR_WIDTH;
    const char *full = blocks ? "\xe2\x96\x88" : "#"; /* U+2588 FULL BLOCK */
    const char *rest = blocks ? "\xc2\xb7" : ".";     /* U+00B7 MIDDLE DOT */
    char *end = out;
    /* Something that is there is never drawn as nothing, and nothing less than full as full. */
    size_t filled = ((size_t)percent * width + 50) / 100;
    if (filled == 0 && percent > 0) {
        filled = 1;
    }
    if (filled >= width && percent < 100) {
        filled = width - 1;
    }
    *end++ = '[';
    for (size_t i = 0; i < width; i++) {
        end = stpcpy(end, i < filled ? full : rest);
    }
    end = stpcpy(end, "]");
    return (size_t)(end - out);
}

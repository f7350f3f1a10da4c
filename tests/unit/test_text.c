#include <criterion/criterion.h>

#include "core/base/utf8.h"
#include "proto/text.h"

static struct text_decoder decoder;
static char cleaned[TEXT_BOUND(TEXT_RAW_MAX)];

static void set_up(void)
{
    text_init(&decoder);
}

static void tear_down(void)
{
    text_fini(&decoder);
}

TestSuite(text, .init = set_up, .fini = tear_down);

/* The short way says the same as the long one, or leaves the text to it. */
static void expect_same_plain(struct bytes raw, size_t length)
{
    char plain[TEXT_BOUND(TEXT_RAW_MAX)];
    size_t plain_length = raw.size <= TEXT_RAW_MAX ? text_clean_plain(raw, plain) : 0;

    if (plain_length > 0) {
        cr_assert_eq(plain_length, length);
        cr_assert_str_eq(plain, cleaned);
    }
}

static const char *clean_bytes(const void *data, size_t size, int64_t charset)
{
    size_t length = text_clean(&decoder, bytes_of(data, size), charset, cleaned, sizeof(cleaned));

    cr_assert_eq(length, strlen(cleaned));
    cr_assert(utf8_is_valid(bytes_from_text(cleaned)));
    expect_same_plain(bytes_of(data, size), length);
    return cleaned;
}

/* The text of a literal that may hold NUL. */
#define CLEAN(literal, charset) clean_bytes((literal), sizeof(literal) - 1, (charset))

Test(text, keeps_plain_text)
{
    cr_expect_str_eq(CLEAN("Black Toner (TK-8527K) 100%", 0), "Black Toner (TK-8527K) 100%");
}

Test(text, that_is_plain_takes_the_short_way)
{
    static const char *const plain[] = {
        "A", "A4", "OKI", "Tray", "Tray 1", "Black Toner", "a b c d e f g h i j", "TK 852",
    };
    static const char *const others[] = {
        " A",          "A  4",           "Tray\t1",        "Black  Toner",  "Toner\x7f",
        "Caf\xc3\xa9", "eight ch  nine", "5A 65 62 72 61", "12345678 \x01",
    };
    char out[64];

    for (size_t i = 0; i < BASE_ARRAY_COUNT(plain); i++) {
        size_t size = strlen(plain[i]);
        cr_expect_eq(text_clean_plain(bytes_of(plain[i], size), out), size);
        cr_expect_str_eq(out, plain[i]);
        cr_expect_eq(text_clean_plain(bytes_of(plain[i], size + 1), out), size, "with a NUL");
        cr_expect_str_eq(out, plain[i]);
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(others); i++) {
        cr_expect_eq(text_clean_plain(bytes_from_text(others[i]), out), 0, "%s", others[i]);
    }
    cr_expect_eq(text_clean_plain(bytes_of("Tray ", 5), out), 4);
    cr_expect_str_eq(out, "Tray");
}

Test(text, of_nothing_is_empty)
{
    cr_expect_str_eq(clean_bytes(NULL, 0, 106), "");
    cr_expect_str_eq(CLEAN("   ", 0), "");
    cr_expect_str_eq(CLEAN("\0\0\0", 0), "");
}

Test(text, collapses_blanks_and_lines_and_trims)
{
    cr_expect_str_eq(CLEAN("  Sleep   Mode \t \r\n", 0), "Sleep Mode");
    cr_expect_str_eq(CLEAN("Stapler 3 HP CC3\n38 33 41 00", 0), "Stapler 3 HP CC3 38 33 41 00");
    cr_expect_str_eq(CLEAN("a\xc2\xa0\xe3\x80\x80"
                           "b",
                           0),
                     "a b");
}

Test(text, drops_nul_and_padding)
{
    cr_expect_str_eq(CLEAN("Black Cartridge 827A HP CF300A\0", 0),
                     "Black Cartridge 827A HP CF300A");
    cr_expect_str_eq(CLEAN("ABC\0\0\0DEF\0", 0), "ABCDEF");
}

Test(text, drops_controls_and_escape_sequences)
{
    cr_expect_str_eq(CLEAN("a\x01\x07"
                           "b\x7f",
                           0),
                     "ab");
    cr_expect_str_eq(CLEAN("\x1b[31;1mred\x1b[0m", 0), "red");
    cr_expect_str_eq(CLEAN("\x1b]0;title\x07text", 0), "text");
    cr_expect_str_eq(CLEAN("\x1b]0;title\x1b\\text", 0), "text");
    cr_expect_str_eq(CLEAN("\x1b(Btext\x1b", 0), "text");
    cr_expect_str_eq(CLEAN("\xc2\x9b"
                           "31mred",
                           0),
                     "red");
    cr_expect_str_eq(CLEAN("a\xc2\x85"
                           "b\xc2\x80",
                           0),
                     "a b");
}

Test(text, drops_direction_marks_and_zero_width_characters)
{
    cr_expect_str_eq(CLEAN("\xef\xbb\xbf"
                           "ab\xe2\x80\xae"
                           "c\xe2\x81\xa6"
                           "d\xe2\x80\x8b"
                           "e",
                           0),
                     "abcde");
}

Test(text, takes_utf8_whatever_is_announced)
{
    cr_expect_str_eq(CLEAN("Toner gel\xc3\xb6st", 2004), "Toner gelöst");
    cr_expect_str_eq(CLEAN("\xe9\xbb\x92", 17), "黒");
}

Test(text, decodes_the_announced_charset)
{
    cr_expect_str_eq(CLEAN("\xa4\xe9rny", 5), "¤érny");
    cr_expect_str_eq(CLEAN("\x8d\x95\x83g\x83i\x81[", 17), "黒トナー");
    cr_expect_str_eq(CLEAN("\xde\xc5\xd2\xce\xd9\xca", 2084), "черный");
    cr_expect_str_eq(CLEAN("caf\xc5", 2004), "café");
    cr_expect_str_eq(CLEAN("\xf7\xe5\xf0\xed\xfb\xe9", 2251), "черный");
}

Test(text, decodes_iso_2022_and_utf16_although_they_look_like_utf8)
{
    cr_expect_str_eq(CLEAN("\x1b$B9u\x1b(B K", 39), "黒 K");
    cr_expect_str_eq(CLEAN("\0B\0l\x9e\xd2", 1000), "Bl黒");
    cr_expect_str_eq(CLEAN("B\0l\0\xd2\x9e", 1014), "Bl黒");
    cr_expect_str_eq(CLEAN("B\0l\0a\0c\0k\0", 1014), "Black");
    cr_expect_str_eq(CLEAN("Black\0", 1000), "Black");
}

Test(text, falls_back_to_windows_1252)
{
    cr_expect_str_eq(CLEAN("B\xfcro \x96 1", 0), "Büro – 1");
    cr_expect_str_eq(CLEAN("a\x81\x8d"
                           "b\xe9",
                           0),
                     "abé");
    /* Announced as UTF-8, as ASCII, as something unknown, or not valid in what is announced. */
    cr_expect_str_eq(CLEAN("caf\xe9", 106), "café");
    cr_expect_str_eq(CLEAN("caf\xe9", 3), "café");
    cr_expect_str_eq(CLEAN("caf\xe9", 9999), "café");
    cr_expect_str_eq(CLEAN("caf\xe9", 17), "café");
}

Test(text, loses_only_the_character_that_was_cut_off)
{
    cr_expect_str_eq(CLEAN("\xe9\xbb\x92\xe3\x83", 0), "黒");
    cr_expect_str_eq(CLEAN("caf\xc3\xa9\xc3", 0), "café");
}

Test(text, takes_no_overlong_or_surrogate_utf8)
{
    cr_expect_str_eq(CLEAN("\xc0\xaf", 0), "À¯");
    cr_expect_str_eq(CLEAN("a\xed\xa0\x80z", 0), "aí €z");
}

Test(text, reads_hex_pairs_as_text)
{
    cr_expect_str_eq(CLEAN("5A 65 62 72 61 00", 0), "Zebra");
    cr_expect_str_eq(CLEAN("5a 65 62 72 61", 0), "Zebra");
    /* Too short, a pair that is no character, something else between. */
    cr_expect_str_eq(CLEAN("41 42 43", 0), "41 42 43");
    cr_expect_str_eq(CLEAN("12 34 56 78", 0), "12 34 56 78");
    cr_expect_str_eq(CLEAN("41 42 43 44x45", 0), "41 42 43 44x45");
}

Test(text, is_cut_where_raw_text_ends)
{
    static char raw[TEXT_RAW_MAX + 100];

    memset(raw, 'x', sizeof(raw));
    clean_bytes(raw, sizeof(raw), 0);
    cr_expect_eq(strlen(cleaned), TEXT_RAW_MAX);
}

Test(text, of_any_octets_is_clean_utf8_in_any_charset)
{
    static const int64_t charsets[] = {0, 3, 17, 18, 37, 38, 39, 106, 114, 1000, 1015, 2004, 2026};
    uint8_t raw[64];
    uint32_t state = 1;

    for (int round = 0; round < 20000; round++) {
        size_t size;
        for (size_t i = 0; i < sizeof(raw); i++) {
            state = state * 1664525 + 1013904223;
            raw[i] = (uint8_t)(state >> 24);
        }
        size = state >> 8 & 63;
        clean_bytes(raw, size, charsets[(size_t)round % BASE_ARRAY_COUNT(charsets)]);
        for (const char *c = cleaned; *c != '\0'; c++) {
            cr_assert((uint8_t)*c >= 0x20 && *c != 0x7f);
        }
    }
}

Test(text, knows_every_charset_of_its_table)
{
    static const int64_t known[] = {3,    4,    5,    6,    7,    8,    9,    10,   11,   12,
                                    13,   17,   18,   37,   38,   39,   106,  109,  111,  113,
                                    114,  1000, 1013, 1014, 1015, 2004, 2009, 2010, 2011, 2024,
                                    2025, 2026, 2046, 2047, 2084, 2086, 2250, 2251, 2252, 2253,
                                    2254, 2255, 2256, 2257, 2258, 2259};

    for (size_t i = 0; i < BASE_ARRAY_COUNT(known); i++) {
        const char *name = text_charset_name(known[i]);
        iconv_t descriptor;
        cr_assert_not_null(name, "%d", (int)known[i]);
        descriptor = iconv_open("UTF-8", name);
        cr_expect_neq(descriptor, (iconv_t)-1, "%s", name);
        iconv_close(descriptor);
    }
    cr_expect_null(text_charset_name(0));
    cr_expect_null(text_charset_name(-1));
    cr_expect_null(text_charset_name(1016));
}

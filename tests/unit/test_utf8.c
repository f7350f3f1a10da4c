#include <criterion/criterion.h>

#include "core/base/utf8.h"

static void expect_refused(const char *octets, size_t size)
{
    cr_expect_not(utf8_is_valid(bytes_of(octets, size)), "%s", octets);
}

static void expect_character(const char *octets, size_t length, uint32_t expected)
{
    uint32_t code = 0;

    cr_expect_eq(utf8_take((const uint8_t *)octets, strlen(octets), &code), length);
    cr_expect_eq(code, expected, "%x", code);
}

Test(utf8, takes_characters_of_every_length)
{
    expect_character("A", 1, 0x41);
    expect_character("\x7f", 1, 0x7f);
    expect_character("\xc2\x80", 2, 0x80);
    expect_character("\xdf\xbf"
                     "A",
                     2, 0x7ff);
    expect_character("\xe0\xa0\x80", 3, 0x800);
    expect_character("\xed\x9f\xbf", 3, 0xd7ff);
    expect_character("\xee\x80\x80", 3, 0xe000);
    expect_character("\xf0\x90\x80\x80", 4, 0x10000);
    expect_character("\xf4\x8f\xbf\xbf", 4, 0x10ffff);
}

Test(utf8, refuses_overlong_forms_and_surrogates)
{
    expect_refused("\xc0\xaf", 2);
    expect_refused("\xc1\xbf", 2);
    expect_refused("\xe0\x80\xaf", 3);
    expect_refused("\xe0\x9f\xbf", 3);
    expect_refused("\xf0\x80\x80\xaf", 4);
    expect_refused("\xf0\x8f\xbf\xbf", 4);
    expect_refused("\xed\xa0\x80", 3);
    expect_refused("\xed\xbf\xbf", 3);
}

Test(utf8, refuses_what_is_above_the_last_code_point)
{
    expect_refused("\xf4\x90\x80\x80", 4);
    expect_refused("\xf5\x80\x80\x80", 4);
    expect_refused("\xff", 1);
}

Test(utf8, refuses_pieces_of_characters)
{
    expect_refused("\x80", 1);
    expect_refused("\xe9\xbb", 2);
    expect_refused("\xe9"
                   "AB",
                   3);
    expect_refused("A\xc3", 2);
}

Test(utf8, leaves_the_code_point_alone_where_there_is_none)
{
    uint32_t code = 7;

    cr_expect_eq(utf8_take((const uint8_t *)"\xff", 1, &code), 0);
    cr_expect_eq(code, 7);
}

Test(utf8, is_valid_where_there_is_nothing)
{
    cr_expect(utf8_is_valid(bytes_of(NULL, 0)));
}

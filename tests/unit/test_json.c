#include <errno.h>

#include <jansson.h>

#include <criterion/criterion.h>

#include "core/base/json.h"
#include "tests/unit/support_memory.h"

static struct json json;

static void set_up(void)
{
    json_init(&json);
}

static void tear_down(void)
{
    json_fini(&json);
}

TestSuite(json, .init = set_up, .fini = tear_down);

Test(json, of_nothing_is_empty)
{
    cr_expect_str_eq(json_text(&json), "");
    cr_expect_eq(json_status(&json), 0);
}

Test(json, writes_commas_between_members_and_elements)
{
    json_object_begin(&json);
    json_key(&json, "a");
    json_put_integer(&json, 1);
    json_key(&json, "b");
    json_array_begin(&json);
    json_put_string(&json, "x");
    json_put_null(&json);
    json_put_bool(&json, true);
    json_object_begin(&json);
    json_object_end(&json);
    json_array_begin(&json);
    json_array_end(&json);
    json_put_bool(&json, false);
    json_array_end(&json);
    json_key(&json, "c");
    json_put_string(&json, NULL);
    json_object_end(&json);
    cr_expect_str_eq(json_text(&json), "{\"a\":1,\"b\":[\"x\",null,true,{},[],false],\"c\":null}");
}

Test(json, writes_one_text_a_line)
{
    json_array_begin(&json);
    json_array_end(&json);
    json_newline(&json);
    json_array_begin(&json);
    json_array_end(&json);
    json_newline(&json);
    cr_expect_str_eq(json_text(&json), "[]\n[]\n");
}

static const char *number(int64_t value)
{
    json_reset(&json);
    json_put_integer(&json, value);
    return json_text(&json);
}

Test(json, writes_integers_of_any_size)
{
    cr_expect_str_eq(number(0), "0");
    cr_expect_str_eq(number(-1), "-1");
    cr_expect_str_eq(number(INT64_MAX), "9223372036854775807");
    cr_expect_str_eq(number(INT64_MIN), "-9223372036854775808");
}

static const char *thousandths(int64_t value)
{
    json_reset(&json);
    json_put_thousandths(&json, value);
    return json_text(&json);
}

Test(json, writes_thousandths_with_the_decimals_that_they_need)
{
    cr_expect_str_eq(thousandths(0), "0");
    cr_expect_str_eq(thousandths(3100), "3.1");
    cr_expect_str_eq(thousandths(3120), "3.12");
    cr_expect_str_eq(thousandths(3123), "3.123");
    cr_expect_str_eq(thousandths(3000), "3");
    cr_expect_str_eq(thousandths(7), "0.007");
    cr_expect_str_eq(thousandths(-7), "-0.007");
    cr_expect_str_eq(thousandths(-3100), "-3.1");
}

static const char *string(const char *text)
{
    json_reset(&json);
    json_put_string(&json, text);
    return json_text(&json);
}

Test(json, escapes_what_must_be_escaped)
{
    cr_expect_str_eq(string("a\"b\\c"), "\"a\\\"b\\\\c\"");
    cr_expect_str_eq(string("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
    cr_expect_str_eq(string("\x01\x1b\x7f"), "\"\\u0001\\u001b\\u007f\"");
    cr_expect_str_eq(string("\xc2\x9b"), "\"\\u009b\"");
    cr_expect_str_eq(string("é黒😀"), "\"é黒😀\"");
    json_reset(&json);
    json_put_string_bytes(&json, bytes_of("a\0b", 3));
    cr_expect_str_eq(json_text(&json), "\"a\\u0000b\"");
}

Test(json, replaces_what_is_no_utf8)
{
    cr_expect_str_eq(string("a\xff"
                            "b"),
                     "\"a\xef\xbf\xbd"
                     "b\"");
    cr_expect_str_eq(string("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
    cr_expect_str_eq(string("\xe9\xbb"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
    cr_expect_str_eq(string("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

Test(json, of_any_octets_is_read_back_by_another_library)
{
    uint8_t raw[300];
    uint32_t state = 3;

    for (int round = 0; round < 2000; round++) {
        json_t *parsed;
        for (size_t i = 0; i < sizeof(raw); i++) {
            state = state * 1664525 + 1013904223;
            raw[i] = (uint8_t)(state >> 24);
        }
        json_reset(&json);
        json_array_begin(&json);
        json_put_string_bytes(&json, bytes_of(raw, sizeof(raw)));
        json_array_end(&json);
        parsed = json_loads(json_text(&json), JSON_ALLOW_NUL, NULL);
        cr_assert_not_null(parsed, "%s", json_text(&json));
        json_decref(parsed);
    }
}

Test(json, grows_without_losing_anything)
{
    json_array_begin(&json);
    for (int i = 0; i < 20000; i++) {
        json_put_integer(&json, i);
    }
    json_array_end(&json);
    cr_assert_eq(json_status(&json), 0);
    json_t *parsed = json_loads(json_text(&json), 0, NULL);
    cr_assert_not_null(parsed);
    cr_expect_eq(json_array_size(parsed), 20000);
    cr_expect_eq(json_integer_value(json_array_get(parsed, 19999)), 19999);
    json_decref(parsed);
}

/* The buffer's first size is 4096: strings that end just before, at and just after it. */
Test(json, of_any_length_ends_inside_its_buffer)
{
    static char text[4200];

    for (size_t size = 4000; size < sizeof(text) - 1; size++) {
        struct json fresh;
        memset(text, 'x', size);
        text[size] = '\0';
        json_init(&fresh);
        json_put_string(&fresh, text);
        cr_expect_eq(strlen(json_text(&fresh)), size + 2);
        json_fini(&fresh);
    }
}

Test(json, is_kept_but_empty_after_a_reset)
{
    json_put_string(&json, "something");
    json_reset(&json);
    json_put_null(&json);
    cr_expect_str_eq(json_text(&json), "null");
}

Test(json, remembers_that_memory_was_short)
{
    static char text[8192];

    if (!memory_can_fail()) {
        cr_skip_test("memory cannot fail under AddressSanitizer");
    }
    memset(text, 'x', sizeof(text) - 1);
    json_array_begin(&json);
    memory_exhaust();
    json_put_string(&json, text);
    json_array_end(&json);
    memory_restore();
    cr_expect_eq(json_status(&json), -ENOMEM);
    cr_expect_str_eq(json_text(&json), "");
    json_reset(&json);
    json_put_string(&json, "again");
    cr_expect_eq(json_status(&json), 0);
    cr_expect_str_eq(json_text(&json), "\"again\"");
}

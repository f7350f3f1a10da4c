#include <errno.h>
#include <signal.h>

#include <criterion/criterion.h>

#include "core/base/base.h"
#include "core/base/bytes.h"

Test(base, has_a_sentence_for_every_code_of_ours)
{
    static const int CODES[] = {
#define CODE(name, value, text) (name),
        BASE_STATUS(CODE)
#undef CODE
    };
    for (size_t i = 0; i < BASE_ARRAY_COUNT(CODES); i++) {
        cr_assert_lt(CODES[i], -2000);
        cr_assert_str_neq(base_strerror(CODES[i]), "unknown error");
        for (size_t j = 0; j < i; j++) {
            cr_assert_neq(CODES[i], CODES[j]);
            cr_assert_str_neq(base_strerror(CODES[i]), base_strerror(CODES[j]));
        }
    }
}

Test(base, has_the_systems_sentence_for_its_errors)
{
    cr_assert_str_eq(base_strerror(0), "success");
    cr_assert_str_eq(base_strerror(-ENOENT), "No such file or directory");
    cr_assert_str_eq(base_strerror(-1999), "unknown error");
    cr_assert_str_eq(base_strerror(-2999), "unknown error");
    cr_assert_str_eq(base_strerror(1), "unknown error");
}

Test(base, a_kept_promise_goes_on)
{
    BASE_REQUIRE(1 + 1 == 2);
}

Test(base, a_broken_promise_aborts, .signal = SIGABRT)
{
    BASE_REQUIRE(1 + 1 == 3);
}

Test(base, finds_the_structure_around_a_member)
{
    struct outer {
        int before;
        int member;
    } outer = {0};
    cr_assert_eq(BASE_CONTAINER_OF(&outer.member, struct outer, member), &outer);
}

Test(bytes, are_equal_by_size_and_content)
{
    cr_assert(bytes_equal(bytes_of(NULL, 0), bytes_of("", 0)));
    cr_assert(bytes_equal(bytes_from_text("abc"), bytes_of("abcd", 3)));
    cr_assert_not(bytes_equal(bytes_from_text("abc"), bytes_from_text("abd")));
    cr_assert_not(bytes_equal(bytes_from_text("abc"), bytes_from_text("abcd")));
}

Test(bytes, are_copied_whole_at_every_size)
{
    uint8_t source[40];
    for (size_t i = 0; i < sizeof source; i++) {
        source[i] = (uint8_t)(i + 1);
    }
    for (size_t size = 0; size <= sizeof source; size++) {
        uint8_t copy[sizeof source + 1] = {0};
        bytes_copy(copy, bytes_of(source, size));
        cr_assert_arr_eq(copy, source, size);
        cr_assert_eq(copy[size], 0, "%zu octets wrote one more", size);
    }
    bytes_copy(NULL, bytes_of(NULL, 0));
}

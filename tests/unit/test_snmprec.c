#include <criterion/criterion.h>

#include "proto/gate.h"
#include "proto/oid.h"
#include "proto/snmprec.h"

static struct snmprec recording;

static void parse(const char *text, const char *root)
{
    cr_assert_eq(snmprec_parse(bytes_from_text(text), root, &recording), 0);
}

static const struct varbind *find(const char *oid)
{
    static uint8_t octets[OID_BER_MAX];
    size_t size;

    cr_assert_eq(oid_from_text(oid, octets, sizeof(octets), &size), 0);
    return varbinds_find(&recording.list, bytes_of(octets, size));
}

static int64_t number(const char *oid)
{
    const struct varbind *varbind = find(oid);
    int64_t value = INT64_MIN;

    return varbind != NULL && varbind_number(varbind, &value) == 0 ? value : INT64_MIN;
}

Test(snmprec, reads_every_type)
{
    parse("1.3.6.1.1|2|-129\n1.3.6.1.2|65|4294967295\r\n1.3.6.1.3|4|a|b\n1.3.6.1.4|4x|0aFF\n"
          "1.3.6.1.5|6|1.3.6.1\n1.3.6.1.6|64|10.0.0.1\n1.3.6.1.7|70|9000000000\n.1.3.6.1.8|2|7\n",
          NULL);
    cr_expect_eq(recording.refused, 0);
    cr_expect_eq(number("1.3.6.1.1"), -129);
    cr_expect_eq(number("1.3.6.1.2"), 4294967295);
    cr_expect(bytes_equal(find("1.3.6.1.3")->value, bytes_from_text("a|b")));
    cr_expect(bytes_equal(find("1.3.6.1.4")->value, bytes_of("\x0a\xff", 2)));
    cr_expect_eq(find("1.3.6.1.5")->tag, GATE_OID);
    cr_expect_eq(find("1.3.6.1.6")->value.size, 4);
    cr_expect_eq(number("1.3.6.1.7"), 9000000000);
    cr_expect_eq(number("1.3.6.1.8"), 7);
    snmprec_free(&recording);
}

Test(snmprec, leaves_out_and_counts_what_it_cannot_read)
{
    parse("# comment\n\n1.3.6.1.1|2|x\n1.3|4\nx|2|1\n1.3.6.1.2|4x|abc\n1.3.6.1.3|999|1\n"
          "1.3.6.1.4|2:numeric|1\n1.3.6.1.5|64|300.1.1.1\n1.3.6.1.6|2|5\n",
          NULL);
    cr_expect_eq(recording.refused, 7);
    cr_expect_eq(recording.list.count, 1);
    snmprec_free(&recording);
}

Test(snmprec, of_equal_names_the_last_counts)
{
    parse("1.3.6.1.2|2|1\n1.3.6.1.1|2|9\n1.3.6.1.2|2|2\n", NULL);
    cr_expect_eq(recording.list.count, 2);
    cr_expect_eq(number("1.3.6.1.2"), 2);
    snmprec_free(&recording);
}

Test(snmprec, puts_the_root_in_front_of_a_dot)
{
    parse(".5.0|2|1\n1.3.9|2|2\n", "1.3.6.1.4.1.9");
    cr_expect_eq(number("1.3.6.1.4.1.9.5.0"), 1);
    cr_expect_eq(number("1.3.9"), 2);
    snmprec_free(&recording);
}

Test(snmprec, finds_what_stands_below_a_column)
{
    static const uint8_t column[] = {0x2b, 6, 1, 5};
    size_t count;

    parse("1.3.6.1.5|2|0\n1.3.6.1.5.1|2|1\n1.3.6.1.5.2|2|2\n1.3.6.1.6.1|2|3\n1.3.6.1.4.9|2|4\n",
          NULL);
    const struct varbind *first =
        varbinds_below(&recording.list, bytes_of(column, sizeof(column)), &count);
    cr_assert_eq(count, 2);
    cr_expect_eq(first->oid.data[4], 1);
    cr_expect_null(varbinds_below(&recording.list, bytes_of("\x2b\x07", 2), &count));
    cr_expect_eq(count, 0);
    snmprec_free(&recording);
}

Test(snmprec, writes_what_it_has_read)
{
    static const char text[] = "1.3.6.1.1|2|-5\n1.3.6.1.2|4|Tray 1\n1.3.6.1.3|4x|00ff\n"
                               "1.3.6.1.4|6|1.3.6.1.4.1\n1.3.6.1.5|64x|0a000001\n"
                               "1.3.6.1.6|65|4294967295\n1.3.6.1.7|4|\n";
    char out[1024];
    size_t size = 0;

    parse(text, NULL);
    cr_assert_eq(recording.refused, 0);
    for (size_t i = 0; i < recording.list.count; i++) {
        size += snmprec_put(&recording.list.items[i], out + size, sizeof(out) - size);
    }
    cr_expect_str_eq(out, text);
    for (size_t cap = 0; cap < 18; cap++) {
        cr_expect_eq(snmprec_put(&recording.list.items[1], out, cap), 0, "%zu", cap);
    }
    snmprec_free(&recording);
}

Test(snmprec, numbers_may_be_text)
{
    static const struct {
        const char *text;
        int64_t value;
    } cases[] = {{"45678", 45678},
                 {"-3", -3},
                 {"12 ", 12},
                 {"", INT64_MIN},
                 {"1x", INT64_MIN},
                 {"99999999999999999999", INT64_MIN},
                 {"123456789012345678901234", INT64_MIN}};

    for (size_t i = 0; i < BASE_ARRAY_COUNT(cases); i++) {
        struct varbind varbind = {.value = bytes_from_text(cases[i].text),
                                  .tag = GATE_OCTET_STRING};
        int64_t value = INT64_MIN;
        int status = varbind_number(&varbind, &value);
        cr_expect_eq(value, cases[i].value, "%s", cases[i].text);
        cr_expect_eq(status == 0, cases[i].value != INT64_MIN);
    }
}

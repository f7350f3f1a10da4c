#include <criterion/criterion.h>

#include "proto/oid.h"
#include "tests/unit/support_ber.h"

static struct support_ber ber;

static struct bytes octets(const char *hex)
{
    ber.size = 0;
    support_ber_hex(&ber, hex);
    return support_ber_bytes(&ber);
}

static void expect_octets(const char *text, const char *hex)
{
    uint8_t out[OID_BER_MAX];
    size_t size = 0;
    cr_assert_eq(oid_from_text(text, out, sizeof out, &size), 0, "%s", text);
    cr_assert(bytes_equal(bytes_of(out, size), octets(hex)), "%s", text);
}

Test(oid, text_becomes_octets)
{
    expect_octets("1.3.6.1.2.1.43.11.1.1.9.1.1", "2b 06 01 02 01 2b 0b 01 01 09 01 01");
    expect_octets(".1.3.6.1.4.1.253", "2b 06 01 04 01 81 7d");
    expect_octets("0.0", "00");
    expect_octets("2.100.3", "81 34 03");
    expect_octets("1.3.127.128.16383.16384", "2b 7f 81 00 ff 7f 81 80 00");
    expect_octets("1.3.4294967295", "2b 8f ff ff ff 7f");
    expect_octets("2.4294967215", "8f ff ff ff 7f");
}

Test(oid, text_that_is_no_oid_is_refused)
{
    static const char *const TEXTS[] = {
        "",
        "1",
        "1.",
        "..1.3",
        "1.3.",
        "1..3",
        "3.1",
        "1.40",
        "0.40",
        "2.4294967216",
        "1.3.4294967296",
        "1.3.6.-1",
        "1.3.99999999999999999999",
        "iso.3",
        "1.3.6 ",
        "1.3x",
        "1 3",
    };
    for (size_t i = 0; i < BASE_ARRAY_COUNT(TEXTS); i++) {
        uint8_t out[OID_BER_MAX];
        size_t size = 77;
        cr_assert_eq(oid_from_text(TEXTS[i], out, sizeof out, &size), BASE_EFORMAT, "%s", TEXTS[i]);
        cr_assert_eq(size, 77);
    }
}

/* "1.3.1.1..." of so many arcs. */
static void write_text_of(size_t arc_count, char *out)
{
    strcpy(out, "1.3");
    for (size_t i = 2; i < arc_count; i++) {
        strcpy(out + 3 + (i - 2) * 2, ".1");
    }
}

Test(oid, text_of_128_arcs_is_the_longest)
{
    char text[OID_TEXT_MAX];
    uint8_t out[OID_BER_MAX];
    size_t size = 0;
    write_text_of(128, text);
    cr_assert_eq(oid_from_text(text, out, sizeof out, &size), 0);
    cr_assert_eq(size, 127);
    write_text_of(129, text);
    cr_assert_eq(oid_from_text(text, out, sizeof out, &size), BASE_ELIMIT);
}

Test(oid, text_needs_room_for_its_octets)
{
    uint8_t out[4];
    size_t size = 0;
    cr_assert_eq(oid_from_text("1.3.6.1.2", out, 4, &size), 0);
    cr_assert_eq(oid_from_text("1.3.6.1.2", out, 3, &size), BASE_ELIMIT);
    cr_assert_eq(oid_from_text("1.3.6.1.253", out, 4, &size), BASE_ELIMIT);
    cr_assert_eq(oid_from_text("1.3", out, 0, &size), BASE_ELIMIT);
}

Test(oid, octets_become_text_again)
{
    static const char *const TEXTS[] = {
        "1.3.6.1.2.1.43.11.1.1.9.1.1",
        "0.0",
        "0.39.1",
        "1.0",
        "1.39",
        "2.0",
        "2.47.5",
        "2.4294967215.4294967295",
        "1.3.6.1.4.1.11.2.3.9.4.2.1.4.1.5.7.1.1.0",
    };
    for (size_t i = 0; i < BASE_ARRAY_COUNT(TEXTS); i++) {
        uint8_t out[OID_BER_MAX];
        char text[OID_TEXT_MAX];
        size_t size = 0;
        cr_assert_eq(oid_from_text(TEXTS[i], out, sizeof out, &size), 0);
        cr_assert_eq(oid_to_text(bytes_of(out, size), text, sizeof text), 0);
        cr_assert_str_eq(text, TEXTS[i]);
    }
}

Test(oid, text_is_cut_nowhere)
{
    char text[16];
    memset(text, '#', sizeof text);
    cr_assert_eq(oid_to_text(octets("2b 06 81 7d"), text, 10), 0);
    cr_assert_str_eq(text, "1.3.6.253");
    for (size_t cap = 0; cap < 10; cap++) {
        cr_assert_eq(oid_to_text(octets("2b 06 81 7d"), text, cap), BASE_ELIMIT, "%zu", cap);
    }
    cr_assert_eq(text[10], '#');
}

Test(oid, the_longest_text_fits_its_bound)
{
    uint8_t longest[OID_BER_MAX];
    char text[OID_TEXT_MAX];
    for (size_t i = 0; i < 127 * 5; i++) {
        longest[i] = i % 5 == 0 ? 0x8F : i % 5 == 4 ? 0x7F : 0xFF;
    }
    cr_assert_eq(oid_to_text(bytes_of(longest, 127 * 5), text, sizeof text), 0);
    cr_assert_eq(strlen(text), 2 + 127 * 11 - 1);
}

Test(oid, octets_that_are_no_oid_are_refused)
{
    static const char *const OCTETS[] = {
        "",                                          /* none */
        "80 01",                                     /* a leading zero group */
        "2b 80 01",                                  /* the same in the middle */
        "2b 06 81",                                  /* does not end */
        "2b 90 80 80 80 00",                         /* 2^32 */
        "90 80 80 80 00",                            /* 2^32 at first */
        "2b 82 80 80 80 80 80 80 80 80 00",          /* 2^64 */
        "2b ff ff ff ff ff ff ff ff ff ff ff ff",    /* never ends */
        "2b 06 01 02 01 2b 0b 01 01 09 01 81",       /* short form's length, does not end */
        "2b 06 01 02 80 01 0b 01 01 09 01 01 01 01", /* zero group within the short form */
    };
    char text[OID_TEXT_MAX];
    for (size_t i = 0; i < BASE_ARRAY_COUNT(OCTETS); i++) {
        cr_assert_not(oid_is_valid(octets(OCTETS[i])), "%s", OCTETS[i]);
        cr_assert_eq(oid_to_text(octets(OCTETS[i]), text, sizeof text), BASE_EFORMAT, "%s",
                     OCTETS[i]);
    }
    cr_assert_not(oid_is_valid(bytes_of(NULL, 0)));
}

Test(oid, octets_of_an_oid_are_accepted)
{
    static const char *const OCTETS[] = {
        "00",
        "2b",
        "2b 06 01 04 01 81 7d",
        "2b 8f ff ff ff 7f",
        "8f ff ff ff 7f",
        "2b 06 01 02 01 2b 0b 01 01 09 01 01",
        "2b 06 01 04 01 8f 65 0b 01 01 09 01 01 01 01 01 01 01",
    };
    for (size_t i = 0; i < BASE_ARRAY_COUNT(OCTETS); i++) {
        cr_assert(oid_is_valid(octets(OCTETS[i])), "%s", OCTETS[i]);
    }
}

Test(oid, has_at_most_128_arcs)
{
    uint8_t ones[200];
    memset(ones, 1, sizeof ones);
    cr_assert(oid_is_valid(bytes_of(ones, 127)));
    cr_assert_not(oid_is_valid(bytes_of(ones, 128)));
    uint8_t pairs[256];
    for (size_t i = 0; i < sizeof pairs; i++) {
        pairs[i] = i % 2 == 0 ? 0x81 : 0x01;
    }
    cr_assert(oid_is_valid(bytes_of(pairs, 254)));
    cr_assert_not(oid_is_valid(bytes_of(pairs, 256)));
}

Test(oid, index_text_goes_both_ways)
{
    static const char *const TEXTS[] = {"", "0", "1.5", "192.168.0.1", "4294967295", "80.1"};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(TEXTS); i++) {
        uint8_t out[64];
        char text[64];
        size_t size = 99;
        cr_assert_eq(oid_index_from_text(TEXTS[i], out, sizeof out, &size), 0);
        cr_assert_eq(oid_index_to_text(bytes_of(out, size), text, sizeof text), 0);
        cr_assert_str_eq(text, TEXTS[i]);
    }
}

Test(oid, wrong_index_text_is_refused)
{
    static const char *const TEXTS[] = {".1", "1.", "1..2", "x", "1.4294967296"};
    uint8_t out[64];
    size_t size;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(TEXTS); i++) {
        cr_assert_eq(oid_index_from_text(TEXTS[i], out, sizeof out, &size), BASE_EFORMAT);
    }
    cr_assert_eq(oid_index_from_text("1.2.3", out, 2, &size), BASE_ELIMIT);
}

Test(oid, wrong_index_octets_are_refused)
{
    char text[8];
    cr_assert_eq(oid_index_to_text(octets("01 81"), text, sizeof text), BASE_EFORMAT);
    cr_assert_eq(oid_index_to_text(octets("80 01"), text, sizeof text), BASE_EFORMAT);
    cr_assert_eq(oid_index_to_text(octets("01 01 01 01 01"), text, sizeof text), BASE_ELIMIT);
    cr_assert_eq(oid_index_to_text(bytes_of(NULL, 0), text, 0), BASE_ELIMIT);
}

Test(oid, index_arcs_are_decoded)
{
    uint32_t arcs[3] = {0};
    size_t count = 0;
    cr_assert_eq(oid_index_arcs(octets("01 81 48 8f ff ff ff 7f"), arcs, 3, &count), 0);
    cr_assert_eq(count, 3);
    cr_assert_eq(arcs[0], 1);
    cr_assert_eq(arcs[1], 200);
    cr_assert_eq(arcs[2], UINT32_MAX);
    cr_assert_eq(oid_index_arcs(octets(""), arcs, 3, &count), 0);
    cr_assert_eq(count, 0);
    cr_assert_eq(oid_index_arcs(octets("01 02 03 04"), arcs, 3, &count), BASE_ELIMIT);
    cr_assert_eq(oid_index_arcs(octets("01 82"), arcs, 3, &count), BASE_EFORMAT);
}

Test(oid, order_is_that_of_the_arcs)
{
    /* Each is smaller than the next. */
    static const char *const TEXTS[] = {
        "0.0",           "1.3",           "1.3.6.1.1",     "1.3.6.1.1.200", "1.3.6.1.1.300",
        "1.3.6.1.2",     "1.3.6.1.2.1",   "1.3.6.1.2.2",   "1.3.6.1.127",   "1.3.6.1.128",
        "1.3.6.1.128.1", "1.3.6.1.16383", "1.3.6.1.16384", "1.3.6.1.16512", "1.3.6.1.2097152",
        "1.3.7",         "1.4",           "2.47",          "2.48",          "2.1000",
    };
    uint8_t a[OID_BER_MAX];
    uint8_t b[OID_BER_MAX];
    for (size_t i = 0; i < BASE_ARRAY_COUNT(TEXTS); i++) {
        for (size_t j = 0; j < BASE_ARRAY_COUNT(TEXTS); j++) {
            size_t a_size = 0;
            size_t b_size = 0;
            cr_assert_eq(oid_from_text(TEXTS[i], a, sizeof a, &a_size), 0);
            cr_assert_eq(oid_from_text(TEXTS[j], b, sizeof b, &b_size), 0);
            int order = oid_compare(bytes_of(a, a_size), bytes_of(b, b_size));
            cr_assert_eq((order > 0) - (order < 0), (i > j) - (i < j), "%s, %s", TEXTS[i],
                         TEXTS[j]);
        }
    }
}

Test(oid, empty_indexes_come_first)
{
    uint8_t one = 1;
    cr_assert_eq(oid_compare(bytes_of(NULL, 0), bytes_of(NULL, 0)), 0);
    cr_assert_lt(oid_compare(bytes_of(NULL, 0), bytes_of(&one, 1)), 0);
    cr_assert_gt(oid_compare(bytes_of(&one, 1), bytes_of(NULL, 0)), 0);
}

Test(oid, an_instance_lies_below_its_column)
{
    uint8_t column[] = {0x2b, 0x06, 0x01};
    uint8_t instance[] = {0x2b, 0x06, 0x01, 0x01, 0x05};
    struct bytes whole = bytes_of(instance, sizeof instance);
    cr_assert(oid_is_below(whole, bytes_of(column, 3)));
    cr_assert_not(oid_is_below(bytes_of(column, 3), bytes_of(column, 3)));
    cr_assert_not(oid_is_below(bytes_of(column, 3), whole));
    cr_assert(bytes_equal(oid_index(whole, bytes_of(column, 3)), bytes_of(instance + 3, 2)));
    column[2] = 2;
    cr_assert_not(oid_is_below(whole, bytes_of(column, 3)));
}

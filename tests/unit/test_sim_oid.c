#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/sim/oid.h"
#include "proto/oid.h"

struct parsed {
    uint8_t bytes[SIM_OID_BYTES_MAX];
    size_t length;
};

static struct parsed parse(const char *text)
{
    struct parsed parsed;

    cr_assert_eq(sim_oid_parse(text, strlen(text), parsed.bytes, &parsed.length), 0, "%s", text);
    return parsed;
}

static int compare(const char *left, const char *right)
{
    struct parsed a = parse(left);
    struct parsed b = parse(right);

    return sim_oid_compare(a.bytes, a.length, b.bytes, b.length);
}

Test(sim_oid, reads_dotted_text)
{
    static const char *const texts[] = {"1.3.6.1.2.1.1.1.0", "0.0", "2.594390768",
                                        "1.3.6.1.4.1.4294967295.128.127.16384.2097152.0"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct parsed parsed = parse(texts[i]);
        char text[200];

        cr_assert(sim_oid_is_valid(parsed.bytes, parsed.length));
        cr_assert_eq(oid_to_text(bytes_of(parsed.bytes, parsed.length), text, sizeof(text)), 0);
        cr_assert_str_eq(text, texts[i]);
    }
}

Test(sim_oid, refuses_text_that_is_no_oid)
{
    static const char *const texts[] = {"",      "1",      ".",    "1.",  "1..3",
                                        "1.3.",  "3.1",    "1.40", "a.b", "1.3.4294967296",
                                        "1.3 6", "1.3.-1", "..1.3"};
    uint8_t bytes[SIM_OID_BYTES_MAX];
    size_t n;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        cr_assert_eq(sim_oid_parse(texts[i], strlen(texts[i]), bytes, &n), -EINVAL, "%s", texts[i]);
    }
}

Test(sim_oid, takes_128_arcs_and_no_more)
{
    char text[2 * 130] = "1";
    uint8_t bytes[SIM_OID_BYTES_MAX];
    size_t n;

    for (int i = 1; i < 128; i++) {
        strcat(text, ".1");
    }
    cr_assert_eq(sim_oid_parse(text, strlen(text), bytes, &n), 0);
    cr_assert(sim_oid_is_valid(bytes, n));
    strcat(text, ".1");
    cr_assert_eq(sim_oid_parse(text, strlen(text), bytes, &n), -EINVAL);
    bytes[n] = 1;
    cr_assert_not(sim_oid_is_valid(bytes, n + 1));
}

Test(sim_oid, orders_by_arcs_and_not_by_bytes)
{
    cr_assert_lt(compare("1.3.6.1", "1.3.6.1.0"), 0);
    cr_assert_lt(compare("1.3.6.127", "1.3.6.128"), 0);
    cr_assert_lt(compare("1.3.6.16383", "1.3.6.16384"), 0);
    cr_assert_lt(compare("1.3.6.16383.5", "1.3.6.16384"), 0);
    cr_assert_lt(compare("1.3.6.255.9", "1.3.6.256.1"), 0);
    cr_assert_lt(compare("1.3.6.2097151", "1.3.6.2097152.1"), 0);
    cr_assert_gt(compare("1.3.6.4294967295", "1.3.6.2097152.1"), 0);
    cr_assert_eq(compare("1.3.6.300.1", "1.3.6.300.1"), 0);
}

Test(sim_oid, refuses_arcs_that_are_padded_open_or_too_large)
{
    static const uint8_t padded[] = {0x2b, 6, 0x80, 1};
    static const uint8_t open[] = {0x2b, 6, 0x81};
    static const uint8_t large[] = {0x2b, 6, 0x90, 0x80, 0x80, 0x80, 0};

    cr_assert_not(sim_oid_is_valid(padded, sizeof(padded)));
    cr_assert_not(sim_oid_is_valid(open, sizeof(open)));
    cr_assert_not(sim_oid_is_valid(large, sizeof(large)));
    cr_assert_not(sim_oid_is_valid(large, 0));
}

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "bench/sim/oid.h"
#include "bench/sim/snmprec.h"

#define COMPLAINTS_MAX 64

static struct {
    size_t count;
    size_t lines[COMPLAINTS_MAX];
} complaints;

static void complain(void *context, size_t line, const char *what)
{
    (void)context;
    cr_assert_not_null(what);
    if (complaints.count < COMPLAINTS_MAX) {
        complaints.lines[complaints.count] = line;
    }
    complaints.count++;
}

static void parse(const char *text, struct sim_mib *mib)
{
    struct sim_snmprec_report report = {complain, NULL};

    complaints.count = 0;
    sim_mib_init(mib);
    cr_assert_eq(sim_snmprec_parse(text, strlen(text), mib, &report), 0);
}

/* The bytes of the value of object i, tag and length included. */
static const uint8_t *value_of(const struct sim_mib *mib, size_t i)
{
    return mib->objects[i].name + mib->objects[i].name_length;
}

static size_t value_length(const struct sim_mib *mib, size_t i)
{
    return (size_t)(mib->objects[i].varbind + mib->objects[i].varbind_length - value_of(mib, i));
}

Test(sim_snmprec, reads_every_type)
{
    static const char text[] = "1.3.6.1.1|2|-5\n"
                               "1.3.6.1.2|4|a|b c\n"
                               "1.3.6.1.3|4x|00fF10\n"
                               "1.3.6.1.4|5|\n"
                               "1.3.6.1.5|6|1.3.6.1.4.1\n"
                               "1.3.6.1.6|64|10.1.2.3\n"
                               "1.3.6.1.7|64x|0A010203\n"
                               "1.3.6.1.8|65|4294967295\n"
                               "1.3.6.1.9|66|0\n"
                               "1.3.6.1.10|67|123\n"
                               "1.3.6.1.11|68x|9f780442f60000\n"
                               "1.3.6.1.12|70|18446744073709551615\n";
    static const uint8_t want[12][12] = {
        {2, 1, 0xfb},
        {4, 5, 'a', '|', 'b', ' ', 'c'},
        {4, 3, 0, 0xff, 0x10},
        {5, 0},
        {6, 5, 0x2b, 6, 1, 4, 1},
        {0x40, 4, 10, 1, 2, 3},
        {0x40, 4, 10, 1, 2, 3},
        {0x41, 5, 0, 0xff, 0xff, 0xff, 0xff},
        {0x42, 1, 0},
        {0x43, 1, 123},
        {0x44, 7, 0x9f, 0x78, 4, 0x42, 0xf6, 0, 0},
        {0x46, 9, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
    };
    struct sim_mib mib;

    parse(text, &mib);
    cr_assert_eq(complaints.count, 0);
    cr_assert_eq(mib.count, 12);
    for (size_t i = 0; i < 12; i++) {
        cr_assert_eq(memcmp(value_of(&mib, i), want[i], value_length(&mib, i)), 0, "line %zu",
                     i + 1);
        cr_assert_eq(value_length(&mib, i), (size_t)want[i][1] + 2);
    }
    cr_assert(mib.objects[11].is_counter64);
    sim_mib_fini(&mib);
}

Test(sim_snmprec, complains_about_each_bad_line_and_keeps_the_others)
{
    static const char text[] = "1.3.6.1.1|2|1\n"                     /* 1 good */
                               "nonsense\n"                          /* 2 */
                               "1.3.6.1.2|2\n"                       /* 3 */
                               "1.3.6.x|2|1\n"                       /* 4 */
                               "1.3.6.1.3|2:numeric|max=5\n"         /* 5 */
                               "1.3.6.1.4|99|1\n"                    /* 6 */
                               "1.3.6.1.5|2|12a\n"                   /* 7 */
                               "1.3.6.1.6|2|2147483648\n"            /* 8 */
                               "1.3.6.1.7|65|-1\n"                   /* 9 */
                               "1.3.6.1.8|66|4294967296\n"           /* 10 */
                               "1.3.6.1.9|4x|abc\n"                  /* 11 */
                               "1.3.6.1.9|4x|zz\n"                   /* 12 */
                               "1.3.6.1.9|64|1.2.3\n"                /* 13 */
                               "1.3.6.1.9|64x|0102\n"                /* 14 */
                               "1.3.6.1.9|6|hello\n"                 /* 15 */
                               "1.3.6.1.9||1\n"                      /* 16 */
                               "1.3.6.1.9|70|18446744073709551616\n" /* 17 */
                               "1.3.6.1.9|2x|01\n"                   /* 18 */
                               "\n# a comment\r\n"                   /* 19, 20 fine */
                               "1.3.6.1.10|2|-2147483648\n";         /* 21 good */
    struct sim_mib mib;

    parse(text, &mib);
    cr_assert_eq(mib.count, 2);
    cr_assert_eq(complaints.count, 17);
    for (size_t i = 0; i < 17; i++) {
        cr_assert_eq(complaints.lines[i], i + 2);
    }
    sim_mib_fini(&mib);
}

Test(sim_snmprec, sorts_by_arcs_and_keeps_the_last_of_equals)
{
    static const char text[] = "1.3.6.1.300.1|2|3\r\n"
                               "1.3.6.1.20000|2|4\r\n"
                               ".1.3.6.1.2|2|1\r\n"
                               " 1.3.6.1.2 |2| 2 \r\n"
                               "1.3.6.1|2|0";
    static const int want[] = {0, 2, 3, 4};
    struct sim_mib mib;

    parse(text, &mib);
    cr_assert_eq(complaints.count, 0);
    cr_assert_eq(mib.count, 4);
    cr_assert_eq(mib.duplicates, 1);
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(value_of(&mib, i)[2], want[i]);
    }
    sim_mib_fini(&mib);
}

Test(sim_snmprec, takes_nothing_at_all)
{
    struct sim_mib mib;

    parse("", &mib);
    cr_assert_eq(mib.count, 0);
    sim_mib_fini(&mib);
}

Test(sim_snmprec, leaves_out_a_value_that_no_datagram_could_carry)
{
    char *text = malloc(70100);
    struct sim_mib mib;

    memset(text, 'a', 70100);
    memcpy(text, "1.3.6.1|4|", 10);
    text[70099] = '\0';
    parse(text, &mib);
    cr_assert_eq(mib.count, 0);
    cr_assert_eq(complaints.count, 1);
    sim_mib_fini(&mib);
    text[60010] = '\0';
    parse(text, &mib);
    cr_assert_eq(mib.count, 1);
    sim_mib_fini(&mib);
    free(text);
}

Test(sim_snmprec, says_file_and_line_or_why_it_cannot_read)
{
    char path[] = "/tmp/platen-sim-XXXXXX";
    int fd = mkstemp(path);
    char said[400] = {0};
    FILE *out = fmemopen(said, sizeof(said) - 1, "w");
    char want[100];
    struct sim_mib mib;

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, "1.3.6.1|2|1\n1.3.6.1|2|2\nbad\n", 28), 28);
    (void)close(fd);
    sim_mib_init(&mib);
    cr_assert_eq(sim_snmprec_read(path, &mib, out), 0);
    (void)fclose(out);
    (void)snprintf(want, sizeof(want), "%s:3: ", path);
    cr_assert_eq(strncmp(said, want, strlen(want)), 0, "%s", said);
    cr_assert_not_null(strstr(said, "more than once"));
    sim_mib_fini(&mib);
    (void)unlink(path);
    sim_mib_init(&mib);
    cr_assert_eq(sim_snmprec_read(path, &mib, stderr), -ENOENT);
    sim_mib_fini(&mib);
}

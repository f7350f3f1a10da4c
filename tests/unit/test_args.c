#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "core/app/args.h"
#include "core/app/suggest.h"
#include "core/app/when.h"

struct options {
    bool json;
    bool quiet;
    const char *store;
    int64_t below;
    int64_t timeout_ms;
    int64_t at_unix_ms;
    struct args_list without;
};

static const struct args_option table[] = {
    {"json", 0, NULL, "", ARGS_FLAG, offsetof(struct options, json), 0, 0},
    {"quiet", 'q', NULL, "", ARGS_FLAG, offsetof(struct options, quiet), 0, 0},
    {"store", 's', "DIR", "", ARGS_TEXT, offsetof(struct options, store), 0, 0},
    {"below", 'b', "N", "", ARGS_NUMBER, offsetof(struct options, below), 0, 100},
    {"timeout", 0, "TIME", "", ARGS_DURATION, offsetof(struct options, timeout_ms), 100, 60000},
    {"at", 0, "TIME", "", ARGS_TIME, offsetof(struct options, at_unix_ms), 0, 0},
    {"without", 0, "NAME", "", ARGS_LIST, offsetof(struct options, without), 0, 0},
    {"secret", 'c', NULL, "secrets stand in files", ARGS_REFUSED, 0, 0, 0},
    ARGS_HELP_OPTION,
};

/* 2026-11-22T04:00:00Z */
#define NOW INT64_C(1795320000000)

static struct options options;
static struct args operands;
static char message[256];
static char *argv[16];

/* Splits at blanks; the words live until the next call. */
static int parse(const char *line)
{
    static char words[512];
    struct args_line args_line = {
        .argv = argv, .now_unix_ms = NOW, .message = message, .message_cap = sizeof(message)};
    memset(&options, 0, sizeof(options));
    message[0] = '\0';
    snprintf(words, sizeof(words), "platen %s", line);
    char *save = NULL;
    for (char *word = strtok_r(words, " ", &save); word != NULL;
         word = strtok_r(NULL, " ", &save)) {
        argv[args_line.argc++] = word;
    }
    return args_parse(table, BASE_ARRAY_COUNT(table), &args_line, &options, &operands);
}

static void refuses(const char *line, const char *expected)
{
    cr_assert_eq(parse(line), BASE_EUSAGE, "%s", line);
    cr_assert_str_eq(message, expected);
}

Test(args, options_and_operands_may_be_mixed)
{
    cr_assert_eq(parse("a --json b --store /x c --below=7"), 0, "%s", message);
    cr_assert(options.json);
    cr_assert_not(options.quiet);
    cr_assert_str_eq(options.store, "/x");
    cr_assert_eq(options.below, 7);
    cr_assert_eq(operands.count, 3);
    cr_assert_str_eq(operands.operands[0], "a");
    cr_assert_str_eq(operands.operands[2], "c");
}

Test(args, letters_may_be_joined_and_carry_a_value)
{
    cr_assert_eq(parse("-qb20 -s /x"), 0, "%s", message);
    cr_assert(options.quiet);
    cr_assert_eq(options.below, 20);
    cr_assert_str_eq(options.store, "/x");
}

Test(args, two_dashes_end_the_options_and_one_is_an_operand)
{
    cr_assert_eq(parse("- -- --json -q"), 0, "%s", message);
    cr_assert_not(options.json);
    cr_assert_eq(operands.count, 3);
    cr_assert_str_eq(operands.operands[0], "-");
    cr_assert_str_eq(operands.operands[1], "--json");
}

Test(args, last_one_counts)
{
    cr_assert_eq(parse("--below 1 --below 2"), 0);
    cr_assert_eq(options.below, 2);
}

Test(args, lists_take_every_one)
{
    cr_assert_eq(parse("--without a --json --without=b c"), 0, "%s", message);
    cr_assert_eq(options.without.count, 2);
    cr_assert_str_eq(options.without.items[0], "a");
    cr_assert_str_eq(options.without.items[1], "b");
    cr_assert_eq(operands.count, 1);
    cr_assert_eq(parse("--without"), BASE_EUSAGE);
    cr_assert_eq(parse("--without="), BASE_EUSAGE);
}

Test(args, durations_have_units)
{
    cr_assert_eq(parse("--timeout 2"), 0);
    cr_assert_eq(options.timeout_ms, 2000);
    cr_assert_eq(parse("--timeout 1.5s"), 0);
    cr_assert_eq(options.timeout_ms, 1500);
    cr_assert_eq(parse("--timeout 500ms"), 0);
    cr_assert_eq(options.timeout_ms, 500);
    cr_assert_eq(parse("--timeout 1m"), 0);
    cr_assert_eq(options.timeout_ms, 60000);
}

Test(args, mistakes_are_explained)
{
    refuses("--bellow 3", "unknown option --bellow; did you mean --below?");
    refuses("--xyzzy=secret", "unknown option --xyzzy");
    refuses("-x", "unknown option -x");
    refuses("--below", "--below lacks its N");
    refuses("--below 101", "--below takes a number from 0 to 100, not \"101\"");
    refuses("--below -1", "--below takes a number from 0 to 100, not \"-1\"");
    refuses("--below 3x", "--below takes a number from 0 to 100, not \"3x\"");
    refuses("--below 99999999999999999999",
            "--below takes a number from 0 to 100, not \"99999999999999999999\"");
    refuses("--json=yes", "--json takes no value");
    refuses("--store=", "--store takes a DIR, not an empty text");
    refuses("--timeout 3h",
            "--timeout takes a time from 100ms to 60s, like 2s or 500ms, not \"3h\"");
    refuses("--timeout nan",
            "--timeout takes a time from 100ms to 60s, like 2s or 500ms, not \"nan\"");
    refuses("--timeout 61",
            "--timeout takes a time from 100ms to 60s, like 2s or 500ms, not \"61\"");
    refuses("--at tomorrow", "--at takes a time like 2026-11-30, 2026-11-30T18:00, or 7d for seven "
                             "days ago, not \"tomorrow\"");
}

Test(args, refused_option_says_why_and_never_repeats_the_value)
{
    refuses("--secret=hunter2", "secrets stand in files");
    refuses("--secret hunter2", "secrets stand in files");
    refuses("-c hunter2", "secrets stand in files");
    refuses("-chunter2", "secrets stand in files");
}

Test(args, help_ends_the_parsing)
{
    cr_assert_eq(parse("--help --xyzzy"), BASE_ECANCELED);
    cr_assert_eq(parse("-h"), BASE_ECANCELED);
}

static const char *nearest(const char *word)
{
    static const char *const known[] = {"poll", "devices", "show", "meters", "supplies", "alerts"};
    struct suggest suggest = {.word = word};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(known); i++) {
        suggest_offer(&suggest, known[i]);
    }
    return suggest.nearest != NULL ? suggest.nearest : "";
}

Test(suggest, finds_the_nearest_word)
{
    cr_assert_str_eq(nearest("pol"), "poll");
    cr_assert_str_eq(nearest("ploo"), "poll");
    cr_assert_str_eq(nearest("device"), "devices");
    cr_assert_str_eq(nearest("suplies"), "supplies");
    cr_assert_str_eq(nearest("supp"), "supplies");
    cr_assert_str_eq(nearest("ALERT"), "alerts");
    cr_assert_str_eq(nearest("wohs"), "");
    cr_assert_str_eq(nearest("x"), "");
    cr_assert_str_eq(nearest(""), "");
}

static int64_t when(const char *word)
{
    int64_t unix_ms = -1;
    return when_parse(word, NOW, &unix_ms) == 0 ? unix_ms : -1;
}

Test(when, reads_utc_offsets_and_ages)
{
    cr_assert_eq(when("2026-11-22T04:00:00Z"), NOW);
    cr_assert_eq(when("2026-11-22T05:00+01:00"), NOW);
    cr_assert_eq(when("2026-11-22 03:30:00-00:30"), NOW);
    cr_assert_eq(when("now"), NOW);
    cr_assert_eq(when("2h"), NOW - 7200000);
    cr_assert_eq(when("7d"), NOW - 7 * 86400000);
}

Test(when, reads_local_time_and_the_end_of_a_local_day)
{
    setenv("TZ", "Europe/Berlin", 1);
    tzset();
    cr_assert_eq(when("2026-11-22T05:00"), NOW);
    cr_assert_eq(when("2026-11-21"), NOW - 5 * 3600000 - 1);
    cr_assert_eq(when("2026-03-29"), INT64_C(1774821600000) - 1); /* a day of 23 hours */
}

Test(when, refuses_what_is_no_time)
{
    static const char *const words[] = {"",
                                        "tomorrow",
                                        "2026-02-30",
                                        "2026-13-01",
                                        "2026-11-22T",
                                        "2026-11-22T25:00",
                                        "2026-11-22T04:00X",
                                        "2026-11-22T04:00+1",
                                        "5",
                                        "5y",
                                        "-5d",
                                        "22.11.2026"};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++) {
        cr_assert_eq(when(words[i]), -1, "%s", words[i]);
    }
}

Test(when, writes_iso_and_ages)
{
    char out[WHEN_TEXT_MAX];
    static const struct {
        int64_t age_ms;
        const char *text;
    } ages[] = {{0, "now"},
                {999, "now"},
                {-1500, "now"},
                {1000, "1 s ago"},
                {119999, "119 s ago"},
                {120000, "2 min ago"},
                {7200000, "2 h ago"},
                {172800000, "2 d ago"},
                {INT64_C(5270400000), "2026-09-22"},
                {-86400000, "2026-11-23"}};
    when_iso(NOW, out, sizeof(out));
    cr_assert_str_eq(out, "2026-11-22T04:00:00Z");
    setenv("TZ", "Europe/Berlin", 1);
    tzset();
    when_local(NOW, out, sizeof(out));
    cr_assert_str_eq(out, "2026-11-22 05:00");
    when_iso(-1, out, sizeof(out));
    cr_assert_str_eq(out, "1969-12-31T23:59:59Z");
    for (size_t i = 0; i < BASE_ARRAY_COUNT(ages); i++) {
        when_ago(NOW - ages[i].age_ms, NOW, out, sizeof(out));
        cr_assert_str_eq(out, ages[i].text);
    }
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "core/app/display.h"
#include "core/app/table.h"

enum { NAME, PAGES, LOWEST, SEEN, EXTRA, COLUMN_COUNT };

static const struct table_column columns[] = {
    [NAME] = {.key = "name", .title = "NAME", .kind = TABLE_TEXT, .least = 6},
    [PAGES] = {.key = "pages", .title = "PAGES", .kind = TABLE_NUMBER},
    [LOWEST] = {.key = "lowest", .title = "LOWEST", .kind = TABLE_PERCENT, .rank = 1},
    [SEEN] = {.key = "seen", .title = "SEEN", .kind = TABLE_TIME, .rank = 2},
    [EXTRA] = {.key = "extra", .title = "EXTRA", .kind = TABLE_TEXT, .rank = 3, .hidden = true},
};

/* 2026-11-22T04:00:00Z */
#define NOW INT64_C(1795320000000)

static struct table table;
static char *text;
static size_t text_size;
static FILE *file;
static struct terminal terminal;

static void setup(void)
{
    display_init();
    table_init(&table, columns, COLUMN_COUNT, NOW);
    file = open_memstream(&text, &text_size);
    terminal = (struct terminal){.file = file};
}

static void teardown(void)
{
    table_fini(&table);
    fclose(file);
    free(text);
}

TestSuite(table, .init = setup, .fini = teardown, .timeout = 20);

static void row(const char *name, int64_t pages)
{
    table_row(&table);
    table_set_text(&table, NAME, name);
    table_set_number(&table, PAGES, pages);
}

static const char *printed(void)
{
    table_print(&table, &terminal);
    fflush(file);
    return text;
}

static const char *csv(void)
{
    table_csv(&table, file);
    fflush(file);
    return text;
}

Test(table, columns_are_aligned_and_empty_ones_left_out)
{
    row("Alpha", 7);
    row("Be", 123456);
    table_set_number(&table, LOWEST, 45);
    cr_assert_str_eq(printed(), "NAME    PAGES  LOWEST\n"
                                "Alpha       7       -\n"
                                "Be     123456    45 %\n");
}

Test(table, without_rows_prints_nothing)
{
    cr_assert_str_eq(printed(), "");
}

Test(table, wide_characters_take_their_cells)
{
    row("\xe5\x8d\xb0\xe5\x88\xb7", 1); /* two ideographs, four cells */
    row("Mu\xcc\x88nch", 2);            /* u and a combining diaeresis */
    cr_assert_str_eq(printed(), "NAME   PAGES\n"
                                "\xe5\x8d\xb0\xe5\x88\xb7       1\n"
                                "Mu\xcc\x88nch      2\n");
}

Test(table, narrow_terminal_cuts_long_texts)
{
    terminal.width = 20;
    row("A name that is too long", 5);
    cr_assert_str_eq(printed(), "NAME           PAGES\n"
                                "A name that \xe2\x80\xa6      5\n");
}

Test(table, narrow_terminal_leaves_out_the_highest_rank)
{
    terminal.width = 20;
    row("Alpha", 5);
    table_set_number(&table, LOWEST, 45);
    table_set_number(&table, SEEN, NOW - 180000);
    cr_assert_str_eq(printed(), "NAME   PAGES  LOWEST\n"
                                "Alpha      5    45 %\n"
                                "Too narrow for: seen\n(--columns chooses)\n");
}

Test(table, chosen_columns_stay_in_their_order)
{
    char message[128];
    terminal.width = 10;
    row("Alpha", 5);
    table_set_text(&table, EXTRA, "x");
    cr_assert_eq(table_choose(&table, "extra,name", message, sizeof(message)), 0);
    cr_assert_str_eq(printed(), "EXTRA  NAME\nx      Alpha\n");
}

Test(table, unknown_columns_are_explained)
{
    char message[256];
    cr_assert_eq(table_choose(&table, "name,page", message, sizeof(message)), BASE_EUSAGE);
    cr_assert_str_eq(message, "there is no column \"page\"; did you mean \"pages\"?");
    cr_assert_eq(table_choose(&table, "xyzzy", message, sizeof(message)), BASE_EUSAGE);
    cr_assert_not_null(strstr(message, "name, pages, lowest, seen, extra"));
    cr_assert_eq(table_choose(&table, "name,name,name,name,name,name", message, sizeof(message)),
                 BASE_EUSAGE);
}

Test(table, times_are_ages_for_people_and_iso_for_programs)
{
    row("a", 1);
    table_set_number(&table, SEEN, NOW - 180000);
    cr_assert_str_eq(printed(), "NAME  PAGES  SEEN\na         1  3 min ago\n");
    rewind(file);
    cr_assert_str_eq(csv(), "name,pages,lowest,seen,extra\r\na,1,,2026-11-22T03:57:00Z,\r\n");
}

Test(table, control_characters_never_get_through)
{
    row("a\x1b[31mb\x07\xc2\x9b"
        "c\xe2\x80\xae"
        "d\xff\n",
        1);
    const char *out = printed();
    cr_assert_not_null(strstr(out, "a?[31mb??c?d? "), "%s", out);
}

Test(table, csv_quotes_and_disarms_formulas)
{
    static const char *const harmless[][2] = {
        {"=1+1", "'=1+1"},
        {"+x", "'+x"},
        {"-x", "'-x"},
        {"@x", "'@x"},
        {"\xef\xbc\x9dx", "'\xef\xbc\x9dx"},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"=a,\"b\"", "\"'=a,\"\"b\"\"\""},
        {" blank", "\" blank\""},
        {"a=b", "a=b"},
    };
    char expected[1024] = "name,pages,lowest,seen,extra\r\n";
    for (size_t i = 0; i < BASE_ARRAY_COUNT(harmless); i++) {
        row(harmless[i][0], -3);
        strcat(strcat(expected, harmless[i][1]), ",-3,,,\r\n");
    }
    cr_assert_str_eq(csv(), expected);
}

Test(table, sorts_numbers_texts_and_absent_last)
{
    char message[64];
    size_t column = 0;
    row("10.0.0.10", 3);
    row("10.0.0.9", 3);
    table_row(&table);
    table_set_text(&table, NAME, "absent");
    row("10.0.0.1", 20);
    cr_assert_eq(table_find_column(&table, "pages", &column, message, sizeof(message)), 0);
    cr_assert_eq(table_choose(&table, "name", message, sizeof(message)), 0);
    table_sort(&table, column, true);
    cr_assert_str_eq(csv(), "name\r\n10.0.0.1\r\n10.0.0.10\r\n10.0.0.9\r\nabsent\r\n");
    rewind(file);
    table_sort(&table, NAME, false);
    cr_assert_str_eq(csv(), "name\r\n10.0.0.1\r\n10.0.0.9\r\n10.0.0.10\r\nabsent\r\n");
}

Test(table, second_sort_keeps_the_order_of_the_first)
{
    char message[64];
    row("b", 2);
    row("c", 1);
    row("a", 2);
    row("d", 1);
    cr_assert_eq(table_choose(&table, "name", message, sizeof(message)), 0);
    table_sort(&table, NAME, true);
    table_sort(&table, PAGES, false);
    cr_assert_str_eq(csv(), "name\r\nd\r\nc\r\nb\r\na\r\n");
}

Test(table, json_is_one_object_a_line)
{
    row("a\"b", 7);
    table_set_number(&table, SEEN, NOW);
    table_row(&table);
    cr_assert_eq(table_json(&table, file), 0);
    fflush(file);
    cr_assert_str_eq(text, "{\"name\":\"a\\\"b\",\"pages\":7,\"lowest\":null,"
                           "\"seen\":\"2026-11-22T04:00:00Z\",\"extra\":null}\n"
                           "{\"name\":null,\"pages\":null,\"lowest\":null,\"seen\":null,"
                           "\"extra\":null}\n");
}

Test(table, bounds_are_for_people_and_sorted_by_their_number)
{
    row("far", 90);
    row("near", 40);
    table_row(&table);
    table_set_text(&table, NAME, "further");
    table_set_bound(&table, PAGES, 60);
    table_sort(&table, PAGES, false);
    const char *out = printed();
    const char *bound = strstr(out, "further    >60\n");
    cr_assert_not_null(bound, "%s", out);
    cr_assert_lt(strstr(out, "near"), bound);
    cr_assert_gt(strstr(out, "far  "), bound);
    cr_assert_not_null(strstr(csv(), "further,,"));
}

Test(table, filter_and_limit_keep_what_matches)
{
    char message[64];
    row("Alpha", 1);
    row("Beta", 2);
    row("alphabet", 3);
    row("ALPHA", 4);
    cr_assert_eq(table_choose(&table, "pages", message, sizeof(message)), 0);
    table_filter(&table, "alpha");
    table_limit(&table, 2);
    table_sort(&table, PAGES, true);
    cr_assert_str_eq(csv(), "pages\r\n3\r\n1\r\n");
    cr_assert_eq(table_status(&table), 0);
}

Test(table, colours_surround_the_text_and_not_the_padding)
{
    terminal.colour = true;
    row("Al", 1);
    table_set_style(&table, NAME, TERMINAL_BAD);
    const char *out = printed();
    cr_assert_not_null(strstr(out, "\x1b[31mAl\x1b[0m        1\n"), "%s", out);
}

Test(table, many_rows_are_kept)
{
    char name[32];
    for (int i = 0; i < 5000; i++) {
        snprintf(name, sizeof(name), "device %d", i);
        row(name, i);
    }
    cr_assert_eq(table_status(&table), 0);
    const char *out = csv();
    cr_assert_not_null(strstr(out, "\r\ndevice 4999,4999,,,\r\n"));
}

Test(display, cuts_at_whole_characters)
{
    display_init();
    char out[8];
    cr_assert_eq(display_clean("abc\xc3\xa4\xc3\xb6", out, 7), 5);
    cr_assert_str_eq(out, "abc\xc3\xa4");
    cr_assert_eq(display_clean("\xc3", out, sizeof(out)), 1);
    cr_assert_str_eq(out, "?");
    cr_assert_eq(display_clean("\xed\xa0\x80", out, sizeof(out)), 3); /* a surrogate */
    cr_assert_eq(display_clean("\xc0\xaf", out, sizeof(out)), 2);     /* overlong */
}

static const char *bar(bool blocks, int percent)
{
    static char out[TERMINAL_BAR_MAX];
    terminal_bar(blocks, percent, out, sizeof(out));
    return out;
}

Test(terminal, bar_never_hides_a_rest_nor_a_gap)
{
    cr_assert_str_eq(bar(false, 0), "[..........]");
    cr_assert_str_eq(bar(false, 1), "[#.........]");
    cr_assert_str_eq(bar(false, 50), "[#####.....]");
    cr_assert_str_eq(bar(false, 99), "[#########.]");
    cr_assert_str_eq(bar(false, 100), "[##########]");
    cr_assert_eq(strlen(bar(true, 100)), TERMINAL_BAR_MAX - 1);
    cr_assert_eq(display_width(bar(true, 30)), TERMINAL_BAR_WIDTH + 2);
}

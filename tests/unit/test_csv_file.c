#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/app/csv_file.h"

static const char *const names[] = {"address", "ip", "ip address", "host", "hostname"};
static char path[64];
static char message[256];
static struct csv_file csv;

static int open_bytes(const void *data, size_t size)
{
    snprintf(path, sizeof(path), "/tmp/platen-csv-%d", (int)getpid());
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(data, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
    return csv_file_open(&csv, path, names, BASE_ARRAY_COUNT(names), message, sizeof(message));
}

static int open_text(const char *text)
{
    return open_bytes(text, strlen(text));
}

static void end(void)
{
    unlink(path);
}

TestSuite(csv_file, .fini = end, .timeout = 20);

/* The column of a file, all of its rows joined by "|". */
static const char *column(const char *text)
{
    static char all[512];
    size_t size = 0;
    unsigned rows = 0;
    int status = open_text(text);
    cr_assert_eq(status, 0, "%s", message);
    int at = csv_file_column(&csv, names, BASE_ARRAY_COUNT(names));
    all[0] = '\0';
    while ((status = csv_file_next(&csv)) == 1) {
        size += (size_t)snprintf(all + size, sizeof(all) - size, "%s%s", rows++ > 0 ? "|" : "",
                                 csv_file_field(&csv, at < 0 ? 0 : at));
    }
    cr_assert_eq(status, 0, "%s", message);
    csv_file_close(&csv);
    return all;
}

Test(csv_file, takes_the_column_that_the_header_names)
{
    cr_assert_str_eq(column("name,address,floor\nA,10.1.2.3,1\nB,10.1.2.4,2\n"),
                     "10.1.2.3|10.1.2.4");
    cr_assert_str_eq(column("Name;IP-Address;Floor\r\nA;10.1.2.3;1\r\n"), "10.1.2.3");
    cr_assert_str_eq(column("HOST_NAME\tx\nprinter-1\t2\n"), "printer-1");
}

Test(csv_file, the_order_of_the_names_decides_between_columns)
{
    cr_assert_str_eq(column("hostname,ip\np1,10.1.2.3\n"), "10.1.2.3");
}

Test(csv_file, a_file_without_header_is_data_from_its_first_line)
{
    cr_assert_str_eq(column("10.1.2.3,A\n10.1.2.4,B\n"), "10.1.2.3|10.1.2.4");
    cr_assert_eq(open_text("10.1.2.3\n"), 0);
    cr_assert_eq(csv_file_column(&csv, names, BASE_ARRAY_COUNT(names)), -1);
    csv_file_close(&csv);
}

Test(csv_file, quotes_hold_delimiters_quotes_and_line_ends)
{
    cr_assert_str_eq(column("note,address\n\"a, \"\"b\"\"\nc\",\"10.1.2.3\"\nx,10.1.2.4\n"),
                     "10.1.2.3|10.1.2.4");
    cr_assert_eq(open_text("note,address\n\"a, \"\"b\"\"\nc\",1\n"), 0);
    cr_assert_eq(csv_file_next(&csv), 1);
    cr_assert_str_eq(csv.fields[0], "a, \"b\"\nc");
    cr_assert_eq(csv.line, 2);
    cr_assert_eq(csv_file_next(&csv), 0);
    csv_file_close(&csv);
}

Test(csv_file, byte_order_mark_blanks_and_a_missing_last_line_end_do_no_harm)
{
    cr_assert_str_eq(column("\xef\xbb\xbf"
                            "address;x\n  10.1.2.3  ;1\n\n10.1.2.4;2"),
                     "10.1.2.3|10.1.2.4");
    cr_assert_str_eq(column("\xef\xbb\xbf"
                            "10.1.2.3\n"),
                     "10.1.2.3");
}

Test(csv_file, short_rows_have_empty_fields)
{
    cr_assert_str_eq(column("name,address\nA\nB,10.1.2.4\n"), "|10.1.2.4");
}

Test(csv_file, an_empty_file_has_no_rows)
{
    cr_assert_str_eq(column(""), "");
    cr_assert_str_eq(column("\n\n"), "");
    cr_assert_str_eq(column("address\n"), "");
}

Test(csv_file, says_what_is_wrong_and_where)
{
    static char wide[CSV_FILE_FIELDS_MAX + 10];
    cr_assert_eq(open_text("address\n"), 0);
    csv_file_close(&csv);
    cr_assert_eq(open_bytes("\xff\xfe"
                            "a\0d\0",
                            6),
                 BASE_EUSAGE);
    cr_assert(strstr(message, "UTF-8") != NULL, "%s", message);
    cr_assert_eq(open_bytes("a\0b", 3), BASE_EUSAGE);
    cr_assert_eq(open_text("address\n\"never closed\n"), 0);
    cr_assert_eq(csv_file_next(&csv), BASE_EUSAGE);
    cr_assert(strstr(message, ":2: ") != NULL, "%s", message);
    csv_file_close(&csv);
    memset(wide, ',', sizeof(wide) - 1);
    cr_assert_eq(open_text(wide), BASE_EUSAGE);
    cr_assert_eq(csv_file_open(&csv, "/nonexistent/x.csv", names, 1, message, sizeof(message)),
                 -ENOENT);
}

Test(csv_file, a_row_without_end_is_refused)
{
    char *row = malloc(CSV_FILE_ROW_BYTES + 1);
    cr_assert_not_null(row);
    memset(row, 'x', CSV_FILE_ROW_BYTES + 1);
    cr_assert_eq(open_bytes(row, CSV_FILE_ROW_BYTES + 1), BASE_EUSAGE);
    free(row);
}

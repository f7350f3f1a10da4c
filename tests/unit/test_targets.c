#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/fleet/targets.h"
#include "tests/unit/support_targets.h"

TestSuite(targets, .init = setup, .fini = teardown, .timeout = 20);

static void gives(const char *word, const char *expected)
{
    setup();
    add(word);
    close_list();
    cr_assert_str_eq(all(), expected, "%s gives %s", word, all());
    teardown();
}

static void refuses(const char *word, int status, const char *part)
{
    strcpy(message, "");
    int got = targets_add(&list, word, message, sizeof(message));
    cr_assert_eq(got, status, "%s: status %d", word, got);
    cr_assert_not_null(strstr(message, part), "%s: \"%s\" lacks \"%s\"", word, message, part);
}

static const char *write_file(const char *content, size_t size)
{
    static char path[64];
    strcpy(path, "/tmp/platen-targets-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, content, size), (ssize_t)size);
    close(fd);
    return path;
}

static int add_content(const char *content, size_t size)
{
    char word[80];
    const char *path = write_file(content, size);
    snprintf(word, sizeof(word), "@%s", path);
    int status = targets_add(&list, word, message, sizeof(message));
    unlink(path);
    return status;
}

Test(targets, single_addresses_get_the_default_port)
{
    gives("10.1.2.3", "10.1.2.3:161");
    gives("2001:db8::7", "[2001:db8::7]:161");
    gives("[2001:db8::7]", "[2001:db8::7]:161");
}

Test(targets, ports_are_taken)
{
    gives("10.1.2.3:1161", "10.1.2.3:1161");
    gives("[::1]:65535", "[::1]:65535");
    gives("10.1.2.4/31:7", "10.1.2.4:7 10.1.2.5:7");
    gives("10.1.2.4-5:7", "10.1.2.4:7 10.1.2.5:7");
    gives("[fd00::1-fd00::2]:7", "[fd00::1]:7 [fd00::2]:7");
    gives("[fd00::/126]:7", "[fd00::1]:7 [fd00::2]:7 [fd00::3]:7");
}

Test(targets, ipv4_written_as_ipv6_is_ipv4)
{
    gives("::ffff:10.1.2.3", "10.1.2.3:161");
    gives("::ffff:10.1.2.0/126", "10.1.2.1:161 10.1.2.2:161");
}

Test(targets, networks_leave_out_network_and_broadcast)
{
    gives("10.1.2.0/30", "10.1.2.1:161 10.1.2.2:161");
    gives("10.1.2.7/30", "10.1.2.5:161 10.1.2.6:161");
    gives("10.1.2.0/31", "10.1.2.0:161 10.1.2.1:161");
    gives("10.1.2.9/32", "10.1.2.9:161");
    gives("fd00::/127", "[fd00::]:161 [fd00::1]:161");
    gives("fd00::9/128", "[fd00::9]:161");
}

Test(targets, ranges_include_both_ends_and_cross_octets)
{
    gives("10.1.0.254-10.1.1.1", "10.1.0.254:161 10.1.0.255:161 10.1.1.0:161 10.1.1.1:161");
    gives("10.1.0.7-10.1.0.7", "10.1.0.7:161");
    gives("fd00::fffe-fd00::1:1", "[fd00::fffe]:161 [fd00::ffff]:161 [fd00::1:0]:161 "
                                  "[fd00::1:1]:161");
}

Test(targets, range_crosses_the_lower_half_of_an_ipv6_address)
{
    gives("fd00::ffff:ffff:ffff:ffff-fd00:0:0:1::",
          "[fd00::ffff:ffff:ffff:ffff]:161 [fd00:0:0:1::]:161");
}

Test(targets, large_networks_cost_one_range)
{
    add("10.0.0.0/12");
    close_list();
    cr_assert_eq(targets_count(&list), TARGETS_MAX - 2);
    cr_assert_eq(list.range_count, 1);
    struct targets_cursor cursor = {0};
    struct target target;
    char text[TARGET_TEXT_MAX];
    uint64_t count = 0;
    while (targets_next(&list, &cursor, &target)) {
        count++;
    }
    target_format(&target, text, sizeof(text));
    cr_assert_eq(count, TARGETS_MAX - 2);
    cr_assert_str_eq(text, "10.15.255.254:161");
    cr_assert_not(targets_next(&list, &cursor, &target));
}

Test(targets, same_address_twice_is_handed_out_once)
{
    add("10.1.0.5");
    add("10.1.0.0/29");
    add("10.1.0.5:162");
    add("10.1.0.4-8");
    add("10.1.0.5");
    close_list();
    cr_assert_str_eq(all(), "10.1.0.1:161 10.1.0.2:161 10.1.0.3:161 10.1.0.4:161 10.1.0.5:161 "
                            "10.1.0.6:161 10.1.0.7:161 10.1.0.8:161 10.1.0.5:162");
    cr_assert_eq(targets_count(&list), 9);
}

Test(targets, order_is_ipv4_then_ports_then_addresses)
{
    add("fd00::1");
    add("10.0.0.9:200");
    add("10.0.0.9");
    add("9.0.0.1");
    close_list();
    cr_assert_str_eq(all(), "9.0.0.1:161 10.0.0.9:161 10.0.0.9:200 [fd00::1]:161");
}

Test(targets, giants_are_refused_with_their_count)
{
    refuses("0.0.0.0/0", BASE_ELIMIT, "4,294,967,296 addresses");
    refuses("10.0.0.0/8", BASE_ELIMIT, "16,777,216 addresses");
    refuses("10.0.0.0/11", BASE_ELIMIT, "2,097,152 addresses");
    refuses("10.0.0.0-10.16.0.0", BASE_ELIMIT, "1,048,577 addresses");
    refuses("2001:db8::/64", BASE_ELIMIT, "2^64 addresses");
    refuses("2001:db8::/32", BASE_ELIMIT, "2^96 addresses");
    refuses("2001:db8::-2001:db9::", BASE_ELIMIT, "2^64 addresses");
}

Test(targets, sum_above_the_limit_is_refused_at_the_end)
{
    add("10.0.0.0/12");
    add("10.16.0.1-4");
    int status = targets_close(&list, fake_lookup, message, sizeof(message));
    cr_assert_eq(status, BASE_ELIMIT);
    cr_assert_not_null(strstr(message, "1048576"));
}

Test(targets, wrong_numbers_are_explained)
{
    refuses("10.1.2.300", BASE_EUSAGE, "300 is more than 255");
    refuses("10.1.2", BASE_EUSAGE, "10.1.2.0/24");
    refuses("10.1", BASE_EUSAGE, "4 numbers");
    refuses("10..1.2", BASE_EUSAGE, "missing between the dots");
    refuses("10.01.2.3", BASE_EUSAGE, "write 1 instead of 01");
    refuses("161", BASE_EUSAGE, "4 numbers");
    refuses("10.1.2.0/33", BASE_EUSAGE, "0 to 32");
    refuses("10.1.2.0/", BASE_EUSAGE, "0 to 32");
    refuses("10.1.2.0/-1", BASE_EUSAGE, "0 to 32");
    refuses("fd00::/129", BASE_EUSAGE, "0 to 128");
    refuses("::ffff:10.0.0.0/24", BASE_EUSAGE, "96 to 128");
    refuses("printer/24", BASE_EUSAGE, "before the slash stands an address");
}

Test(targets, wrong_ranges_are_explained)
{
    refuses("10.1.0.9-10.1.0.3", BASE_EUSAGE, "turned round it is 10.1.0.3-10.1.0.9");
    refuses("10.1.0.1-256", BASE_EUSAGE, "0 to 255");
    refuses("10.1.0.1-", BASE_EUSAGE, "after the hyphen");
    refuses("10.1.0.1-fd00::1", BASE_EUSAGE, "after the hyphen");
    refuses("10.1.0.1-printer", BASE_EUSAGE, "after the hyphen");
    refuses("fd00::1-9", BASE_EUSAGE, "whole IPv6 address");
    refuses("223.255.255.250-224.0.0.3", BASE_EUSAGE, "multicast");
}

Test(targets, wrong_ports_are_explained)
{
    refuses("10.1.2.3:0", BASE_EUSAGE, "1 to 65535");
    refuses("10.1.2.3:65536", BASE_EUSAGE, "1 to 65535");
    refuses("10.1.2.3:", BASE_EUSAGE, "1 to 65535");
    refuses("printer:snmp", BASE_EUSAGE, "1 to 65535");
    refuses("printer:+7", BASE_EUSAGE, "1 to 65535");
    refuses("[::1]:", BASE_EUSAGE, "1 to 65535");
}

Test(targets, wrong_brackets_are_explained)
{
    refuses("[10.1.2.3]:161", BASE_EUSAGE, "write 10.1.2.3:161");
    refuses("[::1", BASE_EUSAGE, "closing bracket");
    refuses("[fd00::]/120", BASE_EUSAGE, "[2001:db8::/112]:161");
    refuses("fd00:::1", BASE_EUSAGE, "no IPv6 address");
    refuses("[]", BASE_EUSAGE, "no address");
}

Test(targets, addresses_of_no_host_are_refused)
{
    refuses("0.0.0.0", BASE_EUSAGE, "begins with 0");
    refuses("224.0.0.1", BASE_EUSAGE, "multicast");
    refuses("255.255.255.255", BASE_EUSAGE, "broadcast");
    refuses("ff02::1", BASE_EUSAGE, "multicast");
    refuses("::", BASE_EUSAGE, "unspecified");
    refuses("239.1.0.0/24", BASE_EUSAGE, "multicast");
}

Test(targets, other_words_are_explained)
{
    refuses("", BASE_EUSAGE, "is no address");
    refuses("10.1.2.3,10.1.2.4", BASE_EUSAGE, "by spaces");
    refuses("10.1.2.*", BASE_EUSAGE, "10.1.2.0/24");
    refuses("http://printer", BASE_EUSAGE, "without \"http://\"");
    refuses("-printer", BASE_EUSAGE, "is no address");
    refuses("prin ter", BASE_EUSAGE, "is no address");
    refuses("a..b", BASE_EUSAGE, "is no address");
    refuses("\x1b[31mred", BASE_EUSAGE, "\"?[31mred\"");
    refuses("\xc2\x9b"
            "31mred",
            BASE_EUSAGE, "?31mred\"");
}

Test(targets, longest_words_do_not_overflow)
{
    char word[2000];
    memset(word, 'a', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    refuses(word, BASE_EUSAGE, "too long");
    word[260] = '\0';
    refuses(word, BASE_EUSAGE, "aaa...");
    word[253] = '\0';
    add(word);
    cr_assert_eq(list.name_count, 1);
}

Test(targets, zone_needs_a_link_local_address_and_an_interface)
{
    struct target target;
    cr_assert_eq(target_parse("fe80::1%lo", &target), 0);
    cr_assert_neq(target.scope, 0);
    gives("[fe80::1%lo]:161", "[fe80::1%lo]:161");
    cr_assert_eq(target_parse("fe80::1%nosuch-if", &target), BASE_EFORMAT);
    cr_assert_eq(target_parse("fd00::1%lo", &target), BASE_EFORMAT);
    cr_assert_eq(target_parse("fe80::1%", &target), BASE_EFORMAT);
}

Test(targets, names_are_resolved_and_failures_stop_nothing)
{
    add("good");
    add("bad.example:99");
    add("BAD.example:99");
    add("bad.example");
    add("good2:1161");
    add("printer-3");
    close_list();
    cr_assert_str_eq(all(), "10.9.9.4:161 10.9.9.5:1161");
    size_t count = 0;
    const struct targets_name *failed = targets_failures(&list, &count);
    cr_assert_eq(count, 3);
    cr_assert_str_eq(failed[0].text, "bad.example");
    cr_assert_eq(failed[0].port, 99);
    cr_assert_eq(failed[1].port, 161);
    cr_assert_str_eq(failed[2].text, "printer-3");
    cr_assert_str_eq(targets_name_error(&failed[0]), "no such host name");
}

Test(targets, many_names_are_all_resolved)
{
    char name[32];
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof(name), "bad%d", i);
        add(name);
        snprintf(name, sizeof(name), "good:%d", 1000 + i);
        add(name);
    }
    close_list();
    size_t count = 0;
    targets_failures(&list, &count);
    cr_assert_eq(count, 500);
    cr_assert_eq(targets_count(&list), 500);
}

Test(targets, names_of_this_machine_prefer_ipv4)
{
    add("localhost:1161");
    cr_assert_eq(targets_close(&list, NULL, message, sizeof(message)), 0);
    cr_assert_str_eq(all(), "127.0.0.1:1161");
}

Test(targets, file_takes_comments_blank_lines_crlf_and_mark)
{
    static const char content[] = "\xef\xbb\xbf# printers\r\n10.1.0.1\r\n\r\n  10.1.0.2:7 # two\n"
                                  "\t\n10.1.0.3";
    cr_assert_eq(add_content(content, sizeof(content) - 1), 0, "%s", message);
    close_list();
    cr_assert_str_eq(all(), "10.1.0.2:7 10.1.0.1:161 10.1.0.3:161");
}

Test(targets, file_errors_name_file_and_line)
{
    static const char content[] = "10.1.0.1\n# x\n10.1.0.0/8\n";
    cr_assert_eq(add_content(content, sizeof(content) - 1), BASE_ELIMIT);
    cr_assert_not_null(strstr(message, ":3: \"10.1.0.0/8\" is 16,777,216"), "%s", message);
    cr_assert_eq(add_content("10.1.0.300\n", 11), BASE_EUSAGE);
    cr_assert_not_null(strstr(message, ":1: \"10.1.0.300\""), "%s", message);
}

Test(targets, files_do_not_name_files_and_hold_one_target_a_line)
{
    cr_assert_eq(add_content("@other\n", 7), BASE_EUSAGE);
    cr_assert_not_null(strstr(message, "cannot name another file"), "%s", message);
    cr_assert_eq(add_content("@\x1b[31mred\n", 10), BASE_EUSAGE);
    cr_assert_null(strchr(message, '\x1b'), "%s", message);
    cr_assert_eq(add_content("10.1.0.1 10.1.0.2\n", 18), BASE_EUSAGE);
    cr_assert_not_null(strstr(message, "one target a line"), "%s", message);
}

Test(targets, binary_files_are_refused)
{
    char content[5000];
    memset(content, 'x', sizeof(content));
    cr_assert_eq(add_content(content, sizeof(content)), BASE_EUSAGE);
    cr_assert_not_null(strstr(message, "not a line of text"), "%s", message);
    cr_assert_eq(add_content("1\0"
                             "0\0\n\0",
                             6),
                 BASE_EUSAGE);
}

Test(targets, missing_files_and_directories_are_errors)
{
    refuses("@/nonexistent/printers", -ENOENT, "/nonexistent/printers");
    refuses("@/tmp", -EISDIR, "/tmp");
    refuses("@", BASE_EUSAGE, "@printers.txt");
}

Test(targets, empty_list_is_closed_empty)
{
    close_list();
    cr_assert_eq(targets_count(&list), 0);
    cr_assert_str_eq(all(), "");
}

Test(targets, file_of_many_single_addresses_becomes_few_ranges)
{
    size_t cap = 70000 * 16;
    char *content = malloc(cap);
    size_t size = 0;
    for (int i = 65535; i >= 0; i--) {
        size += (size_t)snprintf(content + size, cap - size, "10.7.%d.%d\n", i >> 8, i & 255);
    }
    cr_assert_eq(add_content(content, size), 0, "%s", message);
    free(content);
    close_list();
    cr_assert_eq(targets_count(&list), 65536);
    cr_assert_eq(list.range_count, 1);
}

Test(targets, parse_takes_one_address_only)
{
    struct target target;
    cr_assert_eq(target_parse("10.1.2.3:99", &target), 0);
    cr_assert_eq(target.port, 99);
    cr_assert_eq(target_parse("printer", &target), BASE_EFORMAT);
    cr_assert_eq(target_parse("10.1.2.3/32", &target), BASE_EFORMAT);
    cr_assert_eq(target_parse("10.1.2.3-3", &target), BASE_EFORMAT);
    cr_assert_eq(target_parse("10.1.2.0/24", &target), BASE_EFORMAT);
}

Test(targets, distance_is_never_wrapped)
{
    struct target a, b;
    cr_assert_eq(target_parse("fd00::1", &a), 0);
    cr_assert_eq(target_parse("fd00::3", &b), 0);
    cr_assert_eq(target_distance(&a, &b), 2);
    cr_assert_eq(target_distance(&b, &a), UINT64_MAX);
    cr_assert_eq(target_parse("fd01::", &b), 0);
    cr_assert_eq(target_distance(&a, &b), UINT64_MAX);
}

Test(targets, ports_that_print_are_refused_with_the_reason)
{
    static const char *const words[] = {"10.1.2.3:515",      "10.1.2.0/24:9100",
                                        "host:9101",         "10.1.2.1-9:9107",
                                        "[2001:db8::7]:515", "[2001:db8::/112]:9103"};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++) {
        cr_assert_eq(targets_add(&list, words[i], message, sizeof(message)), BASE_EUSAGE);
        cr_assert(strstr(message, "prints whatever it is sent") != NULL, "%s", message);
        cr_assert(strstr(message, "161") != NULL);
    }
    add("10.1.2.3:514");
    add("10.1.2.3:516");
    add("10.1.2.3:9099");
    add("10.1.2.3:9108");
}

static int fail_all(const char *name, struct target *out)
{
    (void)name;
    (void)out;
    return EAI_NONAME;
}

Test(targets, a_copy_is_closed_without_the_original)
{
    struct targets copy;
    struct target first;
    struct targets_cursor cursor = {0};
    add("10.1.2.3");
    add("10.1.2.9-11");
    add("no-such-host.invalid");
    for (int i = 0; i < 3; i++) {
        size_t failures = 0;
        cr_assert_eq(targets_copy(&list, &copy), 0);
        cr_assert_eq(targets_close(&copy, fail_all, message, sizeof(message)), 0, "%s", message);
        cr_assert_eq(targets_count(&copy), 4);
        cr_assert(targets_next(&copy, &cursor, &first));
        (void)targets_failures(&copy, &failures);
        cr_assert_eq(failures, 1);
        targets_fini(&copy);
        cursor = (struct targets_cursor){0};
    }
    cr_assert_eq(list.name_count, 1);
}

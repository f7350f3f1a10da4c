/* Addresses that are not to be asked. */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "core/fleet/targets.h"
#include "tests/unit/support_targets.h"

TestSuite(targets_exclude, .init = setup, .fini = teardown, .timeout = 20);

static struct targets excluded;

static void exclude(const char *words)
{
    char copy[256];
    targets_init(&excluded);
    excluded.is_for_excluding = true;
    snprintf(copy, sizeof(copy), "%s", words);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        cr_assert_eq(targets_add(&excluded, word, message, sizeof(message)), 0, "%s", message);
    }
    cr_assert_eq(targets_close(&excluded, fake_lookup, message, sizeof(message)), 0);
    cr_assert_eq(targets_exclude(&list, &excluded), 0);
    targets_fini(&excluded);
}

Test(targets_exclude, what_is_excluded_is_not_handed_out)
{
    add("10.1.2.1-8");
    close_list();
    exclude("10.1.2.3 10.1.2.5-6");
    cr_assert_str_eq(all(), "10.1.2.1:161 10.1.2.2:161 10.1.2.4:161 10.1.2.7:161 10.1.2.8:161");
    cr_assert_eq(targets_count(&list), 5);
}

Test(targets_exclude, an_exclusion_counts_for_every_port)
{
    add("10.1.2.1-3");
    add("10.1.2.1-3:1161");
    close_list();
    exclude("10.1.2.2 10.1.2.3:7000");
    cr_assert_str_eq(all(), "10.1.2.1:161 10.1.2.1:1161");
}

Test(targets_exclude, an_excluded_network_is_all_of_its_addresses)
{
    add("10.1.0.250-10.1.2.2");
    close_list();
    exclude("10.1.1.0/24");
    cr_assert_eq(targets_count(&list), 6 + 3);
    cr_assert(strstr(all(), "10.1.1.") == NULL);
    exclude("10.1.0.252/31 10.1.2.0/32");
    cr_assert_str_eq(all(), "10.1.0.250:161 10.1.0.251:161 10.1.0.254:161 10.1.0.255:161 "
                            "10.1.2.1:161 10.1.2.2:161");
}

Test(targets_exclude, exclusions_may_overlap_each_other_and_the_ends)
{
    add("10.1.2.10-20");
    add("10.1.3.1");
    close_list();
    exclude("10.1.2.1-11 10.1.2.11-12 10.1.2.19-30 10.1.4.0/24 2001:db8::7");
    cr_assert_eq(targets_count(&list), 7);
    exclude("10.0.0.0/12");
    cr_assert_eq(targets_count(&list), 0);
    cr_assert_str_eq(all(), "");
}

Test(targets_exclude, exclusions_of_names_and_ipv6)
{
    add("2001:db8::1-2001:db8::5");
    add("10.9.9.1-9");
    close_list();
    exclude("good 2001:db8::2 [2001:db8::4-2001:db8::9]:161");
    cr_assert_eq(targets_count(&list), 8 + 2);
    cr_assert(strstr(all(), "10.9.9.4:") == NULL);
    cr_assert(strstr(all(), "[2001:db8::3]:161") != NULL);
}

Test(targets_exclude, excluding_agrees_with_looking_at_each_address)
{
    uint32_t state = 7;
    for (int round = 0; round < 200; round++) {
        bool is_target[64] = {false};
        bool is_excluded[64] = {false};
        char word[64];
        unsigned left = 0;
        targets_init(&list);
        targets_init(&excluded);
        for (int i = 0; i < 8; i++) {
            state = state * 1664525 + 1013904223;
            unsigned first = state >> 8 & 63;
            unsigned last = first + (state >> 16 & 7);
            last = last < 63 ? last : 63;
            snprintf(word, sizeof(word), "10.1.1.%u-10.1.1.%u", first, last);
            struct targets *into = i % 2 == 0 ? &list : &excluded;
            cr_assert_eq(targets_add(into, word, message, sizeof(message)), 0);
            for (unsigned at = first; at <= last; at++) {
                (i % 2 == 0 ? is_target : is_excluded)[at] = true;
            }
        }
        close_list();
        cr_assert_eq(targets_close(&excluded, fake_lookup, message, sizeof(message)), 0);
        cr_assert_eq(targets_exclude(&list, &excluded), 0);
        struct targets_cursor cursor = {0};
        struct target target;
        while (targets_next(&list, &cursor, &target)) {
            unsigned at = target.address[3];
            cr_assert(is_target[at] && !is_excluded[at]);
            left++;
        }
        for (unsigned at = 0; at < 64; at++) {
            left -= is_target[at] && !is_excluded[at] ? 1 : 0;
        }
        cr_assert_eq(left, 0);
        cr_assert_eq(targets_count(&list),
                     cursor.range == 0 && list.range_count == 0 ? 0 : list.total);
        targets_fini(&list);
        targets_fini(&excluded);
    }
}

#include <criterion/criterion.h>

#include "store/entries.h"

TestSuite(store_entries, .timeout = 30);

#define MANY 5000U

/* Some fall on one place of the table, as long as it is small. */
static uint64_t hash_of(uint32_t i)
{
    return (uint64_t)(i % 7) << 40 | (i + 1) * UINT64_C(4099);
}

static void put(struct entries *list, size_t kept, uint64_t hash, uint32_t number)
{
    cr_assert_eq(entries_put(list, kept, hash, number), 0);
}

Test(store_entries, each_hash_is_found_and_no_other)
{
    struct entries list = {0};
    uint32_t number = 77;
    cr_assert_eq(entries_find(&list, hash_of(0), &number), 0);
    for (uint32_t i = 0; i < MANY; i++) {
        put(&list, 0, hash_of(i), i);
        cr_assert_eq(entries_find(&list, hash_of(i + 1), &number), 0);
    }
    cr_assert_eq(number, 77);
    for (uint32_t i = 0; i < MANY; i++) {
        cr_assert_eq(entries_find(&list, hash_of(i), &number), i + 1);
        cr_assert_eq(number, i);
    }
    entries_clear(&list);
    cr_assert_eq(entries_find(&list, hash_of(0), &number), 0);
    cr_assert_eq(entries_octets(&list, 0).size, 0);
    put(&list, 0, hash_of(3), 5);
    cr_assert_eq(entries_find(&list, hash_of(3), &number), 1);
    entries_fini(&list);
}

Test(store_entries, the_last_one_of_a_hash_counts_and_those_kept_stay)
{
    static const uint8_t expected[] = {9, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0,
                                       8, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0};
    struct entries list = {0};
    uint32_t number = 0;
    put(&list, 0, 8, 1);
    put(&list, 0, 9, 1);
    put(&list, 1, 9, 2); /* behind the one that is kept: in its place */
    put(&list, 1, 9, 3);
    cr_assert_eq(list.count, 2);
    put(&list, 1, 8, 2);
    cr_assert_eq(list.count, 3);
    cr_assert_eq(entries_find(&list, 8, &number), 3);
    cr_assert_eq(number, 2);
    cr_assert_eq(entries_find(&list, 9, &number), 2);
    cr_assert_eq(number, 3);
    cr_assert(bytes_equal(entries_octets(&list, 1), bytes_of(expected, sizeof(expected))));
    cr_assert_eq(entries_octets(&list, 3).size, 0);
    entries_fini(&list);
}

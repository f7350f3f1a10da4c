#include <criterion/criterion.h>

#include "core/app/coverage.h"

/* Only what needs no store: an empty index knows nobody, whatever a row says. */
Test(coverage, an_empty_store_has_nobody)
{
    struct coverage_index index = {0};
    const struct coverage_row rows[] = {{"", "", "", ""},
                                        {"10.1.2.3", "", "", ""},
                                        {"[2001:db8::1]:161", "X", "aa:bb", "name.example"},
                                        {"not an address", "-", ":", "."}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(rows); i++) {
        cr_assert_null(coverage_find(&index, &rows[i]));
    }
    coverage_close(&index);
}

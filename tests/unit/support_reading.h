/*
 * What the tests of readings stand on: a feed of rows and the reading that is made of it. All of it
 * is static: each program has one. TestSuite(..., .init = set_up, .fini = tear_down).
 */
#pragma once

#include <criterion/criterion.h>

#include "tests/unit/support_feed.h"

static struct feed feed;
static struct reading reading;

static inline void set_up(void)
{
    cr_assert_eq(reading_init(&reading), 0);
    feed_init(&feed);
}

static inline void tear_down(void)
{
    reading_fini(&reading);
}

#include <criterion/criterion.h>

#include "core/app/progress.h"

static const char *line(uint64_t total, uint64_t ok, uint64_t failed, double rate)
{
    static char text[PROGRESS_LINE_MAX];
    const struct progress progress = {.noun = "devices", .total = total, .rate = rate};
    const struct progress_state state = {ok + failed, ok, failed};
    progress_line(&progress, &state, text, sizeof(text));
    return text;
}

Test(progress, tells_done_rate_and_what_is_left)
{
    cr_assert_str_eq(line(2000, 900, 100, 100),
                     "1000/2000 devices (50 %), 900 ok, 100 failed, 100/s, 10 s left");
    cr_assert_str_eq(line(2000, 10, 0, 1),
                     "10/2000 devices (0 %), 10 ok, 0 failed, 1.0/s, 33 min 10 s left");
    cr_assert_str_eq(line(100000, 10, 0, 1),
                     "10/100000 devices (0 %), 10 ok, 0 failed, 1.0/s, 27 h 46 min left");
    cr_assert_str_eq(line(10, 10, 0, 1), "10/10 devices (100 %), 10 ok, 0 failed, 1.0/s");
}

Test(progress, promises_nothing_it_cannot_know)
{
    cr_assert_str_eq(line(0, 10, 0, 1), "10 devices, 10 ok, 0 failed, 1.0/s");
    cr_assert_str_eq(line(10, 0, 0, 0), "0/10 devices (0 %), 0 ok, 0 failed, 0.0/s");
    cr_assert_str_eq(line(10, 5, 0, 0.01), "5/10 devices (50 %), 5 ok, 0 failed, 0.0/s");
    cr_assert_str_eq(line(10, 0, 0, -1), "0/10 devices (0 %), 0 ok, 0 failed, 0.0/s");
}

Test(progress, rate_follows_the_last_seconds)
{
    struct progress progress = {
        .noun = "devices", .total = 1000, .width = 80, .enabled = true, .rate = -1};
    struct progress_state state = {600, 600, 0};
    progress_update(&progress, &state, 2000000);
    cr_assert_float_eq(progress.rate, 300, 0.001);
    progress_update(&progress, &state, 3000000);
    cr_assert_float_eq(progress.rate, 200, 0.001);
    for (int64_t second = 4; second < 40; second++) {
        progress_update(&progress, &state, second * 1000000);
    }
    cr_assert_lt(progress.rate, 0.001);
    progress_finish(&progress);
}

Test(progress, draws_nothing_where_nobody_watches)
{
    struct progress progress;
    const struct progress_state state = {1, 1, 0};
    progress_init(&progress, "devices", 10, true, 0);
    progress.enabled = false; /* the test's own stderr may be a terminal */
    progress_update(&progress, &state, 5000000);
    cr_assert_not(progress.is_drawn);
    progress_finish(&progress);
}

Test(progress, waits_a_second_and_then_redraws_ten_times_a_second)
{
    struct progress progress = {
        .noun = "devices", .total = 10, .width = 80, .enabled = true, .started_us = 0};
    const struct progress_state state = {1, 1, 0};
    progress_update(&progress, &state, 999999);
    cr_assert_not(progress.is_drawn);
    progress_update(&progress, &state, 1000000);
    cr_assert(progress.is_drawn);
    cr_assert_eq(progress.drawn_us, 1000000);
    progress_update(&progress, &state, 1099999);
    cr_assert_eq(progress.drawn_us, 1000000);
    progress_update(&progress, &state, 1100000);
    cr_assert_eq(progress.drawn_us, 1100000);
    progress_finish(&progress);
    cr_assert_not(progress.is_drawn);
}

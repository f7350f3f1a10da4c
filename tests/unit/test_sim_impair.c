#include <string.h>

#include <criterion/criterion.h>

#include "bench/sim/impair.h"

static struct sim_options options;
static struct sim_impair *impair;

static void open_impair(void)
{
    options = (struct sim_options){.seed = 7};
    cr_assert_eq(sim_impair_open(&impair, &options), 0);
}

static void close_impair(void)
{
    sim_impair_close(impair);
}

TestSuite(sim_impair, .init = open_impair, .fini = close_impair);

Test(sim_impair, gives_back_what_is_due_in_the_order_of_time)
{
    struct sim_packet packet = {0};
    uint64_t last = 0;
    size_t count = 0;

    for (uint32_t i = 0; i < 2000; i++) {
        uint64_t due = sim_mix(i) % 1000;

        packet.bytes = (const uint8_t *)&due;
        packet.length = sizeof(due);
        cr_assert(sim_impair_keep(impair, &packet, due));
    }
    for (uint64_t now = 0; now <= 1000; now += 10) {
        while (sim_impair_take(impair, now, &packet)) {
            uint64_t due;

            memcpy(&due, packet.bytes, sizeof(due));
            cr_assert_geq(due, last);
            cr_assert_leq(due, now);
            last = due;
            count++;
        }
        sim_impair_release(impair);
    }
    cr_assert_eq(count, 2000);
    cr_assert_eq(sim_impair_due_us(impair), UINT64_MAX);
}

Test(sim_impair, keeps_the_order_of_datagrams_that_are_due_together)
{
    struct sim_packet packet = {0};

    for (uint8_t i = 0; i < 100; i++) {
        packet.bytes = &i;
        packet.length = 1;
        cr_assert(sim_impair_keep(impair, &packet, 5));
    }
    for (uint8_t i = 0; i < 100; i++) {
        cr_assert(sim_impair_take(impair, 5, &packet));
        cr_assert_eq(packet.bytes[0], i);
    }
    cr_assert_not(sim_impair_take(impair, 5, &packet));
}

Test(sim_impair, refuses_more_than_it_may_keep)
{
    struct sim_packet packet = {0};

    for (uint32_t i = 0; i < 65536; i++) {
        cr_assert(sim_impair_keep(impair, &packet, i));
    }
    cr_assert_not(sim_impair_keep(impair, &packet, 1));
}

Test(sim_impair, loses_and_doubles_the_share_that_was_asked)
{
    unsigned lost = 0;
    unsigned doubled = 0;

    for (int i = 0; i < 10000; i++) {
        lost += sim_impair_loses(impair);
        doubled += sim_impair_doubles(impair);
    }
    cr_assert_eq(lost + doubled, 0);
    options.loss = 0.05;
    options.duplicate = 0.5;
    for (int i = 0; i < 10000; i++) {
        lost += sim_impair_loses(impair);
        doubled += sim_impair_doubles(impair);
    }
    cr_assert(lost > 400 && lost < 600, "%u", lost);
    cr_assert(doubled > 4700 && doubled < 5300, "%u", doubled);
}

Test(sim_impair, delays_within_its_bounds)
{
    bool is_reordered;

    options.delay_min_us = 1000;
    options.delay_max_us = 3000;
    for (int i = 0; i < 1000; i++) {
        uint32_t delay = sim_impair_delay_us(impair, &is_reordered);

        cr_assert(delay >= 1000 && delay <= 3000);
        cr_assert_not(is_reordered);
    }
    options.reorder = 1;
    cr_assert_geq(sim_impair_delay_us(impair, &is_reordered), 3000);
    cr_assert(is_reordered);
}

Test(sim_impair, is_needed_only_when_something_is_asked_of_it)
{
    cr_assert_not(sim_impair_is_needed(&options));
    options.reorder = 0.1;
    cr_assert(sim_impair_is_needed(&options));
}

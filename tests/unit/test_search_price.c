#include <criterion/criterion.h>

#include "core/fleet/search_price.h"

static struct credentials list;
static struct sweep_config config;
static struct search_price price;

static void begin(void)
{
    list = (struct credentials){0};
    cr_assert_eq(credentials_add_community(&list, "a", bytes_from_text("x"), true, false), 0);
    config = (struct sweep_config){.engine = {.max_inflight = 16384,
                                              .packets_per_second = 1000,
                                              .subnet_packets_per_second = 100,
                                              .initial_timeout_us = 500000,
                                              .retries = 2},
                                   .window = 8192,
                                   .credentials = &list};
    price = (struct search_price){.config = &config};
}

TestSuite(search_price, .init = begin);

static void add(unsigned subnet, unsigned count)
{
    for (unsigned i = 1; i <= count; i++) {
        const struct target target = {
            .family = 4, .port = 161, .address = {10, 1, (uint8_t)subnet, (uint8_t)i}};
        search_price_add(&price, &target);
    }
}

Test(search_price, nothing_costs_nothing)
{
    cr_assert_eq(search_price_seconds(&price), 0);
}

Test(search_price, packets_are_the_attempts_of_each_way)
{
    add(0, 10);
    cr_assert_eq(price.addresses, 10);
    cr_assert_eq(price.packets, 30);
    cr_assert_eq(price.wait_us, 3500000); /* 0.5 + 1 + 2 s */
    cr_assert_eq(credentials_add_community(&list, "b", bytes_from_text("y"), true, true), 0);
    price = (struct search_price){.config = &config};
    add(0, 10);
    cr_assert_eq(price.packets, 70);
    cr_assert_eq(price.wait_us, 6500000);
}

Test(search_price, the_slowest_limit_decides)
{
    add(0, 200);
    add(1, 100);
    cr_assert_eq(price.subnet_packets, 600);
    cr_assert_float_eq(search_price_seconds(&price), 6 + 3.5, 0.01);
    config.engine.subnet_packets_per_second = 0;
    cr_assert_float_eq(search_price_seconds(&price), 0.9 + 3.5, 0.01);
    config.engine.packets_per_second = 0;
    cr_assert_float_eq(search_price_seconds(&price), 300 * 0.2 / 8192 + 3.5, 0.01);
}

Test(search_price, more_addresses_than_the_scan_holds_wait_for_each_other)
{
    config.window = 65536;
    config.engine.packets_per_second = 0;
    config.engine.subnet_packets_per_second = 0;
    for (unsigned first = 0; first < 2; first++) {
        for (unsigned subnet = 0; subnet < 256; subnet++) {
            add(subnet, 256);
        }
    }
    cr_assert_float_eq(search_price_seconds(&price), 2 * 3.5, 0.01);
}

Test(search_price, addresses_that_no_credential_is_meant_for_are_told)
{
    struct target_range subnet = {.first = {.family = 4, .address = {10, 1, 1, 0}}, .count = 256};
    struct credential item = {.version = PDU_V2C, .name = "there"};
    list = (struct credentials){0};
    cr_assert_eq(credentials_add(&list, &item, &subnet, 1), 0);
    add(0, 5);
    add(1, 5);
    cr_assert_eq(price.addresses, 10);
    cr_assert_eq(price.uncovered, 5);
    cr_assert_eq(price.packets, 15);
}

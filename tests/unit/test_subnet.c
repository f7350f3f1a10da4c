#include <criterion/criterion.h>

#include "core/engine/subnet.h"

#define RATE      50
#define BURST     5
#define SECOND_US INT64_C(1000000)

static union wire_address v4(uint32_t host_order)
{
    return (union wire_address){
        .v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(host_order)}};
}

static union wire_address v6(uint16_t network, uint16_t host)
{
    union wire_address address = {.v6 = {.sin6_family = AF_INET6}};
    uint8_t *octets = address.v6.sin6_addr.s6_addr;
    octets[0] = 0x20;
    octets[1] = 0x01;
    octets[6] = (uint8_t)(network >> 8);
    octets[7] = (uint8_t)network;
    octets[14] = (uint8_t)(host >> 8);
    octets[15] = (uint8_t)host;
    return address;
}

/* Packets that may leave at once. */
static unsigned at_once(struct subnet_table *table, union wire_address to, int64_t now_us)
{
    unsigned count = 0;
    while (subnet_reserve(table, &to, now_us) == now_us) {
        count++;
    }
    return count;
}

Test(subnet, no_rate_makes_no_table_and_no_limit)
{
    union wire_address to = v4(0x0a000001);
    cr_assert_null(subnet_new(0, 5));
    for (int i = 0; i < 1000; i++) {
        cr_assert_eq(subnet_reserve(NULL, &to, 5), 5);
    }
    subnet_free(NULL);
}

Test(subnet, addresses_of_a_24_share_a_rate)
{
    struct subnet_table *table = subnet_new(RATE, BURST);
    for (uint32_t i = 0; i < 100; i++) {
        union wire_address to = v4(0x0a000000 + i);
        int64_t expected_us = i < BURST ? 0 : (i - BURST + 1) * SECOND_US / RATE;
        cr_assert_eq(subnet_reserve(table, &to, 0), expected_us);
    }
    subnet_free(table);
}

Test(subnet, another_24_has_a_rate_of_its_own)
{
    struct subnet_table *table = subnet_new(RATE, BURST);
    cr_assert_eq(at_once(table, v4(0x0a0000ff), 0), BURST);
    cr_assert_eq(at_once(table, v4(0x0a000101), 0), BURST);
    cr_assert_eq(at_once(table, v4(0x0a010001), 0), BURST);
    subnet_free(table);
}

Test(subnet, addresses_of_a_64_share_a_rate_and_other_64s_do_not)
{
    struct subnet_table *table = subnet_new(RATE, BURST);
    cr_assert_eq(at_once(table, v6(1, 1), 0), BURST);
    cr_assert_eq(at_once(table, v6(1, 2), 0), 0);
    cr_assert_eq(at_once(table, v6(2, 1), 0), BURST);
    cr_assert_eq(at_once(table, v6(256, 1), 0), BURST);
    subnet_free(table);
}

Test(subnet, a_rested_subnet_may_burst_again)
{
    struct subnet_table *table = subnet_new(RATE, BURST);
    at_once(table, v4(0x0a000001), 0);
    cr_assert_eq(at_once(table, v4(0x0a000001), 60 * SECOND_US), BURST);
    subnet_free(table);
}

Test(subnet, forgets_the_rested_but_never_a_busy_one)
{
    struct subnet_table *table = subnet_new(1, 1);
    union wire_address busy = v4(0x0aff0001);
    int64_t expected_us = 0;
    for (uint32_t i = 0; i < 100000; i++) {
        int64_t now_us = (int64_t)i * 100;
        union wire_address other = v4(0x0b000000 + (i << 8));
        if (i % 1000 == 0) {
            int64_t at_us = subnet_reserve(table, &busy, now_us);
            cr_assert_geq(at_us, expected_us);
            expected_us = at_us + SECOND_US;
        }
        cr_assert_geq(subnet_reserve(table, &other, now_us), now_us);
    }
    subnet_free(table);
}

Test(subnet, a_full_table_is_slower_than_allowed_never_faster)
{
    static int64_t last_us[20000];
    struct subnet_table *table = subnet_new(1, 1);
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < BASE_ARRAY_COUNT(last_us); i++) {
            union wire_address to = v4(0x0b000000 + (i << 8));
            int64_t at_us = subnet_reserve(table, &to, 0);
            cr_assert(round == 0 || at_us >= last_us[i] + SECOND_US);
            last_us[i] = at_us;
        }
    }
    subnet_free(table);
}

#include "core/fleet/search_price.h"

#include "core/base/rto.h"
#include "core/engine/engine_scan.h"
#include "core/fleet/access.h"

/* An address counts as silent, and leaves the window, after this (engine_scan.h). */
#define DOUBT_S 0.2

/* The wait for the answers of one way: the timeout doubles from attempt to attempt. */
static int64_t wait_us(const struct search_price *price, unsigned attempts)
{
    int64_t sum_us = 0;
    int64_t timeout_us = price->config->engine.initial_timeout_us;
    for (unsigned i = 0; i < attempts; i++) {
        sum_us += timeout_us < RTO_MAX_US ? timeout_us : RTO_MAX_US;
        timeout_us = timeout_us < RTO_MAX_US ? 2 * timeout_us : timeout_us;
    }
    return sum_us;
}

static bool is_same_subnet(const struct target *left, const struct target *right)
{
    return left->family == right->family &&
           memcmp(left->address, right->address, left->family == 4 ? 3 : 8) == 0;
}

void search_price_add(struct search_price *price, const struct target *address)
{
    struct learned nobody;
    struct access access;
    const struct access_terms terms = {.list = price->config->credentials,
                                       .address = address,
                                       .learned = &nobody,
                                       .attempts = (uint8_t)(1 + price->config->engine.retries),
                                       .is_search = true};
    uint64_t packets = 0;
    int64_t waited_us = 0;
    learned_init(&nobody);
    for (enum access_step step = access_start(&access, &terms); step != ACCESS_END;
         step = access_failed(&access, BASE_ETIMEOUT)) {
        packets += access.attempts;
        waited_us += wait_us(price, access.attempts);
    }
    price->addresses++;
    price->uncovered += packets == 0 ? 1 : 0;
    price->packets += packets;
    price->wait_us = waited_us > price->wait_us ? waited_us : price->wait_us;
    if (price->addresses == 1 || !is_same_subnet(&price->subnet, address)) {
        price->subnet = *address;
        price->subnet_so_far = 0;
    }
    price->subnet_so_far += packets;
    if (price->subnet_so_far > price->subnet_packets) {
        price->subnet_packets = price->subnet_so_far;
    }
}

double search_price_seconds(const struct search_price *price)
{
    const struct engine_config *engine = &price->config->engine;
    double addresses = (double)(price->addresses - price->uncovered);
    double wait_s = (double)price->wait_us / 1e6;
    double longest = addresses * DOUBT_S / (double)price->config->window;
    double by_hosts = addresses * wait_s / ENGINE_SCAN_HOSTS - wait_s;
    longest = by_hosts > longest ? by_hosts : longest;
    if (engine->packets_per_second > 0) {
        double seconds = (double)price->packets / engine->packets_per_second;
        longest = seconds > longest ? seconds : longest;
    }
    if (engine->subnet_packets_per_second > 0) {
        double seconds = (double)price->subnet_packets / engine->subnet_packets_per_second;
        longest = seconds > longest ? seconds : longest;
    }
    return addresses > 0 ? longest + wait_s : 0;
}

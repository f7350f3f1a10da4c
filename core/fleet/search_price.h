/*
 * What a search costs before it begins: packets and time if nobody answers, by the arithmetic that
 * the sweep follows (access.h says who is asked how often, engine_scan.h when). Pure; no clock, no
 * network.
 */
#pragma once

#include "core/base/base.h"
#include "core/fleet/sweep.h"
#include "core/fleet/target.h"

struct search_price {
    const struct sweep_config *config; /* of the search; credentials set */
    uint64_t addresses;
    uint64_t uncovered;      /* of them: no credential is meant for them, nothing is sent */
    uint64_t packets;        /* where nobody answers */
    int64_t wait_us;         /* the longest that one address is waited for, without jitter */
    uint64_t subnet_packets; /* of the subnet that gets most */
    struct target subnet;    /* of the address that was added last, and its packets so far */
    uint64_t subnet_so_far;
};

/* Adds an address of which nothing is known. Those of one subnet are added one after another. */
void search_price_add(struct search_price *price, const struct target *address);

/* Returns: how long the search takes if nobody answers, seconds. Loopback addresses are counted as
 * if they were paced. */
double search_price_seconds(const struct search_price *price);

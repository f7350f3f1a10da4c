/*
 * Pace per subnet: an IPv4 /24 or an IPv6 /64 gets so many packets a second, so that a slow branch
 * line is not flooded while the whole sweep may run fast. A fixed hash table; a bucket that has
 * been silent long enough to be full again is forgotten, and when no bucket is free two subnets
 * share one (slower than allowed, never faster).
 */
#pragma once

#include "core/base/base.h"
#include "core/engine/wire.h"

struct subnet_table;

/* Makes a table for `per_second` packets a second and subnet, `burst` of them back to back.
 * Returns: the table; NULL when memory is short or per_second is 0 (no limit: nothing to keep). */
struct subnet_table *subnet_new(uint32_t per_second, uint32_t burst);

/* Frees a table; NULL is allowed. */
void subnet_free(struct subnet_table *table);

/* Reserves the next place for a packet to `to`. table NULL = no limit.
 * Returns: the time (us) at which it may leave, now_us or later. */
int64_t subnet_reserve(struct subnet_table *table, const union wire_address *to, int64_t now_us);

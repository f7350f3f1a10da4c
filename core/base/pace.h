/*
 * A rate limit as one timestamp: the generic cell rate algorithm (virtual scheduling form). A
 * bucket tells when the next packet may leave instead of counting tokens, so a caller can put the
 * packet into the deadline heap at that time and forget it. Pure arithmetic; time is an argument.
 */
#pragma once

#include "core/base/base.h"

struct pace {
    int64_t interval_us_x1024; /* 1024ths of a microsecond between packets; 0 = no limit */
    int64_t burst_us;          /* how far a silent bucket may catch up */
    int64_t next_x1024;        /* theoretical time of the next packet, 1024ths of a microsecond */
};

/* Prepares a bucket of `per_second` packets a second, of which `burst` may leave back to back.
 * per_second 0 = no limit. */
void pace_init(struct pace *pace, uint32_t per_second, uint32_t burst);

/* Returns: the earliest time (us) at which a packet may leave; now_us when it may leave at once. */
int64_t pace_when(const struct pace *pace, int64_t now_us);

/* Accounts for a packet that leaves (or has its turn reserved) at `at_us`, which must be at or
 * after pace_when. */
void pace_take(struct pace *pace, int64_t at_us);

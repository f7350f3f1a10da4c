#include "core/base/rto.h"

/* Clock granularity G of RFC 6298: the loop's timer ticks in milliseconds. */
#define RTO_GRANULARITY_US 1000

void rto_sample(struct rto *rto, uint32_t rtt_us)
{
    if (rtt_us == 0) {
        rtt_us = 1; /* 0 means "no sample" */
    }
    if (rto->srtt_us == 0) {
        rto->srtt_us = rtt_us;
        rto->rttvar_us = rtt_us / 2;
        return;
    }
    uint32_t distance = rto->srtt_us > rtt_us ? rto->srtt_us - rtt_us : rtt_us - rto->srtt_us;
    rto->rttvar_us = rto->rttvar_us - rto->rttvar_us / 4 + distance / 4;
    rto->srtt_us = rto->srtt_us - rto->srtt_us / 8 + rtt_us / 8;
    if (rto->srtt_us == 0) {
        rto->srtt_us = 1;
    }
}

static uint64_t rto_base_us(const struct rto *rto, uint32_t initial_us)
{
    if (rto->srtt_us == 0) {
        return initial_us;
    }
    uint64_t spread = 4 * (uint64_t)rto->rttvar_us;
    if (spread < RTO_GRANULARITY_US) {
        spread = RTO_GRANULARITY_US;
    }
    uint64_t base = rto->srtt_us + spread;
    uint64_t floor = initial_us < RTO_MIN_US ? initial_us : RTO_MIN_US;
    return base < floor ? floor : base;
}

uint32_t rto_timeout_us(const struct rto *rto, uint32_t initial_us, unsigned attempt,
                        uint32_t random)
{
    uint64_t base = rto_base_us(rto, initial_us);
    uint64_t timeout = base << (attempt < 16 ? attempt : 16);
    if (timeout > RTO_MAX_US) {
        timeout = RTO_MAX_US;
    }
    uint64_t fifth = timeout / 5;
    uint64_t jitter = (fifth * (random >> 16)) >> 16; /* 0 .. timeout/5 */
    timeout = attempt == 0 ? timeout + jitter / 2 : timeout - fifth / 2 + jitter;
    return (uint32_t)(timeout > RTO_MAX_US ? RTO_MAX_US : timeout);
}

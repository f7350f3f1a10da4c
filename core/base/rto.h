/*
 * Retransmission timeout of one device, after RFC 6298 (with Karn's rule left to the caller: no
 * sample is taken from a request that was sent twice). Pure arithmetic, no clock: twelve octets a
 * device, which the store keeps so that a restart starts warm.
 */
#pragma once

#include "core/base/base.h"

/* A printer's network card answers in milliseconds, but its processor can be busy with a page: the
 * RFC's one-second floor would make every loss cost a second, a LAN's RTT none at all. */
#define RTO_MIN_US 200000
/* RFC 6298 (2.5) allows any ceiling of 60 s or more; after 30 s a poll has better things to do. */
#define RTO_MAX_US 30000000

struct rto {
    uint32_t srtt_us; /* 0 = no sample yet */
    uint32_t rttvar_us;
};

/* Takes a round-trip time into the estimate (RFC 6298 section 2.2 and 2.3). */
void rto_sample(struct rto *rto, uint32_t rtt_us);

/* Timeout of an attempt.
 * initial_us: timeout for a device without a sample. attempt: 0 for the first send, doubled for
 * each later one (RFC 6298 5.5). random: any 32 random bits; they spread the retries of devices
 * that were lost together over [0.9, 1.1] of the value, but the first attempt is never shortened.
 * Returns: microseconds in RTO_MIN_US..RTO_MAX_US, except that an initial_us below RTO_MIN_US is
 * honoured as the user gave it. */
uint32_t rto_timeout_us(const struct rto *rto, uint32_t initial_us, unsigned attempt,
                        uint32_t random);

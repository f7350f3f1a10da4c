/*
 * What happened where a counter did not count on: which of four causes, and how many pages were
 * counted all the same. Pure: the readings of one counter of one device go in, in the order in
 * which they were taken; a verdict on each comes out. No reading is changed, and no verdict ever
 * gives pages back: a sum of gains never falls.
 *
 *   reset     the counter began anew: the value is near 0, or the device has restarted
 *   swap      the value is another device's: the device says it is another, its uptime is longer
 *             than this one's can be, or the value is one that this counter cannot have come to
 *   wrap      the counter went through its largest number (2^24, 2^31, 2^32, 10^6 ... 10^9)
 *   bad read  the value is out of its course and the next one is back in it; it counts for nothing
 *
 * A fall is settled by the next reading of another value, or when it has lasted for
 * METER_SETTLE_MS or METER_SETTLE_READINGS: until then it may turn out to be a bad read. Where two
 * causes explain what is seen, the one that fits the pace of the readings before is taken.
 * Sources: printers that wrap at 1,000,000 (HP engines), 16,777,215 (HP colour), 2^31 and 2^32;
 * counters that are 0 until the engine is up; boards that are swapped or restored from a copy.
 */
#pragma once

#include "core/base/base.h"

/* Uptime that is not known. */
#define METER_ABSENT INT64_MIN

/* A fall that lasts so long is none that is about to come back. */
#define METER_SETTLE_MS       INT64_C(86400000)
#define METER_SETTLE_READINGS 8

/* Readings before a fall that show the pace. */
#define METER_PACE_READINGS 8

enum meter_cause {
    METER_NO_BREAK,
    METER_RESET,
    METER_SWAP,
    METER_WRAP,
    METER_BAD_READ,
    METER_CAUSE_COUNT
};

struct meter_sample {
    int64_t unix_ms; /* when it was read; not before the sample in front of it */
    int64_t value;
    int64_t uptime_ticks; /* 1/100 s; METER_ABSENT */
    uint32_t identity;    /* who the device said it was (meter_identity); 0 = it did not */
};

struct meter_verdict {
    enum meter_cause cause; /* of the break in front of this sample, or that it is a bad read */
    int64_t gain;           /* pages since the last good sample; 0 for the first, >= 0 always */
    size_t from;            /* that last good sample, itself for the first; of a bad read: the first
                               sample with that bad value, so itself where a bad read begins */
    size_t settled_by;      /* of a break: the sample that made it certain; SIZE_MAX: not yet */
};

/* Judges the samples of one counter. is_paced: it counts pages or what is as slow, so that a rise
 * beyond what any machine prints is no rise. out: count verdicts. */
void meter_breaks_find(const struct meter_sample *samples, size_t count, bool is_paced,
                       struct meter_verdict *out);

/* Says whether a break stands at this sample, a bad read only where it begins. */
bool meter_breaks_begin(const struct meter_verdict *verdicts, size_t at);

/* Makes the identity of a sample from the device's strongest key, "serial:..." or "mac:...".
 * Identities of different kinds say nothing about each other. Returns: never 0 but for "". */
uint32_t meter_identity(const char *key);

/* Says whether both are known, of one kind, and differ. */
bool meter_identity_differs(uint32_t a, uint32_t b);

/* Returns: "reset", "swap", "wrap", "bad-read"; "none". */
const char *meter_cause_name(enum meter_cause cause);

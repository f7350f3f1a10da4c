/*
 * When which device is polled next, for a service that never ends.
 *
 * Every device has a place of its own within the interval, its phase, made from its id: polls are
 * spread evenly over it, and the same after a restart. What is due follows from when the device was
 * polled last, which the store knows: nothing is asked twice because somebody restarted a program,
 * and nothing that was missed meanwhile is made up for at once; it is asked at its next place.
 * A device that does not answer is asked at the usual pace until its silence is certain, then half
 * as often each time, down to a bound.
 *
 * Should many be due at once all the same (the process was stopped), they are handed out oldest
 * first, but never faster than SCHEDULE_HASTE_PERCENT of the mean.
 *
 * Pure: no clock, no store, no socket. The time line (ms) is the caller's: it must not jump, so it
 * is the monotonic clock, counted from the wall time at its start; what the store tells of the past
 * is put on it by the same difference. Memory: some 130 octets a device.
 *
 * And the same for one job, such as a search: every so often, or at a time of day.
 */
#pragma once

#include "core/base/base.h"
#include "core/engine/wire.h"

/* Addresses that a schedule holds at most. */
#define SCHEDULE_DEVICES_MAX 1048576
/* Polls in a row without an answer that change nothing yet: the third tells that it is offline
 * (events.h), the silence after it is worth less. */
#define SCHEDULE_PATIENCE      3
#define SCHEDULE_HASTE_PERCENT 125

struct schedule_rules {
    int64_t every_ms;         /* between polls of one device */
    int64_t offline_every_ms; /* of one that has not answered for long; every_ms at least */
    int64_t full_every_ms;    /* between polls that read names and capacities, too; 0 = never */
};

/* An address that is polled; of a print server all its printers are one. */
struct schedule_device {
    union wire_address address;
    uint64_t phase;       /* any number that is always the same for the device: a hash of its id */
    int64_t polled_at_ms; /* last attempt, on the time line; INT64_MIN = never: due at once */
    uint32_t failures;    /* attempts in a row without an answer */
};

struct schedule;

/* Makes an empty schedule. Returns: NULL when memory is short. */
struct schedule *schedule_new(const struct schedule_rules *rules);

/* Frees it; NULL is allowed. */
void schedule_free(struct schedule *schedule);

/* Sets other rules: all devices that are not being polled get their new time. O(n log n). */
void schedule_set_rules(struct schedule *schedule, const struct schedule_rules *rules,
                        int64_t now_ms);

/* Adds an address, or tells what is known of it better: an attempt later than the one known, by
 * whomever; or another phase, of which the first in a pass counts.
 * Returns: 0; BASE_ELIMIT; -ENOMEM. */
BASE_MUST_CHECK int schedule_put(struct schedule *schedule, const struct schedule_device *device,
                                 int64_t now_ms);

/* A pass over all devices that are known elsewhere: between the two calls each of them is put. What
 * was not put since the beginning is dropped at the end; what is being polled then, when that has
 * ended. */
void schedule_pass_begin(struct schedule *schedule);
void schedule_pass_end(struct schedule *schedule);

/* Gives the address that is to be polled now; it is being polled until schedule_ended.
 * Returns: false when nothing is due, or haste forbids it. */
bool schedule_next(struct schedule *schedule, int64_t now_ms, union wire_address *out);

/* A poll has ended. failures: as in schedule_device, after it. */
void schedule_ended(struct schedule *schedule, const union wire_address *address, uint32_t failures,
                    int64_t now_ms);

/* Returns: when schedule_next gives something again (now_ms or before: now), INT64_MAX = never. */
int64_t schedule_wake_ms(const struct schedule *schedule);

/* Returns: what is known of an address; NULL when it is not in it. Good until the next call. */
const struct schedule_device *schedule_find(const struct schedule *schedule,
                                            const union wire_address *address);

/* Devices, those that are being polled among them. */
uint32_t schedule_count(const struct schedule *schedule);

/* --- the rules by themselves ------------------------------------------------------------------ */

/* Returns: the interval (ms) of a device with so many failures. */
int64_t schedule_interval_ms(const struct schedule_rules *rules, uint32_t failures);

/* Returns: when a device is due, which is never before now_ms. */
int64_t schedule_due_ms(const struct schedule_rules *rules, const struct schedule_device *device,
                        int64_t now_ms);

/* Says whether a poll now shall read names and capacities, too: the devices' places within
 * full_every_ms are spread as the others are. full_at_ms: when that was done last, 0 = never. Both
 * times by one clock. */
bool schedule_is_full_due(const struct schedule_rules *rules, uint64_t phase, int64_t full_at_ms,
                          int64_t now_ms);

/* --- a job ------------------------------------------------------------------------------------ */

/* A job that began so long after its time of day is still in time: a restart at two o'clock does
 * not lose the search of two o'clock, one at nine leaves it to the next night. */
#define SCHEDULE_LATE_MS (60 * 60 * 1000)

struct schedule_job {
    int64_t every_ms; /* 0 = at a time of day: */
    int at_minute;    /* minutes since midnight, local time (TZ) */
};

/* Says how long it is until the job is due. began_unix_ms: when it began last, 0 = never: then it
 * is due at once. Where the clock is put forward over the time of day, it is due behind the gap;
 * where that time comes twice, it is due the first time.
 * Returns: ms; 0 = now. */
int64_t schedule_job_wait_ms(const struct schedule_job *job, int64_t began_unix_ms,
                             int64_t now_unix_ms);

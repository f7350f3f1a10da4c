#include "core/fleet/schedule.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/hash64.h"
#include "core/base/heap.h"

/* Devices that may be handed out back to back after a lull, whatever haste says: places are spread
 * by chance, and several may fall together. */
#define BURST 16
/* And those of so long a time at least: nobody asks for the next one every millisecond. */
#define BURST_US 2000000

#define BUCKETS_MIN 256

struct entry {
    struct heap_node node; /* by the time it is due; outside while it is being polled */
    struct entry *next;    /* in its bucket */
    struct schedule_device device;
    uint32_t pass;   /* in which it was put last */
    bool is_dropped; /* goes when its poll has ended */
};

struct schedule {
    struct schedule_rules rules;
    struct heap heap;
    struct entry **buckets;
    uint32_t bucket_count; /* a power of two */
    uint32_t count;
    uint32_t pass;
    int64_t next_us; /* of the pace: when the next one may be handed out at the mean of haste */
};

/* --- the rules by themselves ------------------------------------------------------------------ */

int64_t schedule_interval_ms(const struct schedule_rules *rules, uint32_t failures)
{
    int64_t interval_ms = rules->every_ms;
    for (uint32_t i = SCHEDULE_PATIENCE; i < failures && interval_ms < rules->offline_every_ms;
         i++) {
        interval_ms *= 2;
    }
    bool is_beyond = failures > SCHEDULE_PATIENCE && interval_ms > rules->offline_every_ms;
    return is_beyond ? rules->offline_every_ms : interval_ms;
}

/* The first time from `from_ms` on that is the phase's place in an interval. */
static int64_t place_from(int64_t from_ms, int64_t interval_ms, uint64_t phase)
{
    int64_t offset_ms = (int64_t)(phase % (uint64_t)interval_ms);
    int64_t behind_ms = (from_ms - offset_ms) % interval_ms;
    behind_ms += behind_ms < 0 ? interval_ms : 0;
    return behind_ms == 0 ? from_ms : from_ms + interval_ms - behind_ms;
}

int64_t schedule_due_ms(const struct schedule_rules *rules, const struct schedule_device *device,
                        int64_t now_ms)
{
    int64_t interval_ms = schedule_interval_ms(rules, device->failures);
    if (device->polled_at_ms == INT64_MIN) {
        return now_ms;
    }
    /* What is of the future was written by a clock that has been put right since. */
    int64_t polled_at_ms = device->polled_at_ms < now_ms ? device->polled_at_ms : now_ms;
    int64_t from_ms = polled_at_ms + interval_ms / 2;
    return place_from(from_ms > now_ms ? from_ms : now_ms, interval_ms, device->phase);
}

bool schedule_is_full_due(const struct schedule_rules *rules, uint64_t phase, int64_t full_at_ms,
                          int64_t now_ms)
{
    if (rules->full_every_ms == 0 || full_at_ms > now_ms) {
        return false;
    }
    /* Other bits than the place of the poll has, which would leave few places. */
    int64_t from_ms = full_at_ms + rules->full_every_ms / 2;
    return full_at_ms == 0 ||
           place_from(from_ms, rules->full_every_ms, hash64_pair(phase, 1)) <= now_ms;
}

/* --- addresses -------------------------------------------------------------------------------- */

static uint64_t hash_of(const union wire_address *address)
{
    if (address->any.sa_family == AF_INET) {
        uint64_t number = (uint64_t)address->v4.sin_addr.s_addr << 16 | address->v4.sin_port;
        return hash64(bytes_of((const uint8_t *)&number, sizeof(number)));
    }
    uint64_t host = hash64(bytes_of(address->v6.sin6_addr.s6_addr, 16));
    return hash64_pair(host, (uint64_t)address->v6.sin6_port << 32 | address->v6.sin6_scope_id);
}

static struct entry **place_of(const struct schedule *schedule, const union wire_address *address)
{
    struct entry **at = &schedule->buckets[hash_of(address) & (schedule->bucket_count - 1)];
    while (*at != NULL && !wire_address_equal(&(*at)->device.address, address)) {
        at = &(*at)->next;
    }
    return at;
}

/* Twice as many buckets; without memory for them the chains grow longer. */
static void grow(struct schedule *schedule)
{
    uint32_t old_count = schedule->bucket_count;
    struct entry **old = schedule->buckets;
    struct entry **grown = calloc((size_t)old_count * 2, sizeof(struct entry *));
    if (grown == NULL) {
        return;
    }
    schedule->buckets = grown;
    schedule->bucket_count = old_count * 2;
    for (uint32_t i = 0; i < old_count; i++) {
        while (old[i] != NULL) {
            struct entry *entry = old[i];
            old[i] = entry->next;
            struct entry **at = place_of(schedule, &entry->device.address);
            entry->next = NULL;
            *at = entry;
        }
    }
    free(old);
}

static void forget(struct schedule *schedule, struct entry **at)
{
    struct entry *entry = *at;
    *at = entry->next;
    heap_remove(&schedule->heap, &entry->node);
    schedule->count--;
    free(entry);
}

/* --- the schedule ----------------------------------------------------------------------------- */

struct schedule *schedule_new(const struct schedule_rules *rules)
{
    struct schedule *schedule = calloc(1, sizeof(*schedule));
    if (schedule == NULL) {
        return NULL;
    }
    schedule->rules = *rules;
    schedule->next_us = INT64_MIN;
    schedule->bucket_count = BUCKETS_MIN;
    schedule->buckets = calloc(BUCKETS_MIN, sizeof(struct entry *));
    if (schedule->buckets == NULL || heap_init(&schedule->heap, SCHEDULE_DEVICES_MAX) != 0) {
        free(schedule->buckets);
        free(schedule);
        return NULL;
    }
    return schedule;
}

void schedule_free(struct schedule *schedule)
{
    if (schedule == NULL) {
        return;
    }
    for (uint32_t i = 0; i < schedule->bucket_count; i++) {
        while (schedule->buckets[i] != NULL) {
            struct entry *next = schedule->buckets[i]->next;
            free(schedule->buckets[i]);
            schedule->buckets[i] = next;
        }
    }
    heap_fini(&schedule->heap);
    free(schedule->buckets);
    free(schedule);
}

static void arm(struct schedule *schedule, struct entry *entry, int64_t now_ms)
{
    int64_t due_ms = schedule_due_ms(&schedule->rules, &entry->device, now_ms);
    if (heap_node_is_inside(&entry->node)) {
        heap_move(&schedule->heap, &entry->node, due_ms);
    } else {
        heap_push(&schedule->heap, &entry->node, due_ms);
    }
}

void schedule_set_rules(struct schedule *schedule, const struct schedule_rules *rules,
                        int64_t now_ms)
{
    schedule->rules = *rules;
    for (uint32_t i = 0; i < schedule->bucket_count; i++) {
        for (struct entry *entry = schedule->buckets[i]; entry != NULL; entry = entry->next) {
            if (heap_node_is_inside(&entry->node)) {
                arm(schedule, entry, now_ms);
            }
        }
    }
}

static int add(struct schedule *schedule, const struct schedule_device *device, int64_t now_ms)
{
    if (schedule->count == SCHEDULE_DEVICES_MAX) {
        return BASE_ELIMIT;
    }
    struct entry *entry = calloc(1, sizeof(*entry));
    if (entry == NULL) {
        return -ENOMEM;
    }
    if (schedule->count >= schedule->bucket_count) {
        grow(schedule);
    }
    entry->device = *device;
    entry->pass = schedule->pass;
    heap_node_clear(&entry->node);
    *place_of(schedule, &device->address) = entry;
    schedule->count++;
    arm(schedule, entry, now_ms);
    return 0;
}

int schedule_put(struct schedule *schedule, const struct schedule_device *device, int64_t now_ms)
{
    struct entry *entry = *place_of(schedule, &device->address);
    if (entry == NULL) {
        return add(schedule, device, now_ms);
    }
    bool is_later = device->polled_at_ms > entry->device.polled_at_ms;
    bool is_moved = device->phase != entry->device.phase && entry->pass != schedule->pass;
    entry->is_dropped = false;
    entry->pass = schedule->pass;
    if (is_later) {
        entry->device.polled_at_ms = device->polled_at_ms;
        entry->device.failures = device->failures;
    }
    if (is_moved) {
        entry->device.phase = device->phase;
    }
    if ((is_later || is_moved) && heap_node_is_inside(&entry->node)) {
        arm(schedule, entry, now_ms);
    }
    return 0;
}

void schedule_pass_begin(struct schedule *schedule)
{
    schedule->pass++;
}

void schedule_pass_end(struct schedule *schedule)
{
    for (uint32_t i = 0; i < schedule->bucket_count; i++) {
        struct entry **at = &schedule->buckets[i];
        while (*at != NULL) {
            bool is_idle = heap_node_is_inside(&(*at)->node);
            if ((*at)->pass == schedule->pass) {
                at = &(*at)->next;
            } else if (is_idle) {
                forget(schedule, at);
            } else {
                (*at)->is_dropped = true;
                at = &(*at)->next;
            }
        }
    }
}

/* Time between two that are handed out at the bound of haste. */
static int64_t gap_us(const struct schedule *schedule)
{
    return schedule->rules.every_ms * 1000 * 100 / SCHEDULE_HASTE_PERCENT /
           (schedule->count > 0 ? schedule->count : 1);
}

bool schedule_next(struct schedule *schedule, int64_t now_ms, union wire_address *out)
{
    struct heap_node *node = heap_peek(&schedule->heap);
    const int64_t gap = gap_us(schedule);
    const int64_t now_us = now_ms * 1000;
    if (node == NULL || node->key > now_ms || schedule->next_us > now_us) {
        return false;
    }
    struct entry *entry = BASE_CONTAINER_OF(node, struct entry, node);
    int64_t credit_us = BURST * gap > BURST_US ? BURST * gap : BURST_US;
    int64_t least_us = now_us - credit_us;
    schedule->next_us = (schedule->next_us > least_us ? schedule->next_us : least_us) + gap;
    heap_remove(&schedule->heap, node);
    entry->device.polled_at_ms = now_ms;
    *out = entry->device.address;
    return true;
}

void schedule_ended(struct schedule *schedule, const union wire_address *address, uint32_t failures,
                    int64_t now_ms)
{
    struct entry **at = place_of(schedule, address);
    struct entry *entry = *at;
    if (entry == NULL || heap_node_is_inside(&entry->node)) {
        return; /* polled by somebody else's order */
    }
    entry->device.failures = failures;
    if (entry->is_dropped) {
        forget(schedule, at);
    } else {
        arm(schedule, entry, now_ms);
    }
}

int64_t schedule_wake_ms(const struct schedule *schedule)
{
    const struct heap_node *node = heap_peek(&schedule->heap);
    if (node == NULL) {
        return INT64_MAX;
    }
    int64_t pace_ms = schedule->next_us == INT64_MIN ? INT64_MIN : (schedule->next_us + 999) / 1000;
    return node->key > pace_ms ? node->key : pace_ms;
}

const struct schedule_device *schedule_find(const struct schedule *schedule,
                                            const union wire_address *address)
{
    const struct entry *entry = *place_of(schedule, address);
    return entry != NULL ? &entry->device : NULL;
}

uint32_t schedule_count(const struct schedule *schedule)
{
    return schedule->count;
}

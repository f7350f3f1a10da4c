/* Lists of addresses that are not to be asked: taken out of the others before anything is sent. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/targets_inside.h"

/* What is excluded, whatever the port: sorted, and joined where it touches or overlaps. */
struct holes {
    struct target_range *ranges;
    size_t count;
};

void targets_widen(struct target_range *range, const char *text)
{
    size_t last = range->first.family == 4 ? 3 : 15;
    /* Where the network's own address was left out the range begins with an odd one. */
    if (strchr(text, '/') != NULL && range->count > 1 && (range->first.address[last] & 1) != 0) {
        range->first.address[last]--;
        range->count += range->first.family == 4 ? 2 : 1;
    }
}

static int compare_ranges(const void *a, const void *b)
{
    const struct target_range *left = a;
    const struct target_range *right = b;
    return target_compare(&left->first, &right->first);
}

static int open_holes(struct holes *holes, const struct targets *excluded)
{
    size_t kept = 0;
    holes->ranges = calloc(excluded->range_count + 1, sizeof(*holes->ranges));
    if (holes->ranges == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < excluded->range_count; i++) {
        holes->ranges[i] = excluded->ranges[i];
        holes->ranges[i].first.port = 0;
    }
    qsort(holes->ranges, excluded->range_count, sizeof(*holes->ranges), compare_ranges);
    for (size_t i = 0; i < excluded->range_count; i++) {
        struct target_range next = holes->ranges[i];
        struct target_range *last = kept > 0 ? &holes->ranges[kept - 1] : NULL;
        bool is_alike = last != NULL && last->first.family == next.first.family &&
                        last->first.scope == next.first.scope;
        uint64_t distance = is_alike ? target_distance(&last->first, &next.first) : UINT64_MAX;
        if (last == NULL || distance > last->count) {
            holes->ranges[kept++] = next;
        } else if (distance + next.count > last->count) {
            last->count = distance + next.count;
        }
    }
    holes->count = kept;
    return 0;
}

/* The first hole that ends behind an address. */
static size_t find_hole(const struct holes *holes, const struct target *address)
{
    size_t low = 0;
    size_t high = holes->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct target last;
        target_step(&holes->ranges[middle].first, holes->ranges[middle].count - 1, &last);
        if (target_compare(&last, address) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int keep(struct targets *kept, struct target_range range)
{
    if (kept->range_count == kept->range_cap) {
        size_t cap = kept->range_cap == 0 ? 16 : 2 * kept->range_cap;
        void *grown = reallocarray(kept->ranges, cap, sizeof(*kept->ranges));
        if (grown == NULL) {
            return -ENOMEM;
        }
        kept->ranges = grown;
        kept->range_cap = cap;
    }
    kept->ranges[kept->range_count++] = range;
    kept->total += range.count;
    return 0;
}

/* How many of *before addresses from `at` on lie before a hole, and how many then in it. */
static void find_rest(const struct target_range *hole, const struct target *at, uint64_t *before,
                      uint64_t *covered)
{
    if (hole->first.family != at->family || hole->first.scope != at->scope) {
        return;
    }
    uint64_t ahead = target_distance(at, &hole->first);
    uint64_t into = target_distance(&hole->first, at);
    if (into < hole->count) {
        *before = 0;
        *covered = hole->count - into;
    } else if (ahead < *before) {
        *before = ahead;
        *covered = hole->count;
    }
}

/* Keeps what the holes leave of a range. */
static int keep_rest(struct targets *kept, const struct target_range *range,
                     const struct holes *holes)
{
    struct target at = range->first;
    uint64_t left = range->count;
    int status = 0;
    at.port = 0;
    for (size_t i = find_hole(holes, &at); left > 0 && status == 0; i++) {
        uint64_t before = left;
        uint64_t covered = 0;
        if (i < holes->count) {
            find_rest(&holes->ranges[i], &at, &before, &covered);
        }
        if (before > 0) {
            struct target_range part = {.first = at, .count = before};
            part.first.port = range->first.port;
            status = keep(kept, part);
        }
        uint64_t passed = covered < left - before ? before + covered : left;
        target_step(&at, passed, &at);
        left -= passed;
    }
    return status;
}

int targets_exclude(struct targets *targets, const struct targets *excluded)
{
    struct targets kept = {.names = targets->names,
                           .name_count = targets->name_count,
                           .name_cap = targets->name_cap,
                           .closed = true};
    struct holes holes;
    BASE_REQUIRE(targets->closed && excluded->closed);
    int status = open_holes(&holes, excluded);
    for (size_t i = 0; i < targets->range_count && status == 0; i++) {
        status = keep_rest(&kept, &targets->ranges[i], &holes);
    }
    free(holes.ranges);
    if (status != 0) {
        free(kept.ranges);
        return status;
    }
    free(targets->ranges);
    *targets = kept;
    return 0;
}

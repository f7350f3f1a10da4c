#include "bench/sim/impair.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_MAX 65536u

/* How long an answer is held back so that others overtake it. */
#define REORDER_US 2000u

struct kept {
    uint64_t due_us;
    uint64_t order; /* equal times leave in the order they came */
    struct kept *next_taken;
    struct sim_packet packet;
    uint8_t bytes[];
};

struct sim_impair {
    const struct sim_options *options;
    uint64_t state;
    uint64_t order;
    struct kept *taken;
    size_t count;
    struct kept *heap[KEPT_MAX];
};

int sim_impair_open(struct sim_impair **out, const struct sim_options *options)
{
    struct sim_impair *impair = calloc(1, sizeof(*impair));

    if (impair == NULL) {
        return -ENOMEM;
    }
    impair->options = options;
    impair->state = sim_mix(options->seed);
    *out = impair;
    return 0;
}

void sim_impair_close(struct sim_impair *impair)
{
    if (impair == NULL) {
        return;
    }
    sim_impair_release(impair);
    for (size_t i = 0; i < impair->count; i++) {
        free(impair->heap[i]);
    }
    free(impair);
}

bool sim_impair_is_needed(const struct sim_options *options)
{
    return options->loss > 0 || options->duplicate > 0 || options->reorder > 0 ||
           options->delay_max_us > 0;
}

uint64_t sim_impair_draw(struct sim_impair *impair)
{
    impair->state += 0x9e3779b97f4a7c15u;
    return sim_mix(impair->state);
}

static bool happens(struct sim_impair *impair, double share)
{
    return share > 0 && (double)(sim_impair_draw(impair) >> 11) * 0x1p-53 < share;
}

bool sim_impair_loses(struct sim_impair *impair)
{
    return happens(impair, impair->options->loss);
}

bool sim_impair_doubles(struct sim_impair *impair)
{
    return happens(impair, impair->options->duplicate);
}

uint32_t sim_impair_delay_us(struct sim_impair *impair, bool *is_reordered)
{
    uint32_t delay = impair->options->delay_min_us;
    uint32_t span = impair->options->delay_max_us - delay;

    if (span > 0) {
        delay += (uint32_t)(sim_impair_draw(impair) % (span + 1u));
    }
    *is_reordered = happens(impair, impair->options->reorder);
    return delay + (*is_reordered ? REORDER_US : 0);
}

static bool is_before(const struct kept *a, const struct kept *b)
{
    return a->due_us < b->due_us || (a->due_us == b->due_us && a->order < b->order);
}

bool sim_impair_keep(struct sim_impair *impair, const struct sim_packet *packet, uint64_t due_us)
{
    struct kept *kept;
    size_t at;

    if (impair->count == KEPT_MAX) {
        return false;
    }
    kept = malloc(sizeof(*kept) + packet->length);
    if (kept == NULL) {
        return false;
    }
    kept->due_us = due_us;
    kept->order = impair->order++;
    kept->packet = *packet;
    kept->packet.bytes = kept->bytes;
    if (packet->length > 0) {
        memcpy(kept->bytes, packet->bytes, packet->length);
    }
    for (at = impair->count++; at > 0 && is_before(kept, impair->heap[(at - 1) / 2]);
         at = (at - 1) / 2) {
        impair->heap[at] = impair->heap[(at - 1) / 2];
    }
    impair->heap[at] = kept;
    return true;
}

uint64_t sim_impair_due_us(const struct sim_impair *impair)
{
    return impair->count == 0 ? UINT64_MAX : impair->heap[0]->due_us;
}

bool sim_impair_take(struct sim_impair *impair, uint64_t now_us, struct sim_packet *packet)
{
    struct kept *first;
    struct kept *last;
    size_t at = 0;

    if (impair->count == 0 || impair->heap[0]->due_us > now_us) {
        return false;
    }
    first = impair->heap[0];
    last = impair->heap[--impair->count];
    for (;;) {
        size_t child = 2 * at + 1;

        if (child + 1 < impair->count && is_before(impair->heap[child + 1], impair->heap[child])) {
            child++;
        }
        if (child >= impair->count || is_before(last, impair->heap[child])) {
            break;
        }
        impair->heap[at] = impair->heap[child];
        at = child;
    }
    impair->heap[at] = last;
    *packet = first->packet;
    first->next_taken = impair->taken;
    impair->taken = first;
    return true;
}

void sim_impair_release(struct sim_impair *impair)
{
    while (impair->taken != NULL) {
        struct kept *next = impair->taken->next_taken;

        free(impair->taken);
        impair->taken = next;
    }
}

/*
 * A min-heap of intrusive nodes, keyed by time. Removal of any node is O(log n) because each node
 * knows its place. Equal keys leave in the order they were pushed, so timers that are due at once
 * run in the order they were armed. The heap owns its array, never the nodes.
 *
 * Each entry has four children and holds its key itself: with ten thousands of nodes most of the
 * time goes into waiting for memory, and the keys that are compared lie side by side.
 */
#pragma once

#include "core/base/base.h"

/* Place of a node that is in no heap. */
#define HEAP_NOWHERE UINT32_MAX

struct heap_node {
    int64_t key;    /* usually microseconds of the monotonic clock */
    uint64_t order; /* given by heap_push */
    uint32_t place; /* index in the array, HEAP_NOWHERE when outside */
};

struct heap_entry {
    int64_t key;
    uint64_t order;
    struct heap_node *node;
};

struct heap {
    struct heap_entry *entries;
    uint32_t count;
    uint32_t cap;
    uint64_t pushed; /* pushes so far: the tie-breaker */
};

/* Prepares an empty heap that never holds more than `cap` nodes. Returns: 0 or -ENOMEM. */
BASE_MUST_CHECK int heap_init(struct heap *heap, uint32_t cap);

/* Frees the array; nodes still inside are forgotten. */
void heap_fini(struct heap *heap);

/* Marks a node as being in no heap. Every node must be cleared once before its first push. */
void heap_node_clear(struct heap_node *node);

static inline bool heap_node_is_inside(const struct heap_node *node)
{
    return node->place != HEAP_NOWHERE;
}

/* Puts a node in with the key; the node must be outside and the heap not full. O(log n). */
void heap_push(struct heap *heap, struct heap_node *node, int64_t key);

/* Takes a node out; does nothing when it is outside. O(log n). */
void heap_remove(struct heap *heap, struct heap_node *node);

/* Gives a node inside the heap another key. O(log n). */
void heap_move(struct heap *heap, struct heap_node *node, int64_t key);

/* Returns: the node with the smallest key, still inside, or NULL. O(1). */
static inline struct heap_node *heap_peek(const struct heap *heap)
{
    return heap->count > 0 ? heap->entries[0].node : NULL;
}

/* Says whether every parent sorts before its children and every node knows its place; for tests. */
bool heap_is_valid(const struct heap *heap);

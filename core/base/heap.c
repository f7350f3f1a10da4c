#include "core/base/heap.h"

#include <errno.h>
#include <stdlib.h>

#define HEAP_CHILDREN 4u

int heap_init(struct heap *heap, uint32_t cap)
{
    struct heap_entry *entries = calloc(cap > 0 ? cap : 1, sizeof(*entries));
    if (entries == NULL) {
        return -ENOMEM;
    }
    *heap = (struct heap){.entries = entries, .cap = cap};
    return 0;
}

void heap_fini(struct heap *heap)
{
    free(heap->entries);
    *heap = (struct heap){0};
}

void heap_node_clear(struct heap_node *node)
{
    *node = (struct heap_node){.place = HEAP_NOWHERE};
}

static inline bool heap_before(const struct heap_entry *a, const struct heap_entry *b)
{
    return a->key < b->key || (a->key == b->key && a->order < b->order);
}

static inline void heap_set(struct heap *heap, uint32_t place, struct heap_entry entry)
{
    heap->entries[place] = entry;
    entry.node->place = place;
}

static struct heap_entry heap_entry_of(struct heap_node *node)
{
    return (struct heap_entry){.key = node->key, .order = node->order, .node = node};
}

/* Finds the place of an entry that is at `place` or above. */
static void heap_sift_up(struct heap *heap, uint32_t place, struct heap_entry entry)
{
    while (place > 0) {
        uint32_t parent = (place - 1) / HEAP_CHILDREN;
        if (!heap_before(&entry, &heap->entries[parent])) {
            break;
        }
        heap_set(heap, place, heap->entries[parent]);
        place = parent;
    }
    heap_set(heap, place, entry);
}

/* Finds the place of an entry that is at `place` or below. */
static void heap_sift_down(struct heap *heap, uint32_t place, struct heap_entry entry)
{
    for (;;) {
        uint32_t first = HEAP_CHILDREN * place + 1;
        uint32_t end = first + HEAP_CHILDREN < heap->count ? first + HEAP_CHILDREN : heap->count;
        uint32_t least = first;
        for (uint32_t child = first + 1; child < end; child++) {
            if (heap_before(&heap->entries[child], &heap->entries[least])) {
                least = child;
            }
        }
        if (first >= heap->count || !heap_before(&heap->entries[least], &entry)) {
            break;
        }
        heap_set(heap, place, heap->entries[least]);
        place = least;
    }
    heap_set(heap, place, entry);
}

/* Puts an entry where it belongs, `place` being free. */
static void heap_settle(struct heap *heap, uint32_t place, struct heap_entry entry)
{
    if (place > 0 && heap_before(&entry, &heap->entries[(place - 1) / HEAP_CHILDREN])) {
        heap_sift_up(heap, place, entry);
    } else {
        heap_sift_down(heap, place, entry);
    }
}

void heap_push(struct heap *heap, struct heap_node *node, int64_t key)
{
    BASE_REQUIRE(!heap_node_is_inside(node));
    BASE_REQUIRE(heap->count < heap->cap);
    node->key = key;
    node->order = heap->pushed++;
    heap_sift_up(heap, heap->count++, heap_entry_of(node));
}

void heap_remove(struct heap *heap, struct heap_node *node)
{
    if (!heap_node_is_inside(node)) {
        return;
    }
    uint32_t place = node->place;
    struct heap_entry last = heap->entries[--heap->count];
    node->place = HEAP_NOWHERE;
    if (last.node != node) {
        heap_settle(heap, place, last);
    }
}

void heap_move(struct heap *heap, struct heap_node *node, int64_t key)
{
    BASE_REQUIRE(heap_node_is_inside(node));
    node->key = key;
    heap_settle(heap, node->place, heap_entry_of(node));
}

bool heap_is_valid(const struct heap *heap)
{
    for (uint32_t i = 0; i < heap->count; i++) {
        const struct heap_entry *entry = &heap->entries[i];
        if (entry->node->place != i || entry->key != entry->node->key ||
            entry->order != entry->node->order) {
            return false;
        }
        if (i > 0 && heap_before(entry, &heap->entries[(i - 1) / HEAP_CHILDREN])) {
            return false;
        }
    }
    return true;
}

#include "core/base/heap.h"

#include <errno.h>
#include <stdlib.h>

int heap_init(struct heap *heap, uint32_t cap)
{
    struct heap_node **nodes = calloc(cap > 0 ? cap : 1, sizeof(*nodes));
    if (nodes == NULL) {
        return -ENOMEM;
    }
    *heap = (struct heap){.nodes = nodes, .cap = cap};
    return 0;
}

void heap_fini(struct heap *heap)
{
    free(heap->nodes);
    *heap = (struct heap){0};
}

void heap_node_clear(struct heap_node *node)
{
    *node = (struct heap_node){.place = HEAP_NOWHERE};
}

static bool heap_before(const struct heap_node *a, const struct heap_node *b)
{
    return a->key < b->key || (a->key == b->key && a->order < b->order);
}

static void heap_set(struct heap *heap, uint32_t place, struct heap_node *node)
{
    heap->nodes[place] = node;
    node->place = place;
}

static void heap_sift_up(struct heap *heap, struct heap_node *node)
{
    uint32_t place = node->place;
    while (place > 0) {
        uint32_t parent = (place - 1) / 2;
        if (!heap_before(node, heap->nodes[parent])) {
            break;
        }
        heap_set(heap, place, heap->nodes[parent]);
        place = parent;
    }
    heap_set(heap, place, node);
}

static void heap_sift_down(struct heap *heap, struct heap_node *node)
{
    uint32_t place = node->place;
    for (;;) {
        uint32_t child = 2 * place + 1;
        if (child >= heap->count) {
            break;
        }
        if (child + 1 < heap->count &&
            heap_before(heap->nodes[child + 1], heap->nodes[child])) {
            child++;
        }
        if (!heap_before(heap->nodes[child], node)) {
            break;
        }
        heap_set(heap, place, heap->nodes[child]);
        place = child;
    }
    heap_set(heap, place, node);
}

void heap_push(struct heap *heap, struct heap_node *node, int64_t key)
{
    BASE_REQUIRE(!heap_node_is_inside(node));
    BASE_REQUIRE(heap->count < heap->cap);
    node->key = key;
    node->order = heap->pushed++;
    node->place = heap->count;
    heap->nodes[heap->count++] = node;
    heap_sift_up(heap, node);
}

void heap_remove(struct heap *heap, struct heap_node *node)
{
    if (!heap_node_is_inside(node)) {
        return;
    }
    uint32_t place = node->place;
    struct heap_node *last = heap->nodes[--heap->count];
    node->place = HEAP_NOWHERE;
    if (last != node) {
        heap_set(heap, place, last);
        heap_sift_down(heap, last);
        heap_sift_up(heap, last);
    }
}

void heap_move(struct heap *heap, struct heap_node *node, int64_t key)
{
    BASE_REQUIRE(heap_node_is_inside(node));
    node->key = key;
    heap_sift_down(heap, node);
    heap_sift_up(heap, node);
}

bool heap_is_valid(const struct heap *heap)
{
    for (uint32_t i = 0; i < heap->count; i++) {
        if (heap->nodes[i]->place != i) {
            return false;
        }
        if (i > 0 && heap_before(heap->nodes[i], heap->nodes[(i - 1) / 2])) {
            return false;
        }
    }
    return true;
}

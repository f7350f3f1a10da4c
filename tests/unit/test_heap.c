#include <signal.h>

#include <criterion/criterion.h>

#include "core/base/heap.h"

#define NODES 500

static struct heap heap;
static struct heap_node nodes[NODES];

static void start(uint32_t cap)
{
    cr_assert_eq(heap_init(&heap, cap), 0);
    for (size_t i = 0; i < NODES; i++) {
        heap_node_clear(&nodes[i]);
    }
}

static struct heap_node *take(void)
{
    struct heap_node *node = heap_peek(&heap);
    heap_remove(&heap, node);
    return node;
}

static uint32_t random_below(uint32_t limit)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % limit;
}

Test(heap, is_empty_at_first)
{
    start(4);
    cr_assert_null(heap_peek(&heap));
    cr_assert(heap_is_valid(&heap));
    heap_fini(&heap);
}

Test(heap, gives_the_smallest_key_first)
{
    start(4);
    heap_push(&heap, &nodes[0], 30);
    heap_push(&heap, &nodes[1], -10);
    heap_push(&heap, &nodes[2], INT64_MAX);
    heap_push(&heap, &nodes[3], INT64_MIN);
    cr_assert_eq(take(), &nodes[3]);
    cr_assert_eq(take(), &nodes[1]);
    cr_assert_eq(take(), &nodes[0]);
    cr_assert_eq(take(), &nodes[2]);
    cr_assert_null(heap_peek(&heap));
    heap_fini(&heap);
}

Test(heap, gives_equal_keys_in_the_order_they_came)
{
    start(NODES);
    for (size_t i = 0; i < NODES; i++) {
        heap_push(&heap, &nodes[i], (int64_t)(i % 3));
    }
    for (size_t key = 0; key < 3; key++) {
        for (size_t i = key; i < NODES; i += 3) {
            cr_assert_eq(take(), &nodes[i]);
        }
    }
    heap_fini(&heap);
}

Test(heap, removing_a_node_outside_does_nothing)
{
    start(2);
    heap_push(&heap, &nodes[0], 1);
    heap_remove(&heap, &nodes[1]);
    cr_assert_eq(heap.count, 1);
    heap_remove(&heap, &nodes[0]);
    heap_remove(&heap, &nodes[0]);
    cr_assert_eq(heap.count, 0);
    cr_assert_not(heap_node_is_inside(&nodes[0]));
    heap_fini(&heap);
}

Test(heap, moving_a_node_reorders_it_both_ways)
{
    start(8);
    for (size_t i = 0; i < 8; i++) {
        heap_push(&heap, &nodes[i], (int64_t)i * 10);
    }
    heap_move(&heap, &nodes[0], 75);
    cr_assert(heap_is_valid(&heap));
    cr_assert_eq(heap_peek(&heap), &nodes[1]);
    heap_move(&heap, &nodes[7], -1);
    cr_assert(heap_is_valid(&heap));
    cr_assert_eq(heap_peek(&heap), &nodes[7]);
    heap_fini(&heap);
}

Test(heap, stays_valid_under_random_work)
{
    start(NODES);
    for (unsigned step = 0; step < 20000; step++) {
        struct heap_node *node = &nodes[random_below(NODES)];
        if (!heap_node_is_inside(node)) {
            heap_push(&heap, node, random_below(50));
        } else if (random_below(2) == 0) {
            heap_remove(&heap, node);
        } else {
            heap_move(&heap, node, random_below(50));
        }
        cr_assert(heap_is_valid(&heap));
    }
    int64_t last = INT64_MIN;
    while (heap_peek(&heap) != NULL) {
        int64_t key = take()->key;
        cr_assert_geq(key, last);
        last = key;
    }
    heap_fini(&heap);
}

Test(heap, knows_when_it_is_broken)
{
    start(4);
    for (size_t i = 0; i < 4; i++) {
        heap_push(&heap, &nodes[i], (int64_t)i);
    }
    nodes[0].key = 100;
    cr_assert_not(heap_is_valid(&heap));
    nodes[0].key = 0;
    nodes[2].place = 1;
    cr_assert_not(heap_is_valid(&heap));
    heap_fini(&heap);
}

Test(heap, pushing_a_node_twice_breaks_a_promise, .signal = SIGABRT)
{
    start(4);
    heap_push(&heap, &nodes[0], 1);
    heap_push(&heap, &nodes[0], 2);
}

Test(heap, pushing_beyond_the_limit_breaks_a_promise, .signal = SIGABRT)
{
    start(1);
    heap_push(&heap, &nodes[0], 1);
    heap_push(&heap, &nodes[1], 2);
}

/*
 * The engine's insides: slots and the lists they stand in. For engine.c and engine_io.c only.
 */
#pragma once

#include "core/base/heap.h"
#include "core/base/idperm.h"
#include "core/base/pace.h"
#include "core/engine/engine.h"
#include "core/engine/subnet.h"

#define ENGINE_NOBODY UINT32_MAX
/* Slot numbers take 16 bits of a request-id, generations the other 14 of its 30. */
#define ENGINE_SLOT_BITS 16
#define ENGINE_SLOTS_MAX (1u << ENGINE_SLOT_BITS)
#define ENGINE_GENERATION_MASK ((1u << (IDPERM_BITS - ENGINE_SLOT_BITS)) - 1)
/* Distance of two request buffers: whole cache lines, and no power of two. */
#define ENGINE_BUFFER_STRIDE 1536

/* Where a slot is; each state is one container. */
enum engine_slot_state {
    ENGINE_FREE,    /* free list */
    ENGINE_QUEUED,  /* send queue */
    ENGINE_PACED,   /* heap, key = when its subnet may be asked */
    ENGINE_WAITING, /* heap, key = deadline */
    ENGINE_DONE,    /* done list */
};

struct engine_slot {
    struct heap_node deadline;
    struct engine_peer *peer;
    engine_callback *callback;
    void *argument;
    int64_t first_us;      /* first attempt */
    int64_t sent_us;       /* last attempt */
    int64_t deadline_us;   /* of the last attempt; the heap may have an earlier time */
    uint32_t generation;
    uint32_t previous;     /* neighbours in the list that the state names */
    uint32_t next;
    int status;            /* in DONE */
    uint16_t size;         /* of the encoded message */
    uint16_t max_varbinds;
    uint8_t state;         /* enum engine_slot_state */
    uint8_t attempts;      /* datagrams sent so far */
    uint8_t retries;
    bool has_reply;        /* in DONE: engine->reply belongs to it */
    bool is_silent;        /* no answer for ENGINE_DOUBT_US, or sent more than once */
    bool is_loopback;      /* not paced: there is no line to spare */
    int32_t version;
    struct bytes community; /* the asker's, not the wire's */
};

struct engine_list {
    uint32_t head;
    uint32_t tail;
    uint32_t count;
};

struct engine {
    struct engine_config config;
    const struct wire *wire;
    struct engine_slot *slots;
    uint8_t *buffers;
    struct engine_list lists[ENGINE_DONE + 1]; /* FREE, QUEUED and DONE are used */
    struct heap deadlines;
    struct idperm ids;
    struct pace pace;
    struct subnet_table *subnets;
    uint64_t random_state;
    int64_t now_us;
    uint32_t inflight;
    uint32_t silent;
    bool is_draining;
    bool is_blocked; /* the socket was full: it says itself when it is not */
    struct engine_counters counters;
    struct engine_reply reply; /* of the datagram that is being received */
    struct gate_varbind varbinds[ENGINE_VARBINDS_MAX];
};

/* Takes a slot out of the container that its state names. */
void engine_slot_leave(struct engine *engine, uint32_t index);

/* Puts a slot that is in no container at the end of the list of `state`. */
void engine_slot_list(struct engine *engine, uint32_t index, enum engine_slot_state state);

/* Puts a slot that is in no container into the heap: PACED or WAITING until `at_us`. */
void engine_slot_wait(struct engine *engine, uint32_t index, enum engine_slot_state state,
                      int64_t at_us);

/* Queues a slot that is in no container, now or when its subnet may be asked. */
void engine_slot_send(struct engine *engine, uint32_t index, int64_t now_us);

/* Moves a slot from wherever it is to the done list. */
void engine_slot_finish(struct engine *engine, uint32_t index, int status, bool has_reply);

/* Returns: the slot that waits under this request-id, or ENGINE_NOBODY. */
uint32_t engine_slot_find(const struct engine *engine, int32_t request_id);

/* 32 random bits for the jitter. */
uint32_t engine_random(struct engine *engine);

static inline uint8_t *engine_buffer(const struct engine *engine, uint32_t index)
{
    return engine->buffers + (size_t)index * ENGINE_BUFFER_STRIDE;
}

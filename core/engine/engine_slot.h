/*
 * The engine's insides: slots and the lists they stand in. For engine*.c only.
 */
#pragma once

#include "core/base/heap.h"
#include "core/base/idperm.h"
#include "core/base/pace.h"
#include "core/engine/engine.h"
#include "core/engine/subnet.h"

#define ENGINE_NOBODY UINT32_MAX
/* Slot numbers take 16 bits of a request-id, generations the other 14 of its 30. */
#define ENGINE_SLOT_BITS       16
#define ENGINE_SLOTS_MAX       (1u << ENGINE_SLOT_BITS)
#define ENGINE_GENERATION_MASK ((1u << (IDPERM_BITS - ENGINE_SLOT_BITS)) - 1)
/* Distance of two request buffers: whole cache lines, and no power of two. */
#define ENGINE_BUFFER_STRIDE 1536
/* Without an answer for so long a request counts as silent: most devices have answered by then. */
#define ENGINE_DOUBT_US RTO_MIN_US
/* Packets handed to the wire in one call; a batch of sendmmsg. */
#define ENGINE_BATCH      64
#define ENGINE_CACHE_LINE 64

/* Where a slot is; each state is one container. */
enum engine_slot_state {
    ENGINE_FREE,    /* free list */
    ENGINE_QUEUED,  /* send queue */
    ENGINE_PACED,   /* heap, key = when its subnet may be asked */
    ENGINE_FRESH,   /* list of those sent less than ENGINE_DOUBT_US ago, in the order of time: most
                     * answers come before that, and no heap has to be kept for them */
    ENGINE_WAITING, /* heap, key = deadline */
    ENGINE_DONE,    /* done list */
};

/* What a v3 slot sends (engine_usm.c); others only ever ask. */
enum engine_phase {
    ENGINE_ASK,
    ENGINE_DISCOVER,
};

struct engine_slot {
    struct engine_peer *peer;
    engine_callback *callback;
    void *argument;
    const uint8_t *warm; /* fetched when the reply is there */
    int64_t first_us;    /* first attempt */
    int64_t sent_us;     /* last attempt */
    int64_t deadline_us; /* of the last attempt */
    uint32_t generation;
    uint32_t previous; /* neighbours in the list that the state names */
    uint32_t next;
    int status;    /* in DONE */
    uint16_t size; /* of the encoded message; in v3 of the PDU, 0 = discovery only */
    uint16_t max_varbinds;
    uint16_t warm_bytes;
    uint8_t state;    /* enum engine_slot_state */
    uint8_t attempts; /* datagrams sent so far */
    uint8_t retries;
    bool has_reply;   /* in DONE: engine->reply belongs to it */
    bool is_silent;   /* no answer for ENGINE_DOUBT_US, or sent more than once */
    bool is_loopback; /* not paced: there is no line to spare */
    int32_t version;
    struct bytes community;      /* the asker's, not the wire's */
    struct usm_session *session; /* v3 only */
    int hint;                    /* v3: what a timeout is called, 0 = no answer */
    uint16_t message_number; /* v3: the first attempt's; each attempt takes the next, and requests
                              * go on with it, so that no msgID comes again before 16,384 others */
    uint8_t phase;           /* enum engine_phase */
    uint8_t attempts_before; /* datagrams of earlier phases */
    bool is_reported;        /* v3: a Report says that asking again is of no use */
    bool is_resynced;        /* v3: asked again because of an authentic notInTimeWindows */
};

struct engine_scan;

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
    struct engine_list lists[ENGINE_DONE + 1]; /* those that states name are used */
    struct heap deadlines;
    struct heap_node *nodes; /* of the slots, apart: the heap writes to them all the time */
    struct idperm ids;
    struct idperm message_ids; /* v3's msgIDs: slot and message number */
    uint64_t salt;             /* of the next sealed message */
    uint8_t *sealed;           /* a batch of sealed messages, ENGINE_BUFFER_STRIDE apart */
    uint8_t *plain;            /* USM_SCRATCH_BYTES: what was decrypted of the last datagram */
    struct pace pace;
    struct subnet_table *subnets;
    struct engine_scan *scan; /* NULL until engine_scan_open */
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

/* Takes the time from attempt to answer; RFC 6298 learns from it where Karn allows. Returns: us. */
uint32_t engine_sample_rtt(const struct engine_slot *slot, int64_t now_us);

/* Gives a slot its message numbers, and its first phase. */
void engine_usm_start(struct engine *engine, uint32_t index, struct usm_session *session);

/* Seals the message of a v3 slot that is about to leave into the batch's place number `place`.
 * Returns: 0 or as usm_seal. */
BASE_MUST_CHECK int engine_usm_seal(struct engine *engine, uint32_t index, unsigned place,
                                    int64_t now_us, size_t *size);

/* Takes a datagram that claims to be v3. */
void engine_usm_receive(struct engine *engine, const union wire_address *from,
                        struct bytes datagram, int64_t now_us);

/* Returns: the slot that waits for a v3 message with this msgID, or ENGINE_NOBODY. */
uint32_t engine_usm_find(const struct engine *engine, int32_t msg_id);

/* The request-id that the slot's question has. */
int32_t engine_slot_request_id(const struct engine *engine, uint32_t index);

/* Returns: the slot that waits under this request-id, or ENGINE_NOBODY. */
uint32_t engine_slot_find(const struct engine *engine, int32_t request_id);

/* The scan's side of engine_flush, engine_deadline_us, engine_verify and engine_free. */
void engine_scan_flush(struct engine *engine, int64_t now_us);
int64_t engine_scan_deadline_us(const struct engine *engine, int64_t now_us);
void engine_scan_verify(const struct engine *engine);
void engine_scan_free(struct engine_scan *scan);

/* Takes the head of an answer, or the id of what an ICMP error quotes, that engine_scan_is_id. */
void engine_scan_receive(struct engine *engine, const union wire_address *from, int32_t id,
                         int32_t version, struct bytes community);
void engine_scan_unreachable(struct engine *engine, const union wire_address *to, int32_t id);

/* Says whether an id is the scan's: those of requests have no bit 30. */
static inline bool engine_scan_is_id(int32_t id)
{
    return (uint32_t)id >> IDPERM_BITS == 1;
}

/* Says whether a slot's request has been submitted and has not ended. */
static inline bool engine_slot_is_in_flight(const struct engine_slot *slot)
{
    return slot->state != ENGINE_FREE && slot->state != ENGINE_DONE;
}

/* 32 random bits for the jitter. */
uint32_t engine_random(struct engine *engine);

/* Whoever asked was last looked at many answers ago, and what it needs has left the nearest caches:
 * fetched while the varbinds are checked, it is not waited for line by line. */
static inline void engine_warm(const struct engine_slot *slot)
{
    __builtin_prefetch(slot->argument, 1);
    __builtin_prefetch((const uint8_t *)slot->argument + ENGINE_CACHE_LINE, 1);
    for (size_t at = 0; at < slot->warm_bytes; at += ENGINE_CACHE_LINE) {
        __builtin_prefetch(slot->warm + at, 1);
    }
}

static inline uint8_t *engine_buffer(const struct engine *engine, uint32_t index)
{
    return engine->buffers + (size_t)index * ENGINE_BUFFER_STRIDE;
}

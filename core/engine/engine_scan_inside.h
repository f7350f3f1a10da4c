/*
 * The scan's insides: hosts, groups and ways. For engine_scan*.c only.
 */
#pragma once

#include "core/engine/engine_scan.h"
#include "core/engine/engine_slot.h"

#define SCAN_GROUP   ENGINE_SCAN_GROUP
#define SCAN_GROUPS  (ENGINE_SCAN_HOSTS / SCAN_GROUP)
#define SCAN_NOBODY  UINT32_MAX
#define SCAN_ID_FLAG (INT32_C(1) << IDPERM_BITS)
/* Longest question: five short names, and the longest community. */
#define SCAN_QUESTION_MAX 512
/* Places of the id in a question: SNMPv3 has two. */
#define SCAN_PLACES_MAX 2
/* Parts of the number that an id hides: host, way, round, and what tells a group from the one that
 * had its place before. */
#define SCAN_HOST_BITS       16
#define SCAN_WAY_BITS        6
#define SCAN_ROUND_BITS      4
#define SCAN_GENERATION_MASK ((1u << (IDPERM_BITS - SCAN_HOST_BITS - 10)) - 1)

_Static_assert(ENGINE_SCAN_HOSTS == 1 << SCAN_HOST_BITS && ENGINE_SCAN_WAYS == 1 << SCAN_WAY_BITS &&
                   ENGINE_SCAN_ATTEMPTS == 1 << SCAN_ROUND_BITS && SCAN_GROUP == ENGINE_BATCH,
               "ids are packed, and a group is a batch");

enum scan_host_state {
    SCAN_UNHEARD,
    SCAN_HEARD, /* in the list of those heard */
    SCAN_TAKEN, /* told to the caller */
    SCAN_GONE,  /* ended by host->status */
};

struct scan_host {
    union wire_address address;
    uint32_t next; /* in the list of those heard */
    uint64_t ways;
    int32_t status;
    uint8_t state; /* enum scan_host_state */
    uint8_t way;   /* that it answered to */
};

/* Where a group is; each state but the last is one container. */
enum scan_group_state {
    SCAN_FREE,
    SCAN_FILLING, /* it is scan->filling */
    SCAN_ASKING,  /* heap: some of its hosts have not got the datagram of this phase */
    SCAN_WAITING, /* heap: all have */
    SCAN_DONE,    /* list of those done: its unheard hosts are to be told */
    SCAN_ENDED,   /* nowhere: some that were heard have not been taken */
};

struct scan_group {
    struct heap_node node;
    int64_t due_us; /* end of the phase */
    uint64_t ways;  /* of any of its hosts */
    uint32_t next;
    uint32_t unheard; /* hosts that are still asked */
    uint32_t heard;   /* not taken yet */
    uint8_t state;    /* enum scan_group_state */
    uint8_t generation;
    uint8_t count;    /* of hosts */
    uint8_t position; /* the next one of this phase, or of those told */
    uint8_t round;
    uint8_t way;
    bool is_young;     /* no host has been silent for long */
    bool has_asked;    /* somebody, in this phase */
    bool has_reserved; /* the place of the next packet in its subnet */
};

struct scan_way {
    uint8_t question[SCAN_QUESTION_MAX];
    uint16_t size; /* 0 = not a way */
    uint16_t places[SCAN_PLACES_MAX];
    uint8_t place_count;
    int32_t version;
    struct bytes community;
};

struct scan_list {
    uint32_t head;
    uint32_t tail;
};

struct engine_scan {
    struct scan_group groups[SCAN_GROUPS];
    struct scan_way ways[ENGINE_SCAN_WAYS];
    uint64_t by_round[ENGINE_SCAN_ATTEMPTS]; /* the ways that are asked in it */
    struct scan_host *hosts;
    struct heap deadlines;
    struct idperm ids;
    struct scan_list free;  /* of groups */
    struct scan_list done;  /* of groups */
    struct scan_list heard; /* of hosts */
    uint32_t filling;
    uint32_t young; /* hosts of young groups */
    uint32_t heard_count;
    int64_t paced_until_us;
};

/* Nobody of the group is asked any more. */
void engine_scan_finish(struct engine_scan *scan, struct scan_group *group);

/* Goes to the first phase whose way is `first` or later, or that is in a later round.
 * Returns: false when there is none. */
bool engine_scan_seek(const struct engine_scan *scan, struct scan_group *group, unsigned first);

/* Nothing more is asked of the host, which ends by `status`. Its group goes on. */
void engine_scan_leave(struct engine_scan *scan, struct scan_host *host, int status);

/* The group's hosts have been silent for long, or have ended. */
void engine_scan_age(struct engine_scan *scan, struct scan_group *group);

/* Puts the group that has been filled, if there is one, on its way. */
void engine_scan_start(struct engine_scan *scan, int64_t now_us);

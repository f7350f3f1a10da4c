/*
 * A virtual network on a virtual clock: devices at addresses, datagrams that take their time, are
 * lost, doubled, overtaken or forged, and sockets that are full. Stands in for core/engine/wire.
 *
 * Time jumps to whatever happens next, so a day runs in seconds. Every random choice comes from one
 * seed, which a failing run prints: PLATEN_SEED=n runs that one alone, PLATEN_SEEDS=n so many.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/engine/wire.h"
#include "tests/scenario/support_agent.h"

#define WORLD_SECOND_US INT64_C(1000000)
#define WORLD_PORT      161
/* Where the clock starts: a machine that has been up for a while. */
#define WORLD_START_US (1000 * WORLD_SECOND_US)

enum world_state {
    WORLD_ALIVE,
    WORLD_DEAD,        /* nobody is there */
    WORLD_UNREACHABLE, /* nobody is there, and a router says so */
    WORLD_REFUSED,     /* the system does not even send it */
};

/* What the way to a device and back does to datagrams. */
struct world_link {
    int64_t delay_min_us; /* there and back, together */
    int64_t delay_max_us;
    uint16_t loss_permille; /* of questions, and again of answers */
    uint16_t duplicate_permille;
    uint16_t late_permille; /* answers that take late_us longer and so arrive out of order */
    int64_t late_us;
};

/* Datagrams that arrive before the answer and are not it; bits of world_device.forgeries. */
enum world_forgery {
    WORLD_FORGE_ADDRESS = 1 << 0,
    WORLD_FORGE_PORT = 1 << 1,
    WORLD_FORGE_ID = 1 << 2,
    WORLD_FORGE_VERSION = 1 << 3,
    WORLD_FORGE_COMMUNITY = 1 << 4,
    WORLD_FORGE_PDU = 1 << 5,
    WORLD_FORGE_GARBAGE = 1 << 6,
    WORLD_FORGE_CUT = 1 << 7,
    WORLD_FORGE_ICMP = 1 << 8, /* unreachable, but for another request-id */
};
#define WORLD_FORGERIES 9

struct world_device {
    union wire_address address;
    struct agent agent;
    enum world_state state;
    struct world_link link;
    uint32_t forgeries;
    bool is_hostile;         /* answers with damaged answers of all sorts */
    bool is_answerless;      /* only its forgeries arrive */
    int64_t silent_until_us; /* it restarts, or wakes up */
    uint32_t restart_after;  /* answers, then it restarts; 0 = never */
    int64_t restart_us;      /* how long it is away then */
    int64_t sleep_after_us;  /* without a question; 0 = never sleeps */
    int64_t wake_us;         /* how long it is deaf then */
    int64_t heard_us;
    uint32_t heard; /* datagrams that were sent to it, arrived or not */
    uint32_t answers_to_restart;
    /* Answers instead of the agent; NULL = the agent. As agent_answer. `again` is called until it
     * is 0 for further datagrams of the same question. */
    size_t (*answer)(struct world_device *device, struct bytes question, int64_t now_us,
                     unsigned again, struct support_octets *out);
    void *answerer;
};

/* Who lives in the world: the engine or the sweep under test. */
struct world_client {
    void *owner;
    void (*received)(void *owner, const union wire_address *from, struct bytes datagram,
                     int64_t now_us);
    void (*unreachable)(void *owner, const union wire_address *to, struct bytes datagram,
                        int64_t now_us);
    int64_t (*turn)(void *owner, int64_t now_us);
    bool (*is_done)(void *owner);
    void (*verify)(void *owner); /* after every turn; may be NULL */
};

struct world;

/* Makes a world with `count` devices at 10.0.0.0 onwards, all alive, answering at once from `mib`
 * in community "public". */
struct world *world_new(uint64_t seed, uint32_t count, const struct agent_mib *mib);
void world_free(struct world *world);

uint32_t world_count(const struct world *world);
struct world_device *world_device(struct world *world, uint32_t index);

/* The address of a device, IPv4 at first. */
union wire_address world_address(uint32_t index);

/* Gives a device an address of IPv6. */
void world_set_v6(struct world *world, uint32_t index);

/* The index of the device at an address, or UINT32_MAX. */
uint32_t world_find(const struct world *world, const union wire_address *address);

const struct wire *world_wire(struct world *world);
int64_t world_now_us(const struct world *world);
uint64_t world_seed(const struct world *world);

/* Random numbers of the world: below a limit; true so often in a thousand. */
uint32_t world_below(struct world *world, uint32_t limit);
bool world_chance(struct world *world, uint32_t permille);

/* The socket takes at most so many packets a call (0 = any), and none before `until_us`. */
void world_block(struct world *world, unsigned packets_per_call, int64_t until_us);

/* Calls `watch` for each packet that leaves. */
void world_watch(struct world *world,
                 void (*watch)(void *owner, uint32_t device, struct bytes datagram, int64_t now_us),
                 void *owner);

/* Calls `act` at a time, e.g. to cancel. One at a time. */
void world_at(struct world *world, int64_t at_us, void (*act)(void *owner), void *owner);

/* Lets time pass until the client is done. A client that waits for nothing, or turns for ever
 * without time passing, fails the test. */
void world_run(struct world *world, const struct world_client *client);

/* Lets time pass without a client; what is on its way then is lost. */
void world_wait(struct world *world, int64_t us);

/* Lets time pass in which nobody looks: what arrives then is delivered with the next turn. */
void world_skip(struct world *world, int64_t us);

/* Runs a scenario once per seed: 1 to `seeds`, or as PLATEN_SEED and PLATEN_SEEDS say. */
void world_for_seeds(unsigned seeds, void (*scenario)(uint64_t seed));

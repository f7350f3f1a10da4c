#include "bench/micro_engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/engine/engine.h"
#include "proto/object.h"

#define MICRO_REQUESTS 300000
#define MICRO_NAMES    4
#define MICRO_RUNS     5
/* Answers that wait to be received: one batch. */
#define MICRO_BATCH 64
/* Octets before the PDU's tag: version (3) and the community "public" (8). */
#define MICRO_TO_PDU 11

/* A network that answers every datagram at once, from the address that was asked. */
struct micro_world {
    struct engine *engine;
    struct wire wire;
    struct bytes names[MICRO_NAMES];
    uint64_t started;
    uint64_t answered;
    uint64_t failed;
    uint8_t replies[MICRO_BATCH][ENGINE_REQUEST_MAX];
    size_t sizes[MICRO_BATCH];
    union wire_address from[MICRO_BATCH];
    unsigned waiting;
};

/* A device under way: its peer, and the world that it belongs to. */
struct micro_device {
    struct engine_peer peer;
    struct micro_world *world;
};

/* A request comes back as a Response with the same names: enough for matching and the gate. */
static unsigned micro_send(void *self, struct wire_packet *packets, unsigned count)
{
    struct micro_world *world = self;
    unsigned taken = 0;
    for (; taken < count && world->waiting < MICRO_BATCH; taken++) {
        unsigned place = world->waiting++;
        uint8_t *reply = world->replies[place];
        memcpy(reply, packets[taken].data, packets[taken].size);
        size_t header = (reply[1] & 0x80) != 0 ? 2u + (reply[1] & 0x7fu) : 2u;
        reply[header + MICRO_TO_PDU] = GATE_RESPONSE;
        world->sizes[place] = packets[taken].size;
        world->from[place] = *packets[taken].to;
    }
    return taken;
}

static void micro_ask(struct micro_device *device);

static void micro_on_reply(void *argument, const struct engine_reply *reply)
{
    struct micro_device *device = argument;
    struct micro_world *world = device->world;
    if (reply->status != 0 || reply->count != MICRO_NAMES) {
        world->failed++;
    }
    world->answered++;
    if (world->started < MICRO_REQUESTS) {
        micro_ask(device);
    }
}

static void micro_ask(struct micro_device *device)
{
    struct micro_world *world = device->world;
    const struct pdu_request pdu = {.version = PDU_V2C,
                                    .pdu = GATE_GETNEXT,
                                    .community = bytes_from_text("public"),
                                    .names = world->names,
                                    .count = MICRO_NAMES};
    const struct engine_request request = {.peer = &device->peer,
                                           .pdu = &pdu,
                                           .max_varbinds = MICRO_NAMES,
                                           .retries = -1,
                                           .callback = micro_on_reply,
                                           .argument = device};
    world->started++;
    if (engine_submit(world->engine, &request, engine_now_us(world->engine), NULL) != 0) {
        world->failed++;
    }
}

/* Until every request has ended. */
static void micro_turns(struct micro_world *world)
{
    int64_t now_us = 0;
    while (world->answered < world->started && world->failed == 0) {
        engine_flush(world->engine, ++now_us);
        unsigned count = world->waiting;
        world->waiting = 0;
        for (unsigned i = 0; i < count; i++) {
            engine_receive(world->engine, &world->from[i],
                           bytes_of(world->replies[i], world->sizes[i]), now_us);
        }
        engine_expire(world->engine, now_us);
    }
}

static int64_t micro_run(struct micro_world *world, struct micro_device *devices, uint32_t window)
{
    const struct engine_config config = {.max_inflight = window,
                                         .per_device = 1,
                                         .sends_per_turn = MICRO_BATCH,
                                         .initial_timeout_us = 1000000,
                                         .retries = 3,
                                         .seed = 1,
                                         .id_secret = {1, 2}};
    world->started = 0;
    world->answered = 0;
    world->engine = engine_new(&config, &world->wire);
    if (world->engine == NULL) {
        return -ENOMEM;
    }
    int64_t begin_us = clock_mono_us();
    for (uint32_t i = 0; i < window; i++) {
        devices[i] = (struct micro_device){.world = world};
        devices[i].peer.address.v4.sin_family = AF_INET;
        devices[i].peer.address.v4.sin_addr.s_addr = htonl(0x0a000001 + i);
        micro_ask(&devices[i]);
    }
    micro_turns(world);
    int64_t elapsed_us = clock_mono_us() - begin_us;
    engine_free(world->engine);
    return world->failed == 0 ? elapsed_us : BASE_EFORMAT;
}

static int micro_window(struct micro_world *world, uint32_t window, bool is_json)
{
    struct micro_device *devices = calloc(window, sizeof(*devices));
    int64_t best_us = INT64_MAX;
    for (unsigned i = 0; devices != NULL && i < MICRO_RUNS; i++) {
        int64_t elapsed_us = micro_run(world, devices, window);
        best_us = elapsed_us < best_us ? elapsed_us : best_us;
    }
    free(devices);
    if (devices == NULL || best_us < 0) {
        return devices == NULL ? -ENOMEM : (int)best_us;
    }
    double ns = (double)best_us * 1e3 / MICRO_REQUESTS;
    if (is_json) {
        printf("{\"name\":\"engine_request\",\"window\":%u,\"ns\":%.1f}\n", window, ns);
    } else {
        printf("%-44s %10.1f ns\n",
               window == 1    ? "a request, one at a time"
               : window == 64 ? "a request, 64 in flight"
                              : "a request, 16,384 in flight",
               ns);
    }
    return 0;
}

int micro_engine(bool is_json)
{
    static const uint32_t windows[] = {1, 64, 16384};
    size_t count = 0;
    struct micro_world *world = calloc(1, sizeof(*world));
    if (world == NULL) {
        return -ENOMEM;
    }
    const struct object *objects = object_all(&count);
    for (unsigned i = 0; i < MICRO_NAMES; i++) {
        world->names[i] = objects[i].column;
    }
    world->wire = (struct wire){.self = world, .send = micro_send};
    int status = 0;
    for (size_t i = 0; status == 0 && i < BASE_ARRAY_COUNT(windows); i++) {
        status = micro_window(world, windows[i], is_json);
    }
    free(world);
    return status;
}

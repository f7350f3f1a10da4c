#include "tests/scenario/support_world.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/scenario/support_forge.h"

/* What one turn of the loop costs, so that a client that is always due gets on in time. */
#define TURN_US 10
/* Turns in a row that bring nothing, at TURN_US each: ten virtual seconds of spinning. */
#define IDLE_TURNS_MAX 1000000
#define FIRST_ADDRESS  0x0a000000u

enum event_kind {
    EVENT_DATAGRAM,
    EVENT_UNREACHABLE,
    EVENT_ACT,
    EVENT_WRITABLE, /* the socket has room again: a turn */
};

struct event {
    int64_t at_us;
    uint64_t order;
    enum event_kind kind;
    union wire_address address;
    uint8_t *data;
    size_t size;
};

struct world {
    struct wire wire;
    struct world_device *devices;
    uint32_t count;
    uint64_t seed;
    uint64_t random_state;
    int64_t now_us;
    struct event *events; /* a heap by time and order */
    size_t event_count;
    size_t event_cap;
    uint64_t event_order;
    unsigned packets_per_call;
    int64_t blocked_until_us;
    void (*watch)(void *owner, uint32_t device, struct bytes datagram, int64_t now_us);
    void *watch_owner;
    void (*act)(void *owner);
    void *act_owner;
};

static uint64_t current_seed;

/* --- chance ---------------------------------------------------------------------------------- */

static uint64_t next_random(struct world *world)
{
    uint64_t x = world->random_state += 0x9e3779b97f4a7c15u; /* SplitMix64 */
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint32_t world_below(struct world *world, uint32_t limit)
{
    return limit == 0 ? 0 : (uint32_t)((next_random(world) >> 32) % limit);
}

bool world_chance(struct world *world, uint32_t permille)
{
    return permille > 0 && world_below(world, 1000) < permille;
}

/* --- what is on its way ---------------------------------------------------------------------- */

static bool event_before(const struct event *a, const struct event *b)
{
    return a->at_us < b->at_us || (a->at_us == b->at_us && a->order < b->order);
}

static void push_event(struct world *world, struct event event)
{
    if (world->event_count == world->event_cap) {
        world->event_cap = world->event_cap == 0 ? 256 : world->event_cap * 2;
        world->events = realloc(world->events, world->event_cap * sizeof(*world->events));
        BASE_REQUIRE(world->events != NULL);
    }
    size_t place = world->event_count++;
    event.order = world->event_order++;
    while (place > 0 && event_before(&event, &world->events[(place - 1) / 2])) {
        world->events[place] = world->events[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    world->events[place] = event;
}

static struct event pop_event(struct world *world)
{
    struct event first = world->events[0];
    struct event last = world->events[--world->event_count];
    size_t place = 0;
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= world->event_count) {
            break;
        }
        if (child + 1 < world->event_count &&
            event_before(&world->events[child + 1], &world->events[child])) {
            child++;
        }
        if (!event_before(&world->events[child], &last)) {
            break;
        }
        world->events[place] = world->events[child];
        place = child;
    }
    world->events[place] = last;
    return first;
}

static void post(struct world *world, enum event_kind kind, const union wire_address *address,
                 struct bytes datagram, int64_t at_us)
{
    struct event event = {.at_us = at_us, .kind = kind, .address = *address, .size = datagram.size};
    /* No octet more, so that a read beyond the end shows. */
    event.data = malloc(datagram.size > 0 ? datagram.size : 1);
    BASE_REQUIRE(event.data != NULL);
    if (datagram.size > 0) {
        memcpy(event.data, datagram.data, datagram.size);
    }
    push_event(world, event);
}

/* --- the devices ----------------------------------------------------------------------------- */

union wire_address world_address(uint32_t index)
{
    return (union wire_address){.v4 = {.sin_family = AF_INET,
                                       .sin_port = htons(WORLD_PORT),
                                       .sin_addr.s_addr = htonl(FIRST_ADDRESS + index)}};
}

void world_set_v6(struct world *world, uint32_t index)
{
    union wire_address address = {.v6 = {.sin6_family = AF_INET6, .sin6_port = htons(WORLD_PORT)}};
    uint8_t *octets = address.v6.sin6_addr.s6_addr;
    memcpy(octets, "\x20\x01\x0d\xb8", 4);
    for (unsigned i = 0; i < 4; i++) {
        octets[12 + i] = (uint8_t)(index >> (24 - 8 * i));
    }
    world->devices[index].address = address;
}

uint32_t world_find(const struct world *world, const union wire_address *address)
{
    uint32_t index = 0;
    if (address->any.sa_family == AF_INET) {
        index = ntohl(address->v4.sin_addr.s_addr) - FIRST_ADDRESS;
    } else {
        for (unsigned i = 0; i < 4; i++) {
            index = index << 8 | address->v6.sin6_addr.s6_addr[12 + i];
        }
    }
    bool is_there =
        index < world->count && wire_address_equal(&world->devices[index].address, address);
    return is_there ? index : UINT32_MAX;
}

static int64_t travel_us(struct world *world, const struct world_link *link)
{
    int64_t spread_us = link->delay_max_us - link->delay_min_us;
    int64_t us = link->delay_min_us + world_below(world, (uint32_t)spread_us + 1);
    return us + (world_chance(world, link->late_permille) ? link->late_us : 0);
}

/* Says whether the device hears a question that reaches it now. */
static bool hears(struct world *world, struct world_device *device)
{
    int64_t now_us = world->now_us;
    bool is_asleep = device->sleep_after_us > 0 && device->heard_us > 0 &&
                     now_us - device->heard_us > device->sleep_after_us;
    if (is_asleep) {
        device->silent_until_us = now_us + device->wake_us;
    }
    device->heard_us = now_us;
    return now_us >= device->silent_until_us;
}

static void restart_if_due(struct world *world, struct world_device *device)
{
    if (device->restart_after > 0 && ++device->answers_to_restart >= device->restart_after) {
        device->answers_to_restart = 0;
        device->silent_until_us = world->now_us + device->restart_us;
        device->agent.booted_us = world->now_us + device->restart_us / 2;
    }
}

static size_t answer_of(struct world *world, struct world_device *device, struct bytes question,
                        unsigned again, struct support_octets *out)
{
    if (device->answer != NULL) {
        return device->answer(device, question, world->now_us, again, out);
    }
    return again == 0 ? agent_answer(&device->agent, question, world->now_us, out) : 0;
}

/* Sends a device's answer on its way back. Returns: when the next one may arrive. */
static int64_t send_back(struct world *world, struct world_device *device,
                         struct support_octets *answer, int64_t at_us)
{
    const struct world_link *link = &device->link;
    if (device->is_hostile) {
        forge_damage(world, answer);
    }
    struct bytes datagram = bytes_of(answer->data, answer->size);
    unsigned copies = world_chance(world, link->duplicate_permille) ? 2 : 1;
    for (unsigned i = 0; i < copies; i++) {
        if (!world_chance(world, link->loss_permille)) {
            post(world, EVENT_DATAGRAM, &device->address, datagram, at_us);
        }
        at_us += travel_us(world, link);
    }
    return at_us;
}

/* A datagram is on its way to a device: what comes of it is known at once and arrives later. */
static void reach(struct world *world, struct world_device *device, struct bytes question)
{
    static struct support_octets answer;
    const struct world_link *link = &device->link;
    int64_t at_us = world->now_us + travel_us(world, link);
    device->heard++;
    if (device->state == WORLD_UNREACHABLE) {
        post(world, EVENT_UNREACHABLE, &device->address, question, at_us);
    }
    if (device->state != WORLD_ALIVE || world_chance(world, link->loss_permille) ||
        !hears(world, device)) {
        return;
    }
    for (uint32_t i = 0; i < WORLD_FORGERIES; i++) {
        if ((device->forgeries >> i & 1) != 0) {
            union wire_address from = device->address;
            forge_answer(world, 1u << i, question, &from, &answer);
            post(world, 1u << i == WORLD_FORGE_ICMP ? EVENT_UNREACHABLE : EVENT_DATAGRAM, &from,
                 bytes_of(answer.data, answer.size), at_us);
        }
    }
    for (unsigned again = 0; !device->is_answerless; again++) {
        if (answer_of(world, device, question, again, &answer) == 0) {
            return;
        }
        if (again == 0) {
            restart_if_due(world, device);
        }
        at_us = send_back(world, device, &answer, at_us);
    }
}

static void post_writable(struct world *world, int64_t at_us)
{
    post(world, EVENT_WRITABLE, &(union wire_address){0}, bytes_of(NULL, 0), at_us);
}

static unsigned send_packets(void *self, struct wire_packet *packets, unsigned count)
{
    struct world *world = self;
    if (world->now_us < world->blocked_until_us) {
        post_writable(world, world->blocked_until_us);
        return 0;
    }
    unsigned most = world->packets_per_call > 0 && world->packets_per_call < count
                        ? world->packets_per_call
                        : count;
    if (most < count) {
        post_writable(world, world->now_us + TURN_US);
    }
    for (unsigned i = 0; i < most; i++) {
        struct bytes datagram = bytes_of(packets[i].data, packets[i].size);
        uint32_t index = world_find(world, packets[i].to);
        if (index != UINT32_MAX && world->devices[index].state == WORLD_REFUSED) {
            packets[i].error = -EPERM;
            continue;
        }
        if (world->watch != NULL) {
            world->watch(world->watch_owner, index, datagram, world->now_us);
        }
        if (index != UINT32_MAX) {
            reach(world, &world->devices[index], datagram);
        }
    }
    return most;
}

/* --- the world ------------------------------------------------------------------------------- */

struct world *world_new(uint64_t seed, uint32_t count, const struct agent_mib *mib)
{
    struct world *world = calloc(1, sizeof(*world));
    BASE_REQUIRE(world != NULL);
    world->devices = calloc(count > 0 ? count : 1, sizeof(*world->devices));
    BASE_REQUIRE(world->devices != NULL);
    world->count = count;
    world->seed = seed;
    world->random_state = seed * 0x2545f4914f6cdd1du;
    world->now_us = WORLD_START_US;
    world->wire = (struct wire){.self = world, .send = send_packets};
    for (uint32_t i = 0; i < count; i++) {
        world->devices[i].address = world_address(i);
        world->devices[i].agent.mib = mib;
        world->devices[i].agent.community = bytes_from_text("public");
        world->devices[i].agent.config_changes = 3;
        world->devices[i].agent.pages = 1000 + i;
        /* Up for ten days and more, each at its own time. */
        world->devices[i].agent.booted_us =
            -(int64_t)(864000 + world_below(world, 864000)) * WORLD_SECOND_US;
    }
    return world;
}

void world_free(struct world *world)
{
    for (size_t i = 0; i < world->event_count; i++) {
        free(world->events[i].data);
    }
    free(world->events);
    free(world->devices);
    free(world);
}

uint32_t world_count(const struct world *world)
{
    return world->count;
}

struct world_device *world_device(struct world *world, uint32_t index)
{
    BASE_REQUIRE(index < world->count);
    return &world->devices[index];
}

const struct wire *world_wire(struct world *world)
{
    return &world->wire;
}

int64_t world_now_us(const struct world *world)
{
    return world->now_us;
}

uint64_t world_seed(const struct world *world)
{
    return world->seed;
}

void world_block(struct world *world, unsigned packets_per_call, int64_t until_us)
{
    world->packets_per_call = packets_per_call;
    world->blocked_until_us = until_us;
}

void world_watch(struct world *world,
                 void (*watch)(void *owner, uint32_t device, struct bytes datagram, int64_t now_us),
                 void *owner)
{
    world->watch = watch;
    world->watch_owner = owner;
}

void world_at(struct world *world, int64_t at_us, void (*act)(void *owner), void *owner)
{
    world->act = act;
    world->act_owner = owner;
    post(world, EVENT_ACT, &(union wire_address){0}, bytes_of(NULL, 0), at_us);
}

/* Delivers what has arrived. Returns: how much that was. */
static unsigned deliver(struct world *world, const struct world_client *client)
{
    unsigned count = 0;
    while (world->event_count > 0 && world->events[0].at_us <= world->now_us) {
        struct event event = pop_event(world);
        struct bytes datagram = bytes_of(event.data, event.size);
        if (client == NULL) {
            free(event.data);
            continue;
        }
        if (event.kind == EVENT_DATAGRAM) {
            client->received(client->owner, &event.address, datagram, world->now_us);
        } else if (event.kind == EVENT_UNREACHABLE) {
            client->unreachable(client->owner, &event.address, datagram, world->now_us);
        } else if (event.kind == EVENT_ACT) {
            world->act(world->act_owner);
        }
        free(event.data);
        count++;
    }
    return count;
}

void world_run(struct world *world, const struct world_client *client)
{
    unsigned idle_turns = 0;
    while (!client->is_done(client->owner)) {
        unsigned delivered = deliver(world, client);
        int64_t next_us = client->turn(client->owner, world->now_us);
        if (client->verify != NULL) {
            client->verify(client->owner);
        }
        if (client->is_done(client->owner)) {
            break;
        }
        idle_turns = delivered > 0 || next_us > world->now_us ? 0 : idle_turns + 1;
        cr_assert_lt(idle_turns, IDLE_TURNS_MAX, "seed %lu: turns for ever", current_seed);
        if (world->event_count > 0 && world->events[0].at_us < next_us) {
            next_us = world->events[0].at_us;
        }
        cr_assert_neq(next_us, INT64_MAX, "seed %lu: waits for nothing", current_seed);
        world->now_us = next_us > world->now_us ? next_us : world->now_us + TURN_US;
    }
}

void world_wait(struct world *world, int64_t us)
{
    world->now_us += us;
    deliver(world, NULL);
}

void world_skip(struct world *world, int64_t us)
{
    world->now_us += us;
}

/* --- seeds ----------------------------------------------------------------------------------- */

static void tell_seed(int number)
{
    char text[64];
    int size = snprintf(text, sizeof(text), "seed %lu\n", (unsigned long)current_seed);
    ssize_t written = write(STDERR_FILENO, text, (size_t)size);
    (void)written;
    signal(number, SIG_DFL);
    raise(number);
}

void world_for_seeds(unsigned seeds, void (*scenario)(uint64_t seed))
{
    const char *one = getenv("PLATEN_SEED");
    const char *many = getenv("PLATEN_SEEDS");
    uint64_t first = one != NULL ? strtoul(one, NULL, 10) : 1;
    uint64_t last = one != NULL ? first : (many != NULL ? strtoul(many, NULL, 10) : seeds);
    signal(SIGABRT, tell_seed);
    for (current_seed = first; current_seed <= last; current_seed++) {
        scenario(current_seed);
    }
}

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <uv.h>

#include <criterion/criterion.h>

#include "core/base/clock.h"
#include "core/engine/wire.h"

/* The longest that a test waits for something that must come. */
#define PATIENCE_MS   5000
#define RECEIVED_MAX  2000
#define BEGINNING_MAX 16

struct seen {
    union wire_address address;
    size_t size;
    uint8_t beginning[BEGINNING_MAX];
};

/* A wire on a loop, and what it told. */
struct desk {
    uv_loop_t loop;
    uv_timer_t patience;
    struct wire_udp *wire;
    struct seen received[RECEIVED_MAX];
    size_t received_count;
    struct seen unreachable[RECEIVED_MAX];
    size_t unreachable_count;
    size_t wanted_received; /* the loop stops when so many have come */
    size_t wanted_unreachable;
    unsigned turns;
    unsigned wanted_turns;
    int64_t turn_us; /* what the next turn returns */
    void (*in_turn)(void);
    bool closes_in_received;
    bool closes_in_unreachable;
    bool closes_in_turn;
    bool is_out_of_patience;
};

static struct desk desk;

static void see(struct seen *seen, const union wire_address *address, struct bytes datagram)
{
    seen->address = *address;
    seen->size = datagram.size;
    memcpy(seen->beginning, datagram.data,
           datagram.size < BEGINNING_MAX ? datagram.size : BEGINNING_MAX);
}

static void stop_when_all_came(void)
{
    if (desk.received_count >= desk.wanted_received &&
        desk.unreachable_count >= desk.wanted_unreachable && desk.turns >= desk.wanted_turns) {
        uv_stop(&desk.loop);
    }
}

static void on_received(void *owner, const union wire_address *from, struct bytes datagram,
                        int64_t now_us)
{
    cr_assert_eq(owner, &desk);
    cr_assert_leq(now_us, clock_mono_us());
    cr_assert_lt(desk.received_count, RECEIVED_MAX);
    see(&desk.received[desk.received_count++], from, datagram);
    if (desk.closes_in_received) {
        wire_udp_close(desk.wire);
    }
    stop_when_all_came();
}

static void on_unreachable(void *owner, const union wire_address *to, struct bytes datagram,
                           int64_t now_us)
{
    cr_assert_eq(owner, &desk);
    cr_assert_leq(now_us, clock_mono_us());
    cr_assert_lt(desk.unreachable_count, RECEIVED_MAX);
    see(&desk.unreachable[desk.unreachable_count++], to, datagram);
    if (desk.closes_in_unreachable) {
        wire_udp_close(desk.wire);
    }
    stop_when_all_came();
}

static int64_t on_turn(void *owner, int64_t now_us)
{
    (void)now_us;
    cr_assert_eq(owner, &desk);
    desk.turns++;
    if (desk.in_turn != NULL) {
        desk.in_turn();
    }
    if (desk.closes_in_turn) {
        wire_udp_close(desk.wire);
    }
    stop_when_all_came();
    return desk.turn_us;
}

static void on_patience(uv_timer_t *timer)
{
    desk.is_out_of_patience = true;
    uv_stop(timer->loop);
}

static void open_desk(void)
{
    const struct wire_udp_events events = {
        .owner = &desk, .received = on_received, .unreachable = on_unreachable, .turn = on_turn};
    desk.turn_us = INT64_MAX;
    cr_assert_eq(uv_loop_init(&desk.loop), 0);
    uv_timer_init(&desk.loop, &desk.patience);
    cr_assert_eq(wire_udp_open(&desk.loop, &events, &desk.wire), 0);
}

/* Runs the loop until what is wanted has come. */
static void wait_for(size_t received, size_t unreachable)
{
    desk.wanted_received = received;
    desk.wanted_unreachable = unreachable;
    uv_timer_start(&desk.patience, on_patience, PATIENCE_MS, 0);
    uv_run(&desk.loop, UV_RUN_DEFAULT);
    uv_timer_stop(&desk.patience);
    cr_assert_not(desk.is_out_of_patience, "%zu of %zu datagrams, %zu of %zu errors",
                  desk.received_count, received, desk.unreachable_count, unreachable);
}

static void close_desk(void)
{
    wire_udp_close(desk.wire);
    uv_close((uv_handle_t *)&desk.patience, NULL);
    uv_run(&desk.loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&desk.loop), 0);
}

static socklen_t size_of(const union wire_address *address)
{
    return address->any.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}

/* A socket of the test on loopback; *address gets where it is. */
static int open_peer(int family, union wire_address *address)
{
    *address = (union wire_address){.any.sa_family = (sa_family_t)family};
    if (family == AF_INET) {
        address->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else {
        address->v6.sin6_addr = in6addr_loopback;
    }
    int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = size_of(address);
    if (fd < 0 || bind(fd, &address->any, size) != 0) {
        cr_skip_test("no loopback of family %d", family);
    }
    cr_assert_eq(getsockname(fd, &address->any, &size), 0);
    return fd;
}

/* A place where nobody listens. */
static union wire_address closed_port(int family)
{
    union wire_address address;
    close(open_peer(family, &address));
    return address;
}

static unsigned send_to(const union wire_address *to, const void *data, size_t size, int *error)
{
    const struct wire *sender = wire_udp_sender(desk.wire);
    struct wire_packet packet = {.to = to, .data = data, .size = size};
    unsigned sent = sender->send(sender->self, &packet, 1);
    *error = packet.error;
    return sent;
}

static void send_well(const union wire_address *to, const void *data, size_t size)
{
    int error = 0;
    cr_assert_eq(send_to(to, data, size, &error), 1);
    cr_assert_eq(error, 0);
}

/* The peer takes a datagram and sends it back `times` times. */
static void echo(int fd, unsigned times)
{
    static uint8_t data[65536];
    union wire_address from;
    socklen_t from_size = sizeof(from);
    ssize_t size = recvfrom(fd, data, sizeof(data), 0, &from.any, &from_size);
    cr_assert_gt(size, 0);
    for (unsigned i = 0; i < times; i++) {
        cr_assert_eq(sendto(fd, data, (size_t)size, 0, &from.any, from_size), size);
    }
}

static void exchange_with(int family)
{
    union wire_address peer;
    open_desk();
    int fd = open_peer(family, &peer);
    send_well(&peer, "question", 8);
    echo(fd, 1);
    wait_for(1, 0);
    cr_assert(wire_address_equal(&desk.received[0].address, &peer));
    cr_assert_eq(desk.received[0].size, 8);
    cr_assert_eq(memcmp(desk.received[0].beginning, "question", 8), 0);
    close(fd);
    close_desk();
}

Test(wire, exchanges_datagrams_over_ipv4)
{
    exchange_with(AF_INET);
}

Test(wire, exchanges_datagrams_over_ipv6)
{
    exchange_with(AF_INET6);
}

Test(wire, a_batch_of_both_families_leaves_in_order)
{
    union wire_address peers[2];
    struct wire_packet packets[100];
    uint8_t data[100];
    uint8_t got[16];
    open_desk();
    int fds[2] = {open_peer(AF_INET, &peers[0]), open_peer(AF_INET6, &peers[1])};
    for (uint8_t i = 0; i < 100; i++) {
        data[i] = i;
        packets[i] = (struct wire_packet){.to = &peers[i / 7 % 2], .data = &data[i], .size = 1};
    }
    const struct wire *sender = wire_udp_sender(desk.wire);
    cr_assert_eq(sender->send(sender->self, packets, 100), 100);
    for (uint8_t i = 0; i < 100; i++) {
        cr_assert_eq(packets[i].error, 0);
        cr_assert_eq(recv(fds[i / 7 % 2], got, sizeof(got), MSG_DONTWAIT), 1);
        cr_assert_eq(got[0], i);
    }
    close(fds[0]);
    close(fds[1]);
    close_desk();
}

Test(wire, receives_more_than_one_turn_can_hold)
{
    union wire_address peer;
    open_desk();
    int fd = open_peer(AF_INET, &peer);
    send_well(&peer, "x", 1);
    echo(fd, 1000);
    wait_for(1000, 0);
    cr_assert_gt(desk.turns, 1);
    cr_assert_lt(wire_udp_counters(desk.wire)->receive_calls, 100);
    close(fd);
    close_desk();
}

Test(wire, the_largest_datagram_comes_in_whole)
{
    static uint8_t data[65507];
    union wire_address peer;
    open_desk();
    int fd = open_peer(AF_INET, &peer);
    send_well(&peer, data, sizeof(data));
    echo(fd, 1);
    wait_for(1, 0);
    cr_assert_eq(desk.received[0].size, sizeof(data));
    cr_assert_eq(wire_udp_counters(desk.wire)->truncated, 0);
    close(fd);
    close_desk();
}

Test(wire, an_empty_datagram_is_a_datagram)
{
    union wire_address peer;
    union wire_address from;
    socklen_t from_size = sizeof(from);
    uint8_t data[4];
    open_desk();
    int fd = open_peer(AF_INET, &peer);
    send_well(&peer, "x", 1);
    cr_assert_eq(recvfrom(fd, data, sizeof(data), 0, &from.any, &from_size), 1);
    cr_assert_eq(sendto(fd, data, 0, 0, &from.any, from_size), 0);
    wait_for(1, 0);
    cr_assert_eq(desk.received[0].size, 0);
    close(fd);
    close_desk();
}

static void report_closed_port(int family)
{
    open_desk();
    union wire_address nobody = closed_port(family);
    send_well(&nobody, "anybody there?", 14);
    wait_for(0, 1);
    cr_assert(wire_address_equal(&desk.unreachable[0].address, &nobody));
    cr_assert_eq(desk.unreachable[0].size, 14);
    cr_assert_eq(memcmp(desk.unreachable[0].beginning, "anybody there?", 14), 0);
    close_desk();
}

Test(wire, tells_of_a_closed_port_over_ipv4)
{
    report_closed_port(AF_INET);
}

Test(wire, tells_of_a_closed_port_over_ipv6)
{
    report_closed_port(AF_INET6);
}

Test(wire, hears_others_after_an_unreachable_one)
{
    union wire_address peer;
    open_desk();
    int fd = open_peer(AF_INET, &peer);
    union wire_address nobody = closed_port(AF_INET);
    for (size_t i = 1; i <= 20; i++) {
        send_well(&nobody, "x", 1);
        wait_for(0, i);
    }
    send_well(&peer, "y", 1);
    echo(fd, 1);
    wait_for(1, 20);
    close(fd);
    close_desk();
}

Test(wire, many_unreachable_among_the_living_harm_none)
{
    union wire_address peer;
    struct wire_packet packets[60];
    open_desk();
    int fd = open_peer(AF_INET, &peer);
    union wire_address nobody = closed_port(AF_INET);
    const struct wire *sender = wire_udp_sender(desk.wire);
    for (unsigned round = 0; round < 20; round++) {
        unsigned done = 0;
        for (size_t i = 0; i < 60; i++) {
            packets[i] = (struct wire_packet){
                .to = i % 2 == 0 ? &nobody : &peer, .data = (const uint8_t *)"z", .size = 1};
        }
        while (done < 60) {
            done += sender->send(sender->self, packets + done, 60 - done);
        }
        for (size_t i = 0; i < 60; i++) {
            cr_assert_eq(packets[i].error, 0, "packet %zu: %d", i, packets[i].error);
        }
        for (size_t i = 0; i < 30; i++) {
            echo(fd, 1);
        }
        wait_for(30 * (round + 1), 30 * (round + 1));
    }
    close(fd);
    close_desk();
}

Test(wire, an_address_without_a_route_is_the_packets_own_error)
{
    int error = 0;
    open_desk();
    /* 255.255.255.255 without SO_BROADCAST: refused for this packet, every time. */
    union wire_address to = {.v4 = {.sin_family = AF_INET,
                                    .sin_port = htons(161),
                                    .sin_addr.s_addr = htonl(INADDR_BROADCAST)}};
    cr_assert_eq(send_to(&to, "x", 1, &error), 1);
    cr_assert_eq(error, -EACCES);
    close_desk();
}

Test(wire, a_datagram_beyond_udp_is_the_packets_own_error)
{
    static uint8_t data[65508];
    int error = 0;
    union wire_address peer;
    open_desk();
    int fd = open_peer(AF_INET, &peer);
    cr_assert_eq(send_to(&peer, data, sizeof(data), &error), 1);
    cr_assert_eq(error, -EMSGSIZE);
    send_well(&peer, "x", 1);
    close(fd);
    close_desk();
}

Test(wire, takes_a_turn_when_woken)
{
    open_desk();
    desk.wanted_turns = 1;
    wait_for(0, 0); /* opening wakes it once */
    wire_udp_wake(desk.wire);
    desk.wanted_turns = 2;
    wait_for(0, 0);
    cr_assert_eq(desk.turns, 2);
    close_desk();
}

static int64_t due_us;

static void ask_for_the_next_turn(void)
{
    due_us = clock_mono_us() + 20000;
    desk.turn_us = desk.turns < 3 ? due_us : INT64_MAX;
}

Test(wire, takes_the_turn_it_was_asked_for_and_not_before)
{
    open_desk();
    desk.in_turn = ask_for_the_next_turn;
    desk.wanted_turns = 3;
    int64_t start_us = clock_mono_us();
    wait_for(0, 0);
    cr_assert_geq(clock_mono_us() - start_us, 40000);
    cr_assert_eq(desk.turns, 3);
    close_desk();
}

static void want_a_turn_at_once(void)
{
    desk.turn_us = 0;
}

Test(wire, turns_that_are_always_due_do_not_starve_the_sockets)
{
    union wire_address peer;
    open_desk();
    int fd = open_peer(AF_INET, &peer);
    desk.in_turn = want_a_turn_at_once;
    desk.turn_us = 0;
    send_well(&peer, "x", 1);
    echo(fd, 100);
    wait_for(100, 0);
    close(fd);
    close_desk();
}

/* The wire has closed itself within an event: the loop ends by itself. */
static void finish_closed(void)
{
    uv_timer_start(&desk.patience, on_patience, PATIENCE_MS, 0);
    uv_run(&desk.loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&desk.patience, NULL);
    uv_run(&desk.loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&desk.loop), 0);
}

Test(wire, may_be_closed_while_it_receives)
{
    union wire_address peer;
    open_desk();
    int fd = open_peer(AF_INET, &peer);
    send_well(&peer, "x", 1);
    echo(fd, 100);
    desk.closes_in_received = true;
    desk.wanted_received = 1;
    finish_closed();
    cr_assert_eq(desk.received_count, 1);
    close(fd);
}

Test(wire, may_be_closed_while_it_reports_an_error)
{
    open_desk();
    union wire_address nobody = closed_port(AF_INET);
    for (int i = 0; i < 10; i++) {
        send_well(&nobody, "x", 1);
    }
    desk.closes_in_unreachable = true;
    desk.wanted_unreachable = 1;
    finish_closed();
    cr_assert_eq(desk.unreachable_count, 1);
}

Test(wire, may_be_closed_within_a_turn)
{
    open_desk();
    desk.closes_in_turn = true;
    desk.wanted_turns = 1;
    finish_closed();
    cr_assert_eq(desk.turns, 1);
}

Test(wire, closing_twice_and_closing_nothing_do_no_harm)
{
    open_desk();
    wire_udp_close(NULL);
    wire_udp_close(desk.wire);
    close_desk();
}

Test(wire, knows_its_receive_buffer)
{
    open_desk();
    cr_assert_geq(wire_udp_receive_buffer(desk.wire), 64 * 1024);
    close_desk();
}

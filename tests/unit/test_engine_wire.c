/*
 * The engine on real sockets, on loopback.
 */
#include <unistd.h>

#include <uv.h>

#include <criterion/criterion.h>

#include "core/base/clock.h"
#include "core/engine/engine.h"

#define PATIENCE_MS 10000
#define PEERS       200

static uv_loop_t loop;
static uv_timer_t patience;
static struct wire_udp *udp;
static struct engine *engine;
static struct engine_peer peers[PEERS];
static unsigned wanted;
static unsigned answered;
static unsigned unreachable;
static unsigned other;
static int echo_fds[2] = {-1, -1};

/* Answers all questions that have come in: the GET comes back as a Response. */
static void echo_all(int fd)
{
    static uint8_t data[2048];
    union wire_address from;
    socklen_t from_size = sizeof(from);
    ssize_t size;
    while (fd >= 0 &&
           (size = recvfrom(fd, data, sizeof(data), MSG_DONTWAIT, &from.any, &from_size)) > 0) {
        uint8_t *pdu = memchr(data, GATE_GET, (size_t)size);
        cr_assert_not_null(pdu);
        *pdu = GATE_RESPONSE;
        cr_assert_eq(sendto(fd, data, (size_t)size, 0, &from.any, from_size), size);
        from_size = sizeof(from);
    }
}

static void on_received(void *owner, const union wire_address *from, struct bytes datagram,
                        int64_t now_us)
{
    (void)owner;
    engine_receive(engine, from, datagram, now_us);
}

static void on_unreachable(void *owner, const union wire_address *to, struct bytes datagram,
                           int64_t now_us)
{
    (void)owner;
    engine_unreachable(engine, to, datagram, now_us);
}

static int64_t on_turn(void *owner, int64_t now_us)
{
    (void)owner;
    engine_expire(engine, now_us);
    engine_flush(engine, now_us);
    engine_verify(engine);
    echo_all(echo_fds[0]);
    echo_all(echo_fds[1]);
    if (answered + unreachable + other >= wanted) {
        uv_stop(&loop);
    }
    return engine_deadline_us(engine, now_us);
}

static void on_end(void *argument, const struct engine_reply *reply)
{
    (void)argument;
    answered += reply->status == 0 ? 1 : 0;
    unreachable += reply->status == BASE_EUNREACHABLE ? 1 : 0;
    other += reply->status != 0 && reply->status != BASE_EUNREACHABLE ? 1 : 0;
}

static void on_patience(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

static void open_all(void)
{
    const struct wire_udp_events events = {
        .received = on_received, .unreachable = on_unreachable, .turn = on_turn};
    const struct engine_config config = {.max_inflight = PEERS,
                                         .per_device = 1,
                                         .sends_per_turn = 64,
                                         .initial_timeout_us = 5000000,
                                         .retries = 1,
                                         .seed = 1,
                                         .id_secret = {1, 2}};
    cr_assert_eq(uv_loop_init(&loop), 0);
    uv_timer_init(&loop, &patience);
    cr_assert_eq(wire_udp_open(&loop, &events, &udp), 0);
    engine = engine_new(&config, wire_udp_sender(udp));
    cr_assert_not_null(engine);
}

static void close_all(void)
{
    wire_udp_close(udp);
    uv_close((uv_handle_t *)&patience, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0);
    engine_free(engine);
    close(echo_fds[0]);
    close(echo_fds[1]);
}

TestSuite(engine_wire, .init = open_all, .fini = close_all);

/* A socket on loopback; skips the test when the family is not there. */
static int open_port(int family, union wire_address *address)
{
    socklen_t size = family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
    *address = (union wire_address){.any.sa_family = (sa_family_t)family};
    if (family == AF_INET) {
        address->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else {
        address->v6.sin6_addr = in6addr_loopback;
    }
    int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, &address->any, size) != 0) {
        cr_skip_test("no loopback of family %d", family);
    }
    cr_assert_eq(getsockname(fd, &address->any, &size), 0);
    return fd;
}

static void ask(unsigned first, unsigned count, const union wire_address *address)
{
    static const struct bytes NAME = {(const uint8_t *)"\x2b\x06\x01\x02\x01\x01\x01\x00", 8};
    const struct pdu_request pdu = {.version = PDU_V2C,
                                    .pdu = GATE_GET,
                                    .community = bytes_from_text("public"),
                                    .names = &NAME,
                                    .count = 1};
    for (unsigned i = first; i < first + count; i++) {
        const struct engine_request request = {
            .peer = &peers[i], .pdu = &pdu, .max_varbinds = 1, .retries = -1, .callback = on_end};
        peers[i].address = *address;
        cr_assert_eq(engine_submit(engine, &request, clock_mono_us(), NULL), 0);
    }
    wanted += count;
}

/* Runs the loop until all have ended. Returns: how long that took, ms. */
static int64_t run(void)
{
    int64_t start_us = clock_mono_us();
    uv_timer_start(&patience, on_patience, PATIENCE_MS, 0);
    wire_udp_wake(udp);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_timer_stop(&patience);
    cr_assert_eq(answered + unreachable + other, wanted);
    cr_assert_eq(engine_inflight(engine), 0);
    return (clock_mono_us() - start_us) / 1000;
}

static void ask_both(int family)
{
    union wire_address nobody;
    union wire_address somebody;
    close(open_port(family, &nobody));
    echo_fds[0] = open_port(family, &somebody);
    ask(0, 100, &nobody);
    ask(100, 100, &somebody);
    /* Far less than the first timeout: the system told of the closed port. */
    cr_assert_lt(run(), 4000);
    cr_assert_eq(answered, 100);
    cr_assert_eq(unreachable, 100);
    cr_assert_eq(engine_counters(engine)->retries, 0);
}

Test(engine_wire, a_closed_port_ends_early_and_an_open_one_answers_over_ipv4)
{
    ask_both(AF_INET);
}

Test(engine_wire, a_closed_port_ends_early_and_an_open_one_answers_over_ipv6)
{
    ask_both(AF_INET6);
}

Test(engine_wire, both_families_are_asked_in_one_turn)
{
    union wire_address addresses[2];
    echo_fds[0] = open_port(AF_INET, &addresses[0]);
    echo_fds[1] = open_port(AF_INET6, &addresses[1]);
    for (unsigned i = 0; i < PEERS; i += 5) {
        ask(i, 5, &addresses[i / 5 % 2]);
    }
    cr_assert_lt(run(), 4000);
    cr_assert_eq(answered, PEERS);
}

/*
 * The wire: how datagrams leave, and the sockets behind it.
 *
 * The engine sends through struct wire only, so a test puts a virtual network in its place. The
 * real one (wire.c) owns one unconnected UDP socket per address family on a libuv loop, with
 * receive buffers as large as the system allows, reads and writes in batches (recvmmsg, sendmmsg)
 * and asks for ICMP errors (IP_RECVERR).
 */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "core/base/base.h"
#include "core/base/bytes.h"

union wire_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

struct wire_packet {
    const union wire_address *to;
    const uint8_t *data;
    size_t size;
    int error; /* written by send: 0, or -errno when this packet can never leave */
};

/* Something that sends. */
struct wire {
    void *self;
    /* Sends packets in order. Returns how many are done with (sent, or their error set); fewer
     * than count when the socket is full: the rest is offered again later. */
    unsigned (*send)(void *self, struct wire_packet *packets, unsigned count);
};

/* Says whether both are the same address and port (and zone, for link-local IPv6). */
static inline bool wire_address_equal(const union wire_address *a, const union wire_address *b)
{
    if (a->any.sa_family != b->any.sa_family) {
        return false;
    }
    if (a->any.sa_family == AF_INET) {
        return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr && a->v4.sin_port == b->v4.sin_port;
    }
    return memcmp(&a->v6.sin6_addr, &b->v6.sin6_addr, sizeof(a->v6.sin6_addr)) == 0 &&
           a->v6.sin6_port == b->v6.sin6_port && a->v6.sin6_scope_id == b->v6.sin6_scope_id;
}

/* Says whether the address never leaves this machine: 127.0.0.0/8 or ::1. */
static inline bool wire_address_is_loopback(const union wire_address *address)
{
    if (address->any.sa_family == AF_INET) {
        return ntohl(address->v4.sin_addr.s_addr) >> 24 == 127;
    }
    return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

/* The port of the address, in the machine's order. */
static inline uint16_t wire_address_port(const union wire_address *address)
{
    return ntohs(address->any.sa_family == AF_INET ? address->v4.sin_port : address->v6.sin6_port);
}

struct uv_loop_s;
struct wire_udp;

/* What the sockets tell their owner. All run on the loop's thread. */
struct wire_udp_events {
    void *owner;
    /* A datagram came in; the bytes are borrowed during the call. truncated: it was longer than
     * any SNMP message may be, and cut. */
    void (*received)(void *owner, const union wire_address *from, struct bytes datagram,
                     int64_t now_us);
    /* The system tells that what we sent to `to` cannot arrive; datagram: its beginning. */
    void (*unreachable)(void *owner, const union wire_address *to, struct bytes datagram,
                        int64_t now_us);
    /* Once per turn, after all that was received: expire, admit, flush. Returns the time (us) of
     * the next turn that is wanted even if nothing comes in, INT64_MAX for none. */
    int64_t (*turn)(void *owner, int64_t now_us);
};

struct wire_udp_counters {
    uint64_t receive_calls;
    uint64_t send_calls;
    uint64_t truncated;
    uint64_t turns;
    uint64_t lag_max_us; /* longest time between a timer's due time and its turn */
};

/* Opens the sockets on the loop. A family that the system lacks is left out; both missing fails.
 * Owns: *out is closed by wire_udp_close and freed after the loop has run once more.
 * Returns: 0 or -errno. */
BASE_MUST_CHECK int wire_udp_open(struct uv_loop_s *loop, const struct wire_udp_events *events,
                                  struct wire_udp **out);

/* The sending end for an engine; lives as long as the wire. */
const struct wire *wire_udp_sender(struct wire_udp *udp);

/* Runs a turn soon, e.g. after new work was put in from outside a turn. */
void wire_udp_wake(struct wire_udp *udp);

/* Stops everything; memory goes when the loop has run the close callbacks. */
void wire_udp_close(struct wire_udp *udp);

/* The receive buffer that the system gave, bytes. */
size_t wire_udp_receive_buffer(const struct wire_udp *udp);

const struct wire_udp_counters *wire_udp_counters(const struct wire_udp *udp);

/*
 * The sockets: datagrams in and out in batches, for every loopback address at once.
 *
 * One IPv4 socket is bound to 0.0.0.0 and learns by IP_PKTINFO which address was asked; it answers
 * from that address. A datagram to or from an address outside 127.0.0.0/8 is counted and dropped.
 * IPv6 devices have a socket each on [::1], with ports of their own.
 */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "bench/sim/options.h"

/* Datagrams of one system call. */
#define SIM_NET_BATCH 64u

/* A datagram that came, or shall go. bytes is borrowed until the next call. */
struct sim_packet {
    const uint8_t *bytes;
    size_t length;
    uint32_t local;  /* the device's address, host byte order; over IPv6 its stand-in */
    uint32_t socket; /* 0 = IPv4; 1.. = IPv6, device number plus one */
    struct sockaddr_storage peer;
};

struct sim_net;

/* Opens the sockets. Returns: 0, or -errno with a sentence in error. */
SIM_MUST_CHECK int sim_net_open(struct sim_net **net, const struct sim_options *options,
                                char *error, size_t error_size);
void sim_net_close(struct sim_net *net);

/* Waits until something came or timeout_us passed (-1 = for ever). Returns: 0 or -errno, -EINTR
 * when a signal came. */
SIM_MUST_CHECK int sim_net_wait(struct sim_net *net, int64_t timeout_us);

/* Takes up to SIM_NET_BATCH datagrams of what has come. Returns: how many; 0 = no more. */
size_t sim_net_receive(struct sim_net *net, struct sim_packet *packets);

/* Queues one datagram; a full queue is sent at once. The bytes must stay until sim_net_flush. */
void sim_net_send(struct sim_net *net, const struct sim_packet *packet);

/* Sends all that is queued. */
void sim_net_flush(struct sim_net *net);

/* Datagrams that the system refused to send. */
uint64_t sim_net_send_errors(const struct sim_net *net);

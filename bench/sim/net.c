#include "bench/sim/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Bytes of socket buffers: room for some 20,000 datagrams while the other side is busy. */
#define SOCKET_BUFFER_BYTES (64 * 1024 * 1024)

/* Bytes of the longest question that is taken whole; no manager asks more at once, and a longer one
 * is malformed for us. Not a multiple of a page, so that the buffers of a batch do not fall into
 * the same lines of the processor's cache. */
#define QUESTION_BYTES 8512u

struct control {
    _Alignas(struct cmsghdr) unsigned char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

struct side {
    struct mmsghdr messages[SIM_NET_BATCH];
    struct iovec vectors[SIM_NET_BATCH];
    struct sockaddr_storage peers[SIM_NET_BATCH];
    struct control controls[SIM_NET_BATCH];
};

struct sim_net {
    uint32_t socket_count;
    uint32_t turn; /* the socket that is read next */
    uint32_t base;
    struct pollfd *sockets; /* [0] is IPv4 */
    struct side in;
    struct side out;
    size_t queued;
    uint32_t queued_socket; /* all queued datagrams leave by this one */
    uint64_t send_errors;
    uint8_t (*bytes)[QUESTION_BYTES];
};

static void prepare(struct side *side)
{
    for (size_t i = 0; i < SIM_NET_BATCH; i++) {
        struct msghdr *header = &side->messages[i].msg_hdr;

        header->msg_iov = &side->vectors[i];
        header->msg_iovlen = 1;
        header->msg_name = &side->peers[i];
        header->msg_control = &side->controls[i];
    }
}

static int open_socket(const struct sockaddr *address, socklen_t length, int *out)
{
    int fd = socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int on = 1;
    int bytes = SOCKET_BUFFER_BYTES;
    int discover = IP_PMTUDISC_DO;
    int code = 0;

    if (fd < 0) {
        return -errno;
    }
    /* The forced sizes need a privilege; without it the system's limit applies. */
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) != 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    }
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) != 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
    }
    if (address->sa_family == AF_INET6) {
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    } else {
        /* Nothing is ever cut on loopback, and a datagram that may not be needs no number of its
         * own: some 3 % of the time. */
        (void)setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof(discover));
        code = setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) != 0 ? -errno : 0;
    }
    if (code == 0 && bind(fd, address, length) != 0) {
        code = -errno;
    }
    if (code != 0) {
        (void)close(fd);
        return code;
    }
    *out = fd;
    return 0;
}

static int open_sockets(struct sim_net *net, const struct sim_options *options)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(options->port)};
    int code = open_socket((const struct sockaddr *)&four, sizeof(four), &net->sockets[0].fd);

    for (uint32_t i = 0; i < options->ipv6_count && code == 0; i++) {
        struct sockaddr_in6 six = {.sin6_family = AF_INET6,
                                   .sin6_port = htons((uint16_t)(options->port + i)),
                                   .sin6_addr = IN6ADDR_LOOPBACK_INIT};

        code = open_socket((const struct sockaddr *)&six, sizeof(six), &net->sockets[i + 1].fd);
    }
    return code;
}

int sim_net_open(struct sim_net **out, const struct sim_options *options, char *error,
                 size_t error_size)
{
    struct sim_net *net = calloc(1, sizeof(*net));
    int code = -ENOMEM;

    if (net == NULL) {
        return -ENOMEM;
    }
    net->base = options->base;
    net->socket_count = 1 + options->ipv6_count;
    net->sockets = calloc(net->socket_count, sizeof(*net->sockets));
    net->bytes = malloc(SIM_NET_BATCH * sizeof(*net->bytes));
    if (net->sockets != NULL && net->bytes != NULL) {
        for (uint32_t i = 0; i < net->socket_count; i++) {
            net->sockets[i] = (struct pollfd){.fd = -1, .events = POLLIN};
        }
        prepare(&net->in);
        prepare(&net->out);
        code = open_sockets(net, options);
    }
    if (code != 0) {
        (void)snprintf(error, error_size, "port %u: %s", (unsigned)options->port, strerror(-code));
        sim_net_close(net);
        return code;
    }
    *out = net;
    return 0;
}

void sim_net_close(struct sim_net *net)
{
    if (net == NULL) {
        return;
    }
    for (uint32_t i = 0; net->sockets != NULL && i < net->socket_count; i++) {
        if (net->sockets[i].fd >= 0) {
            (void)close(net->sockets[i].fd);
        }
    }
    free(net->sockets);
    free(net->bytes);
    free(net);
}

int sim_net_wait(struct sim_net *net, int64_t timeout_us)
{
    struct timespec wait = {.tv_sec = timeout_us / 1000000, .tv_nsec = timeout_us % 1000000 * 1000};

    net->turn = 0;
    if (ppoll(net->sockets, net->socket_count, timeout_us < 0 ? NULL : &wait, NULL) < 0) {
        return -errno;
    }
    return 0;
}

/* The address that a datagram was sent to, or 0. */
static uint32_t asked_address(struct msghdr *header)
{
    for (struct cmsghdr *at = CMSG_FIRSTHDR(header); at != NULL; at = CMSG_NXTHDR(header, at)) {
        if (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;

            memcpy(&info, CMSG_DATA(at), sizeof(info));
            return ntohl(info.ipi_addr.s_addr);
        }
    }
    return 0;
}

static bool is_loopback(const struct sim_packet *packet)
{
    struct sockaddr_in peer;

    if (packet->socket != 0) {
        return true; /* bound to [::1]: the system lets nothing else in */
    }
    memcpy(&peer, &packet->peer, sizeof(peer));
    return packet->local >> 24 == 127 && ntohl(peer.sin_addr.s_addr) >> 24 == 127;
}

static size_t receive_from(struct sim_net *net, uint32_t socket, struct sim_packet *packets)
{
    size_t count = 0;
    int came;

    for (size_t i = 0; i < SIM_NET_BATCH; i++) {
        net->in.vectors[i] = (struct iovec){net->bytes[i], QUESTION_BYTES};
        net->in.messages[i].msg_hdr.msg_namelen = sizeof(net->in.peers[i]);
        net->in.messages[i].msg_hdr.msg_controllen = sizeof(net->in.controls[i]);
    }
    came = recvmmsg(net->sockets[socket].fd, net->in.messages, SIM_NET_BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < came; i++) {
        struct sim_packet *packet = &packets[count];

        packet->bytes = net->bytes[i];
        packet->length = net->in.messages[i].msg_len;
        packet->socket = socket;
        packet->peer = net->in.peers[i];
        packet->local =
            socket == 0 ? asked_address(&net->in.messages[i].msg_hdr) : net->base + socket - 1;
        if (is_loopback(packet)) {
            count++;
        }
    }
    /* A full batch of strangers must not look like the end. */
    return count == 0 && came > 0 ? receive_from(net, socket, packets) : count;
}

size_t sim_net_receive(struct sim_net *net, struct sim_packet *packets)
{
    while (net->turn < net->socket_count) {
        if ((net->sockets[net->turn].revents & (POLLIN | POLLERR)) != 0) {
            size_t count = receive_from(net, net->turn, packets);

            if (count > 0) {
                return count;
            }
        }
        net->turn++;
    }
    return 0;
}

void sim_net_send(struct sim_net *net, const struct sim_packet *packet)
{
    struct side *out = &net->out;
    size_t i;

    if (net->queued == SIM_NET_BATCH || packet->socket != net->queued_socket) {
        sim_net_flush(net);
    }
    net->queued_socket = packet->socket;
    i = net->queued++;
    out->vectors[i].iov_base = (void *)(uintptr_t)packet->bytes;
    out->vectors[i].iov_len = packet->length;
    out->messages[i].msg_hdr.msg_controllen = 0;
    if (packet->socket == 0) {
        struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl(packet->local)};
        struct cmsghdr *header;

        memcpy(&out->peers[i], &packet->peer, sizeof(struct sockaddr_in));
        out->messages[i].msg_hdr.msg_namelen = sizeof(struct sockaddr_in);
        out->messages[i].msg_hdr.msg_controllen = sizeof(out->controls[i]);
        header = CMSG_FIRSTHDR(&out->messages[i].msg_hdr);
        header->cmsg_level = IPPROTO_IP;
        header->cmsg_type = IP_PKTINFO;
        header->cmsg_len = CMSG_LEN(sizeof(info));
        memcpy(CMSG_DATA(header), &info, sizeof(info));
    } else {
        memcpy(&out->peers[i], &packet->peer, sizeof(struct sockaddr_in6));
        out->messages[i].msg_hdr.msg_namelen = sizeof(struct sockaddr_in6);
    }
}

void sim_net_flush(struct sim_net *net)
{
    size_t sent = 0;

    while (sent < net->queued) {
        int n = sendmmsg(net->sockets[net->queued_socket].fd, net->out.messages + sent,
                         (unsigned)(net->queued - sent), 0);

        if (n > 0) {
            sent += (size_t)n;
        } else if (n < 0 && errno != EINTR) {
            net->send_errors++; /* the first of them cannot go; the others may */
            sent++;
        }
    }
    net->queued = 0;
}

uint64_t sim_net_send_errors(const struct sim_net *net)
{
    return net->send_errors;
}

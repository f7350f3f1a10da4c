#include "core/engine/wire.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <unistd.h>

#include <uv.h>

#include "core/base/clock.h"

/* Datagrams per recvmmsg. */
#define WIRE_BATCH 64
/* Batches read before the turn goes on: expiry and sending must get their share. */
#define WIRE_BATCHES_PER_TURN 4
/* A UDP datagram cannot be longer. */
#define WIRE_DATAGRAM_MAX 65535
/* Distance of two receive buffers: a whole datagram, and no power of two, so that the beginnings
 * of 64 datagrams do not all compete for the same few lines of the processor's caches. */
#define WIRE_STRIDE (65536 + 24 * 64)
/* What the system is asked for; it gives what net.core.rmem_max or CAP_NET_ADMIN allow. */
#define WIRE_RECEIVE_BUFFER (64 << 20)
#define WIRE_SEND_BUFFER    (4 << 20)
/* Times a send is tried again because it may have reported the ICMP error of an earlier packet:
 * the system keeps one such error, so what comes back thrice is about this packet. */
#define WIRE_STALE_ERRORS_MAX 2

struct wire_socket {
    int fd;
    uv_poll_t poll;
    bool is_open;
    bool wants_write;
};

struct wire_udp {
    struct wire sender;
    struct wire_udp_events events;
    struct wire_socket v4;
    struct wire_socket v6;
    uv_timer_t timer;
    uv_check_t check;
    uv_idle_t hurry; /* active while a turn is due: the loop then does not wait */
    int64_t timer_due_us;
    unsigned handles; /* open libuv handles; memory is freed when the last one has closed */
    bool is_due;
    bool is_closing;
    struct wire_udp_counters counters;
    uint8_t *buffers;
    union wire_address from[WIRE_BATCH];
    struct iovec receive_iov[WIRE_BATCH];
    struct mmsghdr receive[WIRE_BATCH];
    struct iovec send_iov[WIRE_BATCH];
    struct mmsghdr send[WIRE_BATCH];
};

static socklen_t wire_address_size(const union wire_address *address)
{
    return address->any.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}

/* An error of sendmmsg that says nothing about the packet it was reported for: with IP_RECVERR an
 * ICMP error of an earlier one is reported on the next call, and so is a datagram that was too
 * large to be sent whole. */
static bool wire_error_is_stale(int error)
{
    return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH ||
           error == EHOSTDOWN || error == ENOPROTOOPT || error == EPROTO || error == EMSGSIZE;
}

static void wire_want_write(struct wire_udp *udp, struct wire_socket *socket);

/* Sends a run of packets of one family. Returns how many are done with. */
static unsigned wire_send_run(struct wire_udp *udp, struct wire_socket *socket,
                              struct wire_packet *packets, unsigned count)
{
    if (!socket->is_open) {
        for (unsigned i = 0; i < count; i++) {
            packets[i].error = -EAFNOSUPPORT;
        }
        return count;
    }
    for (unsigned i = 0; i < count; i++) {
        udp->send_iov[i].iov_base = (void *)(uintptr_t)packets[i].data;
        udp->send_iov[i].iov_len = packets[i].size;
        udp->send[i].msg_hdr.msg_name = (void *)(uintptr_t)packets[i].to;
        udp->send[i].msg_hdr.msg_namelen = wire_address_size(packets[i].to);
    }
    unsigned done = 0;
    unsigned stale = 0;
    while (done < count) {
        udp->counters.send_calls++;
        int sent = sendmmsg(socket->fd, udp->send + done, count - done, MSG_DONTWAIT);
        if (sent > 0) {
            done += (unsigned)sent;
            stale = 0;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
            wire_want_write(udp, socket);
            break;
        } else if (errno == EINTR) {
            continue;
        } else if (wire_error_is_stale(errno) && stale < WIRE_STALE_ERRORS_MAX) {
            stale++;
        } else {
            packets[done++].error = -errno;
            stale = 0;
        }
    }
    return done;
}

static unsigned wire_send(void *self, struct wire_packet *packets, unsigned count)
{
    struct wire_udp *udp = self;
    unsigned done = 0;
    while (done < count) {
        sa_family_t family = packets[done].to->any.sa_family;
        unsigned run = 1;
        while (done + run < count && run < WIRE_BATCH &&
               packets[done + run].to->any.sa_family == family) {
            run++;
        }
        struct wire_socket *socket = family == AF_INET ? &udp->v4 : &udp->v6;
        unsigned sent = wire_send_run(udp, socket, packets + done, run);
        done += sent;
        if (sent < run) {
            break;
        }
    }
    return done;
}

static bool wire_is_unreachable(const struct sock_extended_err *error)
{
    if (error->ee_origin == SO_EE_ORIGIN_ICMP) {
        return error->ee_type == ICMP_DEST_UNREACH && error->ee_code != ICMP_FRAG_NEEDED;
    }
    if (error->ee_origin == SO_EE_ORIGIN_ICMP6) {
        return error->ee_type == ICMP6_DST_UNREACH;
    }
    return error->ee_origin == SO_EE_ORIGIN_LOCAL;
}

/* Reads one entry of the error queue. Returns false when it is empty. */
static bool wire_read_error(struct wire_udp *udp, struct wire_socket *socket, int64_t now_us)
{
    uint8_t data[512];
    union {
        struct cmsghdr header; /* for its alignment */
        uint8_t bytes[512];
    } control;
    union wire_address to = {0};
    struct iovec iov = {.iov_base = data, .iov_len = sizeof(data)};
    struct msghdr message = {.msg_name = &to,
                             .msg_namelen = sizeof(to),
                             .msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    ssize_t size = recvmsg(socket->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (size < 0) {
        return errno == EINTR;
    }
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part != NULL;
         part = CMSG_NXTHDR(&message, part)) {
        bool is_error = (part->cmsg_level == SOL_IP && part->cmsg_type == IP_RECVERR) ||
                        (part->cmsg_level == SOL_IPV6 && part->cmsg_type == IPV6_RECVERR);
        struct sock_extended_err error;
        if (!is_error || part->cmsg_len < CMSG_LEN(sizeof(error))) {
            continue;
        }
        memcpy(&error, CMSG_DATA(part), sizeof(error));
        if (wire_is_unreachable(&error)) {
            udp->events.unreachable(udp->events.owner, &to, bytes_of(data, (size_t)size), now_us);
        }
    }
    return true;
}

static void wire_read_errors(struct wire_udp *udp, struct wire_socket *socket)
{
    int64_t now_us = clock_mono_us();
    for (unsigned i = 0; i < WIRE_BATCH * WIRE_BATCHES_PER_TURN && !udp->is_closing; i++) {
        if (!wire_read_error(udp, socket, now_us)) {
            break;
        }
    }
}

/* Reads one batch. Returns false when the socket is empty. */
static bool wire_read_batch(struct wire_udp *udp, struct wire_socket *socket)
{
    for (unsigned i = 0; i < WIRE_BATCH; i++) {
        udp->receive[i].msg_hdr.msg_namelen = sizeof(udp->from[i]);
    }
    udp->counters.receive_calls++;
    int count = recvmmsg(socket->fd, udp->receive, WIRE_BATCH, MSG_DONTWAIT, NULL);
    if (count < 0) {
        /* A pending ICMP error surfaces here once; its details are in the error queue. */
        return errno != EAGAIN && errno != EWOULDBLOCK;
    }
    int64_t now_us = clock_mono_us();
    for (int i = 0; i < count && !udp->is_closing; i++) {
        if ((udp->receive[i].msg_hdr.msg_flags & MSG_TRUNC) != 0) {
            udp->counters.truncated++;
            continue;
        }
        struct bytes datagram = bytes_of(udp->receive_iov[i].iov_base, udp->receive[i].msg_len);
        udp->events.received(udp->events.owner, &udp->from[i], datagram, now_us);
    }
    return count == WIRE_BATCH;
}

static void wire_poll_update(struct wire_socket *socket);

static void wire_on_ready(uv_poll_t *handle, int status, int events)
{
    struct wire_udp *udp = handle->data;
    struct wire_socket *socket = BASE_CONTAINER_OF(handle, struct wire_socket, poll);
    udp->is_due = true;
    wire_read_errors(udp, socket);
    if (udp->is_closing) {
        return;
    }
    if (status != 0) {
        /* libuv stops watching at POLLERR, which an ICMP error in the queue is, and reports it as a
         * status: without this the socket would be deaf from the first unreachable device on. */
        wire_poll_update(socket);
    } else if ((events & UV_WRITABLE) != 0 && socket->wants_write) {
        socket->wants_write = false;
        wire_poll_update(socket);
    }
    for (unsigned i = 0; i < WIRE_BATCHES_PER_TURN && !udp->is_closing; i++) {
        if (!wire_read_batch(udp, socket)) {
            break;
        }
    }
}

static void wire_poll_update(struct wire_socket *socket)
{
    int events = UV_READABLE | (socket->wants_write ? UV_WRITABLE : 0);
    int status = uv_poll_start(&socket->poll, events, wire_on_ready);
    BASE_REQUIRE(status == 0);
}

static void wire_want_write(struct wire_udp *udp, struct wire_socket *socket)
{
    if (!socket->wants_write && !udp->is_closing) {
        socket->wants_write = true;
        wire_poll_update(socket);
    }
}

static void wire_on_hurry(uv_idle_t *hurry)
{
    (void)hurry;
}

/* A turn is due: it runs in the check phase, after the loop has looked at the sockets, so that
 * timers due at once cannot starve them. */
static void wire_hurry(struct wire_udp *udp)
{
    udp->is_due = true;
    uv_idle_start(&udp->hurry, wire_on_hurry);
}

static void wire_on_timer(uv_timer_t *timer)
{
    struct wire_udp *udp = timer->data;
    wire_hurry(udp);
    int64_t lag_us = clock_mono_us() - udp->timer_due_us;
    if (lag_us > 0 && (uint64_t)lag_us > udp->counters.lag_max_us) {
        udp->counters.lag_max_us = (uint64_t)lag_us;
    }
}

static void wire_arm(struct wire_udp *udp, int64_t due_us)
{
    if (due_us == INT64_MAX) {
        uv_timer_stop(&udp->timer);
        return;
    }
    if (due_us == udp->timer_due_us && uv_is_active((const uv_handle_t *)&udp->timer) != 0) {
        return;
    }
    int64_t wait_us = due_us - clock_mono_us();
    if (wait_us <= 0) {
        wire_hurry(udp);
        return;
    }
    /* Rounded up: a timer that fires a moment early only costs a turn without effect. */
    uint64_t wait_ms = ((uint64_t)wait_us + 999) / 1000;
    udp->timer_due_us = due_us;
    uv_update_time(udp->timer.loop);
    uv_timer_start(&udp->timer, wire_on_timer, wait_ms, 0);
}

static void wire_on_check(uv_check_t *check)
{
    struct wire_udp *udp = check->data;
    if (!udp->is_due || udp->is_closing) {
        return;
    }
    udp->is_due = false;
    uv_idle_stop(&udp->hurry);
    udp->counters.turns++;
    int64_t due_us = udp->events.turn(udp->events.owner, clock_mono_us());
    if (!udp->is_closing) {
        wire_arm(udp, due_us);
    }
}

static void wire_set_buffers(int fd)
{
    int receive = WIRE_RECEIVE_BUFFER;
    int send = WIRE_SEND_BUFFER;
    /* The FORCE form needs CAP_NET_ADMIN; the plain one is cut to net.core.rmem_max. */
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive, sizeof(receive)) != 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive, sizeof(receive));
    }
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &send, sizeof(send)) != 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send, sizeof(send));
    }
}

/* Requests fit the smallest path that IPv6 allows (1,280 octets), so they never need fragments,
 * which weak agents drop; and a datagram that may not be fragmented needs no identification, which
 * costs the kernel an atomic counter (RFC 6864 section 4.1). */
static void wire_forbid_fragments(int fd, int family)
{
    int probe = IP_PMTUDISC_PROBE;
    if (family == AF_INET) {
        (void)setsockopt(fd, SOL_IP, IP_MTU_DISCOVER, &probe, sizeof(probe));
    }
}

static int wire_socket_open(struct wire_udp *udp, uv_loop_t *loop, struct wire_socket *wire_socket,
                            int family)
{
    int on = 1;
    union wire_address any = {.any.sa_family = (sa_family_t)family};
    int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    if (family == AF_INET6) {
        (void)setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &on, sizeof(on));
        (void)setsockopt(fd, SOL_IPV6, IPV6_RECVERR, &on, sizeof(on));
    } else {
        (void)setsockopt(fd, SOL_IP, IP_RECVERR, &on, sizeof(on));
    }
    wire_set_buffers(fd);
    wire_forbid_fragments(fd, family);
    if (bind(fd, &any.any, wire_address_size(&any)) != 0) {
        int status = -errno;
        close(fd);
        return status;
    }
    int status = uv_poll_init(loop, &wire_socket->poll, fd);
    if (status != 0) {
        close(fd);
        return status;
    }
    udp->handles++;
    wire_socket->fd = fd;
    wire_socket->poll.data = udp;
    wire_socket->is_open = true;
    wire_poll_update(wire_socket);
    return 0;
}

static void wire_link_buffers(struct wire_udp *udp)
{
    for (unsigned i = 0; i < WIRE_BATCH; i++) {
        udp->receive_iov[i].iov_base = udp->buffers + (size_t)i * WIRE_STRIDE;
        udp->receive_iov[i].iov_len = WIRE_DATAGRAM_MAX;
        udp->receive[i].msg_hdr.msg_iov = &udp->receive_iov[i];
        udp->receive[i].msg_hdr.msg_iovlen = 1;
        udp->receive[i].msg_hdr.msg_name = &udp->from[i];
        udp->send[i].msg_hdr.msg_iov = &udp->send_iov[i];
        udp->send[i].msg_hdr.msg_iovlen = 1;
    }
}

int wire_udp_open(uv_loop_t *loop, const struct wire_udp_events *events, struct wire_udp **out)
{
    struct wire_udp *udp = calloc(1, sizeof(*udp));
    if (udp == NULL) {
        return -ENOMEM;
    }
    udp->buffers = malloc((size_t)WIRE_BATCH * WIRE_STRIDE);
    if (udp->buffers == NULL) {
        free(udp);
        return -ENOMEM;
    }
    udp->events = *events;
    udp->sender = (struct wire){.self = udp, .send = wire_send};
    wire_link_buffers(udp);
    uv_timer_init(loop, &udp->timer);
    uv_check_init(loop, &udp->check);
    uv_idle_init(loop, &udp->hurry);
    udp->handles = 3;
    udp->hurry.data = udp;
    udp->timer.data = udp;
    udp->check.data = udp;
    int status = wire_socket_open(udp, loop, &udp->v4, AF_INET);
    int status_v6 = wire_socket_open(udp, loop, &udp->v6, AF_INET6);
    if (status != 0 && status_v6 != 0) {
        wire_udp_close(udp);
        return status;
    }
    uv_check_start(&udp->check, wire_on_check);
    wire_udp_wake(udp);
    *out = udp;
    return 0;
}

const struct wire *wire_udp_sender(struct wire_udp *udp)
{
    return &udp->sender;
}

void wire_udp_wake(struct wire_udp *udp)
{
    if (!udp->is_closing) {
        wire_hurry(udp);
    }
}

static void wire_on_closed(uv_handle_t *handle)
{
    struct wire_udp *udp = handle->data;
    if (--udp->handles == 0) {
        free(udp->buffers);
        free(udp);
    }
}

static void wire_socket_close(struct wire_socket *socket)
{
    if (socket->is_open) {
        uv_poll_stop(&socket->poll);
        close(socket->fd);
        uv_close((uv_handle_t *)&socket->poll, wire_on_closed);
        socket->is_open = false;
    }
}

void wire_udp_close(struct wire_udp *udp)
{
    if (udp == NULL || udp->is_closing) {
        return;
    }
    udp->is_closing = true;
    wire_socket_close(&udp->v4);
    wire_socket_close(&udp->v6);
    uv_close((uv_handle_t *)&udp->timer, wire_on_closed);
    uv_close((uv_handle_t *)&udp->check, wire_on_closed);
    uv_close((uv_handle_t *)&udp->hurry, wire_on_closed);
}

size_t wire_udp_receive_buffer(const struct wire_udp *udp)
{
    int size = 0;
    socklen_t length = sizeof(size);
    int fd = udp->v4.is_open ? udp->v4.fd : udp->v6.fd;
    if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &length) != 0) {
        return 0;
    }
    return (size_t)size;
}

const struct wire_udp_counters *wire_udp_counters(const struct wire_udp *udp)
{
    return &udp->counters;
}

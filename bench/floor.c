/*
 * The floor: what the system calls cost. The recorded datagrams leave by sendmmsg and the answers
 * are received by recvmmsg; nothing of an answer is looked at but its source address, which tells
 * whose next datagram may leave. No loop library, no timers, no timeouts but one for the whole.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/script.h"
#include "core/base/clock.h"

#define FLOOR_BATCH  64
#define FLOOR_STRIDE (65536 + 24 * 64)
#define FLOOR_BUFFER (64 << 20)
/* An answer that has not come by then is lost, and the run with it. */
#define FLOOR_PATIENCE_MS 2000

struct floor {
    const struct contest_fleet *fleet;
    struct script script;
    int fd;
    uint32_t *position; /* per device: its next line */
    uint32_t *ready;    /* devices whose next line may leave; a stack */
    uint32_t ready_count;
    uint32_t started;
    uint64_t answered;
    uint64_t finished;
    uint8_t *buffers;
    struct mmsghdr receive[FLOOR_BATCH];
    struct iovec receive_iov[FLOOR_BATCH];
    struct sockaddr_in from[FLOOR_BATCH];
    struct mmsghdr send[FLOOR_BATCH];
    struct iovec send_iov[FLOOR_BATCH];
    union wire_address to[FLOOR_BATCH];
};

static void floor_link(struct floor *floor)
{
    for (unsigned i = 0; i < FLOOR_BATCH; i++) {
        floor->receive_iov[i].iov_base = floor->buffers + (size_t)i * FLOOR_STRIDE;
        floor->receive_iov[i].iov_len = 65535;
        floor->receive[i].msg_hdr.msg_iov = &floor->receive_iov[i];
        floor->receive[i].msg_hdr.msg_iovlen = 1;
        floor->receive[i].msg_hdr.msg_name = &floor->from[i];
        floor->send[i].msg_hdr.msg_iov = &floor->send_iov[i];
        floor->send[i].msg_hdr.msg_iovlen = 1;
        floor->send[i].msg_hdr.msg_name = &floor->to[i];
        floor->send[i].msg_hdr.msg_namelen = sizeof(floor->to[i].v4);
    }
}

static int floor_open(struct floor *floor)
{
    int size = FLOOR_BUFFER;
    floor->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    floor->position = calloc(floor->fleet->devices, sizeof(*floor->position));
    floor->ready = calloc(floor->fleet->devices, sizeof(*floor->ready));
    floor->buffers = malloc((size_t)FLOOR_BATCH * FLOOR_STRIDE);
    if (floor->fd < 0) {
        return -errno;
    }
    if (floor->position == NULL || floor->ready == NULL || floor->buffers == NULL) {
        return -ENOMEM;
    }
    if (setsockopt(floor->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0) {
        (void)setsockopt(floor->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    }
    floor_link(floor);
    return 0;
}

/* Sends one batch of what is ready. Returns false when the socket is full or nothing is ready. */
static bool floor_send(struct floor *floor)
{
    unsigned count = floor->ready_count < FLOOR_BATCH ? floor->ready_count : FLOOR_BATCH;
    for (unsigned i = 0; i < count; i++) {
        uint32_t device = floor->ready[floor->ready_count - 1 - i];
        const struct script_line *line =
            &floor->script.lines[floor->script.first[device] + floor->position[device]];
        script_address(floor->fleet, device, &floor->to[i]);
        floor->send_iov[i].iov_base = floor->script.octets + line->at;
        floor->send_iov[i].iov_len = line->size;
    }
    int sent = count > 0 ? sendmmsg(floor->fd, floor->send, count, MSG_DONTWAIT) : 0;
    if (sent <= 0) {
        return false;
    }
    for (unsigned i = 0; i < (unsigned)sent; i++) {
        floor->position[floor->ready[floor->ready_count - 1 - i]]++;
    }
    floor->ready_count -= (unsigned)sent;
    return true;
}

static bool floor_receive(struct floor *floor)
{
    for (unsigned i = 0; i < FLOOR_BATCH; i++) {
        floor->receive[i].msg_hdr.msg_namelen = sizeof(floor->from[i]);
    }
    int count = recvmmsg(floor->fd, floor->receive, FLOOR_BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++) {
        uint32_t device = ntohl(floor->from[i].sin_addr.s_addr) - floor->fleet->first;
        if (device >= floor->fleet->devices) {
            continue;
        }
        floor->answered++;
        uint32_t lines = floor->script.first[device + 1] - floor->script.first[device];
        if (floor->position[device] < lines) {
            floor->ready[floor->ready_count++] = device;
        } else {
            floor->finished++;
        }
    }
    return count == FLOOR_BATCH;
}

static int floor_run(struct floor *floor)
{
    uint32_t devices = floor->fleet->devices;
    while (floor->finished < devices) {
        uint32_t under_way = floor->started - (uint32_t)floor->finished;
        for (unsigned i = 0;
             i < FLOOR_BATCH && floor->started < devices && under_way < floor->fleet->window;
             i++, under_way++) {
            floor->ready[floor->ready_count++] = floor->started++;
        }
        while (floor_send(floor)) {
        }
        struct pollfd wait = {.fd = floor->fd, .events = POLLIN};
        if (poll(&wait, 1, FLOOR_PATIENCE_MS) == 0) {
            fprintf(stderr, "platen-bench: floor: an answer was lost\n");
            return BASE_ETIMEOUT;
        }
        for (unsigned i = 0; i < 4 && floor_receive(floor); i++) {
        }
    }
    return 0;
}

int contest_floor(const struct contest_fleet *fleet, struct contest_result *out)
{
    struct floor floor = {.fleet = fleet, .fd = -1};
    int status = script_record(fleet, &floor.script);
    if (status == 0) {
        status = floor_open(&floor);
    }
    if (status == 0) {
        int64_t cpu_us = clock_cpu_us();
        int64_t wall_us = clock_mono_us();
        status = floor_run(&floor);
        out->wall_us = clock_mono_us() - wall_us;
        out->cpu_us = clock_cpu_us() - cpu_us;
        out->devices = floor.finished;
        out->pdus = floor.answered;
    }
    if (floor.fd >= 0) {
        close(floor.fd);
    }
    free(floor.position);
    free(floor.ready);
    free(floor.buffers);
    script_fini(&floor.script);
    return status;
}

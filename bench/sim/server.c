#include "bench/sim/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sim/agent.h"
#include "bench/sim/net.h"

struct sim_server {
    struct sim_fleet *fleet;
    const struct sim_options *options;
    struct sim_clock clock;
    struct sim_net *net;
    struct sim_stats stats;
    size_t community_length;
    uint64_t real_us;      /* of the batch in hand */
    uint64_t simulated_ms; /* the same instant */
    struct sim_packet packets[SIM_NET_BATCH];
    struct sim_request request;
    struct sim_plan plan;
    size_t answer_bytes; /* of one buffer below */
    uint8_t *answers;    /* one buffer for each datagram of a batch */
};

int sim_server_open(struct sim_server **out, struct sim_fleet *fleet,
                    const struct sim_options *options, char *error, size_t error_size)
{
    struct sim_server *server = calloc(1, sizeof(*server));
    int code = -ENOMEM;

    if (server == NULL) {
        return -ENOMEM;
    }
    server->fleet = fleet;
    server->options = options;
    server->community_length = strlen(options->community);
    server->answer_bytes = SIM_ANSWER_BYTES(options->reply_max);
    server->answers = malloc(SIM_NET_BATCH * server->answer_bytes);
    if (server->answers != NULL) {
        code = sim_net_open(&server->net, options, error, error_size);
    }
    if (code != 0) {
        sim_server_close(server);
        return code;
    }
    sim_clock_start(&server->clock, options);
    *out = server;
    return 0;
}

void sim_server_close(struct sim_server *server)
{
    if (server != NULL) {
        sim_net_close(server->net);
        free(server->answers);
        free(server);
    }
}

uint64_t sim_server_now_ms(const struct sim_server *server)
{
    return sim_clock_simulated_ms(&server->clock, sim_clock_real_us());
}

const struct sim_stats *sim_server_stats(struct sim_server *server)
{
    server->stats.send_errors = sim_net_send_errors(server->net);
    server->stats.wall_seconds = (double)(sim_clock_real_us() - server->clock.start_us) / 1e6;
    return &server->stats;
}

static void count_type(struct sim_stats *stats, uint8_t type)
{
    stats->gets += type == SIM_TAG_GET;
    stats->getnexts += type == SIM_TAG_GETNEXT;
    stats->getbulks += type == SIM_TAG_GETBULK;
    stats->sets += type == SIM_TAG_SET;
}

static void answer(struct sim_server *server, const struct sim_packet *packet, uint32_t number,
                   uint8_t *buffer)
{
    struct sim_packet reply = *packet;
    struct sim_identity identity;
    struct sim_view view;
    struct sim_slice message;

    if (!sim_request_names(&server->request)) {
        server->stats.dropped_malformed++;
        return;
    }
    sim_fleet_identify(server->fleet, number, &identity);
    sim_device_view(&view, &identity, server->simulated_ms, 0);
    sim_agent_plan(&identity.model->mib, &view, &server->request, server->options->reply_max, 0,
                   &server->plan);
    sim_agent_write(&view, &server->request, &server->plan, server->options->reply_max, 0, buffer,
                    &message);
    if (message.length == 0) {
        server->stats.dropped_silent++;
        return;
    }
    reply.bytes = message.bytes;
    reply.length = message.length;
    server->stats.replies++;
    server->stats.reply_bytes += message.length;
    sim_net_send(server->net, &reply);
}

static void hear(struct sim_server *server, const struct sim_packet *packet, uint8_t *buffer)
{
    struct sim_request *request = &server->request;
    uint32_t number;

    if (!sim_fleet_find(server->fleet, packet->local, &number)) {
        server->stats.dropped_stranger++;
        return;
    }
    server->stats.requests++;
    switch (sim_request_head(request, packet->bytes, packet->length)) {
    case SIM_REFUSAL_NONE:
        break;
    case SIM_REFUSAL_VERSION:
        server->stats.dropped_version++;
        return;
    case SIM_REFUSAL_MALFORMED:
    case SIM_REFUSAL_TYPE:
        server->stats.dropped_malformed++;
        return;
    }
    if (request->community.length != server->community_length ||
        memcmp(request->community.bytes, server->options->community, server->community_length) !=
            0) {
        server->stats.dropped_community++;
        return;
    }
    count_type(&server->stats, request->type);
    answer(server, packet, number, buffer);
}

static void serve(struct sim_server *server)
{
    size_t count;

    while ((count = sim_net_receive(server->net, server->packets)) > 0) {
        server->real_us = sim_clock_real_us();
        server->simulated_ms = sim_clock_simulated_ms(&server->clock, server->real_us);
        for (size_t i = 0; i < count; i++) {
            hear(server, &server->packets[i], server->answers + i * server->answer_bytes);
        }
        sim_net_flush(server->net);
    }
}

/* Real microseconds until something is to be done without a question; -1 = never. */
static int64_t time_left(const struct sim_server *server)
{
    uint64_t end_us;
    uint64_t now_us;

    if (server->options->run_seconds <= 0) {
        return -1;
    }
    end_us = server->clock.start_us + (uint64_t)(server->options->run_seconds * 1e6);
    now_us = sim_clock_real_us();
    return now_us >= end_us ? 0 : (int64_t)(end_us - now_us);
}

int sim_server_run(struct sim_server *server, volatile sig_atomic_t *stop,
                   volatile sig_atomic_t *wake, void (*on_wake)(struct sim_server *))
{
    while (*stop == 0) {
        int64_t left = time_left(server);
        int code;

        if (left == 0) {
            break;
        }
        code = sim_net_wait(server->net, left);
        if (code != 0 && code != -EINTR) {
            return code;
        }
        if (*wake != 0) {
            *wake = 0;
            on_wake(server);
        }
        if (code == 0) {
            serve(server);
        }
    }
    return 0;
}

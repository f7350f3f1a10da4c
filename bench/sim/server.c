#include "bench/sim/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sim/agent.h"
#include "bench/sim/hostile.h"
#include "bench/sim/outlet.h"
#include "bench/sim/port.h"
#include "bench/sim/template.h"
#include "bench/sim/v3.h"

/* Templates of all models and questions that are kept at once. */
#define TEMPLATES_MAX 16384u

/* A sleepy device falls asleep when nobody has asked it for so long. */
#define SLEEP_AFTER_S 60u

/* How long a sleepy device takes to wake, when it does answer the first question. */
#define WAKE_US 1000000u

/* Batches that are served before signals and time are looked at again. */
#define TURNS_MAX 64u

/* The loop looks around as often, since a signal may come just before it starts to wait. */
#define WAIT_US 500000

/* How long a device that a question made restart is silent. */
#define RESTART_S 5u

struct sim_server {
    struct sim_fleet *fleet;
    const struct sim_options *options;
    struct sim_clock clock;
    struct sim_net *net;
    struct sim_impair *impair;
    struct sim_templates *templates; /* NULL: --no-templates */
    struct sim_v3 *v3;               /* NULL: no --v3 */
    struct sim_stats stats;
    struct sim_outlet outlet;
    uint64_t real_us;      /* of the batch in hand */
    uint64_t simulated_ms; /* the same instant */
    struct sim_packet packets[SIM_NET_BATCH];
    struct sim_request request;
    struct sim_view view;
    struct sim_plan plan;
    size_t answer_bytes; /* of one buffer below */
    uint8_t *answers;    /* one buffer for each datagram of a batch */
    uint8_t hostile[SIM_HOSTILE_BYTES];
    uint8_t wrapped[SIM_HOSTILE_BYTES];
};

/* One question on its way through. */
struct question {
    const struct sim_packet *packet;
    struct sim_identity identity;
    struct sim_slot *slot;
    uint8_t port;     /* of a print server; 0 = it is none */
    uint32_t wake_us; /* what a sleepy device adds to the time of its answer */
    uint8_t *buffer;
    const struct sim_mib *mib; /* what the device shows to this question */
    size_t reply_max;
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
    server->answer_bytes = SIM_ANSWER_BYTES(options->reply_max);
    server->answers = malloc(SIM_NET_BATCH * server->answer_bytes);
    if (server->answers != NULL) {
        code = sim_impair_open(&server->impair, options);
    }
    if (code == 0 && options->has_templates) {
        code = sim_template_open(&server->templates, TEMPLATES_MAX);
    }
    if (code == 0 && options->v3_user_count > 0) {
        code = sim_v3_open(&server->v3, fleet, options);
    }
    if (code == 0) {
        code = sim_net_open(&server->net, options, error, error_size);
    }
    if (code != 0) {
        sim_server_close(server);
        return code;
    }
    server->outlet = (struct sim_outlet){.net = server->net,
                                         .impair = server->impair,
                                         .stats = &server->stats,
                                         .is_impaired = sim_impair_is_needed(options)};
    sim_clock_start(&server->clock, options);
    *out = server;
    return 0;
}

void sim_server_close(struct sim_server *server)
{
    if (server != NULL) {
        sim_net_close(server->net);
        sim_template_close(server->templates);
        sim_v3_close(server->v3);
        sim_impair_close(server->impair);
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
    server->stats.template_flushes =
        server->templates == NULL ? 0 : sim_template_flushes(server->templates);
    server->stats.wall_seconds = (double)(sim_clock_real_us() - server->clock.start_us) / 1e6;
    return &server->stats;
}

/* ---- the way out ---- */

static void send_answer(struct sim_server *server, const struct question *question,
                        struct sim_slice message, uint32_t later_us)
{
    sim_outlet_send(&server->outlet, question->packet, message.bytes, message.length,
                    later_us + question->wake_us,
                    (question->slot->behaviours & SIM_BEHAVIOUR_WRONG_SOURCE) != 0);
}

/* Sends all that is queued. */
static void flush(struct sim_server *server)
{
    sim_v3_seal(server->v3);
    sim_net_flush(server->net);
}

/* Wraps the PDU of an answer; what comes before the answer is sent. */
static void wrap(struct sim_server *server, const struct question *question, struct sim_slice *made)
{
    struct sim_slice extra;

    if (question->slot->v3_flaw == 0 && question->wake_us == 0 && !server->outlet.is_impaired) {
        /* It leaves with its batch and is sealed with it. */
        sim_v3_wrap_later(server->v3, question->buffer, *made, made);
        return;
    }
    sim_v3_wrap(server->v3, question->buffer, *made, made);
    extra = *made;
    for (unsigned i = 0; sim_v3_forerun(server->v3, i, server->wrapped, &extra); i++) {
        send_answer(server, question, extra, 0);
        flush(server); /* the bytes are used again */
    }
}

/* Sends what the agent made: a message, or for SNMPv3 a PDU that has none yet. */
static void send_made(struct sim_server *server, const struct question *question,
                      struct sim_slice made)
{
    if (server->request.version == SIM_VERSION_3) {
        wrap(server, question, &made);
    }
    send_answer(server, question, made, 0);
}

struct hostile_context {
    struct sim_server *server;
    const struct question *question;
    bool is_v3;
};

static void send_hostile(void *context, const uint8_t *bytes, size_t length, uint32_t later_us)
{
    const struct hostile_context *hostile = context;

    struct sim_slice message = {bytes, length};

    hostile->server->stats.hostile++;
    if (hostile->is_v3) {
        sim_v3_wrap_again(hostile->server->v3, hostile->server->wrapped, &message);
    }
    send_answer(hostile->server, hostile->question, message, later_us);
    flush(hostile->server); /* the bytes are used again */
}

/* ---- the device ---- */

static uint32_t real_s(const struct sim_server *server)
{
    return (uint32_t)((server->real_us - server->clock.start_us) / 1000000u) + SLEEP_AFTER_S + 1;
}

/* Whether the device hears the question at all; what it hears may keep it awake. */
static bool does_hear(struct sim_server *server, struct question *question)
{
    struct sim_slot *slot = question->slot;
    uint32_t now_s = real_s(server);

    if ((slot->behaviours & SIM_BEHAVIOUR_DEAD) != 0) {
        server->stats.dropped_dead++;
        return false;
    }
    if ((slot->behaviours & SIM_BEHAVIOUR_V1_ONLY) != 0 && server->request.version != 0) {
        server->stats.dropped_version++;
        return false;
    }
    if (slot->silent_s > now_s) {
        server->stats.dropped_rebooting++;
        return false;
    }
    if ((slot->behaviours & SIM_BEHAVIOUR_SLEEPY) != 0) {
        bool is_asleep = now_s - slot->seen_s > SLEEP_AFTER_S;

        /* Half of them miss the first question, the others answer it late. */
        if (is_asleep && (question->identity.key & 1) == 0 && slot->missed == 0) {
            slot->missed = 1;
            server->stats.dropped_asleep++;
            return false;
        }
        question->wake_us = is_asleep ? WAKE_US : 0;
        slot->missed = 0;
        slot->seen_s = now_s;
    }
    return true;
}

static void restart(struct sim_server *server, struct sim_slot *slot)
{
    server->stats.reboots++;
    slot->restarts++;
    slot->silent_s = real_s(server) + RESTART_S;
    slot->boot_ms = server->simulated_ms + (uint64_t)(RESTART_S * 1000 * server->clock.scale);
}

static unsigned flaws_of(const struct sim_slot *slot)
{
    return ((slot->behaviours & SIM_BEHAVIOUR_NONINCREASING) != 0 ? SIM_FLAW_NONINCREASING : 0u) |
           ((slot->behaviours & SIM_BEHAVIOUR_ENDLESS) != 0 ? SIM_FLAW_ENDLESS : 0u) |
           ((slot->behaviours & SIM_BEHAVIOUR_SMALL_PDU) != 0 ? SIM_FLAW_BULK_TOO_BIG : 0u);
}

/* Makes the honest answer step by step. Returns: false when the device says nothing. */
static bool make_answer(struct sim_server *server, struct question *question,
                        struct sim_slice *message)
{
    struct sim_view *view = &server->view;
    unsigned flaws = flaws_of(question->slot);
    size_t reply_max = question->reply_max;
    enum sim_error error;

    if (!sim_request_names(&server->request)) {
        server->stats.dropped_malformed++;
        return false;
    }
    if ((flaws & SIM_FLAW_BULK_TOO_BIG) != 0 && server->options->small_pdu_bytes < reply_max) {
        reply_max = server->options->small_pdu_bytes;
    }
    sim_agent_plan(question->mib, view, &server->request, reply_max, flaws, &server->plan);
    if (flaws == 0 && server->templates != NULL) {
        server->stats.template_misses++;
        sim_template_keep(server->templates, question->mib, view, &server->request, &server->plan,
                          reply_max);
    }
    error = sim_agent_write(view, &server->request, &server->plan, flaws,
                            (struct sim_room){question->buffer, reply_max}, message);
    if (error == SIM_ERROR_TOO_BIG) {
        server->stats.too_big++;
        if ((flaws & SIM_FLAW_BULK_TOO_BIG) != 0 && server->options->small_pdu_silent) {
            message->length = 0;
        }
    }
    if (message->length == 0) {
        server->stats.dropped_silent++;
        return false;
    }
    return true;
}

static void answer(struct sim_server *server, struct question *question)
{
    uint16_t behaviours = question->slot->behaviours;
    bool is_v3 = server->request.version == SIM_VERSION_3;
    struct sim_slice message;

    if (behaviours == 0 && server->templates != NULL &&
        sim_template_answer(server->templates, question->mib, &server->view, &server->request,
                            (struct sim_room){question->buffer, question->reply_max}, &message)) {
        server->stats.template_hits++;
        send_made(server, question, message);
        return;
    }
    if ((behaviours & SIM_BEHAVIOUR_HOSTILE) != 0 && is_v3) {
        sim_request_disguise(&server->request);
    }
    if (!make_answer(server, question, &message)) {
        return;
    }
    if ((behaviours & SIM_BEHAVIOUR_HOSTILE) != 0) {
        struct hostile_context context = {server, question, is_v3};
        struct sim_hostile_sink sink = {send_hostile, &context};

        sim_hostile_answer(question->slot->hostile_kind, &server->request, message,
                           sim_impair_draw(server->impair), server->hostile, &sink);
        return;
    }
    send_made(server, question, message);
    if ((behaviours & SIM_BEHAVIOUR_REBOOTS) != 0 && server->request.type == SIM_TAG_GETBULK &&
        sim_request_asks_for_trouble(&server->request)) {
        restart(server, question->slot);
    }
}

/* ---- the way in ---- */

static void count_type(struct sim_stats *stats, uint8_t type)
{
    stats->gets += type == SIM_TAG_GET;
    stats->getnexts += type == SIM_TAG_GETNEXT;
    stats->getbulks += type == SIM_TAG_GETBULK;
    stats->sets += type == SIM_TAG_SET;
}

/* Cuts the question; one of SNMPv3 stays sealed. Returns: whether the device takes it. */
static bool does_understand(struct sim_server *server, struct question *question)
{
    struct sim_request *request = &server->request;
    const struct sim_packet *packet = question->packet;
    const struct sim_slot *slot = question->slot;

    switch (sim_request_head(request, packet->bytes, packet->length)) {
    case SIM_REFUSAL_NONE:
        break;
    case SIM_REFUSAL_VERSION:
        if (request->version == SIM_VERSION_3 && slot->speaks_v3) {
            return true;
        }
        server->stats.dropped_version++;
        return false;
    case SIM_REFUSAL_MALFORMED:
    case SIM_REFUSAL_TYPE:
        server->stats.dropped_malformed++;
        return false;
    }
    if (slot->speaks_v3 && server->options->is_v3_only) {
        server->stats.dropped_version++;
        return false;
    }
    if (!sim_port_of_community(server->options, &question->identity, request->community,
                               &question->port)) {
        server->stats.dropped_community++;
        return false;
    }
    return true;
}

/* Opens a question of SNMPv3. Returns: false when that was all: a Report, or nothing to say. */
static bool opens_v3(struct sim_server *server, struct question *question)
{
    struct sim_v3_call call = {
        .datagram = {question->packet->bytes, question->packet->length},
        .identity = &question->identity,
        .view = &server->view,
        .slot = question->slot,
        .elapsed_us = server->real_us - server->clock.start_us,
        .buffer = question->buffer,
        .reply_max = question->reply_max,
    };
    enum sim_v3_outcome outcome = sim_v3_take(server->v3, &call, &server->request);

    server->stats.v3 += outcome == SIM_V3_ASKS || outcome == SIM_V3_DENIED;
    server->stats.v3_reports += outcome == SIM_V3_REPORT;
    server->stats.dropped_v3 += outcome == SIM_V3_DROPS;
    question->mib = call.mib;
    question->port = call.port;
    question->reply_max = call.reply_max;
    if (outcome == SIM_V3_REPORT || outcome == SIM_V3_DENIED) {
        send_answer(server, question, call.message, 0);
    }
    return outcome == SIM_V3_ASKS;
}

static void take_question(struct sim_server *server, const struct sim_packet *packet,
                          uint8_t *buffer)
{
    struct question question = {
        .packet = packet, .buffer = buffer, .reply_max = server->options->reply_max};
    uint32_t number;

    if (!sim_fleet_find(server->fleet, packet->local, &number)) {
        server->stats.dropped_stranger++;
        return;
    }
    server->stats.requests++;
    if (server->outlet.is_impaired && sim_impair_loses(server->impair)) {
        server->stats.dropped_lost++;
        return;
    }
    question.slot = &server->fleet->slots[number];
    sim_fleet_identify(server->fleet, number, &question.identity);
    if (!does_understand(server, &question)) {
        return;
    }
    question.mib = &question.identity.model->mib;
    if ((question.slot->behaviours != 0 || question.slot->silent_s != 0) &&
        !does_hear(server, &question)) {
        return;
    }
    sim_device_view(&server->view, &question.identity, server->simulated_ms,
                    question.slot->boot_ms);
    if (server->request.version == SIM_VERSION_3 && !opens_v3(server, &question)) {
        return;
    }
    sim_port_plug(&server->view, &question.identity, question.port);
    count_type(&server->stats, server->request.type);
    answer(server, &question);
}

static void take_time(struct sim_server *server)
{
    server->real_us = sim_clock_real_us();
    server->outlet.now_us = server->real_us;
    server->simulated_ms = sim_clock_simulated_ms(&server->clock, server->real_us);
}

static void serve(struct sim_server *server)
{
    size_t count;

    for (unsigned turn = 0; turn < TURNS_MAX; turn++) {
        count = sim_net_receive(server->net, server->packets);
        if (count == 0) {
            return;
        }
        take_time(server);
        for (size_t i = 0; i < count; i++) {
            take_question(server, &server->packets[i], server->answers + i * server->answer_bytes);
        }
        flush(server);
        if (sim_impair_due_us(server->impair) <= server->real_us) {
            take_time(server);
            sim_outlet_send_due(&server->outlet);
        }
    }
}

/* ---- the loop ---- */

/* Real microseconds until something is to be done without a question. */
static int64_t time_left(const struct sim_server *server, uint64_t end_us)
{
    uint64_t due_us = sim_impair_due_us(server->impair);
    uint64_t first_us = end_us < due_us ? end_us : due_us;
    uint64_t now_us = sim_clock_real_us();
    uint64_t left_us = first_us > now_us ? first_us - now_us : 0;

    return left_us < WAIT_US ? (int64_t)left_us : WAIT_US;
}

int sim_server_run(struct sim_server *server, const volatile sig_atomic_t *stop,
                   volatile sig_atomic_t *wake, void (*on_wake)(struct sim_server *))
{
    uint64_t end_us = server->options->run_seconds > 0
                          ? server->clock.start_us + (uint64_t)(server->options->run_seconds * 1e6)
                          : UINT64_MAX;

    while (*stop == 0 && sim_clock_real_us() < end_us) {
        int code = sim_net_wait(server->net, time_left(server, end_us));

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
        if (sim_impair_due_us(server->impair) != UINT64_MAX) {
            take_time(server);
            sim_outlet_send_due(&server->outlet);
        }
    }
    return 0;
}

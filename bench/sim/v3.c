#include "bench/sim/v3.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bench/sim/agent.h"
#include "bench/sim/event.h"
#include "bench/sim/oid.h"
#include "bench/sim/port.h"

_Static_assert(SIM_USM_ROOM + 30 <= SIM_HEAD_ROOM, "the headers of PDU and message fit");

/* The enterprise of engines whose device says none: Net-SNMP. */
#define ENTERPRISE_OTHER 8072u

/* How an engine id goes on after the enterprise (RFC 3411 section 5). */
#define FORMAT_MAC    3u
#define FORMAT_OCTETS 5u

/* What one model, or recording, adds. */
struct kind {
    uint32_t enterprise;
    bool has_context;      /* the default context shows system only */
    struct sim_mib system; /* borrows the rows of the model's table */
};

/* What does not follow from the seed about one device. */
struct device {
    uint32_t counters[SIM_USM_COUNTERS];
    struct sim_v3_past past;
    uint32_t old_length;
    uint8_t *old; /* the answer before, of a device that replays */
};

struct sim_v3 {
    const struct sim_fleet *fleet;
    const struct sim_options *options;
    struct sim_usm *usm;
    struct sim_slice context; /* of --context; empty = none */
    struct kind *kinds;       /* by model */
    struct device *devices;   /* by number */
    /* The question in hand. */
    struct device *device;
    int flaw; /* of the device; -1 = none */
    uint8_t forged[SIM_USM_ENGINE_MAX];
    struct sim_usm_engine engine;
    struct sim_usm_question question;
};

/* ---- models ---- */

/* The number behind 1.3.6.1.4.1 of a sysObjectID. */
static uint32_t enterprise_of(const struct sim_spec *spec)
{
    static const char root[] = "1.3.6.1.4.1.";
    unsigned long number = 0;

    if (spec != NULL && spec->object_id != NULL &&
        strncmp(spec->object_id, root, sizeof(root) - 1) == 0) {
        number = strtoul(spec->object_id + sizeof(root) - 1, NULL, 10);
    }
    return number > 0 && number < 0x80000000 ? (uint32_t)number : ENTERPRISE_OTHER;
}

/* The rows of the system group. */
static struct sim_mib system_of(const struct sim_mib *mib)
{
    static const uint8_t root[] = {0x2b, 6, 1, 2, 1, 1};
    struct sim_mib system = {.objects = mib->objects};
    size_t first = 0;

    while (first < mib->count &&
           sim_oid_compare(mib->objects[first].name, mib->objects[first].name_length, root,
                           sizeof(root)) < 0) {
        first++;
    }
    system.objects += first;
    while (first + system.count < mib->count &&
           system.objects[system.count].name_length > sizeof(root) &&
           memcmp(system.objects[system.count].name, root, sizeof(root)) == 0) {
        system.count++;
    }
    return system;
}

static int open_kinds(struct sim_v3 *v3)
{
    uint32_t count =
        v3->fleet->model_count + v3->fleet->recording_count + v3->fleet->other_model_count;
    const char *vendor = "";

    if (v3->options->context != NULL) {
        size_t n = strcspn(v3->options->context, ":");

        v3->context = (struct sim_slice){(const uint8_t *)v3->options->context, n};
        vendor = v3->options->context + n + (v3->options->context[n] == ':');
    }
    v3->kinds = calloc(count + 1u, sizeof(*v3->kinds));
    if (v3->kinds == NULL) {
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct sim_model *model = &v3->fleet->models[i];
        struct kind *kind = &v3->kinds[i];

        kind->enterprise = enterprise_of(model->spec);
        kind->system = system_of(&model->mib);
        kind->has_context =
            v3->context.length > 0 && strncasecmp(model->name, vendor, strlen(vendor)) == 0;
    }
    return 0;
}

int sim_v3_open(struct sim_v3 **out, const struct sim_fleet *fleet,
                const struct sim_options *options)
{
    struct sim_v3 *v3 = calloc(1, sizeof(*v3));
    int code;

    if (v3 == NULL) {
        return -ENOMEM;
    }
    v3->fleet = fleet;
    v3->options = options;
    code = sim_usm_open(&v3->usm, options->v3_users, options->v3_user_count, options->seed);
    if (code == 0) {
        code = open_kinds(v3);
    }
    v3->devices = calloc(fleet->count + 1u, sizeof(*v3->devices));
    if (code == 0 && v3->devices == NULL) {
        code = -ENOMEM;
    }
    if (code != 0) {
        sim_v3_close(v3);
        return code;
    }
    *out = v3;
    return 0;
}

void sim_v3_close(struct sim_v3 *v3)
{
    if (v3 != NULL) {
        for (uint32_t i = 0; v3->devices != NULL && i < v3->fleet->count; i++) {
            free(v3->devices[i].old);
        }
        sim_usm_close(v3->usm);
        free(v3->kinds);
        free(v3->devices);
        free(v3);
    }
}

/* ---- engines ---- */

static const struct kind *kind_of(const struct sim_v3 *v3, const struct sim_identity *identity)
{
    return &v3->kinds[identity->model - v3->fleet->models];
}

static void put_id(const struct sim_v3 *v3, const struct sim_v3_call *call,
                   struct sim_usm_engine *engine)
{
    uint32_t enterprise = kind_of(v3, call->identity)->enterprise;
    uint64_t own = sim_draw(call->identity->key, SIM_SALT_ENGINE);

    engine->id[0] = (uint8_t)(enterprise >> 24 | 0x80);
    engine->id[1] = (uint8_t)(enterprise >> 16);
    engine->id[2] = (uint8_t)(enterprise >> 8);
    engine->id[3] = (uint8_t)enterprise;
    /* One in eight, and every recording, does without its MAC. */
    if (call->view->spec != NULL && (own & 7) != 0) {
        engine->id[4] = FORMAT_MAC;
        sim_device_mac(call->view, engine->id + 5);
        engine->id_length = 11;
    } else {
        engine->id[4] = FORMAT_OCTETS;
        memcpy(engine->id + 5, &own, sizeof(own));
        engine->id_length = 13;
    }
}

void sim_v3_engine(const struct sim_v3 *v3, const struct sim_v3_call *call,
                   struct sim_usm_engine *engine)
{
    uint64_t epoch_ms = v3->options->epoch_ms;
    uint64_t boot_ms = call->view->boot_ms;
    uint64_t install_ms = call->view->spec == NULL ? boot_ms : call->view->install_ms;
    uint64_t key = call->identity->key;
    uint64_t time_s = call->elapsed_us / 1000000u;

    put_id(v3, call, engine);
    engine->boots = 1 + call->slot->restarts;
    if (boot_ms > epoch_ms) {
        double since_s = (double)(boot_ms - epoch_ms) / 1000 / v3->options->time_scale;

        time_s -= since_s < (double)time_s ? (uint64_t)since_s : time_s;
    } else if (boot_ms > 0) {
        time_s += (epoch_ms - boot_ms) / 1000;
    }
    if (boot_ms > install_ms) {
        engine->boots += (uint32_t)(sim_event_boot(key, boot_ms).ordinal -
                                    sim_event_boot(key, install_ms).ordinal);
    }
    engine->time = (uint32_t)(time_s & 0x7fffffff);
    engine->counters = v3->devices[call->identity->number].counters;
}

/* ---- questions ---- */

static bool is_same(struct sim_slice left, struct sim_slice right)
{
    return left.length == right.length &&
           (left.length == 0 || memcmp(left.bytes, right.bytes, left.length) == 0);
}

/* Finds what the question's context shows. */
static enum sim_usm_verdict choose_context(const struct sim_v3 *v3, struct sim_v3_call *call)
{
    /* RFC 5343: whoever is asked. */
    static const uint8_t local[] = {0x80, 0, 0, 0, 6};
    const struct sim_usm_question *question = &v3->question;
    const struct kind *kind = kind_of(v3, call->identity);

    /* An empty contextEngineID is taken for the own one, as most agents do. */
    if (question->context_engine.length > 0 &&
        !is_same(question->context_engine,
                 (struct sim_slice){v3->engine.id, v3->engine.id_length}) &&
        !is_same(question->context_engine, (struct sim_slice){local, sizeof(local)})) {
        return SIM_USM_UNKNOWN_HANDLER;
    }
    call->mib = &call->identity->model->mib;
    call->port = sim_port_of_context(call->identity, question->context_name);
    if (call->port > 0) {
        return SIM_USM_FINE;
    }
    if (question->context_name.length == 0) {
        call->mib = kind->has_context ? &kind->system : call->mib;
        return SIM_USM_FINE;
    }
    return kind->has_context && is_same(question->context_name, v3->context)
               ? SIM_USM_FINE
               : SIM_USM_UNKNOWN_CONTEXT;
}

/* Net-SNMP, and printers with an access table, let a user in at his own level only. */
static enum sim_v3_outcome deny(struct sim_v3 *v3, struct sim_v3_call *call,
                                struct sim_request *request)
{
    struct sim_slice pdu;

    if (!sim_request_names(request)) {
        return SIM_V3_DROPS;
    }
    sim_agent_write_error(request, SIM_ERROR_AUTHORIZATION, 0,
                          (struct sim_room){call->buffer, call->reply_max}, &pdu);
    if (pdu.length == 0) {
        return SIM_V3_DROPS;
    }
    sim_v3_wrap(v3, call->buffer, pdu, &call->message);
    return SIM_V3_DENIED;
}

static enum sim_v3_outcome report(struct sim_v3 *v3, struct sim_v3_call *call,
                                  enum sim_usm_verdict verdict)
{
    sim_usm_report(v3->usm, &v3->engine, &v3->question, verdict, call->buffer, &call->message);
    return call->message.length > 0 ? SIM_V3_REPORT : SIM_V3_DROPS;
}

/* Opens the datagram as the device does. */
static enum sim_usm_verdict open_question(struct sim_v3 *v3, struct sim_v3_call *call)
{
    enum sim_usm_verdict verdict;
    enum sim_usm_verdict own;

    sim_v3_engine(v3, call, &v3->engine);
    v3->device = &v3->devices[call->identity->number];
    v3->flaw = (int)call->slot->v3_flaw - 1;
    if (v3->flaw >= 0) {
        sim_v3_flaw_engine((enum sim_v3_flaw)v3->flaw, &v3->device->past,
                           (uint32_t)(call->elapsed_us / 1000000u), &v3->engine);
    }
    verdict = sim_usm_take(v3->usm, &v3->engine, call->datagram, &v3->question);
    if (verdict == SIM_USM_FINE) {
        verdict = choose_context(v3, call);
        sim_usm_count(&v3->engine, verdict);
    }
    if (v3->flaw >= 0) {
        own = verdict;
        verdict =
            sim_v3_flaw_verdict((enum sim_v3_flaw)v3->flaw, &v3->question, verdict, &v3->engine);
        if (own != verdict) {
            sim_usm_count(&v3->engine, verdict);
        }
    }
    return verdict;
}

enum sim_v3_outcome sim_v3_take(struct sim_v3 *v3, struct sim_v3_call *call,
                                struct sim_request *request)
{
    struct sim_usm_envelope envelope;
    struct sim_ber in;
    enum sim_usm_verdict verdict = open_question(v3, call);

    if (verdict != SIM_USM_FINE || v3->flaw == SIM_V3_FLAW_REPORT_EMPTY) {
        return report(v3, call, verdict);
    }
    in = (struct sim_ber){v3->question.pdu.bytes, v3->question.pdu.bytes + v3->question.pdu.length};
    sim_usm_address(&v3->engine, &v3->question, &envelope);
    request->version = SIM_VERSION_3;
    request->envelope = sim_usm_overhead(&envelope);
    if (sim_request_pdu(request, &in) != SIM_REFUSAL_NONE) {
        return SIM_V3_DROPS;
    }
    if (v3->question.max_size < call->reply_max) {
        call->reply_max = v3->question.max_size;
    }
    return v3->question.level < sim_usm_user_level(v3->question.user) ? deny(v3, call, request)
                                                                      : SIM_V3_ASKS;
}

void sim_v3_wrap(struct sim_v3 *v3, uint8_t *buffer, struct sim_slice pdu,
                 struct sim_slice *message)
{
    struct sim_usm_envelope envelope;

    sim_usm_address(&v3->engine, &v3->question, &envelope);
    if (v3->flaw >= 0) {
        sim_v3_flaw_bend((enum sim_v3_flaw)v3->flaw, v3->forged, &envelope);
    }
    sim_usm_wrap(v3->usm, &envelope, buffer + (pdu.bytes - buffer), pdu.length, message);
}

void sim_v3_wrap_again(struct sim_v3 *v3, uint8_t *room, struct sim_slice *message)
{
    /* version 1 and the empty community, after a header of at most four bytes */
    static const uint8_t head[] = {SIM_TAG_INTEGER, 1, 1, SIM_TAG_OCTETS, 0};
    const uint8_t *bytes = message->bytes;
    size_t at = 2;

    if (message->length > 1 && bytes[1] > 0x80) {
        at += bytes[1] & 3;
    }
    if (message->length < at + sizeof(head) || message->length > SIM_DATAGRAM_MAX - SIM_USM_ROOM ||
        memcmp(bytes + at, head, sizeof(head)) != 0) {
        return;
    }
    at += sizeof(head);
    memcpy(room + SIM_USM_ROOM, bytes + at, message->length - at);
    sim_v3_wrap(v3, room, (struct sim_slice){room + SIM_USM_ROOM, message->length - at}, message);
}

void sim_v3_wrap_later(struct sim_v3 *v3, uint8_t *buffer, struct sim_slice pdu,
                       struct sim_slice *message)
{
    struct sim_usm_envelope envelope;

    sim_usm_address(&v3->engine, &v3->question, &envelope);
    sim_usm_wrap_later(v3->usm, &envelope, buffer + (pdu.bytes - buffer), pdu.length, message);
}

void sim_v3_seal(struct sim_v3 *v3)
{
    if (v3 != NULL) {
        sim_usm_seal(v3->usm);
    }
}

/* The answer that the device gave before this one; then this one is kept. */
static bool replay(struct sim_v3 *v3, uint8_t *room, struct sim_slice *message)
{
    struct device *device = v3->device;
    uint32_t n = device->old_length;
    uint8_t *kept;

    if (n > 0) {
        memcpy(room, device->old, n);
    }
    kept = realloc(device->old, message->length);
    if (kept == NULL) {
        return false;
    }
    memcpy(kept, message->bytes, message->length);
    device->old = kept;
    device->old_length = (uint32_t)message->length;
    *message = (struct sim_slice){room, n};
    return n > 0;
}

/* A Report of each kind, as anybody on the way could send it. */
static bool spoof(struct sim_v3 *v3, unsigned number, uint8_t *room, struct sim_slice *message)
{
    struct sim_usm_envelope envelope;
    uint8_t *pdu = room + SIM_USM_ROOM;
    size_t n;

    if (number >= SIM_USM_DECRYPTION_ERROR) {
        return false;
    }
    sim_usm_address(&v3->engine, &v3->question, &envelope);
    envelope.level = SIM_USM_NO_AUTH;
    envelope.boots++;
    envelope.time = 1;
    n = sim_usm_put_report((enum sim_usm_verdict)(number + 1), 1, 0, pdu);
    sim_usm_wrap(v3->usm, &envelope, pdu, n, message);
    return true;
}

bool sim_v3_forerun(struct sim_v3 *v3, unsigned number, uint8_t *room, struct sim_slice *message)
{
    if (v3->flaw == SIM_V3_FLAW_REPLAY && number == 0) {
        return replay(v3, room, message);
    }
    return v3->flaw == SIM_V3_FLAW_REPORT_SPOOF && spoof(v3, number, room, message);
}

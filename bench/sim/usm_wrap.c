/* The other half of usm.h: messages on their way out. */
#include <string.h>

#include "bench/sim/usm.h"

/* msgMaxSize of our messages: the longest question that is opened. */
#define MAX_SIZE SIM_USM_QUESTION_BYTES

void sim_usm_address(const struct sim_usm_engine *engine, const struct sim_usm_question *question,
                     struct sim_usm_envelope *envelope)
{
    *envelope = (struct sim_usm_envelope){
        .msg_id = question->msg_id,
        .level = question->level,
        .engine = {engine->id, engine->id_length},
        .boots = engine->boots,
        .time = engine->time,
        .max_size = engine->max_size,
        .user = question->user_name,
        .key = question->key,
        .context_engine = {engine->id, engine->id_length},
        .context_name = {(const uint8_t *)"", 0},
    };
    if (question->context_engine.length > 0 &&
        question->context_engine.length <= SIM_USM_ENGINE_MAX) {
        envelope->context_engine = question->context_engine;
    }
    if (question->context_name.length > 0 && question->context_name.length <= SIM_USM_CONTEXT_MAX) {
        envelope->context_name = question->context_name;
    }
}

static size_t tag_bytes(const struct sim_usm_envelope *envelope)
{
    if (envelope->level == SIM_USM_NO_AUTH) {
        return 0;
    }
    return (envelope->bends & SIM_USM_BEND_SHORT) != 0
               ? 1
               : sim_usm_auth_tag_bytes(envelope->key->auth);
}

size_t sim_usm_overhead(const struct sim_usm_envelope *envelope)
{
    /* Message, version, header data; parameters and their six fields; data and scoped PDU with
     * context; the padding of DES. Numbers take six bytes, lengths of lists four. */
    return 4 + 3 + (2 + 6 + 6 + 3 + 3) + 4 + 4 + (2 + envelope->engine.length) + 6 + 6 +
           (2 + envelope->user.length) + (2 + tag_bytes(envelope)) + 10 + 4 + 4 +
           (2 + envelope->context_engine.length) + (2 + envelope->context_name.length) +
           SIM_USM_TAIL;
}

/* Bytes that UsmSecurityParameters takes at most, its two headers not counted. */
#define SECURITY_MAX (34u + 6u + 6u + 34u + 50u + 10u)

/* Writes the fields of UsmSecurityParameters; *tag is where the tag goes, from out.
 * Returns: their length. */
static size_t put_security(const struct sim_usm_envelope *envelope, const uint8_t *salt,
                           uint8_t *out, size_t *tag)
{
    static const uint8_t zeros[SIM_USM_TAG_MAX];
    uint8_t *at = out;

    at = sim_ber_put_bytes(at, SIM_TAG_OCTETS, envelope->engine.bytes, envelope->engine.length);
    at = sim_ber_put_int(at, SIM_TAG_INTEGER, envelope->boots);
    at = sim_ber_put_int(at, SIM_TAG_INTEGER, envelope->time);
    at = sim_ber_put_bytes(at, SIM_TAG_OCTETS, envelope->user.bytes, envelope->user.length);
    at = sim_ber_put_bytes(at, SIM_TAG_OCTETS, zeros, tag_bytes(envelope));
    *tag = (size_t)(at - out) - tag_bytes(envelope);
    at = sim_ber_put_bytes(at, SIM_TAG_OCTETS, salt,
                           envelope->level == SIM_USM_PRIV ? SIM_USM_SALT_BYTES : 0);
    return (size_t)(at - out);
}

/* Puts bytes before start. Returns: where they begin. */
static uint8_t *put_before(uint8_t *start, const void *bytes, size_t n)
{
    return memcpy(start - n, bytes, n);
}

/* Puts the context before the PDU and plans the encryption. Returns: where msgData begins. */
static uint8_t *put_data(struct sim_usm *usm, const struct sim_usm_envelope *envelope, uint8_t *pdu,
                         uint8_t **end, struct sim_usm_lane *lane)
{
    uint8_t context[2 * (2 + 255)];
    uint8_t *at = context;

    at = sim_ber_put_bytes(at, SIM_TAG_OCTETS, envelope->context_engine.bytes,
                           envelope->context_engine.length);
    at = sim_ber_put_bytes(at, SIM_TAG_OCTETS, envelope->context_name.bytes,
                           envelope->context_name.length);
    at = put_before(pdu, context, (size_t)(at - context));
    at = sim_ber_wrap(at, SIM_TAG_SEQUENCE, (size_t)(*end - at));
    if (envelope->level != SIM_USM_PRIV) {
        return at;
    }
    sim_usm_salt(usm, envelope->key->priv, envelope->boots, lane->start.salt);
    if ((envelope->bends & SIM_USM_BEND_PLAIN) != 0) {
        return at;
    }
    while (envelope->key->priv == SIM_USM_PRIV_DES && (*end - at) % 8 != 0) {
        *(*end)++ = 0;
    }
    lane->bytes = at;
    lane->length = (size_t)(*end - at);
    return sim_ber_wrap(at, SIM_TAG_OCTETS, lane->length);
}

/* Writes all but what the job is to do. */
static void prepare(struct sim_usm *usm, const struct sim_usm_envelope *envelope, uint8_t *pdu,
                    size_t length, struct sim_usm_job *job)
{
    uint8_t head[32] = {SIM_TAG_INTEGER, 1, 3};
    uint8_t security[SECURITY_MAX];
    uint8_t flags = (uint8_t)(envelope->level | (envelope->is_reportable ? 4 : 0));
    uint8_t *end = pdu + length;
    uint8_t *start;
    uint8_t *fields;
    uint8_t *at;
    size_t n;
    size_t tag_at;

    *job = (struct sim_usm_job){
        .lane = {.key = envelope->key, .start = {.boots = envelope->boots, .time = envelope->time}},
        .tag_bytes = tag_bytes(envelope),
        .is_bent = (envelope->bends & SIM_USM_BEND_TAG) != 0};
    start = put_data(usm, envelope, pdu, &end, &job->lane);
    n = put_security(envelope, job->lane.start.salt, security, &tag_at);
    fields = put_before(start, security, n);
    start = sim_ber_wrap(fields, SIM_TAG_SEQUENCE, n);
    start = sim_ber_wrap(start, SIM_TAG_OCTETS, (size_t)(fields - start) + n);
    at = head + 5; /* after the version and the header of the header data */
    at = sim_ber_put_int(at, SIM_TAG_INTEGER, envelope->msg_id);
    at = sim_ber_put_int(at, SIM_TAG_INTEGER,
                         envelope->max_size != 0 ? envelope->max_size : (int32_t)MAX_SIZE);
    at = sim_ber_put_bytes(at, SIM_TAG_OCTETS, &flags, 1);
    at = sim_ber_put_int(at, SIM_TAG_INTEGER, 3);
    head[3] = SIM_TAG_SEQUENCE;
    head[4] = (uint8_t)(at - head - 5);
    start = put_before(start, head, (size_t)(at - head));
    start = sim_ber_wrap(start, SIM_TAG_SEQUENCE, (size_t)(end - start));
    job->message = (struct sim_slice){start, (size_t)(end - start)};
    job->tag = fields + tag_at;
}

void sim_usm_wrap(struct sim_usm *usm, const struct sim_usm_envelope *envelope, uint8_t *pdu,
                  size_t length, struct sim_slice *message)
{
    struct sim_usm_job job;

    prepare(usm, envelope, pdu, length, &job);
    sim_usm_job_do(&job);
    *message = job.message;
}

void sim_usm_wrap_later(struct sim_usm *usm, const struct sim_usm_envelope *envelope, uint8_t *pdu,
                        size_t length, struct sim_slice *message)
{
    struct sim_usm_job job;

    prepare(usm, envelope, pdu, length, &job);
    sim_usm_job_keep(usm, &job);
    *message = job.message;
}

/* ---- reports ---- */

size_t sim_usm_put_report(enum sim_usm_verdict verdict, uint32_t count, int32_t request_id,
                          uint8_t *out)
{
    static const uint8_t usm_stats[] = {0x2b, 6, 1, 6, 3, 15, 1, 1, 0, 0};
    static const uint8_t contexts[] = {0x2b, 6, 1, 6, 3, 12, 1, 5, 0};
    static const uint8_t handlers[] = {0x2b, 6, 1, 6, 3, 11, 2, 1, 3, 0};
    uint8_t name[16];
    uint8_t varbind[32];
    uint8_t pdu[64];
    size_t n = sizeof(usm_stats);
    uint8_t *at;
    uint8_t *end;

    memcpy(name, usm_stats, n);
    name[8] = (uint8_t)verdict;
    if (verdict == SIM_USM_UNKNOWN_CONTEXT) {
        n = sizeof(contexts);
        memcpy(name, contexts, n);
    } else if (verdict == SIM_USM_UNKNOWN_HANDLER) {
        memcpy(name, handlers, sizeof(handlers));
    }
    end = sim_ber_put_bytes(varbind, SIM_TAG_OID, name, n);
    end = sim_ber_put_uint(end, SIM_TAG_COUNTER, count);
    at = sim_ber_put_int(pdu, SIM_TAG_INTEGER, request_id);
    at = sim_ber_put_int(at, SIM_TAG_INTEGER, 0);
    at = sim_ber_put_int(at, SIM_TAG_INTEGER, 0);
    n = verdict == SIM_USM_FINE ? 0 : (size_t)(end - varbind);
    *at++ = SIM_TAG_SEQUENCE;
    *at++ = (uint8_t)(n == 0 ? 0 : n + 2);
    if (n > 0) {
        at = sim_ber_put_bytes(at, SIM_TAG_SEQUENCE, varbind, n);
    }
    return (size_t)(sim_ber_put_bytes(out, SIM_TAG_REPORT, pdu, (size_t)(at - pdu)) - out);
}

/* The request id of a PDU that could be read; otherwise 0, as Net-SNMP says it. */
static int32_t request_id(const struct sim_usm_question *question)
{
    struct sim_ber in = {question->pdu.bytes, question->pdu.bytes + question->pdu.length};
    struct sim_ber pdu;
    uint8_t tag;
    int32_t id;

    return question->pdu.length > 0 && sim_ber_take(&in, &tag, &pdu) && sim_ber_take_int(&pdu, &id)
               ? id
               : 0;
}

void sim_usm_report(struct sim_usm *usm, const struct sim_usm_engine *engine,
                    const struct sim_usm_question *question, enum sim_usm_verdict verdict,
                    uint8_t *buffer, struct sim_slice *message)
{
    struct sim_usm_envelope envelope;
    uint8_t *pdu = buffer + SIM_USM_ROOM;
    uint32_t count = engine->counters != NULL && verdict >= 1 ? engine->counters[verdict - 1] : 1;

    *message = (struct sim_slice){buffer, 0};
    if (!question->is_reportable || verdict == SIM_USM_MALFORMED) {
        return;
    }
    sim_usm_address(engine, question, &envelope);
    envelope.context_engine = envelope.engine;
    envelope.context_name = (struct sim_slice){(const uint8_t *)"", 0};
    if (verdict == SIM_USM_NOT_IN_WINDOW) {
        envelope.level = SIM_USM_AUTH;
    } else if (verdict != SIM_USM_UNKNOWN_CONTEXT && verdict != SIM_USM_UNKNOWN_HANDLER) {
        envelope.level = SIM_USM_NO_AUTH;
    }
    sim_usm_wrap(usm, &envelope, pdu, sim_usm_put_report(verdict, count, request_id(question), pdu),
                 message);
}

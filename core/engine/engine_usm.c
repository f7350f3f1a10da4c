/*
 * SNMPv3 in the engine: a slot with a session keeps its PDU in the open; what leaves is sealed at
 * the last moment, and what comes back is judged by the session. A request goes through two phases,
 * discovery when the engine is not known, then the question, and may ask once more when the device
 * says with its signature that our clock of it is wrong.
 */
#include "core/engine/engine.h"
#include "core/engine/engine_slot.h"

/* A Report has one varbind (RFC 3412 section 7.1); odd agents echo the question's. */
#define REPORT_VARBINDS_MAX ENGINE_VARBINDS_MAX

void engine_usm_start(struct engine *engine, uint32_t index, struct usm_session *session)
{
    struct engine_slot *slot = &engine->slots[index];
    slot->version = PDU_V3;
    slot->community = bytes_of(NULL, 0);
    slot->is_resynced = false;
    slot->phase = session->engine.id.size == 0 ? ENGINE_DISCOVER : ENGINE_ASK;
}

static int32_t engine_message_id(const struct engine *engine, uint32_t index, uint32_t number)
{
    uint32_t packed = (number & ENGINE_GENERATION_MASK) << ENGINE_SLOT_BITS | index;
    return (int32_t)idperm_seal(&engine->message_ids, packed);
}

int engine_usm_seal(struct engine *engine, uint32_t index, unsigned place, int64_t now_us,
                    size_t *size)
{
    const struct engine_slot *slot = &engine->slots[index];
    uint8_t *out = engine->sealed + (size_t)place * ENGINE_BUFFER_STRIDE;
    uint32_t number = (uint32_t)slot->message_number + slot->attempts;
    int32_t msg_id = engine_message_id(engine, index, number);
    if (slot->phase == ENGINE_DISCOVER) {
        return usm_seal_discovery(msg_id, out, ENGINE_REQUEST_MAX, size);
    }
    return usm_seal(slot->session, msg_id, bytes_of(engine_buffer(engine, index), slot->size),
                    engine->salt++, now_us, out, ENGINE_REQUEST_MAX, size);
}

uint32_t engine_usm_find(const struct engine *engine, int32_t msg_id)
{
    if (msg_id < 0 || (uint32_t)msg_id >> IDPERM_BITS != 0) {
        return ENGINE_NOBODY;
    }
    uint32_t packed = idperm_open(&engine->message_ids, (uint32_t)msg_id);
    uint32_t index = packed & (ENGINE_SLOTS_MAX - 1);
    if (index >= engine->config.max_inflight) {
        return ENGINE_NOBODY;
    }
    const struct engine_slot *slot = &engine->slots[index];
    uint32_t attempt =
        ((packed >> ENGINE_SLOT_BITS) - slot->message_number) & ENGINE_GENERATION_MASK;
    /* The answer to any attempt of this phase counts, one to an earlier phase says nothing new. */
    if (!engine_slot_is_in_flight(slot) || slot->session == NULL || attempt >= slot->attempts) {
        return ENGINE_NOBODY;
    }
    return index;
}

/* Puts a slot that waits on its way again, as if it had not been asked yet. */
static void engine_usm_again(struct engine *engine, uint32_t index, int64_t now_us)
{
    struct engine_slot *slot = &engine->slots[index];
    engine_slot_leave(engine, index);
    slot->phase = ENGINE_ASK;
    slot->message_number =
        (uint16_t)((slot->message_number + slot->attempts) & ENGINE_GENERATION_MASK);
    slot->attempts_before = (uint8_t)(slot->attempts_before + slot->attempts);
    slot->attempts = 0;
    slot->hint = 0;
    slot->is_reported = false;
    engine->silent -= slot->is_silent ? 1 : 0;
    slot->is_silent = false;
    engine_slot_send(engine, index, now_us);
}

static void engine_usm_end(struct engine *engine, uint32_t index,
                           const struct gate_message *message, size_t count, int64_t now_us)
{
    const struct engine_slot *slot = &engine->slots[index];
    engine->reply = (struct engine_reply){
        .error_status = message->error_status,
        .error_index = message->error_index,
        .varbinds = engine->varbinds,
        .count = count,
        .rtt_us = engine_sample_rtt(slot, now_us),
        .waited_us = now_us - slot->first_us,
        .attempts = (unsigned)slot->attempts + slot->attempts_before,
    };
    engine_slot_finish(engine, index, 0, true);
    engine_drain(engine);
}

static void engine_usm_count_refused(struct engine *engine, int status)
{
    int counted = status == BASE_EUSM_LATCHED ? BASE_EUSM_WINDOW
                  : status == BASE_EUSM_PROXY ? BASE_EUSM_CONTEXT
                                              : status;
    engine->counters.usm_refused[BASE_EUSM_PARSE - counted]++;
}

/* Takes the Report that a discovery was for. */
static void engine_usm_discovered(struct engine *engine, uint32_t index,
                                  const struct usm_message *message, int64_t now_us)
{
    struct engine_slot *slot = &engine->slots[index];
    int status = usm_session_discovered(slot->session, message, now_us);
    if (status != 0) {
        engine_usm_count_refused(engine, status);
        slot->hint = status;
        return;
    }
    engine->counters.usm_discoveries++;
    if (slot->size == 0) {
        engine_usm_end(engine, index, &(struct gate_message){.version = PDU_V3}, 0, now_us);
        return;
    }
    (void)engine_sample_rtt(slot, now_us);
    engine_usm_again(engine, index, now_us);
}

/* Takes a Report about the question. Only what is signed may change what happens next. */
static void engine_usm_report(struct engine *engine, uint32_t index,
                              const struct usm_answer *answer, int64_t now_us)
{
    struct engine_slot *slot = &engine->slots[index];
    size_t count = 0;
    enum gate_refusal refusal =
        gate_varbinds(&answer->pdu, engine->varbinds, REPORT_VARBINDS_MAX, &count);
    if (refusal != GATE_PASSED) {
        engine->counters.refused[refusal]++;
        return;
    }
    int status = usm_report_status(engine->varbinds, count);
    engine->counters.usm_reports[BASE_EREPORT_LEVEL - status]++;
    if (!answer->is_authentic) {
        slot->hint = status;
        slot->is_reported = true;
        return;
    }
    if (status == BASE_EREPORT_WINDOW && !slot->is_resynced) {
        slot->is_resynced = true;
        engine->counters.usm_resyncs++;
        engine_usm_again(engine, index, now_us);
        return;
    }
    slot->hint = 0; /* this one is signed */
    engine_slot_finish(engine, index, status, false);
    engine_drain(engine);
}

static void engine_usm_response(struct engine *engine, uint32_t index,
                                const struct usm_answer *answer, int64_t now_us)
{
    const struct gate_message *pdu = &answer->pdu;
    size_t count = 0;
    if (pdu->pdu != GATE_RESPONSE) {
        engine->counters.wrong_pdu++;
        return;
    }
    if (pdu->request_id != engine_slot_request_id(engine, index)) {
        engine->counters.wrong_id++;
        return;
    }
    enum gate_refusal refusal =
        gate_varbinds(pdu, engine->varbinds, engine->slots[index].max_varbinds, &count);
    if (refusal != GATE_PASSED) {
        engine->counters.refused[refusal]++;
        return;
    }
    engine_usm_end(engine, index, pdu, count, now_us);
}

void engine_usm_receive(struct engine *engine, const union wire_address *from,
                        struct bytes datagram, int64_t now_us)
{
    struct usm_message message;
    struct usm_answer answer;
    int status = usm_open(datagram, &message);
    if (status != 0) {
        engine_usm_count_refused(engine, status);
        return;
    }
    if (engine_scan_is_id(message.msg_id)) {
        engine_scan_receive(engine, from, message.msg_id, PDU_V3, bytes_of(NULL, 0));
        return;
    }
    uint32_t index = engine_usm_find(engine, message.msg_id);
    if (index == ENGINE_NOBODY) {
        engine->counters.wrong_id++;
        return;
    }
    struct engine_slot *slot = &engine->slots[index];
    if (!wire_address_equal(from, &slot->peer->address)) {
        engine->counters.wrong_source++;
        return;
    }
    engine_warm(slot);
    status = usm_accept(slot->session, &message, now_us, engine->plain, &answer);
    bool is_foreign = status == BASE_EUSM_PROXY ? slot->session->user->auth != USM_NO_AUTH
                                                : status == 0 && answer.is_foreign;
    engine->counters.usm_foreign += is_foreign ? 1 : 0;
    if (status != 0) {
        engine_usm_count_refused(engine, status);
        slot->hint = status;
        return;
    }
    if (slot->phase == ENGINE_DISCOVER) {
        if (answer.pdu.pdu == GATE_REPORT) {
            engine_usm_discovered(engine, index, &message, now_us);
        } else {
            engine->counters.wrong_pdu++;
        }
    } else if (answer.pdu.pdu == GATE_REPORT) {
        engine_usm_report(engine, index, &answer, now_us);
    } else {
        engine_usm_response(engine, index, &answer, now_us);
    }
}

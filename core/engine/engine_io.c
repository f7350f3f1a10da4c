/*
 * The engine's traffic: what comes in finds its slot, what is due is sent again or given up, what
 * is queued leaves.
 */
#include "core/engine/engine.h"
#include "core/engine/engine_slot.h"
#include "proto/peek.h"

/* Returns: the slot that the message answers; ENGINE_NOBODY when it was the scan's, or after
 * counting why it is nobody's. */
static uint32_t engine_match(struct engine *engine, const union wire_address *from,
                             const struct gate_message *message)
{
    struct engine_counters *counters = &engine->counters;
    if (message->pdu != GATE_RESPONSE) {
        counters->wrong_pdu++;
        return ENGINE_NOBODY;
    }
    if (engine_scan_is_id(message->request_id)) {
        engine_scan_receive(engine, from, message->request_id, message->version,
                            message->community);
        return ENGINE_NOBODY;
    }
    uint32_t index = engine_slot_find(engine, message->request_id);
    if (index == ENGINE_NOBODY) {
        counters->wrong_id++;
        return ENGINE_NOBODY;
    }
    const struct engine_slot *slot = &engine->slots[index];
    if (!wire_address_equal(from, &slot->peer->address)) {
        counters->wrong_source++;
        return ENGINE_NOBODY;
    }
    if (message->version != slot->version) {
        counters->wrong_version++;
        return ENGINE_NOBODY;
    }
    if (!bytes_equal(message->community, slot->community)) {
        counters->wrong_community++;
        return ENGINE_NOBODY;
    }
    return index;
}

uint32_t engine_sample_rtt(const struct engine_slot *slot, int64_t now_us)
{
    int64_t rtt_us = now_us - slot->sent_us;
    /* Karn: after a retry nobody knows which attempt was answered. The longer timeout stays, or a
     * device that has become slow would be asked everything twice. */
    if (slot->attempts == 1) {
        rto_sample(&slot->peer->rto, (uint32_t)(rtt_us > 0 ? rtt_us : 1));
        slot->peer->backoff = 0;
    } else {
        slot->peer->backoff = (uint8_t)(slot->attempts - 1);
    }
    return (uint32_t)(rtt_us > 0 ? rtt_us : 1);
}

void engine_receive(struct engine *engine, const union wire_address *from, struct bytes datagram,
                    int64_t now_us)
{
    struct gate_message message;
    engine->now_us = now_us;
    engine->counters.received++;
    engine->counters.received_bytes += datagram.size;
    if (usm_is_v3(datagram)) {
        engine_usm_receive(engine, from, datagram, now_us);
        return;
    }
    enum gate_refusal refusal = gate_open(datagram, &message);
    if (refusal != GATE_PASSED) {
        engine->counters.refused[refusal]++;
        return;
    }
    uint32_t index = engine_match(engine, from, &message);
    if (index == ENGINE_NOBODY) {
        return;
    }
    struct engine_slot *slot = &engine->slots[index];
    size_t count = 0;
    engine_warm(slot);
    refusal = gate_varbinds(&message, engine->varbinds, slot->max_varbinds, &count);
    if (refusal != GATE_PASSED) {
        engine->counters.refused[refusal]++;
        return;
    }
    engine->reply = (struct engine_reply){
        .error_status = message.error_status,
        .error_index = message.error_index,
        .varbinds = engine->varbinds,
        .count = count,
        .rtt_us = engine_sample_rtt(slot, now_us),
        .waited_us = now_us - slot->first_us,
        .attempts = slot->attempts,
    };
    engine_slot_finish(engine, index, 0, true);
    engine_drain(engine);
}

void engine_unreachable(struct engine *engine, const union wire_address *to, struct bytes datagram,
                        int64_t now_us)
{
    int32_t id = 0;
    bool is_v3 = false;
    engine->now_us = now_us;
    if (!peek_id(datagram, &is_v3, &id)) {
        return;
    }
    if (engine_scan_is_id(id)) {
        engine_scan_unreachable(engine, to, id);
        return;
    }
    uint32_t index = is_v3 ? engine_usm_find(engine, id) : engine_slot_find(engine, id);
    if (index != ENGINE_NOBODY && wire_address_equal(to, &engine->slots[index].peer->address)) {
        engine_slot_finish(engine, index, BASE_EUNREACHABLE, false);
        engine_drain(engine);
    }
}

/* When the request that has been fresh for the longest time counts as silent; INT64_MAX = none. */
static int64_t engine_doubt_us(const struct engine *engine)
{
    uint32_t index = engine->lists[ENGINE_FRESH].head;
    return index == ENGINE_NOBODY ? INT64_MAX : engine->slots[index].sent_us + ENGINE_DOUBT_US;
}

/* Notes that there is no answer for ENGINE_DOUBT_US. */
static void engine_doubt(struct engine *engine, struct engine_slot *slot)
{
    slot->is_silent = true;
    engine->silent++;
}

void engine_expire(struct engine *engine, int64_t now_us)
{
    struct heap_node *node;
    engine->now_us = now_us;
    while (engine_doubt_us(engine) <= now_us) {
        uint32_t index = engine->lists[ENGINE_FRESH].head;
        struct engine_slot *slot = &engine->slots[index];
        engine_slot_leave(engine, index);
        engine_doubt(engine, slot);
        engine_slot_wait(engine, index, ENGINE_WAITING, slot->deadline_us);
    }
    while ((node = heap_peek(&engine->deadlines)) != NULL && node->key <= now_us) {
        uint32_t index = (uint32_t)(node - engine->nodes);
        struct engine_slot *slot = &engine->slots[index];
        if (slot->state == ENGINE_WAITING && !slot->is_silent) { /* a short deadline */
            engine_doubt(engine, slot);
        }
        bool is_last = slot->attempts > slot->retries || slot->is_reported;
        if (slot->state == ENGINE_WAITING && is_last) {
            engine_slot_finish(engine, index, slot->hint != 0 ? slot->hint : BASE_ETIMEOUT, false);
            continue;
        }
        enum engine_slot_state state = (enum engine_slot_state)slot->state;
        engine_slot_leave(engine, index);
        if (state == ENGINE_PACED) {
            engine_slot_list(engine, index, ENGINE_QUEUED);
        } else {
            engine_slot_send(engine, index, now_us);
        }
    }
    engine_drain(engine);
}

/* Books a packet that the wire is done with. */
static void engine_sent(struct engine *engine, uint32_t index, const struct wire_packet *packet,
                        int64_t now_us)
{
    struct engine_slot *slot = &engine->slots[index];
    if (packet->error != 0) {
        engine->counters.send_errors++;
        engine_slot_finish(engine, index, packet->error, false);
        return;
    }
    engine->counters.sent++;
    engine->counters.sent_bytes += packet->size;
    engine->counters.retries += slot->attempts > 0 ? 1 : 0;
    unsigned doublings = (unsigned)slot->attempts + slot->peer->backoff;
    uint32_t timeout_us = rto_timeout_us(&slot->peer->rto, engine->config.initial_timeout_us,
                                         doublings, engine_random(engine));
    slot->first_us = slot->attempts + slot->attempts_before == 0 ? now_us : slot->first_us;
    slot->attempts++;
    slot->sent_us = now_us;
    slot->deadline_us = now_us + timeout_us;
    engine_slot_leave(engine, index);
    if (!slot->is_silent && timeout_us > ENGINE_DOUBT_US) {
        engine_slot_list(engine, index, ENGINE_FRESH);
    } else {
        engine_slot_wait(engine, index, ENGINE_WAITING, slot->deadline_us);
    }
}

/* Fills a batch from the head of the send queue, as far as the pace allows. */
static unsigned engine_batch(struct engine *engine, struct wire_packet *packets, uint32_t *indexes,
                             uint32_t room, int64_t now_us)
{
    unsigned count = 0;
    uint32_t next = engine->lists[ENGINE_QUEUED].head;
    while (next != ENGINE_NOBODY && count < room && count < ENGINE_BATCH) {
        uint32_t index = next;
        const struct engine_slot *slot = &engine->slots[index];
        const uint8_t *data = engine_buffer(engine, index);
        size_t size = slot->size;
        next = slot->next;
        if (slot->session != NULL) {
            int status = engine_usm_seal(engine, index, count, now_us, &size);
            if (status != 0) {
                engine_slot_finish(engine, index, status, false);
                continue;
            }
            data = engine->sealed + (size_t)count * ENGINE_BUFFER_STRIDE;
        }
        if (!slot->is_loopback) {
            if (pace_when(&engine->pace, now_us) > now_us) {
                break;
            }
            pace_take(&engine->pace, now_us);
        }
        packets[count] =
            (struct wire_packet){.to = &slot->peer->address, .data = data, .size = size};
        indexes[count++] = index;
    }
    return count;
}

void engine_flush(struct engine *engine, int64_t now_us)
{
    struct wire_packet packets[ENGINE_BATCH];
    uint32_t indexes[ENGINE_BATCH];
    uint32_t room = engine->config.sends_per_turn;
    engine->now_us = now_us;
    engine->is_blocked = false;
    while (room > 0) {
        unsigned count = engine_batch(engine, packets, indexes, room, now_us);
        if (count == 0) {
            break;
        }
        unsigned sent = engine->wire->send(engine->wire->self, packets, count);
        for (unsigned i = 0; i < sent; i++) {
            engine_sent(engine, indexes[i], &packets[i], now_us);
        }
        room -= count;
        if (sent < count) {
            engine->counters.send_blocked++;
            engine->is_blocked = true;
            break;
        }
    }
    engine_scan_flush(engine, now_us);
    engine_drain(engine);
}

int64_t engine_deadline_us(const struct engine *engine, int64_t now_us)
{
    int64_t deadline_us = engine_doubt_us(engine);
    const struct heap_node *node = heap_peek(&engine->deadlines);
    if (node != NULL && node->key < deadline_us) {
        deadline_us = node->key;
    }
    if (engine->lists[ENGINE_QUEUED].count > 0 && !engine->is_blocked) {
        const struct engine_slot *slot = &engine->slots[engine->lists[ENGINE_QUEUED].head];
        int64_t when_us = slot->is_loopback ? now_us : pace_when(&engine->pace, now_us);
        deadline_us = when_us < deadline_us ? when_us : deadline_us;
    }
    int64_t scan_us = engine_scan_deadline_us(engine, now_us);
    return scan_us < deadline_us ? scan_us : deadline_us;
}

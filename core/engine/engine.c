#include "core/engine/engine.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/port.h"
#include "core/engine/engine_slot.h"

static int engine_allocate(struct engine *engine)
{
    uint32_t count = engine->config.max_inflight;
    engine->slots = calloc(count, sizeof(*engine->slots));
    /* Not calloc: buffers are written before they are read, and pages never used stay untouched. */
    engine->buffers = malloc((size_t)count * ENGINE_BUFFER_STRIDE);
    engine->sealed = malloc((size_t)ENGINE_BATCH * ENGINE_BUFFER_STRIDE);
    engine->plain = malloc(USM_SCRATCH_BYTES);
    engine->nodes = calloc(count, sizeof(*engine->nodes));
    if (engine->nodes == NULL || engine->slots == NULL || engine->buffers == NULL ||
        engine->sealed == NULL || engine->plain == NULL) {
        return -ENOMEM;
    }
    if (engine->config.subnet_packets_per_second > 0) {
        engine->subnets =
            subnet_new(engine->config.subnet_packets_per_second, engine->config.burst);
        if (engine->subnets == NULL) {
            return -ENOMEM;
        }
    }
    return heap_init(&engine->deadlines, count);
}

struct engine *engine_new(const struct engine_config *config, const struct wire *wire)
{
    BASE_REQUIRE(config->max_inflight > 0 && config->max_inflight <= ENGINE_SLOTS_MAX);
    BASE_REQUIRE(config->per_device > 0 && config->sends_per_turn > 0);
    struct engine *engine = calloc(1, sizeof(*engine));
    if (engine == NULL) {
        return NULL;
    }
    engine->config = *config;
    engine->wire = wire;
    engine->random_state = config->seed != 0 ? config->seed : 1;
    if (engine_allocate(engine) != 0) {
        engine_free(engine);
        return NULL;
    }
    engine->salt = config->salt;
    idperm_init(&engine->ids, config->id_secret);
    idperm_init(&engine->message_ids, (uint64_t[]){~config->id_secret[0], config->id_secret[1]});
    pace_init(&engine->pace, config->packets_per_second, config->burst);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(engine->lists); i++) {
        engine->lists[i] = (struct engine_list){ENGINE_NOBODY, ENGINE_NOBODY, 0};
    }
    for (uint32_t i = 0; i < config->max_inflight; i++) {
        heap_node_clear(&engine->nodes[i]);
        /* A first generation that differs from slot to slot: ids look random from the start. */
        engine->slots[i].generation = engine_random(engine) & ENGINE_GENERATION_MASK;
        engine->slots[i].message_number =
            (uint16_t)(engine_random(engine) & ENGINE_GENERATION_MASK);
        engine_slot_list(engine, i, ENGINE_FREE);
    }
    return engine;
}

/* Communities stand in the buffers that were used; the pages of others stay untouched. */
static void engine_forget_buffers(struct engine *engine)
{
    for (uint32_t i = 0; i < engine->config.max_inflight; i++) {
        if (engine->slots[i].peer != NULL) {
            usm_forget(engine_buffer(engine, i), ENGINE_BUFFER_STRIDE);
        }
    }
}

void engine_free(struct engine *engine)
{
    if (engine == NULL) {
        return;
    }
    engine_scan_free(engine->scan);
    heap_fini(&engine->deadlines);
    subnet_free(engine->subnets);
    if (engine->plain != NULL) {
        usm_forget(engine->plain, USM_SCRATCH_BYTES);
    }
    if (engine->slots != NULL && engine->buffers != NULL) {
        engine_forget_buffers(engine);
    }
    free(engine->plain);
    free(engine->sealed);
    free(engine->buffers);
    free(engine->nodes);
    free(engine->slots);
    free(engine);
}

uint32_t engine_random(struct engine *engine)
{
    uint64_t x = engine->random_state; /* xorshift64* (Marsaglia 2003, Vigna 2016) */
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    engine->random_state = x;
    return (uint32_t)(x * 0x2545f4914f6cdd1du >> 32);
}

static void engine_list_remove(struct engine *engine, struct engine_list *list, uint32_t index)
{
    struct engine_slot *slot = &engine->slots[index];
    if (slot->previous != ENGINE_NOBODY) {
        engine->slots[slot->previous].next = slot->next;
    } else {
        list->head = slot->next;
    }
    if (slot->next != ENGINE_NOBODY) {
        engine->slots[slot->next].previous = slot->previous;
    } else {
        list->tail = slot->previous;
    }
    list->count--;
}

void engine_slot_leave(struct engine *engine, uint32_t index)
{
    struct engine_slot *slot = &engine->slots[index];
    if (slot->state == ENGINE_PACED || slot->state == ENGINE_WAITING) {
        heap_remove(&engine->deadlines, &engine->nodes[index]);
    } else {
        engine_list_remove(engine, &engine->lists[slot->state], index);
    }
}

void engine_slot_list(struct engine *engine, uint32_t index, enum engine_slot_state state)
{
    struct engine_list *list = &engine->lists[state];
    struct engine_slot *slot = &engine->slots[index];
    slot->state = (uint8_t)state;
    slot->previous = list->tail;
    slot->next = ENGINE_NOBODY;
    if (list->tail != ENGINE_NOBODY) {
        engine->slots[list->tail].next = index;
    } else {
        list->head = index;
    }
    list->tail = index;
    list->count++;
}

/* Free slots are a stack: the one used last is the one whose memory is still in the cache. */
static void engine_slot_free(struct engine *engine, uint32_t index)
{
    struct engine_list *list = &engine->lists[ENGINE_FREE];
    struct engine_slot *slot = &engine->slots[index];
    slot->state = ENGINE_FREE;
    slot->generation = (slot->generation + 1) & ENGINE_GENERATION_MASK;
    slot->message_number =
        (uint16_t)((slot->message_number + slot->attempts) & ENGINE_GENERATION_MASK);
    slot->previous = ENGINE_NOBODY;
    slot->next = list->head;
    if (list->head != ENGINE_NOBODY) {
        engine->slots[list->head].previous = index;
    } else {
        list->tail = index;
    }
    list->head = index;
    list->count++;
}

void engine_slot_wait(struct engine *engine, uint32_t index, enum engine_slot_state state,
                      int64_t at_us)
{
    struct engine_slot *slot = &engine->slots[index];
    slot->state = (uint8_t)state;
    heap_push(&engine->deadlines, &engine->nodes[index], at_us);
}

void engine_slot_send(struct engine *engine, uint32_t index, int64_t now_us)
{
    const struct engine_slot *slot = &engine->slots[index];
    int64_t at_us =
        slot->is_loopback ? now_us : subnet_reserve(engine->subnets, &slot->peer->address, now_us);
    if (at_us > now_us) {
        engine_slot_wait(engine, index, ENGINE_PACED, at_us);
    } else {
        engine_slot_list(engine, index, ENGINE_QUEUED);
    }
}

void engine_slot_finish(struct engine *engine, uint32_t index, int status, bool has_reply)
{
    struct engine_slot *slot = &engine->slots[index];
    engine_slot_leave(engine, index);
    slot->status = status;
    slot->has_reply = has_reply;
    engine_slot_list(engine, index, ENGINE_DONE);
}

uint32_t engine_slot_find(const struct engine *engine, int32_t request_id)
{
    if (request_id < 0 || (uint32_t)request_id >> IDPERM_BITS != 0) {
        return ENGINE_NOBODY;
    }
    uint32_t number = idperm_open(&engine->ids, (uint32_t)request_id);
    uint32_t index = number & (ENGINE_SLOTS_MAX - 1);
    if (index >= engine->config.max_inflight) {
        return ENGINE_NOBODY;
    }
    const struct engine_slot *slot = &engine->slots[index];
    /* A reply to something that was never sent is a guess, however lucky. */
    if (!engine_slot_is_in_flight(slot) || slot->attempts == 0 ||
        slot->generation != number >> ENGINE_SLOT_BITS) {
        return ENGINE_NOBODY;
    }
    return index;
}

static uint32_t engine_slot_number(const struct engine_slot *slot, uint32_t index)
{
    return slot->generation << ENGINE_SLOT_BITS | index;
}

int32_t engine_slot_request_id(const struct engine *engine, uint32_t index)
{
    uint32_t number = engine_slot_number(&engine->slots[index], index);
    return (int32_t)idperm_seal(&engine->ids, number);
}

/* Encodes a question into the slot's buffer: a message, or in v3 its PDU. */
static int engine_encode(struct engine *engine, uint32_t index,
                         const struct engine_request *request, size_t *size)
{
    const struct usm_session *session = request->session;
    size_t room = ENGINE_REQUEST_MAX;
    if (session != NULL && request->pdu == NULL) {
        *size = 0;
        return 0;
    }
    if ((session != NULL) != (request->pdu->version == PDU_V3) ||
        (session != NULL && session->user == NULL)) {
        return BASE_EUSAGE;
    }
    if (session != NULL) {
        room -= usm_overhead(session);
    }
    return pdu_encode(request->pdu, engine_slot_request_id(engine, index),
                      engine_buffer(engine, index), room, size);
}

int engine_submit(struct engine *engine, const struct engine_request *request, int64_t now_us,
                  uint64_t *handle)
{
    uint32_t index = engine->lists[ENGINE_FREE].head;
    if (index == ENGINE_NOBODY || request->peer->outstanding >= engine->config.per_device) {
        return -EAGAIN;
    }
    BASE_REQUIRE(request->max_varbinds <= ENGINE_VARBINDS_MAX);
    if (port_prints(wire_address_port(&request->peer->address))) {
        return BASE_EUSAGE;
    }
    struct engine_slot *slot = &engine->slots[index];
    size_t size = 0;
    int status = engine_encode(engine, index, request, &size);
    if (status != 0) {
        return status;
    }
    engine_slot_leave(engine, index);
    slot->peer = request->peer;
    slot->callback = request->callback;
    slot->argument = request->argument;
    slot->warm = request->warm;
    slot->warm_bytes = request->warm_bytes;
    slot->size = (uint16_t)size;
    slot->max_varbinds = request->max_varbinds;
    slot->attempts = 0;
    slot->is_silent = request->is_doubted;
    slot->retries =
        request->retries < 0 ? engine->config.retries : (uint8_t)(request->retries & 0x7f);
    slot->hint = 0;
    slot->is_reported = false;
    slot->attempts_before = 0;
    slot->session = request->session;
    if (request->session != NULL) {
        engine_usm_start(engine, index, request->session);
    } else {
        slot->version = (int32_t)request->pdu->version;
        slot->community = request->pdu->community;
    }
    slot->is_loopback =
        !engine->config.paces_loopback && wire_address_is_loopback(&request->peer->address);
    request->peer->outstanding++;
    engine->inflight++;
    engine->silent += slot->is_silent ? 1 : 0;
    engine->counters.requests++;
    if (handle != NULL) {
        *handle = (uint64_t)engine_slot_number(slot, index) + 1;
    }
    engine_slot_send(engine, index, now_us);
    return 0;
}

void engine_cancel(struct engine *engine, uint64_t handle)
{
    uint32_t number = (uint32_t)(handle - 1);
    uint32_t index = number & (ENGINE_SLOTS_MAX - 1);
    if (handle == 0 || index >= engine->config.max_inflight) {
        return;
    }
    struct engine_slot *slot = &engine->slots[index];
    if (slot->generation == number >> ENGINE_SLOT_BITS && slot->state != ENGINE_FREE &&
        slot->state != ENGINE_DONE) {
        engine_slot_finish(engine, index, BASE_ECANCELED, false);
    }
}

void engine_cancel_all(struct engine *engine)
{
    for (uint32_t i = 0; i < engine->config.max_inflight; i++) {
        if (engine->slots[i].state != ENGINE_FREE && engine->slots[i].state != ENGINE_DONE) {
            engine_slot_finish(engine, i, BASE_ECANCELED, false);
        }
    }
}

static void engine_count_end(struct engine *engine, int status)
{
    struct engine_counters *counters = &engine->counters;
    if (status == 0) {
        counters->answered++;
    } else if (status == BASE_ETIMEOUT) {
        counters->timeouts++;
    } else if (status == BASE_ECANCELED) {
        counters->canceled++;
    } else if (status == BASE_EUNREACHABLE) {
        counters->unreachable++;
    }
}

void engine_drain(struct engine *engine)
{
    if (engine->is_draining) {
        return;
    }
    engine->is_draining = true;
    uint32_t index;
    while ((index = engine->lists[ENGINE_DONE].head) != ENGINE_NOBODY) {
        struct engine_slot *slot = &engine->slots[index];
        engine_callback *callback = slot->callback;
        void *argument = slot->argument;
        struct engine_reply ended = {.status = slot->status,
                                     .is_hint = slot->hint != 0 && slot->status == slot->hint,
                                     .attempts = slot->attempts + slot->attempts_before};
        ended.waited_us = ended.attempts > 0 ? engine->now_us - slot->first_us : 0;
        const struct engine_reply *reply = slot->has_reply ? &engine->reply : &ended;
        engine_slot_leave(engine, index);
        engine->inflight--;
        engine->silent -= slot->is_silent ? 1 : 0;
        slot->peer->outstanding--;
        engine_count_end(engine, slot->status);
        engine_slot_free(engine, index);
        callback(argument, reply);
    }
    engine->is_draining = false;
}

int64_t engine_now_us(const struct engine *engine)
{
    return engine->now_us;
}

uint32_t engine_inflight(const struct engine *engine)
{
    return engine->inflight;
}

uint32_t engine_silent(const struct engine *engine)
{
    return engine->silent;
}

uint32_t engine_queued(const struct engine *engine)
{
    return engine->lists[ENGINE_QUEUED].count;
}

const struct engine_counters *engine_counters(const struct engine *engine)
{
    return &engine->counters;
}

void engine_verify(const struct engine *engine)
{
    uint32_t in_state[ENGINE_DONE + 1] = {0};
    uint32_t silent = 0;
    for (uint32_t i = 0; i < engine->config.max_inflight; i++) {
        const struct engine_slot *slot = &engine->slots[i];
        BASE_REQUIRE(slot->state <= ENGINE_DONE);
        in_state[slot->state]++;
        bool in_heap = slot->state == ENGINE_PACED || slot->state == ENGINE_WAITING;
        BASE_REQUIRE(heap_node_is_inside(&engine->nodes[i]) == in_heap);
        silent += slot->state != ENGINE_FREE && slot->is_silent ? 1 : 0;
    }
    const int lists[] = {ENGINE_FREE, ENGINE_QUEUED, ENGINE_FRESH, ENGINE_DONE};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(lists); i++) {
        uint32_t count = 0;
        const struct engine_list *list = &engine->lists[lists[i]];
        for (uint32_t at = list->head; at != ENGINE_NOBODY; at = engine->slots[at].next) {
            BASE_REQUIRE(engine->slots[at].state == lists[i]);
            count++;
        }
        BASE_REQUIRE(count == list->count && count == in_state[lists[i]]);
    }
    BASE_REQUIRE(heap_is_valid(&engine->deadlines));
    BASE_REQUIRE(engine->inflight == engine->config.max_inflight - in_state[ENGINE_FREE]);
    BASE_REQUIRE(engine->silent == silent);
    engine_scan_verify(engine);
}

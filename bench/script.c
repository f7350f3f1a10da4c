#include "bench/script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/app/sweep_loop.h"

struct script_recorder {
    const struct contest_fleet *fleet;
    const struct wire *below;
    struct wire wire;
    struct script_line *lines;
    size_t count;
    size_t cap;
    uint8_t *octets;
    size_t size;
    size_t octets_cap;
    uint32_t next;
    uint64_t failed;
    bool is_short_of_memory;
};

void script_address(const struct contest_fleet *fleet, uint32_t i, union wire_address *out)
{
    memset(out, 0, sizeof(*out));
    out->v4.sin_family = AF_INET;
    out->v4.sin_port = htons(fleet->port);
    out->v4.sin_addr.s_addr = htonl(fleet->first + i);
}

struct sweep_config script_sweep_config(const struct contest_fleet *fleet)
{
    return (struct sweep_config){
        .engine = {.max_inflight = fleet->window < 1024 ? 1024 : fleet->window,
                   .per_device = 1,
                   .sends_per_turn = 256,
                   .initial_timeout_us = 1000000,
                   .retries = 3,
                   .seed = 1,
                   .id_secret = {0x706c6174656e, 1}},
        .window = fleet->window,
        .community = bytes_from_text(fleet->community),
        .version = SWEEP_AUTO,
    };
}

static bool script_grow(void **data, size_t *cap, size_t wanted, size_t item)
{
    if (wanted <= *cap) {
        return true;
    }
    size_t next = *cap * 2 > wanted ? *cap * 2 : wanted + 4096;
    void *grown = realloc(*data, next * item);
    if (grown == NULL) {
        return false;
    }
    *data = grown;
    *cap = next;
    return true;
}

static void script_note(struct script_recorder *recorder, const struct wire_packet *packet)
{
    void *lines = recorder->lines;
    void *octets = recorder->octets;
    bool has_room =
        script_grow(&lines, &recorder->cap, recorder->count + 1, sizeof(*recorder->lines)) &&
        script_grow(&octets, &recorder->octets_cap, recorder->size + packet->size, 1);
    recorder->lines = lines;
    recorder->octets = octets;
    if (!has_room) {
        recorder->is_short_of_memory = true;
        return;
    }
    recorder->lines[recorder->count++] = (struct script_line){
        .device = ntohl(packet->to->v4.sin_addr.s_addr) - recorder->fleet->first,
        .at = (uint32_t)recorder->size,
        .size = (uint32_t)packet->size};
    memcpy(recorder->octets + recorder->size, packet->data, packet->size);
    recorder->size += packet->size;
}

static unsigned script_send(void *self, struct wire_packet *packets, unsigned count)
{
    struct script_recorder *recorder = self;
    unsigned sent = recorder->below->send(recorder->below->self, packets, count);
    for (unsigned i = 0; i < sent; i++) {
        script_note(recorder, &packets[i]);
    }
    return sent;
}

static const struct wire *script_tap(void *owner, const struct wire *below)
{
    struct script_recorder *recorder = owner;
    recorder->below = below;
    recorder->wire = (struct wire){.self = recorder, .send = script_send};
    return &recorder->wire;
}

static bool script_next(void *owner, union wire_address *address)
{
    struct script_recorder *recorder = owner;
    if (recorder->next >= recorder->fleet->devices) {
        return false;
    }
    script_address(recorder->fleet, recorder->next++, address);
    return true;
}

static bool script_recall(void *owner, const union wire_address *address, struct learned *learned)
{
    (void)owner;
    (void)address;
    (void)learned;
    return false;
}

static void script_ended(void *owner, const struct sweep_result *result)
{
    struct script_recorder *recorder = owner;
    recorder->failed += result->header.status != RECORD_OK ? 1 : 0;
}

/* Sorts the lines by device and keeps the order of each device's lines. */
static int script_sort(struct script_recorder *recorder, struct script *out)
{
    uint32_t devices = recorder->fleet->devices;
    uint32_t *first = calloc(devices + 2u, sizeof(*first));
    struct script_line *sorted = malloc((recorder->count + 1) * sizeof(*sorted));
    if (first == NULL || sorted == NULL) {
        free(first);
        free(sorted);
        return -ENOMEM;
    }
    for (size_t i = 0; i < recorder->count; i++) {
        first[recorder->lines[i].device + 2]++;
    }
    for (uint32_t i = 2; i < devices + 2u; i++) {
        first[i] += first[i - 1];
    }
    for (size_t i = 0; i < recorder->count; i++) {
        sorted[first[recorder->lines[i].device + 1]++] = recorder->lines[i];
    }
    *out = (struct script){.lines = sorted,
                           .count = (uint32_t)recorder->count,
                           .first = first,
                           .octets = recorder->octets};
    recorder->octets = NULL;
    return 0;
}

int script_record(const struct contest_fleet *fleet, struct script *out)
{
    struct script_recorder recorder = {.fleet = fleet};
    struct sweep_loop runner;
    const struct sweep_events events = {
        .owner = &recorder, .next = script_next, .recall = script_recall, .ended = script_ended};
    const struct sweep_config config = script_sweep_config(fleet);
    int status = sweep_loop_open_tapped(&runner, &config, &events, script_tap, &recorder);
    if (status != 0) {
        return status;
    }
    sweep_loop_run(&runner);
    sweep_loop_close(&runner);
    if (recorder.is_short_of_memory) {
        status = -ENOMEM;
    } else if (recorder.failed > 0) {
        fprintf(stderr, "platen-bench: %llu devices did not answer while the script was recorded\n",
                (unsigned long long)recorder.failed);
        status = BASE_EFORMAT;
    } else {
        status = script_sort(&recorder, out);
    }
    free(recorder.lines);
    free(recorder.octets);
    return status;
}

void script_fini(struct script *script)
{
    free(script->lines);
    free(script->first);
    free(script->octets);
    *script = (struct script){0};
}

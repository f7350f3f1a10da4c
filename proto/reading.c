#include "proto/reading.h"

#include <errno.h>
#include <stdlib.h>

#include "proto/reading_internal.h"

/* A usual device needs some 12 KB, one with everything and `why` some 60 KB. */
#define CHUNK_BYTES_FIRST ((size_t)16 * 1024)

static struct reading_chunk *chunk_new(size_t cap)
{
    struct reading_chunk *chunk = malloc(sizeof(*chunk) + cap);

    if (chunk != NULL) {
        chunk->next = NULL;
        chunk->cap = cap;
        chunk->used = 0;
    }
    return chunk;
}

struct reading_chunk *reading_next_chunk(struct reading_arena *arena, size_t size)
{
    struct reading_chunk *chunk = arena->current;
    size_t cap;

    while (chunk->next != NULL) {
        chunk = chunk->next;
        if (chunk->cap >= size) {
            chunk->used = 0;
            arena->current = chunk;
            return chunk;
        }
    }
    cap = 2 * chunk->cap;
    while (cap < size) {
        cap *= 2;
    }
    chunk->next = chunk_new(cap);
    if (chunk->next == NULL) {
        arena->is_exhausted = true;
        return NULL;
    }
    arena->current = chunk->next;
    return chunk->next;
}

void *reading_alloc_zero(struct reading_arena *arena, size_t size)
{
    void *room = reading_alloc(arena, size);

    return room != NULL ? memset(room, 0, size) : NULL;
}

int reading_init(struct reading *reading)
{
    struct reading_arena *arena = calloc(1, sizeof(*arena));

    if (arena == NULL) {
        return -ENOMEM;
    }
    arena->first = chunk_new(CHUNK_BYTES_FIRST);
    if (arena->first == NULL) {
        free(arena);
        return -ENOMEM;
    }
    text_init(&arena->text);
    *reading = (struct reading){.arena = arena};
    reading_reset(reading);
    return 0;
}

void reading_fini(struct reading *reading)
{
    struct reading_arena *arena = reading->arena;

    if (arena == NULL) {
        return;
    }
    while (arena->first != NULL) {
        struct reading_chunk *next = arena->first->next;
        free(arena->first);
        arena->first = next;
    }
    text_fini(&arena->text);
    free(arena);
    *reading = (struct reading){0};
}

void reading_reset(struct reading *reading)
{
    struct reading_arena *arena = reading->arena;

    arena->current = arena->first;
    arena->first->used = 0;
    arena->is_exhausted = false;
    *reading = (struct reading){
        .arena = arena,
        .profiles = reading->profiles,
        .uptime_ticks = READING_ABSENT,
        .config_changes = READING_ABSENT,
        .hr_device_index = READING_ABSENT,
    };
}

/* Reads the header of a record that may be missing. */
static int open_part(struct bytes record, struct record_header *header)
{
    return record.size == 0 ? 0 : record_read_header(record, header);
}

int reading_decode(struct reading *reading, struct bytes static_part, struct bytes moving_part,
                   bool with_why)
{
    struct record_header static_header = {0};
    struct record_header moving_header = {0};
    struct reading_decoder decoder = {
        .out = reading,
        .arena = reading->arena,
        .with_why = with_why,
        .records = {static_part, moving_part},
    };
    int status;

    reading_reset(reading);
    status = open_part(static_part, &static_header);
    if (status == 0) {
        status = open_part(moving_part, &moving_header);
    }
    if (status != 0) {
        return status;
    }
    reading->header = moving_part.size > 0 ? moving_header : static_header;
    if (!reading_grids_init(&decoder)) {
        reading_reset(reading);
        return -ENOMEM;
    }
    if (!reading_collect(&decoder, static_part, false) ||
        !reading_collect(&decoder, moving_part, true)) {
        reading_reset(reading);
        return BASE_EFORMAT;
    }
    reading_identity_decode(&decoder);
    reading_supply_decode(&decoder);
    reading_tables_decode(&decoder);
    reading_alert_decode(&decoder);
    reading_condition_decode(&decoder);
    if (static_part.size <= RECORD_HEADER_BYTES && moving_part.size <= RECORD_HEADER_BYTES) {
        /* Nothing was read: nothing is known, not even who it is. */
        reading->identity.id[0] = '\0';
        reading->condition.state = NULL;
    }
    if (reading->arena->is_exhausted) {
        reading_reset(reading);
        return -ENOMEM;
    }
    return 0;
}

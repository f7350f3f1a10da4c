#include "bench/sim/mib.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/sim/ber.h"
#include "bench/sim/oid.h"

/* Bytes of one block of names and varbinds: a model needs about two. */
#define CHUNK_BYTES 32768u

/* A varbind longer than this could never be sent. */
#define ENTRY_BYTES_MAX 65000u

struct sim_chunk {
    struct sim_chunk *next;
    size_t used;
    size_t size;
    uint8_t bytes[];
};

void sim_mib_init(struct sim_mib *mib)
{
    *mib = (struct sim_mib){0};
}

void sim_mib_fini(struct sim_mib *mib)
{
    while (mib->chunks != NULL) {
        struct sim_chunk *next = mib->chunks->next;

        free(mib->chunks);
        mib->chunks = next;
    }
    free(mib->objects);
    sim_mib_init(mib);
}

/* Addresses stay valid until sim_mib_fini: chunks are never moved. */
static uint8_t *take_bytes(struct sim_mib *mib, size_t n)
{
    struct sim_chunk *chunk = mib->chunks;

    if (chunk == NULL || chunk->size - chunk->used < n) {
        size_t size = n > CHUNK_BYTES ? n : CHUNK_BYTES;

        chunk = malloc(sizeof(*chunk) + size);
        if (chunk == NULL) {
            return NULL;
        }
        chunk->next = mib->chunks;
        chunk->used = 0;
        chunk->size = size;
        mib->chunks = chunk;
    }
    chunk->used += n;
    return chunk->bytes + chunk->used - n;
}

static int grow(struct sim_mib *mib)
{
    size_t capacity = mib->capacity == 0 ? 256 : mib->capacity * 2;
    struct sim_object *objects;

    if (mib->count < mib->capacity) {
        return 0;
    }
    objects = realloc(mib->objects, capacity * sizeof(*objects));
    if (objects == NULL) {
        return -ENOMEM;
    }
    mib->objects = objects;
    mib->capacity = capacity;
    return 0;
}

int sim_mib_add(struct sim_mib *mib, const struct sim_mib_entry *entry)
{
    size_t name_tlv = 1 + sim_ber_length_size(entry->name_length) + entry->name_length;
    size_t content = name_tlv + entry->value_length;
    struct sim_object object = {0};
    uint8_t *bytes;

    if (entry->name_length > SIM_OID_BYTES_MAX || entry->value_length > ENTRY_BYTES_MAX) {
        return -E2BIG;
    }
    if (grow(mib) != 0) {
        return -ENOMEM;
    }
    bytes = take_bytes(mib, content + 5);
    if (bytes == NULL) {
        return -ENOMEM;
    }
    object.name_length = (uint16_t)entry->name_length;
    object.column_length = (uint16_t)entry->column_length;
    object.value = entry->value;
    object.arg = entry->arg;
    object.suffix = entry->suffix;
    if (entry->value_tlv == NULL) {
        memcpy(bytes, entry->name, entry->name_length);
        object.name = bytes;
    } else {
        uint8_t *at = bytes;

        *at++ = SIM_TAG_SEQUENCE;
        at = sim_ber_put_length(at, content);
        at = sim_ber_put_bytes(at, SIM_TAG_OID, entry->name, entry->name_length);
        object.name = at - entry->name_length;
        memcpy(at, entry->value_tlv, entry->value_length);
        object.varbind = bytes;
        object.varbind_length = (uint32_t)(at + entry->value_length - bytes);
        object.is_counter64 = entry->value_tlv[0] == SIM_TAG_COUNTER64;
    }
    mib->objects[mib->count++] = object;
    return 0;
}

/* An ordered comparison of what the table knows: rows of one suffixed column go by row number. */
static int compare(const void *left, const void *right)
{
    const struct sim_object *a = left;
    const struct sim_object *b = right;
    int order = sim_oid_compare(a->name, a->name_length, b->name, b->name_length);

    if (order == 0 && a->suffix == SIM_SUFFIX_ALERT && b->suffix == SIM_SUFFIX_ALERT) {
        order = (int)a->arg - (int)b->arg;
    }
    return order;
}

/* A merge sort, since qsort does not keep the order of equals and the last added one shall win. */
static void sort(struct sim_object *objects, size_t n, struct sim_object *spare)
{
    size_t half = n / 2;
    size_t left = 0;
    size_t right = half;

    if (n < 2) {
        return;
    }
    sort(objects, half, spare);
    sort(objects + half, n - half, spare);
    memcpy(spare, objects, n * sizeof(*objects));
    for (size_t i = 0; i < n; i++) {
        bool take_left = right == n || (left < half && compare(&spare[left], &spare[right]) <= 0);

        objects[i] = take_left ? spare[left++] : spare[right++];
    }
}

void sim_mib_finish(struct sim_mib *mib)
{
    struct sim_object *spare = malloc((mib->count + 1) * sizeof(*spare));
    size_t kept = 0;

    if (spare == NULL) {
        abort(); /* only while starting, when nothing runs yet */
    }
    sort(mib->objects, mib->count, spare);
    free(spare);
    for (size_t i = 0; i < mib->count; i++) {
        if (i + 1 < mib->count && compare(&mib->objects[i], &mib->objects[i + 1]) == 0) {
            mib->duplicates++;
            continue;
        }
        mib->objects[kept++] = mib->objects[i];
    }
    mib->count = kept;
}

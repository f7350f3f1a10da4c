#include "store/entries.h"

#include <errno.h>
#include <stdlib.h>

#include "store/pack.h"

/* First size of the table: of a few hundred devices. */
#define SLOT_BITS_FIRST 10
#define SLOT_BITS_MAX   30

static size_t slot_count(const struct entries *list)
{
    return list->slots == NULL ? 0 : (size_t)1 << list->slot_bits;
}

static size_t room(size_t slots)
{
    return slots / 4 * 3;
}

static uint8_t *entry_of(const struct entries *list, uint32_t which)
{
    return list->octets + (size_t)(which - 1) * ENTRY_BYTES;
}

/* Returns: the slot that holds the hash, or the free one that would. */
static uint32_t *slot_of(const struct entries *list, uint64_t hash)
{
    size_t mask = slot_count(list) - 1;
    size_t at = (size_t)hash & mask;
    while (list->slots[at] != 0 && pack_get_u64(entry_of(list, list->slots[at])) != hash) {
        at = (at + 1) & mask;
    }
    return &list->slots[at];
}

static int grow(struct entries *list)
{
    unsigned bits = list->slots == NULL ? SLOT_BITS_FIRST : list->slot_bits + 1;
    if (bits > SLOT_BITS_MAX) {
        return -ENOMEM;
    }
    size_t slots = (size_t)1 << bits;
    uint8_t *octets = realloc(list->octets, room(slots) * ENTRY_BYTES);
    if (octets == NULL) {
        return -ENOMEM;
    }
    list->octets = octets;
    uint32_t *table = calloc(slots, sizeof(*table));
    if (table == NULL) {
        return -ENOMEM;
    }
    free(list->slots);
    list->slots = table;
    list->slot_bits = bits;
    for (uint32_t which = 1; which <= list->count; which++) {
        *slot_of(list, pack_get_u64(entry_of(list, which))) = which;
    }
    return 0;
}

uint32_t entries_find(const struct entries *list, uint64_t hash, uint32_t *number)
{
    uint32_t which = list->count == 0 ? 0 : *slot_of(list, hash);
    if (which != 0) {
        *number = pack_get_u32(entry_of(list, which) + 8);
    }
    return which;
}

int entries_put(struct entries *list, size_t kept, uint64_t hash, uint32_t number)
{
    int rc = list->count < room(slot_count(list)) ? 0 : grow(list);
    if (rc != 0) {
        return rc;
    }
    uint32_t *slot = slot_of(list, hash);
    if (*slot <= kept) { /* also when there is none */
        list->count++;
        *slot = (uint32_t)list->count;
    }
    uint8_t *entry = entry_of(list, *slot);
    pack_u64(entry, hash);
    pack_u32(entry + 8, number);
    return 0;
}

struct bytes entries_octets(const struct entries *list, size_t from)
{
    return from >= list->count
               ? (struct bytes){0}
               : bytes_of(list->octets + from * ENTRY_BYTES, (list->count - from) * ENTRY_BYTES);
}

void entries_clear(struct entries *list)
{
    list->count = 0;
    if (list->slots != NULL) {
        memset(list->slots, 0, slot_count(list) * sizeof(*list->slots));
    }
}

void entries_fini(struct entries *list)
{
    free(list->octets);
    free(list->slots);
    *list = (struct entries){0};
}

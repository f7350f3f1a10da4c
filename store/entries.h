/*
 * Entries of the index (index.h) in memory: one behind the other as they are stored, and a hash
 * table that finds the last one of a hash. It knows nothing of where they are stored.
 *
 * Memory: 12 octets an entry and six to twelve for the table. Not safe against hashes that somebody
 * chose to fall together: then a search is as long as the list.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

/* An entry: hash u64, number u32. Stored: for ever. */
#define ENTRY_BYTES 12

struct entries {
    uint8_t *octets;    /* NULL until there is one */
    size_t count;       /* of entries */
    uint32_t *slots;    /* by hash: which entry, from 1; 0 = none. NULL until there is an entry */
    unsigned slot_bits; /* there are 2^slot_bits of them, and room for three entries in four */
};

/* Returns: which entry is the last one of that hash, from 1, and *number gets its number; 0 = there
 * is none. */
uint32_t entries_find(const struct entries *list, uint64_t hash, uint32_t *number);

/* Adds an entry, or changes the hash's last one when that is none of the first `kept`.
 * Returns: 0; -ENOMEM, and nothing has changed. */
BASE_MUST_CHECK int entries_put(struct entries *list, size_t kept, uint64_t hash, uint32_t number);

/* Returns: the entries from number `from` on; they live until the next call that changes any. */
struct bytes entries_octets(const struct entries *list, size_t from);

/* Takes all entries out. The memory stays until entries_fini. */
void entries_clear(struct entries *list);

void entries_fini(struct entries *list);

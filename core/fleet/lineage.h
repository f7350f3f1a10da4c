/*
 * Devices that have been found to be one, and the way back. The one that stays takes over the keys
 * and the address of the one that goes; of that all rows stay where they are, sealed as they were,
 * and are read together with the rows of the one that stays: chains are told apart by device, and
 * in time their global sequence orders them. A device that went has no address and is not listed.
 *
 * Who has what: ARCHIVE_PART_LINEAGE of the one that stays lists those that went, in order, each
 * with what the one that stays was known by until then; ARCHIVE_PART_MERGED of the one that went
 * tells into which, when, and its address. Both events stand in both chains.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/fleet/rows_identity.h"
#include "store/store.h"

/* A device and all that went into it, theirs, too. */
#define LINEAGE_MAX 32

/* One merge. */
struct lineage_entry {
    uint32_t number; /* the device that went */
    bool is_automatic;
    int64_t unix_ms;
    struct bytes address; /* of the one that stays, until then */
    struct bytes keys;    /* the same */
};

/* Why two devices are one. */
struct lineage_reason {
    int64_t unix_ms;
    enum rows_key key; /* that joined them; ROWS_KEY_NONE = a person said so */
};

/* Says whether a device went into another one: it is known by nothing and not listed. */
static inline bool lineage_is_gone(const struct store_device *device)
{
    return device->address[0] == '\0';
}

/* Lists the device itself and all that went into it. out: LINEAGE_MAX numbers.
 * Returns: 0, with the device alone when the list is damaged; BASE_ESTORE. */
BASE_MUST_CHECK int lineage_list(struct store_txn *txn, uint32_t number, uint32_t *out,
                                 size_t *count);

/* Iterates the merges into one device, oldest first: *at = 0 at the start. list: its
 * ARCHIVE_PART_LINEAGE. Returns: false at the end or at damage. */
bool lineage_next(struct bytes list, size_t *at, struct lineage_entry *out);

/* Tells into which device this one went. Returns: 0; BASE_ENOTFOUND; BASE_EFORMAT; BASE_ESTORE. */
BASE_MUST_CHECK int lineage_into(struct store_txn *txn, uint32_t number, uint32_t *into);

/* Merges the device `gone` into *stays, which the caller writes afterwards.
 * Returns: 0; BASE_EUSAGE (the same device, or one that went already); BASE_ELIMIT (too many);
 * BASE_ENOTFOUND; as the store's writes. */
BASE_MUST_CHECK int lineage_merge(struct store_txn *txn, struct store_device *stays, uint32_t gone,
                                  const struct lineage_reason *reason);

/* Takes a merge into *stays back, by default (gone = 0) the last one; the caller writes *stays
 * afterwards. The device that comes back gets its address and its keys, *stays what it was known by
 * before that it has not said anew; evidence does not merge the two again.
 * out: gets the number of the one that came back.
 * Returns: 0; BASE_ENOTFOUND (no such merge); BASE_EFORMAT; as the store's writes. */
BASE_MUST_CHECK int lineage_split(struct store_txn *txn, struct store_device *stays, uint32_t gone,
                                  int64_t unix_ms, uint32_t *out);

/*
 * Which device a poll is of. The strongest key decides; a weaker one (the address last) counts only
 * when the device it names has no stronger key of the same kind with another value: a printer that
 * was replaced at its address, or a network card that moved, is not the printer that was there.
 *
 * Two devices that give one serial number are told apart by the rest. Where the number comes with
 * another MAC address from another address, either the board was replaced or it is another device:
 *   the one known has answered in this sweep             two, for certain
 *   the MAC address is known to be of another device     the same, with that one's card
 *   the one known does not answer any more               the same, with another board
 *   else                                                 two for now; should the one known never
 *                                                        answer again, they are merged
 *                                                        (archive_identity.h)
 */
#pragma once

#include "core/fleet/archive_slice.h"
#include "core/fleet/rows_identity.h"

/* What was found. */
struct archive_found {
    struct store_device device; /* number 0 = nothing is known about it */
    uint32_t rival;             /* another device with its serial number; 0 = none */
    uint32_t donor;             /* a device with another serial number and its MAC address; 0 */
    uint32_t single;            /* a device without serial number that its MAC address names; 0 */
    bool is_proven;             /* it and the rival have answered side by side */
    bool is_shared;             /* its serial number is several devices' */
    bool is_settled;            /* found as it was stored: nothing about its identity is new */
    bool is_at_server;          /* alone in this poll, but a printer of a print server before */
};

/* Finds the device of an entry.
 * Returns: 0; BASE_ECHECKSUM, BASE_EFORMAT or BASE_EVERSION (its row is damaged); BASE_ESTORE. */
BASE_MUST_CHECK int archive_find(struct store_txn *txn, const struct archive_slice *slice,
                                 const struct archive_entry *entry, struct archive_found *out);

/* Makes the entry's keys point at the device, which has a number, where they do not yet. What other
 * devices gave side by side points at nobody from then on.
 * Returns: 0; what the store's writes return. */
BASE_MUST_CHECK int archive_point(struct store_txn *txn, const struct archive_slice *slice,
                                  const struct archive_entry *entry,
                                  const struct archive_found *found, struct store_device *device);

/* Reads the device that a key points at, or the one that went into.
 * Returns: 0; BASE_ENOTFOUND; *is_shared: the key points at nobody; damage of the row. */
BASE_MUST_CHECK int archive_device_of(struct store_txn *txn, const char *key,
                                      struct store_device *device, bool *is_shared);

/* Says whether a code means that what is stored is damaged. */
static inline bool archive_is_damage(int rc)
{
    return rc == BASE_ECHECKSUM || rc == BASE_EFORMAT || rc == BASE_EVERSION;
}

/* Returns: the address of an entry, without what kind of key it is. */
static inline const char *archive_address(const struct archive_slice *slice,
                                          const struct archive_entry *entry)
{
    return archive_text(slice, entry->address) + sizeof("address:") - 1;
}

/*
 * Which device a poll is of. The strongest key decides; a weaker one (the address last) counts only
 * when the device it names has no stronger key of the same kind with another value: a printer that
 * was replaced at its address, or a network card that moved, is not the printer that was there.
 */
#pragma once

#include "core/fleet/archive_slice.h"

/* Finds the device of an entry. When nothing is known about it, device->number stays 0.
 * Returns: 0; BASE_ECHECKSUM, BASE_EFORMAT or BASE_EVERSION (its row is damaged); BASE_ESTORE. */
BASE_MUST_CHECK int archive_find(struct store_txn *txn, const struct archive_slice *slice,
                                 const struct archive_entry *entry, struct store_device *device);

/* Makes the entry's keys point at the device, which has a number, where they do not yet.
 * Returns: 0; what the store's writes return. */
BASE_MUST_CHECK int archive_point(struct store_txn *txn, const struct archive_slice *slice,
                                  const struct archive_entry *entry, struct store_device *device);

/* Says whether a code means that what is stored is damaged. */
static inline bool archive_is_damage(int rc)
{
    return rc == BASE_ECHECKSUM || rc == BASE_EFORMAT || rc == BASE_EVERSION;
}

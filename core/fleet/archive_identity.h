/*
 * What a poll changes about who a device is, beside its keys: it moved, it contradicts what it said
 * before, it shares its serial number. Each is told once, as an event (rows_identity.h), and what
 * stands is kept as ARCHIVE_PART_IDENTITY. And what evidence settles: two devices with one serial
 * number of which the elder has not answered since the younger is there are one with a new board.
 */
#pragma once

#include "core/fleet/archive_find.h"

/* Settles what was open about the device that was found, which may become another one by that.
 * Call it before the poll is stored. Returns: 0; damage of a row; as the store's writes. */
BASE_MUST_CHECK int archive_identity_settle(struct store_txn *txn,
                                            const struct archive_slice *slice,
                                            const struct archive_entry *entry,
                                            struct archive_found *found,
                                            struct archive_figures *figures);

/* Gives a new device that shares its serial number, or gave no key, an id of its own. */
void archive_identity_id(const struct archive_slice *slice, const struct archive_entry *entry,
                         const struct archive_found *found, struct store_device *device);

/* Tells what has changed. device: has its number, of a new one, too, and still its address of
 * before. Call it before archive_point. Returns as above. */
BASE_MUST_CHECK int archive_identity_tell(struct store_txn *txn, const struct archive_slice *slice,
                                          const struct archive_entry *entry,
                                          const struct archive_found *found,
                                          struct store_device *device,
                                          struct archive_figures *figures);

/* Notes that a poll got nothing of the other printers at the device's address, where there is a
 * print server: all others when there was no answer, else those that it did not list.
 * Returns as above. */
BASE_MUST_CHECK int
archive_identity_silent(struct store_txn *txn, const struct archive_slice *slice,
                        const struct archive_entry *entry, const struct archive_found *found,
                        const struct store_device *device, struct archive_figures *figures);

/*
 * Printers behind one address: a print server answers for several, each by its hrDeviceIndex. What
 * one poll read is parted here into the records of each printer, which from then on are decoded,
 * kept and shown as those of any other device. The system group and the interfaces are the box's
 * and stand in all of them; what a vendor keeps in private objects tells no printer and is left
 * out.
 * Sources: RFC 3805 (all tables by hrDeviceIndex first); HP JetDirect EX, Axis print servers.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/fleet/archive.h"
#include "proto/reading.h"

/* Which of the printers that a reading has found. */
struct printers_choice {
    const uint32_t *list; /* hrDeviceIndexes in order */
    size_t count;
    size_t which;
};

/* Writes the part of a record that is about one printer.
 * out: record.size octets at least. part: gets the record in it; empty for an empty one.
 * Returns: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int printers_part(struct bytes record, const struct printers_choice *choice,
                                  uint8_t *out, struct bytes *part);

/* Gives the reading of a printer without serial number an id of its own: what else the box says of
 * itself is the same for all of them. address: with port. */
void printers_identify(struct reading *reading, const char *address,
                       const struct printers_choice *choice);

/*
 * Recordings that may leave the house: what names people, places, networks and machines is replaced
 * by something of the same form, the same thing by the same replacement everywhere.
 *
 * Texts are guilty until proven innocent: only what tells what the device is and what it counts
 * (descriptions, labels of counters, model and firmware by the vendor's profile) stays as it is,
 * less the numbers, addresses and names inside it; of all others only words of the trade stay.
 * Numbers and object identifiers stay. Network tables, whose indexes are addresses, are left out,
 * but for the one that tells which interface owns an address. So a recording gives the same vendor,
 * model, meters, levels and alerts as the device.
 * Pure: values in, lines of .snmprec out.
 */
#pragma once

#include "core/base/base.h"
#include "proto/profile.h"
#include "proto/varbinds.h"

/* Gets the recording line by line, each with its line feed; names rise. */
typedef void sanitize_line(void *context, const char *line);

/* Writes a recording of `list`. profile: of the device; NULL none. secret: another number gives
 * other replacements. Returns: 0 or -ENOMEM. */
BASE_MUST_CHECK int sanitize(const struct varbinds *list, const struct profile *profile,
                             uint64_t secret, sanitize_line *put, void *context);

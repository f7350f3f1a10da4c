/*
 * The printers that share one address: a box that answers for several tells them apart by SNMPv3
 * context, or in v1 and v2c by what stands behind the community (RFC 3584 maps one to the other).
 * Which contexts a maker's boxes have, the profiles say. Each is a *place*: "10.1.2.3:161/port2" is
 * polled right after "10.1.2.3:161", by the credential that was answered there, and has what was
 * learned, a result and a device of its own.
 *
 * Looked for is a place when the address has been read whole; from then on it is polled like any
 * known device. What answers there must be another printer: many agents look at no context, and
 * show in all of them the one that they have. That is nobody, and no device is made of it.
 * For poll*.c and sweep.c only.
 * Sources: facts 4.1 #19; RFC 3411 section 3.3.1, RFC 3584 section 5.2.
 */
#pragma once

#include "core/fleet/poll.h"

/* Places beside an address, and the octets of a name with its NUL. */
#define POLL_PLACES_MAX     8
#define POLL_PLACE_NAME_MAX (PROFILE_CONTEXT_MAX + 1)

/* The name of the place that is polled; "" = the address itself. */
const char *poll_place_name(const struct poll *poll);

/* When the poll of its address began to end, for a place; 0 = the address itself. */
int64_t poll_place_since_unix_ms(const struct poll *poll);

/* The credential that alone is asked with at a place; NULL = any, at the address. */
const struct credential *poll_place_credential(const struct poll *poll);

/* The community to ask with: the credential's, of a place with what stands behind. */
struct bytes poll_place_community(const struct poll *poll, const struct credential *item);

/* Looks at what a place has shown: when it is a printer that the address has shown already, the
 * poll has read nothing. Call it before the poll is judged. */
void poll_place_judge(struct poll *poll);

/* Keeps in poll->learned which places the device may have; after the address was read. */
void poll_place_learn(struct poll *poll);

/* Says whether a result is given: not of a place that nobody has ever been at. */
bool poll_place_is_told(const struct poll *poll, const struct sweep_result *result);

/* Goes on with the next place of the address, the poll having ended. Returns false when there is
 * none: the poll is over. */
bool poll_place_next(struct poll *poll);

/* Forgets the places of a poll. */
void poll_place_clear(struct poll *poll);

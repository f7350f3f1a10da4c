/*
 * One address in the two shapes that the program needs: a target as the user names it, and a socket
 * address as the wire sends to it.
 */
#pragma once

#include "core/engine/wire.h"
#include "core/fleet/target.h"

/* Fills a socket address from a target. */
void address_from_target(const struct target *target, union wire_address *out);

/* Fills a target from a socket address. */
void address_to_target(const union wire_address *address, struct target *out);

/* Writes the key of an address, "10.1.2.3:161"; out: at least TARGET_TEXT_MAX bytes. */
void address_format(const union wire_address *address, char *out, size_t cap);

/* Room for an address with a place, NUL included. */
#define ADDRESS_PLACE_MAX (TARGET_TEXT_MAX + 32)

/* Writes the key of a printer that shares its address with others, "10.1.2.3:161/port2"; of the
 * only one, or the one of the default context, the place is "" and the key the address's.
 * out: at least ADDRESS_PLACE_MAX bytes. */
void address_format_place(const union wire_address *address, const char *place, char *out,
                          size_t cap);

/* Returns: the place in such a key, "" = none. */
const char *address_place(const char *key);

/* Reads such a key. Returns: 0; BASE_EFORMAT. */
BASE_MUST_CHECK int address_parse(const char *key, struct target *out);

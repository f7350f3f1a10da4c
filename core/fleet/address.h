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

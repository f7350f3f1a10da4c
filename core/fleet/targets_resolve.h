/*
 * Host names to addresses, several at a time: a list of a thousand names with a slow name server
 * is not a thousand waits one after the other. Blocks until the last name is answered; for
 * targets_close only, before the loop runs.
 */
#pragma once

#include "core/fleet/targets.h"

/* Looks every name up. found[i] is written for names[i] when names[i].error becomes 0.
 * lookup: NULL is the system's getaddrinfo.
 * Returns: 0, also when names failed; -EAGAIN when no thread could be started. */
BASE_MUST_CHECK int targets_resolve(struct targets_name *names, size_t count, struct target *found,
                                    targets_lookup *lookup);

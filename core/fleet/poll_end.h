/*
 * The end of a poll: what its status is, what it taught, and the records that it hands on. For
 * poll.c only.
 */
#pragma once

#include "core/fleet/poll.h"

/* The wall time of now, ms since 1970. */
int64_t poll_unix_ms(const struct poll *poll);

/* Ends a poll: tells the sweep. */
void poll_end(struct poll *poll);

/* Looks at the answer to the probe. Returns: true when it is no printer, and the poll shall end
 * so; its record is made then. */
bool poll_end_other(struct poll *poll, const struct engine_reply *reply);

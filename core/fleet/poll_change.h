/*
 * What an answer tells of the device's life since the last poll. For poll.c only.
 */
#pragma once

#include "core/fleet/poll.h"

/* Makes the plan ask for static objects, too, when the device has restarted or says that its
 * configuration changed; a restart that may be our fault counts as a strike. */
void poll_check_change(struct poll *poll);

/* Once it has said who it is, goes on as its profile says that it must be asked (profile_limits),
 * and remembers that. */
void poll_check_limits(struct poll *poll);

/*
 * What targets.c and targets_exclude.c share; for nobody else.
 */
#pragma once

#include "core/fleet/targets.h"

/* Makes the range of a network, of which target_read left out the first and the last address, the
 * whole network. text: what it was read from; of anything but a network nothing changes. */
void targets_widen(struct target_range *range, const char *text);

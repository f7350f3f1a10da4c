/*
 * Exhausted memory for the tests: malloc gives nothing while the window is open. Does not work
 * under AddressSanitizer, whose allocator has limits of its own; memory_can_fail says so.
 */
#pragma once

#include <stdbool.h>

/* Says whether memory can be made to fail in this build. */
bool memory_can_fail(void);

/* From here on malloc returns NULL for anything but crumbs. */
void memory_exhaust(void);

/* Gives it all back. */
void memory_restore(void);

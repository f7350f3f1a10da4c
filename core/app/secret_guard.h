/*
 * Memory for secrets, and a process that leaves none of it behind: no core file, no dump that
 * another process of the same user takes, no page in the swap area.
 */
#pragma once

#include "core/base/base.h"

/* Keeps this process from being dumped or traced from now on. Cannot fail in a way that matters:
 * where the system refuses, the process is as it was. */
void secret_guard_process(void);

/* Gives zeroed memory that is in no core dump, and in no swap area as far as the limits of the user
 * allow. Returns: NULL when memory is short. */
void *secret_guard_new(size_t size);

/* Overwrites and gives back; size as given to secret_guard_new. NULL is allowed. */
void secret_guard_free(void *memory, size_t size);

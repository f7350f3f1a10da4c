/*
 * One agent a store: a lock file beside it, held while the agent runs, with its process number and
 * the time of its start. Other programs write to the store all the same.
 */
#pragma once

#include "core/base/base.h"

struct agent_lock {
    int64_t pid;
    int64_t since_unix_ms;
};

/* Takes the lock of the store in `path`. *fd: close it to unlock; the end of the process does.
 * other: who has it, when BASE_EEXISTS is returned; zeros when that cannot be read.
 * Returns: 0; BASE_EEXISTS; -errno. */
BASE_MUST_CHECK int agent_lock_take(const char *path, int64_t now_unix_ms, int *fd,
                                    struct agent_lock *other);

/* Says who runs on the store. Returns: 0; BASE_ENOTFOUND when nobody does; -errno. */
BASE_MUST_CHECK int agent_lock_look(const char *path, struct agent_lock *out);

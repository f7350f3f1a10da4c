/*
 * A directory for the store of one benchmark, below TMPDIR.
 */
#pragma once

#include "core/base/base.h"

#define SCRATCH_PATH_MAX 256

/* Makes an empty directory and writes its path. Returns: 0; -errno. */
BASE_MUST_CHECK int scratch_make(char path[SCRATCH_PATH_MAX]);

/* Removes the directory with the files of a store in it; complains when it cannot. */
void scratch_remove(const char *path);

/*
 * Where the store is, when nobody or somebody says so.
 */
#pragma once

#include "core/base/base.h"

/* The service's own store; the package creates it. */
#define STORE_PATH_SERVICE "/var/lib/platen"

/* Writes the directory of the store. In this order: `option` (--store), PLATEN_STORE,
 * STORE_PATH_SERVICE when it exists and belongs to the caller or the caller is root,
 * $XDG_STATE_HOME/platen, ~/.local/state/platen. Nothing is created.
 * option: NULL when it was not given.
 * Returns: 0; BASE_ENOTFOUND when the caller has no home; BASE_ELIMIT when the path is too long. */
BASE_MUST_CHECK int store_path_find(const char *option, char *out, size_t cap);

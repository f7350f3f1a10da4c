/*
 * The one place where LMDB's codes become ours. No MDB_* value leaves store/.
 */
#pragma once

#include "core/base/base.h"

/* Returns: our code for what an mdb_ function returned: 0; BASE_ENOTFOUND (MDB_NOTFOUND);
 * BASE_ELIMIT (MDB_MAP_FULL); BASE_EVERSION (another LMDB format); -EAGAIN (no reader slot);
 * BASE_ESTORE for damage and everything else of LMDB's own; -errno for the system's errors. */
int error_from_lmdb(int rc);

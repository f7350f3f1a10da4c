#include "store/error.h"

#include <errno.h>

#include <lmdb.h>

int error_from_lmdb(int rc)
{
    switch (rc) {
    case MDB_SUCCESS:
        return 0;
    case MDB_NOTFOUND:
        return BASE_ENOTFOUND;
    case MDB_MAP_FULL:
        return BASE_ELIMIT;
    case MDB_VERSION_MISMATCH:
        return BASE_EVERSION;
    case MDB_READERS_FULL:
        return -EAGAIN;
    default:
        /* LMDB's own codes are far below any errno and negative; the system's are positive. */
        return rc > 0 ? -rc : BASE_ESTORE;
    }
}

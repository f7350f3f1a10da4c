/*
 * The directory that a store lives in: whether it may be used, who makes a store there, and whether
 * one was ever there.
 *
 * writer.lock   held by flock by whoever writes: shared, and alone while a store is made
 * sentinel      written after the first commit: LMDB opens a missing or empty data.mdb as a new
 *               empty store, and only the sentinel can tell that one was lost
 * data.mdb, lock.mdb   LMDB's own
 */
#pragma once

#include <sys/types.h>

#include "store/store.h"

/* Formats the one sentence about what is wrong. */
void place_say(char *message, size_t message_cap, const char *format, ...) BASE_PRINTF(3, 4);

/* Joins directory and file name into `out` of `cap` bytes. Returns: 0; -ENAMETOOLONG. */
BASE_MUST_CHECK int place_path(const char *path, const char *file, char *out, size_t cap);

/* Checks the directory, and in read-write mode creates it and its parents with mode 0700.
 * Refuses what is not a directory, symbolic links, directories that everybody may write to and
 * network file systems; data.mdb and lock.mdb must not be symbolic links either.
 * Returns: 0; BASE_ENOTFOUND (read-only, nothing there); BASE_ESTORE; -errno; with a sentence. */
BASE_MUST_CHECK int place_prepare(const char *path, enum store_mode mode, char *message,
                                  size_t message_cap);

/* Returns: whether statfs's f_type names a network file system, on which LMDB is not safe. */
bool place_is_remote(unsigned long filesystem_type);

/* Takes the writers' lock together with others. *lock_fd gets the descriptor that holds it; close
 * it to unlock. Waits some seconds for a process that is making the store.
 * Returns: 0; BASE_EEXISTS (it still is); -errno; with a sentence. */
BASE_MUST_CHECK int place_lock(const char *path, int *lock_fd, char *message, size_t message_cap);

/* Tries to hold the lock alone; *is_alone says whether it does, else it is held together with
 * others again. What was seen before may have changed meanwhile.
 * Returns: 0; BASE_EEXISTS; -errno. */
BASE_MUST_CHECK int place_claim(int lock_fd, bool *is_alone);

/* Lets other writers in again. Returns: 0; BASE_EEXISTS; -errno. */
BASE_MUST_CHECK int place_share(int lock_fd);

/* Makes sure that lock.mdb has its blocks: LMDB maps it and writes there, and where the disk has no
 * block left for that the process would die of SIGBUS. Call it before LMDB has the file open.
 * Returns: 0, also where a reader may not write there; -ENOSPC; -errno; with a sentence. */
BASE_MUST_CHECK int place_reserve(const char *path, enum store_mode mode, char *message,
                                  size_t message_cap);

/* Tells what is there: whether a store was completed once, and the size of data.mdb (0 = missing
 * or empty). Returns: 0; -errno; with a sentence. */
BASE_MUST_CHECK int place_look(const char *path, bool *was_complete, uint64_t *data_bytes,
                               char *message, size_t message_cap);

/* Writes the sentinel durably. Returns: 0; -errno. */
BASE_MUST_CHECK int place_complete(const char *path);

/* Removes the LMDB files of a store that was never completed. */
void place_clear(const char *path);

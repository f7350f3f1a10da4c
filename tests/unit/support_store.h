/*
 * A store in a directory of its own for one test: made before, removed after.
 */
#pragma once

#include "store/store.h"

/* Of the test's store; valid between setup and teardown. Not made yet after setup. */
extern char support_store_path[64];

/* Fixtures of a TestSuite. */
void support_store_setup(void);
void support_store_teardown(void);

/* Opens the store or fails the test. */
struct store *support_store_open(enum store_mode mode);

/* Begins a transaction or fails the test. */
struct store_txn *support_store_begin(struct store *store, bool write);

/* The name of a file in the store's directory; static storage, until the next call. */
const char *support_store_file(const char *name);

/* Searches data.mdb for `what` and replaces every occurrence by `by` of the same size; the store
 * must be closed. Returns: occurrences. */
int support_store_patch(struct bytes what, struct bytes by);

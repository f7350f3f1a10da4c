/*
 * Where LMDB has mapped data.mdb, to give pages back. Every page that a transaction looks at stays
 * in the process's resident memory, with the fifteen around it, until the system is short of
 * memory: a sweep over a large store would look as if it needed all of it. LMDB does not tell the
 * address, so it is looked up in /proc/self/maps; where that is absent nothing is given back.
 */
#pragma once

#include "store/env.h"

/* Gives the pages of the map back that are resident. The data stays in the system's page cache; the
 * next access maps it again. Other threads may read meanwhile. Call it while a transaction or its
 * entry (store->active) keeps the map in its place. */
void map_release(struct store *store);

/*
 * The rows of a device and of all that was merged into it, as one chain, newest first: the store's
 * sequences run through all devices, so that they order the rows of several. A device without
 * merges costs one look more than its own chain.
 */
#pragma once

#include "core/fleet/lineage.h"

struct lineage_chain {
    enum store_chain chain;
    uint64_t heads[LINEAGE_MAX]; /* the newest row of each that was not given yet; 0 = none */
    size_t count;
};

/* Begins with the newest row. Returns: 0; BASE_ESTORE. */
BASE_MUST_CHECK int lineage_chain_open(struct store_txn *txn, enum store_chain chain,
                                       const struct store_device *device,
                                       struct lineage_chain *out);

/* Gives the next row. Returns: 0; BASE_ENOTFOUND at the end; BASE_ECHECKSUM, BASE_EFORMAT or
 * BASE_EVERSION where a device's chain is damaged: what is older of that one is not reached, and
 * the next call goes on with the others; BASE_ESTORE. */
BASE_MUST_CHECK int lineage_chain_next(struct store_txn *txn, struct lineage_chain *walk,
                                       struct store_row *out);

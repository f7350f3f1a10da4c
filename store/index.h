/*
 * The index of identity keys: key text -> device number, kept by hash.
 *
 * Keys such as serial numbers come in no order. As keys of a tree, each would change a page of its
 * own, and at 100,000 devices the pages of the keys would cost more than the devices. Here the hash
 * chooses one of INDEX_BUCKETS values that are lists of (hash u64, device u32), which is a third of
 * the bytes, so that the keys of one transaction share their pages. Two keys of the same 64-bit
 * hash are the same key; by chance that does not happen, and who makes it happen could as well
 * claim the other device's serial number.
 */
#pragma once

#include "store/env.h"

/* Of 12 bits, so that 100,000 devices give some 50 keys a bucket. Stored: for ever. */
#define INDEX_BUCKET_BITS 12

/* Finds a key. Returns: 0; BASE_ENOTFOUND; BASE_ECHECKSUM; BASE_EFORMAT; BASE_ESTORE. */
BASE_MUST_CHECK int index_find(struct store_txn *txn, const char *key, uint32_t *number);

/* Points a key at a device. *holder gets the device that it pointed at before, 0 = none. A bucket
 * that is damaged begins anew: its keys are found again when their devices are next polled.
 * Returns: 0; -ENOMEM; as kv_put. */
BASE_MUST_CHECK int index_claim(struct store_txn *txn, const char *key, uint32_t number,
                                uint32_t *holder);

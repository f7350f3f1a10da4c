/*
 * What stands under an address: the device that was there last, and what the engine has learned of
 * who answers there. Both are one value: device u32 (0 = none), then the learned octets. A poll
 * looks both up and changes both, so a write transaction keeps one address at hand and writes it
 * when it turns to another.
 */
#pragma once

#include "store/env.h"

/* Finds the device at an address. Returns: 0; BASE_ENOTFOUND; BASE_ECHECKSUM; BASE_EVERSION;
 * BASE_EFORMAT; BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int address_find(struct store_txn *txn, const char *address, uint32_t *number);

/* Points an address at a device. *holder gets the one it pointed at before, 0 = none. Of a damaged
 * value what was learned is lost. Returns: 0; as kv_put; -ENOMEM. */
BASE_MUST_CHECK int address_claim(struct store_txn *txn, const char *address, uint32_t number,
                                  uint32_t *holder);

/* Writes what is at hand when it has changed. Returns: 0; as kv_put. */
BASE_MUST_CHECK int address_save(struct store_txn *txn);

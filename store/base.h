/*
 * Records told by others. The static records of two devices of one model differ in little: the
 * first one is kept as a base, and of the others only what differs (delta.h), a tenth of the
 * octets. A base is never changed and never taken away, so that what is told by it stays true; its
 * number is bounded, and beyond that records are written as they are. Where the devices of a model
 * are too different, there are a few bases of it.
 *
 * A value: the record and BASE_PLAIN; or a delta, the base's key (likeness u64, generation u8) and
 * BASE_DELTA. Damage to a base is damage to all that are told by it: they read as damaged, and are
 * written anew when they are polled and have changed.
 */
#pragma once

#include "store/env.h"

#define BASE_GENERATIONS 4
/* Bases of a store, and the longest one: no fleet has so many models, and a device that invents
 * some does not fill the disk. */
#define BASE_COUNT_MAX 1024
#define BASE_BYTES_MAX 8192

/* How a value ends. */
#define BASE_PLAIN     0
#define BASE_DELTA     1
#define BASE_TAIL_MAX  10
#define BASE_DELTA_MAX 4096

/* A record as it is written: head and tail, one behind the other. */
struct base_value {
    struct bytes head; /* the record itself, or `delta` */
    struct bytes tail;
    uint8_t delta[BASE_DELTA_MAX];
    uint8_t tail_octets[BASE_TAIL_MAX];
};

/* Finds how a record is written; keeps it as a base where there is none. like: 0 = as it is.
 * out: refers to the record and to itself.
 * Returns: 0; as kv_put; -ENOMEM. */
BASE_MUST_CHECK int base_tell(struct store_txn *txn, struct bytes record, uint64_t like,
                              struct base_value *out);

/* Gives the record that a value tells; of a device and a part, for which it is kept at hand.
 * Returns: 0; BASE_EFORMAT; BASE_ECHECKSUM (of its base, or that is gone); BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int base_read(struct store_txn *txn, struct bytes value, uint32_t device,
                              uint8_t part, struct bytes *out);

/* Begins a write transaction. */
void base_begin(struct store *store);

/* Frees what a transaction has at hand. */
void base_end(struct store_txn *txn);

/* Frees what a store has at hand for its write transactions; NULL is allowed. */
void base_forget(struct base_cache *cache);

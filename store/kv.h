/*
 * Keys and values inside a transaction. Every value is an envelope: version octet, CRC32C
 * (little-endian), content. The checksum covers table, version, key and content, so neither a
 * flipped bit nor a value that landed under another key reads as data.
 */
#pragma once

#include "store/env.h"

#define KV_VERSION        1
#define KV_ENVELOPE_BYTES 5

/* Longest value of a short key that does not take a page of its own. */
#define KV_IN_PAGE_BYTES 2020

/* LMDB's bound for keys. */
#define KV_KEY_MAX 511

enum kv_how {
    KV_PUT,     /* insert or replace */
    KV_APPEND,  /* the key is above all others of the table, or the call fails */
    KV_REPLACE, /* the value that the last kv_get of this table found */
};

/* Reads a value; the content lives in the map until the transaction ends or the table is written.
 * Returns: 0; BASE_ENOTFOUND; BASE_ECHECKSUM; BASE_EVERSION; BASE_ESTORE; -errno. */
BASE_MUST_CHECK int kv_get(struct store_txn *txn, enum env_table table, struct bytes key,
                           struct bytes *out);

/* Reads the first value at or behind `key`; *found gets its key. Returns as kv_get. On
 * BASE_ECHECKSUM and BASE_EVERSION *found is set too. */
BASE_MUST_CHECK int kv_seek(struct store_txn *txn, enum env_table table, struct bytes key,
                            struct bytes *found, struct bytes *out);

/* Gives the greatest key of the table; it lives as a value does. Returns: 0; BASE_ENOTFOUND (empty
 * table); BASE_ESTORE; -errno. */
BASE_MUST_CHECK int kv_last(struct store_txn *txn, enum env_table table, struct bytes *found);

/* Takes a value away. Returns: 0, also when there is none; as kv_put. */
BASE_MUST_CHECK int kv_delete(struct store_txn *txn, enum env_table table, struct bytes key);

/* Takes all values of a table away. Returns as kv_put. */
BASE_MUST_CHECK int kv_clear(struct store_txn *txn, enum env_table table);

/* Writes a value: the octets of head and then of body.
 * Returns: 0; BASE_ELIMIT (map full); BASE_ERANGE (key or value of a size that cannot be stored);
 * BASE_ESTORE; -errno. After any failure the transaction can only be undone. */
BASE_MUST_CHECK int kv_put(struct store_txn *txn, enum env_table table, struct bytes key,
                           struct bytes head, struct bytes body, enum kv_how how);

/* Returns: whether a code says that a value is there and cannot be read: BASE_ECHECKSUM,
 * BASE_EVERSION, BASE_EFORMAT. */
bool kv_is_damage(int rc);

/* --- values with checksums of their own (block.h) -------------------------------------------- */

/* Returns: the checksum of a content under a key. */
uint32_t kv_checksum(enum env_table table, struct bytes key, struct bytes content);

/* Reads the first whole value at or behind `key`, unchecked; *found gets its key.
 * Returns: 0; BASE_ENOTFOUND; BASE_ESTORE; -errno. */
BASE_MUST_CHECK int kv_seek_whole(struct store_txn *txn, enum env_table table, struct bytes key,
                                  struct bytes *found, struct bytes *out);

/* Writes a whole value: the octets of head and then of body. Returns as kv_put. */
BASE_MUST_CHECK int kv_put_whole(struct store_txn *txn, enum env_table table, struct bytes key,
                                 struct bytes head, struct bytes body, enum kv_how how);

/*
 * Lists of identity keys as the archive keeps them: texts "kind:value" (proto/reading.h), each with
 * its NUL, strongest first. A device's list holds what it said last of every kind that it ever
 * gave. Behind it count the lists of the devices that were merged into it.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"
#include "core/fleet/rows_identity.h"
#include "proto/reading.h"
#include "store/store.h"

/* Keys of one device; those with the ones of its predecessors. */
#define KEYS_MAX             8
#define KEYS_BYTES_MAX       (KEYS_MAX * READING_KEY_MAX)
#define KEYS_KNOWN_BYTES_MAX (8 * KEYS_BYTES_MAX)

/* A key that several devices gave side by side points at nobody. */
#define KEYS_NOBODY UINT32_MAX

/* What is known of a device. */
struct keys_known {
    uint8_t octets[KEYS_KNOWN_BYTES_MAX];
    struct bytes own; /* what it said itself */
    struct bytes all; /* with its predecessors' */
    bool has_predecessors;
};

/* Gives the next key of a list; start with *at = 0. Returns: NULL at the end or at damage. */
const char *keys_next(struct bytes list, size_t *at);

/* Returns: what "serial" in "serial:XYZ" says. */
enum rows_key keys_kind(const char *key);

/* Returns: what stands behind the kind, of a serial number behind its vendor, too. */
const char *keys_value(const char *key);

/* Return: the first key of the same kind as `key`, or of a kind; NULL when there is none. */
const char *keys_same_kind(struct bytes list, const char *key);
const char *keys_of_kind(struct bytes list, enum rows_key kind);

/* Says whether two keys of one kind are of one device. Behind a print server "mac:…#2" tells the
 * printer from others at that card; without the number it can be any of them. */
bool keys_agree(const char *a, const char *b);

/* Says whether two keys are of one card, whichever of its printers they are of. */
bool keys_same_card(const char *a, const char *b);

/* Says whether the list has that key, or one that agrees. */
bool keys_hold(struct bytes list, const char *key);

/* Says whether the list has keys of that kind and none agrees. Names contradict nothing: people
 * change them. */
bool keys_contradict(struct bytes list, const char *key);

/* Reads what is known of a device; damaged lists are empty. Returns: 0; BASE_ESTORE. */
BASE_MUST_CHECK int keys_load(struct store_txn *txn, uint32_t number, struct keys_known *out);

/* Replaces what is kept of a device: the keys of `now`, and of `before` those of other kinds.
 * has_all: gets whether there were none of the latter; may be NULL.
 * Returns: 0; as store_record_put. */
BASE_MUST_CHECK int keys_keep(struct store_txn *txn, uint32_t number, struct bytes now,
                              struct bytes before, bool *has_all);

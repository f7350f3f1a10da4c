/*
 * What is remembered of a device and of all that was merged into it (lineage.h), as of one: its
 * events, its trend, and what people have said of it. Nothing is copied when devices are merged:
 * each keeps its own, and what is read is what they have together. So a merge that is taken back
 * gives each what it had. A device without merges costs one look more than its own.
 */
#pragma once

#include "core/fleet/events.h"
#include "core/fleet/scope.h"
#include "core/fleet/trend.h"
#include "store/store.h"

/* Gives the events of all of them, of one after the other, each oldest first, until `each` returns
 * false. Of a merge and a split, which both devices have among theirs, that of the one that stays.
 * *damaged: counts what could not be read. Returns: 0; BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int lineage_events(struct store_txn *txn, const struct store_device *device,
                                   bool (*each)(void *owner, int64_t unix_ms, struct bytes payload),
                                   void *owner, uint64_t *damaged);

/* Reads the trend of all of them into an empty trend, in the channels of `state`, which is the
 * device's (memory_load_state); of a day or hour that several have, the device's own. What is
 * damaged is left out. Returns: 0; BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int lineage_trend(struct store_txn *txn, const struct store_device *device,
                                  const struct events_state *state, enum trend_part part,
                                  struct trend *out);

/* Reads what people have said: the tags of all of them, as far as they fit, its own first; and the
 * scope that was set by hand for it or else for the first one that has one. Damage is nothing said.
 * Returns: 0; BASE_ESTORE. */
BASE_MUST_CHECK int lineage_labels(struct store_txn *txn, uint32_t number,
                                   struct scope_labels *out);

/* Keeps tags for a device: those that are new are its own, those that are gone are gone from all of
 * them. Returns: 0; as the store's writes. */
BASE_MUST_CHECK int lineage_set_tags(struct store_txn *txn, uint32_t number,
                                     const struct scope_labels *labels);

/* Sets the scope of a device by hand; SCOPE_UNCLASSIFIED takes it back from all of them.
 * Returns: 0; as the store's writes. */
BASE_MUST_CHECK int lineage_set_scope(struct store_txn *txn, uint32_t number, enum scope scope);

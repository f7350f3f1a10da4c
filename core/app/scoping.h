/*
 * The scope of devices in the store: the rules of the configuration, what people have set by hand,
 * and the identity that was read last, brought together. For whoever asks or lists devices.
 */
#pragma once

#include "core/app/config.h"
#include "core/base/base.h"
#include "core/engine/wire.h"
#include "core/fleet/scope.h"
#include "proto/reading.h"
#include "store/store.h"

struct scoping {
    struct scope_rules rules;
    struct reading reading; /* scratch */
    bool has_reading;
};

/* Takes the rules out of a configuration that is open. profiles: for reading identities; borrowed,
 * NULL = none. scoping_close frees what it takes.
 * Returns: 0; BASE_EUSAGE after reporting what is wrong; -ENOMEM. */
BASE_MUST_CHECK int scoping_open(struct scoping *scoping, const struct config *config,
                                 const struct profile_set *profiles, struct config_report *report);

/* Frees the rules; zeros are allowed. */
void scoping_close(struct scoping *scoping);

/* Reads what people have said of a device; nothing when there is none, or it is damaged. */
void scoping_labels(struct store_txn *txn, uint32_t device, struct scope_labels *out);

/* Judges a device of the store. identity: as read last; NULL to read it here when a rule needs
 * it. */
enum scope scoping_of(struct scoping *scoping, struct store_txn *txn,
                      const struct store_device *device, const struct reading_identity *identity);

/* Says whether the device that is known at an address is out of scope. */
bool scoping_leaves_out(struct scoping *scoping, struct store *store,
                        const union wire_address *address);

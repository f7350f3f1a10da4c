#include "core/app/scoping.h"

#include <string.h>

#include "core/app/config_scope.h"
#include "core/fleet/address.h"
#include "core/fleet/lineage_memory.h"
#include "proto/record.h"

int scoping_open(struct scoping *scoping, const struct config *config,
                 const struct profile_set *profiles, struct config_report *report)
{
    memset(scoping, 0, sizeof(*scoping));
    int status = config_scope_read(config, &scoping->rules, report);
    if (status == 0) {
        status = reading_init(&scoping->reading);
        scoping->has_reading = status == 0;
        if (status == 0 && profiles != NULL) {
            reading_use_profiles(&scoping->reading, profiles);
        }
    }
    return status;
}

void scoping_close(struct scoping *scoping)
{
    if (scoping->has_reading) {
        reading_fini(&scoping->reading);
        scoping->has_reading = false;
    }
}

void scoping_labels(struct store_txn *txn, uint32_t device, struct scope_labels *out)
{
    if (lineage_labels(txn, device, out) != 0) {
        *out = (struct scope_labels){.scope = SCOPE_UNCLASSIFIED};
    }
}

static const struct reading_identity *read_identity(struct scoping *scoping, struct store_txn *txn,
                                                    uint32_t device)
{
    struct bytes stored;
    const struct bytes none = bytes_of(NULL, 0);
    if (store_record_get(txn, device, RECORD_STATIC, &stored) != 0 ||
        reading_decode(&scoping->reading, stored, none, false) != 0) {
        return NULL;
    }
    return &scoping->reading.identity;
}

enum scope scoping_of(struct scoping *scoping, struct store_txn *txn,
                      const struct store_device *device, const struct reading_identity *identity)
{
    struct scope_labels labels;
    struct scope_subject subject = {.labels = &labels};
    scoping_labels(txn, device->number, &labels);
    if (labels.scope != SCOPE_UNCLASSIFIED || scoping->rules.count == 0) {
        return labels.scope;
    }
    if (identity == NULL) {
        identity = read_identity(scoping, txn, device->number);
    }
    if (identity != NULL) {
        subject.vendor = identity->vendor;
        subject.model = identity->model;
        subject.serial = identity->serial;
    }
    if (address_parse(device->address, &subject.address) != 0) {
        subject.address.family = 0;
    }
    return scope_of(&scoping->rules, &subject);
}

bool scoping_leaves_out(struct scoping *scoping, struct store *store,
                        const union wire_address *address)
{
    char key[sizeof("address:") + TARGET_TEXT_MAX] = "address:";
    const char *text = key + sizeof("address:") - 1;
    struct store_device device;
    struct store_txn *txn = NULL;
    uint32_t number = 0;
    bool is_out = false;
    address_format(address, key + sizeof("address:") - 1, TARGET_TEXT_MAX);
    if (store_begin(store, false, &txn) != 0) {
        return false;
    }
    /* A device that has moved on leaves its old address behind. */
    if (store_device_find(txn, key, &number) == 0 && store_device_get(txn, number, &device) == 0 &&
        strcmp(device.address, text) == 0) {
        is_out = scoping_of(scoping, txn, &device, NULL) == SCOPE_OUT;
    }
    store_abort(txn);
    return is_out;
}

#include "core/fleet/lineage_chain.h"

static uint64_t head_of(const struct store_device *device, enum store_chain chain)
{
    switch (chain) {
    case STORE_LEDGER:
        return device->ledger_head;
    case STORE_HISTORY:
        return device->history_head;
    case STORE_EVENTS:
        return device->event_head;
    }
    return 0;
}

int lineage_chain_open(struct store_txn *txn, enum store_chain chain,
                       const struct store_device *device, struct lineage_chain *out)
{
    uint32_t members[LINEAGE_MAX];
    size_t count = 0;
    int rc = lineage_list(txn, device->number, members, &count);
    if (rc != 0) {
        return rc;
    }
    out->chain = chain;
    out->heads[0] = head_of(device, chain);
    out->count = 1;
    for (size_t i = 1; i < count; i++) {
        struct store_device other;
        rc = store_device_get(txn, members[i], &other);
        if (rc == BASE_ESTORE) {
            return rc;
        }
        if (rc == 0) {
            out->heads[out->count++] = head_of(&other, chain);
        }
    }
    return 0;
}

int lineage_chain_next(struct store_txn *txn, struct lineage_chain *walk, struct store_row *out)
{
    size_t newest = 0;
    for (size_t i = 1; i < walk->count; i++) {
        newest = walk->heads[i] > walk->heads[newest] ? i : newest;
    }
    uint64_t sequence = walk->heads[newest];
    if (sequence == 0) {
        return BASE_ENOTFOUND;
    }
    walk->heads[newest] = 0;
    int rc = store_chain_get(txn, walk->chain, sequence, out);
    if (rc == BASE_ENOTFOUND) {
        return BASE_EFORMAT; /* it was named, so it is missing */
    }
    if (rc == 0) {
        /* A chain that does not lead back would be followed for ever. */
        walk->heads[newest] = out->previous < sequence ? out->previous : 0;
    }
    return rc;
}

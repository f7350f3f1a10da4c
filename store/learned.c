#include "store/kv.h"

int store_learned_put(struct store_txn *txn, const char *address, struct bytes state)
{
    struct bytes name = bytes_from_text(address);
    struct bytes stored;
    enum kv_how how = KV_REPLACE;
    int rc = kv_get(txn, ENV_LEARNED, name, &stored);
    if (rc == 0 && bytes_equal(stored, state)) {
        return 0;
    }
    if (rc == BASE_ENOTFOUND) {
        how = KV_PUT;
    } else if (rc != 0 && rc != BASE_ECHECKSUM && rc != BASE_EVERSION) {
        return rc; /* damaged state is replaced: it is only what the engine can learn again */
    }
    return kv_put(txn, ENV_LEARNED, name, (struct bytes){0}, state, how);
}

int store_learned_get(struct store_txn *txn, const char *address, struct bytes *out)
{
    return kv_get(txn, ENV_LEARNED, bytes_from_text(address), out);
}

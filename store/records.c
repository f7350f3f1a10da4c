#include "store/kv.h"
#include "store/pack.h"

struct record_key {
    uint8_t octets[5]; /* device u32, part u8 */
};

static struct record_key record_key(uint32_t device, uint8_t part)
{
    struct record_key key;
    pack_key_u32(key.octets, device);
    key.octets[4] = part;
    return key;
}

int store_record_put(struct store_txn *txn, uint32_t device, uint8_t part, struct bytes record)
{
    struct record_key key = record_key(device, part);
    struct bytes name = bytes_of(key.octets, sizeof(key.octets));
    struct bytes stored;
    enum kv_how how = KV_REPLACE;
    int rc = kv_get(txn, ENV_RECORD, name, &stored);
    if (rc == 0 && bytes_equal(stored, record)) {
        return 0;
    }
    if (rc == BASE_ENOTFOUND) {
        how = KV_PUT;
    } else if (rc != 0 && rc != BASE_ECHECKSUM && rc != BASE_EVERSION) {
        return rc; /* a damaged record is replaced: the new one is the better copy */
    }
    return kv_put(txn, ENV_RECORD, name, (struct bytes){0}, record, how);
}

int store_record_get(struct store_txn *txn, uint32_t device, uint8_t part, struct bytes *out)
{
    struct record_key key = record_key(device, part);
    return kv_get(txn, ENV_RECORD, bytes_of(key.octets, sizeof(key.octets)), out);
}

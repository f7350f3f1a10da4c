#include "store/kv.h"
#include "store/pack.h"

#define RECORD_KEY_BYTES 5

struct record_key {
    uint8_t octets[RECORD_KEY_BYTES]; /* device u32, part u8 */
};

static struct record_key record_key(uint32_t device, uint8_t part)
{
    struct record_key key;
    pack_key_u32(key.octets, device);
    key.octets[4] = part;
    return key;
}

static uint64_t key_number(uint32_t device, uint8_t part)
{
    return (uint64_t)device << 8 | part;
}

/* The records of new devices stand behind all others: they need no search. */
static int is_behind_all(struct store_txn *txn, uint64_t number, bool *out)
{
    struct bytes last;
    if (!txn->is_last_record_known) {
        int rc = kv_last(txn, ENV_RECORD, &last);
        if (rc == 0 && last.size == RECORD_KEY_BYTES) {
            txn->last_record = key_number(pack_key_get_u32(last.data), last.data[4]);
        } else if (rc != BASE_ENOTFOUND) {
            return rc == 0 ? BASE_ESTORE : rc;
        }
        txn->is_last_record_known = true;
    }
    *out = number > txn->last_record;
    return 0;
}

int store_record_put(struct store_txn *txn, uint32_t device, uint8_t part, struct bytes record)
{
    struct record_key key = record_key(device, part);
    struct bytes name = bytes_of(key.octets, sizeof(key.octets));
    struct bytes stored;
    bool is_last = false;
    enum kv_how how = KV_REPLACE;
    int rc = is_behind_all(txn, key_number(device, part), &is_last);
    if (rc != 0) {
        return rc;
    }
    rc = is_last ? BASE_ENOTFOUND : kv_get(txn, ENV_RECORD, name, &stored);
    if (rc == 0 && bytes_equal(stored, record)) {
        return 0;
    }
    if (rc == BASE_ENOTFOUND) {
        how = is_last ? KV_APPEND : KV_PUT;
    } else if (rc != 0 && rc != BASE_ECHECKSUM && rc != BASE_EVERSION) {
        return rc; /* a damaged record is replaced: the new one is the better copy */
    }
    rc = kv_put(txn, ENV_RECORD, name, (struct bytes){0}, record, how);
    if (rc == 0 && is_last) {
        txn->last_record = key_number(device, part);
    }
    return rc;
}

int store_record_get(struct store_txn *txn, uint32_t device, uint8_t part, struct bytes *out)
{
    struct record_key key = record_key(device, part);
    bool is_last = false;
    if (txn->write) {
        int rc = is_behind_all(txn, key_number(device, part), &is_last);
        if (rc != 0 || is_last) {
            return rc != 0 ? rc : BASE_ENOTFOUND;
        }
    }
    return kv_get(txn, ENV_RECORD, bytes_of(key.octets, sizeof(key.octets)), out);
}

#include "store/address.h"
#include "store/index.h"
#include "store/kv.h"
#include "store/pack.h"

/* A row: fixed numbers first, so that a row whose texts stay is replaced in place; then the sizes
 * of id and address, one octet each, and the two texts. Behind them the seal of the ledger and its
 * number, in rows that have one. */
#define ROW_FIXED_BYTES 93
#define ROW_SEAL_BYTES  (STORE_SEAL_BYTES + 4)

static size_t encode(const struct store_device *device, uint8_t *row)
{
    const uint64_t words[] = {
        (uint64_t)device->first_seen_unix_ms,
        (uint64_t)device->last_polled_unix_ms,
        (uint64_t)device->last_answered_unix_ms,
        device->ledger_head,
        device->history_head,
        device->event_head,
        device->marks.keys,
        device->marks.meters,
        device->marks.supplies,
        device->marks.alerts,
    };
    size_t id_size = strnlen(device->id, STORE_ID_MAX - 1);
    size_t address_size = strnlen(device->address, STORE_ADDRESS_MAX - 1);
    uint8_t *at = row;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++, at += 8) {
        pack_u64(at, words[i]);
    }
    pack_u32(at, device->failures);
    pack_u32(at + 4, device->alerts_active);
    pack_u32(at + 8, device->marks.meters_day);
    at[12] = device->status;
    at += 13;
    *at++ = (uint8_t)id_size;
    *at++ = (uint8_t)address_size;
    memcpy(at, device->id, id_size);
    memcpy(at + id_size, device->address, address_size);
    at += id_size + address_size;
    if (device->marks.sealed != 0) {
        memcpy(at, device->marks.seal, STORE_SEAL_BYTES);
        pack_u32(at + STORE_SEAL_BYTES, device->marks.sealed);
        at += ROW_SEAL_BYTES;
    }
    return (size_t)(at - row);
}

static int decode(uint32_t number, struct bytes row, struct store_device *out)
{
    uint64_t words[10];
    const uint8_t *at = row.data;
    if (row.size < ROW_FIXED_BYTES + 2) {
        return BASE_EFORMAT;
    }
    size_t id_size = at[ROW_FIXED_BYTES];
    size_t address_size = at[ROW_FIXED_BYTES + 1];
    size_t unsealed_size = ROW_FIXED_BYTES + 2 + id_size + address_size;
    if (id_size >= STORE_ID_MAX || address_size >= STORE_ADDRESS_MAX ||
        (row.size != unsealed_size && row.size != unsealed_size + ROW_SEAL_BYTES)) {
        return BASE_EFORMAT;
    }
    for (size_t i = 0; i < BASE_ARRAY_COUNT(words); i++, at += 8) {
        words[i] = pack_get_u64(at);
    }
    *out = (struct store_device){
        .number = number,
        .first_seen_unix_ms = (int64_t)words[0],
        .last_polled_unix_ms = (int64_t)words[1],
        .last_answered_unix_ms = (int64_t)words[2],
        .status = at[12],
        .failures = pack_get_u32(at),
        .ledger_head = words[3],
        .history_head = words[4],
        .event_head = words[5],
        .alerts_active = pack_get_u32(at + 4),
        .marks = {.keys = words[6],
                  .meters = words[7],
                  .supplies = words[8],
                  .alerts = words[9],
                  .meters_day = pack_get_u32(at + 8)},
    };
    at = row.data + ROW_FIXED_BYTES + 2;
    memcpy(out->id, at, id_size);
    memcpy(out->address, at + id_size, address_size);
    if (row.size > unsealed_size) {
        at = row.data + unsealed_size;
        memcpy(out->marks.seal, at, STORE_SEAL_BYTES);
        out->marks.sealed = pack_get_u32(at + STORE_SEAL_BYTES);
    }
    return 0;
}

/* Returns: the address that a key "address:…" names; NULL = it names none. */
static const char *address_of(const char *key)
{
    return strncmp(key, "address:", 8) == 0 ? key + 8 : NULL;
}

int store_device_find(struct store_txn *txn, const char *key, uint32_t *number)
{
    const char *address = address_of(key);
    return address != NULL ? address_find(txn, address, number) : index_find(txn, key, number);
}

int store_device_get(struct store_txn *txn, uint32_t number, struct store_device *out)
{
    uint8_t key[4];
    struct bytes value;
    pack_key_u32(key, number);
    int rc = kv_get(txn, ENV_DEVICE, bytes_of(key, sizeof(key)), &value);
    return rc != 0 ? rc : decode(number, value, out);
}

int store_device_create(struct store_txn *txn, struct store_device *device)
{
    uint32_t number = txn->counters.next_device;
    BASE_REQUIRE(txn->write);
    if (number == UINT32_MAX) {
        return BASE_ERANGE;
    }
    txn->counters.next_device = number + 1;
    txn->counters_changed = true;
    txn->unwritten_device = number;
    device->number = number;
    return 0;
}

int store_device_put(struct store_txn *txn, struct store_device *device)
{
    uint8_t key[4];
    uint8_t row[ROW_FIXED_BYTES + 2 + STORE_ID_MAX + STORE_ADDRESS_MAX + ROW_SEAL_BYTES];
    if (device->number == 0) {
        int rc = store_device_create(txn, device);
        if (rc != 0) {
            return rc;
        }
    }
    bool is_new = device->number == txn->unwritten_device;
    pack_key_u32(key, device->number);
    struct bytes value = bytes_of(row, encode(device, row));
    int rc = kv_put(txn, ENV_DEVICE, bytes_of(key, sizeof(key)), value, (struct bytes){0},
                    is_new ? KV_APPEND : KV_PUT);
    if (rc == 0 && is_new) {
        txn->unwritten_device = 0;
    }
    return rc;
}

int store_device_claim(struct store_txn *txn, const char *key, uint32_t number, uint32_t *holder)
{
    const char *address = address_of(key);
    return address != NULL ? address_claim(txn, address, number, holder)
                           : index_claim(txn, key, number, holder);
}

int store_device_key(struct store_txn *txn, const char *key, uint32_t number)
{
    uint32_t holder = 0;
    return store_device_claim(txn, key, number, &holder);
}

bool store_device_next(struct store_txn *txn, uint32_t *number, struct store_device *out,
                       int *status)
{
    uint8_t key[4];
    struct bytes found = {0};
    struct bytes value;
    *status = 0;
    if (*number == UINT32_MAX) {
        return false;
    }
    pack_key_u32(key, *number + 1);
    int rc = kv_seek(txn, ENV_DEVICE, bytes_of(key, sizeof(key)), &found, &value);
    if (rc == BASE_ENOTFOUND) {
        return false;
    }
    if (found.size == sizeof(key)) {
        *number = pack_key_get_u32(found.data);
    }
    if (rc == 0) {
        rc = found.size == sizeof(key) ? decode(*number, value, out) : BASE_ESTORE;
    }
    *status = rc;
    return rc == 0;
}

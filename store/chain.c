#include "store/kv.h"
#include "store/pack.h"

/* A row: device u32, how many sequences the device's row before is back (5 octets, 0 = there is
 * none), time (6 octets, signed), then the payload. Fixed sizes: no damage to one field moves
 * another one. */
#define ROW_HEAD_BYTES 15
#define BACK_AT        4
#define BACK_MAX       ((UINT64_C(1) << 40) - 1)
#define TIME_AT        9
#define TIME_MAX_MS    ((INT64_C(1) << 47) - 1)

static enum env_table table_of(enum store_chain chain)
{
    static const enum env_table tables[ENV_CHAIN_COUNT] = {ENV_LEDGER, ENV_HISTORY, ENV_EVENT};
    BASE_REQUIRE((unsigned)chain < ENV_CHAIN_COUNT);
    return tables[chain];
}

static uint64_t *head_of(struct store_device *device, enum store_chain chain)
{
    switch (chain) {
    case STORE_LEDGER:
        return &device->ledger_head;
    case STORE_HISTORY:
        return &device->history_head;
    case STORE_EVENTS:
    default:
        return &device->event_head;
    }
}

int store_chain_append(struct store_txn *txn, enum store_chain chain, struct store_device *device,
                       int64_t unix_ms, struct bytes payload)
{
    enum env_table table = table_of(chain);
    uint64_t *head = head_of(device, chain);
    uint8_t key[8];
    uint8_t row[ROW_HEAD_BYTES];
    BASE_REQUIRE(device->number != 0);
    uint64_t sequence = txn->counters.next_sequence[chain];
    uint64_t back = *head == 0 ? 0 : sequence - *head;
    if (back > BACK_MAX || unix_ms > TIME_MAX_MS || unix_ms < -TIME_MAX_MS) {
        return BASE_ERANGE;
    }
    pack_key_u64(key, sequence);
    pack_u32(row, device->number);
    bytes_put_le(row + BACK_AT, back, TIME_AT - BACK_AT);
    bytes_put_le(row + TIME_AT, (uint64_t)unix_ms, ROW_HEAD_BYTES - TIME_AT);
    int rc = kv_put(txn, table, bytes_of(key, sizeof(key)), bytes_of(row, sizeof(row)), payload,
                    KV_APPEND);
    if (rc != 0) {
        return rc;
    }
    txn->counters.next_sequence[chain] = sequence + 1;
    txn->counters_changed = true;
    *head = sequence;
    return 0;
}

uint64_t store_chain_upcoming(const struct store_txn *txn, enum store_chain chain)
{
    BASE_REQUIRE(txn->write && (unsigned)chain < ENV_CHAIN_COUNT);
    return txn->counters.next_sequence[chain];
}

int store_chain_cut(struct store_txn *txn, enum store_chain chain, uint64_t sequence)
{
    uint8_t key[8];
    BASE_REQUIRE(chain != STORE_LEDGER); /* what is billed on stays */
    pack_key_u64(key, sequence);
    return kv_delete(txn, table_of(chain), bytes_of(key, sizeof(key)));
}

static int parse_row(uint64_t sequence, struct bytes value, struct store_row *out)
{
    if (value.size < ROW_HEAD_BYTES) {
        return BASE_EFORMAT;
    }
    uint64_t back = bytes_get_le(value.data + BACK_AT, TIME_AT - BACK_AT);
    uint64_t time = bytes_get_le(value.data + TIME_AT, ROW_HEAD_BYTES - TIME_AT);
    out->sequence = sequence;
    out->previous = back == 0 ? 0 : sequence - back; /* of a damaged row: any number */
    out->device = pack_get_u32(value.data);
    out->unix_ms = (int64_t)(time << 16) >> 16; /* with its sign */
    out->payload = bytes_of(value.data + ROW_HEAD_BYTES, value.size - ROW_HEAD_BYTES);
    return 0;
}

int store_chain_get(struct store_txn *txn, enum store_chain chain, uint64_t sequence,
                    struct store_row *out)
{
    uint8_t key[8];
    struct bytes value;
    pack_key_u64(key, sequence);
    int rc = kv_get(txn, table_of(chain), bytes_of(key, sizeof(key)), &value);
    return rc != 0 ? rc : parse_row(sequence, value, out);
}

bool store_chain_next(struct store_txn *txn, enum store_chain chain, uint64_t *sequence,
                      struct store_row *out, int *status)
{
    uint8_t key[8];
    struct bytes found = {0};
    struct bytes value;
    *status = 0;
    if (*sequence == UINT64_MAX) {
        return false;
    }
    pack_key_u64(key, *sequence + 1);
    int rc = kv_seek(txn, table_of(chain), bytes_of(key, sizeof(key)), &found, &value);
    if (rc == BASE_ENOTFOUND) {
        return false;
    }
    if (found.size == sizeof(key)) {
        *sequence = pack_key_get_u64(found.data);
    }
    if (rc == 0) {
        rc = found.size == sizeof(key) ? parse_row(*sequence, value, out) : BASE_ESTORE;
    }
    *status = rc;
    return rc == 0;
}

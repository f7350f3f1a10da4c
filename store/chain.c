#include "store/block.h"
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

static const enum env_table tables[ENV_CHAIN_COUNT] = {ENV_LEDGER, ENV_HISTORY, ENV_EVENT};

static enum env_table table_of(enum store_chain chain)
{
    BASE_REQUIRE((unsigned)chain < ENV_CHAIN_COUNT);
    return tables[chain];
}

/* Says whether a row cannot be had, and others can. */
static bool is_lost(int rc)
{
    return rc == BASE_ENOTFOUND || rc == BASE_ECHECKSUM || rc == BASE_EVERSION ||
           rc == BASE_EFORMAT;
}

static struct env_block *waiting_of(const struct store_txn *txn, enum store_chain chain)
{
    BASE_REQUIRE((unsigned)chain < ENV_CHAIN_COUNT);
    return &txn->store->blocks[chain];
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
    uint64_t *head = head_of(device, chain);
    uint8_t row[ROW_HEAD_BYTES + 1];
    BASE_REQUIRE(device->number != 0 && txn->write);
    uint64_t sequence = txn->counters.next_sequence[chain];
    uint64_t back = *head == 0 ? 0 : sequence - *head;
    if (back > BACK_MAX || unix_ms > TIME_MAX_MS || unix_ms < -TIME_MAX_MS) {
        return BASE_ERANGE;
    }
    /* Two words make all its fields. */
    pack_u64(row, device->number | back << 8 * BACK_AT);
    pack_u64(row + 8, back >> (64 - 8 * BACK_AT) | (uint64_t)unix_ms << 8 * (TIME_AT - 8));
    int rc = block_add(txn, table_of(chain), waiting_of(txn, chain), sequence,
                       bytes_of(row, ROW_HEAD_BYTES), payload);
    if (rc != 0) {
        return rc;
    }
    txn->counters.next_sequence[chain] = sequence + 1;
    txn->counters_changed = true;
    *head = sequence;
    return 0;
}

void chains_begin(struct store_txn *txn)
{
    for (unsigned i = 0; i < ENV_CHAIN_COUNT; i++) {
        txn->store->blocks[i].count = 0;
    }
}

int chains_save(struct store_txn *txn)
{
    int rc = 0;
    for (unsigned i = 0; i < ENV_CHAIN_COUNT && rc == 0; i++) {
        rc = block_save(txn, tables[i], &txn->store->blocks[i]);
    }
    return rc;
}

unsigned chains_of(enum env_table table)
{
    unsigned chain = 0;
    while (chain < ENV_CHAIN_COUNT && tables[chain] != table) {
        chain++;
    }
    return chain;
}

uint64_t store_chain_upcoming(const struct store_txn *txn, enum store_chain chain)
{
    BASE_REQUIRE(txn->write && (unsigned)chain < ENV_CHAIN_COUNT);
    return txn->counters.next_sequence[chain];
}

int store_chain_cut(struct store_txn *txn, enum store_chain chain, uint64_t sequence)
{
    struct block block;
    BASE_REQUIRE(chain != STORE_LEDGER && txn->write); /* what is billed on stays */
    if (txn->failure != 0 || block_cut_waiting(waiting_of(txn, chain), sequence)) {
        return txn->failure;
    }
    int rc = block_find(txn, table_of(chain), sequence, &block);
    if (rc == 0 && sequence >= block.first) {
        rc = block_cut(txn, &block, sequence);
    }
    return is_lost(rc) ? 0 : rc;
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

int store_chain_newest(struct store_txn *txn, enum store_chain chain, uint64_t *sequence)
{
    struct bytes key;
    int rc = kv_last(txn, table_of(chain), &key);
    if (rc == 0 && key.size != 8) {
        return BASE_ESTORE;
    }
    *sequence = rc == 0 ? pack_key_get_u64(key.data) : 0;
    return rc == BASE_ENOTFOUND ? 0 : rc;
}

int store_chain_get(struct store_txn *txn, enum store_chain chain, uint64_t sequence,
                    struct store_row *out)
{
    struct block block;
    struct bytes row;
    if (txn->write && block_waits(waiting_of(txn, chain), sequence, &row)) {
        return parse_row(sequence, row, out);
    }
    int rc = block_find(txn, table_of(chain), sequence, &block);
    rc = rc == 0 ? block_row(&block, sequence, &row) : rc;
    return rc == 0 ? parse_row(sequence, row, out) : rc;
}

/* The first row at or behind *sequence that is there. Returns: 0; BASE_ENOTFOUND at the end of the
 * chain; damage, and then *sequence is what is behind it less one. */
static int seek_row(struct store_txn *txn, enum store_chain chain, uint64_t *sequence,
                    struct bytes *row)
{
    struct block block;
    int rc = block_find(txn, table_of(chain), *sequence, &block);
    while (rc == 0) {
        *sequence = *sequence < block.first ? block.first : *sequence;
        for (; *sequence <= block.last; (*sequence)++) {
            rc = block_row(&block, *sequence, row);
            if (rc != BASE_ENOTFOUND) {
                return rc;
            }
        }
        rc = block_find(txn, table_of(chain), *sequence, &block);
    }
    *sequence = is_lost(rc) && rc != BASE_ENOTFOUND ? block.last : *sequence;
    return rc;
}

/* The same among the rows that wait, which are behind all others. */
static int seek_waiting(const struct store_txn *txn, enum store_chain chain, uint64_t *sequence,
                        struct bytes *row)
{
    const struct env_block *waiting = waiting_of(txn, chain);
    uint64_t at = *sequence < waiting->first ? waiting->first : *sequence;
    for (; txn->write && waiting->count > 0 && at - waiting->first < waiting->count; at++) {
        if (block_waits(waiting, at, row)) {
            *sequence = at;
            return 0;
        }
    }
    return BASE_ENOTFOUND;
}

bool store_chain_next(struct store_txn *txn, enum store_chain chain, uint64_t *sequence,
                      struct store_row *out, int *status)
{
    struct bytes row;
    *status = 0;
    if (*sequence == UINT64_MAX) {
        return false;
    }
    uint64_t at = *sequence + 1;
    int rc = seek_row(txn, chain, &at, &row);
    rc = rc == BASE_ENOTFOUND ? seek_waiting(txn, chain, &at, &row) : rc;
    if (rc == BASE_ENOTFOUND) {
        return false;
    }
    *sequence = rc == 0 || is_lost(rc) ? at : *sequence;
    *status = rc == 0 ? parse_row(at, row, out) : rc;
    return *status == 0;
}

int chains_count(struct store_txn *txn, enum store_chain chain, uint64_t *rows)
{
    struct block block = {.last = 0};
    uint64_t count = 0;
    int rc = 0;
    while (rc == 0 || (is_lost(rc) && rc != BASE_ENOTFOUND)) {
        rc = block_find(txn, table_of(chain), block.last + 1, &block);
        count += rc == 0 ? block_count(&block) : 0;
    }
    if (rc == BASE_ENOTFOUND) {
        *rows = count;
    }
    return rc == BASE_ENOTFOUND ? 0 : rc;
}

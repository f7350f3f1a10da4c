#include "store/block.h"

#include <errno.h>
#include <stdlib.h>

#include "store/kv.h"
#include "store/pack.h"

#define KEY_BYTES 8
/* Version and checksum; then the head, which begins with the count. */
#define COUNT_AT       5
#define SIZES_AT       7
#define SIZE_BYTES     2
#define ROWS_AT(n)     (SIZES_AT + SIZE_BYTES * (size_t)(n))
#define HEAD_BYTES_MAX ROWS_AT(ENV_BLOCK_ROWS_MAX)

_Static_assert(ENV_BLOCK_BYTES_MAX <= KV_IN_PAGE_BYTES && ENV_BLOCK_BYTES_MAX < BLOCK_REST,
               "two blocks fill a page");

/* --- reading ---------------------------------------------------------------------------------- */

static unsigned count_of(struct bytes value)
{
    return (unsigned)bytes_get_le(value.data + COUNT_AT, 2);
}

static size_t size_at(struct bytes value, size_t at)
{
    return (size_t)bytes_get_le(value.data + SIZES_AT + SIZE_BYTES * at, SIZE_BYTES);
}

static struct bytes head_of(struct bytes value)
{
    return bytes_of(value.data + COUNT_AT, ROWS_AT(count_of(value)) - COUNT_AT);
}

static int check(enum env_table table, struct bytes key, struct bytes value)
{
    if (value.size < SIZES_AT) {
        return BASE_ECHECKSUM;
    }
    if (value.data[0] != KV_VERSION) {
        return BASE_EVERSION;
    }
    if (value.size < ROWS_AT(count_of(value)) ||
        pack_get_u32(value.data + 1) != kv_checksum(table, key, head_of(value))) {
        return BASE_ECHECKSUM;
    }
    return 0;
}

int block_find(struct store_txn *txn, enum env_table table, uint64_t sequence, struct block *out)
{
    uint8_t key[KEY_BYTES];
    struct bytes found = {0};
    struct bytes value = {0};
    pack_key_u64(key, sequence);
    int rc = kv_seek_whole(txn, table, bytes_of(key, sizeof(key)), &found, &value);
    if (rc != 0 || found.size != KEY_BYTES) {
        return rc == 0 ? BASE_ESTORE : rc;
    }
    out->table = table;
    out->last = pack_key_get_u64(found.data);
    out->value = value;
    rc = check(table, found, value);
    if (rc != 0) {
        return rc;
    }
    unsigned count = count_of(value);
    if (count == 0 || count > out->last) {
        return BASE_EFORMAT;
    }
    out->first = out->last - count + 1;
    return 0;
}

/* Where a row stands in the value, with its checksum. Returns: 0; BASE_EFORMAT. */
static int locate(const struct block *block, uint64_t sequence, size_t *at, size_t *size)
{
    unsigned count = count_of(block->value);
    size_t wanted = (size_t)(sequence - block->first);
    size_t row_at = ROWS_AT(count);
    for (size_t i = 0; i < wanted; i++) {
        row_at += size_at(block->value, i);
    }
    size_t row_size = size_at(block->value, wanted);
    if (row_at > block->value.size) {
        return BASE_EFORMAT;
    }
    size_t left = block->value.size - row_at;
    row_size = row_size == BLOCK_REST ? left : row_size;
    if (row_size > left || (row_size > 0 && row_size < BLOCK_SUM_BYTES)) {
        return BASE_EFORMAT;
    }
    *at = row_at;
    *size = row_size;
    return 0;
}

int block_row(const struct block *block, uint64_t sequence, struct bytes *out)
{
    uint8_t key[KEY_BYTES];
    size_t at = 0;
    size_t size = 0;
    if (sequence < block->first || sequence > block->last) {
        return BASE_ENOTFOUND;
    }
    int rc = locate(block, sequence, &at, &size);
    if (rc != 0 || size == 0) {
        return rc != 0 ? rc : BASE_ENOTFOUND;
    }
    const uint8_t *data = block->value.data + at;
    struct bytes row = bytes_of(data + BLOCK_SUM_BYTES, size - BLOCK_SUM_BYTES);
    pack_key_u64(key, sequence);
    if (pack_get_u32(data) != kv_checksum(block->table, bytes_of(key, sizeof(key)), row)) {
        return BASE_ECHECKSUM;
    }
    *out = row;
    return 0;
}

unsigned block_count(const struct block *block)
{
    unsigned rows = 0;
    for (size_t i = 0; i < count_of(block->value); i++) {
        rows += size_at(block->value, i) != 0;
    }
    return rows;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* Finishes a head whose count and sizes stand in it. */
static void seal(enum env_table table, struct bytes key, uint8_t *head, size_t head_size)
{
    head[0] = KV_VERSION;
    pack_u32(head + 1, kv_checksum(table, key, bytes_of(head + COUNT_AT, head_size - COUNT_AT)));
}

int block_cut(struct store_txn *txn, const struct block *block, uint64_t sequence)
{
    uint8_t copy[ENV_BLOCK_BYTES_MAX];
    uint8_t key[KEY_BYTES];
    size_t at = 0;
    size_t size = 0;
    int rc = locate(block, sequence, &at, &size);
    if (rc != 0 || size == 0) {
        return rc;
    }
    pack_key_u64(key, block->last);
    struct bytes name = bytes_of(key, sizeof(key));
    if (block_count(block) == 1) {
        return kv_delete(txn, block->table, name);
    }
    struct bytes value = block->value;
    if (value.size > sizeof(copy)) {
        return BASE_EFORMAT; /* only a block of one row is longer */
    }
    memcpy(copy, value.data, at);
    memcpy(copy + at, value.data + at + size, value.size - at - size);
    bytes_put_le(copy + SIZES_AT + SIZE_BYTES * (size_t)(sequence - block->first), 0, SIZE_BYTES);
    seal(block->table, name, copy, ROWS_AT(count_of(value)));
    return kv_put_whole(txn, block->table, name, bytes_of(copy, value.size - size),
                        (struct bytes){0}, KV_PUT);
}

int block_save(struct store_txn *txn, enum env_table table, struct env_block *waiting)
{
    uint8_t head[HEAD_BYTES_MAX];
    uint8_t key[KEY_BYTES];
    if (waiting->count == 0) {
        return 0;
    }
    pack_key_u64(key, waiting->first + waiting->count - 1);
    struct bytes name = bytes_of(key, sizeof(key));
    size_t head_size = ROWS_AT(waiting->count);
    bytes_put_le(head + COUNT_AT, waiting->count, 2);
    for (size_t i = 0; i < waiting->count; i++) {
        bytes_put_le(head + SIZES_AT + SIZE_BYTES * i, waiting->sizes[i], SIZE_BYTES);
    }
    seal(table, name, head, head_size);
    int rc = waiting->row_bytes == 0
                 ? 0 /* all were taken out again */
                 : kv_put_whole(txn, table, name, bytes_of(head, head_size),
                                bytes_of(waiting->rows, waiting->row_bytes), KV_APPEND);
    waiting->count = rc == 0 ? 0 : waiting->count;
    return rc;
}

/* Writes a row that no block of several has room for. */
static int put_alone(struct store_txn *txn, enum env_table table, uint64_t sequence,
                     struct bytes row_head, struct bytes body)
{
    uint8_t head[ROWS_AT(1) + BLOCK_SUM_BYTES];
    uint8_t key[KEY_BYTES];
    uint8_t *row = malloc(row_head.size + body.size);
    if (row == NULL) {
        return -ENOMEM;
    }
    pack_key_u64(key, sequence);
    struct bytes name = bytes_of(key, sizeof(key));
    bytes_copy(row, row_head);
    bytes_copy(row + row_head.size, body);
    struct bytes whole = bytes_of(row, row_head.size + body.size);
    bytes_put_le(head + COUNT_AT, 1, 2);
    bytes_put_le(head + SIZES_AT, BLOCK_REST, SIZE_BYTES);
    seal(table, name, head, ROWS_AT(1));
    pack_u32(head + ROWS_AT(1), kv_checksum(table, name, whole));
    int rc = kv_put_whole(txn, table, name, bytes_of(head, sizeof(head)), whole, KV_APPEND);
    free(row);
    return rc;
}

int block_add(struct store_txn *txn, enum env_table table, struct env_block *waiting,
              uint64_t sequence, struct bytes head, struct bytes body)
{
    uint8_t key[KEY_BYTES];
    size_t row_size = head.size + body.size;
    size_t size = BLOCK_SUM_BYTES + row_size;
    bool is_full =
        waiting->count > 0 &&
        (waiting->count == ENV_BLOCK_ROWS_MAX || sequence != waiting->first + waiting->count ||
         ROWS_AT(waiting->count + 1) + waiting->row_bytes + size > ENV_BLOCK_BYTES_MAX);
    int rc = is_full ? block_save(txn, table, waiting) : 0;
    if (rc == 0 && waiting->count == 0 && ROWS_AT(1) + size > ENV_BLOCK_BYTES_MAX) {
        return put_alone(txn, table, sequence, head, body);
    }
    if (rc != 0) {
        return rc;
    }
    if (waiting->count == 0) {
        waiting->first = sequence;
        waiting->row_bytes = 0;
    }
    uint8_t *row = waiting->rows + waiting->row_bytes;
    bytes_copy(row + BLOCK_SUM_BYTES, head);
    bytes_copy(row + BLOCK_SUM_BYTES + head.size, body);
    pack_key_u64(key, sequence);
    pack_u32(row, kv_checksum(table, bytes_of(key, sizeof(key)),
                              bytes_of(row + BLOCK_SUM_BYTES, row_size)));
    waiting->sizes[waiting->count++] = (uint16_t)size;
    waiting->row_bytes += size;
    return txn->failure;
}

/* --- rows that wait --------------------------------------------------------------------------- */

static bool locate_waiting(const struct env_block *waiting, uint64_t sequence, size_t *at)
{
    *at = 0;
    if (waiting->count == 0 || sequence < waiting->first ||
        sequence - waiting->first >= waiting->count) {
        return false;
    }
    for (size_t i = 0; i < (size_t)(sequence - waiting->first); i++) {
        *at += waiting->sizes[i];
    }
    return true;
}

bool block_waits(const struct env_block *waiting, uint64_t sequence, struct bytes *out)
{
    size_t at = 0;
    if (!locate_waiting(waiting, sequence, &at)) {
        return false;
    }
    size_t size = waiting->sizes[sequence - waiting->first];
    if (size == 0) {
        return false;
    }
    *out = bytes_of(waiting->rows + at + BLOCK_SUM_BYTES, size - BLOCK_SUM_BYTES);
    return true;
}

bool block_cut_waiting(struct env_block *waiting, uint64_t sequence)
{
    size_t at = 0;
    if (!locate_waiting(waiting, sequence, &at)) {
        return false;
    }
    size_t size = waiting->sizes[sequence - waiting->first];
    waiting->row_bytes -= size;
    memmove(waiting->rows + at, waiting->rows + at + size, waiting->row_bytes - at);
    waiting->sizes[sequence - waiting->first] = 0;
    return true;
}

#include "core/fleet/meter_rows.h"

void meter_rows_init(struct meter_rows *rows, struct store_txn *txn)
{
    rows->txn = txn;
    rows->whole.sequence = 0;
    rows->said = NULL;
}

/* Remembers a whole row; what its meters are is taken from `like` where that has the same, which
 * may be `rows` itself. */
static int take_whole(struct meter_rows *rows, const struct store_row *row,
                      const struct meter_rows *like, bool *is_alike)
{
    const size_t known_count = like->whole.count;
    const bool is_known = like->whole.sequence != 0;
    const struct bytes known = like->definitions;
    struct bytes definitions;
    rows->said = NULL;
    rows->whole.sequence = 0;
    int rc = rows_get_whole(row->payload, &rows->whole, &definitions);
    if (rc != 0) {
        return rc;
    }
    *is_alike = is_known && rows->whole.count == known_count && bytes_equal(known, definitions);
    if (!*is_alike) {
        rc = rows_get_definitions(definitions, rows->whole.count, rows->meters);
    } else if (like != rows) {
        memcpy(rows->meters, like->meters, known_count * sizeof(*rows->meters));
    }
    if (rc == 0) {
        rows->definitions = definitions;
        rows->device = row->device;
        rows->whole.unix_ms = row->unix_ms;
        rows->whole.sequence = row->sequence;
    }
    return rc;
}

/* Sees that the whole row of a short one is remembered. */
static int find_whole(struct meter_rows *rows, const struct store_row *row)
{
    struct store_row whole;
    bool is_alike = false;
    uint64_t back = 0;
    int rc = rows_short_back(row->payload, &back);
    if (rc != 0 || back == 0 || back >= row->sequence) {
        return BASE_EFORMAT;
    }
    uint64_t sequence = row->sequence - back;
    if (rows->whole.sequence == sequence) {
        return rows->device == row->device ? 0 : BASE_EFORMAT;
    }
    rc = store_chain_get(rows->txn, STORE_LEDGER, sequence, &whole);
    if (rc != 0) {
        return rc == BASE_ENOTFOUND ? BASE_EFORMAT : rc; /* it was named, so it is missing */
    }
    return whole.device != row->device ? BASE_EFORMAT : take_whole(rows, &whole, rows, &is_alike);
}

static void say(struct meter_rows *rows, const struct rows_values *said)
{
    for (size_t i = 0; i < said->count; i++) {
        rows->meters[i].value = said->values[i];
    }
    rows->said = said;
}

int meter_rows_read(struct meter_rows *rows, const struct store_row *row)
{
    bool is_alike = false;
    rows->said = NULL;
    if (!rows_is_short(row->payload)) {
        int rc = take_whole(rows, row, rows, &is_alike);
        if (rc == 0) {
            say(rows, &rows->whole);
        }
        return rc;
    }
    int rc = find_whole(rows, row);
    rows->brief.sequence = row->sequence;
    rows->brief.unix_ms = row->unix_ms;
    rc = rc == 0 ? rows_get_short(row->payload, &rows->whole, &rows->brief) : rc;
    if (rc == 0) {
        say(rows, &rows->brief);
    }
    return rc;
}

int meter_rows_read_like(struct meter_rows *rows, const struct store_row *row,
                         const struct meter_rows *other, bool *is_alike)
{
    int rc = take_whole(rows, row, other, is_alike);
    if (rc == 0) {
        say(rows, &rows->whole);
    }
    return rc;
}

/*
 * Reads the rows of the ledger from the store, whole or short (rows_meter.h): finds the whole row
 * that a short one stands on, and remembers it, so that a device's rows read one after the other,
 * in either direction, cost one look each. A short row whose whole row is damaged or gone is
 * damaged, too; nothing is guessed.
 * Cost: some 50 KB, for the stack; per row a fraction of a microsecond.
 */
#pragma once

#include "core/fleet/rows_meter.h"
#include "store/store.h"

/* Keys, units and sources are borrowed from the whole row, in the store's map or where the caller
 * has it. */
struct meter_rows {
    struct store_txn *txn;
    struct rows_values whole;       /* sequence 0 = none is remembered */
    uint32_t device;                /* whose it is */
    struct bytes definitions;       /* of it */
    struct rows_values brief;       /* the last short row */
    const struct rows_values *said; /* the row that was read last; NULL until one could be */
    struct rows_meter meters[ROWS_METERS_MAX]; /* said->count of them, with its values */
};

/* Begins. txn: outlives the rest. */
void meter_rows_init(struct meter_rows *rows, struct store_txn *txn);

/* Reads a row of the ledger into rows->said and rows->meters.
 * Returns: 0; BASE_EFORMAT, BASE_EVERSION, BASE_ECHECKSUM (it, or what it stands on, is damaged:
 * then rows->said is NULL); BASE_ESTORE. */
BASE_MUST_CHECK int meter_rows_read(struct meter_rows *rows, const struct store_row *row);

/* Reads a whole row that most likely is of the same meters as what `other` has read: then *is_alike
 * is set, and they are the same entries. Returns: 0; BASE_EFORMAT; BASE_EVERSION. */
BASE_MUST_CHECK int meter_rows_read_like(struct meter_rows *rows, const struct store_row *row,
                                         const struct meter_rows *other, bool *is_alike);

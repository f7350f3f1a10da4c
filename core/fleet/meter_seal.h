/*
 * The seal of a ledger row: SHA-256 over the seal of the device's row before, this row's place
 * (sequence, sequence before, device, time) and its payload. So no sealed row can be changed, taken
 * out, put in or exchanged without every seal behind it being wrong; the newest one is kept with
 * the device, which so tells when rows are missing at the end. Whoever can write all of the store
 * can seal it anew: keep heads elsewhere where that matters ("platen ledger verify --json").
 *
 * Layout of what is digested, little-endian: seal before[32] (zeros for a device's first sealed
 * row), sequence u64, previous u64, device u32, time i64, then the payload without its seal.
 * Cost: some 0.5 us a row of 200 octets, less where the processor has SHA instructions.
 */
#pragma once

#include "core/fleet/rows.h"
#include "store/store.h"

/* Computes the seal of a row of version 2. before: the seal of the row before, NULL for the first.
 * out: ROWS_SEAL_BYTES octets. */
void meter_seal_compute(const uint8_t *before, const struct store_row *row, uint8_t *out);

/* Numbers and seals the payload of a row that is about to be appended, and moves the device's seal
 * on. payload: of rows_put_meters; row: place and time of the row, its payload being that one. */
void meter_seal_apply(struct store_marks *marks, const struct store_row *row, uint8_t *payload,
                      uint8_t flags, uint32_t identity);

/*
 * The seal of a ledger row: SHA-256 over the seal of the device's row before, this row's place
 * (sequence, sequence before, device, time) and its payload. So no sealed row can be changed, taken
 * out, put in or exchanged without every seal behind it being wrong; the newest one is kept with
 * the device, which so tells when rows are missing at the end.
 *
 * What goes into the next seal is always all 32 octets; a short row only keeps 8 of its own. Those
 * tell at which row the chain breaks, not whether it does. Damage fits 8 octets once in 2^64 times,
 * and then not the row behind it, nor at last the 32 octets of the next whole row and of the
 * device. Whoever seals a changed row anew, which takes no secret, has moved the break to the row
 * behind it, with 8 octets as with 32. What a short row says is sealed by both rows: the whole one
 * that it stands on is in the chain before it. Whoever can write all of the store can seal all of
 * it anew: keep heads elsewhere where that matters ("platen ledger verify --json").
 *
 * Layout of what is digested, little-endian: seal before[32] (zeros for a device's first row),
 * sequence u64, previous u64, device u32, time i64, then the payload without its seal.
 * Cost: two blocks of SHA-256 for a usual short row; some 0.3 us, less where the processor has
 * instructions for it.
 */
#pragma once

#include "core/fleet/rows_meter.h"
#include "store/store.h"

/* Computes all of the seal of a row. before: the seal of the row before, NULL for the first.
 * out: ROWS_SEAL_BYTES octets, which may be `before`. Returns: 0; as rows_seal. */
BASE_MUST_CHECK int meter_seal_compute(const uint8_t *before, const struct store_row *row,
                                       uint8_t *out);

/* Seals the payload of a row that is about to be appended, and moves the device's seal on.
 * payload: row->payload, to write to. Returns: 0; as rows_seal. */
BASE_MUST_CHECK int meter_seal_apply(struct store_marks *marks, const struct store_row *row,
                                     uint8_t *payload);

/*
 * The rows of the ledger: what a device's counters stood at, when, and whose they are.
 *
 * A whole row says everything. A short row stands on the last whole row of its device: it says how
 * far counters and uptime are from there, and of whose counters they are nothing. So any row is
 * read with one other at most (meter_rows.h). A row is whole when it is the first of its device,
 * every ROWS_METERS_RUN-th, when anything but values has changed, and when the row to stand on
 * cannot be read. Damage to a short row takes nothing else with it; damage to a whole one takes
 * the short ones on it, which then cannot be read, either: they are told as damaged, never guessed,
 * and the next whole row is read again.
 *
 * Every row is sealed (meter_seal.h). A whole row keeps its seal of 32 octets, a short one the
 * first 8 of it; that is enough, see there.
 *
 * Layout, integers little-endian, numbers and texts as in rows.h:
 *   whole  kind u8, seal[32], number u32, identity u32, uptime i64, count, a value for each meter,
 *          then what they are: for each its key, unit, object u8, and the index as text or, when
 *          the object is 0, the OID's octets. A unit stands behind its size + 1 (a count); 0 is the
 *          unit of the meter before.
 *   short  kind u8, seal[8], sequences back to the whole row (a count), uptime: how far it is from
 *          the whole row's and the time since; a bit for each meter, the lowest first, set where
 *          its value is another one; for each of those how far it is from the whole row's.
 * The kind has the flags in its upper four bits. Every row in the ledger is one of these, and every
 * octet of it is read or refused: nothing stands behind the last one.
 */
#pragma once

#include "core/fleet/rows.h"

#define ROWS_METERS_WHOLE 3
#define ROWS_METERS_SHORT 4

/* One row in so many is whole at least: some weeks of a usual device. More would make the short
 * ones longer, whose counters run away from the whole row's, and save nothing. */
#define ROWS_METERS_RUN 64

/* In front of the values of a whole row: kind, seal, number, identity and uptime. What stands
 * behind is equal for equal meters. */
#define ROWS_METERS_HEAD_BYTES 49
#define ROWS_SEAL_BYTES        32
#define ROWS_SEAL_SHORT_BYTES  8

/* Meters of a row. */
#define ROWS_METERS_MAX READING_ROWS_MAX

/* Longest short row. */
#define ROWS_SHORT_BYTES_MAX                                                                       \
    (1 + ROWS_SEAL_SHORT_BYTES + 20 + ROWS_METERS_MAX / 8 + ROWS_METERS_MAX * 10)

/* Flags of a row. */
#define ROWS_METERS_UNSETTLED 1U /* a counter has broken, and the cause is not certain yet */

/* A row without what its meters are. */
struct rows_values {
    uint64_t sequence; /* its place in the ledger; 0 = it is none */
    int64_t unix_ms;
    uint8_t flags;
    uint32_t number;   /* of a whole row: among those of its device, from 1 */
    uint32_t identity; /* meter_identity of the poll; 0 = the device did not say */
    int64_t uptime_ticks;
    size_t count;
    int64_t values[ROWS_METERS_MAX];
};

/* Returns: bytes that the whole row of this reading needs at most. */
size_t rows_meters_bound(const struct reading *reading);

/* Writes a whole row without seal, number, flags and identity; `out` holds at least what the bound
 * says. Returns: its size. */
size_t rows_put_meters(uint8_t *out, const struct reading *reading);

/* Says in a whole row what is known when it is appended. */
void rows_set_meters_head(uint8_t *payload, uint8_t flags, uint32_t number, uint32_t identity);

/* Writes a short row without its seal; `out` holds ROWS_SHORT_BYTES_MAX. whole, now: rows of equal
 * meters and identity. Returns: its size. */
size_t rows_put_short(uint8_t *out, const struct rows_values *whole, const struct rows_values *now);

/* Tells where the seal of a row stands: 32 octets of a whole row, 8 of a short one.
 * Returns: 0; BASE_EVERSION (no row of the ledger); BASE_EFORMAT. */
BASE_MUST_CHECK int rows_seal(struct bytes payload, struct bytes *out);

/* Says whether what rows_seal knows is a short row. */
bool rows_is_short(struct bytes payload);

/* Reads a whole row but its place. definitions: gets what the meters are, for rows_get_definitions.
 * Returns: 0; BASE_EVERSION (it is none); BASE_EFORMAT. */
BASE_MUST_CHECK int rows_get_whole(struct bytes payload, struct rows_values *out,
                                   struct bytes *definitions);

/* Reads what `count` meters are; texts are slices. Their values are left alone.
 * Returns: 0; BASE_EFORMAT. */
BASE_MUST_CHECK int rows_get_definitions(struct bytes definitions, size_t count,
                                         struct rows_meter *out);

/* Tells how many sequences before a short row its whole row stands. Returns: 0; BASE_EFORMAT. */
BASE_MUST_CHECK int rows_short_back(struct bytes payload, uint64_t *back);

/* Reads a short row. out: has its place, and gets the rest. Returns: 0; BASE_EFORMAT. */
BASE_MUST_CHECK int rows_get_short(struct bytes payload, const struct rows_values *whole,
                                   struct rows_values *out);

/* Writes the dotted OID of the instance that a meter was read from; "" when it was derived.
 * out: at least OID_TEXT_MAX bytes for any. Returns: 0; BASE_EFORMAT; BASE_ELIMIT. */
BASE_MUST_CHECK int rows_meter_oid(const struct rows_meter *meter, char *out, size_t cap);

/* Says whether two meters come from one source: the same object and index, or OID. */
bool rows_meter_is_same_source(const struct rows_meter *a, const struct rows_meter *b);

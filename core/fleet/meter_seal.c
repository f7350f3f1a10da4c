#include "core/fleet/meter_seal.h"

#include "proto/digest.h"

_Static_assert(ROWS_SEAL_BYTES == DIGEST_BYTES, "a seal is a digest");
_Static_assert(STORE_SEAL_BYTES == DIGEST_BYTES, "a device keeps a digest");

/* Of the place: sequence, previous, device, time. */
#define PLACE_BYTES 28

static uint8_t *put(uint8_t *at, uint64_t value, size_t size)
{
    bytes_put_le(at, value, size);
    return at + size;
}

void meter_seal_compute(const uint8_t *before, const struct store_row *row, uint8_t *out)
{
    static const uint8_t nothing[ROWS_SEAL_BYTES];
    const size_t behind_seal = 1 + ROWS_SEAL_BYTES;
    uint8_t place[PLACE_BYTES];
    uint8_t *at = put(place, row->sequence, 8);
    BASE_REQUIRE(row->payload.size >= ROWS_METERS_HEAD_BYTES);
    at = put(at, row->previous, 8);
    at = put(at, row->device, 4);
    (void)put(at, (uint64_t)row->unix_ms, 8);
    const struct bytes parts[] = {
        bytes_of(before == NULL ? nothing : before, ROWS_SEAL_BYTES),
        bytes_of(place, sizeof(place)),
        bytes_of(row->payload.data, 1), /* the version */
        bytes_of(row->payload.data + behind_seal, row->payload.size - behind_seal),
    };
    digest_sha256(parts, BASE_ARRAY_COUNT(parts), out);
}

void meter_seal_apply(struct store_marks *marks, const struct store_row *row, uint8_t *payload,
                      uint8_t flags, uint32_t identity)
{
    rows_set_meters_head(payload, flags, marks->sealed + 1, identity);
    meter_seal_compute(marks->sealed == 0 ? NULL : marks->seal, row, marks->seal);
    rows_set_meters_seal(payload, marks->seal);
    marks->sealed++;
}

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

int meter_seal_compute(const uint8_t *before, const struct store_row *row, uint8_t *out)
{
    static const uint8_t nothing[ROWS_SEAL_BYTES];
    uint8_t place[PLACE_BYTES];
    struct bytes seal;
    uint8_t *at = put(place, row->sequence, 8);
    int rc = rows_seal(row->payload, &seal);
    if (rc != 0) {
        return rc;
    }
    const uint8_t *rest = seal.data + seal.size;
    at = put(at, row->previous, 8);
    at = put(at, row->device, 4);
    (void)put(at, (uint64_t)row->unix_ms, 8);
    const struct bytes parts[] = {
        bytes_of(before == NULL ? nothing : before, ROWS_SEAL_BYTES),
        bytes_of(place, sizeof(place)),
        bytes_of(row->payload.data, (size_t)(seal.data - row->payload.data)), /* the kind */
        bytes_of(rest, (size_t)(row->payload.data + row->payload.size - rest)),
    };
    digest_sha256(parts, BASE_ARRAY_COUNT(parts), out);
    return 0;
}

int meter_seal_apply(struct store_marks *marks, const struct store_row *row, uint8_t *payload)
{
    struct bytes seal;
    int rc = rows_seal(row->payload, &seal);
    rc = rc == 0 ? meter_seal_compute(marks->sealed == 0 ? NULL : marks->seal, row, marks->seal)
                 : rc;
    if (rc == 0) {
        memcpy(payload + (seal.data - row->payload.data), marks->seal, seal.size);
        marks->sealed++;
    }
    return rc;
}

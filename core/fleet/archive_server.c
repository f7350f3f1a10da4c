#include "core/fleet/archive_server.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/fleet/archive.h"
#include "core/fleet/archive_find.h"

static bool is_nothing(int rc)
{
    return rc == BASE_ENOTFOUND || archive_is_damage(rc);
}

int archive_server_list(struct store_txn *txn, const struct store_device *device,
                        struct archive_server *out)
{
    char place[ARCHIVE_PLACE_BYTES_MAX];
    struct store_device other;
    struct bytes printers;
    bool is_shared = false;
    bool is_listed = false;
    *out = (struct archive_server){0};
    (void)snprintf(place, sizeof(place), "address:%s", device->address);
    int rc = archive_device_of(txn, place, &other, &is_shared);
    rc = rc == 0 ? store_record_get(txn, other.number, ARCHIVE_PART_PRINTERS, &printers) : rc;
    if (rc != 0) {
        return is_nothing(rc) ? 0 : rc;
    }
    for (size_t i = 0; i < printers.size / 4 && out->count < ARCHIVE_PRINTERS_MAX; i++) {
        uint32_t printer = archive_keys_printer_at(printers, i);
        (void)snprintf(place, sizeof(place), "address:%s#%" PRIu32, device->address, printer);
        rc = archive_device_of(txn, place, &other, &is_shared);
        if (rc != 0 && !is_nothing(rc)) {
            return rc;
        }
        if (rc == 0 && strcmp(other.address, device->address) == 0) {
            out->own = other.number == device->number ? out->count : out->own;
            is_listed = is_listed || other.number == device->number;
            out->printers[out->count].printer = printer;
            out->printers[out->count].device = other.number;
            out->count++;
        }
    }
    if (!is_listed) {
        out->count = 0;
    }
    return 0;
}

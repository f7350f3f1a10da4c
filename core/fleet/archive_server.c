#include "core/fleet/archive_server.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/fleet/address.h"
#include "core/fleet/archive.h"
#include "core/fleet/archive_find.h"

#define KEY_MAX (ARCHIVE_PLACE_BYTES_MAX + LEARNED_PLACES_BYTES)

/* A list that grows. */
struct listing {
    struct store_txn *txn;
    const struct store_device *device; /* whose neighbours they are */
    int box_size;                      /* octets of the address without a place */
    bool is_listed;                    /* the device itself has been found */
    struct archive_server *out;
};

static bool is_nothing(int rc)
{
    return rc == BASE_ENOTFOUND || archive_is_damage(rc);
}

/* Adds who is known by a key, if that is still at the address. Returns: 0; BASE_ESTORE. */
static int add(struct listing *listing, const char *key, uint32_t printer, const char *place)
{
    struct archive_server *out = listing->out;
    struct archive_server_printer *entry = &out->printers[out->count];
    struct store_device other;
    bool is_shared = false;
    int rc = archive_device_of(listing->txn, key, &other, &is_shared);
    if (rc != 0) {
        return is_nothing(rc) ? 0 : rc;
    }
    const char *address = key + sizeof("address:") - 1;
    size_t size = strlen(other.address);
    bool is_here = strncmp(other.address, address, size) == 0 &&
                   (address[size] == '\0' || address[size] == '#');
    if (!is_here || out->count == ARCHIVE_SERVER_MAX) {
        return 0;
    }
    if (other.number == listing->device->number) {
        listing->is_listed = true;
        out->own = out->count;
    }
    entry->printer = printer;
    entry->device = other.number;
    (void)snprintf(entry->place, sizeof(entry->place), "%s", place);
    out->count++;
    return 0;
}

/* Those with a number, or the one without. */
static int add_numbers(struct listing *listing)
{
    char key[KEY_MAX];
    struct store_device first;
    struct bytes printers;
    bool is_shared = false;
    (void)snprintf(key, sizeof(key), "address:%.*s", listing->box_size, listing->device->address);
    int rc = archive_device_of(listing->txn, key, &first, &is_shared);
    rc = rc == 0 ? store_record_get(listing->txn, first.number, ARCHIVE_PART_PRINTERS, &printers)
                 : rc;
    if (rc != 0) {
        return is_nothing(rc) ? add(listing, key, UINT32_MAX, "") : rc;
    }
    for (size_t i = 0; rc == 0 && i < printers.size / 4; i++) {
        uint32_t printer = archive_keys_printer_at(printers, i);
        (void)snprintf(key, sizeof(key), "address:%.*s#%" PRIu32, listing->box_size,
                       listing->device->address, printer);
        rc = add(listing, key, printer, "");
    }
    return rc;
}

static int add_places(struct listing *listing)
{
    char key[KEY_MAX];
    char box[STORE_ADDRESS_MAX];
    struct learned learned;
    struct bytes stored;
    (void)snprintf(box, sizeof(box), "%.*s", listing->box_size, listing->device->address);
    int rc = store_learned_get(listing->txn, box, &stored);
    if (rc != 0 || learned_decode(stored, &learned) != 0) {
        return rc == 0 || is_nothing(rc) ? 0 : rc;
    }
    const char *end = learned.places + sizeof(learned.places);
    for (const char *place = learned.places; rc == 0 && place < end && *place != '\0';
         place += strnlen(place, (size_t)(end - place)) + 1) {
        (void)snprintf(key, sizeof(key), "address:%s/%.*s", box, (int)(end - place), place);
        rc = add(listing, key, UINT32_MAX, place);
    }
    return rc;
}

int archive_server_list(struct store_txn *txn, const struct store_device *device,
                        struct archive_server *out)
{
    struct listing listing = {
        .txn = txn, .device = device, .box_size = (int)strcspn(device->address, "/"), .out = out};
    memset(out, 0, sizeof(*out));
    int rc = add_numbers(&listing);
    rc = rc == 0 ? add_places(&listing) : rc;
    if (rc != 0 || !listing.is_listed || out->count < 2) {
        out->count = 0;
    }
    return rc;
}

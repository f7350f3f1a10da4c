/*
 * The printers of a print server as the store knows them: who else answers at the address of a
 * device, by number (hrDeviceIndex, kept at the first of them in ARCHIVE_PART_PRINTERS) or by place
 * (address.h, kept in what was learned of the address).
 */
#pragma once

#include "core/fleet/archive_keys.h"
#include "core/fleet/learned.h"
#include "store/store.h"

/* Numbers and places, and the one that is neither. */
#define ARCHIVE_SERVER_MAX (ARCHIVE_PRINTERS_MAX + LEARNED_PLACES_BYTES / 2 + 1)

/* Those of one address. */
struct archive_server {
    size_t count; /* 0: the device is behind no print server */
    size_t own;   /* which of them the device itself is */
    struct archive_server_printer {
        uint32_t printer;                 /* hrDeviceIndex; UINT32_MAX = it has no number */
        char place[LEARNED_PLACES_BYTES]; /* "" = it has none */
        uint32_t device;                  /* number in the store */
    } printers[ARCHIVE_SERVER_MAX];
};

/* Lists the printers at the address of a device when it is one of several; those that have another
 * address by now are left out, and so is what is damaged. Returns: 0; BASE_ESTORE. */
BASE_MUST_CHECK int archive_server_list(struct store_txn *txn, const struct store_device *device,
                                        struct archive_server *out);

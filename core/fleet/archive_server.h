/*
 * The printers of a print server as the store knows them: who else answers at the address of a
 * device. Kept at the first of them (ARCHIVE_PART_PRINTERS), each under the address and its number.
 */
#pragma once

#include "core/fleet/archive_keys.h"
#include "store/store.h"

/* Those of one address, in the order in which they were told. */
struct archive_server {
    size_t count; /* 0: the device is behind no print server */
    size_t own;   /* which of them the device itself is */
    struct {
        uint32_t printer; /* hrDeviceIndex */
        uint32_t device;  /* number in the store */
    } printers[ARCHIVE_PRINTERS_MAX];
};

/* Lists the printers at the address of a device when it is one of them; those that have another
 * address by now are left out, and so is what is damaged. Returns: 0; BASE_ESTORE. */
BASE_MUST_CHECK int archive_server_list(struct store_txn *txn, const struct store_device *device,
                                        struct archive_server *out);

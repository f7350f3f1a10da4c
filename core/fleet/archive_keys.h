/*
 * By what a poll's device is known again, strongest first: serial number and MAC address as the
 * reading gives them (proto/reading.h), the id of its SNMPv3 engine, and when it gave neither of
 * the first two, its name with vendor and model. What is one card's and stands for several printers
 * gets the printer's number or place behind it. For archive.c; reads no store.
 */
#pragma once

#include "core/fleet/archive.h"
#include "core/fleet/keys.h"

/* MAC addresses of other interfaces that are kept of one poll. */
#define ARCHIVE_KEYS_MACS_MAX 4

/* Octets of keys, of MACs, and of an address with its place and the printers there. */
#define ARCHIVE_KEYS_BYTES_MAX  (KEYS_BYTES_MAX + ARCHIVE_KEYS_MACS_MAX * READING_KEY_MAX)
#define ARCHIVE_PRINTERS_MAX    16
#define ARCHIVE_PLACE_BYTES_MAX (2 * (8 + STORE_ADDRESS_MAX + 12) + 4 * ARCHIVE_PRINTERS_MAX)

/* Write what their names say; `out` has room as above. Return: octets, with every NUL. */
size_t archive_keys_put(const struct archive_item *item, uint8_t *out);
size_t archive_keys_macs(const struct reading *reading, uint8_t *out);
size_t archive_keys_place(const struct archive_item *item, char *out);
size_t archive_keys_printers(const struct archive_item *item, uint8_t *out);

/* Returns: hrDeviceIndex of the item's printer; UINT32_MAX = not known. */
uint32_t archive_keys_printer(const struct archive_item *item);

/* Reads one number of ARCHIVE_PART_PRINTERS. */
uint32_t archive_keys_printer_at(struct bytes printers, size_t at);

#include "bench/micro_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/scratch.h"
#include "core/base/clock.h"
#include "store/store.h"

#define MICRO_DEVICES 4096
/* Devices of one transaction. */
#define MICRO_SLICE 512
/* Sizes of a usual device's records. */
#define MICRO_STATIC_BYTES 2400
#define MICRO_MOVING_BYTES 800
#define MICRO_LEDGER_BYTES 40

static void micro_report(bool is_json, const char *name, const char *text, int64_t elapsed_us)
{
    double us = (double)elapsed_us / MICRO_DEVICES;
    if (is_json) {
        printf("{\"name\":\"%s\",\"us\":%.2f}\n", name, us);
    } else {
        printf("%-44s %10.2f us\n", text, us);
    }
}

static int micro_write_one(struct store_txn *txn, uint32_t number, bool is_new,
                           const uint8_t *octets)
{
    struct store_device device = {0};
    char key[40];
    int status = is_new ? 0 : store_device_get(txn, number, &device);
    snprintf(device.id, sizeof(device.id), "%08x", number * 2654435761u);
    snprintf(device.address, sizeof(device.address), "10.%u.%u.%u:161", number >> 16 & 255,
             number >> 8 & 255, number & 255);
    if (status == 0 && is_new) { /* gives it its number */
        status = store_device_put(txn, &device);
    }
    if (status == 0) {
        status = store_chain_append(txn, STORE_LEDGER, &device, number,
                                    bytes_of(octets, MICRO_LEDGER_BYTES));
    }
    if (status == 0) {
        status = store_device_put(txn, &device);
    }
    if (status == 0 && is_new) {
        snprintf(key, sizeof(key), "serial:micro:%08X", number * 2654435761u);
        status = store_device_key(txn, key, device.number);
    }
    if (status == 0 && is_new) {
        status = store_record_put(txn, device.number, 1, bytes_of(octets, MICRO_STATIC_BYTES));
    }
    if (status == 0) {
        status = store_record_put(txn, device.number, 2,
                                  bytes_of(octets + (is_new ? 0 : 1), MICRO_MOVING_BYTES));
    }
    return status;
}

static int micro_write(struct store *store, bool is_new, const uint8_t *octets)
{
    int status = 0;
    for (uint32_t first = 1; status == 0 && first <= MICRO_DEVICES; first += MICRO_SLICE) {
        struct store_txn *txn = NULL;
        status = store_begin(store, true, &txn);
        if (status != 0) {
            return status;
        }
        for (uint32_t i = 0; status == 0 && i < MICRO_SLICE; i++) {
            status = micro_write_one(txn, first + i, is_new, octets);
        }
        if (status == 0) {
            status = store_commit(txn);
        } else {
            store_abort(txn);
        }
        if (status == BASE_ELIMIT) { /* the map has been grown: the same slice again */
            status = 0;
            first -= MICRO_SLICE;
        }
    }
    return status;
}

static int micro_read(struct store *store)
{
    struct store_txn *txn = NULL;
    int status = store_begin(store, false, &txn);
    for (uint32_t number = 1; status == 0 && number <= MICRO_DEVICES; number++) {
        struct store_device device;
        struct bytes record;
        status = store_device_get(txn, number, &device);
        for (uint8_t part = 1; status == 0 && part <= 2; part++) {
            status = store_record_get(txn, number, part, &record);
        }
    }
    store_abort(txn);
    return status;
}

static int micro_measure(struct store *store, bool is_json, const uint8_t *octets)
{
    int64_t begin_us = clock_mono_us();
    int status = micro_write(store, true, octets);
    int64_t created_us = clock_mono_us();
    if (status == 0) {
        status = micro_write(store, false, octets);
    }
    int64_t updated_us = clock_mono_us();
    if (status == 0) {
        status = micro_read(store);
    }
    int64_t read_us = clock_mono_us();
    if (status == 0) {
        micro_report(is_json, "store_create", "a device stored for the first time",
                     created_us - begin_us);
        micro_report(is_json, "store_update", "what moves of it stored again",
                     updated_us - created_us);
        micro_report(is_json, "store_read", "its records read back, checksums tested",
                     read_us - updated_us);
    }
    return status;
}

int micro_store(bool is_json)
{
    static uint8_t octets[MICRO_STATIC_BYTES + 1];
    char directory[SCRATCH_PATH_MAX];
    char message[256] = "";
    struct store *store = NULL;
    for (size_t i = 0; i < sizeof(octets); i++) {
        octets[i] = (uint8_t)(i * i);
    }
    int status = scratch_make(directory);
    if (status != 0) {
        return status;
    }
    status = store_open(directory, STORE_READ_WRITE, &store, message, sizeof(message));
    if (status == 0) {
        status = micro_measure(store, is_json, octets);
    } else {
        fprintf(stderr, "platen-bench: %s\n", message);
    }
    store_close(store);
    scratch_remove(directory);
    return status;
}

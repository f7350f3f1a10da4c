/*
 * Walks the whole ledger once, oldest row first, and follows every device's chain of seals
 * (meter_seal.h): each row must name the row before it and carry the seal over all of that, and
 * the device must remember how many there are and the newest seal. Finds the first record of each
 * device that is not as it was written: changed, gone, exchanged, put in, or cut off at the end.
 * Only reads. A whole row and the short ones on it are alike here: each is proven by its own seal.
 * Cost: one pass over the table, some 1 us a row; 120 octets a device.
 */
#pragma once

#include "core/fleet/rows_meter.h"
#include "store/store.h"

enum meter_fault {
    METER_INTACT,
    METER_FAULT_CHECKSUM, /* its octets are damaged */
    METER_FAULT_FORMAT,   /* it is no ledger row */
    METER_FAULT_MISSING,  /* it is gone */
    METER_FAULT_SEAL,     /* its seal does not fit: it, or the row before it, is another one */
    METER_FAULT_HEAD,     /* it is not the newest row that the device remembers */
};

struct meter_audit_device {
    uint32_t number; /* device; 0 = records that no device can be told of */
    enum meter_fault fault;
    uint64_t sequence;     /* of the first broken record; 0 while intact */
    int64_t unix_ms;       /* when that says it was read; INT64_MIN unknown */
    uint64_t rows;         /* proven, up to the broken one */
    uint64_t rows_behind;  /* behind the broken one: nothing is proven of them */
    int64_t first_unix_ms; /* of the proven rows; INT64_MIN when there are none */
    int64_t last_unix_ms;
    uint64_t last_sequence;        /* the newest proven row; 0 none */
    uint8_t seal[ROWS_SEAL_BYTES]; /* of that */
    bool is_known;                 /* there is a readable device of that number */
};

struct meter_audit {
    struct meter_audit_device *devices; /* by number; entries without number and fault are none */
    size_t count;
    uint64_t rows;    /* of the whole ledger, damaged ones too */
    uint64_t damaged; /* rows of devices that cannot be read */
};

/* Audits the ledger. Owns: meter_audit_fini frees *out, also after a failure.
 * Returns: 0, whatever was found; BASE_ESTORE; -ENOMEM. */
BASE_MUST_CHECK int meter_audit_run(struct store_txn *txn, struct meter_audit *out);

/* Frees what was found. */
void meter_audit_fini(struct meter_audit *audit);

/* Returns: "intact", "checksum", "format", "missing", "seal", "head". */
const char *meter_fault_name(enum meter_fault fault);

/* Returns: what a fault means, half a sentence. */
const char *meter_fault_text(enum meter_fault fault);

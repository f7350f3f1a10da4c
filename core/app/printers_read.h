/*
 * Reads the printers of a print server one by one out of what one poll got from its address
 * (core/fleet/printers.h). Memory is taken at the first print server, and kept.
 */
#pragma once

#include "core/base/base.h"
#include "core/fleet/printers.h"
#include "core/fleet/sweep.h"
#include "proto/reading.h"

struct keeper;

/* Zeros at first. */
struct printers_read {
    struct reading reading; /* of the printer that was read last */
    uint8_t *parts[2];
    size_t caps[2];
};

/* Decodes one printer into read->reading.
 * keeper: has the static part where the poll read only what moves; NULL = nothing is kept.
 * out: gets the result with the parts of this printer, good until the next call.
 * Returns: 0; BASE_EFORMAT; BASE_EVERSION; -ENOMEM. */
BASE_MUST_CHECK int printers_read_one(struct printers_read *read, struct keeper *keeper,
                                      const struct sweep_result *result,
                                      const struct printers_choice *choice,
                                      struct sweep_result *out);

/* Frees what the first print server took; zeros are allowed. */
void printers_read_fini(struct printers_read *read);

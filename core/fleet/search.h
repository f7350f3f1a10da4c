/*
 * A search's way into the scan (core/engine/engine_scan.h): which ways of asking an address has,
 * and the question that each of them asks. A way is numbered by its credential, all users of SNMPv3
 * together by the first of them that is meant for the address (access.h).
 */
#pragma once

#include "core/engine/engine_scan.h"
#include "core/fleet/credential.h"

struct search {
    struct engine *engine;
    const struct credentials *credentials;
    uint8_t attempts; /* of each way */
    uint64_t ways;    /* of the address before, which are those of all without subnets */
};

/* Begins; engine and credentials must outlive the search, the latter unchanged.
 * Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int search_open(struct search *search, struct engine *engine,
                                const struct credentials *credentials, unsigned attempts);

/* Has an address asked of which nothing is known.
 * Returns: 0; else it is no matter for the scan (-EAGAIN, BASE_EUSAGE, BASE_ELIMIT). */
BASE_MUST_CHECK int search_add(struct search *search, const union wire_address *address,
                               int64_t now_us);

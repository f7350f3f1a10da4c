/*
 * A script: every datagram that a Platen sweep of a fleet sends, device by device, recorded from a
 * real one. The floor sends it again as it stands; net-snmp's sessions ask the same questions.
 */
#pragma once

#include "bench/contest.h"
#include "core/base/bytes.h"
#include "core/fleet/sweep.h"

struct script_line {
    uint32_t device; /* number in the fleet */
    uint32_t at;     /* offset in the script's octets */
    uint32_t size;
};

struct script {
    struct script_line *lines; /* by device, in the order they were sent */
    uint32_t count;
    uint32_t *first; /* lines of device i: first[i] .. first[i + 1] - 1 */
    uint8_t *octets;
};

/* Records a sweep of the fleet. Returns: 0, -ENOMEM, -errno; BASE_EFORMAT when devices did not
 * answer: a script with holes compares nothing. */
BASE_MUST_CHECK int script_record(const struct contest_fleet *fleet, struct script *out);

/* Frees a script. */
void script_fini(struct script *script);

/* The sweep that the contest runs: no rate limit, otherwise as `platen poll` does it. */
struct sweep_config script_sweep_config(const struct contest_fleet *fleet);

/* Target number `i` of the fleet. */
void script_address(const struct contest_fleet *fleet, uint32_t i, union wire_address *out);

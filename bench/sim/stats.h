/*
 * What the simulator counts, and the one line of JSON it prints at the end.
 */
#pragma once

#include <stdio.h>

#include "bench/sim/sim.h"

#define SIM_STATS(X)                                                                               \
    X(requests) /* datagrams that came for a device */                                             \
    X(replies)  /* datagrams that left */                                                          \
    X(reply_bytes)                                                                                 \
    X(gets)                                                                                        \
    X(getnexts)                                                                                    \
    X(getbulks)                                                                                    \
    X(sets)                                                                                        \
    X(v3)            /* questions of SNMPv3 that were opened */                                    \
    X(v3_reports)    /* Reports that left instead of an answer */                                  \
    X(template_hits) /* answers made from a template */                                            \
    X(template_misses)                                                                             \
    X(template_flushes) /* times that all templates were thrown away */                            \
    X(too_big)          /* answers that said tooBig */                                             \
    X(hostile)          /* answers that were made hostile */                                       \
    X(delayed)                                                                                     \
    X(duplicated)                                                                                  \
    X(reordered)                                                                                   \
    X(reboots)           /* restarts that a question caused */                                     \
    X(dropped_malformed) /* questions that are no SNMP */                                          \
    X(dropped_version)   /* v3, v2c, or both to a device that does not speak it */                 \
    X(dropped_v3)        /* no v3 message, or one that asks for no Report */                       \
    X(dropped_community)                                                                           \
    X(dropped_stranger) /* for an address that is no device, or outside loopback */                \
    X(dropped_lost)     /* --loss */                                                               \
    X(dropped_dead)                                                                                \
    X(dropped_asleep)                                                                              \
    X(dropped_rebooting)                                                                           \
    X(dropped_silent) /* an answer that would have been too big, and --small-pdu-silent */         \
    X(dropped_full)   /* too many delayed answers at once */                                       \
    X(send_errors)

struct sim_stats {
#define SIM_STATS_FIELD(name) uint64_t name;
    SIM_STATS(SIM_STATS_FIELD)
#undef SIM_STATS_FIELD
    double wall_seconds;
};

/* Prints the counters, wall and CPU time and the peak of memory of this process as one line. */
void sim_stats_print(const struct sim_stats *stats, FILE *out);

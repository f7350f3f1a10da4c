/*
 * The contest: the same simulated fleet read in several ways, so that what Platen costs is seen
 * beside what the system calls alone cost and what net-snmp's own sessions cost.
 *
 *   floor         the datagrams that Platen would send, built beforehand, through sendmmsg and
 *                 recvmmsg; answers are not looked at
 *   netsnmp       the same questions by net-snmp's asynchronous sessions, one a device
 *   platen        a full sweep, every reading decoded
 *   platen_store  the same, kept in a fresh store
 *
 * With --v3 Platen is compared with itself:
 *   platen           as above, in v2c
 *   platen_v3        the same in SNMPv3, authPriv with SHA-256 and AES-128, engines known
 *   platen_v3_first  the same with engines that nobody knows yet
 *
 * Each contestant runs in a process of its own, so that memory and processor time are its own.
 */
#pragma once

#include "core/base/base.h"

/* The fleet's user of SNMPv3, authPriv with SHA-256 and AES-128. */
#define CONTEST_V3_USER "bench"
#define CONTEST_V3_AUTH "bench-auth-pass"
#define CONTEST_V3_PRIV "bench-priv-pass"

struct contest_fleet {
    uint32_t first; /* IPv4 address, host order */
    uint32_t devices;
    uint16_t port;
    uint32_t window; /* devices under way at a time */
    const char *community;
};

struct contest_result {
    uint64_t devices;  /* read to the end */
    uint64_t pdus;     /* answered */
    uint64_t varbinds; /* received; 0 when the contestant does not look */
    uint64_t lost;     /* datagrams given up or sent again */
    int64_t wall_us;
    int64_t cpu_us;
    int64_t rss_kb;
};

/* The contestants. Each runs to its end and fills `out`.
 * Returns: 0 or a negative code; what went wrong is on stderr. */
BASE_MUST_CHECK int contest_floor(const struct contest_fleet *fleet, struct contest_result *out);
BASE_MUST_CHECK int contest_netsnmp(const struct contest_fleet *fleet, struct contest_result *out);
BASE_MUST_CHECK int contest_platen(const struct contest_fleet *fleet, struct contest_result *out);
BASE_MUST_CHECK int contest_platen_store(const struct contest_fleet *fleet,
                                         struct contest_result *out);
BASE_MUST_CHECK int contest_platen_v3(const struct contest_fleet *fleet,
                                      struct contest_result *out);
BASE_MUST_CHECK int contest_platen_v3_first(const struct contest_fleet *fleet,
                                            struct contest_result *out);

/* `platen-bench sweep`: the whole contest. argv[0] is the subcommand. Returns an exit code. */
int contest_main(int argc, char **argv);

/* `platen-bench contestant`: one of them, for contest_main; prints one JSON line. */
int contest_contestant_main(int argc, char **argv);

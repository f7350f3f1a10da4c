/*
 * The command line of platen-sim, checked and with its defaults. help.c prints what it means.
 */
#pragma once

#include "bench/sim/usm_users.h"

/* 2026-11-02 08:00:00 UTC, a Monday morning. Fixed, so that equal seeds are equal fleets. */
#define SIM_EPOCH_MS 1793606400000u

enum sim_clock_mode {
    SIM_CLOCK_RUNNING,
    SIM_CLOCK_FROZEN,
};

struct sim_options {
    uint32_t device_count;
    uint32_t base; /* IPv4, host byte order */
    uint16_t port;
    uint64_t seed;
    const char *community; /* one, or several separated by commas, which devices take in turn */
    uint32_t other_count;  /* devices that are no printers, after all others */
    uint32_t spread;       /* addresses over which the devices are spread; 0 = one by one */
    const char *models;    /* comma-separated, NULL = the usual ones */
    double time_scale;     /* simulated seconds in a real one */
    uint64_t epoch_ms;     /* simulated Unix time at the start */
    enum sim_clock_mode clock;
    const char *recordings; /* folder, or NULL */
    uint32_t ipv6_count;    /* devices that [::1] answers for, one port each */
    size_t reply_max;       /* bytes */
    bool has_templates;

    /* Shares of packets, 0..1. */
    double loss;
    double duplicate;
    double reorder;
    uint32_t delay_min_us;
    uint32_t delay_max_us;

    /* Shares of devices, 0..1. */
    double sleep;
    double dead;
    double v1_only;
    double small_pdu;
    size_t small_pdu_bytes;
    bool small_pdu_silent;
    double nonincreasing;
    double endless;
    double wrong_source;
    double reboot_on_poll;
    double hostile;
    const char *hostile_kind; /* one kind for all, or NULL = they take turns */

    /* SNMPv3; without users it is not spoken. */
    const char *v3_users[SIM_USM_USERS_MAX]; /* each as sim_usm_user_parse takes it */
    size_t v3_user_count;
    double v3_share;          /* of devices */
    bool is_v3_only;          /* those that speak v3 take no community */
    const char *context;      /* NAME[:VENDOR], or NULL */
    double v3_flaw;           /* of those that speak it */
    const char *v3_flaw_kind; /* one kind for all, or NULL = they take turns */

    double run_seconds; /* 0 = until a signal */
    const char *stats;  /* file, or NULL = stderr */
    const char *truth;  /* file, or NULL */
    bool is_list;       /* print the table and leave */
    bool is_json;
    bool is_help;
    bool is_version;
};

/* Fills options from the command line; the strings stay borrowed from argv.
 * Returns: 0, or -EINVAL with a sentence about the first mistake in error of error_size bytes. */
SIM_MUST_CHECK int sim_options_parse(struct sim_options *options, int argc, char **argv,
                                     char *error, size_t error_size);

/* Returns: whether the device with this number takes the community. */
bool sim_options_takes(const struct sim_options *options, uint32_t number,
                       struct sim_slice community);

/* The text of --help. */
const char *sim_options_help(void);

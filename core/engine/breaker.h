/*
 * The circuit breaker of one device. Some printers restart, or hang for minutes, because of a
 * question (facts 4.1 #9: Brother MFC-8660DN, HP LaserJet 9040). When a device that had answered
 * goes silent after our question, or comes back restarted, twice in a row, it is left alone for a
 * time that doubles; then one poll may try again. Pure arithmetic on wall time, because it is kept
 * in the store over restarts of ours.
 */
#pragma once

#include "core/base/base.h"

/* Strikes in a row that open the breaker: one silence is a loss or somebody's power switch. */
#define BREAKER_STRIKES 2
/* First and longest rest. */
#define BREAKER_REST_MIN_MS (15 * 60 * 1000)
#define BREAKER_REST_MAX_MS (24 * 60 * 60 * 1000)

struct breaker {
    uint8_t strikes;            /* bad ends in a row, capped at 255 */
    int64_t open_until_unix_ms; /* 0 = closed */
};

/* Says whether the device must be left alone now. */
bool breaker_is_open(const struct breaker *breaker, int64_t now_unix_ms);

/* A poll has hurt the device: it went silent after our question, or restarted. */
void breaker_strike(struct breaker *breaker, int64_t now_unix_ms);

/* A poll went well to its end: all is forgiven. */
void breaker_forgive(struct breaker *breaker);

/*
 * The truth of a virtual year: what each device of a fleet printed, when its supplies were replaced
 * and which mishaps it had, for any hour. It uses the simulator's models (bench/sim) and nothing of
 * the product; all of it follows from a seed.
 *
 * Offices print by day and little at weekends; days and weeks differ by chance, the pace drifts
 * from month to month, and twice a year few are there. One supply in eight is replaced early.
 */
#pragma once

#include "bench/sim/device.h"

/* Days that are lived, and days behind them in which what is left runs out. */
#define YEAR_DAYS    400
#define YEAR_HORIZON 1130
#define YEAR_HOURS   (YEAR_DAYS * 24)

/* 2026-01-01, a Thursday */
#define YEAR_START_MS INT64_C(1767225600000)
#define YEAR_HOUR_MS  INT64_C(3600000)
#define YEAR_DAY_MS   INT64_C(86400000)

#define YEAR_SUPPLIES_MAX 16
#define YEAR_CYCLES_MAX   96

struct year_supply {
    const struct sim_spec_supply *spec;
    uint64_t full;                    /* pages that a filling lasts, as this supply sees them */
    uint64_t share;                   /* of the pages, in 1/65536 */
    uint64_t starts[YEAR_CYCLES_MAX]; /* of each filling, in pages as this supply sees them */
    unsigned cycles;
    bool has_serial;
};

/* How a supply stands. */
struct year_fill {
    unsigned cycle;
    uint64_t left; /* pages; 0 = empty */
};

enum year_break { YEAR_NO_BREAK, YEAR_RESET, YEAR_BOARD };

struct year_device {
    struct sim_view view; /* spec, key and pace */
    uint32_t number;
    unsigned interval_h;                /* between polls */
    int first_hour;                     /* it is there from then on ... */
    int last_hour;                      /* ... and until here */
    uint32_t printed[YEAR_HORIZON + 1]; /* by the beginning of each day */
    struct year_supply supplies[YEAR_SUPPLIES_MAX];
    unsigned supply_count;
};

/* Makes device `number` of a fleet. Returns: false when the model has no supplies. */
bool year_device_make(struct year_device *device, const struct sim_spec *spec, uint64_t seed,
                      uint32_t number);

/* Pages printed by an hour since the start. */
uint64_t year_printed(const struct year_device *device, int hour);

/* How a supply stands at an hour. */
struct year_fill year_fill_at(const struct year_device *device, unsigned supply, int hour);

/* Days from an hour until this filling would be empty if nobody replaced it; < 0 beyond the
 * horizon. */
double year_days_left(const struct year_device *device, unsigned supply, int hour);

/* Whether it answers at that hour, and whether it says then that it sleeps. */
bool year_answers(const struct year_device *device, int hour);
bool year_sleeps(const struct year_device *device, int hour);

/* Whether paper is jammed; how often address, firmware and credential have changed by then. */
bool year_is_jammed(const struct year_device *device, int hour);
unsigned year_moves(const struct year_device *device, int hour);
unsigned year_firmwares(const struct year_device *device, int hour);
unsigned year_credentials(const struct year_device *device, int hour);

/* The break that the counter has at the first poll behind `before` up to `hour`. */
enum year_break year_break_in(const struct year_device *device, int before, int hour);

/* Whether the level of a supply is misread at that hour, and as empty rather than full. */
bool year_is_misread(const struct year_device *device, int hour, bool *as_empty);

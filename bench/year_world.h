/*
 * The truth of a virtual year: what each device of a fleet printed (year_usage.h), when its
 * supplies were replaced and which mishaps it had, for any hour. It uses the simulator's models
 * (bench/sim) and nothing of the product; all of it follows from a seed.
 *
 * No two fillings are alike: they hold what the model's do with a standard deviation of 8 %
 * (ISO/IEC 19752 and 19798 print at least three cartridges, since they differ), and what a page
 * takes of a toner differs from week to week by 15 %, as pages differ. One in eight is replaced
 * early.
 */
#pragma once

#include "bench/year_usage.h"

#define YEAR_SUPPLIES_MAX 16
#define YEAR_CYCLES_MAX   96

struct year_supply {
    const struct sim_spec_supply *spec;
    uint64_t starts[YEAR_CYCLES_MAX]; /* of each filling, in pages as this supply sees them */
    uint32_t fulls[YEAR_CYCLES_MAX];  /* pages that a filling lasts, as this supply sees them */
    uint32_t seen[YEAR_WEEKS + 1];    /* pages as it sees them, by the beginning of each week */
    double share;                     /* of the device's pages, usually */
    unsigned cycles;
    bool has_serial;
};

/* How a supply stands. */
struct year_fill {
    unsigned cycle;
    uint64_t left; /* pages; 0 = empty */
    uint64_t full;
};

enum year_break { YEAR_NO_BREAK, YEAR_RESET, YEAR_BOARD };

struct year_device {
    struct sim_view view; /* spec, key and pace */
    uint32_t number;
    unsigned interval_h; /* between polls */
    int first_hour;      /* it is there from then on ... */
    int last_hour;       /* ... and until here */
    struct year_usage usage;
    struct year_supply supplies[YEAR_SUPPLIES_MAX];
    unsigned supply_count;
};

/* Makes device `number` of a fleet. Returns: false when the model has no supplies. */
bool year_device_make(struct year_device *device, const struct sim_spec *spec, uint64_t seed,
                      uint32_t number);

/* How supply number `at` stands at an hour. */
struct year_fill year_fill_at(const struct year_device *device, unsigned at, int hour);

/* Days from an hour until this filling would be empty if nobody replaced it; < 0 beyond the
 * horizon. */
double year_days_left(const struct year_device *device, unsigned at, int hour);

/* What an oracle says at that hour: it knows to the page what is left and what a page takes, and
 * all of the device's pace (year_usage_expect), and only what is chance is hidden from it.
 * Returns: days; < 0 beyond the horizon. */
double year_days_expected(const struct year_device *device, unsigned at, int hour);

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

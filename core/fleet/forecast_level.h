/*
 * What a supply's levels say about its end: where the level stands, finer than the step it is told
 * in, and what a page takes of it.
 *
 * A level that is told in steps is known best at the moment it steps, and from there on by the
 * pages printed since. Devices round up, down or to the nearest: how long a full supply is called
 * full tells which. What a page takes is read off this filling, and joined with what earlier
 * fillings needed, each by how well it is known: by how much of it was seen, how unevenly it went
 * and how fillings differ. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A rise of the level between two readings that is a new filling, and not a shaken cartridge. */
#define FORECAST_RISE_REFILL 20.0

struct forecast_point {
    double used;  /* pages, or days where no pages are counted; never falls */
    double level; /* percent */
    int32_t day;
};

/* Readings of one supply, oldest first. */
struct forecast_levels {
    const struct forecast_point *points;
    size_t count;   /* at least 1 */
    size_t current; /* the first point of this filling */
    int grain;      /* step of the level */
};

struct forecast_wear {
    double level;     /* now, percent */
    double per_unit;  /* percent that a unit takes; 0 = not known */
    double deviation; /* of the units that are left, as a share of them; with what is yet to come */
};

/* Judges the levels. */
void forecast_wear_judge(const struct forecast_levels *levels, struct forecast_wear *out);

/*
 * A poll of a device of the virtual year: what it says at an hour, as the reading that the archive
 * gets, and a note of that for the judge.
 */
#pragma once

#include "bench/year_judge.h"
#include "core/fleet/archive.h"

/* What a device says whenever it is asked. */
struct year_texts {
    char names[YEAR_SUPPLIES_MAX][41];
    char indexes[YEAR_SUPPLIES_MAX][12];
    char serial[16];
    bool is_service[YEAR_SUPPLIES_MAX]; /* what a technician replaces */
};

/* What moves with a device while the year goes by. */
struct year_life {
    struct year_device device;
    struct year_record record;
    struct year_texts texts;
    uint64_t counter_base;  /* the counter is that and what was printed since ... */
    uint64_t counter_start; /* ... this many pages had been printed */
    int64_t boot_unix_ms;
};

/* Begins with a device that has been made (year_device_make). */
void year_life_begin(struct year_life *life);

/* Adds the poll of an hour to the slice and notes it. Returns: 0; -ENOMEM; as archive_slice_add. */
int year_poll(struct year_life *life, struct archive_slice *slice, int hour);

/* Finds the supply that a device names by an index of its table. Returns: its place in
 * device.supplies; -1 when it has none of that index. */
int year_life_supply(const struct year_life *life, struct bytes index);

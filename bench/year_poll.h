/*
 * A poll of a device of the virtual year: what it says at an hour, as the reading that the archive
 * gets, and a note of that for the judge.
 */
#pragma once

#include "bench/year_judge.h"
#include "core/fleet/archive.h"

/* What moves with a device while the year goes by. */
struct year_life {
    struct year_device device;
    struct year_record record;
    uint64_t counter_base;  /* the counter is that and what was printed since ... */
    uint64_t counter_start; /* ... this many pages had been printed */
    int64_t boot_unix_ms;
};

/* Adds the poll of an hour to the slice and notes it. Returns: 0; -ENOMEM; as archive_slice_add. */
int year_poll(struct year_life *life, struct archive_slice *slice, int hour);

/*
 * What is told about the fleet: the table of --list, and the truth that tests compare with.
 */
#pragma once

#include <stdio.h>

#include "bench/sim/fleet.h"

/* Prints every device as a table for people, or as JSON, one object a line. */
void sim_report_list(const struct sim_fleet *fleet, const struct sim_options *options, FILE *out);

/* Writes what each device is and shows at simulated now_ms, one JSON object a line. */
void sim_report_truth(const struct sim_fleet *fleet, const struct sim_options *options,
                      uint64_t now_ms, FILE *out);

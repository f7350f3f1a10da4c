/*
 * What `platen poll` tells: one JSON object a line as devices end, or a table of all of them at
 * the end, and a closing sentence for people.
 */
#pragma once

#include "core/app/output.h"
#include "core/app/table.h"
#include "core/base/json.h"
#include "core/fleet/sweep.h"
#include "proto/reading.h"

/* Columns of the table, in their order. */
extern const struct table_column poll_report_columns[];
extern const size_t poll_report_column_count;

/* Adds the row of a device. is_all: also of addresses that did not answer. */
void poll_report_row(struct table *table, const struct sweep_result *result,
                     const struct reading *reading, bool is_all);

/* Brings the rows into the order of their addresses. */
void poll_report_sort(struct table *table);

/* Writes "2000 polled: 1990 ok, …" to stderr. */
void poll_report_close(const struct sweep_counters *counters, const struct engine_counters *engine,
                       uint64_t unresolved, int64_t elapsed_us, bool is_interrupted);

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

/* What stands in place of a table without rows. Returns: static text. */
const char *poll_report_empty(const struct sweep_counters *counters, bool is_interrupted);

/* Brings the rows into the order of their addresses. */
void poll_report_sort(struct table *table);

/* What the closing sentence tells beside the counters. */
struct poll_report_end {
    uint64_t targets;      /* addresses that were to be polled */
    uint64_t out_of_scope; /* known devices that were left out */
    uint64_t unresolved;   /* host names without an address, which come on top */
    int64_t elapsed_us;
    bool is_interrupted;
};

/* Writes "2000 addresses polled: 1990 ok, …" to stderr. */
void poll_report_close(const struct sweep_counters *counters, const struct engine_counters *engine,
                       const struct poll_report_end *end);

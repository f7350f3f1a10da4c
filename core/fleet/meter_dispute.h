/*
 * Two sources of one counter that do not agree, as the page counts of the standard and of the maker
 * on some devices. Both stay in the ledger; this finds where it is worth a word. Pure.
 *
 * While a device prints, two questions to it a moment apart get two answers, so a difference counts
 * only when it was there in three readings running, always the same one or always a large one.
 * Source: Xerox C315, whose private total is four pages below that of the Printer-MIB.
 */
#pragma once

#include "core/fleet/rows_meter.h"

#define METER_DISPUTE_ROWS 3
/* Pages that no two questions are apart. */
#define METER_DISPUTE_LARGE 100

/* The meters of a ledger row, borrowed. */
struct meter_list {
    const struct rows_meter *meters;
    size_t count;
};

/* Finds the next entry, from *at on, whose key an entry before it has with another value; *at is
 * moved behind it. out: that one before it is chosen. Returns: false at the end. */
bool meter_dispute_next(const struct meter_list *list, size_t *at, struct rows_dispute *out);

/* Says whether the dispute is no matter of a moment. rows: the newest one, which it was found in,
 * and those before it, METER_DISPUTE_ROWS in all. */
bool meter_dispute_stands(const struct rows_dispute *dispute, const struct meter_list *rows);

/*
 * What stands inside the rows of the history: page counts and supply levels at one time, for the
 * trend (trend.h): total, colour, and the percent of each supply slot.
 */
#pragma once

#include "core/fleet/trend.h"

/* Longest payload. */
#define ROWS_TREND_BYTES_MAX 64

/* Writes a payload; `out` holds ROWS_TREND_BYTES_MAX. values: TREND_SUPPLY + slots of them.
 * Returns: its size. */
size_t rows_put_trend(uint8_t *out, const int64_t *values, size_t channels);

/* Reads a payload. values: gets TREND_CHANNELS_MAX. *channels: those that were told.
 * Returns: 0; BASE_EVERSION; BASE_EFORMAT. */
BASE_MUST_CHECK int rows_get_trend(struct bytes payload, int64_t *values, size_t *channels);

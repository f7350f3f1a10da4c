/*
 * What trend.c, trend_join.c and trend_pack.c share.
 */
#pragma once

#include "core/fleet/trend.h"

/* Makes room for rows of so many channels. Returns: 0; -ENOMEM. */
BASE_MUST_CHECK int trend_series_reserve(struct trend_series *series, size_t rows, size_t channels);

/* Drops the oldest rows. */
void trend_series_drop(struct trend_series *series, size_t rows);

/*
 * Periods as people write them: "2026-10", "2026-10-05", "2026-W41", "2026", or two instants or
 * periods with ".." between. Always UTC, so that a bill does not depend on where it is made, and no
 * month is an hour short. Pure.
 */
#pragma once

#include "core/fleet/meter_period.h"

/* Reads a period. FROM..TO goes from the beginning of FROM to the end of TO; there an instant like
 * 2026-10-05T06:00 may stand, too, with a zone (Z, +02:00) or without (UTC).
 * Returns: 0; BASE_EFORMAT. */
BASE_MUST_CHECK int period_parse(const char *text, struct meter_span *out);

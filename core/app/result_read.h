/*
 * What a target's end tells, decoded: for whoever shows or keeps it.
 */
#pragma once

#include "core/base/base.h"
#include "core/fleet/sweep.h"
#include "proto/reading.h"

struct keeper;

/* Decodes a result. keeper: has the static part that a poll of what moves is completed by; NULL =
 * nothing is kept.
 * Returns: 0; BASE_EFORMAT or BASE_EVERSION, a mistake of ours; -ENOMEM. */
BASE_MUST_CHECK int result_read(struct keeper *keeper, const struct sweep_result *result,
                                struct reading *out);

/*
 * Microbenchmarks of the codec: what the gate, the encoder, the numbers, the record and the
 * checksum cost each, in nanoseconds. One thread, no network; the least of several runs counts,
 * since nothing makes code faster than it is and other programs only make it slower.
 */
#pragma once

#include "core/base/base.h"

/* Measures for about two seconds and prints one line a measurement to stdout: a table for people,
 * or with is_json one object {"name":"codec_…","ns":…} each.
 * Returns: 0; BASE_EFORMAT when the codec refuses the message it is measured with. */
BASE_MUST_CHECK int micro_codec(bool is_json);

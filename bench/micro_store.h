/*
 * Microbenchmark of the store: what a transaction costs that writes many devices, and what reading
 * them back costs, in a fresh store on the file system of TMPDIR. Durable commits included.
 */
#pragma once

#include "core/base/base.h"

/* Measures and prints one line each to stdout, as micro_codec does.
 * Returns: 0 or what the store returned. */
BASE_MUST_CHECK int micro_store(bool is_json);

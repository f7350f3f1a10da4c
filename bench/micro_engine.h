/*
 * Microbenchmark of the engine: what a request costs from engine_submit to its callback, without
 * sockets and without a simulator. Replies are made by turning the request around in memory.
 */
#pragma once

#include "core/base/base.h"

/* Measures for about a second with windows of several sizes and prints one line each to stdout, as
 * micro_codec does. Returns: 0; -ENOMEM; BASE_EFORMAT when a request did not end with its reply. */
BASE_MUST_CHECK int micro_engine(bool is_json);

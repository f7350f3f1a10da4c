/*
 * Microbenchmarks of SNMPv3's cryptography: what keys, tags and privacy cost each, in nanoseconds,
 * and what one question with its answer costs of it. One thread, no network; the least of several
 * runs counts.
 */
#pragma once

#include "core/base/base.h"

/* Measures for about a second and prints one line a measurement to stdout: a table for people, or
 * with is_json one object {"name":"usm_…","ns":…} each.
 * Returns: 0; BASE_EFORMAT when what was encrypted does not decrypt. */
BASE_MUST_CHECK int micro_usm(bool is_json);

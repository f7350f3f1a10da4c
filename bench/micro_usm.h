/*
 * Microbenchmarks of SNMPv3: what keys, tags and privacy cost each, in nanoseconds, what one
 * question with its answer costs of them, and what sealing the one and judging the other costs in
 * all. One thread, no network; the least of several runs counts.
 */
#pragma once

#include "core/base/base.h"

/* Measures for about a second and prints one line a measurement to stdout: a table for people, or
 * with is_json one object {"name":"usm_…","ns":…} each.
 * Returns: 0; BASE_EFORMAT when what was encrypted does not decrypt, or what was sealed
 * is not accepted. */
BASE_MUST_CHECK int micro_usm(bool is_json);

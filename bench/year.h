/*
 * platen-bench year: 400 virtual days of a fleet (year_world.h) told to the product's archive poll
 * by poll, compacted as time goes by, and held against the truth: events, orders, the ledger's
 * sums, forecasts, and the bytes that it all takes.
 */
#pragma once

/* Returns: the exit code; 0 when everything held. argv[0] is "year". */
int year_main(int argc, char **argv);

/*
 * What a search costs, beside onesixtyone: a simulated /16 of 2,000 printers and 600 other devices,
 * asked by both in turn, each as a program of its own. onesixtyone sends each secret once to each
 * address and decodes nothing; it gets as many secrets as Platen has ways of asking.
 */
#pragma once

/* Runs `platen-bench discover`. argv[0] is the word itself. Returns: the exit code. */
int discover_main(int argc, char **argv);

/*
 * platen-bench: what Platen costs, beside what it could cost at least and what others cost.
 */
#include <stdio.h>
#include <string.h>

#include "bench/contest.h"
#include "bench/discover.h"
#include "bench/micro_codec.h"
#include "bench/micro_engine.h"
#include "bench/micro_store.h"
#include "bench/micro_usm.h"
#include "bench/year.h"

static const char usage[] =
    "usage: platen-bench sweep [OPTIONS]    a simulated fleet read in four ways, side by side\n"
    "       platen-bench sweep --help       its options\n"
    "       platen-bench discover [OPTIONS] a simulated network searched, beside onesixtyone\n"
    "       platen-bench micro [--json]     codec, SNMPv3, engine and store, each by itself\n"
    "       platen-bench year [OPTIONS]     400 virtual days of a fleet against the truth\n";

static int micro_main(int argc, char **argv)
{
    bool is_json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc > 1 && !is_json) {
        fputs(usage, stderr);
        return 2;
    }
    int status = micro_codec(is_json);
    if (status == 0) {
        status = micro_usm(is_json);
    }
    if (status == 0) {
        status = micro_engine(is_json);
    }
    if (status == 0) {
        status = micro_store(is_json);
    }
    if (status != 0) {
        fprintf(stderr, "platen-bench: %s\n", base_strerror(status));
    }
    return status == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "sweep") == 0) {
        return contest_main(argc - 1, argv + 1);
    }
    if (argc >= 2 && strcmp(argv[1], "discover") == 0) {
        return discover_main(argc - 1, argv + 1);
    }
    if (argc >= 2 && strcmp(argv[1], "contestant") == 0) {
        return contest_contestant_main(argc - 1, argv + 1);
    }
    if (argc >= 2 && strcmp(argv[1], "micro") == 0) {
        return micro_main(argc - 1, argv + 1);
    }
    if (argc >= 2 && strcmp(argv[1], "year") == 0) {
        return year_main(argc - 1, argv + 1);
    }
    bool is_help = argc >= 2 && strcmp(argv[1], "--help") == 0;
    fputs(usage, is_help ? stdout : stderr);
    return is_help ? 0 : 2;
}

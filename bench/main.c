/*
 * platen-bench: what Platen costs, beside what it could cost at least and what others cost.
 */
#include <stdio.h>
#include <string.h>

#include "bench/contest.h"

static const char usage[] = "usage: platen-bench sweep [OPTIONS]   a fleet read in four ways\n"
                            "       platen-bench sweep --help      its options\n";

int main(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "sweep") == 0) {
        return contest_main(argc - 1, argv + 1);
    }
    if (argc >= 2 && strcmp(argv[1], "contestant") == 0) {
        return contest_contestant_main(argc - 1, argv + 1);
    }
    bool is_help = argc >= 2 && strcmp(argv[1], "--help") == 0;
    fputs(usage, is_help ? stdout : stderr);
    return is_help ? 0 : 2;
}

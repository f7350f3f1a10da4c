#include "bench/contest.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/fleet.h"

#define CONTEST_ROUNDS_MAX  99
#define CONTEST_SIM_OPTIONS 15

struct contestant {
    const char *name;
    int (*run)(const struct contest_fleet *fleet, struct contest_result *out);
    bool is_usual; /* runs when nothing is said */
    bool is_v3;    /* runs with --v3 */
};

static const struct contestant contestants[] = {
    {"floor", contest_floor, true, false},
    {"netsnmp", contest_netsnmp, true, false},
    {"platen", contest_platen, true, true},
    {"platen_store", contest_platen_store, true, false},
    {"platen_v3", contest_platen_v3, false, true},
    {"platen_v3_first", contest_platen_v3_first, false, true},
};

#define CONTESTANTS BASE_ARRAY_COUNT(contestants)

struct contest {
    struct contest_fleet fleet;
    unsigned rounds;
    bool is_json;
    bool is_v3;
    size_t base; /* the contestant that the ratios are to; CONTESTANTS = none */
    bool is_chosen[CONTESTANTS];
    const char *sim[CONTEST_SIM_OPTIONS + 3]; /* further options of platen-sim, NULL at the end */
    struct contest_result results[CONTESTANTS][CONTEST_ROUNDS_MAX];
};

static const char usage[] =
    "usage: platen-bench sweep [--v3] [--devices N] [--rounds N] [--window N] [--port P] [--json]\n"
    "                          [--only NAME[,NAME…]] [-- OPTIONS OF platen-sim]\n"
    "\n"
    "Reads one simulated fleet in several ways, in turn, several times; the medians count.\n"
    "Ratios are taken within each round, whose turns stand beside each other; \"in rounds\" is\n"
    "where the middle half of them lies: what the machine did beside.\n"
    "  floor         Platen's own datagrams, built beforehand, by sendmmsg and recvmmsg: no "
    "decoding\n"
    "  netsnmp       the same questions by net-snmp's asynchronous sessions\n"
    "  platen        a full sweep, every reading decoded\n"
    "  platen_store  the same, kept in a fresh store\n"
    "With --v3:\n"
    "  platen           a full sweep in v2c\n"
    "  platen_v3        the same in SNMPv3, authPriv by SHA-256 and AES-128, engines known\n"
    "  platen_v3_first  the same, engines never seen before\n"
    "\n"
    "  --devices N   devices of the fleet (2000)\n"
    "  --rounds N    turns of each contestant (25)\n"
    "  --window N    devices under way at a time, for all of them (128)\n"
    "  --only NAMES  these contestants only\n"
    "  --port P      UDP port of the simulated fleet on 127.0.0.0/8 (21170)\n"
    "  --json        one JSON object a line\n";

/* Runs one contestant in a process of its own and reads its figures from a pipe. */
static int contest_turn(const struct contest *contest, size_t which, struct contest_result *out)
{
    char arguments[5][24];
    int ends[2];
    if (pipe(ends) != 0) {
        return -errno;
    }
    snprintf(arguments[0], sizeof(arguments[0]), "%u", contest->fleet.devices);
    snprintf(arguments[1], sizeof(arguments[1]), "%u", contest->fleet.window);
    snprintf(arguments[2], sizeof(arguments[2]), "%u", contest->fleet.port);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        snprintf(arguments[3], sizeof(arguments[3]), "%d", ends[1]);
        execl("/proc/self/exe", "platen-bench", "contestant", contestants[which].name, arguments[0],
              arguments[1], arguments[2], arguments[3], (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    ssize_t size = pid > 0 ? read(ends[0], out, sizeof(*out)) : -1;
    int status = 0;
    struct rusage usage_of_child;
    close(ends[0]);
    if (pid < 0 || wait4(pid, &status, 0, &usage_of_child) != pid) {
        return -errno;
    }
    if (size != (ssize_t)sizeof(*out) || status != 0) {
        fprintf(stderr, "platen-bench: %s failed\n", contestants[which].name);
        return BASE_EFORMAT;
    }
    return 0;
}

int contest_contestant_main(int argc, char **argv)
{
    if (argc != 6) {
        return 2;
    }
    struct contest_fleet fleet = {.first = 0x7f010001,
                                  .devices = (uint32_t)strtoul(argv[2], NULL, 10),
                                  .window = (uint32_t)strtoul(argv[3], NULL, 10),
                                  .port = (uint16_t)strtoul(argv[4], NULL, 10),
                                  .community = "public"};
    int pipe_end = (int)strtol(argv[5], NULL, 10);
    struct contest_result result = {0};
    for (size_t i = 0; i < CONTESTANTS; i++) {
        if (strcmp(argv[1], contestants[i].name) != 0) {
            continue;
        }
        int status = contestants[i].run(&fleet, &result);
        if (status != 0) {
            fprintf(stderr, "platen-bench: %s: %s\n", argv[1], base_strerror(status));
            return 1;
        }
        struct rusage usage_of_self;
        getrusage(RUSAGE_SELF, &usage_of_self);
        result.rss_kb = usage_of_self.ru_maxrss;
        return write(pipe_end, &result, sizeof(result)) == sizeof(result) ? 0 : 1;
    }
    return 2;
}

static int contest_compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return left < right ? -1 : left > right;
}

enum contest_figure { CONTEST_CPU, CONTEST_RATIO, CONTEST_RATE, CONTEST_WALL, CONTEST_RSS };

static double contest_cpu(const struct contest_result *result)
{
    return (double)result->cpu_us / (double)(result->pdus > 0 ? result->pdus : 1);
}

static double contest_figure(const struct contest *contest, size_t which, unsigned round,
                             enum contest_figure what)
{
    const struct contest_result *result = &contest->results[which][round];
    switch (what) {
    case CONTEST_RATIO:
        return contest_cpu(result) / contest_cpu(&contest->results[contest->base][round]);
    case CONTEST_RATE:
        return (double)result->pdus * 1e6 / (double)(result->wall_us > 0 ? result->wall_us : 1);
    case CONTEST_WALL:
        return (double)result->wall_us / 1e6;
    case CONTEST_RSS:
        return (double)result->rss_kb;
    case CONTEST_CPU:
    default:
        return contest_cpu(result);
    }
}

/* The figure that `quarter` quarters of the rounds are below. */
static double contest_quartile(const struct contest *contest, size_t which,
                               enum contest_figure what, unsigned quarter)
{
    double values[CONTEST_ROUNDS_MAX] = {0};
    for (unsigned i = 0; i < contest->rounds; i++) {
        values[i] = contest_figure(contest, which, i, what);
    }
    qsort(values, contest->rounds, sizeof(values[0]), contest_compare);
    return values[contest->rounds * quarter / 4];
}

static double contest_median(const struct contest *contest, size_t which, enum contest_figure what)
{
    return contest_quartile(contest, which, what, 2);
}

static void contest_print_json(const struct contest *contest, size_t which)
{
    const struct contest_result *last = &contest->results[which][contest->rounds - 1];
    double cpu = contest_median(contest, which, CONTEST_CPU);
    printf("{\"name\":\"%s\",\"devices\":%llu,\"pdus\":%llu,\"varbinds\":%llu,\"wall_s\":%.3f,"
           "\"pdu_per_s\":%.0f,\"cpu_us_per_pdu\":%.3f,\"rss_kb\":%.0f,\"lost\":%llu,"
           "\"rounds\":%u",
           contestants[which].name, (unsigned long long)last->devices,
           (unsigned long long)last->pdus, (unsigned long long)last->varbinds,
           contest_median(contest, which, CONTEST_WALL),
           contest_median(contest, which, CONTEST_RATE), cpu,
           contest_median(contest, which, CONTEST_RSS), (unsigned long long)last->lost,
           contest->rounds);
    if (contest->base < CONTESTANTS) {
        size_t base = contest->base;
        const struct contest_result *first = &contest->results[base][contest->rounds - 1];
        printf(",\"cpu_ratio_to_%s\":%.3f,\"pdu_ratio_to_%s\":%.3f,\"cpu_ratio_quartiles\":"
               "[%.3f,%.3f]",
               contestants[base].name, contest_median(contest, which, CONTEST_RATIO),
               contestants[base].name,
               (double)last->pdus / (double)(first->pdus > 0 ? first->pdus : 1),
               contest_quartile(contest, which, CONTEST_RATIO, 1),
               contest_quartile(contest, which, CONTEST_RATIO, 3));
    }
    printf("}\n");
}

static void contest_print(const struct contest *contest)
{
    if (!contest->is_json) {
        printf("%-15s %8s %9s %10s %8s %10s %10s %9s %8s %12s\n", "", "devices", "PDUs", "varbinds",
               "wall s", "PDU/s", "CPU us/PDU", "RSS KB", contest->is_v3 ? "x v2c" : "x floor",
               "in rounds");
    }
    for (size_t i = 0; i < CONTESTANTS; i++) {
        if (!contest->is_chosen[i]) {
            continue;
        }
        if (contest->is_json) {
            contest_print_json(contest, i);
            continue;
        }
        const struct contest_result *last = &contest->results[i][contest->rounds - 1];
        double cpu = contest_median(contest, i, CONTEST_CPU);
        printf("%-15s %8llu %9llu %10llu %8.3f %10.0f %10.2f %9.0f ", contestants[i].name,
               (unsigned long long)last->devices, (unsigned long long)last->pdus,
               (unsigned long long)last->varbinds, contest_median(contest, i, CONTEST_WALL),
               contest_median(contest, i, CONTEST_RATE), cpu,
               contest_median(contest, i, CONTEST_RSS));
        if (contest->base < CONTESTANTS) {
            printf("%8.2f %7.2f-%.2f\n", contest_median(contest, i, CONTEST_RATIO),
                   contest_quartile(contest, i, CONTEST_RATIO, 1),
                   contest_quartile(contest, i, CONTEST_RATIO, 3));
        } else {
            printf("%8s\n", "-");
        }
    }
}

static bool contest_choose(struct contest *contest, char *names)
{
    memset(contest->is_chosen, 0, sizeof(contest->is_chosen));
    for (char *name = strtok(names, ","); name != NULL; name = strtok(NULL, ",")) {
        bool is_known = false;
        for (size_t i = 0; i < CONTESTANTS; i++) {
            if (strcmp(name, contestants[i].name) == 0) {
                contest->is_chosen[i] = true;
                is_known = true;
            }
        }
        if (!is_known) {
            fprintf(stderr, "platen-bench: no contestant is called \"%s\"\n", name);
            return false;
        }
    }
    return true;
}

/* Which contestants run when none is named, what they are compared with, and the fleet's user. */
static void contest_settle(struct contest *contest, bool is_named)
{
    static const char *const user[] = {"--v3", CONTEST_V3_USER ":sha256:" CONTEST_V3_AUTH
                                                               ":aes:" CONTEST_V3_PRIV};
    contest->base = CONTESTANTS;
    for (size_t i = CONTESTANTS; i-- > 0;) {
        if (!is_named) {
            contest->is_chosen[i] = contest->is_v3 ? contestants[i].is_v3 : contestants[i].is_usual;
        }
        bool is_base = contest->is_v3 ? contestants[i].run == contest_platen
                                      : contestants[i].run == contest_floor;
        contest->base = is_base && contest->is_chosen[i] ? i : contest->base;
    }
    if (contest->is_v3) {
        memmove(contest->sim + 2, contest->sim, sizeof(contest->sim) - sizeof(user));
        memcpy(contest->sim, user, sizeof(user));
    }
}

static int contest_fleet_options(int argc, char **argv, struct contest *contest)
{
    static const struct option options[] = {{"devices", required_argument, NULL, 'd'},
                                            {"rounds", required_argument, NULL, 'r'},
                                            {"window", required_argument, NULL, 'w'},
                                            {"only", required_argument, NULL, 'o'},
                                            {"port", required_argument, NULL, 'p'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"v3", no_argument, NULL, '3'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    bool is_named = false;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        unsigned long number = optarg != NULL ? strtoul(optarg, NULL, 10) : 0;
        if (option == 'd' && number >= 1 && number <= 16000000) {
            contest->fleet.devices = (uint32_t)number;
        } else if (option == 'r' && number >= 1 && number <= CONTEST_ROUNDS_MAX) {
            contest->rounds = (unsigned)number;
        } else if (option == 'w' && number >= 1 && number <= 8192) {
            contest->fleet.window = (uint32_t)number;
        } else if (option == 'p' && number >= 1 && number <= 65535) {
            contest->fleet.port = (uint16_t)number;
        } else if (option == 'j') {
            contest->is_json = true;
        } else if (option == '3') {
            contest->is_v3 = true;
        } else if (option == 'h') {
            fputs(usage, stdout);
            return 1;
        } else if (option == 'o' && contest_choose(contest, optarg)) {
            is_named = true;
        } else {
            fputs(usage, stderr);
            return 2;
        }
    }
    for (int i = optind; i < argc && i - optind < CONTEST_SIM_OPTIONS; i++) {
        contest->sim[i - optind] = argv[i];
    }
    contest_settle(contest, is_named);
    return 0;
}

static int contest_run(struct contest *contest)
{
    for (unsigned round = 0; round < contest->rounds; round++) {
        for (size_t i = 0; i < CONTESTANTS; i++) {
            if (contest->is_chosen[i] &&
                contest_turn(contest, i, &contest->results[i][round]) != 0) {
                return 1;
            }
        }
    }
    contest_print(contest);
    return 0;
}

int contest_main(int argc, char **argv)
{
    static struct contest contest = {.fleet = {.first = 0x7f010001,
                                               .devices = 2000,
                                               .port = 21170,
                                               .window = 128,
                                               .community = "public"},
                                     .rounds = 25};
    pid_t sim;
    int exit_code = contest_fleet_options(argc, argv, &contest);
    if (exit_code != 0) {
        return exit_code == 1 ? 0 : exit_code;
    }
    if (fleet_start(&contest.fleet, contest.sim, &sim) != 0) {
        return 3;
    }
    exit_code = contest_run(&contest);
    fleet_stop(sim);
    return exit_code;
}

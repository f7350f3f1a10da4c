#include "bench/discover.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/fleet.h"
#include "bench/scratch.h"
#include "core/base/clock.h"

#define PRINTERS   2000
#define ROUNDS_MAX 9
#define PATH_ROOM  (SCRATCH_PATH_MAX + 32)

static const char usage[] =
    "usage: platen-bench discover [--rounds N] [--port P] [--json]\n"
    "\n"
    "Searches a simulated /16 of 2,000 printers and 600 other devices, with 1 % loss, two\n"
    "communities and an SNMPv3 user, in several ways, in turn; the medians count.\n"
    "  onesixtyone  one packet for each of three secrets to each address (skipped when absent)\n"
    "  probe_once   platen discover with secrets that nobody knows, one packet for each as well\n"
    "  probe        the same with its retries: the asking alone\n"
    "  discover     platen discover: everything found, read and stored\n";

/* Who takes part, and what one turn came to. */
enum searcher { ONESIXTYONE, PROBE_ONCE, PROBE, DISCOVER, SEARCHERS };

static const char *const names[SEARCHERS] = {"onesixtyone", "probe_once", "probe", "discover"};

struct turn {
    double cpu_s;
    double wall_s;
    unsigned long packets;
    unsigned long found;
};

struct bench {
    struct contest_fleet fleet;
    char folder[SCRATCH_PATH_MAX];
    unsigned rounds;
    bool is_json;
    bool is_absent[SEARCHERS];
    struct turn turns[SEARCHERS][ROUNDS_MAX];
};

/* Writes a file that only its owner can read. */
static int write_file(const struct bench *bench, const char *name, const char *text)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return -errno;
    }
    ssize_t written = write(fd, text, strlen(text));
    close(fd);
    return written == (ssize_t)strlen(text) ? 0 : -EIO;
}

static int write_secrets(const struct bench *bench)
{
    static const char format[] =
        "credentials:\n"
        "  - {name: a, version: 2c, community: %s}\n"
        "  - {name: b, version: 2c, community: %s}\n"
        "  - {name: c, version: 3, user: %s, auth: {protocol: SHA256, password: benchpassword1},\n"
        "     priv: {protocol: AES, password: benchpassword2}}\n";
    char text[512];
    snprintf(text, sizeof(text), format, "campus", "lab", "ops");
    int status = write_file(bench, "known.yaml", text);
    snprintf(text, sizeof(text), format, "nobody", "nowhere", "never");
    status = status == 0 ? write_file(bench, "unknown.yaml", text) : status;
    return status == 0 ? write_file(bench, "communities", "campus\nlab\nthird\n") : status;
}

static void remove_files(const struct bench *bench)
{
    static const char *const files[] = {"known.yaml", "unknown.yaml", "communities"};
    char path[PATH_ROOM];
    for (size_t i = 0; i < BASE_ARRAY_COUNT(files); i++) {
        snprintf(path, sizeof(path), "%s/%s", bench->folder, files[i]);
        (void)unlink(path);
    }
    scratch_remove(bench->folder);
}

static _Noreturn void exec_searcher(const struct bench *bench, enum searcher who)
{
    char port[16];
    char target[32];
    char platen[4096];
    char path[PATH_ROOM];
    char store[PATH_ROOM];
    snprintf(port, sizeof(port), "%u", bench->fleet.port);
    snprintf(target, sizeof(target), "127.1.0.0/16%s%s", who == ONESIXTYONE ? "" : ":",
             who == ONESIXTYONE ? "" : port);
    if (who == ONESIXTYONE) {
        snprintf(path, sizeof(path), "%s/communities", bench->folder);
        execlp("onesixtyone", "onesixtyone", "-w", "0", "-p", port, "-c", path, target, (char *)0);
        _exit(127);
    }
    ssize_t size = readlink("/proc/self/exe", platen, sizeof(platen) - 1);
    platen[size > 0 ? size : 0] = '\0';
    char *slash = strrchr(platen, '/');
    snprintf(slash != NULL ? slash : platen, 16, "/platen");
    snprintf(path, sizeof(path), "%s/%s", bench->folder,
             who != DISCOVER ? "unknown.yaml" : "known.yaml");
    snprintf(store, sizeof(store), "%s/store", bench->folder);
    if (who != DISCOVER) {
        execl(platen, platen, "discover", target, "--credentials", path, "--json", "--no-store",
              "--retries", who == PROBE ? "2" : "0", (char *)0);
    } else {
        execl(platen, platen, "discover", target, "--credentials", path, "--json", "--store", store,
              (char *)0);
    }
    _exit(127);
}

static unsigned long number_after(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at != NULL ? strtoul(at + strlen(name), NULL, 10) : 0;
}

/* Reads what the searcher says, and keeps its end: the sum that platen writes. */
static void listen_to(int fd, enum searcher who, struct turn *turn)
{
    static char text[65536];
    char tail[4096] = "";
    ssize_t size;
    while ((size = read(fd, text, sizeof(text) - 1)) > 0) {
        text[size] = '\0';
        for (ssize_t i = 0; i < size && who == ONESIXTYONE; i++) {
            turn->found += text[i] == '[' ? 1 : 0;
        }
        if (who != ONESIXTYONE) {
            size_t kept = strnlen(tail, sizeof(tail));
            kept = kept + (size_t)size < sizeof(tail) ? kept : 0;
            snprintf(tail + kept, sizeof(tail) - kept, "%s", text);
        }
    }
    if (who != ONESIXTYONE) {
        turn->packets = number_after(tail, "\"packets\":");
        turn->found = number_after(tail, "\"printers\":");
    } else {
        turn->packets = 3ul * 65536;
    }
}

static double seconds(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static int take_turn(struct bench *bench, enum searcher who, struct turn *turn)
{
    int ends[2];
    int status = 0;
    struct rusage used;
    int64_t begun_us = clock_mono_us();
    *turn = (struct turn){0};
    if (pipe(ends) != 0) {
        return -errno;
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(who == ONESIXTYONE ? ends[1] : nowhere, STDOUT_FILENO);
        dup2(who == ONESIXTYONE ? nowhere : ends[1], STDERR_FILENO);
        close(ends[0]);
        exec_searcher(bench, who);
    }
    close(ends[1]);
    if (pid > 0) {
        listen_to(ends[0], who, turn);
    }
    close(ends[0]);
    if (pid < 0 || wait4(pid, &status, 0, &used) != pid) {
        return -errno;
    }
    turn->cpu_s = seconds(&used.ru_utime) + seconds(&used.ru_stime);
    turn->wall_s = (double)(clock_mono_us() - begun_us) / 1e6;
    bench->is_absent[who] = WIFEXITED(status) && WEXITSTATUS(status) == 127;
    char store[PATH_ROOM];
    snprintf(store, sizeof(store), "%s/store", bench->folder);
    if (who == DISCOVER) {
        scratch_remove(store);
    }
    return 0;
}

static int by_cpu(const void *a, const void *b)
{
    double left = ((const struct turn *)a)->cpu_s;
    double right = ((const struct turn *)b)->cpu_s;
    return left < right ? -1 : left > right;
}

static void print(struct bench *bench)
{
    double base_s = 0;
    if (!bench->is_json) {
        printf("%-12s %9s %8s %8s %8s %14s %14s\n", "", "packets", "found", "wall s", "CPU s",
               "CPU us/packet", "x onesixtyone");
    }
    for (unsigned who = 0; who < SEARCHERS; who++) {
        if (bench->is_absent[who]) {
            fprintf(stderr, "platen-bench: %s is not installed: skipped\n", names[who]);
            continue;
        }
        qsort(bench->turns[who], bench->rounds, sizeof(bench->turns[0][0]), by_cpu);
        const struct turn *turn = &bench->turns[who][bench->rounds / 2];
        double packets = turn->packets > 0 ? (double)turn->packets : 1;
        base_s = who == ONESIXTYONE ? turn->cpu_s : base_s;
        double ratio = base_s > 0 ? turn->cpu_s / base_s : 0;
        printf(bench->is_json ? "{\"name\":\"%s\",\"packets\":%lu,\"found\":%lu,\"wall_s\":%.2f,"
                                "\"cpu_s\":%.2f,\"cpu_us_per_packet\":%.2f,\"cpu_ratio\":%.2f}\n"
                              : "%-12s %9lu %8lu %8.2f %8.2f %14.2f %14.2f\n",
               names[who], turn->packets, turn->found, turn->wall_s, turn->cpu_s,
               turn->cpu_s * 1e6 / packets, ratio);
    }
}

static int run(struct bench *bench)
{
    static const char *const network[] = {
        "--others",   "600", "--spread", "65534",
        "--loss",     "1%",  "--v3",     "ops:sha256:benchpassword1:aes:benchpassword2",
        "--v3-share", "0.3", "--no-v2",  "--clock",
        "frozen",     NULL};
    pid_t pid = 0;
    int status = scratch_make(bench->folder);
    if (status != 0) {
        return status;
    }
    status = write_secrets(bench);
    status = status == 0 ? fleet_start(&bench->fleet, network, &pid) : status;
    for (unsigned round = 0; status == 0 && round < bench->rounds; round++) {
        for (unsigned who = 0; status == 0 && who < SEARCHERS; who++) {
            status = take_turn(bench, (enum searcher)who, &bench->turns[who][round]);
        }
    }
    if (pid > 0) {
        fleet_stop(pid);
    }
    remove_files(bench);
    if (status == 0) {
        print(bench);
    }
    return status;
}

int discover_main(int argc, char **argv)
{
    static struct bench bench;
    static const struct option options[] = {{"rounds", required_argument, NULL, 'r'},
                                            {"port", required_argument, NULL, 'p'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    bench = (struct bench){.fleet = {.first = 0x7f010001,
                                     .devices = PRINTERS,
                                     .port = 21171,
                                     .community = "campus,lab"},
                           .rounds = 3};
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        unsigned long number = optarg != NULL ? strtoul(optarg, NULL, 10) : 0;
        if (c == 'r' && number >= 1 && number <= ROUNDS_MAX) {
            bench.rounds = (unsigned)number;
        } else if (c == 'p' && number >= 1 && number <= UINT16_MAX) {
            bench.fleet.port = (uint16_t)number;
        } else if (c == 'j') {
            bench.is_json = true;
        } else {
            fputs(usage, c == 'h' ? stdout : stderr);
            return c == 'h' ? 0 : 2;
        }
    }
    int status = run(&bench);
    if (status != 0) {
        fprintf(stderr, "platen-bench: %s\n", base_strerror(status));
    }
    return status == 0 ? 0 : 1;
}

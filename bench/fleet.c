#include "bench/fleet.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define FLEET_ARGUMENTS_MAX 40
/* A fleet of a million devices takes some seconds to set up. */
#define FLEET_READY_MS 30000

static int fleet_path(char *out, size_t cap)
{
    ssize_t size = readlink("/proc/self/exe", out, cap - 1);
    if (size < 0) {
        return -errno;
    }
    out[size] = '\0';
    char *slash = strrchr(out, '/');
    if (slash == NULL || (size_t)(slash - out) + sizeof("/platen-sim") > cap) {
        return BASE_ELIMIT;
    }
    memcpy(slash, "/platen-sim", sizeof("/platen-sim"));
    return 0;
}

static _Noreturn void fleet_exec(const struct contest_fleet *fleet, const char *const *extra,
                                 int output)
{
    char path[PATH_MAX];
    char devices[16];
    char base[32];
    char port[16];
    snprintf(devices, sizeof(devices), "%u", fleet->devices);
    snprintf(base, sizeof(base), "%u.%u.%u.%u", fleet->first >> 24, fleet->first >> 16 & 0xff,
             fleet->first >> 8 & 0xff, fleet->first & 0xff);
    snprintf(port, sizeof(port), "%u", fleet->port);
    const char *arguments[FLEET_ARGUMENTS_MAX] = {
        "platen-sim", "--devices", devices,       "--base",        base, "--port", port,
        "--seed",     "1",         "--community", fleet->community};
    size_t count = 11;
    for (size_t i = 0; extra != NULL && extra[i] != NULL && count < FLEET_ARGUMENTS_MAX - 1; i++) {
        arguments[count++] = extra[i];
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* a benchmark that dies leaves no fleet behind */
    dup2(output, STDOUT_FILENO);
    if (fleet_path(path, sizeof(path)) == 0) {
        execv(path, (char *const *)(uintptr_t)arguments);
    }
    fprintf(stderr, "platen-bench: cannot start platen-sim: %s\n", strerror(errno));
    _exit(127);
}

int fleet_start(const struct contest_fleet *fleet, const char *const *extra, pid_t *pid)
{
    int ends[2];
    char line[256] = "";
    if (pipe(ends) != 0) {
        return -errno;
    }
    *pid = fork();
    if (*pid == 0) {
        close(ends[0]);
        fleet_exec(fleet, extra, ends[1]);
    }
    close(ends[1]);
    struct pollfd wait = {.fd = ends[0], .events = POLLIN};
    ssize_t size = -1;
    if (*pid > 0 && poll(&wait, 1, FLEET_READY_MS) == 1) {
        size = read(ends[0], line, sizeof(line));
    }
    close(ends[0]);
    if (size < 5 || memcmp(line, "ready", 5) != 0) {
        fprintf(stderr, "platen-bench: platen-sim is not ready; is port %u free?\n", fleet->port);
        if (*pid > 0) {
            fleet_stop(*pid);
        }
        return BASE_ETIMEOUT;
    }
    return 0;
}

void fleet_stop(pid_t pid)
{
    kill(pid, SIGTERM);
    (void)waitpid(pid, NULL, 0);
}

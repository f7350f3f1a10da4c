/* platen-sim: a fleet of simulated printers. What it does is in --help (help.c). */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/sim/report.h"
#include "bench/sim/server.h"

enum exit_code {
    EXIT_WELL = 0,
    EXIT_USAGE = 2,
    EXIT_SYSTEM = 3,
};

static volatile sig_atomic_t stop_asked;
static volatile sig_atomic_t truth_asked;

/* What the wake-up callback needs; there is one server a process. */
static const struct sim_fleet *the_fleet;
static const struct sim_options *the_options;

static void on_stop(int number)
{
    (void)number;
    stop_asked = 1;
}

static void on_truth(int number)
{
    (void)number;
    truth_asked = 1;
}

static void write_truth(struct sim_server *server)
{
    FILE *out;

    if (the_options->truth == NULL) {
        return;
    }
    out = fopen(the_options->truth, "we");
    if (out == NULL) {
        (void)fprintf(stderr, "platen-sim: %s: %s\n", the_options->truth, strerror(errno));
        return;
    }
    sim_report_truth(the_fleet, the_options, sim_server_now_ms(server), out);
    (void)fclose(out);
}

static void write_stats(struct sim_server *server)
{
    FILE *out = the_options->stats == NULL ? stderr : fopen(the_options->stats, "we");

    if (out == NULL) {
        (void)fprintf(stderr, "platen-sim: %s: %s\n", the_options->stats, strerror(errno));
        return;
    }
    sim_stats_print(sim_server_stats(server), out);
    if (out != stderr) {
        (void)fclose(out);
    }
}

static void say_ready(const struct sim_fleet *fleet, const struct sim_options *options)
{
    uint32_t addresses = fleet->spread > 0 ? fleet->spread : fleet->count;
    struct in_addr first = {.s_addr = htonl(fleet->base)};
    struct in_addr last = {.s_addr = htonl(fleet->base + (addresses > 0 ? addresses - 1 : 0))};
    char from[INET_ADDRSTRLEN];
    char to[INET_ADDRSTRLEN];

    (void)inet_ntop(AF_INET, &first, from, sizeof(from));
    (void)inet_ntop(AF_INET, &last, to, sizeof(to));
    (void)printf("ready %u devices %s-%s port %u\n", fleet->count, from, to,
                 (unsigned)options->port);
    (void)fflush(stdout);
}

static int run(struct sim_fleet *fleet, const struct sim_options *options)
{
    struct sigaction stop = {.sa_handler = on_stop};
    struct sigaction truth = {.sa_handler = on_truth};
    struct sim_server *server;
    char error[200];
    int code = sim_server_open(&server, fleet, options, error, sizeof(error));

    if (code != 0) {
        (void)fprintf(stderr, "platen-sim: %s\n", error);
        return EXIT_SYSTEM;
    }
    (void)sigaction(SIGTERM, &stop, NULL);
    (void)sigaction(SIGINT, &stop, NULL);
    (void)sigaction(SIGUSR1, &truth, NULL);
    say_ready(fleet, options);
    code = sim_server_run(server, &stop_asked, &truth_asked, write_truth);
    if (code != 0) {
        (void)fprintf(stderr, "platen-sim: %s\n", strerror(-code));
    }
    write_truth(server);
    write_stats(server);
    sim_server_close(server);
    return code == 0 ? EXIT_WELL : EXIT_SYSTEM;
}

int main(int argc, char **argv)
{
    struct sim_options options;
    struct sim_fleet fleet;
    char error[2000];
    int code;

    if (sim_options_parse(&options, argc, argv, error, sizeof(error)) != 0) {
        (void)fprintf(stderr, "platen-sim: %s\nSee platen-sim --help.\n", error);
        return EXIT_USAGE;
    }
    if (options.is_help) {
        (void)fputs(sim_options_help(), stdout);
        return EXIT_WELL;
    }
    if (options.is_version) {
        (void)puts("platen-sim " PLATEN_VERSION);
        return EXIT_WELL;
    }
    the_options = &options;
    code = sim_fleet_open(&fleet, &options, error, sizeof(error));
    if (code != 0) {
        (void)fprintf(stderr, "platen-sim: %s\n", error);
        return code == -ENOMEM ? EXIT_SYSTEM : EXIT_USAGE;
    }
    the_fleet = &fleet;
    if (options.is_list) {
        sim_report_list(&fleet, &options, stdout);
        code = EXIT_WELL;
    } else {
        code = run(&fleet, &options);
    }
    sim_fleet_close(&fleet);
    return code;
}

#include "bench/sim/stats.h"

#include <inttypes.h>
#include <sys/resource.h>

void sim_stats_print(const struct sim_stats *stats, FILE *out)
{
    struct rusage usage = {0};
    double user;
    double sys;

    (void)getrusage(RUSAGE_SELF, &usage);
    user = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
    sys = (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
    (void)fputc('{', out);
#define SIM_STATS_PRINT(name) (void)fprintf(out, "\"" #name "\":%" PRIu64 ",", stats->name);
    SIM_STATS(SIM_STATS_PRINT)
#undef SIM_STATS_PRINT
    (void)fprintf(out,
                  "\"wall_seconds\":%.3f,\"cpu_user_seconds\":%.3f,\"cpu_sys_seconds\":%.3f,"
                  "\"rss_kb\":%ld}\n",
                  stats->wall_seconds, user, sys, usage.ru_maxrss);
    (void)fflush(out);
}

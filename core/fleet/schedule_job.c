#include <time.h>

#include "core/fleet/schedule.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_S    3600
/* A day that is put back by an hour at night is so long. */
#define LONG_DAY_MS (25 * 60 * MINUTE_MS)

/* The time of day on the day that is `days` after that of now. */
static int64_t on_day(int64_t now_unix_ms, int days, int at_minute)
{
    time_t now = (time_t)(now_unix_ms / 1000);
    struct tm local;
    struct tm before;
    if (localtime_r(&now, &local) == NULL) {
        return now_unix_ms + LONG_DAY_MS;
    }
    local.tm_mday += days;
    local.tm_hour = at_minute / 60;
    local.tm_min = at_minute % 60;
    local.tm_sec = 0;
    local.tm_isdst = -1;
    time_t found = mktime(&local);
    time_t earlier = found - HOUR_S;
    /* Of two that the clock shows this night, mktime may give either. */
    if (localtime_r(&earlier, &before) != NULL && before.tm_hour == local.tm_hour &&
        before.tm_min == local.tm_min) {
        found = earlier;
    }
    return (int64_t)found * 1000;
}

static int64_t wait_for_time_of_day(const struct schedule_job *job, int64_t began_unix_ms,
                                    int64_t now_unix_ms)
{
    for (int day = -1; day <= 2; day++) {
        int64_t at_ms = on_day(now_unix_ms, day, job->at_minute);
        if (at_ms <= began_unix_ms || at_ms + SCHEDULE_LATE_MS < now_unix_ms) {
            continue;
        }
        return at_ms > now_unix_ms ? at_ms - now_unix_ms : 0;
    }
    return LONG_DAY_MS; /* a time zone without that time for two days */
}

int64_t schedule_job_wait_ms(const struct schedule_job *job, int64_t began_unix_ms,
                             int64_t now_unix_ms)
{
    if (began_unix_ms == 0) {
        return 0;
    }
    /* What is of the future was written by a clock that has been put right since. */
    began_unix_ms = began_unix_ms < now_unix_ms ? began_unix_ms : now_unix_ms;
    if (job->every_ms == 0) {
        return wait_for_time_of_day(job, began_unix_ms, now_unix_ms);
    }
    int64_t due_ms = began_unix_ms + job->every_ms;
    return due_ms > now_unix_ms ? due_ms - now_unix_ms : 0;
}

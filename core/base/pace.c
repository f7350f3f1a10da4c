#include "core/base/pace.h"

#define PACE_UNIT      1024
#define PACE_SECOND_US 1000000

void pace_init(struct pace *pace, uint32_t per_second, uint32_t burst)
{
    *pace = (struct pace){0};
    if (per_second == 0) {
        return;
    }
    pace->interval_us_x1024 = (int64_t)PACE_SECOND_US * PACE_UNIT / per_second;
    pace->burst_us = (int64_t)(burst > 0 ? burst - 1 : 0) * PACE_SECOND_US / per_second;
    pace->next_x1024 = INT64_MIN / 2;
}

int64_t pace_when(const struct pace *pace, int64_t now_us)
{
    if (pace->interval_us_x1024 == 0) {
        return now_us;
    }
    int64_t earliest_us = pace->next_x1024 / PACE_UNIT - pace->burst_us;
    return earliest_us > now_us ? earliest_us : now_us;
}

void pace_take(struct pace *pace, int64_t at_us)
{
    if (pace->interval_us_x1024 == 0) {
        return;
    }
    int64_t at = at_us * PACE_UNIT;
    pace->next_x1024 = (pace->next_x1024 > at ? pace->next_x1024 : at) + pace->interval_us_x1024;
}

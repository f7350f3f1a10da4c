#include "core/app/duration.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int duration_parse(const char *text, int64_t least, int64_t most, int64_t *ms)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = {{"", 1000}, {"s", 1000}, {"ms", 1}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    char *end = NULL;
    double number = strtod(text, &end);
    double unit_ms = 0;
    for (size_t i = 0; isdigit((unsigned char)text[0]) && i < BASE_ARRAY_COUNT(units); i++) {
        if (strcmp(end, units[i].name) == 0) {
            unit_ms = units[i].ms;
        }
    }
    if (unit_ms == 0) {
        return BASE_EFORMAT;
    }
    double value = round(number * unit_ms);
    if (!(value >= (double)least && value <= (double)most)) {
        return BASE_ERANGE;
    }
    *ms = (int64_t)value;
    return 0;
}

void duration_format(int64_t ms, char *out, size_t cap)
{
    static const struct {
        const char *name;
        int64_t ms, least_ms;
    } units[] = {{"d", 86400000, 86400000},
                 {"h", 3600000, 3600000},
                 {"m", 60000, 120000},
                 {"s", 1000, 0},
                 {"ms", 1, 0}};
    size_t unit = 0;
    while (ms % units[unit].ms != 0 || ms < units[unit].least_ms) {
        unit++;
    }
    snprintf(out, cap, "%" PRId64 "%s", ms / units[unit].ms, units[unit].name);
}
